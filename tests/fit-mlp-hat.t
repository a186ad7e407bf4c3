# How well HAT's own measurements are predicted.
. "${0%/*}/lib.sh"
[ -d "$shared/hat/latency" ] || skip "no $shared/hat/latency"
from_csv() {
	awk -F, 'NR > 1 { f = $1; for (i = 2; i <= 10; i++) f = f "," $i
		printf "{\"features\":[%s],\"latency_ms\":{\"total\":%.9g}}\n",
		f, $11 + $12 }' "$1"
}
# data set, MAPE of 10 folds at most, mean of five draws of 200 rows at most
while read -r set most few; do
	csv=$shared/hat/latency/$set.csv
	[ -e "$csv" ] || { echo "# no $csv, not checked"; continue; }
	from_csv "$csv" >hat.jsonl
	mean() { for s in {1..5}; do fit-mlp -s $s --split 9:1:90 -o h.mlp <hat.jsonl; done | jq -s "map(.mape) | add / 5"; }
	fit-mlp -j 2 -k 10 -o $set.mlp <hat.jsonl >cv.json
	holds "$set: MAPE at most $most" "jq .folds.mape cv.json; jq -e '.folds.mape <= $most' cv.json"
	holds "$set: the interval covers 90%" "jq .folds.coverage cv.json; jq -e '.folds.coverage | . > 0.885 and . < 0.915' cv.json"
	holds "$set: at most $few from 200 rows" "m=\$(mean); echo \$m; jq -ne \"\$m <= $few\""
done <<END
iwslt14deen_gpu_titanxp 5.3 5.6
wmt14ende_cpu_xeon 4.78 5.0
wmt14ende_gpu_titanxp 4.78 5.0
wmt14enfr_cpu_raspberrypi 0.56 0.62
END
xeon=$shared/hat/latency/wmt14ende_cpu_xeon.csv
if [ -e "$xeon" ]; then
	from_csv "$xeon" >hat.jsonl
	jq -c '.features = [range(10) as $i | if $i == 5 then .features[5] else 1 end]' hat.jsonl >layers.jsonl
	draws() { for s in {1..8}; do fit-mlp -q -s $s --split 20:0:1980 -o few.mlp "${@:2}" <$1; done | jq -s 'map(.mape) | add / 8'; }
	holds "the Xeon from the Raspberry Pi by 20 rows: better than from scratch and than the layer count" 'a=$(draws hat.jsonl --from wmt14enfr_cpu_raspberrypi.mlp) b=$(draws hat.jsonl) c=$(draws layers.jsonl); echo $a $b $c; jq -ne "$a < 0.95 * $b and $a < 0.95 * $c"'
fi
finish
