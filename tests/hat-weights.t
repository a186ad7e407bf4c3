# HAT's checkpoints as models: the same translations as of the same weights in a file
# of ours. The checkpoints are made here, in HAT's layout, of random weights.
. "${0%/*}/lib.sh"
names=$MILLINER_BIN/../helpers/hat-names
for i in $(seq 36); do echo "w$i $((100 - i))"; done >dict
for i in $(seq 25); do
	src=$(seq -s, 4 $((4 + i * 7 % 31))) tgt=$(seq -s, 5 $((5 + i * 5 % 23)))
	echo "{\"src\":[$src,2],\"tgt\":[$tgt,2]}"
done >pairs
hyps() {
	translate -q --max-len-b 12 --beam 3 --nbest 3 -w "$@" <pairs |
		jq -c '[.nbest[]|{hyp_tokens,score}]'
}
# model NAME CHANGES: of the narrow space, changed; a file of ours and two of HAT's,
# one of them in half precision
model() {
	narrow_space ".space += {name: \"s\", encoder_embed_choice: [24, 12],
		decoder_embed_choice: [24, 12], encoder_layer_num_choice: [3],
		decoder_layer_num_choice: [3, 2, 1], encoder_ffn_embed_dim_choice: [32, 17],
		decoder_ffn_embed_dim_choice: [30, 16],
		decoder_arbitrary_ende_attn_choice: [-1, 1, 2]} |
		.task += {src_vocab: 40, tgt_vocab: 40} | $2 |
		.task.super_encoder_embed_dim = (.space.encoder_embed_choice | max) |
		.task.super_decoder_embed_dim = (.space.decoder_embed_choice | max)" >$1.json
	import-hat --export $1.json >$1.yml
	train-super -q --threads 1 --space $1.json --src-dict dict --max-update 3 --lr 0.01 \
		--warmup-updates 1 -o $1.raw <pairs >/dev/null
	$names $1.raw $1.ours round
	$names $1.ours $1.hat
	$names $1.ours $1.half half
}
apart='.task.share_all_embeddings = false'
model sep    "$apart | .space.decoder_embed_choice = [20, 10]"
model same   "$apart"
model shared .
model deep   '.space += {encoder_layer_num_choice: [4, 3, 2],
	decoder_arbitrary_ende_attn_choice: [-1]}'
for s in sep same shared deep; do
	hyps $s.ours >want
	for kind in hat half; do
		holds "$s.$kind" "import-hat --weights $s.$kind -n s \
			--src-dict dict --tgt-dict dict -o m $s.yml"
		holds "$s.$kind: the supernet's bytes" "cmp m $s.ours"
		same  "$s.$kind: its translations" 'hyps m' 'cat want'
	done
	for seed in 1 2 3; do
		sample-arch -n 1 -s $seed --space $s.json >arch
		hyps $s.ours --arch arch >want
		for kind in hat half; do
			of="SubTransformer $seed of $s.$kind"
			holds "$of" "import-hat --export arch | import-hat --weights $s.$kind -o m"
			same  "$of: its translations" 'hyps m' 'cat want'
			holds "$of: is small" "[ \$(wc -c <m) -lt \$(wc -c <$s.ours) ]"
		done
	done
done
# The manual's Python, run as it stands there.
sed "s/\\\\-/-/g; s/\\\\(aq/'/g" "$top/bin/import-hat.1" |
	sed -n '/^python3 - checkpoint.pt/,/^P$/p' >export.sh
is    'the manual shows how PyTorch exports a checkpoint' 'tail -n 1 export.sh' P
python=${PYTHON:-python3}
if $python -c 'import torch, safetensors.torch' 2>/dev/null; then
	checkpoint="$python $top/tests/yardsticks/hat-checkpoint.py"
	holds "a checkpoint of PyTorch's is made" "$checkpoint sep.hat checkpoint.pt"
	holds "it is exported by the manual's lines" "
		sed -i 's|^python3|$python|' export.sh && bash export.sh"
	holds "it is the supernet, byte by byte" '
		import-hat --weights hat.safetensors -n s --src-dict dict --tgt-dict dict \
			-o m sep.yml && cmp m sep.ours'
else
	echo "# no torch and safetensors for $python: no checkpoint of PyTorch's is exported"
fi
holds 'the supernet can be searched' "import-hat --weights sep.hat -o m sep.yml
	evolve -q --weights m --valid pairs --population 3 --parents 1 --iterations 1 \
	--space sep.json >found"
is    'the supernet was searched' 'wc -l <found' 4
is    'text with the dictionaries' 'import-hat --weights shared.hat --src-dict dict -o m shared.yml
	echo "w1 w2" | translate -q -t --max-len-b 5 -w m | wc -l' 1
same  'a table that is there once' 'hyps shared.ours' '
	$names shared.ours once drop decoder.embed_tokens.weight
	import-hat --weights once -o m shared.yml; hyps m'

# Fewer encoder layers than HAT's supernet: the absent ones are copies of the last.
one() { # arbitrary attention, encoder layers
	jq -nc --argjson a $1 --argjson n $2 'def layers(x): [range($n) | x];
		{arch: {qkv_dim: 16, encoder_embed_dim: 24, encoder_layer_num: $n,
		encoder_ffn_embed_dim: layers(32), encoder_self_attention_heads: layers(4),
		decoder_embed_dim: 24, decoder_layer_num: 1, decoder_ffn_embed_dim: [30],
		decoder_self_attention_heads: [4], decoder_ende_attention_heads: [4],
		decoder_arbitrary_ende_attn: [$a]}}'
}
for layers in 2 3; do
	one 1 $layers | import-hat --export >sub.yml
	one -1 $layers >arch
	same  "attention 1 of $layers layers" 'hyps deep.ours --arch arch' \
		'import-hat --weights deep.hat -o m sub.yml; hyps m'
done
one 2 3 | import-hat --export >sub.yml
sed 's/^decoder-arbitrary.*/decoder-arbitrary-ende-attn-choice: [-1, 1]/' deep.yml >space.yml

# odd SPOIL OPTIONS: of a checkpoint spoilt so
l=decoder.layers.1
odd() { $names sep.ours odd $1; import-hat --weights odd -o bad "${@:2}"; }
changed() { sed "$1" sep.yml; } # its space
nan() { # the first number of a tensor is none
	$names sep.ours odd
	local at=$((8 + $(od -An -tu8 -N8 odd) + $(header odd | jq ".\"$1\".data_offsets[0]")))
	printf '\0\0\300\177' | dd of=odd bs=1 seek=$at conv=notrunc status=none
	import-hat --weights odd -o bad sep.yml
}
refuses 1 <<R
attention that has no equal ;; import-hat --weights deep.hat -o bad sub.yml ;;
	attends to the last 3 of 4 encoder layers
a space of such attention ;; import-hat --weights deep.hat -o bad space.yml ;;
	HAT attends to copies
a missing matrix ;; odd 'drop $l.fc1.weight' sep.yml ;;
	import-hat: odd: no tensor model.$l.fc1.weight
a missing key matrix ;; odd 'drop $l.encoder_attn.k_proj_weight' sep.yml ;;
	import-hat: odd: no tensor model.$l.encoder_attn.k_proj_weight
a missing bias ;; odd 'drop $l.encoder_attn.in_proj_bias' sep.yml ;;
	import-hat: odd: no tensor model.$l.encoder_attn.in_proj_bias
a missing table ;; odd 'drop encoder.embed_tokens.weight' sep.yml ;;
	import-hat: odd: no tensor model.encoder.embed_tokens.weight
no checkpoint ;; odd 'drop encoder.layers.0.self_attn.in_proj_weight' sep.yml ;;
	import-hat: odd: no tensor encoder.layers.0.self_attn.in_proj_weight: not a checkpoint
a short matrix ;; odd 'cut $l.self_attn.out_proj.weight' sep.yml ;;
	import-hat: odd: tensor model.$l.self_attn.out_proj.weight: want a shape of [20, 16]
a short norm ;; odd 'cut encoder.layers.2.final_layer_norm.bias' sep.yml ;;
	import-hat: odd: tensor model.encoder.layers.2.final_layer_norm.bias: want a shape of [24]
a short FFN ;; odd 'cut $l.fc1.weight' sep.yml ;;
	import-hat: odd: tensor model.$l.fc1.weight has 29 rows, the architecture 30
a short bias ;; odd 'cut $l.fc1.bias' sep.yml ;;
	import-hat: odd: tensor model.$l.fc1.bias: want a shape of [30]
an output of other words ;; odd 'cut decoder.embed_out' sep.yml ;;
	import-hat: odd: tensor model.decoder.embed_out: want a shape of [40, 20]
a tensor more ;; odd 'add encoder.layers.0.conv.weight' sep.yml ;;
	import-hat: odd: surplus tensor model.encoder.layers.0.conv.weight: not of a model of HAT
norms first ;; odd 'add encoder.layer_norm.weight' sep.yml ;;
	import-hat: odd: surplus tensor model.encoder.layer_norm.weight: norms before
learned positions ;; odd 'add encoder.embed_positions.weight' sep.yml ;;
	import-hat: odd: surplus tensor model.encoder.embed_positions.weight: learned positions
another qkv-dim ;; odd '' <(changed 's/qkv-dim:.16/qkv-dim: 32/') ;; import-hat: /dev/fd/
sharing that is none ;; odd '' --share-all-embeddings sep.yml ;;
	import-hat: the options and odd disagree:
	task.share_all_embeddings is true here and false there
another vocabulary ;; odd '' --src-vocab 41 sep.yml ;;
	import-hat: the options and odd disagree: task.src_vocab is 41 here and 40 there
another super width ;; odd '' <(changed 's/encoder-embed-dim:.24/encoder-embed-dim: 32/') ;;
	import-hat: /dev/fd/
a dictionary of other words ;; odd '' --src-dict <(head -n 9 dict) sep.yml ;;
	import-hat: /dev/fd/
more layers than there are ;;
	odd '' <(changed 's/^encoder-layer-num-choice.*/encoder-layer-num-choice: [4]/') ;;
	import-hat: /dev/fd/
a number that is none ;; nan model.$l.fc1.weight ;; odd: $l.fc1.weight is not finite
R
refuses 2 <<R
no output ;; import-hat --weights sep.hat sep.yml ;;
	import-hat: --weights and --output want each other
no weights ;; import-hat -o m sep.yml ;; import-hat: --weights and --output want each other
R
is    'nothing is left of what was refused' 'ls bad* 2>/dev/null' ''

# HAT's own layout and names, by its own code
golden=$shared/hat/golden
if [ -f "$golden/sep.hat-names.safetensors" ]; then
	header "$golden/sep.safetensors" |
		jq -c '.__metadata__ | {space: (.space | fromjson), task: (.task | fromjson)}' |
		import-hat --export >golden.yml
	holds "HAT's own checkpoint" \
		"import-hat --weights $golden/sep.hat-names.safetensors -o m golden.yml"
	jq -c 'select((.src | max) < 29)' pairs >known   # of its words
	mv known pairs
	same  "HAT's own checkpoint translates as the model that it is" 'hyps m' \
		"hyps $golden/sep.safetensors"
fi
finish
