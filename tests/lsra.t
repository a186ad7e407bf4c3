# Layers of two branches (Lite Transformer's long-short range attention) beside plain
# ones: through all filters.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
export plain=$space space=$tmp/lsra.json
add() { jq -c ".space += {$1}" <"$plain"; }
kernels='encoder_conv_kernel_choice:[0,3,7],decoder_conv_kernel_choice:[5,0]'
add "conv_glu:1,$kernels" >"$space"
train="train-super -q --space \$space --valid \$valid --threads 1 --max-update 60 --lr 0.01 --warmup-updates 5"

# genes
archs='sample-arch -s 1 -n 60 <$space'
is    'kernels of every layer, or of none' "$archs | jq -c '.arch | (.encoder_conv_kernel // [0]) | length' | sort -u | tr -d '\n'" 12
is    'each width is drawn' "$archs | jq -c '.arch.encoder_conv_kernel // empty | .[]' | sort -un | tr '\n' ' '" '0 3 7 '
is    'plain ones print as ever' "$archs | jq -c 'select(.arch.encoder_conv_kernel == null and .arch.decoder_conv_kernel == null).arch | keys | length' | sort -u" 11
is    'the largest has the widest' "sample-arch --largest <\$space | jq -c '[.arch.encoder_conv_kernel, .arch.decoder_conv_kernel]'" '[[7,7],[5,5]]'
is    'the smallest has none' "sample-arch --smallest <\$space | jq '.arch.encoder_conv_kernel'" null
is    'the space counts them' "jq -c '.space.encoder_layer_num_choice=[1] | .space.decoder_layer_num_choice=[1] | .space |= with_entries(if (.key|test(\"embed|heads\")) then .value |= .[:1] else . end)' \$space >few.json; sample-arch --distinct -n 500 <few.json 2>/dev/null | wc -l" 6
same  'a filter passes them on' "$archs | profile-arch | jq -c '{arch, task}'" "$archs | jq -c '{arch, task}'"
bad() { # what, members, message
	add "$2" >bad.json
	exits 1 "$1" 'sample-arch <bad.json'
	says "$1: says so" "$3"
}
bad   'a kernel too wide' 'encoder_conv_kernel_choice:[65]' 'space.encoder_conv_kernel_choice: want integers in [0, 64]'
bad   'a width that is none' 'decoder_conv_kernel_choice:[-3]' 'space.decoder_conv_kernel_choice: want integers in [0, 64]'
bad   'gates are there or not' 'conv_glu:2' 'space.conv_glu: want 0 or 1'
bad   'heads of half of qkv_dim' 'encoder_conv_kernel_choice:[3],encoder_self_attention_heads_choice:[16]' '16 heads do not divide half of qkv_dim 16'
exits 1 'an architecture with such heads' "sample-arch --largest <\$space | jq -c '.arch.encoder_self_attention_heads=[16,16]' | profile-arch"
says  'says where' 'arch.encoder_self_attention_heads: 16 heads do not divide half'
exits 1 'HAT has no such files' 'import-hat --export <$space'
says  'says so' "HAT's files have no convolutions"

# a supernet of both kinds
holds 'a supernet trains' "$train -o w <\$pairs >log"
is    'it holds both kinds of a layer' "header w | jq -r 'keys[]' | grep -c 'layers.1.*\(lsra.conv.weight\|self_attn.in_proj.weight\)'" 4
is    'as wide as the widest kernel' "header w | jq -c '.[\"encoder.layers.0.lsra.conv.weight\"].shape'" '[4,7]'
is    'its loss falls' "jq -se 'map(select(.event==\"valid\" and .which==\"largest\").loss) | .[-1] < 3' log" true
same  'two threads, the same bytes' "sha256sum <w" "$train --threads 2 -o w2 <\$pairs >l2; sha256sum <w2"
same  'products formed again, too' "sha256sum <w" "$train --checkpoint-activations -o w2 <\$pairs >l2; sha256sum <w2"
holds 'in bf16' "$train --dtype bf16 -o wb <\$pairs >lb"
holds 'without gates' "add '$kernels' >\$tmp/no.json; train-super -q --space \$tmp/no.json --max-update 5 -o wn <\$pairs"
is    'a matrix half as tall' "header wn | jq -c '.[\"encoder.layers.0.lsra.conv_in.weight\"].shape'" '[8,16]'
is    'eval-arch tells them apart' "sample-arch --largest <\$space >a; jq -c '.arch.encoder_conv_kernel=[3,7]' a >>a; jq -c 'del(.arch.encoder_conv_kernel)' <<<\"\$(head -n 1 a)\" >>a; eval-arch -q --weights w --valid \$valid <a | jq .valid_loss | sort -u | wc -l" 3
exits 1 'a width that the space lacks' "head -n 1 a | jq -c '.arch.encoder_conv_kernel=[4,7]' | eval-arch -q --weights w --valid \$valid"
says  'says which' 'encoder_conv_kernel: 4 is not in the space'
holds 'an architecture of the plain space' "sample-arch --largest <\$plain | eval-arch -q --weights w --valid \$valid"
exits 1 'gates that it lacks' "head -n 1 a | jq -c 'del(.arch.conv_glu)' | eval-arch -q --weights w --valid \$valid"
holds 'evolve searches' "evolve -q --weights w --valid \$valid --population 20 --parents 5 --mutations 8 --crossovers 8 --iterations 3 <\$space >found"
is    'among both kinds' "jq -c '.arch.encoder_conv_kernel // [0] | .[]' found | sort -un | tr '\n' ' '" '0 3 7 '

# a SubTransformer of both kinds
jq -c '.arch.encoder_conv_kernel=[3,0] | .arch.decoder_conv_kernel=[0,5]' <<<"$(head -n 1 a)" >sub.json
holds 'a SubTransformer is taken out' "train-sub -q --arch sub.json --inherit w --max-update 1 --lr 1e-12 -o s <\$pairs"
is    'with its own kinds only' "header s | jq -r 'keys[]' | grep -c 'lsra.conv.weight\|self_attn.in_proj.weight'" 4
is    'and its own width' "header s | jq -c '.[\"encoder.layers.0.lsra.conv.weight\"].shape'" '[4,3]'
is    'profile-arch counts what the file holds' "header s | jq '[to_entries[] | select(.key != \"__metadata__\" and (.key | test(\"embed_tokens\") | not)).value.shape | reduce .[] as \$n (1; . * \$n)] | add'" "$(profile-arch <sub.json | jq .params)"
exits 1 'the file has no plain layer 0' "jq -c '.arch.encoder_conv_kernel=[0,0]' sub.json >other.json; translate -q -w s -a other.json <\$valid"
says  'says which' 'layer 0 of the encoder has no convolution, in the weights it has'
trans() { translate -q --max-len-b 12 "$@" <"$valid" | jq -c .hyp_tokens; }
same  'translated as in the supernet' 'trans -w w -a sub.json' 'trans -w s'
for t in fp32 bf16 int8 kmeans4; do
	same "$t: a batch as one by one" "trans -w s --dtype $t --beam 4" "trans -w s --dtype $t --beam 4 --batch 1"
	same "$t: on two threads" "trans -w s --dtype $t --beam 4" "trans -w s --dtype $t --beam 4 --threads 2"
done
holds 'trained from scratch' "train-sub -q --arch sub.json --max-update 500 --lr 0.005 --warmup-updates 50 --label-smoothing 0 --threads 1 -o t <\$pairs >log"
is    'it has learnt to copy' "translate -q -w t <\$pairs | jq -s 'map(select(.hyp_tokens == .tgt)) | length > 50'" true

# measured
lat='measure-lat -q --accept-unsettled --repeat 1 --src-len 4 --tgt-len 4 --reference-every 0'
holds 'measured by random weights' "$lat <sub.json | jq -e '.latency_ms.total > 0'"
holds 'in int8' "$lat --dtype int8 <sub.json | jq -e '.latency_ms.total > 0'"
holds 'and by those of a file' "$lat --weights w <sub.json | jq -e '.latency_ms.total > 0'"
# a latency in which a layer that convolves saves time and its kernel costs some
made='.arch as $a | def conv(k): [k // [0] | .[] | select(. > 0)];
	.latency_ms.total = 10 + $a.decoder_layer_num
	- 0.5 * (conv($a.encoder_conv_kernel) + conv($a.decoder_conv_kernel) | length)
	+ 0.1 * (conv($a.encoder_conv_kernel) + conv($a.decoder_conv_kernel) | add // 0)'
sample-arch -n 200 <"$space" | jq -c "$made" >lats
holds 'a predictor sees convolutions' "fit-mlp -q -o p <lats | jq -e '.mape < 0.5'"
is    'and says so' "header p | jq -r .__metadata__.features | tr , '\n' | grep -c conv" 4
holds 'HAT sees none of it' "fit-mlp -q --hat --steps 20 -o h <lats | jq -e '.mape > 3'"
says  'it says so' '180 of 200 records have convolutions, which HAT'
sample-arch -n 60 <"$plain" | jq -c "$made" | fit-mlp -q -o q >/dev/null
exits 1 'measurements without convolutions' 'sample-arch --largest <$space | predict-lat -p q'
says  'it says which' 'encoder_conv_avg is 1, in the measurements that the predictor was fitted to it is 0 to 0'
holds 'what is saved is what is predicted' "sample-arch -s 2 -n 50 <\$space | jq -c \"\$made\" | predict-lat -p p | jq -e '(.predicted_ms / .latency_ms.total - 1 | fabs) < 0.02' | sort -u"
holds 'the shipped space is one' "sample-arch -n 50 <$data/spaces/multi30k-lsra.json | jq -se 'map(.arch.encoder_conv_kernel // empty) | length > 30'"
finish
