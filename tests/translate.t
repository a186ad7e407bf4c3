. "${0%/*}/lib.sh"
make_weights=$MILLINER_BIN/../helpers/make-weights
$make_weights m.safetensors dict
$make_weights plain.safetensors
$make_weights super.safetensors dict super
$make_weights reversed.safetensors dict super reversed
$make_weights nan.safetensors nan
for i in $(seq 40); do
	src=$(seq -s, 4 $((4 + i * 7 % 31)))
	echo "{\"id\":$i,\"src\":[$src],\"ref\":\"r \\u00e9 $i\"}"
done >pairs
short='translate --max-len-b 12'
tr="$short --weights m.safetensors"
usual translate "$tr <pairs"
bad_lines translate "$tr"
is    'nothing in, nothing out' "$tr </dev/null" ''

# records
holds 'pairs are translated' "$tr <pairs >hyps"
is    'each line is left alone' "sed 's/,\"hyp\":.*/}/' hyps | diff - pairs" ''
same  'translations come in order' 'seq 40' 'jq .id hyps'
is    'hyp_tokens end in </s>, no <pad>' "jq -c 'select(.hyp_tokens[-1] != 2 or
	(.hyp_tokens[:-1] | any(. == 1 or . == 2)))' hyps" ''
is    'at least one word' 'jq "select((.hyp_tokens | length) < 2)" hyps' ''
as_ids() { # texts of the words w4 .. as ids, <s> not among them
	sed 's/<unk>/<3>/g; s/<s>/<0>/g' | tr -d '@w<>' | sed 's/  */ /g'
}
same  'the text is that of the ids' \
	"jq -r '[.hyp_tokens[:-1][] | select(. != 0)] | join(\" \")' hyps" \
	'jq -r .hyp hyps | as_ids'
same  'translated again: the same' 'cat hyps' "$tr <hyps"
same  'one by one' 'cat hyps' "$tr --batch 1 <pairs"
same  'seven at once' 'cat hyps' "$tr --batch 7 <pairs"
same  'two threads' 'cat hyps' "$tr --threads 2 <pairs"
near() { # records: their scores are near those of hyps, but others
	paste -d' ' <(jq .score hyps) <(jq .score $1) | awk '
		{ d = $1 - $2; if (d < 0) d = -d; s += d }
		END { exit !(s > 0 && s / NR < 0.03) }'
}
for t in bf16 int8 kmeans8; do
	holds "$t: pairs are translated" "$tr --dtype $t <pairs >$t"
	holds "$t: scores near those of fp32" "near $t"
	same  "$t: one by one" "cat $t" "$tr --batch 1 --dtype $t <pairs"
done
same  'zstd is read' 'cat hyps' "zstd -q <pairs | $tr"
same  'without a dictionary: the ids' \
	"$short -w plain.safetensors <pairs | jq -r .hyp" \
	'jq -r ".hyp_tokens[:-1] | join(\" \")" hyps'
cat >unordered.jq <<'J'
select((.nbest | length) != 3 or .nbest[0].hyp_tokens != .hyp_tokens or
	.nbest[0].score < .nbest[1].score or .nbest[1].score < .nbest[2].score)
J
is    'the best is the first of n-best' "$tr --nbest 3 <pairs | jq -c -f unordered.jq" ''
is    'at most a x source + b words' "$tr --max-len-a 0.5 --max-len-b 2 <pairs |
	jq 'select((.hyp_tokens | length) - 1 > ((.src | length) + 1) / 2 + 2)'" ''
is    'at least --min-len words' \
	"$tr --min-len 5 <pairs | jq 'select((.hyp_tokens | length) < 6)'" ''
is    'a length penalty of 0: the sum' "
	paste <($tr --beam 1 --lenpen 0 <pairs | jq '.score * 1e4 | round') \
		<($tr --beam 1 <pairs | jq '.score * (.hyp_tokens | length) * 1e4 | round') |
		awk '\$1 - \$2 > 2 || \$2 - \$1 > 2'" ''

# text
awk 'BEGIN {
	for (i = 1; i < 30; i++) {
		s = ""
		for (k = 0; k < i * 5 % 17; k++) {
			n = 4 + (i * k) % 36
			s = s " w" n (n % 3 ? "" : "@@")
		}
		print substr(s, 2)
	}
}' >text
texts="$tr --text"
is    'text: as many lines' "$texts <text | wc -l" 29
is    'text: an empty line stays empty' "$texts <text | sed -n 17p" ''
same  'text as records' "$texts <text | grep ." "
	grep . text | sed 's/[w@]//g; s/ /,/g; s/.*/{\"src\":[&]}/' | $tr | jq -r .hyp"
same  'text: an unknown word is <unk>' \
	"echo 'w5 nowhere w7' | $texts" "echo '{\"src\":[5,3,7]}' | $tr | jq -r .hyp"
is    'text: segmentation undone' "$texts --remove-bpe '@@ ' <text | grep -c @@" 0
is    'text: n-best lines' "head -n 3 text | $texts --nbest 2 | wc -l" 6
is    'text: n-best lines, too, where fewer are found' "head -n 3 text |
	$texts -b 100 --nbest 100 --max-len-a 0 --max-len-b 1 | wc -l" 300
is    'text: a line at once' "
	mkfifo in out; $texts --batch 1 <in >out & exec 3>in 4<out
	echo w5 >&3; read -t 10 a <&4; echo w6 >&3; read -t 10 b <&4; exec 3>&-; wait
	[ \"\$a\" ] && [ \"\$b\" ] && echo yes" yes
# who waits for the answer gets it, whatever the batch and the window; blank
# lines are no reason to wait
ask() { # question terminator arguments: two questions and their answers
	rm -f in out; mkfifo in out
	$short -w m.safetensors "${@:3}" <in >out &
	exec 3>in 4<out
	for i in 1 2; do
		printf "$1$2" >&3
		read -rt 60 a <&4 && [ "$a" ] && echo answered
	done
	exec 3>&-
	wait $!
}
is    'text: a line at once by default' "ask 'w5 w6' '\n' -t" $'answered\nanswered'
is    'text: a line at once with two threads' "ask 'w5 w6' '\n' -t -j 2" $'answered\nanswered'
is    'a record at once' "ask '{\"src\":[5,6,2]}' '\n\n \n'" $'answered\nanswered'
is    'the rest of a line is waited for' \
	"ask '{\"src\":[5,6,2]}\n{\"src\"' ':[7,2]}\n'" $'answered\nanswered'
all='--max-len-a 0 --max-len-b 1 --beam 38 --nbest 38'   # words there are
unknown() { jq -c '.nbest[].hyp_tokens | select(any(. == 3))'; }
is    '--no-unk: never <unk>' "$tr --no-unk $all <pairs | unknown" ''
holds 'without --no-unk <unk> comes' "$tr $all <pairs | unknown | finds ."
is    'a source of 2,000 words' "
	yes w5 | head -n 2000 | paste -sd' ' | $texts --max-len-a 0 --max-len-b 20 | wc -l" 1

# SubTransformers
jq -c . "$top/tests/spaces/sub.json" >arch
sed s/:12,/:120,/ arch >big
zstd -q super.safetensors -o super.zst
holds 'a SubTransformer translates' "$short -w super.safetensors --arch arch <pairs >sub"
is    'a SubTransformer is another model' 'cmp -s sub hyps; echo $?' 1
for w in super reversed; do
	same "$w: the supernet itself" "$short -w $w.safetensors <pairs" 'cat hyps'
done
for w in reversed.safetensors super.zst '<(cat reversed.safetensors)'; do
	same "a SubTransformer of $w" "$short -w $w --arch arch <pairs" 'cat sub'
done
if command -v script >/dev/null; then
	printf 'w4 w5\nw6\n' >words
	holds 'translations on a terminal, without progress between them' "
		script -qec 'translate --text --max-len-b 3 -w m.safetensors words' /dev/null \
			</dev/null >typed
		[ -s typed ] && ! grep -E '/s|sentences' typed"
fi
exits 0 'a supernet without --arch' 'translate --max-len-b 3 -w super.safetensors <pairs'
says  'what translates is told' \
	'super.safetensors is a supernet: its largest architecture translates'
says  'what takes another is told' ' (--arch takes another)'

refuses 2 <<'R'
no weights ;; translate <pairs ;; translate: --weights must be given
more hypotheses than the beam has ;; $tr --nbest 6 <pairs
	;; translate: --nbest 6 is more than --beam 5
an unknown type ;; $tr --dtype int3 <pairs
	;; translate: --dtype: want one of fp32|bf16|int8|kmeans4|kmeans8|fp16, not "int3"; did
	you mean int8?
R
# a number that is none, where the next layer would hide it
cp m.safetensors hidden
bias=decoder.layers.0.fc1.bias
at=$(header hidden | jq ".[\"$bias\"].data_offsets[0]")
printf '\0\0\300\177' | dd of=hidden bs=1 conv=notrunc status=none \
	seek=$((8 + $(od -An -tu8 -N8 hidden) + at))
tail -n 3 pairs >end; { tail -n +4 pairs; echo '{"src":[4,40,2]}'; } >middle
refuses 1 <<'R'
a bias that is not finite ;; translate -w hidden <pairs
	;; translate: hidden: tensor decoder.layers.0.fc1.bias is not finite
a fault in a file before others ;; $tr middle end ;; translate: middle:38: src[1]: want an id
what the second file holds instead ;; $tr end text ;; translate: text:1: want pairs, a JSON object
weights that are not there ;; translate -w nowhere <pairs
	;; translate: nowhere: No such file or directory
weights that are not finite ;; translate -w nan.safetensors <pairs ;; not finite
an id that is no word ;; (head -n 1 pairs; echo '{"src":[4,40,2]}') | $tr
	;; translate: stdin:2: src[1]: want an id in [0, 40)
no source ;; echo '{"tgt":[4,2]}' | $tr ;; translate: stdin:1: want an array of ids in "src"
an empty source ;; echo '{"src":[]}' | $tr ;; translate: stdin:1: "src" is empty
text without a dictionary ;; $short -w plain.safetensors -t <text ;; no dictionary
text that is not UTF-8 ;; printf '\377\n' | $texts ;; translate: stdin:1: not UTF-8
records as text ;; $texts <pairs
	;; translate: stdin:1: a record, want text: records are read without --text
an architecture that does not fit ;; translate -w m.safetensors --arch big <pairs
	;; does not fit m.safetensors
R

same  'a length penalty of -100 orders as others do' \
	"$tr --lenpen -100 --nbest 5 <pairs | jq -c 'select(.score == null)'" ':'
for t in bf16 int8; do
	same  "files that cannot be mapped: $t" "$(preload no-mmap) $tr --dtype $t <pairs" \
		"$tr --dtype $t <pairs"
done

# a file that becomes shorter while it is mapped
cp super.safetensors shrinking; mkfifo later
translate -w shrinking --arch later <pairs >hyps 2>messages & pid=$!
exec 3>later
until grep -q shrinking /proc/$pid/maps; do kill -0 $pid || break; done
: >shrinking
cat arch >&3; exec 3>&-
wait $pid; code=$?
is    'weights that become shorter meanwhile' 'echo $code; cat messages; cat hyps' \
	$'1\ntranslate: a file became shorter while it was read, or cannot be read'
finish
