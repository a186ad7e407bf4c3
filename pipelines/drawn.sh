#!/usr/bin/env -S bash -p
# drawn.sh SPACE PREDICTOR MS OPTION .. - five architectures, drawn blindly, that are
# predicted to take at most MS and meet the conditions of a search with these OPTIONS of
# evolve, as far as they can be told without a loss.
set -euo pipefail
export LC_ALL=C
space=$1 predictor=$2 ms=$3; shift 3
conditions=() lengths=() told=()
while [ $# -gt 0 ]; do
	case $1 in
	--wh*=*) conditions+=("${1#*=}") ;;
	--wh* | -w) conditions+=("${2-}"); shift ;;
	-w*) conditions+=("${1#-w}") ;;
	--src-len | --tgt-len) lengths+=("$1" "${2-}"); shift ;;
	--src-len=* | --tgt-len=*) lengths+=("$1") ;;
	esac
	shift
done
profiled() { if [ ${#conditions[@]} = 0 ]; then cat; else profile-arch "${lengths[@]}"; fi; }
asked=(predict-lat --predictor "$predictor")
for c in "${conditions[@]}"; do
	if sample-arch -n 1 <"$space" | profiled | "${asked[@]}" --where "$c" >/dev/null 2>&1; then
		told+=(--where "$c")
	fi
done
sample-arch -n 20000 --seed 99 <"$space" | profiled |
	"${asked[@]}" --where "predicted_ms<=$ms" "${told[@]}" |
	jq -c '{arch, task}' | sed -n 1,5p
