#!/usr/bin/env -S bash -p
# quantize.sh RUN MODELS CODEBOOKS - what codebooks in place of weights cost: a row
# for each model and each way of making them, see quantize.mk.
set -euo pipefail
export LC_ALL=C
run=$1 models=$2 codebooks=$3

# Bytes as HAT counts them, without embeddings: of the floats, or in codebooks.
counted() { # model in codebooks, field
	jq "select(.matrices).$2_without_embeddings" "$run/${1%.tuned}.errors.jsonl"
}
row() { # model, what it is named by, what that is, bytes
	local name=$1${2:+.$2} file
	file=$run/$name.final.safetensors
	awk -v model="$1" -v what="$3" -v counted="$4" -v first="$first" \
		-v file="$(stat -Lc %s "$file")" -v packed="$(zstd -q -9 -c "$file" | wc -c)" \
		-v bleu="$(jq .score "$run/$name.bleu")" \
		-v ms="$(jq .latency_ms.total "$run/$name.ms.json")" 'BEGIN {
		printf "%-9s %-31s %8.3f %8.1f %8.3f %8.3f %7.2f %8.3f\n", model, what,
			counted / 1e6, first / counted, file / 1e6, packed / 1e6, bleu, ms
	}'
}
printf '%-9s %-31s %8s %8s %8s %8s %7s %8s\n' model weights 'MB (HAT)' smaller file .zst BLEU ms
first=
for m in $models; do
	floats=$(counted "$m.q${codebooks%% *}" bytes_before)
	first=${first:-$floats}
	row "$m" '' floats "$floats"
	case $codebooks in *.tuned*) row "$m" longer 'floats, trained as long' "$floats" ;; esac
	for c in $codebooks; do
		what="${c%%.*} bits"
		case $c in *.all*) what+=', embeddings too' ;; esac
		case $c in *.tuned) what+=', trained' ;; esac
		row "$m" "q$c" "$what" "$(counted "$m.q$c" bytes)"
	done
done
