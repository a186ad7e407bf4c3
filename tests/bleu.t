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
refuses 1 <<'R'
fewer references ;; head -1 ref | bleu -r hyp ;; bleu: stdin has 1 line, hyp has 2:
more references ;; bleu -r ref -r <(cat ref ref) <hyp ;; bleu: stdin has 2 lines, /dev/fd/
one file of references is shorter ;; head -n 1 ref2 >short; bleu -r ref -r short <hyp ;; bleu: short has 1 line, stdin has 2:
all are shorter ;; bleu -r short <hyp ;; bleu: short has 1 line, stdin has 2:
R
exits 1 'references from the stdin of the hypotheses' 'bleu -r - <hyp'
exits 1 'references of gzip' 'gzip -c ref >ref.gz; bleu -r ref.gz <hyp'
says  'names the cure' 'bleu: ref.gz: compressed, and not by zstd: zcat unpacks it'
exits 1 'hypotheses of gzip' 'gzip -c hyps.jsonl | bleu'
same  'CR LF and no last newline' 'sed "s/$/\r/" ref | bleu -r <(head -c -1 hyp) -w 9' 'bleu -r hyp -w 9 <ref'
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
exits 1 'references that are not UTF-8' "printf 'a\n\xe4\n' >bad; bleu -r bad <hyp"
says  'names the line' 'bleu: bad:2: not UTF-8 in byte 1'
exits 1 'records that are not UTF-8' "printf '{\"hyp\":\"\xe4\",\"ref\":\"a\"}\n' | bleu"
exits 1 'references that are not there' 'bleu -r nowhere <hyp'
exits 2 'a value without its smoothing' 'bleu --smooth-value 1 -r ref <hyp'
exits 2 'an unknown tokenizer' 'bleu -t 14b -r ref <hyp'
exits 2 'an unknown metric' 'bleu -m bleu,rouge -r ref <hyp'
exits 2 'a file that nobody asked for' 'bleu hyps.jsonl'
says  'says what it is for' 'systems are named with --paired'
exits 2 'one system alone' 'bleu --paired hyps.jsonl'
exits 2 'sentences have no interval' 'bleu --sentence --confidence <hyps.jsonl'
exits 2 'a test has more than a number' 'bleu -b --paired hyps.jsonl hyps.jsonl'

# every metric, several at once; sacrebleu -m bleu chrf ter -w 12 -f text
cat >three <<'T'
        BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:milliner-0.1 = 42.481262473249 88.9/57.1/40.0/25.0 (BP = 0.895 ratio = 0.900 hyp_len = 9 ref_len = 10)
      chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:milliner-0.1 = 57.242791192176
TER|nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:milliner-0.1 = 20.000000000000
T
same  'three metrics' 'bleu -r ref -w 12 -f text -m ter,bleu,chrf <hyp' 'cat three'
same  'named as sacreBLEU has it' 'bleu -m bleu chrf ter -r ref -w 12 -f text <hyp' 'cat three'
is    'three records' 'bleu -m bleu -m chrf -m ter -r ref <hyp | jq -c "[.name,.score,.verbose_score==null]"' $'["BLEU",42.5,false]\n["chrF2",57.2,true]\n["TER",20,true]'
is    'chrF++' 'bleu -m chrf --chrf-word-order 2 -r ref <hyp | jq -r .name' 'chrF2++'

# sacreBLEU -m ter --ter-normalized splits references twice
printf "it cost ..5 dollars\nthe dog's\xc2\xa0bone\nwe paid ...50 cents more\n" >dots
sed 's/ more//' dots >dots2
is    'TER, normalised' 'bleu --sentence -m ter --ter-normalized -b -w 6 -r dots2 <dots' $'33.333333\n50.000000\n14.285714'

# text in tokens is told, as sacreBLEU tells it
for i in {1..100}; do echo 'a b c d .'; done >tokens
is    'text in tokens' 'bleu -b -r tokens <tokens' 100.0
says  'is told' "bleu: stdin: That's 100 lines that end in a tokenized period ('.')"
holds 'and of systems' 'bleu --paired -r tokens tokens tokens --paired-bs-n 2'
says  'by their names' "bleu: tokens: That's 100 lines"
for o in --force '-t none' '-m ter' --sentence --compound-split; do
	is "nothing is told with $o" "bleu -b -r tokens <tokens $o 2>&1 >/dev/null" ''
done
is    'nor of 99 lines' 'sed 1d tokens >less; bleu -b -r less <less 2>&1' 100.0
same  "sacreBLEU's short names" 'bleu -r ref -lc -tok none -s floor -sv 0.2 -b -ci -cin 5 <hyp' \
	'bleu -r ref --lowercase --tokenize none --smooth floor --smooth-value 0.2 -b --confidence --confidence-n 5 <hyp'

# each sentence
is    'sentences of records' 'bleu --sentence -m bleu -m ter -w 3 <hyps.jsonl' '{"id":1,"hyp":"the cat sat on the mat .","ref":["the cat sat on a mat .","a cat sat on a mat ."],"bleu":48.892,"ter":14.286}
{"id":1,"hyp":"hello world","ref":["hello there world","hello there"],"bleu":70.711,"ter":40.0}'
is    'sentences of text' 'bleu --sentence -r ref <hyp' $'{"bleu":48.9}\n{"bleu":42.9}'
is    'numbers alone' 'bleu --sentence -m bleu -m chrf -b -r ref <hyp' $'48.9\t71.4\n42.9\t39.9'
is    'as text' 'bleu --sentence -f text -r ref <hyp | tail -n 1' 'BLEU|nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp|version:milliner-0.1 = 42.9 100.0/50.0/0.0/0.0 (BP = 0.607 ratio = 0.667 hyp_len = 2 ref_len = 3)'
is    'no sentence is no error' 'bleu --sentence </dev/null' ''

# compounds: perl -ple "s{(\S)-(\S)}{\$1 ##AT##-##AT## \$2}g"
split() { perl -ple 's{(\S)-(\S)}{$1 ##AT##-##AT## $2}g'; }
printf 'a-b-c d - e -f g- hi-jk-l --m\n\u00a0-n x\u00a0-\u00a0y ü-ö\n' >dashes
printf 'a-b c d -e f g-hi-jk l --m\nn x-y ü -ö ü-ö\n' >dashes2
same  'compounds are split as Perl splits them' 'bleu -r dashes2 --compound-split -b -w 9 <dashes' 'bleu -r <(split <dashes2) -t none -s none -b -w 9 < <(split <dashes)'
is    'by the tokenizer of papers' 'bleu -r ref --compound-split <hyp | jq -r .signature' 'nrefs:1|case:mixed|eff:no|tok:none|smooth:none|compound:split|version:milliner-0.1'
is    'unless another is wanted' 'bleu -r ref --compound-split -t 13a -s exp <hyp | jq -r "[.tok,.smooth,.score]|@csv"' '"13a","exp",42.5'
holds 'and both sides are' 'test $(echo "x-y z a b" | bleu -r <(echo "x-y z a b c") -b --compound-split -w 4) = "$(echo "x ##AT##-##AT## y z a b" | bleu -r <(echo "x ##AT##-##AT## y z a b c") -b -t none -s none -w 4)"'

# systems side by side
for s in A B; do jq -c --arg s $s 'if $s == "B" then .hyp |= sub("mat"; "hat") else . end' hyps.jsonl >$s.jsonl; done
is    'a record of each system' 'bleu --paired A.jsonl B.jsonl -w 3 --paired-bs-n 50 | jq -c "[.system,.BLEU.signature,(.BLEU.p_value==null)]"' '["Baseline: A.jsonl","nrefs:2|bs:50|seed:12345|case:mixed|eff:no|tok:13a|smooth:exp|version:milliner-0.1",true]
["B.jsonl","nrefs:2|bs:50|seed:12345|case:mixed|eff:no|tok:13a|smooth:exp|version:milliner-0.1",false]'
same  'text as records' "for f in A B; do jq -r .hyp \$f.jsonl >\$f.txt; done; bleu -r ref -r ref2 --paired-ar A.txt B.txt -m ter bleu -f text | sed 's/txt/jsonl/'" 'bleu --paired-ar A.jsonl B.jsonl -m bleu,ter -f text'
exits 1 'systems of other references' "bleu --paired A.jsonl <(sed '2s/there/their/' A.jsonl)"
says  'names the line' ':2: not the references of A.jsonl'
exits 1 'systems of other lengths' 'head -n 1 A.jsonl >C.jsonl; bleu --paired A.jsonl C.jsonl'
says  'names both' 'bleu: C.jsonl has 1 sentence, A.jsonl has 2'
exits 1 'a system shorter than the references' 'bleu -r ref --paired hyp <(head -n 1 hyp)'
mkfifo refs
for r in - /dev/stdin refs '<(cat ref)'; do
	exits 1 "references of systems from $r" "timeout 20 bleu -r $r --paired hyp hyp <ref"
	says  'say what they must be' ': read once for each system: want a file, not a pipe'
done
exits 1 'a system that is not there' 'bleu -r ref --paired hyp nowhere'
exits 1 'an empty system' 'bleu --paired A.jsonl /dev/null'
exits 1 'a test on a full disk' 'bleu --paired A.jsonl B.jsonl >/dev/full'
exits 1 'sentences on a full disk' 'bleu --sentence <A.jsonl >/dev/full'

# the golden cases as typed: records and (two references or less, the same
# number of them everywhere) text; unit/bleu computes all of them
golden=$top/tests/golden/bleu.jsonl
jq -c 'select(.cases)' "$golden" | awk 'NR % 3 == 1' >corpora
while read -r corpus; do
	n=$((${n:-0} + 1))
	jq -c '[.hyps, .refs] | transpose[] | {hyp: .[0], ref: .[1]}' <<<"$corpus" >c.$n
	jq -r --arg n $n '.cases | to_entries[] | select(.key % 4 == ($n | tonumber) % 4) | .value | select(.score) |
		["bleu -w 12 -f text", (.args | join(" ")), "<c." + $n] | join(" ")' <<<"$corpus" >>commands
	jq -r --arg n $n '.cases | to_entries[] | select(.key % 4 == ($n | tonumber) % 4) | .value | select(.score) |
		.name + "|" + .signature + "|version:milliner-0.1 = " + .score +
		(if .mean and (.mean | tonumber) > 0 then " (μ = " + .mean + " ± " + .ci + ")" else "" end) +
		(if .verbose then " " + .verbose else "" end)' <<<"$corpus" >>wanted
	jq -r '.hyps[]' <<<"$corpus" >h.$n
	jq -r '.refs[] | if length < 3 then .[0] else empty end' <<<"$corpus" >r.$n
done <corpora
holds 'enough golden commands' 'test $(wc -l <commands) -ge 60'
same  'golden commands' '. ./commands' 'cat wanted'
is    'a golden test' "jq -c 'select(.others != null and (.hyps | length) == 40) | .hyps' $golden | wc -l" 2
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
