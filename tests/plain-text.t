# Text in, text out: models that hold their segmentation.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
for p in spm_train spm_encode spm_decode; do
	command -v $p >/dev/null || skip "no $p"
done
helper=$MILLINER_BIN/../helpers/spm-lines
make-corpus -n 600 >corpus
cut -f 1 corpus >de; cut -f 2 corpus >en
spm_train --input=de,en --model_prefix=spm --vocab_size=300 --character_coverage=1 --minloglevel=1 2>/dev/null ||
	skip 'spm_train does not work'
$helper spm.model </dev/null 2>why || skip "$(cat why)"
raw='--normalization_rule_name=identity --add_dummy_prefix=false --remove_extra_whitespaces=false'
for kind in bpe char word; do
	spm_train --input=de,en --model_prefix=$kind --vocab_size=400 --model_type=$kind --hard_vocab_limit=false \
		--minloglevel=1 $([ $kind = word ] || echo $raw) 2>/dev/null || echo "not ok 0 - no $kind model"
done

# --- pieces ------------------------------------------------------------------
{
	printf 'Der alte Hund schläft.\n\n \n  zwei  Blanks am\tTAB und Ende \n'
	printf 'Fullwidth \357\274\241\357\274\242\357\274\243 ideographic\343\200\200space no-break\302\240space zero\342\200\213width\n'
	printf 'e\314\201 combining, \342\226\201 itself, \342\226\201\342\226\201 twice, \360\237\230\200 emoji \360\237\221\250\342\200\215\360\237\221\251\n'
	printf '<s> </s> <unk> <pad> <mask> &amp; \\n "quoted" \047single\047 %%s\n'
	printf 'CR at the end\r\n\001control\037characters\177 \302\205next line \342\200\250separator\n'
	printf '\320\237\321\200\320\270\320\262\320\265\321\202 \331\205\330\261\330\255\330\250\330\247 \344\275\240\345\245\275 \355\225\234\352\265\255\354\226\264\n'
	printf '%*s\n' 3000 x; printf 'a%.0s' $(seq 5000); echo
	printf 'no newline at the end'
} >odd
cat en de >>even; shuf --random-source=en -n 200 even >some
for m in spm bpe char word; do
	same  "$m: pieces of odd lines" "spm_encode --model=$m.model <odd" "$helper $m.model <odd"
	same  "$m: pieces of lines" "spm_encode --model=$m.model <some" "$helper $m.model <some"
	spm_encode --model=$m.model <odd >pieces; spm_encode --model=$m.model <some >>pieces
	echo '<unk> a <s> b </s> ▁c ▁ ▁▁ d<unk> ⁇' >>pieces
	same  "$m: put together" "spm_decode --model=$m.model <pieces" "$helper $m.model decode <pieces"
done
printf 'broken \377 UTF-8 \303\n' >broken
same  'what is no UTF-8' 'spm_encode --model=spm.model <broken' "$helper spm.model <broken"

# --- encode-text -------------------------------------------------------------
for s in de en; do spm_encode --model=spm.model <$s >$s.seg; done
make-dict de.seg en.seg >dict
same  'encode-text cuts as spm_encode' 'encode-text -q --src-dict dict --source de.seg --target en.seg' \
	'encode-text -q --src-dict dict --spm spm.model --source de --target en'
same  'odd lines likewise' 'encode-text -q --src-dict dict --source <(spm_encode --model=spm.model <odd)' \
	'encode-text -q --src-dict dict --spm spm.model --source odd'
same  'columns of stdin' 'encode-text --src-dict dict --source de.seg --target en.seg' 'encode-text --src-dict dict --spm spm.model corpus'
is    'a target that is the reference is plain' 'encode-text -r --src-dict dict --spm spm.model corpus | jq -r .ref | cmp - en' ''
exits 2 'nothing to undo' 'encode-text -r --remove-bpe sentencepiece --src-dict dict --spm spm.model corpus'
exits 1 'not a model' 'encode-text --src-dict dict --spm dict corpus'
says  'says so' 'encode-text: dict: not a SentencePiece model'
exits 1 'half a model' 'head -c 2000 spm.model >half; encode-text --src-dict dict --spm half corpus'
exits 0 'text that is not cut' 'encode-text --src-dict dict corpus'
says  'is told' 'most source words are not in the dictionary: is the text segmented as the dictionary'\''s?'
says  'for each side' 'most target words are not in the dictionary'
is    'once' "echo $(grep -c 'not in the dictionary' "$err")" 2
holds 'at once' '{ head -n 100 corpus; while [ -e wait ]; do sed -n p corpus; done; } | encode-text --src-dict dict 2>told >/dev/null & touch wait; until grep -qs "most source words" told; do :; done; rm wait; wait'
exits 0 'one word' 'echo Hund | encode-text --src-dict dict'
says  'is most, too' 'most source words'
exits 0 'text that is cut' 'encode-text --src-dict dict de.seg'
is    'is not' "echo '$(cat "$err")'" ''
exits 0 'with --quiet' 'encode-text -q --src-dict dict corpus'
is    'nothing is told' "echo '$(cat "$err")'" ''

# --- models ------------------------------------------------------------------
encode-text -q --src-dict dict --spm spm.model corpus | head -n 100 >text.jsonl
train="-q --threads 1 --max-tokens 400 --max-update 4 --lr 0.01 --src-dict dict --share-all-embeddings"
jq -c 'del(.task)' $space >s.json; sample-arch --smallest s.json | jq -c '{arch}' >a.json
holds 'train-sub stores it' "train-sub --arch a.json $train --spm spm.model -o sub text.jsonl >log"
holds 'train-super stores it' "train-super --space s.json $train --spm spm.model -o super text.jsonl >log"
spm_of() { # the bytes of a model file's tensor
	local from to start
	read -r from to < <(header "$1" | jq -r '.spm.data_offsets | join(" ")')
	start=$((9 + $(od -An -tu8 -N8 "$1") + from))
	tail -c +$start "$1" | head -c $((to - from))
}
is    'byte for byte' 'for m in sub super; do spm_of $m | cmp - spm.model; done' ''
exits 0 'weights without' "train-sub --arch a.json $train -o bare text.jsonl"
is    'are the same but for it' 'header bare | jq -c "keys - [\"spm\"]" | cmp - <(header sub | jq -c "keys - [\"spm\"]")' ''
holds 'a slice has it' "train-sub --arch a.json $train --inherit super -o slice text.jsonl >log; spm_of slice | cmp - spm.model"
holds 'the same again is no other' "train-sub --arch a.json $train --spm spm.model --inherit super -o slice text.jsonl"
exits 1 'another' "spm_train --input=de --model_prefix=other --vocab_size=250 --minloglevel=1 2>/dev/null; train-sub --arch a.json $train --spm other.model --inherit super -o slice2 text.jsonl"
says  'is refused' 'another segmentation'
holds 'its supernet has none: the option counts' "train-super --space s.json $train -o without text.jsonl >log; train-sub --arch a.json $train --spm spm.model --inherit without -o s2 text.jsonl >log; spm_of s2 | cmp - spm.model"
holds 'a mean has it' 'average-weights -o mean sub sub; spm_of mean | cmp - spm.model'
exits 1 'a mean of two kinds' 'average-weights -o mean sub bare'
says  'is refused' 'another segmentation (--spm) than'
exits 2 'a segmentation without words' "train-sub --arch $arch -q --spm spm.model -o x text.jsonl"
says  'says what it wants' '--spm wants --src-dict too'
exits 1 'a dictionary of something else' "train-sub --arch a.json $train --spm spm.model --src-dict <(printf 'Hund 1\nKatze 1\n') -o x text.jsonl"
says  'says so' 'only 0 of the 2 words'
holds 'gone on with after a stop' "train-sub --arch a.json $train --spm spm.model --max-update 2 --resume j -o r text.jsonl >l1; train-sub --arch a.json $train --spm spm.model --resume j -o r text.jsonl >l2; cmp r sub"

# --- translate ---------------------------------------------------------------
t='translate -q --threads 1 --max-len-b 12 --beam 2'
head -n 40 some >in; head -n 8 odd >>in
same  'plain text in and out' "spm_encode --model=spm.model <in | $t -w sub --text --segmented | spm_decode --model=spm.model" "$t -w sub --text in"
same  'several hypotheses' "spm_encode --model=spm.model <in | $t -w sub --nbest 2 --text --segmented | spm_decode --model=spm.model" "$t -w sub --nbest 2 --text <in"
same  'as records' "head -n 100 de | $t -w sub --text" "$t -w sub text.jsonl | jq -r .hyp"
same  'in pieces, if asked for' "spm_encode --model=spm.model <in | $t -w bare --text" "$t -w sub --remove-bpe none --text in"
same  'the supernet does' "spm_encode --model=spm.model <in | $t -w super --text --segmented | spm_decode --model=spm.model" "$t -w super --text in"
same  'compressed' "$t -w sub --text in" "zstd -q sub -o sub.zst; $t -w sub.zst --text in"
same  'whatever the threads' "$t -w sub --text in" 'translate -q --threads 3 --batch 4 --max-len-b 12 --beam 2 -w sub --text in'
exits 0 'plain text for a model that does not hold it' 'translate --threads 1 --max-len-b 3 -w bare --text in'
says  'is told' 'most words of the input are unknown to this model: is it segmented as the model'\''s training text?'
is    'once' "echo $(grep -c unknown "$err")" 1
exits 0 'what is segmented' 'translate --threads 1 --max-len-b 3 -w bare --text de.seg'
is    'is not' "echo '$(cat "$err")'" ''
exits 0 'what is segmented, for one that does' 'head -n 5 de.seg | translate --threads 1 --max-len-b 3 -w sub --text'
says  'is told' '(--segmented: it gets subwords)'
exits 0 'with --quiet' 'translate -q --threads 1 --max-len-b 3 -w bare --text in'
is    'nothing is told' "echo '$(cat "$err")'" ''
cp sub torn
start=$((8 + $(od -An -tu8 -N8 torn) + $(header torn | jq '.spm.data_offsets[0]')))
printf '\377\377\377\377\377\377' | dd of=torn bs=1 seek=$start conv=notrunc 2>/dev/null
exits 1 'a model whose segmentation is broken' 'translate -w torn --text in'
says  'names it' 'torn: the segmentation inside: not a SentencePiece model'
exits 0 'which pairs do not need' 'translate -q --remove-bpe none --max-len-b 3 -w torn text.jsonl'
finish
