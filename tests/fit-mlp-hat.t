# How well HAT's own measurements are predicted.
. "${0%/*}/lib.sh"
[ -d "$shared/hat/latency" ] || skip "no $shared/hat/latency"
from_csv() {
	awk -F, 'NR > 1 { f = $1; for (i = 2; i <= 10; i++) f = f "," $i
		printf "{\"features\":[%s],\"latency_ms\":{\"total\":%.9g}}\n",
		f, $11 + $12 }' "$1"
}
# the mean MAPE of so many draws of rows: draws N SPLIT FILE OPTIONS
draws() {
	for ((s = 1; s <= $1; s++)); do
		fit-mlp -q -s $s --split $2 -o few.mlp "${@:4}" <$3
	done | jq -s 'map(.mape) | add / length'
}
# data set, MAPE of 10 folds at most, mean of five draws of 200 rows at most
while read -r set most few; do
	csv=$shared/hat/latency/$set.csv
	[ -e "$csv" ] || { echo "# no $csv, not checked"; continue; }
	from_csv "$csv" >hat.jsonl
	fit-mlp -j 2 -k 10 -o $set.mlp <hat.jsonl >cv.json
	holds "$set: MAPE at most $most" "jq -e '.folds.mape | ., . <= $most' cv.json"
	holds "$set: the interval covers 90%" \
		"jq -e '.folds.coverage | ., (. > 0.885 and . < 0.915)' cv.json"
	holds "$set: at most $few from 200 rows" \
		"m=\$(draws 5 9:1:90 hat.jsonl); echo \$m; jq -ne \"\$m <= $few\""
done <<END
iwslt14deen_gpu_titanxp 5.3 5.6
wmt14ende_cpu_xeon 4.78 5.0
wmt14ende_gpu_titanxp 4.78 5.0
wmt14enfr_cpu_raspberrypi 0.56 0.62
END
xeon=$shared/hat/latency/wmt14ende_cpu_xeon.csv
if [ -e "$xeon" ]; then
	from_csv "$xeon" >hat.jsonl
	# as good as 1, yet no two alike
	jq -c '.features = [range(10) as $i | if $i == 5 then .features[5]
		else 1 + input_line_number * 1e-13 end]' hat.jsonl >layers.jsonl
	few='draws 8 20:0:1980'
	holds 'the Xeon by 20 rows: better from the Raspberry Pi than without, or by layers alone' \
		'a=$($few hat.jsonl --from wmt14enfr_cpu_raspberrypi.mlp)
		b=$($few hat.jsonl) c=$($few layers.jsonl)
		echo $a $b $c; jq -ne "$a < 0.95 * $b and $a < 0.95 * $c"'
fi
finish
