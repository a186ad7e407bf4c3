#!/usr/bin/env -S bash -p
# finalists.sh RUN FOLDER COMMAND .. - train each architecture of stdin on by
# COMMAND (train-sub ..), in FOLDER; stdout: the same + "final_loss", the last
# validation loss, "final_losses", all, and "final_core_seconds". What is there is
# not done again: the caller removes the folder when it counts no more.
set -euo pipefail
unset POSIXLY_CORRECT CDPATH JQ_COLORS
run=$1 to=$2; shift 2
mkdir -p "$to"
while read -r line; do
	id=$(jq -r .arch_id <<<"$line")
	f=$to/$id
	if [ ! -e "$f.loss" ]; then
		jq -c '{arch, task}' <<<"$line" >"$f.json"
		"$@" --arch "$f.json" --resume "$f.journal" -o "$f.safetensors" \
			<"$run/train.jsonl" >"$f.log.jsonl"
		jq -sc 'map(select(.event == "valid").loss) as $l |
			{final_loss: ($l[-1] // error("no validation loss")), final_losses: $l,
			final_core_seconds: (map(select(.event == "save"))[-1].core_seconds)}' \
			"$f.log.jsonl" >"$f.loss.part"
		mv "$f.loss.part" "$f.loss"
		rm -f "$f.safetensors" "$f.safetensors.checkpoint"
	fi
	jq -c --slurpfile loss "$f.loss" '. + $loss[0]' <<<"$line"
done
