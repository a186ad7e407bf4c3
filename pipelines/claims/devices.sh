#!/usr/bin/env -S bash -p
# devices.sh RUN SPACE COUNT DEVICE DEVICE .. - what each device of this
# machine prefers at equal latency. COUNT architectures of the space are measured on
# each DEVICE: cpu-1, cpu-2 (threads) .., opencl:0 .. A journal in RUN keeps what was
# measured.
set -euo pipefail
export LC_ALL=C
unset POSIXLY_CORRECT CDPATH GNUTERM JQ_COLORS
run=$1 space=$2 count=$3
shift 3
here=$(dirname "$0")
mkdir -p "$run"
. "$here/tables.sh"

measure() { # device
	local on=(--device "$1")
	[[ $1 != cpu-* ]] || on=(--threads "${1#cpu-}")
	sample-arch -n "$count" --seed 5 --distinct <"$space" |
		measure-lat -q --max-time 0.5 --accept-unsettled --space "$space" \
			"${on[@]}" --resume "$run/$1.journal" >"$run/$1.jsonl"
	fit-mlp -q -o "$run/$1.mlp" --folds 10 <"$run/$1.jsonl" >"$run/$1.json"
	predict-lat --force -p "$run/$1.mlp" <"$run/archs.jsonl" |
		columns .predicted_ms >"$run/$1.ms"
}

show_measured() { # devices
	echo 'Devices measured here. error: of the latency predicted, ten folds.'
	printf '%-28s %6s %9s %9s  %s\n' device archs 'median ms' 'error (%)' what
	for n; do
		jq -sr 'def cpu: "\(.cpu), \(.threads) thread" +
			if .threads > 1 then "s" else "" end;
			[length, (sort_by(.latency_ms.total)[length / 2 | floor] |
			.latency_ms.total), (.[0].host | .device_name // cpu)] |
			@tsv' "$run/$n.jsonl" |
		while IFS=$'\t' read -r archs ms what; do
			printf '%-28s %6d %9.1f %9.2f  %s\n' "$n" "$archs" "$ms" \
				"$(jq .folds.mape "$run/$n.json")" "$what"
		done
	done
}

show_agreement() { # devices
	local deepest=$(cut -f2 "$run/archs.tsv" | sort -n | tail -n 1) most
	local half=$(((deepest + 1) / 2))
	echo "Kendall tau with $1: 500 architectures, 500 with $half decoder layers or fewer."
	for n in "${@:2}"; do
		printf '%-28s' "$n"
		for most in "$deepest" $half; do
			printf ' %6s' "$(paste "$run/archs.tsv" "$run/$1.ms" "$run/$n.ms" |
				awk -F'\t' -v m=$most '$2 <= m { print $7 "\t" $8 }' |
				first 500 | tau)"
		done
		echo
	done
}

draw_archs "$space"
for n; do measure "$n"; done
show_measured "$@"; echo
show_preferences "$@"; echo
show_agreement "$@"; echo
draw '' "$@"
echo "Picture: $run/devices.png"
