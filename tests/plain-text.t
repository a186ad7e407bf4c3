# Text in, text out: models that hold their segmentation.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
for p in spm_train spm_encode spm_decode; do
	command -v $p >/dev/null || skip "no $p"
done
helper=$MILLINER_BIN/../helpers/spm-lines
make-corpus -n 600 >corpus
cut -f 1 corpus >de; cut -f 2 corpus >en
spm() { spm_train --minloglevel=1 "$@" 2>/dev/null; }
cut_up() { spm_encode --model=$1.model; }
put_together() { spm_decode --model=$1.model; }
spm --input=de,en --model_prefix=spm --vocab_size=300 --character_coverage=1 ||
	skip 'spm_train does not work'
$helper spm.model </dev/null 2>why || skip "$(cat why)"
raw='--normalization_rule_name=identity --add_dummy_prefix=false --remove_extra_whitespaces=false'
for kind in bpe char word; do
	spm --input=de,en --model_prefix=$kind --vocab_size=400 --model_type=$kind \
		--hard_vocab_limit=false $([ $kind = word ] || echo $raw) ||
		echo "not ok 0 - no $kind model"
done

# --- pieces ------------------------------------------------------------------
{
	printf 'Der alte Hund schläft.\n\n \n  zwei  Blanks am\tTAB und Ende \n'
	printf 'Fullwidth \357\274\241\357\274\242\357\274\243 ideographic\343\200\200space '
	printf 'no-break\302\240space zero\342\200\213width\n'
	printf 'e\314\201 combining, \342\226\201 itself, \342\226\201\342\226\201 twice, '
	printf '\360\237\230\200 emoji \360\237\221\250\342\200\215\360\237\221\251\n'
	printf '<s> </s> <unk> <pad> <mask> &amp; \\n "quoted" \047single\047 %%s\n'
	printf 'CR at the end\r\n\001control\037characters\177 '
	printf '\302\205next line \342\200\250separator\n'
	printf 'Привет مرحبا 你好 한국어\n'
	printf '%*s\n' 3000 x; printf 'a%.0s' $(seq 5000); echo
	printf 'no newline at the end'
} >odd
cat en de >>even; shuf --random-source=en -n 200 even >some
for m in spm bpe char word; do
	same  "$m: pieces of odd lines" "cut_up $m <odd" "$helper $m.model <odd"
	same  "$m: pieces of lines" "cut_up $m <some" "$helper $m.model <some"
	cut_up $m <odd >pieces; cut_up $m <some >>pieces
	echo '<unk> a <s> b </s> ▁c ▁ ▁▁ d<unk> ⁇' >>pieces
	same  "$m: pieces put together" "put_together $m <pieces" "$helper $m.model decode <pieces"
done
printf 'broken \377 UTF-8 \303\n' >broken
same  'pieces of what is no UTF-8' 'cut_up spm <broken' "$helper spm.model <broken"

# --- encode-text -------------------------------------------------------------
for s in de en; do cut_up spm <$s >$s.seg; done
make-dict de.seg en.seg >dict
encode='encode-text --src-dict dict'
same  'encode-text cuts as spm_encode' "$encode -q --source de.seg --target en.seg" \
	"$encode -q --spm spm.model --source de --target en"
same  'encode-text cuts odd lines as spm_encode' "$encode -q --source <(cut_up spm <odd)" \
	"$encode -q --spm spm.model --source odd"
same  'encode-text cuts columns of stdin' \
	"$encode --source de.seg --target en.seg" "$encode --spm spm.model corpus"
is    'encode-text: a target that is the reference is plain' \
	"$encode -r --spm spm.model corpus | jq -r .ref | cmp - en" ''
told() { cat "$err" >told; is "$1" "${3:-cat told}" "$2"; }
head -c 2000 spm.model >half
refuses 2 <<<"encode-text: nothing to undo
	;; $encode -r --remove-bpe sentencepiece --spm spm.model corpus
	;; --remove-bpe: with --spm the text is plain"
refuses 1 <<R
encode-text: not a model ;; $encode --spm dict corpus
	;; encode-text: dict: not a SentencePiece model
encode-text: half a model ;; $encode --spm half corpus
	;; encode-text: half: not a SentencePiece model
R
exits 0 'encode-text: text that is not cut' "$encode corpus"
says  'the source is told' \
	"most source words are not in the dictionary: is the text segmented as the dictionary's?"
says  'the target is told' 'most target words are not in the dictionary'
told  'encode-text: text that is not cut is told once' 2 'grep -c "not in the dictionary" told'
holds 'encode-text: text that is not cut is told at once' "
	touch wait
	{ head -n 100 corpus; while [ -e wait ]; do sed -n p corpus; done; } |
		$encode 2>told >/dev/null &
	until grep -qs 'most source words' told; do :; done
	rm wait; wait"
exits 0 'encode-text: one word that is not cut' "echo Hund | $encode"
says  'that is most, too' 'most source words'
exits 0 'encode-text: text that is cut' "$encode de.seg"
told  'encode-text: text that is cut: nothing is told' ''
exits 0 'encode-text -q: text that is not cut' "$encode -q corpus"
told  'encode-text -q: nothing is told' ''

# --- models ------------------------------------------------------------------
$encode -q --spm spm.model corpus | head -n 100 >text.jsonl
train='-q --threads 1 --max-tokens 400 --max-update 4 --lr 0.01 --src-dict dict'
train+=' --share-all-embeddings'
jq -c 'del(.task)' $space >s.json; sample-arch --smallest s.json | jq -c '{arch}' >a.json
sub="train-sub --arch a.json $train" super="train-super --space s.json $train"
holds 'train-sub stores the segmentation' "$sub --spm spm.model -o sub text.jsonl >log"
holds 'train-super stores the segmentation' "$super --spm spm.model -o super text.jsonl >log"
spm_of() { # the bytes of a model file's tensor
	local from to start
	read -r from to < <(header "$1" | jq -r '.spm.data_offsets | join(" ")')
	start=$((9 + $(od -An -tu8 -N8 "$1") + from))
	tail -c +$start "$1" | head -c $((to - from))
}
has_spm() { spm_of $1 | cmp - spm.model; }
tensors() { header "$1" | jq -c 'keys - ["spm"]'; }
is    'the segmentation is stored byte for byte' 'has_spm sub; has_spm super' ''
exits 0 'weights without segmentation' "$sub -o bare text.jsonl"
same  'weights without segmentation are the same but for it' 'tensors bare' 'tensors sub'
holds 'a slice has the segmentation' "$sub --inherit super -o slice text.jsonl >log; has_spm slice"
holds 'the same segmentation again is no other' \
	"$sub --spm spm.model --inherit super -o slice text.jsonl"
$super -o without text.jsonl >log
holds 'a supernet without segmentation: the option counts' "
	$sub --spm spm.model --inherit without -o s2 text.jsonl >log; has_spm s2"
holds 'a mean has the segmentation' 'average-weights -o mean sub sub; has_spm mean'
spm --input=de --model_prefix=other --vocab_size=250
printf 'Hund 1\nKatze 1\n' >two
refuses 1 <<R
another segmentation than the supernet's ;; $sub --spm other.model --inherit super -o x text.jsonl
	;; another segmentation
a mean of a model with and one without ;; average-weights -o mean sub bare
	;; another segmentation (--spm) than
a dictionary of something else ;; $sub --spm spm.model --src-dict two -o x text.jsonl
	;; only 0 of the 2 words
R
refuses 2 <<R
a segmentation without words ;; train-sub --arch $arch -q --spm spm.model -o x text.jsonl
	;; --spm wants --src-dict too
R
holds 'a segmentation is kept after a stop' "
	$sub --spm spm.model --max-update 2 --resume j -o r text.jsonl >l1
	$sub --spm spm.model --resume j -o r text.jsonl >l2; cmp r sub"

# --- translate ---------------------------------------------------------------
t='translate -q --threads 1 --max-len-b 12 --beam 2'
head -n 40 some >in; head -n 8 odd >>in
by_hand="cut_up spm <in | $t --text --segmented"
same  'translate: plain text in and out' "$by_hand -w sub | put_together spm" "$t -w sub --text in"
same  'translate: several hypotheses' \
	"$by_hand -w sub --nbest 2 | put_together spm" "$t -w sub --nbest 2 --text <in"
same  'translate: plain text as records' \
	"head -n 100 de | $t -w sub --text" "$t -w sub text.jsonl | jq -r .hyp"
same  'translate: in pieces, if asked for' \
	"cut_up spm <in | $t -w bare --text" "$t -w sub --remove-bpe none --text in"
same  'translate: plain text by the supernet' \
	"$by_hand -w super | put_together spm" "$t -w super --text in"
same  'translate: plain text by compressed weights' \
	"$t -w sub --text in" "zstd -q sub -o sub.zst; $t -w sub.zst --text in"
same  'translate: plain text, whatever the threads' \
	"$t -w sub --text in" "${t/--threads 1/--threads 3 --batch 4} -w sub --text in"
t='translate --threads 1 --max-len-b 3'
exits 0 'translate: plain text for a model that does not hold it' "$t -w bare --text in"
says  'this is told' 'most words of the input are unknown to this model: '
says  'what to look at' "is it segmented as the model's training text?"
told  'translate: plain text for a model that does not hold it is told once' 1 \
	'grep -c unknown told'
exits 0 'translate: segmented text for a model that does not hold it' "$t -w bare --text de.seg"
told  'translate: segmented text for a model that does not hold it: nothing is told' ''
exits 0 'translate: segmented text for a model that does' "head -n 5 de.seg | $t -w sub --text"
says  'this is told' '(--segmented: it gets subwords)'
exits 0 'translate -q: plain text for a model that does not hold it' "$t -q -w bare --text in"
told  'translate -q: nothing is told' ''

# a byte of a segmentation that is a newline
spm --input=de,en --model_prefix=byte --vocab_size=500 --byte_fallback --hard_vocab_limit=false
printf '%s 1\n' ▁der ▁a '<0x0A>' >byte.dict
for i in 1 2 3 4; do printf '▁der\t▁a <0x0A> ▁a\n'; done |
	encode-text --src-dict byte.dict >byte.jsonl
byte="${sub/--src-dict dict/--src-dict byte.dict} --warmup-updates 5 --max-update 150"
holds 'a model that writes a newline' "$byte --spm byte.model -o byte byte.jsonl"
is    'a newline in a translation is no end of a line' \
	'echo der | translate -q -w byte --text; translate -q -w byte byte.jsonl | head -n 1 |
	jq .hyp' $'a  a\n"a\\n a"'

cp sub torn
start=$((8 + $(od -An -tu8 -N8 torn) + $(header torn | jq '.spm.data_offsets[0]')))
printf '\377\377\377\377\377\377' | dd of=torn bs=1 seek=$start conv=notrunc 2>/dev/null
refuses 1 <<'R'
a model whose segmentation is broken ;; translate -w torn --text in
	;; torn: the segmentation inside: not a SentencePiece model
R
exits 0 'pairs do not need a segmentation that is broken' \
	'translate -q --remove-bpe none --max-len-b 3 -w torn text.jsonl'
finish
