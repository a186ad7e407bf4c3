. "${0%/*}/lib.sh"
printf 'the cat sat on the mat .\nhello world\n' >hyp
printf 'the cat sat on a mat .\nhello there world\n' >ref
printf 'a cat sat on a mat .\nhello there\n' >ref2
paste hyp ref ref2 | jq -Rc 'split("\t") | {id:1, hyp:.[0], ref:.[1:]}' >hyps.jsonl
v=version:milliner-0.1   # the end of each signature
exp="nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|$v"
usual bleu 'bleu -r ref <hyp'
bad_lines bleu bleu
# golden values: sacrebleu 2.6.0 with the options of the same meaning
tr -d '\n' >record <<R
{"name":"BLEU","score":42.5,"signature":"$exp",
"verbose_score":"88.9/57.1/40.0/25.0 (BP = 0.895 ratio = 0.900 hyp_len = 9 ref_len = 10)",
"nrefs":"1","case":"mixed","eff":"no","tok":"13a","smooth":"exp","version":"milliner-0.1"}
R
score='jq -c [.score,.signature]'
is    'the record of a score' 'bleu -r ref <hyp' "$(cat record)"
is    'two references, floor, lower case' \
	'bleu -r ref -r ref2 -w 4 -s floor --lowercase <hyp | $score' \
	"[47.4736,\"nrefs:2|case:lc|eff:no|tok:13a|smooth:floor[0.10]|$v\"]"
is    'smoothing add-k, as text' 'bleu -r ref -s add-k --smooth-value 0.333 <hyp --format text' \
	"BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:add-k[0.33]|$v = 46.1 \
88.9/59.1/43.7/30.8 (BP = 0.895 ratio = 0.900 hyp_len = 9 ref_len = 10)"
is    '-b: the number alone' 'bleu -r ref -b -w 7 <hyp' 42.4812625
same  'records score as text' 'bleu <hyps.jsonl' 'bleu -r ref -r ref2 <hyp'
same  'records in zstd score as plain ones' 'zstd -q <hyps.jsonl | bleu' 'bleu <hyps.jsonl'
is    'a perfect score is 100' 'bleu -r hyp -b -w 2 <hyp; bleu -r hyp <hyp | cut -d, -f2' \
	$'100.00\n"score":100.0'
is    '-w 0: no decimals' 'bleu -r ref -w 0 <hyp | grep -o "\"score\":[^,]*"' '"score":42.0'
tokens() { echo 'a-b (c), d. e' | bleu -r <(echo 'a-b (c) , d . e') -b -t "$1"; }
is    'tokenizers differ' 'tokens none; tokens 13a' $'11.5\n100.0'
records() { printf '%s\n' "$@" | bleu; }
some='{"hyp":"a b c d","ref":"a b c d"}' more='{"hyp":"a","ref":["a","b"]}'
is    'records vary in references' 'records "$some" "$more" | jq -r .nrefs' var
joined() { echo "$2" | bleu -r <(echo "$3") --remove-bpe "$1" -b; } # scheme hyp ref
is    'segmentation is undone on both sides' \
	"joined '@@ ' 'der hut@@ macher geht da' 'der hut@@ ma@@ cher geht da'" 100.0
is    "SentencePiece's, too" \
	'joined sentencepiece "▁der ▁hut macher ▁geht ▁da" "▁der ▁hutmacher ▁ge ht ▁da"' 100.0
same  'CR LF and no last newline change nothing' \
	'sed "s/$/\r/" ref | bleu -r <(head -c -1 hyp) -w 9' 'bleu -r hyp -w 9 <ref'
gzip -c ref >ref.gz
printf 'a\n\xe4\n' >bad
refuses 1 <<'R'
fewer references ;; head -1 ref | bleu -r hyp ;; bleu: stdin has 1 line, hyp has 2:
more references ;; bleu -r ref -r <(cat ref ref) <hyp ;; bleu: stdin has 2 lines, /dev/fd/
one file of references is shorter ;; head -n 1 ref2 >short; bleu -r ref -r short <hyp ;;
	bleu: short has 1 line, stdin has 2:
a line that is too long for TER ;; yes word | head -n 2000000 | paste -sd' ' >long;
	(echo a; cat long) >two; bleu -m ter -r two <two ;;
	bleu: stdin:2: too long for TER: a table of 2000000 by 2000000 words needs
all files of references are shorter ;; bleu -r short <hyp ;; bleu: short has 1 line, stdin has 2:
references from the stdin of the hypotheses ;; bleu -r - <hyp ;;
	bleu: stdin: only one of the texts can be read from it
references of gzip ;; bleu -r ref.gz <hyp ;;
	bleu: ref.gz: compressed, and not by zstd: zcat unpacks it
hypotheses of gzip ;; gzip -c hyps.jsonl | bleu ;;
	bleu: stdin: compressed, and not by zstd: zcat unpacks it
nothing to score ;; bleu </dev/null ;; bleu: stdin: nothing to score
no lines of text to score ;; bleu -r /dev/null </dev/null ;; bleu: stdin: nothing to score
no reference in line 3 ;; { cat hyps.jsonl; echo '{"hyp":"a"}'; } | bleu ;;
	bleu: stdin:3: no "ref"
no hypothesis ;; records '{"ref":"a"}' ;; bleu: stdin:1: no "hyp"
an empty list of references ;; records '{"hyp":"a","ref":[]}' ;;
	bleu: stdin:1: no reference in "ref"
a reference that is no text ;; records '{"hyp":"a","ref":["a",1]}' ;;
	stdin:1: want a text as "ref"
a hypothesis that is no text ;; records '{"hyp":["a"],"ref":"a"}' ;;
	bleu: stdin:1: want a text as "hyp"
text that is not UTF-8 ;; bleu -r ref <bad ;; bleu: stdin:2: not UTF-8 in byte 1
references that are not UTF-8 ;; bleu -r bad <hyp ;; bleu: bad:2: not UTF-8 in byte 1
records that are not UTF-8 ;; records $'{"hyp":"\xe4","ref":"a"}' ;;
	bleu: stdin:1: broken JSON: unable to decode byte 0xe4 near '"', column 8
references that are not there ;; bleu -r nowhere <hyp ;; bleu: nowhere: No such file or directory
R
refuses 2 <<'R'
a value without its smoothing ;; bleu --smooth-value 1 -r ref <hyp ;;
	bleu: --smooth-value is for --smooth floor and add-k
an unknown tokenizer ;; bleu -t 14b -r ref <hyp ;;
	bleu: --tokenize: want one of none|13a|intl|char|zh, not "14b"
an unknown metric ;; bleu -m bleu,rouge -r ref <hyp ;;
	bleu: --metrics: want bleu, chrf or ter, not "bleu,rouge"
a file that nobody asked for ;; bleu hyps.jsonl ;; systems are named with --paired
resamples of no test ;; bleu -r ref --confidence-n 9 <hyp ;; --confidence-n wants --confidence
resamples of another test ;; bleu --paired-ar --paired-bs-n 9 A.jsonl B.jsonl ;;
	--paired-bs-n wants --paired
one system alone ;; bleu --paired hyps.jsonl ;;
	bleu: --paired: want the files of at least two systems
an interval of sentences ;; bleu --sentence --confidence <hyps.jsonl ;;
	bleu: --sentence: a sentence has no interval or test
one number of a test, which has more ;; bleu -b --paired hyps.jsonl hyps.jsonl ;;
	bleu: --score-only: --paired has more to say
R

# every metric, several at once; sacrebleu -m bleu chrf ter -w 12 -f text
ratio='(BP = 0.895 ratio = 0.900 hyp_len = 9 ref_len = 10)'
cat >three <<R
        BLEU|$exp = 42.481262473249 88.9/57.1/40.0/25.0 $ratio
      chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|$v = 57.242791192176
TER|nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|$v = 20.000000000000
R
same  'three metrics' 'bleu -r ref -w 12 -f text -m ter,bleu,chrf <hyp' 'cat three'
same  'three metrics, named as sacreBLEU has it' \
	'bleu -m bleu chrf ter -r ref -w 12 -f text <hyp' 'cat three'
is    'three metrics as records' \
	'bleu -m bleu -m chrf -m ter -r ref <hyp | jq -c "[.name,.score,.verbose_score==null]"' \
	$'["BLEU",42.5,false]\n["chrF2",57.2,true]\n["TER",20,true]'
is    'chrF with words is named chrF2++' \
	'bleu -m chrf --chrf-word-order 2 -r ref <hyp | jq -r .name' 'chrF2++'

# sacreBLEU -m ter --ter-normalized splits references twice
printf "it cost ..5 dollars\nthe dog's\xc2\xa0bone\nwe paid ...50 cents more\n" >dots
sed 's/ more//' dots >dots2
is    'TER, normalised, of sentences' \
	'bleu --sentence -m ter --ter-normalized -b -w 6 -r dots2 <dots' \
	$'33.333333\n50.000000\n14.285714'

# text in tokens is told, as sacreBLEU tells it
for i in {1..100}; do echo 'a b c d .'; done >tokens
is    'text in tokens is scored' 'bleu -b -r tokens <tokens' 100.0
says  'the user is told' "bleu: stdin: That's 100 lines that end in a tokenized period ('.')"
holds 'systems in tokens are scored' 'bleu --paired -r tokens tokens tokens --paired-bs-n 2'
says  'the user is told by their names' "bleu: tokens: That's 100 lines"
for o in --force '-t none' '-m ter' --sentence --compound-split; do
	is "tokens are not told of with $o" "bleu -b -r tokens <tokens $o 2>&1 >/dev/null" ''
done
is    'tokens are not told of in 99 lines' 'sed 1d tokens >less; bleu -b -r less <less 2>&1' 100.0
same  "sacreBLEU's short names mean the long ones" \
	'bleu -r ref -lc -tok none -s floor -sv 0.2 -b -ci -cin 5 <hyp' \
	'bleu -r ref --lowercase --tokenize none --smooth floor --smooth-value 0.2 \
	-b --confidence --confidence-n 5 <hyp'

# each sentence
cat >sentences <<'R'
{"id":1,"hyp":"the cat sat on the mat .",
	"ref":["the cat sat on a mat .","a cat sat on a mat ."],"bleu":48.892,"ter":14.286}
{"id":1,"hyp":"hello world",
	"ref":["hello there world","hello there"],"bleu":70.711,"ter":40.0}
R
same  'sentences of records' 'bleu --sentence -m bleu -m ter -w 3 <hyps.jsonl' \
	"sed -z 's/\n\t//g' sentences"
is    'sentences of text' 'bleu --sentence -r ref <hyp' $'{"bleu":48.9}\n{"bleu":42.9}'
is    'numbers alone of sentences' 'bleu --sentence -m bleu -m chrf -b -r ref <hyp' \
	$'48.9\t71.4\n42.9\t39.9'
is    'sentences as text' 'bleu --sentence -f text -r ref <hyp | tail -n 1' \
	"BLEU|nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp|$v = 42.9 \
100.0/50.0/0.0/0.0 (BP = 0.607 ratio = 0.667 hyp_len = 2 ref_len = 3)"
is    'no sentence is no error' 'bleu --sentence </dev/null' ''

# compounds: perl -ple "s{(\S)-(\S)}{\$1 ##AT##-##AT## \$2}g"
split() { perl -ple 's{(\S)-(\S)}{$1 ##AT##-##AT## $2}g'; }
printf 'a-b-c d - e -f g- hi-jk-l --m\n\u00a0-n x\u00a0-\u00a0y ü-ö\n' >dashes
printf 'a-b c d -e f g-hi-jk l --m\nn x-y ü -ö ü-ö\n' >dashes2
same  'compounds are split as Perl splits them' \
	'bleu -r dashes2 --compound-split -b -w 9 <dashes' \
	'bleu -r <(split <dashes2) -t none -s none -b -w 9 < <(split <dashes)'
is    'compounds: by the tokenizer of papers' \
	'bleu -r ref --compound-split <hyp | jq -r .signature' \
	"nrefs:1|case:mixed|eff:no|tok:none|smooth:none|compound:split|$v"
is    'compounds: by another where it is wanted' \
	'bleu -r ref --compound-split -t 13a -s exp <hyp | jq -r "[.tok,.smooth,.score]|@csv"' \
	'"13a","exp",42.5'
same  'compounds: both sides are split' \
	'echo x-y z a b | bleu -r <(echo x-y z a b c) -b --compound-split -w 4' \
	'echo "x ##AT##-##AT## y z a b" |
	bleu -r <(echo "x ##AT##-##AT## y z a b c") -b -t none -s none -w 4'

# systems side by side
cp hyps.jsonl A.jsonl
jq -c '.hyp |= sub("mat"; "hat")' hyps.jsonl >B.jsonl
for f in A B; do jq -r .hyp $f.jsonl >$f.txt; done
is    'systems side by side: a record of each' \
	"bleu --paired A.jsonl B.jsonl -w 3 --paired-bs-n 50 |
	jq -c '[.system,.BLEU.signature,(.BLEU.p_value==null)]'" \
	"[\"Baseline: A.jsonl\",\"${exp/nrefs:1/nrefs:2|bs:50|seed:12345}\",true]
[\"B.jsonl\",\"${exp/nrefs:1/nrefs:2|bs:50|seed:12345}\",false]"
same  'systems as text score as those of records' \
	"bleu -r ref -r ref2 --paired-ar A.txt B.txt -m ter bleu -f text | sed 's/txt/jsonl/'" \
	'bleu --paired-ar A.jsonl B.jsonl -m bleu,ter -f text'
head -n 1 A.jsonl >C.jsonl
refuses 1 <<'R'
systems of other references ;; bleu --paired A.jsonl <(sed '2s/there/their/' A.jsonl) ;;
	:2: not the references of A.jsonl
systems of other lengths ;; bleu --paired A.jsonl C.jsonl ;;
	bleu: C.jsonl has 1 sentence, A.jsonl has 2
a system shorter than the references ;; bleu -r ref --paired hyp <(head -n 1 hyp) ;;
	has 1 line, ref has 2: where lines are missing, sentences stand beside the wrong ones
a system that is not there ;; bleu -r ref --paired hyp nowhere ;;
	bleu: nowhere: No such file or directory
a system that is not there, before others are scored ;; bleu --paired A.jsonl B.jsonl nowhere ;;
	bleu: nowhere: No such file
an empty system ;; bleu --paired A.jsonl /dev/null ;; bleu: /dev/null: nothing to score
a test on a full disk ;; bleu --paired A.jsonl B.jsonl >/dev/full ;;
	bleu: stdout: No space left on device
sentences on a full disk ;; bleu --sentence <A.jsonl >/dev/full ;;
	bleu: stdout: No space left on device
R
mkfifo refs
for r in - /dev/stdin refs '<(cat ref)'; do
	refuses 1 <<<"references of systems from $r ;;
	timeout 20 bleu -r $r --paired hyp hyp <ref ;;
	: read once for each system: want a file, not a pipe"
done

# the golden cases as typed: records and (two references or less, the same
# number of them everywhere) text; unit/bleu computes all of them
golden=$top/tests/golden/bleu.jsonl
jq -c 'select(.cases)' "$golden" | awk 'NR % 3 == 1' >corpora
while read -r corpus; do
	n=$((${n:-0} + 1))
	of() { jq "$@" <<<"$corpus"; }
	of -c '[.hyps, .refs] | transpose[] | {hyp: .[0], ref: .[1]}' >c.$n
	of -r --arg n $n -f "$top/tests/jq/bleu-commands.jq" >>commands
	of -r --arg n $n -f "$top/tests/jq/bleu-wanted.jq" >>wanted
	of -r '.hyps[]' >h.$n
	of -r '.refs[] | if length < 3 then .[0] else empty end' >r.$n
done <corpora
holds 'enough golden commands' 'test $(wc -l <commands) -ge 60'
same  'golden commands print what sacreBLEU prints' '. ./commands' 'cat wanted'
is    'two golden tests are of 40 sentences' \
	"jq -c 'select(.others != null and (.hyps | length) == 40) | .hyps' $golden | wc -l" 2
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
