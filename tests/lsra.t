# Layers of two branches (Lite Transformer's long-short range attention) beside plain
# ones: through all filters.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
plain=$space space=$tmp/lsra.json
add() { jq -c ".space += {$1}" <"$plain"; }
kernels='encoder_conv_kernel_choice:[0,3,7],decoder_conv_kernel_choice:[5,0]'
add "conv_glu:1,$kernels" >"$space"
train="train-super -q --space $space --valid $valid --threads 1 --max-update 60 --lr 0.01 \
	--warmup-updates 5"
shape() { header $1 | jq -c --arg t $2 '.[$t].shape'; } # FILE TENSOR

# genes
sample-arch -s 1 -n 60 <"$space" >archs
true_of 'kernels of every layer, or of none' archs 'map(.arch |
	(.encoder_conv_kernel // [0]) | length) | unique == [1, 2]'
true_of 'each width is drawn' archs \
	'map(.arch.encoder_conv_kernel // [] | .[]) | unique == [0, 3, 7]'
true_of 'plain architectures print as ever' archs 'map(select(.arch.encoder_conv_kernel == null and
	.arch.decoder_conv_kernel == null).arch | keys | length) | unique == [11]'
sample-arch --largest <"$space" >largest
is    'the largest has the widest kernels' \
	'jq -c "[.arch.encoder_conv_kernel, .arch.decoder_conv_kernel]" largest' '[[7,7],[5,5]]'
is    'the smallest has none' "sample-arch --smallest <$space | jq .arch.encoder_conv_kernel" null
jq -c '.space.encoder_layer_num_choice = [1] | .space.decoder_layer_num_choice = [1] |
	.space |= with_entries(if (.key | test("embed|heads")) then .value |= .[:1] else . end)' \
	"$space" >few.json
is    'the space counts architectures with convolutions' \
	'sample-arch --distinct -n 500 <few.json 2>/dev/null | wc -l' 6
same  'a filter passes convolutions on' 'jq -c "{arch, task}" archs' \
	'profile-arch archs | jq -c "{arch, task}"'
bad() { add "$1" | sample-arch; }
heads='.arch.encoder_self_attention_heads=[16,16]'
refuses 1 <<R
a kernel too wide ;; bad encoder_conv_kernel_choice:[65] ;;
	space.encoder_conv_kernel_choice: want integers in [0, 64]
a width below 0 ;; bad decoder_conv_kernel_choice:[-3] ;;
	space.decoder_conv_kernel_choice: want integers in [0, 64]
gates that are neither there nor not ;; bad conv_glu:2 ;; space.conv_glu: want 0 or 1
heads that do not divide half of qkv_dim, in a space ;;
	bad encoder_conv_kernel_choice:[3],encoder_self_attention_heads_choice:[16] ;;
	16 heads do not divide half of qkv_dim 16
heads that do not divide half of qkv_dim ;; jq -c '$heads' largest | profile-arch ;;
	arch.encoder_self_attention_heads: 16 heads do not divide half
a file of HAT's ;; import-hat --export <$space ;; HAT's files have no convolutions
R

# a supernet of both kinds
holds 'a supernet trains' "$train -o w <$pairs >log"
is    'the supernet holds both kinds of a layer' "header w | jq -r 'keys[]' |
	grep -c 'layers.1.*\(lsra.conv.weight\|self_attn.in_proj.weight\)'" 4
is    'the supernet is as wide as the widest kernel' \
	'shape w encoder.layers.0.lsra.conv.weight' '[4,7]'
true_of 'the loss of the supernet falls' log \
	'map(select(.event == "valid" and .which == "largest").loss) | .[-1] < 3'
same  'two threads train the same bytes' 'cat w' "$train --threads 2 -o w2 <$pairs >l2; cat w2"
same  'products formed again train the same bytes' 'cat w' \
	"$train --checkpoint-activations -o w2 <$pairs >l2; cat w2"
holds 'a supernet trains in bf16' "$train --dtype bf16 -o wb <$pairs >lb"
add "$kernels" >no.json
holds 'a supernet without gates' \
	"train-super -q --space no.json --max-update 5 -o wn <$pairs"
is    'without gates: a matrix half as tall' \
	'shape wn encoder.layers.0.lsra.conv_in.weight' '[8,16]'
scored="eval-arch -q --weights w --valid $valid"
jq -c '., (.arch.encoder_conv_kernel = [3,7]), del(.arch.encoder_conv_kernel)' largest >a
is    'eval-arch tells kernels apart' "$scored <a | jq .valid_loss | sort -u | wc -l" 3
holds 'eval-arch scores an architecture of the plain space' \
	"sample-arch --largest <$plain | $scored"
refuses 1 <<R
a width that the space lacks ;;
	jq -c '.arch.encoder_conv_kernel = [4,7]' largest | $scored ;;
	encoder_conv_kernel: 4 is not in the space
gates that the architecture lacks ;; jq -c 'del(.arch.conv_glu)' largest | $scored ;;
	eval-arch: stdin:1: does not fit w: conv_glu is 0, in the weights 1
R
holds 'evolve searches' "evolve -q --weights w --valid $valid --population 20 --parents 5 \
	--mutations 8 --crossovers 8 --iterations 3 <$space >found"
true_of 'evolve searches among both kinds' found \
	'map(.arch.encoder_conv_kernel // [0] | .[]) | unique == [0, 3, 7]'

# a SubTransformer of both kinds
jq -c '.arch.encoder_conv_kernel=[3,0] | .arch.decoder_conv_kernel=[0,5]' largest >sub.json
jq -c '.arch.encoder_conv_kernel=[0,0]' sub.json >other.json
holds 'a SubTransformer is taken out' \
	"train-sub -q --arch sub.json --inherit w --max-update 1 --lr 1e-12 -o s <$pairs"
is    'a SubTransformer has its own kinds only' "header s | jq -r 'keys[]' |
	grep -c 'lsra.conv.weight\|self_attn.in_proj.weight'" 4
is    'a SubTransformer has its own width' 'shape s encoder.layers.0.lsra.conv.weight' '[4,3]'
numbers() { # of a file, but for its embeddings
	header $1 | jq 'del(.__metadata__) | to_entries |
		map(select(.key | test("embed_tokens") | not).value.shape |
		reduce .[] as $n (1; . * $n)) | add'
}
same  'profile-arch counts what the file holds' 'numbers s' 'profile-arch <sub.json | jq .params'
refuses 1 <<R
a plain layer where the file has none ;; translate -q -w s -a other.json <$valid ;;
	layer 0 of the encoder has no convolution, in the weights it has
R
words() { translate -q --max-len-b 12 "$@" <"$valid" | jq -c .hyp_tokens; }
same  'a SubTransformer translates as in the supernet' 'words -w w -a sub.json' 'words -w s'
for t in fp32 bf16 int8 kmeans4; do
	run="words -w s --dtype $t --beam 4"
	same "$t: a batch as one by one" "$run" "$run --batch 1"
	same "$t: on two threads" "$run" "$run --threads 2"
done
holds 'a SubTransformer trains from scratch' "train-sub -q --arch sub.json --max-update 500 \
	--lr 0.005 --warmup-updates 50 --label-smoothing 0 --threads 1 -o t <$pairs >log"
holds 'a SubTransformer trained from scratch translates' "translate -q -w t <$pairs >hyps"
true_of 'a SubTransformer trained from scratch has learnt to copy' hyps \
	'map(select(.hyp_tokens == .tgt)) | length > 50'

# measured
lat='measure-lat -q --accept-unsettled --repeat 1 --src-len 4 --tgt-len 4 --reference-every 0'
for o in '' '--dtype int8' '--weights w'; do
	holds "a SubTransformer is measured $o" "$lat $o <sub.json | jq -e '.latency_ms.total > 0'"
done
# a latency in which a layer that convolves saves time and its kernel costs some
cat >made.jq <<'J'
def kernels: (.encoder_conv_kernel // []) + (.decoder_conv_kernel // []) | map(select(. > 0));
.latency_ms.total = 10 + (.arch | .decoder_layer_num
	- 0.5 * (kernels | length) + 0.1 * (kernels | add // 0))
J
sample-arch -n 200 <"$space" | jq -c -f made.jq >lats
sample-arch -s 2 -n 50 <"$space" | jq -c -f made.jq >more
sample-arch -n 60 <"$plain" | jq -c -f made.jq | fit-mlp -q -o q >report
holds 'a predictor sees convolutions' "fit-mlp -q -o p <lats | jq -e '.mape < 0.5'"
is    'a predictor says that it does' \
	"header p | jq -r .__metadata__.features | tr , '\n' | grep -c conv" 4
holds "HAT's method sees no convolutions" \
	"fit-mlp -q --hat --steps 20 -o h <lats | jq -e '.mape > 3'"
says  'and says so' '180 of 200 records have convolutions, which HAT'
refuses 1 <<'R'
a predictor of measurements without convolutions ;; predict-lat -p q largest ;;
	encoder_conv_avg is 1, in the measurements that the predictor was fitted to it is 0 to 0
R
holds 'other architectures are predicted' 'predict-lat -p p <more >predicted'
true_of 'what is saved is what is predicted' predicted \
	'length == 50 and all((.predicted_ms / .latency_ms.total - 1 | fabs) < 0.02)'
sample-arch -n 50 <$data/spaces/multi30k-lsra.json >shipped
true_of 'the shipped space draws convolutions' \
	shipped 'map(.arch.encoder_conv_kernel // empty) | length > 30'
finish
