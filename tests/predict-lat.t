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

# The short way for records as sample-arch writes them says what the long one
# does; a space after the brace forbids it.
profile-arch <new.jsonl >profiled.jsonl
for f in new profiled; do
	same  "short way, $f" "predict-lat -p lat.mlp <$f.jsonl | jq -c ." "sed 's/^{/{ /' $f.jsonl | predict-lat -p lat.mlp | jq -c ."
done
same  'old predictions are replaced' 'predict-lat -p lat.mlp <new.jsonl' "sed 's/}\$/,\"predicted_lo\":1,\"predicted_ms\":2}/' new.jsonl | predict-lat -p lat.mlp"
for bad in 's/"qkv_dim":512/"qkv_dim":0512/' 's/"qkv_dim":512/"qkv_dim":510/' 's/}$/,"x":01}/' 's/}$/,"x":1.}/' 's/}$/,"x":}/' 's/}$/,}/' 's/}$//' 's/$/}/' 's/"decoder_layer_num":[0-9]/"decoder_layer_num":7/' 's/\(arbitrary_ende_attn":\[\)[-0-9]*/\10/' 's/"encoder_layer_num":6/"encoder_layer_num":99/'; do
	exits 1 "broken: $bad" "sed '3$bad' new.jsonl | predict-lat -p lat.mlp"
	says  'names the line' 'stdin:3: '
done
is    'a number it has not to understand' "sed 's/}\$/,\"x\":1e400}/' new.jsonl | predict-lat -p lat.mlp 2>&1 | head -1 | grep -c 'stdin:1: broken JSON'" 1
exits 1 'another task in the middle' 'sed "20s/\"tgt_vocab\":32768/\"tgt_vocab\":32769/" new.jsonl | predict-lat -p lat.mlp'
says  'names the line' 'stdin:20: '

# The interval.
holds 'the interval is around the prediction' "predict-lat -p lat.mlp <new.jsonl | jq -se 'all(.predicted_lo <= .predicted_ms * 1.001 and .predicted_hi >= .predicted_ms * 0.999)'"
jq -c '.latency_ms.total *= (1 + (input_line_number * 7919 % 1009 / 1009 - 0.5) * 0.2)' lat.jsonl >noisy.jsonl
fit-mlp -o noisy.mlp <noisy.jsonl >/dev/null
holds 'noise of up to 10% makes it 20% wide' "predict-lat -p noisy.mlp <new.jsonl | jq -se 'all((.predicted_hi - .predicted_lo) / .predicted_ms | . > 0.14 and . < 0.24)'"
is    'another target names its own' 'fit-mlp --target energy_j -o e.mlp <lat.jsonl >/dev/null; predict-lat -p e.mlp <new.jsonl | head -1 | jq -c "[keys[] | select(startswith(\"pred\"))]"' '["predicted_energy_j","predicted_energy_j_hi","predicted_energy_j_lo"]'

# A predictor of HAT's own, exported to safetensors: its names, its constants,
# lat-norm as metadata. The same in perl, in doubles.
cat >hat.pl <<'END'
use strict;
my ($make, $norm) = @ARGV;
my @width = (10, 12, 12, 12, 1);
my $state = 5;
sub draw { $state = ($state * 1103515245 + 12345) % 2147483648; $state / 2147483648 - 0.4 }
my (@w, @b, %tensor, $data, $header);
for my $l (0 .. $#width - 1) {
	my $n = $l == 0 ? "first_layer" : $l == $#width - 1 ? "predict" : "layers." . ($l - 1);
	my ($in, $out) = @width[$l, $l + 1];
	$w[$l] = [map { unpack "f", pack "f", draw() / sqrt $in } 1 .. $in * $out];
	$b[$l] = [map { unpack "f", pack "f", draw() } 1 .. $out];
	for (["weight", "$out,$in", $w[$l]], ["bias", $out, $b[$l]]) {
		my $at = length($data // "");
		$data .= pack "f<*", @{$_->[2]};
		$header .= sprintf '"%s.%s":{"dtype":"F32","shape":[%s],"data_offsets":[%d,%d]},', $n, $_->[0], $_->[1], $at, length $data;
	}
}
if ($make) {
	my $meta = $norm ne "" ? qq({"lat_norm":"$norm"}) : "{}";
	$header = "{$header\"__metadata__\":$meta}";
	$header .= " " x (-length($header) % 8);
	print pack("Q<", length $header), $header, $data;
	exit;
}
my @scale = (640, 6, 2048, 6, 640, 6, 2048, 6, 6, 2);
while (<STDIN>) {
	my @f = split;
	my @x = map { $f[$_] / $scale[$_] } 0 .. 9;
	for my $l (0 .. $#w) {
		my $in = @x;
		my @y = map { my $o = $_; my $s = $b[$l][$o]; $s += $w[$l][$o * $in + $_] * $x[$_] for 0 .. $in - 1; $s } 0 .. $width[$l + 1] - 1;
		@x = $l < $#w ? map { $_ > 0 ? $_ : 0 } @y : @y;
	}
	printf "%.4f\n", $norm * $x[0];
}
END
jq -c "$averages" new.jsonl >averages.jsonl
perl hat.pl 1 300 >exported.mlp
is    'HAT'\''s own predictor' 'predict-lat -p exported.mlp <averages.jsonl | jq -r "[.predicted_ms, (.features | map(tostring) | join(\" \"))] | @tsv" >a; cut -f2 a | perl hat.pl 0 300 | paste - a | awk "{ d = \$1 - \$2; if (d < -0.01 || d > 0.01 || \$1 == 0) bad++ } END { print NR, bad + 0 }"' '40 0'
is    'has no interval' 'predict-lat -p exported.mlp <averages.jsonl | grep -c predicted_lo' 0
same  'reads whole architectures, too' 'predict-lat -p exported.mlp <averages.jsonl | jq ".predicted_ms*1e3|round"' 'predict-lat -p exported.mlp <new.jsonl | jq ".predicted_ms*1e3|round"'
exits 1 'without lat-norm' 'perl hat.pl 1 "" >bad.mlp; predict-lat -p bad.mlp <new.jsonl'
says  'says what is missing' 'bad.mlp: a perceptron without "lat_norm" in its metadata'
exits 1 'with a broken one' 'perl hat.pl 1 2x >bad.mlp; predict-lat -p bad.mlp <new.jsonl'
says  'says so' 'bad.mlp: lat_norm: want a positive number, not "2x"'
python=${PYTHON:-python3}
if $python -c 'import torch, safetensors' 2>/dev/null; then
	cat >hat.py <<'END'
import json, sys, torch
torch.manual_seed(1)
class Net(torch.nn.Module):
	def __init__(self):
		super().__init__()
		self.first_layer = torch.nn.Linear(10, 400)
		self.layers = torch.nn.ModuleList(torch.nn.Linear(400, 400) for _ in range(3))
		self.predict = torch.nn.Linear(400, 1)
	def forward(self, x):
		x = torch.relu(self.first_layer(x))
		for l in self.layers:
			x = torch.relu(l(x))
		return self.predict(x)
net = Net()
torch.save(net.state_dict(), "predictor.pt")
scale = torch.tensor([640, 6, 2048, 6, 640, 6, 2048, 6, 6, 2.])
for line in sys.stdin:
	with torch.no_grad():
		print(200 * net(torch.tensor(json.loads(line)["features"]) / scale).item())
END
	# the line of the README, run as it stands there
	line=$(grep -o "^ *python3 -c 'import torch; from safetensors.*" "$top/README.md")
	holds 'a real export of PyTorch'\''s, by the README'\''s line' "$python hat.py <averages.jsonl >a; ${line/python3/$python}; predict-lat -p hat.mlp <averages.jsonl | jq .predicted_ms | paste - a | awk '{ d = (\$1 - \$2) / \$2; if (d < -1e-4 || d > 1e-4) bad++ } END { exit NR != 40 || bad }'"
else
	echo "# no torch and safetensors: no export by PyTorch is tested"
fi

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

jq -c '. + {host: {cpu: "a"}}' lat.jsonl | fit-mlp -o host.mlp >/dev/null
is    'its machine is worth no word' 'jq -c ". + {host: {cpu: \"a\", kernel: \"new\"}}" new.jsonl | predict-lat -p host.mlp 2>&1 >/dev/null' ''
is    'another machine is told once' 'jq -c ". + {host: {cpu: \"b\"}}" new.jsonl | predict-lat -p host.mlp 2>&1 >/dev/null' "predict-lat: stdin:1: measured on another machine (b) than the predictor's (a), whose latencies are predicted"
is    'the report says for what it was fitted' 'jq -c ". + {data_set: \"pi\"}" lat.jsonl | fit-mlp -o pi.mlp | jq -c "[.data_set, .unit, .task.tgt_vocab]"' '["pi","ms",32768]'

# What is far from all that it was fitted to, in features and architectures.
sample-arch -n 3 <"$data/spaces/demo.json" | jq -c 'del(.task)' >tiny.jsonl
jq -c "$averages" new.jsonl | jq -c '.features[5] = 60' >deep.jsonl
for far in tiny.jsonl:'encoder_embed_dim is 48, in the measurements that the predictor was fitted to it is 512 to 640' deep.jsonl:'decoder_layer_num is 60, in the measurements that the predictor was fitted to it is 1 to 6'; do
	exits 1 "far away: ${far%%:*}" "predict-lat -p lat.mlp <${far%%:*}"
	says  'says which feature' "predict-lat: stdin:1: ${far#*:} (--force predicts all the same)"
	holds 'unless forced' "predict-lat --force -p lat.mlp <${far%%:*}"
done
exits 1 'after others, that the short way reads' '(cat profiled.jsonl; sed "s/\"encoder_embed_dim\":[0-9]*/\"encoder_embed_dim\":64/" profiled.jsonl) | predict-lat -p lat.mlp'
says  'names the line' 'stdin:41: encoder_embed_dim is 64'
is    'the ends of its space are near' "sample-arch --largest --smallest <$space | predict-lat -p lat.mlp | wc -l" 2
holds 'few rows of another device reach as far as all of the first' "sample-arch -s 3 -n 12 <$space | jq -c '$machine' | jq -c '.latency_ms.total *= 2' | fit-mlp --from lat.mlp -o from.mlp && predict-lat -p from.mlp <new.jsonl"
exits 0 'a predictor that says nothing of its range' 'sed "s/features\.most/features.many/" lat.mlp >old.mlp; predict-lat -p old.mlp <tiny.jsonl'

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
# another number in the file: a tensor's first
put() { # tensor, eight bytes
	local n=$((8 + $(od -An -tu8 -N8 lat.mlp)))
	cp lat.mlp bad.mlp
	printf "$2" | dd of=bad.mlp bs=1 conv=notrunc status=none \
		seek=$((n + $(head -c $n lat.mlp | tail -c +9 | jq ".[\"$1\"].data_offsets[0]")))
}
one='\0\0\0\0\0\0\xf0\xbf'   # -1
while read -r tensor bytes says; do
	put "$tensor" "$bytes"
	exits 1 "$tensor: $says" 'predict-lat -p bad.mlp <new.jsonl'
	says  'says so' "$says"
done <<-N
	target.unit $one bad.mlp: target.unit is not positive
	features.scale $one bad.mlp: features.scale is not positive
	products.weight $one bad.mlp: products.weight is negative
	products.weight \0\0\0\0\0\0\xf0\x7f bad.mlp: tensor products.weight is not finite
	interval \0\0\0\0\0\0\x24\x40 bad.mlp: interval: want two numbers, the smaller first
N
sed 's/"field":"predicted_ms"/"field":"arch"        /' lat.mlp >bad.mlp
exits 1 'a field that would take the place of another' 'predict-lat -p bad.mlp <new.jsonl'
says  'is refused' 'bad.mlp: metadata "field": want predicted_.., not "arch"'
finish
