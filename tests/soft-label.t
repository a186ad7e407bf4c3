. "${0%/*}/lib.sh"
make_weights=$MILLINER_BIN/../helpers/make-weights
$make_weights m.safetensors dict
$make_weights plain.safetensors
$make_weights super.safetensors dict super
$make_weights nan.safetensors nan
for i in $(seq 60); do
	src=$(seq -s, 4 $((4 + i * 7 % 31))) tgt=$(seq -s, 5 $((5 + i * 5 % 23)))
	echo "{\"id\":$i,\"src\":[$src],\"note\":\"r \\u00e9\",\"tgt\":[$tgt,2]}"
done >pairs
for i in $(seq 4 39); do [ $((i % 3)) = 0 ] && echo "w$i@@ 9" || echo "w$i 9"; done >right
echo 'w4 9' >few
sl='soft-label -w m.safetensors'
usual soft-label "$sl <pairs"
bad_lines soft-label "$sl"
is    'nothing in, nothing out' "$sl </dev/null" ''
refuses 2 <<'R'
no teacher ;; soft-label <pairs ;; --weights must be given
no words ;; $sl -k 0 <pairs ;; want an integer in [1, 100]
too many words ;; $sl -k 101 <pairs ;; want an integer in [1, 100]
no temperature ;; $sl --temperature 0 <pairs ;; want a number in [
a target dictionary alone ;; $sl --tgt-dict d <pairs ;; --tgt-dict wants --src-dict too
R
refuses 1 <<'R'
weights that are not there ;; soft-label -w nowhere <pairs ;; nowhere: No such file
weights that are not finite ;; soft-label -w nan.safetensors <pairs
	;; nan.safetensors: tensor encoder.embed_tokens.weight is not finite
no target ;; echo '{"src":[4,2]}' | $sl ;; soft-label: stdin:1: want an array of ids in "tgt"
an id that is no word ;; (head -n 1 pairs; echo '{"src":[4,2],"tgt":[40,2]}') | $sl
	;; soft-label: stdin:2: tgt[0]: want an id in [0, 40)
a pair longer than a batch ;; $sl --max-tokens 20 <pairs
	;; stdin:3: 23 tokens, more than --max-tokens 20
another source dictionary ;; $sl --src-dict <(tac right) <pairs
	;; m.safetensors: another source dictionary: id 4 is "w4" there and
another target dictionary ;; $sl --src-dict right --tgt-dict <(tac right) <pairs
	;; m.safetensors: another target dictionary: id 4 is "w4" there and
a teacher without a dictionary, of another number of words
	;; soft-label -w plain.safetensors --src-dict few <pairs
	;; plain.safetensors: 40 source words, but few has 5
R

# the form
sl+=' -q'
holds 'pairs are labelled' "$sl <pairs >soft"
is    'each line is left alone, but for its end' "sed 's/,\"soft\":.*/}/' soft | diff - pairs" ''
same  'labels come in order' 'seq 60' 'jq .id soft'
is    'a list for each token, </s> included' \
	'jq -c "select((.soft | length) != (.tgt | length))" soft' ''
is    'a list for a </s> that is not written' "
	echo '{\"src\":[5],\"tgt\":[6,7]}' | $sl | jq '.soft | length'" 3
words='[.[range(0; length; 2)]]' parts='[.[range(1; length; 2)]]'
is    'at most 5 words, all different' "jq -c '.soft[] | $words |
	select(length > 5 or length < 1 or (unique | length) != length)' soft" ''
is    'the likeliest word first' "jq -c '.soft[] | $parts |
	select(. != (sort | reverse) or add > 10000)' soft" ''
is    'every word, every part' "$sl -k 100 <pairs | jq -c '.soft[] | $parts |
	select(add < 9980 or add > 10000)'" ''
same  'fewer words are the first of more' \
	"$sl -k 2 <pairs | jq -c .soft" "jq -c '.soft | map(.[:4])' soft"
same  'labelled again: the same' 'cat soft' "$sl <soft"
evenness() { jq -s '[.[].soft[][1]] | add / length' "$@"; }
holds 'a higher temperature is more even' "
	jq -en \"\$(evenness soft) > 1.2 * \$($sl -T 4 <pairs | evenness)\""
cat >squared.jq <<'J'
.soft[0] | [.[range(1; length; 2)]] as $p |
[.[0], ($p[0] * $p[0] / ($p | map(. * .) | add) * 10000)] | @tsv
J
is    'a temperature of 1/2 squares what 1 says' "
	paste <($sl -k 40 -T 0.5 <pairs | jq -r '.soft[0][:2] | @tsv') \
		<($sl -k 40 <pairs | jq -r -f squared.jq) |
		awk '\$1 != \$3 || \$2 - \$4 > 60 || \$4 - \$2 > 60'" ''

# whose bytes do not depend on how it is done
same  'one thread, three' "$sl -j 1 <pairs" "$sl -j 3 <pairs"
$sl --max-tokens 40 <pairs >small
is    'other batches: but for rounding' "
	jq -nc --slurpfile a soft --slurpfile b small '[\$a, \$b | map(.soft) | flatten] |
		transpose | map(select(.[0] - .[1] | fabs > 1)) | length < 5'" true
same  'zstd is read' "$sl <pairs" "zstd -q <pairs | $sl"
same  'files one after another' "cat pairs pairs | $sl" "$sl pairs pairs"
holds 'zstd is written' "
	$sl -o s.jsonl.zst <pairs >none && [ ! -s none ] && zstd -qdc s.jsonl.zst | cmp - soft"
refuses 1 <<'R'
a pair that is no record, behind others ;; (cat pairs; echo '{') | $sl -o half.jsonl ;; stdin:61:
R
is    'bad input leaves no file' 'ls half.jsonl 2>/dev/null' ''
holds 'the rate and the bytes' "${sl/ -q/} <pairs >all"
says  'the rate of all tokens is told' \
	"60 pairs, $(jq -s 'map(.tgt|length)|add' pairs) target tokens in "
says  'how large it is is told' ' bytes a token added'

# several
same  'two teachers that are the same are one' "$sl <pairs" "$sl -w m.safetensors <pairs"
same  'a supernet is its largest' 'cat soft' 'soft-label -q -w super.safetensors <pairs'
same  'the dictionary of the pairs' "$sl <pairs" "$sl --src-dict right <pairs"
same  'the dictionary of the pairs, through a pipe' \
	"$sl <pairs" "$sl --src-dict <(cat right) <pairs"
finish
