#!/usr/bin/env bash
# table.sh RUN FROM RANKS TRAININGS WINNER .. - what the searches of proof.mk found, by
# limit and strategy: tables in RUN/proof.txt, a picture in RUN/proof.svg, the rows of
# both in RUN/proof.jsonl. FROM: strategies that go on from another's search,
# {"finals":"ours"}. RANKS: a table of trainings like these, which tells, with these, how
# those of one architecture differ; it may be empty. TRAININGS of each architecture count.
# WINNER: a file for each search; others that lie there are of other settings.
set -euo pipefail
here=${0%/*}
run=$1 from=$2 ranks=$3 trainings=$4
shift 4
shopt -s nullglob
scores() { # of the trainings that are done: arch_id, bleu, own_loss
	local f id scored s
	for ((s = 1; s <= trainings; s++)); do
		for f in "$run"/proof.arch.*.s$s.bleu; do
			scored=${f%.bleu}.scored id=${f##*/proof.arch.}
			[ -s "$scored" ] || scored=/dev/null
			jq -c --slurpfile own "$scored" --arg id "${id%%.*}" \
				'{arch_id: $id, bleu: .score, own_loss: $own[0].valid_loss}' "$f"
		done
	done
}
costs() {
	for f in "$run"/time/proof-[0-9]*; do jq -c . "$f"; done
}
cat "$@" | jq -sc -L "$here" --slurpfile scores <(scores) --slurpfile costs <(costs) \
	--slurpfile measured "$run/proof.measured.jsonl" --argjson from "$from" \
	--slurpfile reference "$run/reference" -f "$here/rows.jq" >"$run/proof.jsonl.part"
mv "$run/proof.jsonl.part" "$run/proof.jsonl"

# one training from others of the same architecture; a table may have just begun
each() {
	cat "$ranks"
	jq -sc 'unique_by(.arch_id)[] | {arch, params, bleu: .bleus[]?}' "$run/proof.jsonl"
}
deviation=$([ "$(each | jq -s 'unique_by(.arch) | length')" -lt 2 ] ||
	each | rank-corr --truth bleu --by params | jq '.deviation // empty')
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
left=$(jq -s --argjson n $trainings 'unique_by(.arch_id) | map($n - (.bleus | length)) | add' \
	"$run/proof.jsonl")
[ "$left" = 0 ] || echo "trainings still to do: $left"

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
