. "${0%/*}/lib.sh"
printf 'a 3\nb@@ 2\nc 1\n' >a.dict
printf 'x 3\na 2\n' >b.dict
printf 'a b@@ c\tx a zz\nc\ta\n' >tsv
en='encode-text --src-dict a.dict'
typed() { local text=$1; shift; printf "$text" | $en "$@"; } # text, options
usual encode-text "$en <tsv"
is    'two dictionaries give the ids of each side' "$en --tgt-dict b.dict <tsv" \
	$'{"src":[4,5,6,2],"tgt":[4,5,3,2]}\n{"src":[6,2],"tgt":[5,2]}'
is    'one dictionary gives the ids of both sides' "$en -q <tsv" \
	$'{"src":[4,5,6,2],"tgt":[3,4,3,2]}\n{"src":[6,2],"tgt":[4,2]}'
is    'a source alone gives its ids' 'typed "a c\n"' '{"src":[4,6,2]}'
is    'spaces and a CR are no words' 'typed "  a  c \r\n"' '{"src":[4,6,2]}'
is    'reads zstd' 'zstd -q a.dict; zstd -q <tsv | encode-text --src-dict a.dict.zst | wc -l' 2
is    'a reference stays as it is' \
	"printf '%s\n' $'a\tc\tA \"q\" \\\\.' | $en | jq -r .ref" 'A "q" \.'
is    'several references stay as they are' \
	'typed "a\tc\tA.\t\tB. é\n"' '{"src":[4,2],"tgt":[6,2],"ref":["A.","B. é"]}'
is    'the target as a reference' "$en --ref <tsv -q | jq -c .ref" $'"x a zz"\n"a"'
is    'a reference without its segmentation' \
	'typed "a\tb@@ c@@ a a\n" --ref --remove-bpe "@@ " | jq -c .ref' '"bca a"'
is    'a reference without that of SentencePiece' \
	'typed "a\t▁b c ▁a\n" -q --ref --remove-bpe sentencepiece | jq -c .ref' '"bc a"'
is    'a given reference goes first' 'typed "a\tc\tC!\n" --ref | jq -c .ref' '"C!"'
is    'nothing in, nothing out' "$en </dev/null" ''
is    '--max-len drops on either side' 'typed "a\ta a\na a\ta\na\ta\n" --max-len 2' \
	'{"src":[4,2],"tgt":[4,2]}'
says  'says how many' 'encode-text: 2 of 3 lines dropped: longer than --max-len 2'
is    'a text alone keeps its empty lines' 'typed "a\n\n"' $'{"src":[4,2]}\n{"src":[2]}'
is    'a text alone with --skip-empty does not' 'typed "a\n\n" -q --skip-empty' '{"src":[4,2]}'
is    '--skip-empty' 'typed "c\t \n\ta\na\ta\n" --skip-empty' '{"src":[4,2],"tgt":[4,2]}'
says  'says how many' '2 of 3 lines dropped: an empty side'
is    '--skip-empty --quiet does not say how many' \
	'typed "\ta\na\ta\n" --skip-empty -q 2>&1 | wc -l' 1
holds 'a foreign dictionary' "$en <tsv"
says  'is told' '50.0% of the target words are not in the dictionary'
is    'a word twice where the later one is to count' \
	'echo a b | encode-text --src-dict <(printf "a 1\r\nb 2\r\na 3 #fairseq:overwrite\r\n")' \
	'{"src":[6,5,2]}'
dict() { printf "$1" >c.dict; encode-text --src-dict c.dict <tsv; }
refuses 1 <<'R'
an empty target ;; typed 'a\ta\nc\t \n' ;; encode-text: stdin:2: an empty target
an empty source ;; typed '\ta\na\ta\n' ;;
	encode-text: stdin:1: an empty source (--skip-empty drops such pairs)
a target missing ;; typed 'a\ta\nc\n' ;; stdin:2: 1 column, but 2 in the lines before
a target too many ;; typed 'a\nc\ta\n' ;; stdin:2: 2 columns, but 1 in the lines before
text that is not UTF-8 ;; typed 'a\na\xc3\n' ;; encode-text: stdin:2: not UTF-8 in byte 2
a dictionary that is not there ;; encode-text --src-dict nowhere <tsv ;;
	encode-text: nowhere: No such file or directory
a broken dictionary ;; dict 'a\n' ;;
	encode-text: c.dict:1: want "symbol count", not "a"
an empty dictionary ;; dict '' ;; encode-text: c.dict: an empty dictionary
a word twice ;; dict 'a 1\nb 2\na 3\n' ;; c.dict:3: "a" is there twice
truncated zstd data ;; seq 99999 | zstd -q | head -c 9000 | $en -q ;;
	encode-text: stdin: truncated zstd data
R
refuses 2 <<'R'
no dictionary ;; encode-text <tsv ;; encode-text: --src-dict must be given
--remove-bpe alone ;; $en --remove-bpe '@@ ' <tsv ;; encode-text: --remove-bpe is for --ref
R

# a TAB or a lost line makes no wrong pair
printf 'a\tb@@ c\nc\n' >s; printf 'x a\r\na' >t; printf 'X, A. \r\nA\n' >r
head -n 1 t >short
printf 'a\n\n' >gap
printf 'a\n\xff\n' >bad
is    'sides from files' "echo c | $en -q --tgt-dict b.dict --source s --target t" \
	$'{"src":[4,5,6,2],"tgt":[4,5,2]}\n{"src":[6,2],"tgt":[5,2]}'
is    'references from files' \
	"$en --source s --target t --reference r --reference t -q | jq -c .ref" \
	$'["X, A.","x a"]\n["A","a"]'
same  'sides from pipes' "$en -q --source <(cat s) --target - <t" "$en -q --source s --target t"
is    'a target is a reference in words' \
	"$en -q --source s --target s --ref --remove-bpe '@@ ' | jq -r .ref" $'a bc\nc'
is    'a source from a file gives its ids' "$en --source s" $'{"src":[4,5,6,2]}\n{"src":[6,2]}'
is    'a sentence without words in a file may be dropped' \
	"$en -q --source s --target gap --skip-empty" '{"src":[4,5,6,2],"tgt":[4,2]}'
refuses 1 alone <<'R'
a lost line of a file, before anything is written ;; $en --source s --target short ;;
	encode-text: short has 1 line, s has 2: where lines are missing, sentences stand
	beside the wrong ones
R
refuses 1 <<'R'
a TAB inside a sentence ;; paste s t | $en ;;
	encode-text: stdin:2: 2 columns, but 3 in the lines before: a TAB inside a sentence?
a lost line of a reference ;; $en --source s --target t --reference short ;;
	encode-text: short has 1 line, s has 2: 
a lost line in a pipe ;; $en -q --source <(cat s) --target short --skip-empty ;;
	encode-text: short has 1 line, /dev/fd/
a sentence without words in a file ;; $en -q --source s --target gap ;;
	encode-text: gap:2: an empty target (--skip-empty drops such pairs)
a file that is not UTF-8 ;; $en -q --source s --target bad ;;
	encode-text: bad:2: not UTF-8 in byte 1
two sides of one stdin ;; $en --source - --target - ;;
	encode-text: stdin: only one of the texts can be read from it
R
refuses 2 <<'R'
a target alone ;; $en --target t ;; encode-text: --target wants --source too
a reference without a target ;; $en --source s --reference r ;;
	encode-text: --reference wants --target too
files as operands ;; $en s t ;; encode-text: unexpected operand "t"
R
for skip in '' --skip-empty; do
	refuses 1 <<<"a lost line of stdin $skip ;;
	typed 'a\ta\na\ta\nc\t\nc\t\n' $skip ;;
	encode-text: stdin:3: from here to the end there is no target"
	holds "a lost line of stdin $skip: not to be skipped" '! grep -e --skip-empty "$err"'
done

holds 'a CR inside a line is a space' \
	"typed 'a\rb@@ c\r\r\n' | grep -xF '{\"src\":[4,5,6,2]}'"
says  'and told' 'encode-text: 1 sentence with a CR inside'

# Python's words: tests/golden/make-text.py, and what HAT printed
encodes() { # dictionary and lines [{line, ids}] of a file, by jq
	jq -j "$1" "$3" >g.dict
	jq -r "$2 | .[] | .line" "$3" >g.lines
	jq -c "$2 | .[] | .ids" "$3" >g.ids
	test $(wc -l <g.ids) -gt 20 &&
		encode-text -q --src-dict g.dict --source g.lines | jq -c .src | cmp - g.ids
}
for i in 1 2 3 4 5; do
	sed 1d "$top/tests/golden/text.jsonl" | sed -n ${i}p >golden
	holds "golden lines $i have Python's words" 'encodes .dict .lines golden'
done
hat=$shared/hat/golden/text.json
[ -f "$hat" ] && holds "HAT's lines have HAT's ids" "encodes .encode_dict .encode $hat"
if [ -d "$shared/multi30k/en-de" ]; then
	d=$shared/multi30k/en-de
	paste "$d/train.en" "$d/train.de" | sed 's/ *\t/\t/; s/ *$//' | tail -n 5000 >train
	make-dict -J <train >dict
	jq -Rnc '["", "", "", ""] + [inputs | sub(" [0-9]+$"; "")]' dict >words
	decoded() {
		jq -r --slurpfile w words \
			'[.src, .tgt] | map(.[:-1] | map($w[0][.]) | join(" ")) | join("\t")'
	}
	holds 'Multi30k comes back from its ids' \
		'encode-text --src-dict dict --ref <train | decoded | cmp - train'
fi
finish
