#!/usr/bin/env bash
# bench-drift.sh FOLDER [measure-lat option ..] - what reference_ms is good for.
#
# Measures some architectures twice: undisturbed, and while another process
# loads the memory during the middle third. Prints how far the latencies of the
# second run are from those of the first, as measured and with the drift
# divided out. FOLDER: where the programs were built. ARCHS, SPACE, VOCAB, CPUS
# (ours, the load's) may be set; so may ROOM, a folder to keep the runs in: a
# run that was stopped goes on there.
set -euo pipefail
cd "${0%/*}/.."
PATH=$PWD/$1/bin:$PATH hog=$PWD/$1/helpers/hog; shift
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
n=${ARCHS:-300} space=${SPACE:-data/spaces/iwslt14deen-space1.json}
read -r ours other <<<"${CPUS:-0 1}"
if [ "$(nproc)" -lt 2 ]; then echo 'bench-drift: needs two CPUs'; exit 0; fi
made=
if [ -z "${ROOM-}" ]; then ROOM=$(mktemp -d); made=1; fi
load=
stop() { if [ -n "$load" ]; then kill "$load"; wait "$load" || :; load=; fi 2>/dev/null; }
trap 'stop; if [ -n "$made" ]; then rm -rf "$ROOM"; fi' EXIT
vocab=(--src-vocab 8848 --tgt-vocab 6632)
# shellcheck disable=SC2206
[ -z "${VOCAB-}" ] || vocab=($VOCAB)
sample-arch -n "$n" --distinct --seed 4 <"$space" >"$ROOM/archs"
# the same order in both
measure() { # journal, option ..
	measure-lat --quiet --pin "$ours" --space "$space" "${vocab[@]}" \
		--resume "$ROOM/$1" "${@:2}" <"$ROOM/archs"
}
third=$((n / 3))
start=$SECONDS
measure quiet "$@" >"$ROOM/quiet.out"
quiet_s=$((SECONDS - start))
i=0
while read -r _; do
	i=$((i + 1))
	if [ -z "$load" ] && [ "$i" -ge "$third" ] && [ "$i" -lt $((2 * third)) ]; then
		exec 3< <(exec "$hog" "$other" 64); load=$!
		read -r _ <&3
	fi
	if [ "$i" = $((2 * third)) ]; then stop; fi
done < <(measure loaded "$@")
stop
jq -rn --slurpfile a "$ROOM/quiet" --slurpfile b "$ROOM/loaded" --argjson n "$n" '
	def median: sort | .[length / 2 | floor];
	def mean: add / length;
	def show: . * 1000 | round / 10 | tostring + "%";
	($a | map(.reference_ms) | median) as $ref |
	($a | map({key: (.arch | tojson), value: (.latency_ms.total * $ref / .reference_ms)}) | from_entries) as $still |
	($b | to_entries | map(.key as $i | .value | $still[.arch | tojson] as $t | {
		part: ([($i * 3 / $n | floor), 2] | min),
		slow: (.reference_ms / $ref - 1),
		raw: ((.latency_ms.total / $t - 1) | fabs),
		own: ((.latency_ms.total * $ref / .reference_ms / $t - 1) | fabs)})) as $e |
	"part     reference   error as measured   corrected   share",
	(("first", "middle", "last", "all") as $p | ["first", "middle", "last"] as $names |
		($e | map(select($p == "all" or $names[.part] == $p))) as $x |
		($x | map(.raw) | mean) as $raw | ($x | map(.own) | mean) as $own |
		[$p, ($x | map(.slow) | mean | "+" + show), ($raw | show), ($own | show), ($own / $raw | . * 100 | round / 100)] |
		"\(.[0])\t   \(.[1])\t     \(.[2])\t\t \(.[3])\t     \(.[4])")'
echo "$n architectures, $quiet_s s undisturbed; $(jq -s 'map(.redone) | add' "$ROOM/loaded") samples redone under load"
