#!/usr/bin/env -S bash -p
# quantize.sh RUN MODELS CODEBOOKS - what codebooks in place of weights cost: a row
# for each model and each way of making them, see quantize.mk.
set -euo pipefail
export LC_ALL=C
run=$1 models=$2 codebooks=$3

# Bytes as HAT counts them, without embeddings: of the floats, or in codebooks.
counted() { # model in codebooks, field
	local untrained=${1%.tuned}
	jq "select(.matrices).$2_without_embeddings" "$run/${untrained%.moved}.errors.jsonl"
}
# By chance so different from the first: p, of what is none of these "-".
chance() { # name
	jq -r --arg file "$run/$1.hyp" 'select(.system == $file) | .BLEU.p_value |
		. * 1000 | round / 1000' "$run/quantize.paired.jsonl"
}
# ms, and where other load disturbed them a ?
time_of() { # name
	jq -r '"\(.latency_ms.total) \(if .unsettled then "?" else "" end)"' "$run/$1.ms.json"
}
row() { # model, what it is named by, what that is, bytes
	local name=$1${2:+.$2} file
	file=$run/$name.final.safetensors
	awk -v model="$1" -v what="$3" -v counted="$4" -v first="$first" \
		-v file="$(stat -Lc %s "$file")" -v packed="$(zstd -q -9 -c "$file" | wc -c)" \
		-v bleu="$(jq .score "$run/$name.bleu")" -v p="$(chance "$name")" \
		-v time="$(time_of "$name")" 'BEGIN {
		split(time, ms, " ")
		printf "%-9s %-33s %8.3f %7.1f %6.3f %6.3f %6.2f %6s %7.3f%s\n", model, what,
			counted / 1e6, first / counted, file / 1e6, packed / 1e6, bleu,
			p == "" ? "-" : p, ms[1], ms[2]
	}'
}
printf '%-9s %-33s %8s %7s %6s %6s %6s %6s %7s\n' model weights 'MB (HAT)' smaller \
	file .zst BLEU p ms
first=
for m in $models; do
	floats=$(counted "$m.q${codebooks%% *}" bytes_before)
	first=${first:-$floats}
	dtype=$(jq -r '.workload.dtype | if . == "fp32" then "" else ", as \(.)" end' \
		"$run/$m.ms.json")
	row "$m" '' "floats$dtype" "$floats"
	case $codebooks in
	*.tuned* | *.moved*) row "$m" longer "floats, trained as long$dtype" "$floats" ;;
	esac
	for c in $codebooks; do
		what="${c%%.*} bits"
		case $c in *.all*) what+=', embeddings too' ;; esac
		case $c in
		*.tuned) what+=', trained' ;;
		*.moved) what+=', indices trained' ;;
		esac
		row "$m" "q$c" "$what" "$(counted "$m.q$c" bytes)"
	done
done
cd "$run"
shopt -s nullglob
for m in $models; do
	for f in "$m".ms.json "$m".longer.ms.json "$m".q*.ms.json; do
		! jq -e .unsettled "$f" >/dev/null || { echo '?: other load disturbed it'; exit; }
	done
done
