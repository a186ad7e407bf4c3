# train-sub --codebooks: the numbers of codebooks are trained, in place of the
# weights that they stand for.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-sub -q --threads 1 --max-tokens 60'
options='--src-dict dict --share-all-embeddings'
run="$base --codebooks q --max-update 12 --lr 2e-3 --warmup-updates 4 --log-interval 2"
make_pairs 3 500 >many
holds 'a model' "train-sub -q -j 2 --arch \$arch $options --max-update 400 --max-tokens 256 --lr 0.01 --warmup-updates 40 --dropout 0 -o m <many >log"
holds 'in codebooks' 'quantize -b 2 -o q m >errors'
train-super -q --threads 1 --space "$space" --max-update 2 -o super <"$pairs" >log
quantize -o superq super >log
train-sub -q --threads 1 --arch <(jq -c '.arch.decoder_ffn_embed_dim = [16]' "$arch") $options --max-update 1 -o other <"$pairs" >log
train-sub -q --threads 1 --arch "$arch" --src-dict <(sed '3s/^/x/' dict) --share-all-embeddings --max-update 1 -o stranger <"$pairs" >log
refuses 2 <<E
with an architecture ;; $run --arch \$arch -o bad <\$pairs ;;
	--codebooks trains the model of q on: leave out --arch
with a supernet ;; $run --inherit super -o bad <\$pairs ;;
	--codebooks trains the model of q on: leave out --inherit
floats alone ;; $base --arch \$arch --floats m -o bad <\$pairs ;;
	--floats m: of which model in codebooks? Want --codebooks, too
E
refuses 1 <<E
a model without ;; $run --codebooks m -o bad <\$pairs ;;
	train-sub: m: has no codebooks: quantize makes them
a supernet ;; $run --codebooks superq -o bad <\$pairs ;;
	train-sub: superq: is a supernet, want one SubTransformer
what is not there ;; $run --codebooks nowhere -o bad <\$pairs ;;
	nowhere: No such file
what is no model ;; $run --codebooks \$pairs -o bad <\$pairs ;; not a safetensors file
another vocabulary ;; $run --src-vocab 30 --tgt-vocab 30 -o bad <\$pairs ;;
	train-sub: q: task.src_vocab is 30 here and 20 there
other words ;; $run --src-dict <(sed '3s/^/x/' dict) -o bad <\$pairs ;;
	q: another source dictionary: id 6 is "w3" there and "xw3" here
floats of a supernet ;; $run --floats super -o bad <\$pairs ;;
	super: another architecture than that of q
floats of another model ;; $run --floats other -o bad <\$pairs ;;
	other: another architecture than that of q
floats of other words ;; $run --floats stranger -o bad <\$pairs ;;
	stranger: another source dictionary: id 6 is
no floats ;; $run --floats nowhere -o bad <\$pairs ;; nowhere: No such file
E
is    'none of them leaves a file' 'ls | grep -E "bad|part"' ''

# what becomes of them
holds 'trains' "$run -o t <\$pairs >log"
same  'the same tensors' 'header q | jq -S "del(.__metadata__)"' 'header t | jq -S "del(.__metadata__)"'
same  'the same shapes of matrices' 'header q | jq .__metadata__.codebooks' 'header t | jq .__metadata__.codebooks'
bytes() { # file, which tensors: their bytes
	local from to data=$((9 + $(header "$1" | wc -c)))
	header "$1" | jq -r "to_entries[] | select(.key | test(\"$2\")) | .value.data_offsets | @tsv" |
		while read -r from to; do head -c $((data + to - 1)) "$1" | tail -c $((to - from)); done
}
same  'indices stay' 'bytes q indices' 'bytes t indices'
for part in codebook$ bias layer_norm embed_tokens; do
	is "$part: trained" "cmp -s <(bytes q $part) <(bytes t $part); echo \$?" 1
done
holds 'not the dictionary' 'cmp <(bytes q dict) <(bytes t dict)'
same  'threads change no byte' 'cat t' "$run --threads 3 -o x <\$pairs >l; cat x"
same  'nor does zstd' 'cat t' "zstd -qf q; $run --codebooks q.zst -o x.zst <\$pairs >l; zstd -dcq x.zst"
same  'nor its own place' 'cat t' "cp q x; $run --codebooks x -o x <\$pairs >l; cat x"
same  'nor its dictionary again' 'cat t' "$run --src-dict dict -o x <\$pairs >l; cat x"
same  'no rate, no change' 'bytes q codebook$' "$run --lr 0 --warmup-init-lr 0 -o x <\$pairs >l; bytes x codebook\$"
holds 'how many' "train-sub --codebooks q --max-update 1 -o x <\$pairs >l"
says  'is told' "$(jq -s 'map(select(.tensor)) | length' errors) matrices in codebooks: $(jq -s 'map(select(.tensor)) | length * 4' errors) numbers are trained in place of $(jq -s 'map(select(.tensor).shape | .[0] * .[1]) | add' errors) weights"

# Adam's first step is as long as the rate, whatever the gradient
floats() { bytes "$1" 'codebook$' | od -An -v -tf4 -w4; }
is    'each number is stepped by itself' "$base --codebooks q --max-update 1 --lr 1e-3 --warmup-updates 0 --weight-decay 0 --dropout 0 -o x <\$pairs >l; paste <(floats q) <(floats x) | awk '{ d = (\$1 - \$2) / 1e-3; n += d * d > 0.98 && d * d < 1.02 } END { print (n / NR > 0.9), NR }'" "1 $(jq -s 'map(select(.tensor)) | length * 4' errors)"

# what it is for
loss() { eval-arch -q --weights "$1" --valid many <"$arch" | jq .valid_loss; }
tuning='--max-update 60 --max-tokens 256 --lr 2e-3 --warmup-updates 5 --dropout 0'
for o in '-b 2' '-b 2 --per row' '-b 3 --embeddings' '-b 2 --fit lloyd'; do
	holds "quantize $o, trained" "quantize $o -o k m >l; $base --codebooks k $tuning -o u <many >log"
	holds 'is nearer to the floats by half' "jq -en \"(\$(loss u) - \$(loss m)) < (\$(loss k) - \$(loss m)) / 2\""
	holds 'translates' 'average-weights -o f u; translate -q -w u <$valid >hyps; [ $(wc -l <hyps) = 10 ]'
	is    'as its floats do' 'paste -d" " <(jq .score hyps) <(translate -q -w f <$valid | jq .score) | awk "{ d = \$1 - \$2; s += d < 0 ? -d : d } END { print s / NR < 0.06 }"' 1
done
is    'in bf16, too' "$base --codebooks q --dtype bf16 $tuning -o u <many >log; jq -n \"\$(loss u) < \$(loss q)\"" true
holds 'with a teacher' "soft-label -q -w m <\$pairs | $run -o u >log; jq -es 'map(select(.event == \"train\").distill_loss > 0) | all' log"

# indices that are trained, too
holds 'with floats' "$run --floats m -o f <\$pairs >log"
same  'the same tensors' 'header q | jq -S "del(.__metadata__)"' 'header f | jq -S "del(.__metadata__)"'
for part in indices codebook$ bias embed_tokens; do
	is "$part: changed" "cmp -s <(bytes q $part) <(bytes f $part); echo \$?" 1
done
is    'codebooks ascend' "floats f | awk '{ if (NR % 4 != 1 && \$1 < last) bad++; last = \$1 } END { print bad + 0 }'" 0
same  'threads change no byte' 'cat f' "$run --floats m --threads 3 -o x <\$pairs >l; cat x"
is    'no rate: indices stay' "$run --floats m --lr 0 --warmup-init-lr 0 -o x <\$pairs >l; cmp <(bytes q indices) <(bytes x indices); echo \$?" 0
holds 'how many' "train-sub --codebooks q --floats m --max-update 1 -o x <\$pairs >l"
says  'is told' "$(jq -s 'map(select(.tensor).shape | .[0] * .[1]) | add' errors) weights, and which of them a weight is"
for o in '-b 2' '-b 2 --per row' '-b 2 --embeddings' '-b 3 --embeddings'; do
	holds "$o: trained both ways" "quantize $o -o k m >l; for w in '' '--floats m'; do $base --codebooks k \$w $tuning -o k\${w:+f} <many >log; done"
	is    'floats end nearer to what they were' "jq -n \"$(loss kf) < $(loss k)\"" true
done
holds 'trained codebooks, which need not ascend' "$run --floats m --codebooks t -o x <\$pairs >l; translate -q -w x <\$valid >hyps"

# going on
keep="$run --valid \$valid --keep-last-epochs 2 --save-interval-updates 3"
holds 'whole' "$keep --max-update 20 -o whole.safetensors <\$pairs >log"
holds 'up to the middle' "$keep --max-update 11 --resume j -o w.safetensors <\$pairs >log"
cp w.safetensors.checkpoint before
cp j before.j
holds 'to the end' "$keep --max-update 20 --resume j --threads 2 -o w.safetensors <\$pairs >log; cmp w.safetensors whole.safetensors"
holds 'epochs, too, are in codebooks' 'for f in w.epoch*.safetensors; do cmp <(bytes $f indices) <(bytes q indices) && cmp $f whole${f#w} || exit 1; done'
resumed() { cp before w.safetensors.checkpoint; cp before.j j; eval "$keep --max-update 20 --resume j -o w.safetensors $1" <"$pairs"; }
quantize -b 3 -o q3 m >log; quantize -b 2 --fit lloyd -o lloyd m >log
refuses 1 <<'E'
other bits ;; resumed '--codebooks q3' ;; is of another training (remove it to start anew)
another fit ;; resumed '--codebooks lloyd' ;; is of another training (remove it to start anew)
E
holds 'none of them touched the journal' 'cmp j before.j'
keep+=' --floats m'
holds 'floats: whole' "$keep --max-update 20 -o whole.safetensors <\$pairs >log"
holds 'floats: up to the middle' "$keep --max-update 11 --resume jf -o w2.safetensors <\$pairs >log"
cp w2.safetensors.checkpoint before
cp jf before.j
holds 'floats: to the end' "$keep --max-update 20 --resume jf --threads 2 -o w2.safetensors <\$pairs >log; cmp w2.safetensors whole.safetensors"
exits 1 'other floats' "resumed '--floats t'"
says  'are another training' 'is of another training (remove it to start anew)'
holds 'a training of floats' "sed 's/$/ /' \$pairs | train-sub -q --threads 1 --arch \$arch $options --max-tokens 60 --inherit m --max-update 2 --resume fj -o f >log"
exits 1 'goes on' "$run --resume fj -o f <\$pairs"
says  'as that only' 'f.checkpoint: is of another training'
finish
