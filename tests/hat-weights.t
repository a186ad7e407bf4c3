# HAT's checkpoints as models: the same translations as of the same weights in a file
# of ours. The checkpoints are made here, in HAT's layout, of random weights.
. "${0%/*}/lib.sh"
names=$MILLINER_BIN/../helpers/hat-names
for i in $(seq 36); do echo "w$i $((100 - i))"; done >dict
for i in $(seq 25); do echo "{\"src\":[$(seq -s, 4 $((4 + i * 7 % 31))),2],\"tgt\":[$(seq -s, 5 $((5 + i * 5 % 23))),2]}"; done >pairs
hyps() { translate -q --max-len-b 12 --beam 3 --nbest 3 -w "$@" <pairs | jq -c '[.nbest[]|{hyp_tokens,score}]'; }
# space NAME SHARED E D ENCODERS ARBITRARY
space() {
	jq -nc --argjson share "$2" --argjson e "$3" --argjson d "$4" --argjson n "$5" --argjson a "$6" '{space:
		{name:"s",qkv_dim:16,encoder_embed_choice:$e,decoder_embed_choice:$d,encoder_layer_num_choice:$n,
		decoder_layer_num_choice:[3,2,1],encoder_ffn_embed_dim_choice:[32,17],decoder_ffn_embed_dim_choice:[30,16],
		encoder_self_attention_heads_choice:[4,2],decoder_self_attention_heads_choice:[4,2],decoder_ende_attention_heads_choice:[4,2],
		decoder_arbitrary_ende_attn_choice:$a},
		task:{src_vocab:40,tgt_vocab:40,share_all_embeddings:$share,super_encoder_embed_dim:($e|max),super_decoder_embed_dim:($d|max)}}' >"$1.json"
	import-hat --export "$1.json" >"$1.yml"
	train-super -q --threads 1 --space "$1.json" --src-dict dict --max-update 3 --lr 0.01 --warmup-updates 1 -o "$1.raw" <pairs >/dev/null
	$names "$1.raw" "$1.ours" round
	$names "$1.ours" "$1.hat"
	$names "$1.ours" "$1.half" half
}
space sep    false '[24,12]' '[20,10]' '[3]'     '[-1,1,2]'
space same   false '[24,12]' '[24,12]' '[3]'     '[-1,1,2]'
space shared true  '[24,12]' '[24,12]' '[3]'     '[-1,1,2]'
space deep   true  '[24,12]' '[24,12]' '[4,3,2]' '[-1]'
for s in sep same shared deep; do
	hyps $s.ours >want
	for kind in hat half; do
		holds "$s.$kind" "import-hat --weights $s.$kind -n s --src-dict dict --tgt-dict dict -o m $s.yml"
		is    "$s.$kind: the supernet's bytes" "cmp m $s.ours && echo same" same
		is    "$s.$kind: its translations" 'hyps m | diff - want' ''
	done
	for seed in 1 2 3; do
		sample-arch -n 1 -s $seed --space $s.json >arch
		hyps $s.ours --arch arch >want
		for kind in hat half; do
			holds "$s.$kind: a SubTransformer $seed" "import-hat --export arch | import-hat --weights $s.$kind -o m"
			is    "$s.$kind: translations of it $seed" 'hyps m | diff - want' ''
			is    "$s.$kind: is small $seed" '[ $(wc -c <m) -lt $(wc -c <'$s'.ours) ] && echo yes' yes
		done
	done
done
is    'the supernet can be searched' 'import-hat --weights sep.hat -o m sep.yml; evolve -q --weights m --valid pairs --population 3 --parents 1 --iterations 1 </dev/null --space sep.json | jq -s length' 4
is    'text with the dictionaries' 'import-hat --weights shared.hat --src-dict dict -o m shared.yml; echo "w1 w2" | translate -q -t --max-len-b 5 -w m | wc -l' 1
is    'a table that is there once' '$names shared.ours once drop decoder.embed_tokens.weight; import-hat --weights once -o m shared.yml; hyps m | diff - <(hyps shared.ours)' ''

# Fewer encoder layers than HAT's supernet: the absent ones are copies of the last.
one() { # arbitrary attention, encoder layers
	jq -nc --argjson a "$1" --argjson n "$2" '{arch:{qkv_dim:16,encoder_embed_dim:24,encoder_layer_num:$n,encoder_ffn_embed_dim:[range($n)|32],
		encoder_self_attention_heads:[range($n)|4],decoder_embed_dim:24,decoder_layer_num:1,decoder_ffn_embed_dim:[30],
		decoder_self_attention_heads:[4],decoder_ende_attention_heads:[4],decoder_arbitrary_ende_attn:[$a]}}'
}
for a in '1 2' '1 3'; do
	read -r choice layers <<<"$a"
	one "$choice" "$layers" | import-hat --export >sub.yml
	one -1 "$layers" >arch
	is    "attention $choice of $layers" 'import-hat --weights deep.hat -o m sub.yml; hyps m | diff - <(hyps deep.ours --arch arch)' ''
done
one 2 3 | import-hat --export >sub.yml
exits 1 'what has no equal' 'import-hat --weights deep.hat -o bad sub.yml'
says  'is refused' 'attends to the last 3 of 4 encoder layers'
exits 1 'nor has a space of it' "sed 's/^decoder-arbitrary.*/decoder-arbitrary-ende-attn-choice: [-1, 1]/' deep.yml | import-hat --weights deep.hat -o bad"
says  'is refused, too' 'HAT attends to copies'

# refuses WHAT 'SPOIL' 'ARGUMENTS' TEXT
refuses() {
	$names sep.ours odd $2
	exits 1 "$1" "import-hat --weights odd -o bad $3"
	says  "$1: says so" "import-hat: $4"
}
l=decoder.layers.1
refuses 'a missing matrix' "drop $l.fc1.weight" sep.yml "odd: no tensor model.$l.fc1.weight"
refuses 'a missing key matrix' "drop $l.encoder_attn.k_proj_weight" sep.yml "odd: no tensor model.$l.encoder_attn.k_proj_weight"
refuses 'a missing bias' "drop $l.encoder_attn.in_proj_bias" sep.yml "odd: no tensor model.$l.encoder_attn.in_proj_bias"
refuses 'a missing table' 'drop encoder.embed_tokens.weight' sep.yml 'odd: no tensor model.encoder.embed_tokens.weight'
refuses 'what is no checkpoint' 'drop encoder.layers.0.self_attn.in_proj_weight' sep.yml 'odd: no tensor encoder.layers.0.self_attn.in_proj_weight: not a checkpoint'
refuses 'a short matrix' "cut $l.self_attn.out_proj.weight" sep.yml "odd: tensor model.$l.self_attn.out_proj.weight: want a shape of [20, 16]"
refuses 'a short norm' 'cut encoder.layers.2.final_layer_norm.bias' sep.yml 'odd: tensor model.encoder.layers.2.final_layer_norm.bias: want a shape of [24]'
refuses 'a short FFN' "cut $l.fc1.weight" sep.yml "odd: tensor model.$l.fc1.weight has 29 rows, the architecture 30"
refuses 'a short bias' "cut $l.fc1.bias" sep.yml "odd: tensor model.$l.fc1.bias: want a shape of [30]"
refuses 'an output of other words' 'cut decoder.embed_out' sep.yml 'odd: tensor model.decoder.embed_out: want a shape of [40, 20]'
refuses 'a tensor more' 'add encoder.layers.0.conv.weight' sep.yml 'odd: surplus tensor model.encoder.layers.0.conv.weight: not of a model of HAT'
refuses 'norms first' 'add encoder.layer_norm.weight' sep.yml 'odd: surplus tensor model.encoder.layer_norm.weight: norms before'
refuses 'learned positions' 'add encoder.embed_positions.weight' sep.yml 'odd: surplus tensor model.encoder.embed_positions.weight: learned positions'
refuses 'another qkv-dim' '' '<(sed s/qkv-dim:.16/qkv-dim:\ 32/ sep.yml)' '/dev/fd/'
refuses 'sharing that is none' '' '--share-all-embeddings sep.yml' 'the options and odd disagree: task.share_all_embeddings is true here and false there'
refuses 'another vocabulary' '' '--src-vocab 41 sep.yml' 'the options and odd disagree: task.src_vocab is 41 here and 40 there'
refuses 'another super width' '' '<(sed s/encoder-embed-dim:.24/encoder-embed-dim:\ 32/ sep.yml)' '/dev/fd/'
refuses 'a dictionary of other words' '' '--src-dict <(head -n 9 dict) sep.yml' '/dev/fd/'
refuses 'more layers than there are' '' '<(sed "s/^encoder-layer-num-choice.*/encoder-layer-num-choice: [4]/" sep.yml)' '/dev/fd/'
$names sep.ours odd
n=$(od -An -tu8 -N8 odd) from=$(head -c $((8 + n)) odd | tail -c +9 | jq ".\"model.$l.fc1.weight\".data_offsets[0]")
printf '\0\0\300\177' | dd of=odd bs=1 seek=$((8 + n + from)) conv=notrunc status=none
exits 1 'a number that is none' 'import-hat --weights odd -o bad sep.yml'
says  'is named' "odd: $l.fc1.weight is not finite"
exits 2 'an output is needed' 'import-hat --weights sep.hat sep.yml'
exits 2 'so are weights' 'import-hat -o m sep.yml'
is    'nothing is left of what was refused' 'ls bad* 2>/dev/null' ''

# HAT's own layout and names, by its own code
golden=$shared/hat/golden
if [ -f "$golden/sep.hat-names.safetensors" ]; then
	head -c $((8 + $(od -An -tu8 -N8 "$golden/sep.safetensors"))) "$golden/sep.safetensors" | tail -c +9 |
		jq -c '.__metadata__|{space:(.space|fromjson),task:(.task|fromjson)}' | import-hat --export >golden.yml
	holds "HAT's own checkpoint" "import-hat --weights $golden/sep.hat-names.safetensors -o m golden.yml"
	is    'translates as the model that it is' "hyps m | diff - <(hyps $golden/sep.safetensors)" ''
fi
finish
