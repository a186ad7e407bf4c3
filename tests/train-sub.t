. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-sub --quiet --threads 1'
run="$base --arch \$arch --max-update 6 --log-interval 2 --max-tokens 60"
usual train-sub "$run -o w <\$pairs"
bad_lines train-sub "$run -o bad"
exits 2 'an architecture is needed' 'train-sub -o w <$pairs'
exits 2 'an output is needed' "$run <\$pairs"
refuses 1 <<E
no pairs ;; $run -o bad </dev/null ;; train-sub: stdin: no pairs
an architecture that is not there ;; $base --arch nowhere -o bad <\$pairs ;; nowhere: No such file
no record in it ;; $base --arch /dev/null -o bad <\$pairs ;; /dev/null: no arch record
a space in its place ;; $base --arch \$space -o bad <\$pairs ;; :1: want a record with an "arch"
--src-vocab against a dictionary ;; $run --src-dict dict --src-vocab 21 -o bad <\$pairs ;; dict
a folder that is not there, before anything is read ;;
	echo { | $run -o no/where ;;
	no/where: No such file
E
for bad in 's/"decoder_layer_num":1/"decoder_layer_num":2/' \
	's/_heads":\[2\]/_heads":[3]/' 's/"qkv_dim":32/"qkv_dim":0/' \
	's/attn":\[-1\]/attn":[2]/' 's/"qkv_dim"/"x":1,"qkv_dim"/' \
	's/_dim":32,"enc/_dim":32.5,"enc/'; do
	refuses 1 <<<"an architecture after $bad ;;
	$base --arch <(sed '$bad' \$arch) -o bad <\$pairs ;; :1: "
done
explodes="$run --max-update 50 --lr 1e3 --weight-decay 1e3 --warmup-updates 1"
exits 1 'a loss that explodes' "$explodes -o bad <\$pairs 2>e"
holds 'a loss that explodes is named, with its place' \
	"grep -E 'the loss is not finite at update ([0-9]+), epoch 1, batch \\1; last good state: none saved' e"
is    'none of them leaves a file' 'ls | grep -E "bad|part"' ''

# what it writes
holds 'with a dictionary and a validation' "$run --src-dict dict --share-all-embeddings --valid \$valid --validate-interval-updates 3 -o w <\$pairs >log"
is    'one validation a time' "jq -c 'select(.event==\"valid\")|[.step,.which]' log | tr '\n' ' '" '[3,"sub"] [6,"sub"] '
is    'no space in the metadata' "header w | jq -c '.__metadata__|keys'" '["arch","format","label_smoothing","task"]'
is    'the architecture' "header w | jq -cS '.__metadata__.arch|fromjson' | diff - <(jq -cS .arch \$arch)" ''
is    'the super widths are its own, if nothing else is known' "header w | jq -c '.__metadata__.task|fromjson'" '{"src_vocab":20,"tgt_vocab":20,"share_all_embeddings":true,"super_encoder_embed_dim":32,"super_decoder_embed_dim":32}'
is    'as many floats as profile-arch counts' "header w | jq '[del(.__metadata__,.src_dict,.tgt_dict)[].data_offsets|.[1]-.[0]]|add/4'" "$(profile-arch <"$arch" | jq '.params + .params_embedding')"
same  'threads change no byte' "$run -o a <\$pairs >l; cat a" "$run --threads 2 -o a <\$pairs >l; cat a"
is    'a seed does' "$run -s 2 -o b <\$pairs >l; cmp -s a b; echo \$?" 1
same  'zstd where the name ends so' 'cat a' "$run -o a.zst <\$pairs >l; zstd -dcq a.zst"

# a supernet's slice
train-super -q --threads 1 --space "$space" --src-dict dict --share-all-embeddings \
	-o super --max-update 20 --lr 0.01 --warmup-updates 4 --max-tokens 60 \
	<"$pairs" >log || echo 'not ok 0 - no supernet'
sample-arch --smallest <"$space" >small
jq -c 'del(.task)' small >bare
still='--lr 0 --warmup-init-lr 0 --weight-decay 0 --max-update 1 --valid $valid --inherit super'
is    'starts from the slice' "$base --arch small $still -o w <\$pairs | jq 'select(.event==\"valid\").loss' | diff - <(eval-arch --weights super --valid \$valid <small | jq .valid_loss)" ''
is    'holds it only' "header w | jq -c '[.[\"embed_tokens.weight\",\"encoder.layers.0.self_attn.in_proj.weight\",\"encoder.layers.0.fc1.weight\",\"decoder.layers.0.fc2.weight\"].shape]'" '[[20,16],[48,16],[32,16],[16,32]]'
is    'one layer each' "header w | jq -r 'keys[]' | grep -o '^[a-z]*.layers.[0-9]*' | uniq | tr '\n' ' '" 'decoder.layers.0 encoder.layers.0 '
is    'remembers the super widths' "header w | jq -c '.__metadata__.task|fromjson|[.super_encoder_embed_dim,.super_decoder_embed_dim]'" '[32,32]'
is    'and has its dictionary' "header w | jq -c '.src_dict.shape'" "[$(wc -c <dict)]"
holds 'the largest one is all of it' "$base --arch <(sample-arch --largest <\$space) $still -o v <\$pairs >log; average-weights -o u v; s() { tail -c \$(header \$1 | jq '[.[].data_offsets?|.[1]]|max') \$1; }; s u >u.data; s super | cmp - u.data"
same  'a record without task takes the supernet'\''s' 'cat w' "$base --arch bare $still -o v <\$pairs >log; cat v"
same  'also where dictionaries are given' 'cat w' "$base --arch bare $still --src-dict dict -o v <\$pairs >log; cat v"
refuses 1 <<E
a record of another task ;;
	$base --arch <(sed 's/_vocab":20/_vocab":21/g' small) $still -o bad <\$pairs ;;
	super: task.src_vocab is 21 here and 20 there
a dictionary of another size ;;
	$base --arch small $still --src-dict <(head -n 9 dict) -o bad <\$pairs ;;
	disagree
another one of the same size ;;
	$base --arch small $still --src-dict <(sed '3s/^/x/' dict) -o bad <\$pairs ;;
	super: another source dictionary: id 6 is "w3" there and "xw3" here
E
exits 1 'two dictionaries for one table' "$base --arch small $still --src-dict dict --tgt-dict <(tac dict) --share-all-embeddings -o bad <\$pairs"
says  'are none' '--share-all-embeddings wants one dictionary'
jq -c 'del(.task)' "$space" >bare.space
holds 'a supernet of two tables' "train-super -q --threads 1 --space bare.space --src-dict dict --max-update 1 -o two <\$pairs"
exits 1 'another dictionary of the target alone' "$base --arch bare $still --inherit two --src-dict dict --tgt-dict <(tac dict) -o bad <\$pairs"
says  'by name' 'two: another target dictionary: id 4 is "w1" there and "w16" here'
refuses 1 <<E
a journal as a supernet ;;
	$base --arch small --inherit log -o bad <\$pairs ;;
	train-sub: log: not a safetensors file
a supernet that is not there ;;
	$base --arch small --inherit nowhere -o bad <\$pairs ;;
	train-sub: nowhere: No such file
an architecture that does not fit the supernet ;;
	$base --arch \$arch $still -o bad <\$pairs ;;
	super: qkv_dim is 32
pairs as a supernet ;;
	$base --arch small --inherit \$pairs -o bad <\$pairs ;;
	not a safetensors file
E
holds 'fine-tuning' "$base --arch small --inherit super --max-update 20 --lr 0.01 --warmup-updates 4 --max-tokens 60 --valid \$valid --dropout 0 -o v <\$pairs >log"
is    'is better than the slice' "jq 'select(.event==\"valid\").nll' log | tail -n 1 | jq --slurpfile e <(eval-arch --weights super --valid \$valid <small) '. < \$e[0].valid_nll'" true

# products in bf16
exits 2 'a type that training has not' "$run --dtype int8 -o bad <\$pairs"
holds 'in bf16' "$run --dtype bf16 -o h <\$pairs >half; $run -o w <\$pairs >whole"
is    'the losses are close, but not the same' "jq -s '[.[]|select(.nll).nll]|(.[0]-.[3]|fabs)/.[0]<0.01 and .[0]!=.[3] and length==6' half whole" true
same  'threads change no byte there' 'cat h' "$run --dtype bf16 --threads 2 -o b <\$pairs >l; cat b"

# it learns to copy, which a guess among 16 words does with 2.77 nats
holds 'a longer one' "make_pairs 3 500 | $base --arch \$arch --max-update 300 --max-tokens 256 --warmup-updates 40 --lr 0.01 --dropout 0 --label-smoothing 0 --src-dict dict --share-all-embeddings --log-interval 100 --valid \$valid -o w >log"
is    'the loss falls' "jq -s '[.[]|select(.event==\"train\").nll]|.[0]>3*.[1] and .[1]>.[2]' log" true
is    'it copies what it has not seen' "jq -s '[.[]|select(.event==\"valid\").nll]|.[-1]<0.6' log" true
is    'and translates so' "translate --weights w <\$valid | jq -s '[.[]|select(.hyp_tokens==.src)]|length>=7'" true
holds 'the same in bf16' "make_pairs 3 500 | $base --dtype bf16 --arch \$arch --max-update 300 --max-tokens 256 --warmup-updates 40 --lr 0.01 --dropout 0 --label-smoothing 0 --src-dict dict --share-all-embeddings --valid \$valid -o w >log"
is    'copies as well' "jq -s '[.[]|select(.event==\"valid\").nll]|.[-1]<0.6' log" true
finish
