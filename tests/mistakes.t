# Files and records taken for others: the message says what was wanted, and what
# is there.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
cp "$pairs" pairs
jq -c '.task.src_vocab = 9 | .task.tgt_vocab = 9' archs >other-archs
train-sub -q --threads 1 --arch arch.json --max-update 1 -o sub <pairs >log
head -c 900 super >cut
printf '\xe4\xf6 b\n' >latin
printf 'Der Hund\tThe dog\n' >tsv

refuses 1 <<'T'
pairs, not architectures ;; measure-lat pairs
	;; measure-lat: pairs:1: want a record with an "arch"; this is a pair of sentences, of
	encode-text
a space, not architectures ;; profile-arch <space.json
	;; stdin:1: want a record with an "arch"; this is a space
a log, not architectures ;; profile-arch log
	;; log:1: want a record with an "arch"; this is a line of a training's log
architectures, not a space ;; sample-arch archs
	;; archs:1: want a record with a "space"; this is an architecture
measurements, not a space ;; train-super --space lats -o x <pairs
	;; lats:1: want a record with a "space"; this is a measured architecture
a space, not an architecture ;; train-sub --arch space.json -o x <pairs
	;; space.json:1: want a record with an "arch"; this is a space
architectures, not pairs ;; train-sub -q --arch arch.json -o x <archs
	;; stdin:1: want an array of ids in "src"; this is an architecture
a space, not validation pairs ;; eval-arch --weights super --valid space.json <archs
	;; space.json:1: want an array of ids in "src"; this is a space
pairs without targets ;; jq -c 'del(.tgt)' pairs | train-sub -q --arch arch.json -o x
	;; stdin:1: want an array of ids in "tgt"; this is a pair of sentences
architectures, not measurements ;; fit-mlp -q -o x <archs
	;; stdin:1: no number "latency_ms.total" in the record; this is an architecture
pairs, not translations ;; bleu <pairs
	;; stdin:1: no "hyp"; this is a pair of sentences, of encode-text
translations without references ;; bleu <hyps
	;; stdin:1: no "ref": encode-text --ref adds it, or -r FILE names the references
text, not architectures ;; profile-arch tsv
	;; tsv:1: want arch records, a JSON object a line, not "Der"
text, not a space ;; sample-arch --space tsv ;; tsv:1: want a JSON object a line, not "Der"
text, not translations ;; bleu <tsv ;; stdin:1: want a JSON object a line, not "Der"
text, not pairs ;; translate --weights super <tsv
	;; stdin:1: want pairs, a JSON object a line, not "Der"
a number, not a record ;; echo 5 | profile-arch
	;; stdin:1: want arch records, a JSON object a line, not "5"
records, not text ;; translate --text --weights super <pairs
	;; stdin:1: a record, want text: records are read without --text
ids of another dictionary ;; echo '{"src":[99999,2]}' | translate -q --weights super
	;; stdin:1: src[0]: want an id in [0, 
a member left out ;; jq -c 'del(.arch.qkv_dim)' archs | profile-arch
	;; stdin:1: arch.qkv_dim is missing
another encoding ;; encode-text --src-dict dict <latin
	;; stdin:1: not UTF-8 in byte 1; iconv converts other text
text, not a dictionary ;; encode-text --src-dict tsv <text
	;; tsv:1: want "symbol count", not "Der Hund\tThe dog": make-dict writes a dictionary
weights, not a dictionary ;; encode-text --src-dict super <text ;; super:1: not UTF-8 in byte 
several architectures for one ;; train-sub --arch archs -o x <pairs
	;; archs:2: want one arch record only
several to translate by ;; translate --weights super --arch archs <pairs
	;; archs:2: want one arch record only
a checkpoint of PyTorch ;; printf 'PK\3\4etc' >pt; import-hat --weights pt -o x space.json
	;; pt: a file of PyTorch: want safetensors (man import-hat shows
an older one ;; printf '\200\2etc' >pt; translate --weights pt <pairs
	;; pt: a file of PyTorch: want safetensors
a dictionary, not weights ;; translate --weights dict <pairs
	;; dict: not a safetensors file: header of
a predictor, not weights ;; translate --weights mlp <pairs
	;; mlp: no "arch" and "task" in the metadata: not written by train-super or train-sub
weights, not a predictor ;; predict-lat -p super <archs
	;; super: not a predictor: no tensor features.mean, which fit-mlp writes
weights cut off ;; translate --weights cut <pairs ;; cut: 
architectures of another task ;; eval-arch -q --weights super --valid few other-archs
	;; other-archs:1: does not fit super: task.src_vocab is 9 here and
a model, not a supernet
	;; jq -c '.arch.encoder_ffn_embed_dim |= map(4096)' archs |
	eval-arch -q --weights sub --valid few
	;; does not fit sub, which is no supernet but one SubTransformer: 
nothing meets a condition ;; sample-arch -w 'arch.qkv_dim<=1' <space.json
	;; no further architecture in 100000 draws: none that meets --where
a CPU that there is not ;; measure-lat --pin 1023 <archs
	;; measure-lat: --pin 1023: not all of these CPUs can be used, only 
T
refuses 2 <<'T'
a name left out ;; soft-label --weights "" pairs ;; soft-label: --weights: want a file's name
weights left out ;; train-sub --arch arch.json -o x --inherit "" pairs
	;; train-sub: --inherit: want a file's name
codebooks left out ;; train-sub -o x --codebooks "" pairs ;; --codebooks: want a file's name
a predictor left out ;; fit-mlp -o x --from "" lats ;; fit-mlp: --from: want a file's name
a folder left out ;; make-corpus --grammar "" ;; make-corpus: --grammar: want a folder's name
a command left out ;; evolve --evaluate "" space.json ;; evolve: --evaluate: want a command
a number out of range ;; train-sub --dropout 30 --arch arch.json -o x <pairs
	;; train-sub: --dropout: want a number in [0, 0.99], not "30"
T
finish
