# The goal quantize: what codebooks in place of weights cost, and trained ones.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
command -v zstd >/dev/null || skip "no zstd"
# nothing is searched
mini+=" --no-print-directory TIMED= QUANTIZED=smallest CODEBOOKS='8 2 2.tuned 2.moved 3.all.tuned'"
again() { sleep 0.01; touch before; }
anew() { for f; do [ "run/smallest$f.final.safetensors" -nt before ] && echo "$f"; done | tr '\n' ' '; }
rows=('' .longer .q8 .q2 .q2.tuned .q2.moved .q3.all.tuned)
all='.q2 .q2.moved .q2.tuned .q3.all .q3.all.tuned .q8'

holds 'quantize' "$mini TUNE='--max-epoch 1 --lr 1e-3 --warmup-updates 0' quantize >table"
is    'a row each' "awk '{ \$(NF - 6) = \$(NF - 5) = \$(NF - 4) = \$(NF - 3) = \$(NF - 2) = \$(NF - 1) = \$NF = \"\"; print }' table | sed 's/ *\$//; 1d'" 'smallest floats
smallest floats, trained as long
smallest 8 bits
smallest 2 bits
smallest 2 bits, trained
smallest 2 bits, indices trained
smallest 3 bits, embeddings too, trained'
file() { echo "run/smallest${1-}.final.safetensors"; }
for q in $all; do
	is "$q: bits" "header $(file $q) | jq '.[\"encoder.layers.0.fc1.weight.codebook\"].shape[0]'" $((1 << ${q:2:1}))
done
is    '.all: the embeddings, too' "for q in $all; do header \$(file \$q) | jq 'has(\"embed_tokens.weight\")'; done | paste -sd' '" 'true true true false false true'
is    'files' "awk 'NR > 1 { print \$(NF - 4) }' table" "$(for q in "${rows[@]}"; do stat -c %s "$(file $q)" | awk '{ printf "%.3f\n", $1 / 1e6 }'; done)"
is    'compressed' "awk 'NR > 1 { print \$(NF - 3) }' table" "$(for q in "${rows[@]}"; do zstd -qc9 "$(file $q)" | wc -c | awk '{ printf "%.3f\n", $1 / 1e6 }'; done)"
is    'scores' "awk 'NR > 1 { print \$(NF - 2) }' table" "$(for q in "${rows[@]}"; do jq .score run/smallest$q.bleu | awk '{ printf "%.2f\n", $1 }'; done)"
bytes() { header "$(file "$1")" | jq '[to_entries[] | select(.value.data_offsets and (.key | test("embed_tokens|_dict$") | not)).value.data_offsets | .[1] - .[0]] | add'; }
is    "HAT's count, and how many times smaller" "awk 'NR > 1 { print \$(NF - 6), \$(NF - 5) }' table" "$(for q in "${rows[@]}"; do awk -v n="$(bytes "$q")" -v of="$(bytes '')" 'BEGIN { printf "%.3f %.1f\n", n / 1e6, of / n }'; done)"
is    'times are those of codebooks' "jq -c .workload.codebooks run/smallest{,.q2.tuned,.q8}.ms.json | paste -sd' '" 'null 2 8'
p() { bleu --tokenize none --paired run/smallest.longer.hyp $(printf 'run/smallest%s.hyp ' "$@") | jq '.BLEU.p_value // empty | . * 1000 | round / 1000'; }
is    'how surely each differs from the floats trained as long' "awk 'NR > 1 { print \$(NF - 1) }' table" "$(p ''; echo -; p "${rows[@]:2}")"
holds 'indices trained: as by hand' "train-sub -q --threads 1 --codebooks \$(file .q2) --floats \$(file) --max-epoch 1 --max-tokens 200 --lr 1e-3 --warmup-updates 0 -o hand <run/train.jsonl >log; cmp hand \$(file .q2.moved)"
again
holds 'again' "$mini TUNE='--max-epoch 1 --lr 1e-3 --warmup-updates 0' quantize >more"
same  'prints the same' 'cat table' 'cat more'
is    'and makes nothing' "anew '' $all" ''
again
holds 'tuned otherwise' "$mini TUNE='--max-epoch 1 --lr 2e-3 --warmup-updates 0' quantize >more"
is    'those alone are made anew' "anew '' .longer $all" '.longer .q2.moved .q2.tuned .q3.all.tuned '
again
holds 'fitted otherwise' "$mini TUNE='--max-epoch 1 --lr 2e-3 --warmup-updates 0' quantize.args='--fit lloyd' quantize >more"
is    'all but the floats are' "anew '' $all" "$all "
holds 'with a teacher' "$mini TEACHER=token TUNE='--max-epoch 1' CODEBOOKS=2.tuned quantize >more; grep -q distill_loss run/smallest.q2.tuned.log.jsonl"
finish
