. "${0%/*}/lib.sh"
space=$data/spaces/wmt14ende-space0.json
# A made-up machine: work per layer, noise of up to +-2% (1% on average), a
# cache that decoders beyond 45 ms fall out of, a clock that drifts.
cat >machine.jq <<'END'
.arch as $a | input_line_number as $i |
($a.encoder_embed_dim * ($a.encoder_ffn_embed_dim | add) * 7e-7 +
 ($a.encoder_self_attention_heads | add) * 0.05 + 3) as $e |
([range($a.decoder_layer_num) as $l | 4 +
  $a.decoder_embed_dim * $a.decoder_ffn_embed_dim[$l] * 4e-6 +
  $a.decoder_embed_dim * 0.004 +
  (if $a.decoder_arbitrary_ende_attn[$l] < 0 then 1 else 2 end) * 0.4 +
  $a.decoder_ende_attention_heads[$l] * 0.1] | add) as $d0 |
($d0 + $cache * ([0, $d0 - 45] | max)) as $d |
(1 + (($i * 7919 + 13) % 1009 / 1009 - 0.5) * 0.04) as $noise |
(1 + $drift * (if $i % 100 < 30 then 0.5 else 0 end)) as $slow |
. + {latency_ms: {encoder: ($e * $slow), decoder: ($d * $slow),
	total: (($e + $d) * $noise * $slow)}, energy_j: ($d0 / 10 + 1),
	workload: {beam: 5}, host: {cpu: "made up"}} +
	if $drift > 0 then {reference_ms: (100 * $slow)} else {} end
END
measured() { # n cache drift
	sample-arch -s 3 -n "$1" <$space |
		jq -c --argjson cache "$2" --argjson drift "$3" -f machine.jq
}
measured 200 0 0 >lat.jsonl
measured 200 0 1 >drift.jsonl
measured 600 1 0 >cache.jsonl
mape() { # at most, tau at least, another condition
	jq -se "length == 1 and (.[0] | .mape <= $1 and .tau >= $2 and ${3:-true})"
}

usual fit-mlp 'fit-mlp -o lat.mlp <lat.jsonl'
bad_lines fit-mlp 'fit-mlp -o lat.mlp'
exits 1 'nothing to fit to' 'fit-mlp -o lat.mlp </dev/null'
says  'says so' 'fit-mlp: stdin: no records'
exits 1 'too few records' 'head -n 19 lat.jsonl | fit-mlp -o few.mlp'
says  'says how many it wants' '19 records are too few'
is    'leaves no file then' 'ls few.mlp* 2>/dev/null' ''
exits 2 'wants -o' 'fit-mlp <lat.jsonl'
exits 2 'broken split' 'fit-mlp -o lat.mlp --split 8:1 <lat.jsonl'
exits 2 'a split without a test' 'fit-mlp -o lat.mlp --split 9:1:0 <lat.jsonl'
exits 1 'a file that cannot be' 'fit-mlp -o nowhere/lat.mlp <lat.jsonl'
exits 1 'a full disk under the predictor' 'fit-mlp -o /dev/full <lat.jsonl'

holds 'predicts what it has not seen within 2%' 'fit-mlp -q -o lat.mlp <lat.jsonl | mape 2 0.95'
is    'the report' 'fit-mlp -o lat.mlp <lat.jsonl | jq -c "[.rows,.train,.valid,.test,.seed,.target,.unit,.drift_corrected,(.rmse>0),(.r2>0.99)]"' '[200,160,20,20,1,"latency_ms.total","ms",false,true,true]'
is    'the split is the user'\''s' 'fit-mlp --split 1:1:2 -o lat.mlp <lat.jsonl | jq -c "[.train,.valid,.test]"' '[50,50,100]'
holds 'what products do not explain, perceptrons do' 'fit-mlp -o cache.mlp <cache.jsonl | mape 2.5 0.95 ".method == \"products+perceptrons\""'
meta() { perl -0777 -ne 'print substr($_, 8, unpack("Q<", $_))' lat.mlp | jq -r ".__metadata__ | $1"; }
is    'the file says what it is for' 'fit-mlp -q -o lat.mlp <lat.jsonl >/dev/null; meta ".target, .unit, .method, .workload, .task"' "latency_ms.total
ms
products
{\"beam\":5}
$(jq -c .task $space)"
same  'threads do not change the report' 'fit-mlp -o 1.mlp <cache.jsonl' 'fit-mlp -j 2 -o 2.mlp <cache.jsonl'
holds 'nor the predictor' 'cmp 1.mlp 2.mlp'
holds 'another seed, another split' 'fit-mlp -s 2 -o 3.mlp <cache.jsonl >a && fit-mlp -o 3.mlp <cache.jsonl >b && ! cmp a b'
holds 'HAT'\''s own: threads do not change the bytes' 'fit-mlp --hat --steps 60 -o 1.mlp <lat.jsonl >a; fit-mlp --hat --steps 60 -j 2 -o 2.mlp <lat.jsonl >b; cmp a b && cmp 1.mlp 2.mlp'
holds 'HAT'\''s perceptron learns' 'fit-mlp --hat --hidden 64 --lr 1e-3 --steps 800 -o hat.mlp <lat.jsonl | mape 8 0.8'

holds 'drift is divided out' 'fit-mlp -o d.mlp <drift.jsonl | mape 2 0.95 .drift_corrected'
holds 'or not' 'fit-mlp --no-drift -o d.mlp <drift.jsonl | jq -e ".mape > 5 and .drift_corrected == false"'
exits 1 'a record without reference' 'sed "7s/reference_ms/other/" drift.jsonl | fit-mlp -o d.mlp'
says  'names its line' 'stdin:7: no reference_ms, unlike line 1'

for t in encoder decoder energy_j latency_ms.total; do
	holds "target $t" "fit-mlp --target $t -o t.mlp <lat.jsonl | mape 2 0.9"
done
exits 1 'a target that is not there' 'fit-mlp --target nope.x -o t.mlp <lat.jsonl'
says  'names it' 'stdin:1: no number "nope.x"'
exits 1 'no latency' 'sed "3s/\"total\":/\"x\":/" lat.jsonl | fit-mlp -o t.mlp'
says  'names the line' 'stdin:3: no number "latency_ms.total"'
exits 1 'a latency of 0' 'sed "5s/\"total\":/\"total\":0,\"x\":/" lat.jsonl | fit-mlp -o t.mlp'
says  'names the line' 'stdin:5: latency_ms.total: want a positive number'
exits 1 'a broken arch' 'sed "4s/\"qkv_dim\":512/\"qkv_dim\":511/" lat.jsonl | fit-mlp -o t.mlp'
says  'names the line' 'stdin:4: arch.'
for k in workload host; do
	exits 1 "two ${k}s" "sed '9s/\"$k\":{/\"$k\":{\"more\":1,/' lat.jsonl | fit-mlp -o t.mlp"
	says "names the line" "stdin:9: another $k than that of line 1"
	exits 0 'unless forced' "sed '9s/\"$k\":{/\"$k\":{\"more\":1,/' lat.jsonl | fit-mlp --force -o t.mlp"
done
exits 1 'one without a workload' 'sed "9s/workload/w/" lat.jsonl | fit-mlp -o t.mlp'
exits 1 'two tasks' 'sed "9s/\"src_vocab\":32768/\"src_vocab\":8000/" lat.jsonl | fit-mlp -o t.mlp'

# Features in place of archs, and HAT's data.
from_csv() {
	awk -F, 'NR > 1 { f = $1; for (i = 2; i <= 10; i++) f = f "," $i
		printf "{\"features\":[%s],\"latency_ms\":{\"total\":%.9g}}\n",
		f, $11 + $12 }' "$1"
}
exits 1 'nine features' 'echo "{\"features\":[1,2,3,4,5,6,7,8,9],\"latency_ms\":{\"total\":1}}" | fit-mlp -o t.mlp'
says  'says how many it wants' 'stdin:1: features: want an array of 10 numbers'
exits 1 'a feature of 0' 'echo "{\"features\":[1,2,3,4,5,6,7,8,9,0],\"latency_ms\":{\"total\":1}}" | fit-mlp -o t.mlp'
# data set, mean test MAPE of five seeds at most, the same with 200 rows
while read -r set most few; do
	csv=$shared/hat/latency/$set.csv
	[ -e "$csv" ] || { echo "# no $csv, not checked"; continue; }
	from_csv "$csv" >hat.jsonl
	mean() { for s in {1..5}; do fit-mlp -s $s --split $1 -o h.mlp <hat.jsonl; done | jq -s "map(.mape) | add / 5"; }
	holds "$set: MAPE at most $most" "m=\$(mean 8:1:1); echo \$m; jq -ne \"\$m <= $most\""
	holds "$set: at most $few from 200 rows" "m=\$(mean 9:1:90); echo \$m; jq -ne \"\$m <= $few\""
done <<END
iwslt14deen_gpu_titanxp 5.4 5.6
wmt14ende_cpu_xeon 4.85 5.0
wmt14ende_gpu_titanxp 4.85 5.0
wmt14enfr_cpu_raspberrypi 0.58 0.62
END
finish
