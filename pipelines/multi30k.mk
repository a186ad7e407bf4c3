# The method on Multi30k. The space lies around Transformer-Tiny, which
# pipelines/multi30k-tiny.mk trains. UPDATES=3100 trains what is found half as long.
SRC := en
TGT := de
RUN := runs/multi30k-$(SRC)-$(TGT)
# 26 epochs
UPDATES := 6200
include pipelines/multi30k-common.mk
SPACE := data/spaces/multi30k.json

train-super.args := --dtype $(DTYPE) --sandwich 4 --inplace-distill kl --distill-weight 0.5 \
	--max-update 3700 --max-tokens 512 --lr 3e-3 \
	--warmup-updates 600 --dropout 0.2 --weight-decay 1e-4 \
	--clip-norm 1 --label-smoothing 0.1 --seed 1
train-sub.args := --dtype $(DTYPE) --max-update $(UPDATES) --max-tokens 2048 --lr 3e-3 \
	--warmup-updates 600 --dropout 0.2 --weight-decay 1e-4 \
	--clip-norm 1 --label-smoothing 0.1 --seed 1
QUARTER := --max-update $(shell echo $$(($(UPDATES) / 4))) --warmup-updates 150
# The largest takes twice as long: TRAINED='found largest' to have it too.
TRAINED := found
AVERAGE := 5
measure-lat.args := --src-len 14 --tgt-len 14 --beam 5 --precision 1 \
	--max-time 1

include pipelines/method.mk
