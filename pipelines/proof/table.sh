#!/usr/bin/env bash
# table.sh RUN FROM RANKS WINNER .. - what the searches of proof.mk found, by limit and
# strategy: tables in RUN/proof.txt, a picture in RUN/proof.svg, the rows of both in
# RUN/proof.jsonl. FROM: strategies that go on from another's search, {"finals":"ours"}.
# RANKS: a table of trainings, which tells how those of one architecture differ, or ''.
# WINNER: a file for each search; others that lie there are of other settings.
set -euo pipefail
here=${0%/*}
run=$1 from=$2 ranks=$3
shift 3
shopt -s nullglob
scores() { # arch_id, BLEU of those that are trained
	for f in "$run"/proof.arch.*.bleu; do
		id=${f##*proof.arch.}
		jq -c --arg id "${id%.bleu}" '{arch_id: $id, bleu: .score}' "$f"
	done
}
costs() {
	for f in "$run"/time/proof-[0-9]*; do jq -c . "$f"; done
}
cat "$@" | jq -sc --slurpfile scores <(scores) \
	--slurpfile losses <(cat /dev/null "$run"/proof.arch.*.scored) --slurpfile costs <(costs) \
	--slurpfile measured "$run/proof.measured.jsonl" --argjson from "$from" \
	--slurpfile reference "$run/reference" -f "$here/rows.jq" >"$run/proof.jsonl.part"
mv "$run/proof.jsonl.part" "$run/proof.jsonl"

# one training from others of the same architecture; a table may have just begun
deviation=$([ ! "$ranks" ] || [ "$(jq -s 'unique_by(.arch) | length' "$ranks")" -lt 2 ] ||
	rank-corr --truth bleu --by params "$ranks" | jq '.deviation // empty')
table() { # program
	jq -rs -L "$here" --argjson deviation "${deviation:-null}" -f "$here/$1.jq" \
		"$run/proof.jsonl" | column -t -s $'\t'
}
{
	table table
	echo
	table differences
	[ ! "$deviation" ] ||
		printf '\n+-: standard errors. One training deviates by BLEU %.2f %s.\n' \
			"$deviation" 'from others of its architecture'
} >"$run/proof.txt.part"
mv "$run/proof.txt.part" "$run/proof.txt"
cat "$run/proof.txt"
untrained=$(jq -s 'map(select(.bleu == null)) | unique_by(.arch_id) | length' "$run/proof.jsonl")
[ "$untrained" = 0 ] || echo "$untrained winners are not yet trained"

# One picture: BLEU over measured time, the limits upright.
strategies=$(jq -r .strategy "$run/proof.jsonl" | sort -u)
plots=()
for s in $strategies; do
	jq -r --arg s "$s" 'select(.strategy == $s and .bleu) | "\(.ms) \(.bleu)"' \
		"$run/proof.jsonl" >"$run/proof.$s.points"
	[ -s "$run/proof.$s.points" ] || continue
	type=$((2 * ${#plots[@]} + 4))
	plots+=("'$run/proof.$s.points' title '$s' with points pointtype $type pointsize 1.2")
done
[ ${#plots[@]} != 0 ] || exit 0
{
	echo 'set terminal svg size 760,460 dynamic background "white"'
	echo 'set xlabel "measured latency, ms"; set ylabel "BLEU"; set key outside'
	for ms in $(jq .limit_ms "$run/proof.jsonl" | sort -u); do
		echo "set arrow from $ms, graph 0 to $ms, graph 1 nohead dashtype 2"
	done
	printf 'plot '
	(IFS=,; echo "${plots[*]}")
} | gnuplot >"$run/proof.svg.part"
mv "$run/proof.svg.part" "$run/proof.svg"
