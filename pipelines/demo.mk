# The whole method in a few minutes, on the corpus that the project ships: German
# to English from a bilingual grammar. The search is smaller than HAT's 125 x 30.
# With UPDATES=4000, ten epochs, the learning rate falls to 0 by a cosine, in a
# folder of its own: make quantize UPDATES=4000, make distill UPDATES=4000.
UPDATES := 1050
long := $(filter-out 1050,$(UPDATES))
RUN := runs/demo$(long:%=-%)
CORPUS = $(RUN)/corpus
SRC := de
TGT := en
VOCAB := 3000
JOINED := 1
SPACE := data/spaces/demo.json
TRAINED := found largest random
STRATEGIES := random deepest

make-corpus.args := -n 20000 --valid-count 500 --test-count 500 --seed 1
train-super.args := --sandwich 4 --inplace-distill kl --distill-weight 0.5 \
	--max-update 1200 --max-tokens 256 --lr 5e-3 \
	--warmup-updates 200 --dropout 0 --weight-decay 1e-4 \
	--clip-norm 1 --label-smoothing 0.1 --log-interval 50 --init depth-scaled --seed 1
train-sub.args := --max-update $(UPDATES)$(if $(long), --lr-scheduler cosine) \
	--max-tokens 1024 --lr 5e-3 --warmup-updates 150 --dropout 0 --weight-decay 1e-4 \
	--clip-norm 1 --label-smoothing 0.1 --log-interval 50 --init depth-scaled --seed 1
QUARTER := --max-update 262 --warmup-updates 40
TUNE := $(if $(long),--max-update 2000 --warmup-updates 50 --lr 1e-3,\
	--max-update 300 --warmup-updates 30 --lr 3e-3)
sample-arch.args := -n 200 --seed 2
measure-lat.args := --src-len 16 --tgt-len 16 --beam 4 --precision 2 \
	--max-time 1
evolve.args := --population 60 --parents 15 --mutations 20 \
	--mutation-prob 0.3 --crossovers 20 --iterations 8 \
	--valid-sentences 250
translate.args := --beam 4
bleu.args := --tokenize 13a

include pipelines/method.mk

# The corpus: text, made anew from its grammar.
texts := $(foreach p,$(parts),$(CORPUS)/$p.$(SRC) $(CORPUS)/$p.$(TGT))
$(CORPUS)/all: $(call uses,make-corpus)
	$(call say,make-corpus)mkdir -p $(@D); make-corpus $(make-corpus.args) \
		$(foreach p,$(parts),--$p $(CORPUS)/$p.tsv); touch $@
$(CORPUS)/%.$(SRC): $(CORPUS)/all
	@cut -f1 $(CORPUS)/$*.tsv $(to)
$(CORPUS)/%.$(TGT): $(CORPUS)/all
	@cut -f2 $(CORPUS)/$*.tsv $(to)
