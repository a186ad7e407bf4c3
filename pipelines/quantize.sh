#!/usr/bin/env -S bash -p
# quantize.sh RUN MODELS CODEBOOKS PEERS - what codebooks in place of weights cost: a row
# for each model and each way of making them, and for each peer, see quantize.mk.
set -euo pipefail
export LC_ALL=C
run=$1 models=$2 codebooks=$3 peers=${4-}

name_of() { # a model, or a peer's file
	local name=$1
	case $name in
	peer*)
		name=$(jq -r .name "$run/$1.json"); name=${name##*/}
		name=${name%.safetensors}; name=${name%.final} ;;
	esac
	echo "$name"
}
width=9
for m in $models $peers; do
	name=$(name_of "$m"); width=$((${#name} > width ? ${#name} : width))
done

# Bytes as HAT counts them, without embeddings: of the floats, or in codebooks.
counted() { # model in codebooks, field
	local untrained=${1%.tuned}
	jq "select(.matrices).$2_without_embeddings" "$run/${untrained%.moved}.errors.jsonl"
}
# By chance so different from the first: p, rounded up; 1 of what is not different, "-" of
# what is none of these.
chance() { # name
	jq -rs --arg file "$run/$1.hyp" '.[0].BLEU.score as $first |
		.[] | select(.system == $file).BLEU |
		if .score == $first then 1 else .p_value * 1000 | ceil / 1000 end' \
		"$run/quantize.paired.jsonl"
}
# ms, and where other load disturbed them a ?
time_of() { # name
	jq -r '"\(.latency_ms.total) \(if .unsettled then "?" else "" end)"' "$run/$1.ms.json"
}
floats_as() { # name
	jq -r '.workload.dtype | if . == "fp32" then "floats" else "floats, as \(.)" end' \
		"$run/$1.ms.json"
}
row() { # file, model, what that is, bytes
	local name=$1 file=$run/$1.final.safetensors
	awk -v model="$2" -v what="$3" -v counted="$4" -v first="$first" \
		-v file="$(stat -Lc %s "$file")" -v packed="$(zstd -q -9 -c "$file" | wc -c)" \
		-v bleu="$(jq .score "$run/$name.bleu")" -v p="$(chance "$name")" \
		-v time="$(time_of "$name")" 'BEGIN {
		split(time, ms, " ")
		printf "%-'$width's %-33s %8s %7s %6.3f %6.3f %6.2f %6s %7.3f%s\n", model, what,
			counted ? sprintf("%.3f", counted / 1e6) : "-",
			counted ? sprintf("%.1f", first / counted) : "-", file / 1e6,
			packed / 1e6, bleu, p == "" ? "-" : p, ms[1], ms[2]
	}'
}
first=
table() {
	printf "%-${width}s %-33s %8s %7s %6s %6s %6s %6s %7s\n" model weights 'MB (HAT)' smaller \
		file .zst BLEU p ms
	for m in $models; do
		floats=$(counted "$m.q${codebooks%% *}" bytes_before)
		first=${first:-$floats}
		row "$m" "$m" "$(floats_as "$m")" "$floats"
		case $codebooks in
		*.tuned* | *.moved*)
			row "$m.longer" "$m" "$(floats_as "$m"), trained as long" "$floats" ;;
		esac
		for c in $codebooks; do
			what="${c%%.*} bits"
			case $c in *.all*) what+=', embeddings too' ;; esac
			case $c in
			*.tuned) what+=', trained' ;;
			*.moved) what+=', indices trained' ;;
			esac
			row "$m.q$c" "$m" "$what" "$(counted "$m.q$c" bytes)"
		done
	done
	for m in $peers; do
		{ read -r bits; read -r params; } < <(
			jq -r '.codebook_bits // 0, .params' "$run/$m.json")
		case $bits in
		0) row "$m" "$(name_of "$m")" "$(floats_as "$m")" "$((params * 4))" ;;
		*) row "$m" "$(name_of "$m")" "$bits bits" '' ;;
		esac
	done
}
table | awk '{ print } /[?]$/ { disturbed = 1 }
	END { if (disturbed) print "?: other load disturbed it" }'
