# supers.mk - which supernet ranks architectures best? Included by ranks.mk.
#
#   make -f pipelines/ranks.mk TASK=.. ranks-supers
#
# Each of VARIANTS is a supernet trained with as many updates as the task's own and
# as many tokens: where N SubTransformers see a batch, batches are an N-th. The
# architectures of RUN/ranks.jsonl are evaluated with its weights, and rank-corr
# compares their order with that of the trained models, beside rules that need no
# supernet.
VARIANTS ?= path path.mean subs4 sandwich4 kl4 alpha4
SUPER_SEEDS ?= 1
# of path.mean: the mean of the last so many epochs
MEAN ?= 3

super-tokens := $(or $(shell sed -n 's/.*--max-tokens[ =]*\([0-9]*\).*/\1/p' <<<$(call \
	quote,$(train-super.args))),4096)
of-batch = --max-tokens $(shell echo $$(($(super-tokens) / $1)))
variant.path := --keep-last-epochs $(MEAN)
variant.subs4 := --subs 4 $(call of-batch,4)
variant.sandwich4 := --sandwich 4 $(call of-batch,4)
variant.kl4 := $(variant.sandwich4) --inplace-distill kl
variant.alpha4 := $(variant.sandwich4) --inplace-distill alpha

supers := $(foreach s,$(shell seq $(SUPER_SEEDS)),$(VARIANTS:%=%.s$s))
variant = $(call name,$1)
trained-supers := $(filter-out path.mean.%,$(supers))
# $(call super-options,VARIANT.sSEED)
super-options = $(strip $(train-super.args) $(variant.$(call variant,$1)) --seed $(call seed,$1))
# A supernet hangs on its options, not on the bytes of the program, as rows do.
super.file = $(RUN)/rank.super.$1
$(trained-supers:%=$(RUN)/args/super.%): $(RUN)/args/super.%: FORCE
	@mkdir -p $(@D); echo $(call quote,$(call super-options,$*)) | $(call if-changed,$@)
$(trained-supers:%=$(RUN)/rank.super.%.safetensors): $(RUN)/rank.super.%.safetensors: \
		$(RUN)/space.json $(RUN)/train.jsonl $(RUN)/valid.jsonl $(RUN)/args/super.%
	$(call say,train-super $*)$(call fresh,$@,checkpoint); \
	train-super $(threads) $(call super-options,$*) --space $(RUN)/space.json \
		$(model-options) --valid $(RUN)/valid.jsonl --resume $@.journal -o $@ \
		<$(RUN)/train.jsonl >$(RUN)/rank.super.$*.log.jsonl; rm -f $@.checkpoint
$(RUN)/rank.super.path.mean.s%.safetensors: $(RUN)/rank.super.path.s%.safetensors
	@average-weights -o $@ $(RUN)/rank.super.path.s$*.epoch*.safetensors

# Losses of the table's architectures with a supernet's weights.
$(supers:%=$(RUN)/rank.inherited.%.jsonl): $(RUN)/rank.inherited.%.jsonl: \
		$(RUN)/rank.super.%.safetensors $(RUN)/rank.archs.jsonl $(RUN)/valid.jsonl
	@eval-arch --quiet $(threads) --weights $< --valid $(RUN)/valid.jsonl \
		<$(RUN)/rank.archs.jsonl $(to)

.PHONY: ranks-supers ranks-compare
ranks-supers: $(supers:%=$(RUN)/rank.inherited.%.jsonl)
	@$(remake) ranks-compare
# With the supernets that are there.
ranks-compare: ranks-table
	@$(here)/ranks/compare.sh $(RUN)
