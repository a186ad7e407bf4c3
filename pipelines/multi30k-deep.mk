# The method on Multi30k with encoders of up to 12 layers and decoders of 1 to 4: an
# encoder runs once a sentence, a decoder once a word. Latencies are those of
# codebooks of 4 bits, which the goal quantize makes.
#
#   make -f pipelines/multi30k-deep.mk DATA=folder LIMIT=2.3 TEACHER=sequence \
#       TEACHERS=runs/multi30k-tiny-en-de/tiny.final.safetensors run quantize
SRC := en
TGT := de
RUN := runs/multi30k-deep-$(SRC)-$(TGT)
# 39 epochs of the text, with NBEST=3 13 of what the teacher says
UPDATES := 9300
include pipelines/multi30k-common.mk
SPACE := data/spaces/multi30k-deep.json

# Twelve post-norm layers learn with --init depth-scaled.
train-super.args := --dtype $(DTYPE) --sandwich 4 --split-batches --update-freq 4 \
	--max-update 3700 --max-tokens 512 --lr 3e-3 --init depth-scaled \
	--warmup-updates 600 --dropout 0.2 --weight-decay 1e-4 \
	--clip-norm 1 --label-smoothing 0.1 --seed 1
train-sub.args := --dtype $(DTYPE) --max-update $(UPDATES) --max-tokens 2048 --lr 3e-3 \
	--warmup-updates 600 --dropout 0.2 --weight-decay 1e-4 --init depth-scaled \
	--clip-norm 1 --label-smoothing 0.1 --seed 1
QUARTER := --max-update $(shell echo $$(($(UPDATES) / 4))) --warmup-updates 150
TRAINED := found
AVERAGE := 5
measure-lat.args := --src-len 14 --tgt-len 14 --beam 5 --precision 1 \
	--max-time 1 --dtype kmeans4
QUANTIZED := found
CODEBOOKS := 4 4.all

include pipelines/method.mk
