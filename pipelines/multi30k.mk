# Multi30k (task 1, test.2016), lower-cased, tokenised, in subwords with "@@ ".
# The space lies around Transformer-Tiny of "Good for Misconceived Reasons"
# (Wu et al., ACL 2021): width 128, FFN 256, 4+4 layers, 4 heads.
DATA ?=
SRC ?= en
TGT ?= de
RUN ?= runs/multi30k-$(SRC)-$(TGT)
CORPUS = $(DATA)
TEST := test.2016
SEGMENTED := 1
JOINED := 1
SPACE := data/spaces/multi30k.json

train-super.args := --max-update 3700 --max-tokens 2048 --lr 3e-3 \
	--warmup-updates 600 --dropout 0.2 --weight-decay 1e-4 \
	--clip-norm 1 --label-smoothing 0.1 --seed 1
train-sub.args := --max-update 6200 --max-tokens 2048 --lr 3e-3 \
	--warmup-updates 600 --dropout 0.2 --weight-decay 1e-4 \
	--clip-norm 1 --label-smoothing 0.1 --seed 1
# The largest takes twice as long: TRAINED='found largest' to have it too.
TRAINED ?= found
AVERAGE := 5
sample-arch.args := -n 300 --seed 2
measure-lat.args := --src-len 14 --tgt-len 14 --beam 5 --precision 1 \
	--max-time 1
profile-arch.args := --src-len 14 --tgt-len 14
evolve.args := --population 125 --parents 25 --mutations 50 \
	--mutation-prob 0.3 --crossovers 50 --iterations 10 \
	--valid-sentences 300
translate.args := --beam 5
bleu.args := --tokenize none --smooth none

ifeq ($(wildcard $(DATA)/$(if $(DATA),train.$(SRC),none)),)
$(error No $(or $(DATA),DATA=FOLDER)/train.$(SRC). Multi30k is published at \
https://github.com/multi30k/dataset; \
lower-case, tokenise and segment it (subword-nmt, 10,000 merges) into \
train, valid, test.2016 with the endings .$(SRC) and .$(TGT), and give the folder: \
make multi30k DATA=folder)
endif

include pipelines/method.mk
