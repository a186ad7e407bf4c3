#!/usr/bin/env bash
# compare.sh RUN - how well do supernets, and rules that need none, rank the
# architectures of RUN/ranks.jsonl? Writes RUN/ranked.jsonl, a row an architecture
# with its losses by each supernet, and RUN/ranked.*.jsonl, what rank-corr says of
# it; prints them as tables.
set -euo pipefail
run=$1
shopt -s nullglob
supers=()
for f in "$run"/rank.inherited.*.jsonl; do
	f=${f#"$run"/rank.inherited.}
	supers+=("${f%.jsonl}")
done

# inherited: NAME (dots as _) -> loss
losses() {
	for s in "${supers[@]}"; do
		jq -c --arg s "${s//./_}" '{arch_id, super: $s, loss: .valid_loss, nll: .valid_nll}' \
			"$run/rank.inherited.$s.jsonl"
	done
}
losses | jq -sc --slurpfile rows "$run/ranks.jsonl" '
	(group_by(.arch_id) | map({key: .[0].arch_id,
		value: map({key: .super, value: {loss, nll}}) | from_entries}) | from_entries) as $by
	| $rows[] | select(.suspect | not) | . + {inherited: $by[.arch_id]}' >"$run/ranked.jsonl.part"
mv "$run/ranked.jsonl.part" "$run/ranked.jsonl"

by=(params flops arch.decoder_layer_num latency_ms.total arch.decoder_layer_num,params)
for s in "${supers[@]}"; do by+=("-inherited.${s//./_}.loss"); done
# a third of them to fit features to: 8 of 24
third=$(($(jq -s 'unique_by(.arch_id) | length' "$run/ranked.jsonl") / 3))
rank() { # truth
	rank-corr --truth="$1" "${by[@]/#/--by=}" --within arch.decoder_layer_num \
		--fit "$third" "$run/ranked.jsonl"
}
row='def n: if . == null then "-" else . * 100 | round / 100 | tostring end;
	def ci: if . == null then "" else "\(.[0] | n) to \(.[1] | n)" end;
	[.by, (.tau | n), (.tau_ci | ci), (.within | n), (.within_ci | ci)] | @tsv'
for truth in bleu -valid_loss; do
	rank "$truth" >"$run/ranked.${truth#-}.jsonl"
	echo
	printf 'Order of %d architectures by %s: tau\n' "$(jq -s 'unique_by(.arch_id) | length' \
		"$run/ranked.jsonl")" "${truth#-}"
	{ printf 'by\tall\t90%%\tsame depth\t90%%\n'; jq -r "$row" "$run/ranked.${truth#-}.jsonl"; } |
		column -t -s $'\t'
done
[ ${#supers[@]} = 0 ] || {
	echo
	echo 'Loss with inherited weights minus that of the trained model, and what the supernet took:'
	for s in "${supers[@]}"; do
		log=$run/rank.super.${s/.mean/}.log.jsonl
		jq -rs --arg s "$s" --slurpfile log "$log" '
			map(.inherited[$s | gsub("[.]"; "_")].loss - .valid_loss)
			| "\($s)\t\(add / length * 1000 | round / 1000)\t\($log | map(select(.event == "save"))
				| last | .core_seconds | round) core-seconds"' "$run/ranked.jsonl"
	done | column -t -s $'\t'
}
