. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-sub --quiet --threads 1'
run="$base --arch \$arch --max-update 6 --log-interval 2 --max-tokens 60"
words='--src-dict dict --share-all-embeddings'
train() { eval "$*" <"$pairs"; }
usual train-sub "$run -o w <\$pairs"
bad_lines train-sub "$run -o bad"
with() { train "$base --arch <(sed '$1' \$arch) -o bad"; }
refuses 2 <<'E'
no architecture ;; train train-sub -o w ;; train-sub: --arch is missing
no output ;; train $run ;; train-sub: --output is missing
a type that training has not ;; train $run --dtype int8 -o bad
	;; train-sub: --dtype: want one of fp32|bf16, not "int8"
E
refuses 1 <<'E'
no pairs ;; eval "$run -o bad </dev/null" ;; train-sub: stdin: no pairs
an architecture that is not there ;; train $base --arch nowhere -o bad ;; nowhere: No such file
no architecture in its file ;; train $base --arch /dev/null -o bad ;; /dev/null: no arch record
a space in its place ;; train $base --arch $space -o bad ;; :1: want a record with an "arch"
--src-vocab against a dictionary ;; train $run --src-dict dict --src-vocab 21 -o bad ;; dict
a folder that is not there, before anything is read ;; echo { | eval "$run -o no/where"
	;; no/where: No such file
a layer more than its lists have ;; with 's/"decoder_layer_num":1/"decoder_layer_num":2/'
	;; :1: arch.decoder_ffn_embed_dim: want an array of 2 integers, one a layer
heads that do not divide ;; with 's/_heads":\[2\]/_heads":[3]/'
	;; :1: arch.encoder_self_attention_heads: 3 heads do not divide qkv_dim 32
no width ;; with 's/"qkv_dim":32/"qkv_dim":0/' ;; :1: arch.qkv_dim: want an integer in [1, 65536]
attention to layers that are not there ;; with 's/attn":\[-1\]/attn":[2]/'
	;; :1: arch.decoder_arbitrary_ende_attn: 2 attends to more layers than the encoder's 1
an unknown key ;; with 's/"qkv_dim"/"x":1,"qkv_dim"/' ;; :1: arch: unknown key "x"
half a number ;; with 's/_dim":32,"enc/_dim":32.5,"enc/'
	;; :1: arch.qkv_dim: want an integer in [1, 65536]
E
explodes="$run --max-update 50 --lr 1e3 --weight-decay 1e3 --warmup-updates 1"
place='update ([0-9]+), epoch 1, batch \1; last good state: none saved'
refuses 1 <<<'a loss that explodes ;; train $explodes -o bad ;; the loss is not finite at update'
cp "$err" e
holds 'a loss that explodes is named, with its place' 'grep -E "the loss is not finite at $place" e'
is    'what is refused leaves no file' 'ls | grep -E "bad|part"' ''

# what it writes
holds 'a model with a dictionary and a validation' "
	train $run $words --valid \$valid --validate-interval-updates 3 -o w >log"
meta() { header w | jq -r ".__metadata__.$1"; }
is    'one validation a time' "
	jq -r 'select(.event == \"valid\") | \"\(.step) \(.which)\"' log | paste -sd," '3 sub,6 sub'
is    'no space in the metadata' "header w | jq -c '.__metadata__ | keys'" \
	'["arch","format","label_smoothing","task"]'
same  'the architecture is in the metadata' 'jq -cS .arch $arch' 'meta arch | jq -cS .'
is    'the super widths are its own, if nothing else is known' '
	meta task | jq -c "[.src_vocab, .tgt_vocab, .share_all_embeddings,
		.super_encoder_embed_dim, .super_decoder_embed_dim], length"' \
	$'[20,20,true,32,32]\n5'
cat >floats.jq <<'J'
[del(.__metadata__, .src_dict, .tgt_dict)[].data_offsets | .[1] - .[0]] | add / 4
J
same  'as many floats as profile-arch counts' \
	'profile-arch $arch | jq ".params + .params_embedding"' 'header w | jq -f floats.jq'
made() { # options: the weights that they make
	train "$base $* -o m" >made.log && cat m
}
first=${run#"$base "}
same  'threads change no byte' 'made $first' 'made $first --threads 2'
is    'another seed changes bytes' '
	made $first >a; made $first -s 2 >b; cmp -s a b; echo $?' 1
same  'zstd where the name ends so' 'cat a' 'train $run -o a.zst >l; zstd -dcq a.zst'

# a supernet's slice
train-super -q --threads 1 --space "$space" $words \
	-o super --max-update 20 --lr 0.01 --warmup-updates 4 --max-tokens 60 \
	<"$pairs" >log || echo 'not ok 0 - no supernet'
sample-arch --smallest <"$space" >small
sample-arch --largest <"$space" >large
jq -c 'del(.task)' small >bare
jq -c 'del(.task)' "$space" >bare.space
still="--lr 0 --warmup-init-lr 0 --weight-decay 0 --max-update 1 --valid $valid --inherit super"
small="$base --arch small"
of_super() { eval-arch --weights super --valid "$valid" <small | jq "$1"; }
losses() { jq 'select(.event == "valid").loss' "$@"; }
same  'it starts from the slice' 'of_super .valid_loss' 'train $small $still -o w | losses'
cat >slice.jq <<'J'
[.["embed_tokens.weight", "encoder.layers.0.self_attn.in_proj.weight",
	"encoder.layers.0.fc1.weight", "decoder.layers.0.fc2.weight"].shape]
J
is    'it holds the slice only' 'header w | jq -c -f slice.jq' '[[20,16],[48,16],[32,16],[16,32]]'
is    'the slice has one layer each' "
	header w | jq -r 'keys[]' | grep -o '^[a-z]*.layers.[0-9]*' | uniq | paste -sd' '" \
	'decoder.layers.0 encoder.layers.0'
is    'the slice remembers the super widths' '
	meta task | jq -c "[.super_encoder_embed_dim, .super_decoder_embed_dim]"' '[32,32]'
is    'the slice has the dictionary of the supernet' \
	'header w | jq -c .src_dict.shape' "[$(wc -c <dict)]"
tensors() { tail -c $(header $1 | jq '[.[].data_offsets? | .[1]] | max') $1; }
holds 'the largest slice is all of the supernet' '
	train $base --arch large $still -o v >log; average-weights -o u v
	tensors super >super.data; tensors u | cmp - super.data'
same  "a record without task takes the supernet's" 'cat w' 'made --arch bare $still'
same  'a record without task, also where dictionaries are given' \
	'cat w' 'made --arch bare $still --src-dict dict'
train-super -q --threads 1 --space bare.space --src-dict dict --max-update 1 -o two \
	<"$pairs" >log || echo 'not ok 0 - no supernet of two tables'
odd() { sed '3s/^/x/' dict; }
refuses 1 <<'E'
a record of another task ;; train "$base --arch <(sed 's/_vocab\":20/_vocab\":21/g' small) $still"
	-o bad ;; super: task.src_vocab is 21 here and 20 there
a dictionary of another size ;; train "$small $still --src-dict <(head -n 9 dict) -o bad"
	;; disagree
another dictionary of the same size ;; train "$small $still --src-dict <(odd) -o bad"
	;; super: another source dictionary: id 6 is "w3" there and "xw3" here
two dictionaries for one table ;; train "$small $still $words --tgt-dict <(tac dict) -o bad"
	;; --share-all-embeddings wants one dictionary
another dictionary of the target alone
	;; train "$base --arch bare $still --inherit two --src-dict dict"
	"--tgt-dict <(tac dict) -o bad"
	;; two: another target dictionary: id 4 is "w1" there and "w16" here
a log as a supernet ;; train $small --inherit log -o bad
	;; train-sub: log: not a safetensors file
a supernet that is not there ;; train $small --inherit nowhere -o bad
	;; train-sub: nowhere: No such file
an architecture that does not fit the supernet ;; train $base --arch $arch $still -o bad
	;; super: qkv_dim is 32
pairs as a supernet ;; train $small --inherit $pairs -o bad ;; not a safetensors file
E
holds 'fine-tuning' '
	train $small --inherit super --max-update 20 --lr 0.01 --warmup-updates 4 --max-tokens 60 \
		--valid $valid --dropout 0 -o v >log'
nll() { jq 'select(.event == "valid").nll' "$1" | tail -n 1; }
holds 'fine-tuning is better than the slice' 'jq -en "$(nll log) < $(of_super .valid_nll)"'

# products in bf16
holds 'in bf16' 'train $run --dtype bf16 -o h >half; train $run -o w >whole'
is    'in bf16 the losses are close, but not the same' "jq -s '[.[] | select(.nll).nll] |
	(.[0] - .[3] | fabs) / .[0] < 0.01 and .[0] != .[3] and length == 6' half whole" true
same  'in bf16 threads change no byte' 'cat h' 'made $first --dtype bf16 --threads 2'

# it learns to copy, which a guess among 16 words does with 2.77 nats
make_pairs 3 500 >many
learning="$base --arch \$arch --max-update 300 --max-tokens 256 --warmup-updates 40 --lr 0.01
	--dropout 0 --label-smoothing 0 $words --valid \$valid -o w"
learning=${learning//$'\n'/}
holds 'a longer training' "$learning --log-interval 100 <many >log"
is    'the loss falls' "jq -s '[.[] | select(.event == \"train\").nll] |
	.[0] > 3 * .[1] and .[1] > .[2]' log" true
holds 'it copies what it has not seen' 'jq -en "$(nll log) < 0.6"'
holds 'it translates what it has not seen by copies' "
	translate --weights w <\$valid | jq -es 'map(select(.hyp_tokens == .src)) | length >= 7'"
holds 'a longer training in bf16' "$learning --dtype bf16 <many >log"
holds 'in bf16 it copies as well' 'jq -en "$(nll log) < 0.6"'
finish
