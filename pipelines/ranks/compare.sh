#!/usr/bin/env bash
# compare.sh RUN - how well do supernets, and rules that need none, rank the
# architectures of RUN/ranks.jsonl? Writes RUN/ranked.jsonl, a row an architecture
# with its losses by each supernet, and RUN/ranked.*.jsonl, what rank-corr says of
# it; prints them as tables.
set -euo pipefail
here=${0%/*}
run=$1
shopt -s nullglob

# {arch_id, of, loss, nll} of each supernet: VARIANT_xBUDGET_sSEED; of several
# seeds the mean of their losses, too: VARIANT_xBUDGET. Dots are _: fields' names
# have none.
losses() {
	local f name
	for f in "$run"/rank.inherited.*.jsonl; do
		name=${f#"$run"/rank.inherited.}; name=${name%.jsonl}
		jq -c --arg of "${name//./_}" \
			'{arch_id, of: $of, loss: .valid_loss, nll: .valid_nll}' "$f"
	done
}
# .. and after all that its architectures were trained on: VARIANT_.._tuned1, 2, ..
tuned() {
	local f name
	for f in "$run"/rank.tuned.*.jsonl; do
		name=${f#"$run"/rank.tuned.}; name=${name%.jsonl}
		jq -c --arg of "${name//./_}" '.arch_id as $id | .final_losses | to_entries[]
			| {arch_id: $id, of: "\($of)_tuned\(.key + 1)", loss: .value}' "$f"
	done
}
jq -sc --slurpfile losses <(losses) --slurpfile tuned <(tuned) -f "$here/losses.jq" \
	"$run/ranks.jsonl" >"$run/ranked.jsonl.part"
mv "$run/ranked.jsonl.part" "$run/ranked.jsonl"

depth=arch.decoder_layer_num
by=(params flops $depth latency_ms.total $depth,params)
fits=($depth,params $depth,latency_ms.total)
mapfile -t supers < <(jq -sr '.[0].inherited // {} | keys_unsorted[]' "$run/ranked.jsonl")
for s in "${supers[@]}"; do
	for what in loss nll; do
		case $s.$what in *_tuned*.nll) continue ;; esac
		by+=("-inherited.$s.$what" "$depth,-inherited.$s.$what")
		fits+=("$depth,-inherited.$s.$what")
	done
done
# the first epochs of the trainings from scratch
epochs=$(jq -s 'map(.epoch_losses // [] | length) | min' "$run/ranked.jsonl")
for ((e = 1; e < epochs; e++)); do by+=("-after.epoch$e"); done
# a third of them to fit features to: 8 of 24
third=$(($(jq -s 'unique_by(.arch_id) | length' "$run/ranked.jsonl") / 3))
for truth in bleu -valid_loss; do
	rank-corr --truth="$truth" "${by[@]/#/--by=}" --within $depth --fit "$third" \
		"${fits[@]/#/--fit-on=}" "$run/ranked.jsonl" >"$run/ranked.${truth#-}.jsonl"
done

# what supernets took
costs() {
	local f name
	for f in "$run"/rank.super.*.log.jsonl; do
		name=${f#"$run"/rank.super.}; name=${name%.log.jsonl}
		jq -sc --arg of "${name//./_}" 'map(select(.event == "save"))[-1] |
			select(.) | {of: $of, core_seconds}' "$f"
	done
	for f in "$run"/rank.tuned.*.jsonl; do
		name=${f#"$run"/rank.tuned.}; name=${name%.jsonl}
		jq -sc --arg of "${name//./_}_tuned" '{of: $of,
			core_seconds: (map(.final_core_seconds) | add)}' "$f"
	done
}
show() { # truth
	printf '\nOrder of %d architectures by %s: tau\n' "$(jq -s 'unique_by(.arch_id) | length' \
		"$run/ranked.jsonl")" "$1"
	jq -sr --slurpfile rows "$run/ranked.jsonl" --slurpfile costs <(costs) \
		-f "$here/compare.jq" "$run/ranked.$1.jsonl" | column -t -s $'\t'
}
{ show bleu; show valid_loss; } >"$run/ranked.txt.part"
mv "$run/ranked.txt.part" "$run/ranked.txt"
cat "$run/ranked.txt"
