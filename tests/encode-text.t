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
exits 1 'an empty source' 'echo | encode-text --src-dict a.dict'
is    '--skip-empty' "printf 'a\ta\nc\t \n\ta\n' | encode-text --src-dict a.dict --skip-empty" '{"src":[4,2],"tgt":[4,2]}'
says  'says how many' '2 of 3 lines dropped: an empty side'
is    '--quiet does not' "printf 'a\ta\n\ta\n' | encode-text --src-dict a.dict --skip-empty -q 2>&1 | wc -l" 1
exits 1 'a target is missing' "printf 'a\ta\nc\n' | encode-text --src-dict a.dict"
says  'names the line' 'stdin:2: no target, and the lines before have one'
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
