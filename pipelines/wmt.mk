# What HAT's three WMT tasks share: settings of training, search and test.
SEGMENTED := 1
JOINED := 1
REMOVE_BPE := '@@ '

# HAT's update: 8 GPUs x 16 batches of 4,096 tokens. All 40,000 of them are 21
# thousand million tokens, over a year for a CPU that sees 500 a second: lower
# --update-freq and --max-update, and expect less BLEU than HAT's.
train-super.args := --max-update 40000 --max-tokens 4096 --update-freq 128 \
	--lr 1e-3 --lr-scheduler cosine --warmup-updates 10000 \
	--warmup-init-lr 1e-7 --min-lr 1e-7 --dropout 0.3 --attention-dropout 0.1 \
	--weight-decay 0 --clip-norm 0 --label-smoothing 0.1 --seed 1
train-sub.args := --max-update 40000 --max-tokens 4096 --update-freq 128 \
	--lr 1e-3 --lr-scheduler cosine --warmup-updates 4000 \
	--warmup-init-lr 1e-7 --min-lr 1e-7 --dropout 0.3 --attention-dropout 0.1 \
	--weight-decay 0 --clip-norm 0 --label-smoothing 0.1 --seed 1

# HAT draws them from the wider space of data/spaces/*-latency.json.
sample-arch.args := -n 2000
# Timed with beam 5, tested with beam 4, as in HAT.
measure-lat.args := --src-len 30 --tgt-len 30 --beam 5

# In ms of the machine that measures; this is HAT's for its own.
LIMIT := 200
evolve.args := --population 125 --parents 25 --mutations 50 \
	--mutation-prob 0.3 --crossovers 50 --iterations 30

# The first of HAT's two scores but for its hyphens: corpora.md.
translate.args := --beam 4 --lenpen 0.6 --max-len-a 0 --max-len-b 200
bleu.args := --tokenize none --smooth none

include pipelines/method.mk
