# method.mk - HAT's method, once: a rule an artefact.
#
# A task file sets variables and includes this. What it may set:
#   RUN              the folder of the run
#   CORPUS SRC TGT   texts CORPUS/TRAIN.SRC, CORPUS/TRAIN.TGT and so on
#   TRAIN VALID TEST names of the three parts [train valid test]
#   SEGMENTED        1: already in subwords; else SentencePiece makes VOCAB [2000]
#   JOINED           1: one dictionary, and shared embeddings
#   REMOVE_BPE       how subwords become words again ['@@ ' or sentencepiece]
#   SPACE            space record; the vocabularies are the dictionaries'
#   LIMIT            ms; or LIMIT_SHARE of the largest's measured latency [0.6]
#   ANY_LIMIT        1: the limit need not lie between what the smallest and the
#                    largest of the space take
#   MARGIN           share of the limit that the search aims at [0.97]
#   ROUNDS           moments at which each architecture is measured; odd [1]
#   TRAINED          which of found, largest, smallest, random are trained on
#                    their own [found largest]; with random, the report says
#                    whether the search beats chance
#   TEACHER          how all but the largest learn from it, which is trained first:
#                    token, sequence, both (see distill.mk), or none [none]
#   TEACHERS         weights that teach instead; of several the first translates
#   NBEST            translations of a sentence that they learn from [1]
#   DISTILL          options of train-sub for what a teacher expects, such as
#                    --distill-weight
#   STUDENT SEEDS    for the goal distill, what a teacher is worth: an arch record
#                    [of the space], and seeds to train it with [1 2 3]
#   QUANTIZED        for the goal quantize, what codebooks cost: of which models
#                    [largest found]
#   CODEBOOKS        their bits, with .all also of embeddings, with .tuned trained,
#                    with .moved their indices, too (see quantize.mk) [8 4 4.tuned 4.all
#                    4.all.tuned]
#   TUNE             options of train-sub for these, beside those of the model
#   PEERS            weights of other models, to stand beside these
#   AVERAGE          average the last so many epochs of train-sub [0: none]
#   START            none: the search begins as HAT's, without what rules of thumb
#                    pick (the deepest decoder, the most parameters) [rules]
#   FINALISTS        so many of the search's best, and what the rules picked, are
#                    trained on from the supernet's weights before one of them is
#                    taken [0: none, the lowest inherited loss is taken]
#   FINAL            options of train-sub for them [--max-update 200
#                    --warmup-updates 20]
#   STRATEGIES       of evolve, to compare the search with in the report, such as
#                    random deepest [none]
#   QUARTER          options of train-sub for a quarter of its steps: for the goal
#                    inherit, what the supernet's weights are worth
#   PROG.args        options of each program, such as train-super.args
#   DEVICE           what is measured and translates: cpu, or opencl[:N], a device of
#                    measure-lat --list-devices [cpu]; the rest is the CPU's
#   DEVICES SSH      machines that measure in this one's place, as ssh knows them,
#                    such as pi1,pi2 [none]; how they are reached [ssh]
#   THREADS          of training, search and translation [0: as many as CPUs
#                    and CPU quota allow]
#
# A task file sets these by :=, which the command line overrides; variables of
# the environment are none of them. How files, options and programs decide what is
# made again: rules.mk.

# This folder, of the source or where make install put it.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
$(if $(wildcard $(here)/method.mk),,$(error include method.mk by a name without \
	blanks))

.PHONY: run
run:

settings := RUN CORPUS SRC TGT TRAIN VALID TEST SEGMENTED VOCAB JOINED \
	REMOVE_BPE SPACE LIMIT LIMIT_SHARE ANY_LIMIT MARGIN ROUNDS TRAINED AVERAGE QUARTER \
	TEACHER TEACHERS NBEST DISTILL STUDENT SEEDS QUANTIZED CODEBOOKS TUNE PEERS START \
	FINALISTS FINAL STRATEGIES DEVICE DEVICES SSH THREADS TIMED more \
	$(filter %.args,$(.VARIABLES))
$(foreach v,$(settings),$(if $(filter environment,$(origin $v)),$(eval \
	undefine $v)))

TRAIN ?= train
VALID ?= valid
TEST  ?= test
VOCAB ?= 2000
THREADS ?= 0
AVERAGE ?= 0
LIMIT_SHARE ?= 0.6
ROUNDS ?= 1
START ?= rules
FINALISTS ?= 0
FINAL ?= --max-update 200 --warmup-updates 20
# The search aims a little lower, since predictions err.
MARGIN ?= 0.97
SSH ?= ssh
REMOVE_BPE ?= $(if $(SEGMENTED),'@@ ',sentencepiece)
# Largest, smallest and random are there to compare with; these are trained.
TRAINED ?= found largest

include $(here)/rules.mk

text.args = $(SEGMENTED) $(VOCAB)$(if $(JOINED),, apart)
remove-bpe.args = $(REMOVE_BPE)
rounds.args = $(ROUNDS)
start.args = $(START)
finalists.args = $(FINALISTS)
final.args = $(FINAL)
strategies.args = $(STRATEGIES)
limit.args = $(LIMIT) $(LIMIT_SHARE) $(MARGIN)
override train-sub.args += $(if $(filter-out 0,$(AVERAGE)),--keep-last-epochs $(AVERAGE))
# No part of the arguments: with other threads the same comes out.
threads = --threads $(THREADS)
# A device computes by itself, and to another precision.
device := $(filter-out cpu,$(DEVICE))
ifneq (,$(device))
override measure-lat.args += --device $(device)
override translate.args += $(if $(DEVICES),,--device $(device))
endif
# Operations are those of the sentences that are timed.
override profile-arch.args := $(if $(filter --pairs%,$(measure-lat.args)),,$(foreach \
	o,src-len tgt-len,$(addprefix --$o ,$(call number-of,$o,$(measure-lat.args))))) \
	$(profile-arch.args)
translate-threads = $(if $(device),,$(threads))
# $(call measure,OPTIONS): here, or on DEVICES.
measure = $(measurer) $1 $(timed-args)
measurer = $(if $(DEVICES),$(call on,$(call quote,$(DEVICES))),measure-lat)
on = $(here)/devices.sh $1 $(call quote,$(SSH))
timed-args = $(measure-lat.args) --space $(RUN)/space.json
# What another kind of machine has timed is timed anew.
measure-lat.where := $(if $(DEVICES)$(wildcard $(RUN)/kind),$(RUN)/kind)
share := $(if $(JOINED),--share-all-embeddings)

# --- text to pairs -----------------------------------------------------------

parts := train valid test
name.train = $(TRAIN)
name.valid = $(VALID)
name.test  = $(TEST)
side.src = $(SRC)
side.tgt = $(TGT)
# $(call text,train.src): CORPUS/TRAIN.SRC
text = $(CORPUS)/$(name.$(basename $1)).$(side$(suffix $1))
both-sides := $(foreach p,$(parts),$p.src $p.tgt)
$(RUN)/sides: $(foreach t,$(both-sides),$(call bytes-of,$t,$(call text,$t)))
	@mkdir -p $(@D); counts=$$($(call count-sides,$(foreach t,$(both-sides),$(call \
		text,$t)))); echo "$$counts" $(to)

ifdef SEGMENTED
$(RUN)/seg/%: $(RUN)/args/text $(RUN)/sum/% | $(RUN)/sides
	@mkdir -p $(@D); cat $(call text,$*) $(to)
else
$(RUN)/spm.model: $(RUN)/sum/train.src $(RUN)/sum/train.tgt $(RUN)/args/text | $(RUN)/sides
	$(call say,subwords)mkdir -p $(@D); \
	spm_train --input=$(call text,train.src),$(call text,train.tgt) \
		--model_prefix=$(call temp,$(RUN)/spm) --vocab_size=$(VOCAB) \
		--character_coverage=1 \
		--num_threads=$(or $(filter-out 0,$(THREADS)),$(shell nproc)) \
		--minloglevel=1 2>$(RUN)/spm.log || $(call spm-says,$(RUN)/spm.log); \
	mv $(call temp,$(RUN)/spm).vocab $(RUN)/spm.vocab; mv $(call temp,$(RUN)/spm).model $@
$(RUN)/seg/%: $(RUN)/spm.model $(RUN)/sum/%
	@mkdir -p $(@D); spm_encode --model=$< <$(call text,$*) $(to)
endif

train.seg := $(RUN)/seg/train.src $(RUN)/seg/train.tgt
ifdef JOINED
dicts := $(RUN)/src.dict
$(RUN)/src.dict: $(train.seg) $(call uses,make-dict)
	@make-dict $(make-dict.args) $(train.seg) $(to)
dict-options := --src-dict $(RUN)/src.dict
else
dicts := $(RUN)/src.dict $(RUN)/tgt.dict
$(RUN)/%.dict: $(RUN)/seg/train.% $(call uses,make-dict)
	@make-dict $(make-dict.args) $< $(to)
dict-options := --src-dict $(RUN)/src.dict --tgt-dict $(RUN)/tgt.dict
endif
# What a model holds, so that it takes and gives plain text by itself.
model-options := $(dict-options) $(if $(SEGMENTED),,--spm $(RUN)/spm.model) $(share)

$(RUN)/%.jsonl: $(RUN)/seg/%.src $(RUN)/seg/%.tgt $(dicts) $(call uses,encode-text)
	@encode-text $(dict-options) --source $(RUN)/seg/$*.src --target $(RUN)/seg/$*.tgt \
		--ref --remove-bpe $(REMOVE_BPE) $(encode-text.args) $(to)

# Its references are plain words.
$(RUN)/test.jsonl: $(RUN)/args/remove-bpe

# The space with this task's vocabularies.
$(RUN)/space.json: $(call bytes-of,space,$(SPACE)) $(dicts)
	@mkdir -p $(@D); words() { echo $$(($$(wc -l <$$1) + 4)); }; \
	$(call jq,space,-c) --argjson src $$(words $(RUN)/src.dict) \
		--argjson tgt $$(words $(lastword $(dicts))) \
		--argjson shared $(if $(JOINED),true,false) $(SPACE) $(to)

# Before hours are spent: does the limit lie between the two that it could?
limit-fits = $(if $(ANY_LIMIT),,$(RUN)/limit-fits)
$(RUN)/ends.jsonl: $(RUN)/space.json $(RUN)/id/sample-arch
	@sample-arch --largest --smallest <$< $(to)
$(RUN)/ends-timed.jsonl: $(RUN)/ends.jsonl $(call uses,measure-lat)
	@$(call measure,--in-order --accept-unsettled) <$< $(to)
$(RUN)/limit-fits: $(RUN)/ends-timed.jsonl $(RUN)/args/limit
	@$(check-ends); : $(to)
# Likewise: can all devices measure, and are they of one kind?
devices.args = $(DEVICES)
$(RUN)/devices.jsonl: $(RUN)/ends.jsonl $(RUN)/args/devices $(RUN)/args/measure-lat \
		$(RUN)/id/measure-lat
	$(call say,measure-lat on $(DEVICES))for device in $(subst $(comma), ,$(DEVICES)); do \
		$(call on,$$device) --in-order --accept-unsettled $(timed-args) <$<; \
	done $(to)
ifneq (,$(DEVICES))
$(RUN)/kind: $(RUN)/devices.jsonl $(RUN)/args/fit-mlp
	@$(check-kinds); jq -c .host $< | sed -n 1p | $(call if-changed,$@)
else
$(RUN)/kind: $(RUN)/args/devices
	@echo here | $(call if-changed,$@)
endif

# --- 1: the supernet ---------------------------------------------------------

# Killed and started again, a training goes on, unless something that it
# depends on is newer than its checkpoint. So do measuring and searching, by
# their journals.
fresh = for f in $^; do if [ "$$f" -nt $1.$2 ]; then rm -f $1.checkpoint $1.journal; fi; done
# $(call supernet,OPTIONS): the training of one, which is $@; to stdout its log.
supernet = train-super $(threads) $1 --space $(RUN)/space.json $(model-options) \
	--valid $(RUN)/valid.jsonl --resume $@.journal -o $@ <$(RUN)/train.jsonl

$(RUN)/super.safetensors: $(RUN)/space.json $(RUN)/train.jsonl \
		$(RUN)/valid.jsonl $(call uses,train-super) | $(limit-fits) $(measure-lat.where) \
		$(RUN)/archs.jsonl $(RUN)/test.jsonl
	$(call say,train-super)$(call fresh,$@,checkpoint); \
	$(call stage,train-super,$(call supernet,$(train-super.args)) \
		>$(RUN)/super.log.jsonl); rm -f $@.checkpoint

# --- 2: latencies ------------------------------------------------------------

# Too few are told before the supernet's training. Nothing else may load the machine
# while they are timed: that comes after it, and all that follows comes after them.
$(RUN)/archs.jsonl: $(RUN)/space.json $(call uses,sample-arch)
	@sample-arch $(sample-arch.args) --distinct <$< >$(call temp,$@); \
	n=$$(wc -l <$(call temp,$@)); if [ $$n -lt 20 ]; then echo "sample-arch.args give \
	$$n architectures of $(SPACE): a predictor wants 20 or more" >&2; exit 1; fi; \
	mv $(call temp,$@) $@
rounds := $(shell seq $(ROUNDS))
$(rounds:%=$(RUN)/lats.%.jsonl): $(RUN)/lats.%.jsonl: $(RUN)/archs.jsonl \
		$(call uses,measure-lat) | $(RUN)/super.safetensors
	$(call say,measure-lat $*)$(call fresh,$@,journal); \
	$(call stage,measure-lat$(if $(filter-out 1,$*),-$*),$(call \
		measure,--seed $*) --resume $@.journal <$< $(to))
$(RUN)/lats.jsonl: $(rounds:%=$(RUN)/lats.%.jsonl) $(RUN)/args/rounds
	@$(if $(filter 1,$(ROUNDS)),cat $<,$(call jq,middle,-sc) $(filter %.jsonl,$^)) $(to)
# Machines drift. Each record carries the time of the reference, the space's
# largest, around its own; latencies are compared at the median reference time.
$(RUN)/reference: $(RUN)/lats.jsonl
	@$(call jq,reference,-s) $< $(to)
$(RUN)/limit: $(RUN)/reference $(RUN)/args/limit
	@jq '$(if $(LIMIT),$(LIMIT),$(LIMIT_SHARE) * .)' $< $(to)

# --- 3: the predictor --------------------------------------------------------

$(RUN)/lat.mlp: $(RUN)/lats.jsonl $(call uses,fit-mlp)
	$(call say,fit-mlp)$(call stage,fit-mlp,fit-mlp $(fit-mlp.args) \
		-o $(call temp,$@) <$< >$(call temp,$(RUN)/fit.json)); \
	mv $(call temp,$(RUN)/fit.json) $(RUN)/fit.json; mv $(call temp,$@) $@

# --- 4: the search -----------------------------------------------------------

searched-in = $(RUN)/space.json $(RUN)/super.safetensors $(RUN)/lat.mlp $(RUN)/valid.jsonl \
	$(RUN)/limit $(call uses,evolve)
# As many results as may be finalists.
top-of = $(if $(word 11,$(shell seq $1)),$1,10)
top := $(call top-of,$(FINALISTS))
top.args = $(top)
more-than-ten = $(filter-out 10,$(top))
# NSGA-II knows no races.
search = evolve $(threads) $(if $(filter nsga2,$*),$(filter-out \
	--race,$(evolve.args)),$(evolve.args)) --top $(top) \
	--weights $(RUN)/super.safetensors --valid $(RUN)/valid.jsonl --predictor $(RUN)/lat.mlp \
	--limit $$(jq '. * $(MARGIN)' $(RUN)/limit) --resume $@.journal
$(RUN)/search.jsonl: $(searched-in) $(RUN)/args/start $(if $(more-than-ten),$(RUN)/args/top) \
		| $(limit-fits)
	$(call say,evolve)$(call fresh,$@,journal); \
	$(call stage,evolve,$(search) --seeds $(START) <$(RUN)/space.json $(to))
# Others, to compare with.
searches := $(STRATEGIES:%=$(RUN)/search-%.jsonl)
$(searches): $(RUN)/search-%.jsonl: $(searched-in) | $(limit-fits) $(RUN)/search.jsonl
	$(call say,evolve $*)$(call fresh,$@,journal); \
	$(call stage,evolve-$*,$(search) --strategy $* <$(RUN)/space.json $(to))

# What was measured, beside the limit.
limits := --slurpfile limit $(RUN)/limit --slurpfile reference $(RUN)/reference
# The results whose latency, measured, meets the limit, the lowest inherited loss
# first. Where finalists are trained on, what the rules of thumb picked is among them.
some-finalists := $(filter-out 0,$(FINALISTS))
$(RUN)/within.jsonl: $(RUN)/search.jsonl $(RUN)/limit $(RUN)/args/finalists \
		$(call uses,measure-lat)
	@$(call fresh,$@,journal); \
	$(call jq,results,-sc) --argjson rules $(if $(some-finalists),true,false) $< | \
	$(call measure,--resume $@.journal) | $(call jq,within,-sc) $(limits) $(to)
$(RUN)/finalists.jsonl: $(RUN)/within.jsonl $(RUN)/args/finalists
	@jq -sc '.[:$(FINALISTS)] + (.[$(FINALISTS):] | map(select(.rule))) | .[]' $< $(to)
# $(call train-each,FOLDER,SUPERNET,OPTIONS): the architectures of stdin on from its
# weights, in a folder, which $(call unless-older,FOLDER,FILES) has removed.
unless-older = for f in $2; do if [ $$f -nt $1 ]; then rm -rf $1; fi; done
train-each = $(here)/finalists.sh $(RUN) $1 train-sub $(threads) $(train-sub.args) $(no-epochs) \
	$3 $(model-options) --valid $(RUN)/valid.jsonl --inherit $2
# Of what only goes on, no epochs are kept to be averaged.
no-epochs = $(if $(filter-out 0,$(AVERAGE)),--keep-last-epochs 0)
$(RUN)/finals.jsonl: $(RUN)/finalists.jsonl $(RUN)/super.safetensors $(RUN)/train.jsonl \
		$(RUN)/valid.jsonl $(call uses,train-sub) $(RUN)/args/final
	$(call say,finalists)$(call unless-older,$(RUN)/finalist,$(filter-out $<,$^)); \
	$(call stage,finalists,$(call \
		train-each,$(RUN)/finalist,$(RUN)/super.safetensors,$(FINAL)) <$< $(to))
# The best of them: by inherited loss, or by that after some training.
$(RUN)/found.json: $(RUN)/$(if $(some-finalists),finals,within).jsonl $(RUN)/args/finalists
	@$(call jq,best,-sc) $< $(to)
# Chance: the first of some drawn that meets it.
$(RUN)/random.json: $(RUN)/space.json $(RUN)/lat.mlp $(RUN)/limit $(RUN)/within.jsonl \
		$(RUN)/id/sample-arch $(RUN)/id/predict-lat $(RUN)/id/profile-arch \
		$(RUN)/args/evolve $(call uses,measure-lat)
	@$(call fresh,$@,journal); \
	$(here)/drawn.sh $< $(RUN)/lat.mlp "$$(jq '. * $(MARGIN)' $(RUN)/limit)" \
		$(evolve.args) | \
	$(call measure,--in-order --resume $@.journal) | $(call jq,chance,-sc) $(limits) \
		--slurpfile within $(RUN)/within.jsonl $(to)
$(RUN)/largest.json: $(RUN)/ends.jsonl
	@sed -n 1p $< $(to)
$(RUN)/smallest.json: $(RUN)/ends.jsonl
	@sed -n 2p $< $(to)

# All four, measured in one run; with the loss of their inherited weights, on
# the sentences that the search used, as it computed it.
models := found largest smallest random
searched := $(strip $(foreach o,--valid-sentences --label-smoothing --dtype,$(filter \
	$o=%,$(subst $o ,$o=,$(strip $(evolve.args))))))
$(RUN)/models.jsonl: $(models:%=$(RUN)/%.json) $(RUN)/super.safetensors $(RUN)/lat.mlp \
		$(RUN)/args/evolve $(call uses,measure-lat) $(call uses,profile-arch) \
		$(RUN)/id/predict-lat $(RUN)/id/eval-arch
	@$(call fresh,$@,journal); \
	for m in $(models); do \
		jq -c --arg name $$m '{name: $$name} + .' $(RUN)/$$m.json; \
	done | \
	$(call measure,--in-order --resume $@.journal) | profile-arch $(profile-arch.args) | \
	predict-lat --predictor $(RUN)/lat.mlp | \
	eval-arch $(threads) $(searched) --weights $(RUN)/super.safetensors \
		--valid $(RUN)/valid.jsonl $(to)

# --- 5: train, translate, score ----------------------------------------------

# What they learn from: the text, or a teacher.
include $(here)/distill.mk

# What is to be timed comes before what would disturb it; distill times nothing.
TIMED ?= $(if $(filter-out distill,$(or $(MAKECMDGOALS),run)),$(RUN)/models.jsonl)
# Who is found again is not trained again, where nothing else has changed.
found-again = $(if $(filter-out $<,$?),,if [ "$$(profile-arch -w $@ 2>&1 | jq -c .arch \
	2>&1)" = "$$(jq -c .arch $<)" ]; then touch $@; exit; fi;)
$(RUN)/%.safetensors: $(RUN)/%.json $(RUN)/valid.jsonl $$(call learns-from,$$*) \
		$(call uses,train-sub) | $(TIMED) $(RUN)/test.jsonl
	@$(found-again) $(call saying,train-sub $*)$(call fresh,$@,checkpoint); \
	$(call stage,train-sub-$*,train-sub $(threads) $(train-sub.args) \
		$(call soft-options,$*) $(more) --arch $< $(model-options) \
		--valid $(RUN)/valid.jsonl --resume $@.journal -o $@ \
		<$(call lesson,$*) >$(RUN)/$*.log.jsonl); rm -f $@.checkpoint
$(RUN)/%.final.safetensors: $(RUN)/%.safetensors $(RUN)/args/train-sub \
		$(if $(filter-out 0,$(AVERAGE)),$(RUN)/id/average-weights)
	@$(if $(filter-out 0,$(AVERAGE)),average-weights -o $@ \
		$(RUN)/$*.epoch*.safetensors,cat $< $(to))

$(RUN)/%.hyp: $(RUN)/%.final.safetensors $(RUN)/test.jsonl $(call uses,translate) \
		$(RUN)/args/remove-bpe
	$(call say,translate $*)$(call stage,translate-$*,translate $(translate-threads) \
		$(translate.args) --weights $< --remove-bpe $(REMOVE_BPE) \
		<$(RUN)/test.jsonl $(to))
$(RUN)/%.inherited.hyp: $(RUN)/%.json $(RUN)/super.safetensors $(RUN)/test.jsonl \
		$(call uses,translate) $(RUN)/args/remove-bpe
	@translate $(translate-threads) $(translate.args) --arch $< \
		--weights $(RUN)/super.safetensors --remove-bpe $(REMOVE_BPE) \
		<$(RUN)/test.jsonl $(to)
$(RUN)/%.bleu: $(RUN)/%.hyp $(call uses,bleu)
	@bleu $(bleu.args) -w 2 <$< $(to)
# The loss of what was trained, on the validation text: for ranks.mk and proof.mk.
$(RUN)/%.scored: $(RUN)/%.json $(RUN)/%.final.safetensors $(RUN)/valid.jsonl
	@eval-arch --quiet $(threads) --weights $(RUN)/$*.final.safetensors \
		--valid $(RUN)/valid.jsonl <$< $(to)

# What codebooks cost.
include $(here)/quantize.mk

# --- what inherited weights are worth ----------------------------------------

# The model found: as it comes from the supernet, trained on from there for a
# quarter of the steps, trained from scratch for as many, and for all.
quarters := found.quarter found.tuned
$(quarters:%=$(RUN)/%.json): $(RUN)/found.json
	@cat $< $(to)
$(quarters:%=$(RUN)/%.safetensors): private more = $(QUARTER) \
	$(if $(findstring tuned,$@),--inherit $(RUN)/super.safetensors)
quarter.args = $(QUARTER)
$(quarters:%=$(RUN)/%.safetensors): $(RUN)/args/quarter
$(RUN)/found.tuned.safetensors: $(RUN)/super.safetensors
$(if $(filter inherit,$(MAKECMDGOALS)),$(if $(strip $(QUARTER)),,$(error QUARTER \
	is not set: options of train-sub for a quarter of its steps)))
.PHONY: inherit
inherit: $(foreach m,found.inherited found.tuned found.quarter found,$(RUN)/$m.bleu)
	@row() { printf '%-37s %6s\n' "$$1" "$$(jq .score $(RUN)/$$2.bleu)"; }; \
	echo 'BLEU of the model found, from'; row 'the supernet, not trained on' found.inherited; \
	row 'the supernet, a quarter of the steps' found.tuned; \
	row 'scratch, a quarter of the steps' found.quarter; \
	row 'scratch, all steps' found

# --- the report --------------------------------------------------------------

# Is the model found different from the others that were trained?
trained.args = $(TRAINED)
compared := $(if $(filter found,$(TRAINED)),$(filter-out found,$(TRAINED)))
$(RUN)/paired.jsonl: $(TRAINED:%=$(RUN)/%.hyp) $(RUN)/args/trained $(call uses,bleu)
	@$(if $(compared),bleu $(bleu.args) --paired-ar $(RUN)/found.hyp \
		$(compared:%=$(RUN)/%.hyp),:) $(to)

include $(here)/report/stages.mk
# report.html comes with it
$(RUN)/report.txt: $(RUN)/models.jsonl $(RUN)/search.jsonl $(RUN)/within.jsonl \
		$(RUN)/limit $(RUN)/paired.jsonl \
		$(if $(some-finalists),$(RUN)/finals.jsonl) $(searches) $(RUN)/args/strategies \
		$(TRAINED:%=$(RUN)/%.bleu) $(models:%=$(RUN)/%.inherited.bleu) \
		$(RUN)/id/predict-lat $(wildcard $(here)/report/*)
	@$(here)/report/report.sh $(RUN) '$(TRAINED)' $(if \
		$(SEGMENTED),$(call quote,$(REMOVE_BPE)),'') '$(TEACHER)' \
		'$(STRATEGIES)' '$(some-finalists)' '$(stages)' $(to)

run: $(RUN)/report.txt
	$(if $(looking),,@cat $<)
