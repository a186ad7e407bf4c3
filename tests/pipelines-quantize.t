# The goal quantize: what codebooks in place of weights cost, and trained ones.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
command -v zstd >/dev/null || skip "no zstd"
# nothing is searched
mini+=" --no-print-directory TIMED= QUANTIZED=smallest
	CODEBOOKS='8 2 2.tuned 2.moved 3.all.tuned'"
mini=${mini//$'\n'/}
again() { sleep 0.01; touch before; }
file() { echo "run/smallest${1-}.final.safetensors"; }
rows=('' .longer .q8 .q2 .q2.tuned .q2.moved .q3.all.tuned)
all='.q2 .q2.moved .q2.tuned .q3.all .q3.all.tuned .q8'
anew() { for q; do [ "$(file $q)" -nt before ] && echo "$q"; done | tr '\n' ' '; }
tuned() { # learning rate, other variables: the goal, trained so
	mini TUNE="--max-epoch 1 --lr $1 --warmup-updates 0" "${@:2}" quantize
}
mini() { eval "$mini"' "$@"'; }

holds 'make quantize' 'tuned 1e-3 >table'
is    'make quantize: a row for each' '
	sed 1d table | tr -s " " | sed -E "s/( [^ ]+){7}\$//"' \
'smallest floats
smallest floats, trained as long
smallest 8 bits
smallest 2 bits
smallest 2 bits, trained
smallest 2 bits, indices trained
smallest 3 bits, embeddings too, trained'
# a column from the table's end, and what should be there: of the model of each row
column() { awk -v n="$1" 'NR > 1 { print $(NF - n) }' table; }
each() { # function of a model
	for q in "${rows[@]}"; do $1 $q; done
}
mega() { awk '{ printf "%.3f\n", $1 / 1e6 }'; }
length_of() { stat -c %s "$(file "$1")" | mega; }
packed() { zstd -qc9 "$(file "$1")" | wc -c | mega; }
score() { jq .score "run/smallest$1.bleu" | awk '{ printf "%.2f\n", $1 }'; }
cat >bytes.jq <<'J'
[to_entries[] |
	select(.value.data_offsets and (.key | test("embed_tokens|_dict$") | not)) |
	.value.data_offsets | .[1] - .[0]] | add
J
bytes() { header "$(file "$1")" | jq -f bytes.jq; }
hat() { # MB, and how many times smaller
	awk -v n="$(bytes "$1")" -v of="$(bytes '')" \
		'BEGIN { printf "%.3f\n%.1f\n", n / 1e6, of / n }'
}
entries='.["encoder.layers.0.fc1.weight.codebook"].shape[0]'
for q in $all; do
	is "$q: as many bits" "header $(file $q) | jq '$entries'" $((1 << ${q:2:1}))
done
is    '.all: the embeddings, too' '
	for q in $all; do header $(file $q) | jq "has(\"embed_tokens.weight\")"; done |
		paste -sd" "' 'true true true false false true'
same  'make quantize: files' 'each length_of' 'column 4'
same  'make quantize: files, compressed' 'each packed' 'column 3'
same  'make quantize: scores' 'each score' 'column 2'
same  "make quantize: HAT's count, and how many times smaller" \
	'each hat' 'paste -d"\n" <(column 6) <(column 5)'
is    'make quantize: times are those of codebooks' '
	jq -c .workload.codebooks run/smallest{,.q2.tuned,.q8}.ms.json | paste -sd" "' 'null 2 8'
p_values() { # of models, against the floats trained as long
	bleu --tokenize none --paired-ar run/smallest.longer.hyp \
		$(printf 'run/smallest%s.hyp ' "$@") |
		jq -s '.[0].BLEU.score as $first | .[1:][].BLEU |
			if .score == $first then 1 else .p_value * 1000 | ceil / 1000 end'
}
same  'make quantize: how surely each differs from the floats trained as long' \
	'p_values ""; echo -; p_values "${rows[@]:2}"' 'column 1'
holds 'make quantize: indices are trained as by hand' '
	train-sub -q --threads 1 --codebooks $(file .q2) --floats $(file) --max-epoch 1 \
		--max-tokens 200 --lr 1e-3 --warmup-updates 0 -o hand <run/train.jsonl >log
	cmp hand $(file .q2.moved)'
again
holds 'make quantize again' 'tuned 1e-3 >more'
same  'make quantize again prints the same' 'cat table' 'cat more'
is    'make quantize again makes nothing' "anew '' $all" ''
quick='measure-lat.args=--repeat 2 --src-len 4 --tgt-len 4 --beam 2'
timed() { jq -r .workload.dtype run/smallest.ms.json; }
floats() { awk '$2 ~ /^floats/ { print $2, $3, $4 }' "$1"; }
holds 'the search was told of bytes' "
	mini CODEBOOKS='8  2 ' '$quick --dtype kmeans4' quantize >more"
is    'the search was told of bytes: floats are timed as they were scored' \
	'timed; floats more | head -c 7' $'fp32\nfloats '
holds 'floats translate in bytes' "
	mini CODEBOOKS=8 'translate.args=--beam 2 --dtype  int8' quantize >more"
is    'floats translate in bytes: they are timed so, and the row says it' \
	'timed; floats more | head -c 15' $'int8\nfloats, as int8'
jq -c '.unsettled = true' run/smallest.q8.ms.json >busy && mv busy run/smallest.q8.ms.json
is    'a time that other load disturbed is marked' '
	$top/pipelines/quantize.sh run smallest 8 | tail -n 2 |
		sed -E "1s/.*[0-9]([?])\$/\1/"' $'?\n?: other load disturbed it'
is    'other machines measure' "
	mini -n DEVICES=pi1,pi2 CODEBOOKS=8 quantize |
		grep -c \"devices.sh 'pi1,pi2'.* --dtype fp32\"" 2

# models of others
cp $(file) 'run/a peer.safetensors' && cp $(file) peer.final.safetensors
cp $(file .q2.tuned) coded.safetensors
beside() { mini CODEBOOKS=8 PEERS="$tmp/peer.final.safetensors $tmp/coded.safetensors" "$@"; }
holds 'peers' 'beside quantize >more'
is    'peers: nobody complains, but of other load' \
	"grep -v '^make\|^== \|^measure-lat: [0-9]*% of the samples' $err" ''
row_of() { awk -v row="$1" 'NR == row { sub(/^[^ ]+ +/, ""); NF -= 2; print }' more; }
same  'peers: a copy of the floats has their row' 'row_of 2' "row_of 4 | sed 's/ 1\$/ -/'"
is    'peers: of one in codebooks, bits and file' \
	"awk 'NR == 5 { NF = 6; print }' more" "coded 2 bits - - $(length_of .q2.tuned)"
again
holds 'peers again' 'beside quantize >more'
is    'peers again: nothing is made' "find run -name 'peer*' -newer before" ''
sed 's/^w1 /v1 /' dict >other.dict
train-sub --arch $arch --src-dict other.dict --share-all-embeddings --max-update 1 \
	-o other.safetensors <$pairs >log 2>&1
refuses 2 <<'R'
a peer with other words ;; mini CODEBOOKS=8 PEERS=$tmp/other.safetensors quantize
	;; other.safetensors
no codebooks ;; mini CODEBOOKS= quantize ;; CODEBOOKS is empty: want bits from 2 to 8
codebooks on a GPU ;; mini DEVICE=opencl quantize ;; DEVICE is "opencl": only CPUs look up codebooks
R
again
holds 'tuned otherwise' 'tuned 2e-3 >more'
is    'tuned otherwise: those alone are made anew' "anew '' .longer $all" \
	'.longer .q2.moved .q2.tuned .q3.all.tuned '
again
holds 'fitted otherwise' "tuned 2e-3 quantize.args='--fit lloyd' >more"
is    'fitted otherwise: all but the floats are made anew' "anew '' $all" "$all "
holds 'a teacher: codebooks learn from it' "
	$mini TEACHER=token TUNE='--max-epoch 1' CODEBOOKS=2.tuned quantize >more
	grep -q distill_loss run/smallest.q2.tuned.log.jsonl"
is    'of two models, with no row that is trained: no floats are' "
	mini -n RUN=$tmp/new QUANTIZED='smallest largest' CODEBOOKS='8 4' quantize |
		grep -oE '== (quantize|train-sub) largest[.][a-z0-9.]*'" \
	$'== quantize largest.q8\n== quantize largest.q4'
finish
