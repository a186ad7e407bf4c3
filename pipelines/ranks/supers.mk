# supers.mk - which supernet ranks architectures best? Included by ranks.mk.
#
#   make -f pipelines/ranks.mk TASK=.. ranks-supers
#
# Each of VARIANTS is a supernet trained on as many tokens: where N SubTransformers
# see a batch, batches are an N-th. BUDGETS are how many updates, 1: as the task's
# own. The architectures of RUN/ranks.jsonl are evaluated with its weights, and
# rank-corr compares their order with that of the trained models, beside rules that
# need no supernet.
#
# A supernet is VARIANT.xBUDGET.sSEED. VARIANT.mean is the mean of the last MEAN
# epochs of VARIANT's. Those of CONTINUED do more: each architecture is trained on
# for a while from their weights, by CONTINUE.
VARIANTS ?= path path.mean cosine split4 splitsandwich4 subs4 sandwich4 sandwich4cosine kl4 \
	alpha4
BUDGETS ?= 1 3
SUPER_SEEDS ?= 3
MEAN ?= 3
CONTINUE ?= --max-update 200 --warmup-updates 20 --validate-interval-updates 50
$(call want-count,SUPER_SEEDS MEAN)
$(call want-counts,BUDGETS)
$(call want-once,VARIANTS BUDGETS)
$(foreach v,$(VARIANTS),$(if $(findstring .,$(v:.mean=)),$(error VARIANTS: the name of $v has a \
	dot: give it one without)))
$(call tell,CONTINUE,$(call args-mistake,train-sub,$(train-sub.args) $(CONTINUE)))

include $(here)/ranks/variants.mk

supers := $(foreach b,$(BUDGETS),$(foreach s,$(shell seq $(SUPER_SEEDS)),$(VARIANTS:%=%.x$b.s$s)))
CONTINUED ?= $(filter path.x1.s1,$(supers))
$(call want-once,CONTINUED)
$(foreach s,$(filter-out $(supers),$(CONTINUED)),$(error CONTINUED: there is no supernet \
	$s$(if $(VARIANTS), among those of VARIANTS and BUDGETS$(comma) such as $(firstword \
	$(supers)))))
variant = $(firstword $(subst .x, ,$1))
budget = $(firstword $(subst .s, ,$(lastword $(subst .x, ,$1))))
means := $(foreach s,$(supers),$(if $(filter %.mean,$(call variant,$s)),$s))
of-mean = $(subst .mean.x,.x,$1)
trained-supers := $(sort $(filter-out $(means),$(supers)) $(call of-mean,$(means)))
$(call want-variants,VARIANTS,$(sort $(foreach s,$(trained-supers),$(call variant,$s))))
super-options = $(strip $(train-super.args) $(variant.$(call variant,$1)) --max-update $(shell \
	echo $$(($(call of-super,max-update,40000) * $(call budget,$1)))) --seed $(call seed,$1))
# A supernet hangs on its options, on the words and on the space, not on the bytes of the
# programs, as rows do.
$(RUN)/rank.space: $(RUN)/space.json
	@cmp -s $< $@ || { cp -p $< $(call temp,$@); mv $(call temp,$@) $@; }
$(trained-supers:%=$(RUN)/args/super.%): $(RUN)/args/super.%: FORCE
	@mkdir -p $(@D); echo $(call quote,$(call super-options,$*)) | $(call if-changed,$@)
$(trained-supers:%=$(RUN)/rank.super.%.safetensors): $(RUN)/rank.super.%.safetensors: \
		$(RUN)/rank.space $(RUN)/rank.pairs $(RUN)/args/super.%
	$(call say,train-super $*)$(call fresh,$@,checkpoint); \
	$(call supernet,$(call super-options,$*)) >$(RUN)/rank.super.$*.log.jsonl; \
	rm -f $@.checkpoint
$(means:%=$(RUN)/rank.super.%.safetensors): $(RUN)/rank.super.%.safetensors: \
		$(RUN)/rank.super.$$(call of-mean,$$*).safetensors
	@average-weights -o $@ $(RUN)/rank.super.$(call of-mean,$*).epoch*.safetensors

# Losses of the table's architectures with a supernet's weights.
$(supers:%=$(RUN)/rank.inherited.%.jsonl): $(RUN)/rank.inherited.%.jsonl: \
		$(RUN)/rank.super.%.safetensors $(RUN)/rank.archs.jsonl $(RUN)/valid.jsonl
	@eval-arch --quiet $(threads) --weights $< --valid $(RUN)/valid.jsonl \
		<$(RUN)/rank.archs.jsonl $(to)
# .. and after some updates more.
continue.args = $(train-sub.args) $(CONTINUE)
$(CONTINUED:%=$(RUN)/rank.tuned.%.jsonl): $(RUN)/rank.tuned.%.jsonl: \
		$(RUN)/rank.super.%.safetensors $(RUN)/rank.archs.jsonl $(RUN)/args/continue
	$(call say,train-sub --inherit $*)$(call unless-older,$(RUN)/rank.tuned.$*,$^); \
	$(call train-each,$(RUN)/rank.tuned.$*,$<,$(CONTINUE)) <$(RUN)/rank.archs.jsonl $(to)

.PHONY: ranks-supers ranks-compare
ranks-supers: $(supers:%=$(RUN)/rank.inherited.%.jsonl) $(CONTINUED:%=$(RUN)/rank.tuned.%.jsonl)
	@$(remake) ranks-compare
# With the supernets that are there.
ranks-compare: ranks-table
	@$(here)/ranks/compare.sh $(RUN)
