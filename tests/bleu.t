. "${0%/*}/lib.sh"
printf 'the cat sat on the mat .\nhello world\n' >hyp
printf 'the cat sat on a mat .\nhello there world\n' >ref
printf 'a cat sat on a mat .\nhello there\n' >ref2
paste hyp ref ref2 | jq -Rc 'split("\t") | {id:1, hyp:.[0], ref:.[1:]}' >hyps.jsonl
usual bleu 'bleu -r ref <hyp'
bad_lines bleu bleu
# golden values: sacrebleu 2.6.0 with the options of the same meaning
is    'the record' 'bleu -r ref <hyp' '{"name":"BLEU","score":42.5,"signature":"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:milliner-0.1","verbose_score":"88.9/57.1/40.0/25.0 (BP = 0.895 ratio = 0.900 hyp_len = 9 ref_len = 10)","nrefs":"1","case":"mixed","eff":"no","tok":"13a","smooth":"exp","version":"milliner-0.1"}'
is    'two references, floor, lower case' 'bleu -r ref -r ref2 -w 4 -s floor --lowercase <hyp | jq -c "[.score,.signature]"' '[47.4736,"nrefs:2|case:lc|eff:no|tok:13a|smooth:floor[0.10]|version:milliner-0.1"]'
is    'add-k' 'bleu -r ref -s add-k --smooth-value 0.333 <hyp --format text' 'BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:add-k[0.33]|version:milliner-0.1 = 46.1 88.9/59.1/43.7/30.8 (BP = 0.895 ratio = 0.900 hyp_len = 9 ref_len = 10)'
is    'the number alone' 'bleu -r ref -b -w 7 <hyp' 42.4812625
same  'records as text' 'bleu <hyps.jsonl' 'bleu -r ref -r ref2 <hyp'
same  'zstd as plain' 'zstd -q <hyps.jsonl | bleu' 'bleu <hyps.jsonl'
is    'perfect' 'bleu -r hyp -b -w 2 <hyp; bleu -r hyp <hyp | cut -d, -f2' $'100.00\n"score":100.0'
is    'no decimals' 'bleu -r ref -w 0 <hyp | grep -o "\"score\":[^,]*"' '"score":42.0'
is    'tokenizers differ' 'for t in none 13a; do echo "a-b (c), d. e" | bleu -r <(echo "a-b (c) , d . e") -b -t $t; done' $'11.5\n100.0'
is    'records vary in references' 'printf "%s\n" "{\"hyp\":\"a b c d\",\"ref\":\"a b c d\"}" "{\"hyp\":\"a\",\"ref\":[\"a\",\"b\"]}" | bleu | jq -r .nrefs' var
is    'segmentation undone on both sides' "echo 'der hut@@ macher geht da' | bleu -r <(echo 'der hut@@ ma@@ cher geht da') --remove-bpe '@@ ' -b" 100.0
is    'and SentencePiece' "echo '▁der ▁hut macher ▁geht ▁da' | bleu -r <(echo '▁der ▁hutmacher ▁ge ht ▁da') --remove-bpe sentencepiece -b" 100.0
exits 1 'fewer references' 'head -1 ref | bleu -r hyp'
says  'both counts' 'bleu: stdin has 1 lines, hyp 2'
exits 1 'more references' 'bleu -r ref -r <(cat ref ref) <hyp'
says  'both counts' 'stdin has 2 lines, /dev/fd/'
exits 1 'nothing to score' 'bleu </dev/null'
says  'says so' 'bleu: stdin: nothing to score'
exits 1 'no lines either' 'bleu -r /dev/null </dev/null'
exits 1 'no reference' '{ cat hyps.jsonl; echo "{\"hyp\":\"a\"}"; } | bleu'
says  'names the line' 'bleu: stdin:3: no "ref"'
exits 1 'no hypothesis' 'echo "{\"ref\":\"a\"}" | bleu'
exits 1 'an empty list of references' 'echo "{\"hyp\":\"a\",\"ref\":[]}" | bleu'
exits 1 'a reference that is no text' 'echo "{\"hyp\":\"a\",\"ref\":[\"a\",1]}" | bleu'
says  'says so' 'stdin:1: want a text as "ref"'
exits 1 'a hypothesis that is no text' 'echo "{\"hyp\":[\"a\"],\"ref\":\"a\"}" | bleu'
exits 1 'text that is not UTF-8' "printf 'a\n\xe4\n' | bleu -r ref"
says  'names the line' 'bleu: stdin:2: not UTF-8 in byte 1'
exits 1 'references that are not UTF-8' "bleu -r <(printf 'a\n\xe4\n') <hyp"
exits 1 'records that are not UTF-8' "printf '{\"hyp\":\"\xe4\",\"ref\":\"a\"}\n' | bleu"
exits 1 'references that are not there' 'bleu -r nowhere <hyp'
exits 2 'a value without its smoothing' 'bleu --smooth-value 1 -r ref <hyp'
exits 2 'an unknown tokenizer' 'bleu -t 14b -r ref <hyp'
# every 7th word lost, every 5th sentence cut; sacrebleu --force -w 12
if [ -d "$shared/multi30k/en-de" ]; then
	sed 's/@@ //g' "$shared/multi30k/en-de/test.2016.de" >m.ref
	awk '{ if (NR % 5 == 0) NF -= 2
		for (i = 1; i <= NF; i++) if (++n % 7) printf "%s ", $i
		print "" }' m.ref >m.hyp
	is 'Multi30k, 13a' 'bleu -r m.ref -b -w 9 <m.hyp' 60.447842643
	is 'Multi30k, none, lower case' 'bleu -r m.ref -b -w 9 -t none -l <m.hyp' 60.414722262
fi
finish
