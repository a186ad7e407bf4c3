. "${0%/*}/lib.sh"
space=$data/spaces/wmt14ende-space0.json
machine() { jq -c -f "$top/tests/jq/machine.jq" "$@"; }
averages() { jq -c -f "$top/tests/jq/averages.jq" "$@"; }
sample-arch -s 5 -n 120 <$space | machine >lat.jsonl
fit-mlp -o lat.mlp <lat.jsonl >/dev/null
sample-arch -s 6 -n 40 <$space >new.jsonl
by_lat='predict-lat -p lat.mlp'
new() { $by_lat "$@" <new.jsonl; }
all() { jq -se "all($1)"; }
# the mean error, a share, is below a number
mean_error() { jq -se "map(.predicted_ms / .latency_ms.total - 1 | fabs) | add / length < $1"; }
rounded() { jq ".predicted_ms * $1 | round"; }

usual predict-lat "$by_lat <new.jsonl"
bad_lines predict-lat "$by_lat"
is    'nothing in, nothing out' "$by_lat </dev/null" ''
holds 'archs that it has not seen within 1%' '
	machine new.jsonl | $by_lat | all ".predicted_ms / .latency_ms.total - 1 | fabs < 0.01"'
odd='s/^{/{  "é\\u00e9":[1.50e+0, 12345678901234567890,"}"] , /'
is    'the line is left alone' '
	sed "$odd" new.jsonl >a; $by_lat <a | sed "s/,\"predicted_ms\":.*/}/" | diff - a' ''
same  'predicted twice is predicted once' new 'new | $by_lat'
holds '--where sees the prediction' '
	new --where "predicted_ms<=40" -w "arch.decoder_layer_num>=2" >a
	[ -s a ] && all ".predicted_ms <= 40 and .arch.decoder_layer_num >= 2" <a'
same  '--where drops the rest only' \
	'new --where "predicted_ms<=40"' 'new | jq -c "select(.predicted_ms <= 40)"'
same  'features do as well as the arch' \
	'new | rounded 1e5' 'averages new.jsonl | $by_lat | rounded 1e5'
same  'a compressed predictor' \
	new 'zstd -q <lat.mlp >lat.mlp.zst; predict-lat -p lat.mlp.zst <new.jsonl'

# The short way for records as sample-arch writes them says what the long one
# does; a space after the brace forbids it.
profile-arch <new.jsonl >profiled.jsonl
for f in new profiled; do
	same "the short way says what the long one does: $f" \
		"$by_lat <$f.jsonl | jq -c ." "sed 's/^{/{ /' $f.jsonl | $by_lat | jq -c ."
done
same  'old predictions are replaced' new '
	sed "s/}\$/,\"predicted_lo\":1,\"predicted_ms\":2}/" new.jsonl | $by_lat'
third() { sed "3$1" new.jsonl | $by_lat; }
refuses 1 <<'R'
the short way: a leading zero ;; third 's/"qkv_dim":512/"qkv_dim":0512/' ;; stdin:3:
the short way: heads that do not divide ;; third 's/"qkv_dim":512/"qkv_dim":510/' ;; stdin:3:
the short way: another leading zero ;; third 's/}$/,"x":01}/' ;; stdin:3:
the short way: a point without digits ;; third 's/}$/,"x":1.}/' ;; stdin:3:
the short way: no value ;; third 's/}$/,"x":}/' ;; stdin:3:
the short way: a comma more ;; third 's/}$/,}/' ;; stdin:3:
the short way: a brace less ;; third 's/}$//' ;; stdin:3:
the short way: a brace more ;; third 's/$/}/' ;; stdin:3:
the short way: seven layers ;; third 's/"decoder_layer_num":[0-9]/"decoder_layer_num":7/' ;;
	stdin:3:
the short way: attention to no layer 
	;; third 's/\(arbitrary_ende_attn":\[\)[-0-9]*/\10/' ;; stdin:3:
the short way: 99 layers ;; third 's/"encoder_layer_num":6/"encoder_layer_num":99/' ;; stdin:3:
a number that is too large ;; sed 's/}$/,"x":1e400}/' new.jsonl | $by_lat ;; stdin:1: broken JSON
another task in the middle ;; sed '20s/"tgt_vocab":32768/"tgt_vocab":32769/' new.jsonl | $by_lat
	;; stdin:20:
a condition on a field that is not there ;; new -w 'nope<1'
	;; predict-lat: stdin:1: --where: no number "nope" in the record
R
refuses 2 <<'R'
no predictor ;; predict-lat <new.jsonl ;; predict-lat: want -p FILE
a broken condition ;; new -w nope
	;; predict-lat: --where: want 'FIELD<=NUMBER' (or < > >= == !=), not "nope"
R

# The interval.
holds 'the interval is around the prediction' 'new | all "
	.predicted_lo <= .predicted_ms * 1.001 and .predicted_hi >= .predicted_ms * 0.999"'
jq -c '.latency_ms.total *= (1 + (input_line_number * 7919 % 1009 / 1009 - 0.5) * 0.2)' \
	lat.jsonl >noisy.jsonl
fit-mlp -o noisy.mlp <noisy.jsonl >/dev/null
holds 'noise of up to 10% makes the interval 20% wide' '
	predict-lat -p noisy.mlp <new.jsonl |
		all "(.predicted_hi - .predicted_lo) / .predicted_ms | . > 0.14 and . < 0.24"'
fit-mlp --target energy_j -o e.mlp <lat.jsonl >/dev/null
is    'another target names its own interval' '
	predict-lat -p e.mlp <new.jsonl | head -n 1 |
		jq -c "[keys[] | select(startswith(\"pred\"))]"' \
	'["predicted_energy_j","predicted_energy_j_hi","predicted_energy_j_lo"]'

# A predictor of HAT's own, exported to safetensors: its names, its constants,
# lat-norm as metadata. The same in perl, in doubles.
hat() { perl "$top/tests/yardsticks/hat-predictor.pl" "$@"; }
averages new.jsonl | jq -c 'del(.task)' >averages.jsonl
hat 1 300 >exported.mlp
exported() { predict-lat -p exported.mlp "$@"; }
is    "HAT's own predictor" '
	exported averages.jsonl |
		jq -r "[.predicted_ms, (.features | map(tostring) | join(\" \"))] | @tsv" >a
	cut -f2 a | hat 0 300 | paste - a | awk "
		{ d = \$1 - \$2; if (d < -0.01 || d > 0.01 || \$1 == 0) bad++ }
		END { print NR, bad + 0 }"' '40 0'
is    "HAT's own predictor has no interval" 'exported averages.jsonl | grep -c predicted_lo' 0
same  "HAT's own predictor reads whole architectures, too" \
	'exported averages.jsonl | rounded 1e3' 'exported new.jsonl | rounded 1e3'
# The manual's line, run as it stands there.
line=$(sed 's/\\-/-/g; s/\\(aq/'"'"'/g' "$top/bin/predict-lat.1" |
	grep "^python3 -c 'import torch")
is    'the manual shows how PyTorch exports it' 'grep -c . <<<"$line"' 1
python=${PYTHON:-python3}
if $python -c 'import torch, safetensors.torch' 2>/dev/null; then
	holds "HAT's own predictor, made by PyTorch" "
		$python $top/tests/yardsticks/hat-predictor.py <averages.jsonl >a"
	holds "HAT's own predictor, exported by the manual's line" "${line/python3/$python}"
	is    "HAT's own predictor predicts what it does in PyTorch" '
		predict-lat -p hat.mlp <averages.jsonl | jq .predicted_ms | paste - a | awk "
			{ d = (\$1 - \$2) / \$2; if (d < -1e-4 || d > 1e-4) bad++ }
			END { print NR, bad + 0 }"' '40 0'
else
	echo "# no torch and safetensors for $python: no export by PyTorch is tested"
fi

# HAT's perceptron and an ensemble come back from their files.
fit-mlp --hat --hidden 48 --lr 1e-3 --steps 1500 -o hat.mlp <lat.jsonl >hat.json
holds "HAT's perceptron comes back from its file" \
	'predict-lat -p hat.mlp <lat.jsonl | mean_error 0.1'
jq -c '.latency_ms.total |= . * . / 50' lat.jsonl >square.jsonl
fit-mlp -o square.mlp <square.jsonl >square.json
is    'an ensemble is at work' 'jq -r .method square.json' 'products+perceptrons'
holds 'an ensemble comes back from its file' \
	'predict-lat -p square.mlp <square.jsonl | mean_error 0.03'
jq -c '.latency_ms.encoder = .latency_ms.total' lat.jsonl |
	fit-mlp -q --target encoder -o encoders >report
is    'a part of the latency, another field' 'predict-lat -p encoders <new.jsonl | head -n 1 |
	jq "has(\"predicted_ms\", \"predicted_encoder\")"' $'false\ntrue'
holds 'another target, another field' 'predict-lat -p e.mlp <new.jsonl |
	all ".predicted_energy_j / .arch.decoder_layer_num - 1 | fabs < 0.01"'

# What it was fitted for.
other='2s/"tgt_vocab":32768/"tgt_vocab":8000/'
work() { jq -c ". + {workload: {beam: $1, src_len: 30}}" "${@:2}"; }
work 5 lat.jsonl | fit-mlp -o work.mlp >/dev/null
refuses 1 <<'R'
another task ;; sed "$other" new.jsonl | $by_lat
	;; stdin:2: the predictor was fitted for another task: task.tgt_vocab is 8000 here and
	32768 there
another workload ;; work 4 new.jsonl | predict-lat -p work.mlp
	;; stdin:1: the predictor was fitted for another workload
R
exits 0 'another task is taken with --force' 'sed "$other" new.jsonl | $by_lat --force'
exits 0 'no task is no other task' "jq -c 'del(.task)' new.jsonl | $by_lat"
exits 0 'its workload is taken, in whatever order' '
	jq -c ". + {workload: {src_len: 30, beam: 5}}" new.jsonl | predict-lat -p work.mlp'
exits 0 'no workload is no other workload' 'predict-lat -p work.mlp <new.jsonl'

jq -c '. + {host: {cpu: "a"}}' lat.jsonl | fit-mlp -o host.mlp >/dev/null
told() { jq -c ". + {host: $1}" new.jsonl | predict-lat -p host.mlp 2>&1 >/dev/null; }
is    'its machine is worth no word' "told '{cpu: \"a\", kernel: \"new\"}'" ''
is    'another machine is told once' "told '{cpu: \"b\"}'" "$(echo \
	'predict-lat: stdin:1: measured on another machine (b)' \
	"than the predictor's (a), whose latencies are predicted")"
is    'the report says for what it was fitted' "
	jq -c '. + {data_set: \"pi\"}' lat.jsonl | fit-mlp -o pi.mlp |
		jq -c '[.data_set, .unit, .task.tgt_vocab]'" '["pi","ms",32768]'

# What is far from all that it was fitted to, in features and architectures.
sample-arch -n 3 <"$data/spaces/demo.json" | jq -c 'del(.task)' >tiny.jsonl
jq -c '.features[5] = 60' averages.jsonl >deep.jsonl
far() { sed 's/"encoder_embed_dim":[0-9]*/"encoder_embed_dim":64/' profiled.jsonl; }
refuses 1 <<'R'
widths far away ;; $by_lat tiny.jsonl ;; predict-lat: tiny.jsonl:1: encoder_embed_dim is 48,
	in the measurements that the predictor was fitted to it is 512 to 640
	(--force predicts all the same)
depths far away ;; $by_lat deep.jsonl ;; predict-lat: deep.jsonl:1: decoder_layer_num is 60,
	in the measurements that the predictor was fitted to it is 1 to 6
	(--force predicts all the same)
widths far away, the short way ;; (cat profiled.jsonl; far) | $by_lat
	;; stdin:41: encoder_embed_dim is 64
R
for far in tiny deep; do
	holds "far away is taken with --force: $far" "$by_lat --force <$far.jsonl"
done
is    'the ends of its space are near' \
	"sample-arch --largest --smallest <$space | $by_lat | wc -l" 2
holds 'few rows of another device reach as far as all of the first' '
	sample-arch -s 3 -n 12 <$space | machine | jq -c ".latency_ms.total *= 2" |
		fit-mlp --from lat.mlp -o from.mlp && predict-lat -p from.mlp <new.jsonl'
narrow() { sed '7s/"qkv_dim":512/"qkv_dim":256/' new.jsonl; }
refuses 1 <<'R'
another width of attention ;; narrow | $by_lat ;; predict-lat: stdin:7: qkv_dim is 256,
	in the measurements that the predictor was fitted to it is 512 (--force predicts all
another width of attention, the long way ;; narrow | sed 's/^{/{ /' | $by_lat
	;; stdin:7: qkv_dim is 256
a broken width of attention ;; sed 's/"qkv_dim":"512"/"qkv_dim":"x12"/' lat.mlp >bad.mlp;
	predict-lat -p bad.mlp new.jsonl ;; predict-lat: bad.mlp: broken qkv_dim
R
exits 0 'another width of attention is taken with --force' 'narrow | $by_lat --force'
narrow | machine | cat lat.jsonl - | fit-mlp -q --force -o mixed.mlp >/dev/null
exits 0 'another width of attention, where several were fitted' \
	'narrow | predict-lat -p mixed.mlp'
averages new.jsonl | $by_lat | jq -c '.latency_ms.total = .predicted_ms' |
	fit-mlp -q -o features.mlp >/dev/null
exits 0 'any width of attention, where features alone were fitted' \
	'narrow | predict-lat -p features.mlp'
sed 's/features\.most/features.many/; s/"qkv_dim"/"any_dim"/' lat.mlp >old.mlp
exits 0 'a predictor that says nothing of its range' 'predict-lat -p old.mlp <tiny.jsonl'

# Files that are none.
with() { sed "$1" hat.mlp >bad.mlp; predict-lat -p bad.mlp <new.jsonl; }
printf '\377\377\377\177\0\0\0\0{}' >lie.mlp
printf '\2\0\0\0\0\0\0\0{}' >empty.mlp
head -c 700 lat.mlp >cut.mlp
hat 1 '' >unscaled.mlp
hat 1 2x >odd.mlp
sed 's/"field":"predicted_ms"/"field":"arch"        /' lat.mlp >field.mlp
# another number in the file: a tensor's first
put() { # tensor, eight bytes
	local n=$((8 + $(od -An -tu8 -N8 lat.mlp)))
	cp lat.mlp bad.mlp
	printf "$2" | dd of=bad.mlp bs=1 conv=notrunc status=none \
		seek=$((n + $(head -c $n lat.mlp | tail -c +9 | jq ".[\"$1\"].data_offsets[0]")))
	predict-lat -p bad.mlp <new.jsonl
}
one='\0\0\0\0\0\0\xf0\xbf'   # -1
refuses 1 <<'R'
a perceptron without lat-norm ;; predict-lat -p unscaled.mlp <new.jsonl
	;; unscaled.mlp: a perceptron without "lat_norm" in its metadata
a perceptron with a broken lat-norm ;; predict-lat -p odd.mlp <new.jsonl
	;; odd.mlp: lat_norm: want a positive number, not "2x"
no file ;; predict-lat -p nowhere <new.jsonl ;; predict-lat: nowhere: No such file or directory
a header that lies ;; predict-lat -p lie.mlp <new.jsonl ;; lie.mlp: not a safetensors file
a predictor cut short ;; predict-lat -p cut.mlp <new.jsonl
	;; predict-lat: cut.mlp: not a safetensors file: header of
a file that is no predictor ;; predict-lat -p empty.mlp <new.jsonl
	;; empty.mlp: not a predictor: no tensor features.mean
no tensor first_layer.bias ;; with s/first_layer.bias/xirst_layer.bias/
	;; predict-lat: bad.mlp: not a predictor: neither products nor layers
no tensor layers.0.weight ;; with s/layers.0.weight/xayers.0.weight/
	;; predict-lat: bad.mlp: not a predictor: no tensor layers.0.weight, which fit-mlp writes
no tensor predict.weight ;; with s/predict.weight/xredict.weight/
	;; predict-lat: bad.mlp: not a predictor: no tensor predict.weight, which fit-mlp writes
no tensor target.unit ;; with s/target.unit/xarget.unit/
	;; predict-lat: bad.mlp: not a predictor: no tensor target.unit, which fit-mlp writes
a shape that lies ;; with 's/"shape":\[48,10\]/"shape":[10,48]/'
	;; bad.mlp: tensor first_layer.weight has not the shape
a negative unit ;; put target.unit $one ;; bad.mlp: target.unit is not positive
a negative scale ;; put features.scale $one ;; bad.mlp: features.scale is not positive
a negative weight ;; put products.weight $one ;; bad.mlp: products.weight is negative
an infinite weight ;; put products.weight '\0\0\0\0\0\0\xf0\x7f'
	;; bad.mlp: tensor products.weight is not finite
an interval backwards ;; put interval '\0\0\0\0\0\0\x24\x40'
	;; bad.mlp: interval: want two numbers, the smaller first
a field that would take the place of another ;; predict-lat -p field.mlp <new.jsonl
	;; field.mlp: metadata "field": want predicted_.., not "arch"
R
finish
