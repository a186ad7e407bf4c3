#!/usr/bin/env bash
# collect.sh RUN SETTINGS KNOWN - the table of a ground truth on stdout: the rows of
# RUN/rank.*.row, and those of the tables KNOWN that RUN has not, each with the
# latency and size of its architecture from RUN/rank.lats.jsonl; all of the same
# text and SETTINGS. What looks wrong is told on stderr and marked in the row.
set -euo pipefail
here=${0%/*}
shopt -s nullglob
rows=("$1"/rank.*.row)
# shellcheck disable=SC2086 # a list of names
table=$(cat /dev/null "${rows[@]}" $3 |
	jq -sc --arg pairs "$(cat "$1/rank.pairs")" --argjson settings "$2" \
		--slurpfile lats "$1/rank.lats.jsonl" \
		-f "$here/collect.jq")
[ -z "$table" ] || printf '%s\n' "$table"
jq -r 'select(.suspect) | "suspect: \(.name), seed \(.seed): \(.suspect)"' <<<"$table" >&2
