#!/usr/bin/env -S bash -p
# claims.sh DATA RUN [DEVICE ..] - what HAT's latency data sets show, and what
# devices measured here prefer: numbers on stdout, pictures in RUN. DATA: a folder
# of its CSV files. DEVICE: cpu-1, cpu-2 (threads) .., opencl:0 ..
set -euo pipefail
export LC_ALL=C
unset POSIXLY_CORRECT CDPATH GNUTERM JQ_COLORS
data=$1 run=$2
shift 2
here=$(dirname "$0")
space=$here/../../data/spaces/wmt14ende-latency.json
mkdir -p "$run"
shopt -s nullglob
names=()
for csv in "$data"/*.csv; do names+=("$(basename "$csv" .csv)"); done
[ ${#names[@]} -ge 2 ] ||
	{ echo "$data: want two or more of HAT's latency data sets" >&2; exit 1; }

. "$here/tables.sh"

fit_all() {
	for n in "${names[@]}"; do
		local len=30
		[[ $n = *iwslt* ]] && len=23
		import-hat "$data/$n.csv" |
			profile-arch --src-len $len --tgt-len $len >"$run/$n.jsonl"
		fit-mlp -q -o "$run/$n.mlp" --folds 10 <"$run/$n.jsonl" \
			>"$run/$n.json"
	done
}

# With the drift taken out by the order of the rows, fit to all rows; how far
# is that fit from the same rows as they were measured?
find_floor() { # name
	cp "$run/$1.mlp" "$run/oracle.mlp"
	local field=.predicted_ms
	for round in 1 2; do
		predict-lat -p "$run/oracle.mlp" <"$run/$1.jsonl" |
			columns "$field,.latency_ms.total" |
			awk -F'\t' -f "$here/drift.awk" >"$run/corrected"
		paste "$run/corrected" "$run/$1.jsonl" | awk -F'\t' '{
			sub(/^{/, "{\"corrected\":" $1 ",", $2); print $2 }' |
			fit-mlp -q -o "$run/oracle.mlp" --target corrected \
			--split 998:0:2 >"$run/oracle.json"
		field=.predicted_corrected
	done
	predict-lat -p "$run/oracle.mlp" <"$run/$1.jsonl" |
		columns "$field,.latency_ms.total" | paste - "$run/corrected" |
		awk -F'\t' '{ printf "%.9g\t%.9g\n", $2 / $1, $1 / $3 }' |
		sort -g | awk -F'\t' -f "$here/floor.awk"
}

show_accuracy() {
	echo 'How well latency is predicted: MAPE (%) and tau of 10-fold cross-validation,'
	echo 'share of the measurements inside the 90% interval. floor: what remains of an'
	echo 'oracle that was fitted to all rows and knew the order in which they were'
	echo 'measured, hence the drift of the machine, as soon as it must predict without'
	echo 'that order. noise: what remains of it with that order.'
	printf '%-28s %6s %6s %9s %7s %7s\n' 'data set' MAPE tau coverage floor noise
	for n in "${names[@]}"; do
		printf '%-28s %6.2f %6.3f %9.3f %7.2f %7.2f\n' "$n" \
			$(jq '.folds | .mape, .tau, .coverage' "$run/$n.json") \
			$(find_floor "$n")
	done
}

show_flops() {
	echo 'FLOPs are a poor proxy: Kendall tau against the measured latency, 500 rows; and'
	echo 'the same among the rows with the FLOPs of the middle fifth.'
	printf '%-28s %13s %13s %13s %13s\n' 'data set' FLOPs parameters \
		'dec. layers' predicted
	for n in "${names[@]}"; do
		predict-lat -p "$run/$n.mlp" <"$run/$n.jsonl" |
			columns '.flops,.params,.features[5],.predicted_ms,.latency_ms.total' \
			>"$run/$n.tsv"
		local all=($(first 500 "$run/$n.tsv" | tau))
		local rows=$(wc -l <"$run/$n.tsv")
		local mid=($(sort -g "$run/$n.tsv" | first $((rows * 3 / 5)) |
			tail -n $((rows / 5)) | tau))
		printf '%-28s' "$n"
		for i in 0 1 2 3; do printf ' %6s %6s' "${all[i]}" "${mid[i]}"; done
		echo
	done
}

# One set of architectures for all devices: what each would take
predict_all() {
	draw_archs "$space"
	for n in "${names[@]}"; do
		predict-lat --force -p "$run/$n.mlp" <"$run/archs.jsonl" |
			columns .predicted_ms >"$run/$n.ms"
	done
}

show_devices() {
	echo 'Devices disagree: Kendall tau between the latencies predicted for the same 500'
	echo 'architectures, and for 500 of the same decoder depth, 3.'
	for a in "${!names[@]}"; do
		printf '%d %-28s' "$((a + 1))" "${names[a]}"
		for b in "${!names[@]}"; do
			local t=()
			for depth in 0 3; do
				t+=($(paste "$run/archs.tsv" "$run/${names[a]}.ms" \
					"$run/${names[b]}.ms" |
					awk -F'\t' -v d=$depth '!d || $2 == d {
						print $7 "\t" $8 }' |
					first 500 | tau))
			done
			printf '  %s %s' "${t[@]}"
		done
		echo
	done
}

# MAPE on all other rows, mean of 20 draws
few() { # data, rows, options
	local file=$1 rows=$2 s; shift 2
	local rest=$(($(wc -l <"$file") - rows))
	for s in {1..20}; do
		fit-mlp -q -s $s --split $rows:0:$rest -o "$run/few.mlp" "$@" \
			<"$file" | jq .mape
	done | awk '{ s += $1 } END { printf "%.2f", s / NR }'
}

show_transfer() {
	local from=wmt14enfr_cpu_raspberrypi to=wmt14ende_cpu_xeon
	[ -e "$run/$from.mlp" ] && [ -e "$run/$to.jsonl" ] || return 0
	echo "Few rows of a new device: MAPE (%) of $to from"
	echo "$from, on all other rows, mean of 20 draws."
	# as good as 1, yet no two alike
	jq -c '.features = [range(10) as $i | if $i == 5 then .features[5]
		else 1 + input_line_number * 1e-13 end]' "$run/$to.jsonl" >"$run/layers.jsonl"
	printf '%4s %10s %12s %12s\n' rows --from 'from scratch' 'dec. layers'
	for rows in 10 20 50; do
		printf '%4d %10s %12s %12s\n' $rows \
			"$(few "$run/$to.jsonl" $rows --from "$run/$from.mlp")" \
			"$(few "$run/$to.jsonl" $rows)" \
			"$(few "$run/layers.jsonl" $rows)"
	done | tee "$run/transfer.txt"
}

fit_all
show_accuracy; echo
show_flops; echo
predict_all
show_devices; echo
show_preferences "${names[@]}"; echo
show_transfer
draw 'flops=1' "${names[@]}"
echo
echo "Pictures: $run/flops.png, $run/devices.png"
[ $# -lt 2 ] || { echo; "$here/devices.sh" "$run/devices" "$space" 120 "$@"; }
