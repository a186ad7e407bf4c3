. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-super --quiet --threads 1 --space $space'
run="$base --max-update 6 --log-interval 2 --max-tokens 60"
words='--src-dict dict --share-all-embeddings'
train() { eval "$*" <"$pairs"; }
event() { jq -c "select(.event == \"$1\")"; }
validated() { jq -c "select(.which == \"$1\") | $2"; }
listed() { paste -sd' '; }
usual train-super "$run -o w <\$pairs"
bad_lines train-super "$run -o bad"
refuses 2 <<'R'
no space ;; train-super -o w <$pairs ;; train-super: --space is missing
no output ;; train $run ;; train-super: --output is missing
a rate below 0 ;; train $run -o w --lr -1 ;; train-super: --lr: want a number in [0, 1000], not "-1"
a rate that is NaN ;; train $run -o w --lr nan
	;; train-super: --lr: want a number in [0, 1000], not "nan"
no epsilon ;; train $run --adam-eps 0 -o w ;; --adam-eps: want a number in [1e-20, 1], not "0"
a patience without validations ;; train $run --patience 3 -o w
	;; train-super: --patience wants --valid
validations of fewer pairs without them ;; train $run --valid-sentences 9 -o w
	;; train-super: --valid-sentences wants --valid
an interval of validations without them ;; train $run --validate-interval-updates 9 -o w
	;; train-super: --validate-interval-updates wants --valid
a last rate of a schedule that has none ;; train $run --min-lr 1e-5 -o w
	;; train-super: --min-lr wants --lr-scheduler cosine
a last rate above the first ;; train $run --lr 0.1 --min-lr 0.2 --lr-scheduler cosine -o w
	;; train-super: --min-lr 0.2 is above --lr 0.1
a schedule that nobody knows ;; train $run -o w --lr-scheduler linear
	;; train-super: --lr-scheduler: want one of inverse_sqrt|cosine, not "linear"
a target dictionary alone ;; train $run --tgt-dict dict -o bad
	;; train-super: --tgt-dict wants --src-dict too
R

# what it reads
fourth() { { head -n 3 $pairs; echo "$1"; } | eval "$run -o bad"; }
with() { train "$run --space <(sed '$1' $space) -o bad"; }
echo '{"src":[4],"tgt":[99]}' >strange
cat $space $space >two-spaces
refuses 1 <<'R'
an operand that is no file of pairs ;; train $run -o w x
	;; train-super: x: No such file or directory
no pairs ;; eval "$run -o bad </dev/null" ;; train-super: stdin: no pairs
a source id too large ;; fourth '{"src":[4,20,2],"tgt":[4,2]}' ;; train-super: stdin:4:
a negative target id ;; fourth '{"src":[4,2],"tgt":[-1,2]}' ;; train-super: stdin:4:
an empty target ;; fourth '{"src":[4,2],"tgt":[]}' ;; train-super: stdin:4:
no target ;; fourth '{"src":[4,2]}' ;; train-super: stdin:4:
a source that is no list ;; fourth '{"src":4,"tgt":[4,2]}' ;; train-super: stdin:4:
an id that is a text ;; fourth '{"src":[4,2],"tgt":["4",2]}' ;; train-super: stdin:4:
half an id ;; fourth '{"src":[4.5,2],"tgt":[4,2]}' ;; train-super: stdin:4:
an id that is null ;; fourth '{"src":[4,2],"tgt":[null]}' ;; train-super: stdin:4:
a huge id ;; fourth '{"src":[1e300,2],"tgt":[4,2]}'
	;; train-super: stdin:4: src[0]: want an id in [0, 20)
a pair longer than a batch ;; train $run --max-tokens 5 -o bad
	;; train-super: stdin:5: 6 tokens, more than --max-tokens 5
a space that is not there ;; train-super --space nowhere -o bad <$pairs
	;; train-super: nowhere: No such file or directory
a text in a space ;; with 's/\[48,32\]/[48,"32"]/'
	;; :1: space.encoder_ffn_embed_dim_choice: want integers in [1, 65536]
an unknown key in a space ;; with 's/"qkv_dim"/"qkv_dims"/'
	;; :1: space: unknown key "qkv_dims"; did you mean qkv_dim?
two spaces ;; train $run --space two-spaces -o bad
	;; train-super: two-spaces:2: want one space record only
bad validation pairs ;; train $run --valid strange -o bad ;; :1: tgt[0]: want an id in [0, 20)
no validation pairs ;; train $run --valid /dev/null -o bad ;; train-super: /dev/null: no pairs
a folder that is not there, before anything is read ;; echo '{' | eval "$run -o no/where"
	;; no/where: No such file
a full device ;; train $run -o /dev/full ;; train-super: /dev/full: No space left on device
dictionaries that disagree with --src-vocab ;; train $run --src-dict dict --src-vocab 21 -o bad
	;; disagree: task.src_vocab is 21 here and 20 there
a broken dictionary ;; train $run --src-dict $pairs -o bad ;; : line 1: want "symbol count"
sharing what differs
	;; train $run --share-all-embeddings --src-vocab 20 --tgt-vocab 30 -o bad ;; train-super:
	task: shared embeddings need one vocabulary, not 20 and 30 words
R
if [ "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)" -lt 90000000 ]; then
	refuses 1 <<'R'
a batch that cannot fit ;; train $run --max-tokens 16777216 -o bad
	;; train-super: this training needs
R
fi
is    'what is refused leaves no file' 'ls | grep -E "bad|part"' ''

# the task
meta() { header w | jq -r ".__metadata__.$1"; }
holds 'other vocabularies than the space' 'train $run --src-vocab 25 --tgt-vocab 30 -o w'
is    'other vocabularies than the space come first, and are not shared' "
	meta task | jq -c '[.src_vocab, .tgt_vocab, .share_all_embeddings]'" '[25,30,false]'
cat >tables.jq <<'J'
to_entries[] | select(.value.shape[0]? | . == 25 or . == 30) | "\(.key) \(.value.shape)"
J
is    'three tables' 'header w | jq -r -f tables.jq' 'encoder.embed_tokens.weight [25,32]
decoder.embed_tokens.weight [30,32]
decoder.output_projection.weight [30,32]'

# what it writes
holds 'a supernet with dictionaries and a validation' \
	'train $run $words --valid $valid --log-interval 3 -o w >log'
fields() { event $1 <log | jq -r 'keys_unsorted | join(" ")' | uniq; }
is    'the fields of train' 'fields train' \
	'event step epoch loss nll ppl lr gnorm tokens tokens_per_s'
is    'the fields of valid' 'fields valid' 'event step epoch which loss nll ppl tokens'
is    'the fields of save' 'fields save' \
	'event step epoch file seconds core_seconds peak_mb kernels'
is    'events at their steps' "jq -r '\"\\(.event) \\(.step)\"' log | uniq | paste -sd," \
	'train 3,train 6,valid 6,save 6'
is    'the ends and a random one are validated' \
	'event valid <log | jq -r .which | listed' 'largest smallest random'
same  'they are validated on all tokens, </s> counted' \
	'jq -s "map(.tgt | length) | add" $valid' 'validated random .tokens <log'
is    'ppl is that of nll' "
	jq -s 'all(.event == \"save\" or ((.nll | exp) - .ppl | fabs) < 1e-4)' log" true
is    'the keys of the metadata' "header w | jq -c '.__metadata__ | keys'" \
	'["arch","format","label_smoothing","space","task"]'
same  'the space is as it was' 'jq -cS .space $space' 'meta space | jq -cS .'
same  'the architecture is the largest' \
	'sample-arch --largest $space | jq -cS .arch' 'meta arch | jq -cS .'
is    'the task' '
	meta task | jq -c "[.src_vocab, .tgt_vocab, .share_all_embeddings,
		.super_encoder_embed_dim, .super_decoder_embed_dim], length"' \
	$'[20,20,true,32,32]\n5'
is    'dictionaries are inside' "
	header w | jq -c '.src_dict, .tgt_dict | [.dtype, .shape]' | uniq" \
	"[\"U8\",[$(wc -c <dict)]]"
inside() { # from, to
	tail -c +$((9 + $(header w | wc -c) + $1)) w | head -c $(($2 - $1))
}
same  'a dictionary inside is the file' \
	'cat dict' 'inside $(header w | jq -r ".src_dict.data_offsets[]")'
is    'there are no holes in the file' "
	header w | jq '[del(.__metadata__)[].data_offsets] | sort | .[0][0] == 0 and
		([.[1:], .[:-1]] | transpose | all(.[0][0] == .[1][1]))'" true
is    'nothing is beside the file' 'ls w*' w
is    'the supernet has all layers' "
	header w | jq -r 'keys[]' | grep -o '^[a-z]*.layers.[0-9]*' | sort -u | wc -l" 4
same  'zstd where the name ends so' 'cat w' 'train $run $words -o w.zst >l; zstd -dcq w.zst'
same  'weights straight through a pipe' 'cat w' '
	train "$run $words -o >(cat >through) >l; wait \$!"; cat through'
same  'zstd is read' 'cat w' 'zstd -qc $pairs | eval "$run $words -o v" >l; cat v'
same  'eval-arch agrees with the last validation' \
	'for w in largest smallest; do validated $w "[.loss, .nll]" <log; done' '
	sample-arch --largest --smallest $space | eval-arch --weights w --valid $valid |
		jq -c "[.valid_loss, .valid_nll]"'
cat >read.py <<'P'
from safetensors import safe_open
with safe_open("w", "np") as f:
    print(len(f.keys()), sorted(f.metadata()))
P
python=${PYTHON:-python3}
if $python -c 'import numpy, safetensors' 2>/dev/null; then
	tensors=$(header w | jq 'length - 1')
	is 'Python reads it' '$python read.py' \
		"$tensors ['arch', 'format', 'label_smoothing', 'space', 'task']"
else
	echo "# no numpy and safetensors for $python: not read by it"
fi

# the same bytes, and others
made() { train "$* -o m" >made.log && cat m; }
drop='--max-tokens 120 --attention-dropout 0.1 --activation-dropout 0.1'
for k in 1 2; do
	train $run $drop --threads $k --dropout 0.2 -o t$k | timeless >l$k
done
holds 'threads change no byte' 'cmp t1 t2 && cmp <(sed s/t1/t2/ l1) l2'
for type in fp32 bf16; do
	same "activations formed again change no byte, $type" "made \$run --dtype $type \$drop" \
		"made \$run --dtype $type \$drop --checkpoint-activations"
done
memory() { # MB that a batch takes: options
	train-super --space $space --threads 1 --max-update 1 "$@" -o t <$pairs 2>&1 >l |
		sed -n 's/.* a batch of 4096 tokens \([0-9]*\) MB.*/\1/p'
}
holds 'activations formed again take less memory' \
	'[ $(($(memory --checkpoint-activations) * 10)) -lt $(($(memory) * 8)) ]'
same  'the same seed, the same bytes' 'made $run -s 7' 'made $run -s 7'
made $run -s 7 >a
is    'another seed changes them' 'made $run -s 8 | cmp -s a -; echo $?' 1
is    'another order of pairs changes them' '
	tac $pairs | eval "$run -s 7 -o b" >l; cmp -s a b; echo $?' 1

# when it ends
is    'it ends after its epochs' '
	train $base --max-epoch 3 --max-tokens 60 --valid $valid -o w |
		jq -r "select(.which == \"largest\" or .event == \"save\") |
			\"\(.event) \(.epoch)\"" | paste -sd,' 'valid 1,valid 2,valid 3,save 3'
is    'it validates in between' '
	train $base --max-update 8 --validate-interval-updates 3 --valid $valid -o w |
		validated largest .step | listed' '3 6 8'
is    'it ends where patience does' '
	train $base --max-update 50 --validate-interval-updates 2 --patience 3 --valid $valid \
		--lr 0 --warmup-init-lr 0 --weight-decay 0 -o w |
		tail -n 1 | jq -c "[.event, .step]"' \
	'["save",8]'
is    'it validates on fewer pairs' '
	train $base --max-update 1 --valid-sentences 2 --valid $valid -o w |
		validated largest .tokens' 5
place='update ([0-9]+), epoch \1, batch 1; last good state: none saved'
refuses 1 <<'R'
a loss that explodes
	;; train $base --max-update 50 --lr 1e3 --weight-decay 1e3 --warmup-updates 1 -o bad
	;; the loss is not finite at update
R
cp "$err" e
holds 'a loss that explodes is named, with its place' 'grep -E "the loss is not finite at $place" e'
refuses 1 <<'R'
a validation that explodes
	;; train $base --max-update 3 --lr 1e3 --weight-decay 1e3 --warmup-updates 1 -o bad
	--valid $valid
	;; the validation loss is not finite at update 3
R
is    'what explodes leaves no file' 'ls | grep -E "bad|part"' ''

# rates, against fairseq's formulas: lr step / warmup, lr (warmup / step)^.5
rates() { # options
	train $base --max-update 10 --log-interval 1 --lr 0.02 --warmup-init-lr 0.004 \
		--warmup-updates 4 --dropout 0 "$@" -o w | event train | jq .lr | listed
}
rise='0.004 0.008 0.012 0.016 0.02'
is    'rates of inverse_sqrt' rates \
	"$rise 0.0178885438 0.0163299316 0.0151185789 0.0141421356 0.0133333333"
# 0.002 + 0.5 * 0.018 * (1 + cos(pi * k / 6))
is    'rates of cosine' 'rates --lr-scheduler cosine --min-lr 0.002' \
	"$rise 0.0187942286 0.0155 0.011 0.0065 0.00320577137"
is    'rates without warm-up' "rates --warmup-updates 0 | cut -d' ' -f1-4" \
	'0.02 0.02 0.0141421356 0.0115470054'

# gradients of several batches are one batch's
sed -n '4~5p' "$pairs" >even
many() { # options
	eval "$base --max-epoch 4 --log-interval 1 --dropout 0 --lr 0.01 --warmup-updates 1 \
		$* -o w" <even | event train | jq -c '.loss, .gnorm, .tokens'
}
holds 'an update of 12 pairs' 'many --max-sentences 12 --max-tokens 60 >one'
holds 'an update of 12 pairs in three' 'many --max-tokens 20 --update-freq 3 >three'
is    'an update of 12 pairs and one in three: four each' 'cat one three | wc -l' 24
is    'an update of 12 pairs and one in three: nearly the same' "
	jq -n --slurpfile a one --slurpfile b three '[\$a, \$b] | transpose |
		all((.[0] - .[1] | fabs) < 1e-4)'" true
is    'an update of a third of that has other tokens' \
	'many --max-tokens 20 --max-sentences 4 | sed -n 3p' 20
is    'the last update of an epoch may have fewer' \
	"many --max-tokens 20 --update-freq 2 | sed -n '3~3p' | listed" '40 20 40 20 40 20 40 20'

# the last epochs
mkdir 'of [1]'
odd='of [1]/m.safetensors'
train "$run -o other" >log
touch 'of [1]/'{m.epochal.safetensors,m.epoch1.safetensors.zst,xm.epoch1.safetensors}
cp other 'of [1]/m.epoch1.safetensors'; cp other 'of [1]/m.epoch7.safetensors'
holds 'the last epochs' "train $base --max-epoch 5 --keep-last-epochs 2 -o \"'$odd'\""
is    'the last epochs are kept, those of another training are not, all else is' \
	'cd "of [1]"; ls' 'm.epoch1.safetensors.zst
m.epoch4.safetensors
m.epoch5.safetensors
m.epochal.safetensors
m.safetensors
xm.epoch1.safetensors'
holds 'the last epoch is the output' 'cmp "of [1]/m.epoch5.safetensors" "$odd"'
is    'the epoch before the last is not the output' \
	'cmp -s "of [1]/m.epoch4.safetensors" "$odd"; echo $?' 1
is    'the last epochs in a name of another ending' '
	train $base --max-epoch 2 --keep-last-epochs 1 -o k >l; ls k*' $'k\nk.epoch2'
# what lies there before
keeping="$base --max-tokens 60 --max-epoch 3 --keep-last-epochs 2 --resume kj -o e"
lie() { # the epochs of another training
	rm -f e e.* kj; cp other e.epoch2; cp other e.epoch9
}
lie
refuses 1 <<'R'
an epoch's name that is a text's ;; echo text >e.epoch3; train $keeping
	;; train-super: e.epoch3: --keep-last-epochs removes epochs of --output, and this is none:
	rename it (not a safetensors file: too short)
an epoch's name that is a checkpoint's ;; rm -f cj; train "$run --resume cj -o c" >log;
	mv c.checkpoint e.epoch3;
	train $keeping
	;; is none: rename it (not written by train-super or train-sub)
an epoch's name that is a folder's ;; rm e.epoch3; mkdir e.epoch3; train $keeping
	;; is none: rename it (no file)
an epoch's name that is a FIFO's ;; rmdir e.epoch3; mkfifo e.epoch3; train $keeping
	;; is none: rename it (no file)
broken pairs ;; rm e.epoch3; echo x | eval "$keeping" ;; stdin:1: want a JSON object
a first epoch that is not reached
	;; train "${keeping/60/6} --lr 1e3 --weight-decay 1e3 --warmup-updates 1"
	;; last good state: none saved
R
is    'a training without an epoch of its own removes no others' '
	for e in 2 9; do cmp other e.epoch$e; done; ls e.epoch*' $'e.epoch2\ne.epoch9'
is    'its first takes the place of the others' '
	lie; train $keeping --max-epoch 1 >log; ls e.epoch*' e.epoch1
is    'going on, it keeps its own' '
	train $keeping --max-epoch 2 >log; ls e.epoch*' $'e.epoch1\ne.epoch2'
is    'fewer are kept of a training that is over' '
	train $keeping --max-epoch 2 --keep-last-epochs 1 >log; ls e.epoch*' e.epoch2
is    'where it keeps epochs from its second on, no others are between them' '
	lie; cp other e.epoch1; train $keeping --max-epoch 1 --keep-last-epochs 0 >log
	train $keeping --max-epoch 2 >log; ls e.epoch*' e.epoch2
cut="$base --max-tokens 60 --log-interval 1 --keep-last-epochs 2 --resume cut.journal -o cut"
per=$(train "$base --max-tokens 60 --log-interval 1 --max-epoch 1 -o one" | event train | wc -l)
holds 'a training that ends within its second epoch' \
	"[ $per -gt 2 ]; train '$cut --max-update $((per + 2)) >cut.log'"
kept() { # another file
	ls cut.epoch*; cmp cut.epoch2 cut; cmp -s $1 cut || echo other
}
is    'an epoch that is cut short is the last' 'kept cut.epoch1' $'cut.epoch1\ncut.epoch2\nother'
cp cut was
holds 'its output is lost' "rm cut; train '$cut --max-update $((per + 2)) >cut.log'; cmp cut was"
is    'once more, its epochs are there' 'kept cut.epoch1' $'cut.epoch1\ncut.epoch2\nother'
holds 'it goes on to the end of the epoch' "train '$cut --max-update $((2 * per)) >cut.log'"
is    'the whole epoch is the last' 'kept was' $'cut.epoch1\ncut.epoch2\nother'

# it learns: of a guess among 16 words the loss is 2.77. Here it ends at 0.05 to 0.49, over
# 30 seeds and sets of pairs, of which other roundings may be one more.
make_pairs 3 500 >learnt
make_pairs 4 100 >unseen
holds 'a longer training' "$base --max-update 600 --max-tokens 256 --warmup-updates 40 \
	--lr 0.01 --dropout 0 --label-smoothing 0 --log-interval 200 \
	--validate-interval-updates 200 --valid unseen -o w <learnt >log"
is    'the loss falls' '
	event train <log | jq -s "map(.nll) | .[0] > 1.5 * .[1] and .[1] > .[2]"' true
is    'the largest copies what it has not seen' \
	'validated largest .nll <log | jq -s ".[-1] < 1"' true
finish
