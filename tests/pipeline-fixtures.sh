# What the tests of the pipelines share: after train-fixtures.sh, a corpus of
# made-up words and the whole method in seconds, mini.mk, with run/ its folder.
for p in make jq gnuplot flock; do
	command -v $p >/dev/null || skip "no $p"
done
unset MAKEFLAGS MFLAGS MAKELEVEL
mkdir corpus
for part in train valid test test.2016; do
	for side in en de fr; do
		make_pairs ${#part} 200 | jq -r '.src[:-1] | map("w\(.)") | join(" ")' \
			>corpus/$part.$side
	done
done
steps='--max-tokens 200 --lr 0.01 --warmup-updates 5 --log-interval 5 --quiet'
cat >mini.mk <<M
RUN := $tmp/run
CORPUS := $tmp/corpus
SRC := en
TGT := de
SEGMENTED := 1
JOINED := 1
SPACE := $space
THREADS := 1
LIMIT := 1000
ANY_LIMIT := 1
AVERAGE := 2
train-super.args := --max-update 20 $steps
train-sub.args := --max-epoch 3 $steps
sample-arch.args := -n 24 --seed 2
measure-lat.args := --repeat 2 --src-len 4 --tgt-len 4 --beam 2
profile-arch.args := --src-len 4 --tgt-len 4
fit-mlp.args := --steps 50
evolve.args := --population 12 --parents 4 --mutations 4 --crossovers 4 --iterations 2
translate.args := --beam 2
bleu.args := --tokenize none
include pipelines/method.mk
M
mini="make -C $top -f $tmp/mini.mk"
export mini
refuses_tasks() { # ranks or proof: TASKs that are none
	: >empty.mk
	for f in /nix.mk "$tmp" "$tmp/empty.mk" '/a task.mk' '/it$$1.mk'; do
		refuses 2 <<<"make $1 TASK='$f' ;; make -C $top -f pipelines/$1.mk TASK='$f'
	;; TASK is \"${f/\$\$/\$}\": "
		is "make $1 TASK='$f': nothing else is said" "grep -v directory $err | wc -l" 1
	done
}
# The filters, by links in stub/, but for what a test puts there in their place.
stubs() {
	mkdir -p stub
	ln -sf "$MILLINER_BIN"/* stub
	real=$MILLINER_BIN
	export MILLINER_BIN=$tmp/stub real
}
