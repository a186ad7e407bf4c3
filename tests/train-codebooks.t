# train-sub --codebooks: the numbers of codebooks are trained, in place of the
# weights that they stand for.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-sub -q --threads 1 --max-tokens 60'
options='--src-dict dict --share-all-embeddings'
run="$base --codebooks q --max-update 12 --lr 2e-3 --warmup-updates 4 --log-interval 2"
train() { eval "$*" <"$pairs"; }
make_pairs 3 500 >many
holds 'a model' "train-sub -q -j 2 --arch \$arch $options --max-update 400 --max-tokens 256 \
	--lr 0.01 --warmup-updates 40 --dropout 0 -o m <many >log"
holds 'a model in codebooks' 'quantize -b 2 -o q m >errors'
train-super -q --threads 1 --space "$space" --max-update 2 -o super <"$pairs" >log
quantize -o superq super >log
odd() { sed '3s/^/x/' dict; }
once='train-sub -q --threads 1 --max-update 1'
jq -c '.arch.decoder_ffn_embed_dim = [16]' "$arch" >narrower
$once --arch narrower $options -o other <"$pairs" >log
$once --arch "$arch" --src-dict <(odd) --share-all-embeddings -o stranger <"$pairs" >log
refuses 2 <<'E'
codebooks and an architecture ;; train $run --arch $arch -o bad
	;; --codebooks trains the model of q on: leave out --arch
codebooks and a supernet ;; train $run --inherit super -o bad
	;; --codebooks trains the model of q on: leave out --inherit
floats alone ;; train $base --arch $arch --floats m -o bad
	;; --floats m: of which model in codebooks? Want --codebooks, too
E
refuses 1 <<'E'
a model without codebooks ;; train $run --codebooks m -o bad
	;; train-sub: m: has no codebooks: quantize makes them
a supernet in codebooks ;; train $run --codebooks superq -o bad
	;; train-sub: superq: is a supernet, want one SubTransformer
codebooks that are not there ;; train $run --codebooks nowhere -o bad ;; nowhere: No such file
pairs as codebooks ;; train $run --codebooks $pairs -o bad ;; not a safetensors file
another vocabulary ;; train $run --src-vocab 30 --tgt-vocab 30 -o bad
	;; train-sub: q: task.src_vocab is 30 here and 20 there
other words ;; train "$run --src-dict <(odd) -o bad"
	;; q: another source dictionary: id 6 is "w3" there and "xw3" here
floats of a supernet ;; train $run --floats super -o bad
	;; super: another architecture than that of q
floats of another model ;; train $run --floats other -o bad
	;; other: another architecture than that of q
floats of other words ;; train $run --floats stranger -o bad
	;; stranger: another source dictionary: id 6 is
floats that are not there ;; train $run --floats nowhere -o bad ;; nowhere: No such file
E
is    'what is refused leaves no file' 'ls | grep -E "bad|part"' ''

# what becomes of them
made() { train "$* -o x" >made.log && cat x; }
tensors() { header $1 | jq -S "del(.__metadata__)"; }
holds 'codebooks are trained' 'train $run -o t >log'
same  'trained codebooks are the same tensors' 'tensors q' 'tensors t'
same  'trained codebooks are of matrices of the same shapes' \
	'header q | jq .__metadata__.codebooks' 'header t | jq .__metadata__.codebooks'
bytes() { # file, which tensors: their bytes
	local from to data=$((9 + $(header "$1" | wc -c)))
	header "$1" |
		jq -r "to_entries[] | select(.key | test(\"$2\")) | .value.data_offsets | @tsv" |
		while read -r from to; do
			head -c $((data + to - 1)) "$1" | tail -c $((to - from))
		done
}
for part in indices dict; do
	same "$part: stays as it was" "bytes q $part" "bytes t $part"
done
for part in codebook$ bias layer_norm embed_tokens; do
	is "$part: is trained" "cmp -s <(bytes q $part) <(bytes t $part); echo \$?" 1
done
same  'threads change no byte' 'cat t' 'made $run --threads 3'
same  'zstd changes no byte' 'cat t' '
	zstd -qf q; train $run --codebooks q.zst -o x.zst >l; zstd -dcq x.zst'
same  'codebooks in the place of their own' 'cat t' 'cp q x; made $run --codebooks x'
same  'codebooks with their dictionary again' 'cat t' 'made $run --src-dict dict'
same  'no rate, no change' 'bytes q codebook$' '
	made $run --lr 0 --warmup-init-lr 0 >l; bytes x codebook$'
matrices=$(jq -s 'map(select(.tensor)) | length' errors)
weights=$(jq -s 'map(select(.tensor).shape | .[0] * .[1]) | add' errors)
numbers=$((matrices * 4))
holds 'how many numbers are trained' 'train train-sub --codebooks q --max-update 1 -o x >l'
says  'it is told' \
	"$matrices matrices in codebooks: $numbers numbers are trained in place of $weights weights"

# Adam's first step is as long as the rate, whatever the gradient
floats() { bytes "$1" 'codebook$' | od -An -v -tf4 -w4; }
is    'each number is stepped by itself' '
	train $base --codebooks q --max-update 1 --lr 1e-3 --warmup-updates 0 --weight-decay 0 \
		--dropout 0 -o x >l
	paste <(floats q) <(floats x) | awk "
		{ d = (\$1 - \$2) / 1e-3; n += d * d > 0.98 && d * d < 1.02 }
		END { print (n / NR > 0.9), NR }"' "1 $numbers"

# what it is for
loss() { eval-arch -q --weights "$1" --valid many <"$arch" | jq .valid_loss; }
scores() { translate -q -w $1 "$valid" | jq .score; }
tuning='--max-update 60 --max-tokens 256 --lr 2e-3 --warmup-updates 5 --dropout 0'
for o in '-b 2' '-b 2 --per row' '-b 3 --embeddings' '-b 2 --fit lloyd'; do
	what="quantize $o, trained"
	holds "$what" "quantize $o -o k m >l; $base --codebooks k $tuning -o u <many >log"
	holds "$what: is nearer to the floats by half" \
		'jq -en "($(loss u) - $(loss m)) < ($(loss k) - $(loss m)) / 2"'
	holds "$what: translates" \
		'average-weights -o f u; scores u >coded; [ $(wc -l <coded) = 10 ]'
	is    "$what: translates as its floats do" '
		paste -d" " coded <(scores f) | awk "
			{ d = \$1 - \$2; s += d < 0 ? -d : d } END { print s / NR < 0.06 }"' 1
done
is    'in bf16, too, the loss falls' "
	$base --codebooks q --dtype bf16 $tuning -o u <many >log
	jq -n \"\$(loss u) < \$(loss q)\"" true
holds 'codebooks learn from a teacher' "
	soft-label -q -w m <\$pairs | $run -o u >log
	jq -es 'map(select(.event == \"train\").distill_loss > 0) | all' log"

# indices that are trained, too
holds 'indices are trained' 'train $run --floats m -o f >log'
same  'indices trained: the same tensors' 'tensors q' 'tensors f'
for part in indices codebook$ bias embed_tokens; do
	is "indices trained: $part changes" "cmp -s <(bytes q $part) <(bytes f $part); echo \$?" 1
done
is    'indices trained: codebooks ascend' "floats f | awk '
	{ if (NR % 4 != 1 && \$1 < last) bad++; last = \$1 } END { print bad + 0 }'" 0
same  'indices trained: threads change no byte' 'cat f' 'made $run --floats m --threads 3'
same  'indices trained: no rate, indices stay' 'bytes q indices' '
	made $run --floats m --lr 0 --warmup-init-lr 0 >l; bytes x indices'
holds 'indices trained: how many' 'train train-sub --codebooks q --floats m --max-update 1 -o x >l'
says  'it is told' "$weights weights, and which of them a weight is"
for o in '-b 2' '-b 2 --per row' '-b 2 --embeddings' '-b 3 --embeddings'; do
	holds "quantize $o, trained both ways" "
		quantize $o -o k m >l
		$base --codebooks k $tuning -o l <many >log
		$base --codebooks k --floats m $tuning -o lf <many >log"
	holds "quantize $o, trained both ways: with indices it is better" \
		'jq -en "$(loss lf) < $(loss l)"'
done
holds 'indices trained: from codebooks that need not ascend' '
	train $run --floats m --codebooks t -o x >l; translate -q -w x $valid >hyps'

# going on
keep="$run --valid \$valid --keep-last-epochs 2 --save-interval-updates 3"
long="$keep --max-update 20 -o"
holds 'a training on the whole' 'train $long whole.safetensors >log'
holds 'a training up to the middle' 'train $keep --max-update 11 --resume j -o w.safetensors >log'
cp w.safetensors.checkpoint before
cp j before.j
holds 'a training from the middle to the end' '
	train $long w.safetensors --resume j --threads 2 >log; cmp w.safetensors whole.safetensors'
holds 'epochs are in codebooks, too' '
	for f in w.epoch*.safetensors; do
		cmp <(bytes $f indices) <(bytes q indices) && cmp $f whole${f#w} || exit 1
	done'
resumed() { # options: from the middle with them
	cp before w.safetensors.checkpoint; cp before.j j
	train $long w.safetensors --resume j "$@"
}
quantize -b 3 -o q3 m >log; quantize -b 2 --fit lloyd -o lloyd m >log
holds 'indices trained: on the whole' 'train $long whole.safetensors --floats m >log'
holds 'indices trained: up to the middle' '
	train $keep --floats m --max-update 11 --resume jf -o w2.safetensors >log'
holds 'indices trained: from the middle to the end' '
	cp w2.safetensors.checkpoint w3.safetensors.checkpoint; cp jf jg
	train $long w2.safetensors --floats m --resume jf --threads 2 >log
	cmp w2.safetensors whole.safetensors'
holds 'a training of floats' '
	train $base --arch $arch $options --inherit m --max-update 2 --resume fj -o f >log'
refuses 1 <<'E'
resumed with other bits ;; resumed --codebooks q3
	;; is of another training (remove it to start anew)
resumed with another fit ;; resumed --codebooks lloyd
	;; is of another training (remove it to start anew)
resumed with other floats ;; train $long w3.safetensors --resume jg --floats t
	;; is of another training (remove it to start anew)
codebooks from a training of floats ;; train $run --resume fj -o f
	;; f.checkpoint: is of another training
E
holds 'what is refused leaves the journal' 'cmp j before.j'
finish
