# Multi30k (task 1, test.2016), lower-cased, tokenised, in subwords with "@@ ":
# what its task files share.
DATA :=
CORPUS = $(DATA)
TEST := test.2016
SEGMENTED := 1
JOINED := 1
# DTYPE=bf16 trains and searches more than twice as fast where the CPU has AMX.
DTYPE := fp32
translate.args := --beam 5
bleu.args := --tokenize none --smooth none
# How a space is searched, where there is one.
sample-arch.args := -n 300 --seed 2
evolve.args := --population 125 --parents 25 --mutations 50 \
	--mutation-prob 0.3 --crossovers 50 --iterations 30 --race \
	--valid-sentences 300 --dtype $(DTYPE)

include pipelines/names.mk
$(eval $(call check-name,DATA))
ifeq ($(wildcard $(DATA)/$(if $(DATA),train.$(SRC),none)),)
$(error No $(or $(DATA),DATA=FOLDER)/train.$(SRC). Multi30k is published at \
https://github.com/multi30k/dataset; \
lower-case, tokenise and segment it (subword-nmt, 10,000 merges) into \
train, valid, test.2016 with the endings .$(SRC) and .$(TGT), and give the folder: \
make multi30k multi30k-tiny DATA=folder)
endif
