# IWSLT'14 German-English, HAT's space and settings.
# The text comes from pipelines/corpora.md: CORPUS=FOLDER for another place.
RUN := runs/iwslt14deen
CORPUS := corpora/iwslt14deen
SRC := de
TGT := en
SEGMENTED := 1
JOINED :=
REMOVE_BPE := '@@ '
make-dict.args := --padding-factor 8
SPACE := data/spaces/iwslt14deen-space1.json

# HAT's update: one batch of 4,096 tokens on one GPU. All 50,000 of them are 205
# million tokens, three days for a CPU that sees 800 a second.
train-super.args := --max-update 50000 --max-tokens 4096 --update-freq 1 \
	--lr 5e-4 --lr-scheduler inverse_sqrt --warmup-updates 10000 \
	--warmup-init-lr 1e-7 --dropout 0.375 --attention-dropout 0 \
	--weight-decay 1e-4 --clip-norm 25 --label-smoothing 0.1 --seed 1
train-sub.args := --max-update 50000 --max-tokens 4096 --update-freq 1 \
	--lr 5e-4 --lr-scheduler inverse_sqrt --warmup-updates 4000 \
	--warmup-init-lr 1e-7 --dropout 0.375 --attention-dropout 0 \
	--weight-decay 1e-4 --clip-norm 25 --label-smoothing 0.1 --seed 1

# HAT averages the last 10 checkpoints before it tests.
AVERAGE := 10

# HAT draws them from the wider space of data/spaces/iwslt14deen-latency.json.
sample-arch.args := -n 2000
measure-lat.args := --src-len 23 --tgt-len 23 --beam 5

# In ms of the machine that measures; this is HAT's for its own.
LIMIT := 200
evolve.args := --population 125 --parents 25 --mutations 50 \
	--mutation-prob 0.3 --crossovers 50 --iterations 30

# The first of HAT's two scores but for its hyphens: corpora.md.
translate.args := --beam 5 --max-len-a 0 --max-len-b 200
bleu.args := --tokenize none --smooth none

include pipelines/method.mk
