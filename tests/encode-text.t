. "${0%/*}/lib.sh"
printf 'a 3\nb@@ 2\nc 1\n' >a.dict
printf 'x 3\na 2\n' >b.dict
printf 'a b@@ c\tx a zz\nc\ta\n' >tsv
usual encode-text 'encode-text --src-dict a.dict <tsv'
is    'two dictionaries' 'encode-text --src-dict a.dict --tgt-dict b.dict <tsv' $'{"src":[4,5,6,2],"tgt":[4,5,3,2]}\n{"src":[6,2],"tgt":[5,2]}'
is    'one dictionary' 'encode-text -q --src-dict a.dict <tsv' $'{"src":[4,5,6,2],"tgt":[3,4,3,2]}\n{"src":[6,2],"tgt":[4,2]}'
is    'a source alone' 'echo a c | encode-text --src-dict a.dict' '{"src":[4,6,2]}'
is    'spaces and a CR are no words' "printf '  a  c \r\n' | encode-text --src-dict a.dict" '{"src":[4,6,2]}'
is    'reads zstd' 'zstd -q a.dict; zstd -q <tsv | encode-text --src-dict a.dict.zst | wc -l' 2
is    'a reference' "printf 'a\tc\tA \"q\" \\\\.\n' | encode-text --src-dict a.dict | jq -r .ref" 'A "q" \.'
is    'references' "printf 'a\tc\tA.\t\tB. é\n' | encode-text --src-dict a.dict" '{"src":[4,2],"tgt":[6,2],"ref":["A.","B. é"]}'
is    'the target as a reference' "encode-text --src-dict a.dict --ref <tsv -q | jq -c .ref" $'"x a zz"\n"a"'
is    'without its segmentation' "printf 'a\tb@@ c@@ a a\n' | encode-text --src-dict a.dict --ref --remove-bpe '@@ ' | jq -c .ref" '"bca a"'
is    'SentencePiece undone' "printf 'a\t▁b c ▁a\n' | encode-text -q --src-dict a.dict --ref --remove-bpe sentencepiece | jq -c .ref" '"bc a"'
is    'a given reference goes first' "printf 'a\tc\tC!\n' | encode-text --src-dict a.dict --ref | jq -c .ref" '"C!"'
is    'nothing in, nothing out' 'encode-text --src-dict a.dict </dev/null' ''
is    '--max-len drops on either side' "printf 'a\ta a\na a\ta\na\ta\n' | encode-text --src-dict a.dict --max-len 2" '{"src":[4,2],"tgt":[4,2]}'
says  'says how many' 'encode-text: 2 of 3 lines dropped: longer than --max-len 2'
exits 1 'an empty target' "printf 'a\ta\nc\t \n' | encode-text --src-dict a.dict"
says  'names the line' 'encode-text: stdin:2: an empty target'
exits 1 'an empty source' "printf '\ta\na\ta\n' | encode-text --src-dict a.dict"
says  'names the line' 'encode-text: stdin:1: an empty source (--skip-empty drops such pairs)'
is    'a text alone keeps its lines' "printf 'a\n\n' | encode-text --src-dict a.dict" $'{"src":[4,2]}\n{"src":[2]}'
is    'unless they are dropped' "printf 'a\n\n' | encode-text -q --skip-empty --src-dict a.dict" '{"src":[4,2]}'
is    '--skip-empty' "printf 'c\t \n\ta\na\ta\n' | encode-text --src-dict a.dict --skip-empty" '{"src":[4,2],"tgt":[4,2]}'
says  'says how many' '2 of 3 lines dropped: an empty side'
is    '--quiet does not' "printf '\ta\na\ta\n' | encode-text --src-dict a.dict --skip-empty -q 2>&1 | wc -l" 1
exits 1 'a target is missing' "printf 'a\ta\nc\n' | encode-text --src-dict a.dict"
says  'names the line' 'stdin:2: 1 column, but 2 in the lines before'
exits 1 'a target too many' "printf 'a\nc\ta\n' | encode-text --src-dict a.dict"
holds 'a foreign dictionary' 'encode-text --src-dict a.dict <tsv'
says  'is told' '50.0% of the target words are not in the dictionary'
exits 1 'not UTF-8' "printf 'a\na\xc3\n' | encode-text --src-dict a.dict"
says  'names the line' 'encode-text: stdin:2: not UTF-8 in byte 2'
exits 2 'no dictionary' 'encode-text <tsv'
exits 2 '--remove-bpe alone' 'encode-text --src-dict a.dict --remove-bpe "@@ " <tsv'
exits 1 'a dictionary that is not there' 'encode-text --src-dict nowhere <tsv'
exits 1 'a broken dictionary' 'echo a >c.dict; encode-text --src-dict c.dict <tsv'
says  'names its line' 'encode-text: c.dict:1: want "symbol count", not "a"'
exits 1 'an empty dictionary' ': >c.dict; encode-text --src-dict c.dict <tsv'
exits 1 'a word twice' 'printf "a 1\nb 2\na 3\n" >c.dict; encode-text --src-dict c.dict <tsv'
says  'names its line' 'c.dict:3: "a" is there twice'
is    'unless the later one is to count' 'printf "a 1\r\nb 2\r\na 3 #fairseq:overwrite\r\n" >c.dict; echo a b | encode-text --src-dict c.dict' '{"src":[6,5,2]}'

# a TAB or a lost line makes no wrong pair
printf 'a\tb@@ c\nc\n' >s; printf 'x a\r\na' >t; printf 'X, A. \r\nA\n' >r
is    'sides from files' 'echo c | encode-text -q --src-dict a.dict --tgt-dict b.dict --source s --target t' $'{"src":[4,5,6,2],"tgt":[4,5,2]}\n{"src":[6,2],"tgt":[5,2]}'
is    'references from files' 'encode-text --src-dict a.dict --source s --target t --reference r --reference t -q | jq -c .ref' $'["X, A.","x a"]\n["A","a"]'
same  'and from pipes' 'encode-text -q --src-dict a.dict --source <(cat s) --target - <t' 'encode-text -q --src-dict a.dict --source s --target t'
is    'a target is a reference in words' 'encode-text -q --src-dict a.dict --source s --target s --ref --remove-bpe "@@ " | jq -r .ref' $'a bc\nc'
is    'a source from a file' 'encode-text --src-dict a.dict --source s' $'{"src":[4,5,6,2]}\n{"src":[6,2]}'
exits 1 'a TAB inside a sentence' "paste s t | encode-text --src-dict a.dict"
says  'names the line' 'encode-text: stdin:2: 2 columns, but 3 in the lines before: a TAB inside a sentence?'
head -n 1 t >short
exits 1 'a lost line' 'encode-text --src-dict a.dict --source s --target short'
says  'names both files' 'encode-text: short has 1 line, s has 2: '
is    'before anything is written' 'encode-text --src-dict a.dict --source s --target short; cat "$out"' ''
exits 1 'a lost line of a reference' 'encode-text --src-dict a.dict --source s --target t --reference short'
says  'names both files' 'encode-text: short has 1 line, s has 2: '
exits 1 'a lost line in a pipe' 'encode-text -q --src-dict a.dict --source <(cat s) --target short --skip-empty'
says  'names both' 'encode-text: short has 1 line, /dev/fd/'
for skip in '' --skip-empty; do
	exits 1 "a lost line of stdin $skip" "printf 'a\ta\n\ta\na\ta\nc\t\nc\t\n' | sed 2d | encode-text --src-dict a.dict $skip"
	says  'is told for what it is' 'encode-text: stdin:3: from here to the end there is no target'
	holds 'and not to be skipped' '! grep -e --skip-empty "$err"'
done
exits 1 'a sentence without words in a file' 'printf "a\n\n" >gap; encode-text -q --src-dict a.dict --source s --target gap'
says  'names its line' 'encode-text: gap:2: an empty target (--skip-empty drops such pairs)'
is    'may be dropped' 'encode-text -q --src-dict a.dict --source s --target gap --skip-empty' '{"src":[4,5,6,2],"tgt":[4,2]}'
exits 1 'a file that is not UTF-8' 'printf "a\n\xff\n" >bad; encode-text -q --src-dict a.dict --source s --target bad'
says  'names its line' 'encode-text: bad:2: not UTF-8 in byte 1'
exits 1 'two sides of one stdin' 'encode-text --src-dict a.dict --source - --target -'
exits 2 'a target alone' 'encode-text --src-dict a.dict --target t'
exits 2 'a reference without a target' 'encode-text --src-dict a.dict --source s --reference r'
exits 2 'files are no operands' 'encode-text --src-dict a.dict s t'

holds 'a CR inside a line is a space' "printf 'a\rb@@ c\r\r\n' | encode-text --src-dict a.dict | grep -xF '{\"src\":[4,5,6,2]}'"
says  'and told' 'encode-text: 1 sentence with a CR inside'

# Python's words: tests/golden/make-text.py, and what HAT printed
encodes() { # dictionary and lines [{line, ids}] of a file, by jq
	jq -j "$1" "$3" >g.dict; jq -r "$2 | .[] | .line" "$3" >g.lines; jq -c "$2 | .[] | .ids" "$3" >g.ids
	test $(wc -l <g.ids) -gt 20 && encode-text -q --src-dict g.dict --source g.lines | jq -c .src | cmp - g.ids
}
for i in 1 2 3 4 5; do
	sed 1d "$top/tests/golden/text.jsonl" | sed -n ${i}p >golden
	holds "golden lines $i" 'encodes .dict .lines golden'
done
hat=$shared/hat/golden/text.json
[ -f "$hat" ] && holds "HAT's lines" "encodes .encode_dict .encode $hat"
exits 1 'truncated zstd' 'seq 99999 | zstd -q | head -c 9000 | encode-text -q --src-dict a.dict'
if [ -d "$shared/multi30k/en-de" ]; then
	export d=$shared/multi30k/en-de
	paste "$d/train.en" "$d/train.de" | sed 's/ *\t/\t/; s/ *$//' | tail -n 5000 >train
	make-dict -J <train >dict
	is 'Multi30k comes back from its ids' "encode-text --src-dict dict --ref <train |
		jq -r '[.src, .tgt] | map(.[:-1] | map(\$w[.]) | join(\" \")) | join(\"\t\")' \
		--argjson w \"\$(jq -Rnc '[\"\", \"\", \"\", \"\"] + [inputs | sub(\" [0-9]+\$\"; \"\")]' dict)\" |
		cmp - train; echo \$?" 0
fi
finish
