#!/usr/bin/env -S bash -p
# report.sh RUN TRAINED REMOVE_BPE TEACHER STRATEGIES FINALISTS STAGES - report.txt and
# report.html of a finished run. STAGES: those that it took; RUN/time has others, too, of
# other goals and of settings before. REMOVE_BPE: of a text in subwords, or ''.
set -euo pipefail
export LC_ALL=C
unset POSIXLY_CORRECT CDPATH GNUTERM JQ_COLORS
run=$1 trained=$2 remove_bpe=$3 teacher=$4 strategies=$5 finalists=$6 stages=$7
here=$(dirname "$0")
work=$run/report; mkdir -p "$work"

# BLEU of each model, trained and with inherited weights; its file's size
score() { if [ -e "$1" ]; then jq .score "$1"; else echo null; fi; }
for m in found largest smallest random; do
	bleu=null bytes=null
	case " $trained " in *" $m "*)
		bleu=$(score "$run/$m.bleu")
		bytes=$(stat -Lc %s "$run/$m.final.safetensors") ;;
	esac
	jq -cn --arg name $m --argjson bleu "$bleu" --argjson bytes "$bytes" \
		--argjson inherited "$(score "$run/$m.inherited.bleu")" \
		'{name: $name, bleu: $bleu, inherited: $inherited, bytes: $bytes}'
done >"$work/scores.jsonl"
predict-lat --predictor "$run/lat.mlp" <"$run/lats.jsonl" >"$work/lats.jsonl"
for s in $stages; do
	[ ! -e "$run/time/$s" ] || cat "$run/time/$s"
done >"$work/stages.jsonl"

# the searches to compare with, each record with its strategy; the finalists
for s in $strategies; do
	jq -c --arg strategy "$s" 'select(.result | not) |
		{strategy: $strategy, valid_loss, predicted_ms}' "$run/search-$s.jsonl"
done >"$work/strategies.jsonl"
if [ "$finalists" ]; then cat "$run/finals.jsonl"; fi >"$work/finals.jsonl"

slurp() { for name; do printf '%s\0' --slurpfile "$name" "$run/$name"; done; }
jq -cn -L "$here/../jq" -f "$here/facts.jq" --arg run "$run" --arg trained "$trained" \
	--arg remove_bpe "$remove_bpe" --arg teacher "$teacher" --slurpfile limit "$run/limit" \
	--slurpfile reference "$run/reference" --slurpfile fit "$run/fit.json" \
	--slurpfile models "$run/models.jsonl" --slurpfile search "$run/search.jsonl" \
	--slurpfile strategies "$work/strategies.jsonl" \
	--slurpfile finals "$work/finals.jsonl" \
	--slurpfile found "$run/found.json" --slurpfile within "$run/within.jsonl" \
	--slurpfile paired "$run/paired.jsonl" \
	--slurpfile scores "$work/scores.jsonl" --slurpfile lats "$work/lats.jsonl" \
	--slurpfile stages "$work/stages.jsonl" >"$work/facts.json"

# what gnuplot draws
table() { jq -r "$1 | @tsv" "$work/facts.json" >"$work/$2.tsv"; }
table '.search.candidates[] | [.ms, .loss, .iteration]' search
table '.search.front[] | [.ms, .loss]' front
# a curve goes on to the end of the longest search
curve() {
	table "([.search.scored, .strategies[].scored] | max) as \$most | $1 |
		.best + [.best[-1] | select(.) | .scored = \$most] | .[] | [.scored, .loss]" "$2"
}
curve .search best
for s in $strategies; do curve '(.strategies[] | select(.name == "'"$s"'"))' "best-$s"; done
table '.search.rules[] | [.ms, .loss, .rule]' rules
table '.models[] | [.predicted_ms, .valid_loss, .name]' models
table '.lats[] | [.ms, .predicted, if .test then 1 else 0 end]' latency
losses() { jq -r "select($1) | [.step, .loss] | @tsv" "$2" >"$work/$3.tsv"; }
losses '.event == "train"' "$run/super.log.jsonl" super
for which in largest smallest random; do
	losses '.event == "valid" and .which == "'$which'"' "$run/super.log.jsonl" "valid-$which"
done
for m in $trained; do
	losses '.event == "valid"' "$run/$m.log.jsonl" "sub-$m"
done
fact() { jq "$1" "$work/facts.json"; }
gnuplot -d -e "data='$work'; trained='$trained'; strategies='$strategies'" \
	-e "ms_limit=$(fact .limit); half=$(fact '.search.iterations / 2 | floor')" \
	-e "random_loss=$(fact '.models[] | select(.name == "random").valid_loss')" \
	"$here/plots.gp"
pictures=$work/pictures.json
for p in search best latency loss; do
	sed '1,/^<svg/{/^<svg/!d}' "$work/$p.svg" |
		sed "s/gnuplot_plot/$p/g; s/gp\\(Dot\\|Pt[0-9]*\\)/$p-&/g; s/Gnuplot//" |
		jq -Rs --arg name $p '{($name): .}'
done | jq -s add >"$pictures"

jq -r -L "$here" -f "$here/page.jq" --slurpfile pictures "$pictures" \
	"$work/facts.json" >"$run/report.html.$$.milliner.part"
mv "$run/report.html.$$.milliner.part" "$run/report.html"
jq -r -L "$here" -f "$here/text.jq" "$work/facts.json"
