#!/usr/bin/env bash
# report.sh RUN TRAINED - the table and the pictures of a finished run.
set -euo pipefail
export LC_ALL=C
unset POSIXLY_CORRECT CDPATH
run=$1 trained=$2
here=$(dirname "$0")

limit=$(jq . "$run/limit") reference=$(jq . "$run/reference")
cell() { jq -r '.score' "$run/$1.bleu" 2>/dev/null || echo -; }
echo "Run $run: latency limit $(printf %.2f "$limit") ms," \
	"$(jq -sr '.[0].workload | "source \(.src_len), target \(.tgt_len) tokens, beam \(.beam), batch \(.batch), \(.threads) thread(s), \(.dtype)"' "$run/models.jsonl")"
jq -sr '.[0].host | "Machine: \(.cpu), \(.cores) cores"' "$run/models.jsonl"
echo
printf '%-9s %9s %8s %10s %10s %6s %9s %10s %8s\n' model params MFLOPs \
	'pred. ms' 'meas. ms' limit 'val.loss' 'inh. BLEU' BLEU
jq -r --argjson limit "$limit" --argjson reference "$reference" '
	(.latency_ms.total * $reference / .reference_ms) as $ms | [.name, (.params/1e6*1000|round/1000|tostring + " M"),
	(.flops/1e6|round), (.predicted_ms*100|round/100),
	($ms*100|round/100),
	(if $ms <= $limit then "met" else "over" end) + (if .unsettled then "?" else "" end),
	(.valid_loss*10000|round/10000)] | @tsv' "$run/models.jsonl" |
while IFS=$'\t' read -r name params flops pred meas met loss; do
	printf '%-9s %9s %8s %10s %10s %6s %9s %10s %8s\n' "$name" "$params" \
		"$flops" "$pred" "$meas" "$met" "$loss" \
		"$(cell "$name.inherited")" \
		"$(case " $trained " in *" $name "*) cell "$name" ;; *) echo - ;; esac)"
done
echo
echo "meas. ms: at the median time of the reference, the largest, $(printf %.2f "$reference") ms;"
echo "limit: with a question mark where the measurement was disturbed by other load;"
echo "val.loss: label-smoothed, nats a token, weights inherited from the supernet;"
echo "inh. BLEU: with those weights; BLEU: trained on its own; both on the test text."
echo
jq -r '"Predictor: test MAPE \(.mape*100|round/100)%, Kendall tau \(.tau*1000|round/1000), R2 \(.r2*10000|round/10000) on \(.test) of \(.rows) architectures"' "$run/fit.json"
jq -sr 'map(select(.result|not)) | "Search: \(length) architectures scored in \(map(.iteration)|max) iterations"' "$run/search.jsonl"
echo
printf '%-22s %9s %13s\n' stage seconds core-seconds
cat "$run"/time/* | jq -r '[.stage, .seconds, ((.user + .sys)*10|round/10)] | @tsv' |
	awk -F'\t' '{ printf "%-22s %9.1f %13.1f\n", $1, $2, $3; s += $2; c += $3 }
		END { printf "%-22s %9.1f %13.1f\n", "all", s, c }'

# pictures
data=$run/plots; mkdir -p "$data"
jq -r 'select(.event=="train") | [.step, .loss] | @tsv' "$run/super.log.jsonl" >"$data/super.tsv"
for which in largest smallest random; do
	jq -r --arg w $which 'select(.event=="valid" and .which==$w) | [.step, .loss] | @tsv' \
		"$run/super.log.jsonl" >"$data/valid-$which.tsv"
done
for m in $trained; do
	jq -r 'select(.event=="valid") | [.step, .loss] | @tsv' "$run/$m.log.jsonl" >"$data/sub-$m.tsv"
done
predict-lat --predictor "$run/lat.mlp" <"$run/lats.jsonl" |
	jq -r --argjson reference "$reference" 'select(.unsettled | not) | [.latency_ms.total * $reference /
		.reference_ms, .predicted_ms] | @tsv' >"$data/latency.tsv"
jq -r 'select(.result|not) | [.predicted_ms, .valid_loss, .iteration] | @tsv' \
	"$run/search.jsonl" >"$data/search.tsv"
jq -r '[.predicted_ms, .valid_loss, .name] | @tsv' "$run/models.jsonl" >"$data/models.tsv"
gnuplot -d -e "run='$run'; data='$data'; ms_limit=$limit; trained='$trained'" "$here/plots.gp"
echo
echo "Pictures: $run/loss.png $run/latency.png $run/search.png"
