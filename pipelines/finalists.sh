#!/usr/bin/env -S bash -p
# finalists.sh RUN COMMAND .. - train each architecture of RUN/finalists.jsonl on
# by COMMAND (train-sub ..), in RUN/finalist/; stdout: the same + "final_loss", the
# last validation loss. What a killed run has done is done: the caller removes the
# folder when it counts no more.
set -euo pipefail
unset POSIXLY_CORRECT CDPATH
run=$1; shift
to=$run/finalist
mkdir -p "$to"
while read -r line; do
	id=$(jq -r .arch_id <<<"$line")
	f=$to/$id
	if [ ! -e "$f.loss" ]; then
		jq -c '{arch, task}' <<<"$line" >"$f.json"
		"$@" --arch "$f.json" --resume "$f.journal" -o "$f.safetensors" \
			<"$run/train.jsonl" >"$f.log.jsonl"
		jq -s 'map(select(.event == "valid").loss)[-1] //
			error("no validation loss")' "$f.log.jsonl" >"$f.loss.part"
		mv "$f.loss.part" "$f.loss"
		rm -f "$f.safetensors" "$f.safetensors.checkpoint"
	fi
	jq -c --slurpfile loss "$f.loss" '. + {final_loss: $loss[0]}' <<<"$line"
done <"$run/finalists.jsonl"
