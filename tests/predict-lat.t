. "${0%/*}/lib.sh"
space=$data/spaces/wmt14ende-space0.json
machine='.arch as $a | . + {latency_ms: {total: (9 + ($a.encoder_ffn_embed_dim | add) / 1000 + ([range($a.decoder_layer_num) as $l | 4 + $a.decoder_embed_dim * $a.decoder_ffn_embed_dim[$l] * 4e-6] | add))}, energy_j: $a.decoder_layer_num}'
sample-arch -s 5 -n 120 <$space | jq -c "$machine" >lat.jsonl
fit-mlp -o lat.mlp <lat.jsonl >/dev/null
sample-arch -s 6 -n 40 <$space >new.jsonl

usual predict-lat 'predict-lat -p lat.mlp <new.jsonl'
bad_lines predict-lat 'predict-lat -p lat.mlp'
exits 2 'wants -p' 'predict-lat <new.jsonl'
is    'nothing in, nothing out' 'predict-lat -p lat.mlp </dev/null' ''
holds 'archs that it has not seen within 1%' "jq -c '$machine' new.jsonl | predict-lat -p lat.mlp | jq -se 'all(.predicted_ms / .latency_ms.total - 1 | fabs < 0.01)'"
is    'leaves the line alone' "sed 's/^{/{  \"\u00e9\\\\u00e9\":[1.50e+0, 12345678901234567890,\"}\"] , /' new.jsonl >a; predict-lat -p lat.mlp <a | sed 's/,\"predicted_ms\":.*/}/' | diff - a" ''
same  'twice is once' 'predict-lat -p lat.mlp <new.jsonl' 'predict-lat -p lat.mlp <new.jsonl | predict-lat -p lat.mlp'
holds '--where sees the prediction' "predict-lat -p lat.mlp --where 'predicted_ms<=40' -w 'arch.decoder_layer_num>=2' <new.jsonl >a; [ -s a ] && jq -se 'all(.predicted_ms<=40 and .arch.decoder_layer_num>=2)' a"
same  'and drops the rest only' "predict-lat -p lat.mlp --where 'predicted_ms<=40' <new.jsonl" "predict-lat -p lat.mlp <new.jsonl | jq -c 'select(.predicted_ms<=40)'"
exits 1 'a field that is not there' "predict-lat -p lat.mlp -w 'nope<1' <new.jsonl"
exits 2 'a broken condition' "predict-lat -p lat.mlp -w 'nope' <new.jsonl"
averages='.arch as $a | def mean: add / length; {features: [$a.encoder_embed_dim, $a.encoder_layer_num, ($a.encoder_ffn_embed_dim | mean), ($a.encoder_self_attention_heads | mean), $a.decoder_embed_dim, $a.decoder_layer_num, ($a.decoder_ffn_embed_dim | mean), ($a.decoder_self_attention_heads | mean), ($a.decoder_ende_attention_heads | mean), ($a.decoder_arbitrary_ende_attn | map(if . < 0 then 1 else . + 1 end) | mean)]}'
same  'features do as well as the arch' 'predict-lat -p lat.mlp <new.jsonl | jq ".predicted_ms*1e5|round"' "jq -c '$averages' new.jsonl | predict-lat -p lat.mlp | jq '.predicted_ms*1e5|round'"
same  'a compressed predictor' 'predict-lat -p lat.mlp <new.jsonl' 'zstd -q <lat.mlp >lat.mlp.zst; predict-lat -p lat.mlp.zst <new.jsonl'

# HAT's perceptron and an ensemble come back from their files.
fit-mlp --hat --hidden 48 --lr 1e-3 --steps 1500 -o hat.mlp <lat.jsonl >hat.json
holds 'HAT'\''s perceptron' 'predict-lat -p hat.mlp <lat.jsonl | jq -se "map(.predicted_ms / .latency_ms.total - 1 | fabs) | add / length < 0.1"'
jq -c '.latency_ms.total |= . * . / 50' lat.jsonl >square.jsonl
fit-mlp -o square.mlp <square.jsonl >square.json
is    'an ensemble is at work' 'jq -r .method square.json' 'products+perceptrons'
holds 'and comes back from its file' 'predict-lat -p square.mlp <square.jsonl | jq -se "map(.predicted_ms / .latency_ms.total - 1 | fabs) | add / length < 0.03"'
holds 'another target, another field' 'fit-mlp --target energy_j -o e.mlp <lat.jsonl && predict-lat -p e.mlp <new.jsonl | jq -se "all(.predicted_energy_j / .arch.decoder_layer_num - 1 | fabs < 0.01)"'

# What it was fitted for.
exits 1 'another task' 'sed "2s/\"tgt_vocab\":32768/\"tgt_vocab\":8000/" new.jsonl | predict-lat -p lat.mlp'
says  'names the line' 'stdin:2: the predictor was fitted for another task: task.tgt_vocab is 32768 here and 8000 there'
exits 0 'unless forced' 'sed "2s/\"tgt_vocab\":32768/\"tgt_vocab\":8000/" new.jsonl | predict-lat --force -p lat.mlp'
exits 0 'no task is no other task' 'jq -c "del(.task)" new.jsonl | predict-lat -p lat.mlp'
jq -c '. + {workload: {beam: 5, src_len: 30}}' lat.jsonl | fit-mlp -o work.mlp >/dev/null
exits 0 'its workload' 'jq -c ". + {workload: {src_len: 30, beam: 5}}" new.jsonl | predict-lat -p work.mlp'
exits 0 'no workload' 'predict-lat -p work.mlp <new.jsonl'
exits 1 'another workload' 'jq -c ". + {workload: {src_len: 30, beam: 4}}" new.jsonl | predict-lat -p work.mlp'
says  'names the line' 'stdin:1: the predictor was fitted for another workload'

# Files that are none.
exits 1 'no file' 'predict-lat -p nowhere <new.jsonl'
exits 1 'a header that lies' 'printf "\377\377\377\177\0\0\0\0{}" >lie.mlp; predict-lat -p lie.mlp <new.jsonl'
says  'names the file' 'lie.mlp: not a safetensors file'
exits 1 'cut short' 'head -c 700 lat.mlp >cut.mlp; predict-lat -p cut.mlp <new.jsonl'
exits 1 'no predictor' 'printf "\2\0\0\0\0\0\0\0{}" >empty.mlp; predict-lat -p empty.mlp <new.jsonl'
says  'says so' 'empty.mlp: not a predictor: no tensor features.mean'
# the name of a tensor changed, its header's length kept
for name in first_layer.bias layers.0.weight predict.weight target.unit; do
	exits 1 "without $name" "sed 's/$name/x${name#?}/' hat.mlp >bad.mlp; predict-lat -p bad.mlp <new.jsonl"
done
exits 1 'a shape that lies' "sed 's/\"shape\":\[48,10\]/\"shape\":[10,48]/' hat.mlp >bad.mlp; predict-lat -p bad.mlp <new.jsonl"
says  'names the tensor' 'bad.mlp: tensor first_layer.weight has not the shape'
finish
