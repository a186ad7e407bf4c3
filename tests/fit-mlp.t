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
is    'the split is the user'\''s' 'fit-mlp --split 1:1:2 --steps 20 -o lat.mlp <lat.jsonl | jq -c "[.train,.valid,.test]"' '[50,50,100]'
holds 'what products do not explain, perceptrons do' 'fit-mlp -o cache.mlp <cache.jsonl | mape 2.5 0.95 ".method == \"products+perceptrons\""'
# what other load disturbed
jq -c 'if input_line_number % 4 == 0 then .unsettled = true | .latency_ms.total *= 700 else . end' lat.jsonl >some.jsonl
# lines of the input, of which the one has fewer
lines='s/"test_lines":\[[0-9,]*\],//'
same  'unsettled records do not count' 'grep -v unsettled some.jsonl | fit-mlp -o 1.mlp | sed "$lines"' 'fit-mlp -o 2.mlp <some.jsonl | sed "$lines; s/\"unsettled\":50/\"unsettled\":0/"'
says  'that is said' 'fit-mlp: 50 of 200 records are "unsettled" (measured beside other load) and left out'
holds 'and the predictor is the same' 'cmp 1.mlp 2.mlp'
exits 1 'nothing but such' 'grep unsettled some.jsonl | fit-mlp -q -o none.mlp'
says  'is nothing to fit to' 'fit-mlp: stdin: no settled records'
meta() { perl -0777 -ne 'print substr($_, 8, unpack("Q<", $_))' lat.mlp | jq -r ".__metadata__ | $1"; }
is    'the file says what it is for' 'fit-mlp -q -o lat.mlp <lat.jsonl >/dev/null; meta ".target, .unit, .method, .workload, .task"' "latency_ms.total
ms
products
{\"beam\":5}
$(jq -c .task $space)"
same  'threads do not change the report' 'fit-mlp -o 1.mlp <cache.jsonl' 'fit-mlp -j 2 -o 2.mlp <cache.jsonl'
holds 'nor the predictor' 'cmp 1.mlp 2.mlp'
holds 'another seed, another split' 'fit-mlp -s 2 -o 3.mlp <cache.jsonl >a && fit-mlp -o 3.mlp <cache.jsonl >b && ! cmp a b'
holds 'HAT'\''s own: threads do not change the bytes' 'fit-mlp --hat --steps 6 -o 1.mlp <lat.jsonl >a; fit-mlp --hat --steps 6 -j 2 -o 2.mlp <lat.jsonl >b; cmp a b && cmp 1.mlp 2.mlp'
holds 'HAT'\''s perceptron learns' 'fit-mlp --hat --hidden 64 --lr 1e-3 --steps 800 -o hat.mlp <lat.jsonl | mape 8 0.8'

holds 'drift is divided out' 'fit-mlp -o d.mlp <drift.jsonl | mape 2 0.95 .drift_corrected'
is    'all of it' 'fit-mlp -o d.mlp <drift.jsonl | jq .drift_power' 1
jq -c '.reference_ms |= . * .' drift.jsonl >more.jsonl
is    'half of it, where the reference is slowed down by its square' 'fit-mlp -o d.mlp <more.jsonl | jq -c "[.drift_power, .mape < 2]"' '[0.5,true]'
jq -c '.reference_ms = 100 + input_line_number * 7919 % 101' lat.jsonl >else.jsonl
is    'none, where the reference moves for itself' 'fit-mlp -o d.mlp <else.jsonl | jq -c "[.drift_power, .drift_corrected, .mape < 2]"' '[0,false,true]'
holds 'or not' 'fit-mlp --no-drift -o d.mlp <drift.jsonl | jq -e ".mape > 5 and .drift_corrected == false"'
exits 1 'a record without reference' 'sed "7s/reference_ms/other/" drift.jsonl | fit-mlp -o d.mlp'
says  'names its line' 'stdin:7: no reference_ms, unlike stdin:1'

for t in encoder decoder energy_j latency_ms.total; do
	holds "target $t" "fit-mlp --target $t -o t.mlp <lat.jsonl | mape 2 0.9"
done
exits 1 'a target that is not there' 'fit-mlp --target nope.x -o t.mlp <lat.jsonl'
says  'names it' 'stdin:1: no number "nope.x"'
exits 1 'no latency' 'sed "3s/\"total\":/\"x\":/" lat.jsonl | fit-mlp -o t.mlp'
says  'names the line' 'stdin:3: no number "latency_ms.total"'
exits 1 'a latency of 0' 'sed "5s/\"total\":/\"total\":0,\"x\":/" lat.jsonl | fit-mlp -o t.mlp'
says  'names the line' 'stdin:5: latency_ms.total: want a positive number'
for v in 1e-31 5e-324 1e31 1e308; do
	exits 1 "a latency of $v" "jq -c '.latency_ms.total = $v' lat.jsonl | fit-mlp -q -o x.mlp"
	says  'is none that can be fitted' 'stdin:1: latency_ms.total: want a number from 1e-30 to 1e+30'
done
for v in 1e-29 1e29; do
	holds "one of $v can" "jq -c '.latency_ms.total = $v' lat.jsonl | fit-mlp -q --steps 20 -o x.mlp && predict-lat -p x.mlp <lat.jsonl | jq -e '.predicted_ms > 0.9 * $v and .predicted_ms < 1.1 * $v'"
done
for v in '[]' '[2,1]' '[null,1]' '["1",2]' '[1,2,3]' null; do
	exits 1 "an interval $v" "jq -c '.latency_ms.ci95 = $v' lat.jsonl | fit-mlp -q -o x.mlp"
	says  'is none' 'stdin:1: latency_ms.ci95: want [from, to]'
done
exits 1 'a spread below 0' "jq -c '.latency_std_ms = {encoder: -1, decoder: 0}' lat.jsonl | fit-mlp -q -o x.mlp"
says  'is none' 'stdin:1: latency_std_ms: want "encoder" and "decoder", from 0'
same  'the last of two members counts' "sed 's/\"host\":/\"host\":{\"cpu\":\"other\"},\"host\":/' lat.jsonl | fit-mlp -q --steps 20 -o x.mlp; cat x.mlp" 'fit-mlp -q --steps 20 -o x.mlp <lat.jsonl; cat x.mlp'
exits 1 'a broken arch' 'sed "4s/\"qkv_dim\":512/\"qkv_dim\":511/" lat.jsonl | fit-mlp -o t.mlp'
says  'names the line' 'stdin:4: arch.'
for k in workload host; do
	exits 1 "two ${k}s" "sed '9s/\"$k\":{/\"$k\":{\"more\":1,/' lat.jsonl | fit-mlp -o t.mlp"
	says "names the line" "stdin:9: another $k than that of stdin:1"
	exits 0 'unless forced' "sed '9s/\"$k\":{/\"$k\":{\"more\":1,/' lat.jsonl | fit-mlp --force --steps 20 -o t.mlp"
done
exits 1 'one without a workload' 'sed "9s/workload/w/" lat.jsonl | fit-mlp -o t.mlp'
of() { sed "s/}\$/,\"data_set\":\"$1\"}/"; }
exits 1 'two data sets of HAT' '{ of a <lat.jsonl; of b <lat.jsonl; } | fit-mlp -o t.mlp'
says  'names the line' "stdin:$(($(wc -l <lat.jsonl) + 1)): another data_set than that of stdin:1"
exits 0 'unless forced' '{ of a <lat.jsonl; of b <lat.jsonl; } | fit-mlp --force --steps 20 -o t.mlp'
exits 1 'two tasks' 'sed "9s/\"src_vocab\":32768/\"src_vocab\":8000/" lat.jsonl | fit-mlp -o t.mlp'

# Cross-validation, intervals, learning curves.
holds 'folds: one score each, and their mean' "fit-mlp -q -k 4 -o t.mlp <lat.jsonl >a; jq -e '.folds | (.each | length == 4) and ((.each | map(.mape) | add / 4) - .mape | fabs < 1e-6) and .mape < 2 and .tau > 0.95' a"
same  'which leave the rest of the report alone' 'fit-mlp -o t.mlp <lat.jsonl' "fit-mlp -k 3 -o t.mlp <lat.jsonl | jq -c 'del(.folds)' | sed 's/}$/}/'"
same  'threads do not change them' 'fit-mlp -k 3 --steps 60 -o t.mlp <cache.jsonl' 'fit-mlp -j 3 -k 3 --steps 60 -o t.mlp <cache.jsonl'
exits 2 'one fold is none' 'fit-mlp -k 1 -o t.mlp <lat.jsonl'
exits 1 'more folds than rows can fill' 'fit-mlp -k 101 -o t.mlp <lat.jsonl'
says  'says so' '200 records are too few for 101 folds'
holds 'nine in ten measurements lie in the interval' "fit-mlp -k 10 -o t.mlp <lat.jsonl | jq -e '.folds | .coverage > 0.84 and .coverage < 0.96 and .width > 2 and .width < 6'"
holds 'with HAT'\''s perceptron, too' "fit-mlp --hat --hidden 32 --lr 1e-3 --steps 300 --split 1:1:1 -o t.mlp <lat.jsonl | jq -e '.coverage > 0.75 and .width > 2'"
small='--hidden 16 --layers 1 --steps 40 --lr 3e-3'
exits 0 'a report' "fit-mlp --report $small -o t.mlp <lat.jsonl"
cp .out report.json
says  'says whether more samples would help' 'fit-mlp: more samples would '
is    'learning curves of as many rows' 'jq -c "[.curve[].rows]" report.json' '[50,100,180]'
holds 'beside three others, all scored' "jq -se '.[0].curve | all(.fit.mape < 3 and .layers.mape > 4 and .ridge.mape > .fit.mape and .ridge.mape < .layers.mape and .hat.mape > 0 and .layers.tau > 0.5)' report.json"
is    'no intervals, no noise floor' 'jq .noise_floor report.json' null
holds 'the floor: what intervals of 2% around the middle leave' "jq -c '.latency_ms.ci95 = [.latency_ms.total * 0.98, .latency_ms.total * 1.02]' lat.jsonl | fit-mlp -q -r $small -o t.mlp | jq -e '.noise_floor - 2 / 1.96 * 0.79788 | fabs < 0.01'"
says  'and says it' 'the uncertainty of the measurements alone makes about 0.81%'
# a law with a bend needs rows: of few, more samples do help
exits 0 'few rows' 'head -n 111 cache.jsonl | fit-mlp -q -r $small -o t.mlp'
says  'more samples would help then' 'fit-mlp: more samples would help: '

# Few rows of a new device: another machine's predictor, half as fast but for
# calls and layers.
jq -c '.latency_ms.total |= . * 2 + 3' lat.jsonl | jq -c '.latency_ms.total += 4 * .arch.decoder_layer_num' >other.jsonl
fit-mlp -q -o first.mlp <lat.jsonl >first.json
draws() { for s in 1 2 3 4 5; do fit-mlp -q -s $s --split 12:0:188 "$@" -o few.mlp <other.jsonl; done | jq -s 'map(.mape) | add / 5'; }
holds 'from another device: better than from scratch' 'a=$(draws --from first.mlp) b=$(draws); echo $a $b; jq -ne "$a < 1.5 and $a < 0.7 * $b"'
holds 'ten rows do' "head -10 other.jsonl | fit-mlp -q --from first.mlp --split 8:0:2 -o t.mlp | jq -e '.mape < 4'"
exits 1 'nine do not' 'head -9 other.jsonl | fit-mlp --from first.mlp --split 7:0:2 -o t.mlp'
exits 0 'or from another of HAT'\''s' 'of a <lat.jsonl | fit-mlp -o a.mlp && of b <lat.jsonl | fit-mlp --from a.mlp -o t.mlp'
exits 1 'not from another target' 'fit-mlp --from first.mlp --target energy_j -o t.mlp <lat.jsonl'
says  'says so' 'first.mlp: fitted to latency_ms.total, not energy_j'
exits 1 'not from another workload' 'sed "s/\"beam\":5/\"beam\":4/" lat.jsonl | fit-mlp --from first.mlp -o t.mlp'
says  'says so' 'first.mlp: fitted for another workload than that of stdin:1'
exits 0 'unless forced' 'sed "s/\"beam\":5/\"beam\":4/" lat.jsonl | fit-mlp --force --from first.mlp -o t.mlp'
exits 1 'not from a perceptron' 'fit-mlp --hat --hidden 8 --steps 9 -o h.mlp <lat.jsonl && fit-mlp --from h.mlp -o t.mlp <lat.jsonl'
says  'says so' 'h.mlp: --from wants a predictor of the default method'
exits 2 'from and HAT exclude each other' 'fit-mlp --hat --from first.mlp -o t.mlp <lat.jsonl'
exits 1 'a file that is not there' 'fit-mlp --from nowhere.mlp -o t.mlp <lat.jsonl'

# Features in place of archs.
exits 1 'nine features' 'echo "{\"features\":[1,2,3,4,5,6,7,8,9],\"latency_ms\":{\"total\":1}}" | fit-mlp -o t.mlp'
says  'says how many it wants' 'stdin:1: features: want an array of 10 numbers'
exits 1 'a feature of 0' 'echo "{\"features\":[1,2,3,4,5,6,7,8,9,0],\"latency_ms\":{\"total\":1}}" | fit-mlp -o t.mlp'
finish
