# proof.mk - is the search worth its cost? It and rules of thumb look for the best
# architecture of a task within several limits; what they find is trained from
# scratch by the task's settings, and scored.
#
#   make -f pipelines/proof.mk TASK=pipelines/demo.mk    # or: make proof TASK=..
#
# What the command line may set beside a task's variables:
#   TASK              the task file
#   PROOF_LIMITS      in % of the largest's latency, whole numbers [40 60 80]
#   PROOF_STRATEGIES  [hat ours finals random deepest]; strategy.NAME are its options
#                     of evolve, behind the task's own: evaluations are as many for
#                     all. super.NAME is the supernet that it asks, one of
#                     ranks/variants.mk [the task's]. Or, where from.NAME is another
#                     strategy, it goes on from that one's search: its
#                     PROOF_FINALISTS best, and what rules of thumb picked, are
#                     trained on by FINAL from the task's supernet, and the best is
#                     taken
#   PROOF_FINALISTS   [5]
#   PROOF_SEEDS       how often each searches, by another seed each time [5]
#   PROOF_TRAININGS   how often each winner is trained, by another seed each time [1]
#
# A winner is trained for all that found it, each once by one seed before the next
# seed. RUN/proof.txt and RUN/proof.svg are what comes out, of the searches that these
# variables name, no other that lies there; both can be made of a part of the trainings:
# goal proof-table.
$(foreach v,TASK PROOF_LIMITS PROOF_STRATEGIES PROOF_FINALISTS PROOF_SEEDS PROOF_TRAININGS \
	$(filter strategy.% super.% from.%,$(.VARIABLES)),$(if \
	$(filter environment,$(origin $v)),$(eval undefine $v)))
PROOF_LIMITS ?= 40 60 80
PROOF_STRATEGIES ?= hat ours finals random deepest
PROOF_FINALISTS ?= 5
PROOF_SEEDS ?= 5
PROOF_TRAININGS ?= 1
strategy.hat ?=
super.hat ?= path
strategy.ours ?= --seeds rules
strategy.rules ?= --seeds rules
super.rules ?= path
from.finals ?= rules
strategy.random ?= --random
super.random ?= path
strategy.blind ?= --random
strategy.deepest ?= --strategy deepest
# these give the same answer whatever the seed
SURE := deepest
.DEFAULT_GOAL := proof
TIMED = $(RUN)/proof.measured.jsonl
include $(dir $(lastword $(MAKEFILE_LIST)))task.mk
include $(here)/ranks/variants.mk
include $(here)/ranks/settings.mk
$(call want-counts,PROOF_LIMITS)
$(call want-once,PROOF_LIMITS PROOF_STRATEGIES)
$(call want-count,PROOF_SEEDS PROOF_FINALISTS PROOF_TRAININGS)
$(if $(strip $(PROOF_STRATEGIES)),,$(error PROOF_STRATEGIES is empty: want names, such as hat ours))
$(foreach s,$(PROOF_STRATEGIES),$(if $(findstring .,$s),$(error PROOF_STRATEGIES: the name \
	of $s has a dot: give it one without)))
$(foreach s,$(PROOF_STRATEGIES) $(foreach s,$(PROOF_STRATEGIES),$(from.$s)),$(if \
	$(from.$s),,$(if $(filter undefined,$(origin strategy.$s)),$(error \
	PROOF_STRATEGIES: what is $s? Set strategy.$s to its options of evolve))$(call \
	tell,strategy.$s,$(call args-mistake,evolve,$(evolve.args) $(strategy.$s)))))

remake = $(MAKE) -f $(firstword $(MAKEFILE_LIST))
proofs := $(foreach l,$(PROOF_LIMITS),$(foreach s,$(PROOF_STRATEGIES),$(patsubst \
	%,$l.$s.s%,$(if $(filter $s,$(SURE)),1,$(shell seq $(PROOF_SEEDS))))))
field = $(word $1,$(subst ., ,$2))
of-strategy = $(call field,2,$1)
# those that go on, and the search that each is of
going-on := $(foreach p,$(proofs),$(if $(from.$(call of-strategy,$p)),$p))
search-of = $(call field,1,$1).$(or $(from.$(call of-strategy,$1)),$(call \
	of-strategy,$1)).$(call field,3,$1)
searched-ones := $(sort $(foreach p,$(proofs),$(call search-of,$p)))

# --- supernets ---------------------------------------------------------------

supers := $(sort $(foreach s,$(PROOF_STRATEGIES),$(super.$s)))
$(call want-variants,super.NAME,$(supers))
super-of = $(RUN)/$(if $(super.$1),proof.super.$(super.$1),super).safetensors
$(supers:%=$(RUN)/args/proof-super.%): $(RUN)/args/proof-super.%: FORCE
	@mkdir -p $(@D); echo $(call quote,$(train-super.args) $(variant.$*)) \
		| $(call if-changed,$@)
$(supers:%=$(RUN)/proof.super.%.safetensors): $(RUN)/proof.super.%.safetensors: \
		$(RUN)/space.json $(RUN)/train.jsonl $(RUN)/valid.jsonl $(RUN)/args/proof-super.%
	$(call say,train-super $*)$(call fresh,$@,checkpoint); \
	$(call stage,proof-super-$*,$(call supernet,$(train-super.args) $(variant.$*)) \
		>$(RUN)/proof.super.$*.log.jsonl); rm -f $@.checkpoint

# --- searching ---------------------------------------------------------------

proof-top := $(call top-of,$(PROOF_FINALISTS))
other-top := $(patsubst %, top %,$(filter-out 10,$(proof-top)))
$(searched-ones:%=$(RUN)/args/proof.%): $(RUN)/args/proof.%: FORCE
	@mkdir -p $(@D); echo $(call quote,$(evolve.args) $(strategy.$(call field,2,$*)) \
		$(MARGIN)$(other-top)$(if $(super.$(call field,2,$*)), $(super.$(call \
		field,2,$*)))) | $(call if-changed,$@)
$(searched-ones:%=$(RUN)/proof.%.search): $(RUN)/proof.%.search: $(RUN)/space.json \
		$$(call super-of,$$(call of-strategy,$$*)) $(RUN)/lat.mlp $(RUN)/valid.jsonl \
		$(RUN)/reference $(RUN)/id/evolve $(RUN)/args/proof.%
	$(call say,evolve $*)$(call fresh,$@,journal); \
	$(call stage,proof-$*,evolve $(threads) $(evolve.args) \
		$(strategy.$(call field,2,$*)) --seed $(patsubst s%,%,$(call field,3,$*)) \
		--top $(proof-top) --weights $(call super-of,$(call of-strategy,$*)) \
		--valid $(RUN)/valid.jsonl --predictor $(RUN)/lat.mlp \
		--limit $$(jq '. * $(call field,1,$*) / 100 \
		* $(MARGIN)' $(RUN)/reference) --resume $@.journal <$(RUN)/space.json $(to))

# Its best, measured, and what rules of thumb picked.
proof-best.args = $(PROOF_FINALISTS)
$(searched-ones:%=$(RUN)/proof.%.best): $(RUN)/proof.%.best: $(RUN)/proof.%.search \
		$(RUN)/reference $(RUN)/args/proof-best $(call uses,measure-lat)
	@$(call jq,results,-sc) --argjson rules true $< | \
	$(call measure,--accept-unsettled) | \
	$(call jq,proof/best,-sc) --slurpfile reference $(RUN)/reference \
		--argjson percent $(call field,1,$*) --argjson finalists $(PROOF_FINALISTS) $(to)

# --- finalists ---------------------------------------------------------------

# Each once, whoever found it, from the task's supernet.
$(RUN)/proof.finalists.jsonl: $$(foreach p,$$(going-on),$$(RUN)/proof.$$(call search-of,$$p).best)
	@cat /dev/null $^ | jq -c 'select(.finalist) | {arch, task, arch_id}' | \
	jq -sc 'unique_by(.arch_id)[]' | $(call if-changed,$@)
$(RUN)/proof.finals.jsonl: $(RUN)/proof.finalists.jsonl $(RUN)/super.safetensors \
		$(RUN)/train.jsonl $(RUN)/valid.jsonl $(call uses,train-sub) $(RUN)/args/final
	$(call say,finalists)$(call unless-older,$(RUN)/proof.finalist,$(filter-out $<,$^)); \
	$(call train-each,$(RUN)/proof.finalist,$(RUN)/super.safetensors,$(FINAL)) <$< $(to)

winner = $(call jq,proof/winner,-sc) --argjson percent $(call field,1,$*) \
	--arg strategy $(call of-strategy,$*) --arg seed $(call field,3,$*)
$(patsubst %,$(RUN)/proof.%.json,$(filter-out $(going-on),$(proofs))): \
		$(RUN)/proof.%.json: $(RUN)/proof.%.best
	@$(winner) --argjson finals '[]' $< $(to)
$(going-on:%=$(RUN)/proof.%.json): $(RUN)/proof.%.json: \
		$(RUN)/proof.$$(call search-of,$$*).best $(RUN)/proof.finals.jsonl
	@$(winner) --slurpfile finals $(RUN)/proof.finals.jsonl $< $(to)

# --- training what was found -------------------------------------------------

$(RUN)/proof.winners.jsonl: $(proofs:%=$(RUN)/proof.%.json)
	@cat $^ | jq -sc 'map({arch, task, arch_id}) | unique_by(.arch_id)[]' $(to)
# each at a time when the machine is left alone, and beside each other
$(RUN)/proof.measured.jsonl: $(RUN)/proof.winners.jsonl $(RUN)/largest.json \
		$(call uses,measure-lat) $(call uses,profile-arch)
	@cat $(RUN)/largest.json $< | $(call measure,--in-order --accept-unsettled) | \
	profile-arch $(profile-arch.args) $(to)
# proof.arch.ARCH_ID.sSEED
$(RUN)/proof.arch.%.json: $(RUN)/proof.winners.jsonl
	@jq -c 'select(.arch_id == "$(call name,$*)")' $< | $(call if-changed,$@)
$(RUN)/proof.arch.%.safetensors: private more = --seed $(call seed,$(basename $@))

.PHONY: proof proof-table
proof: $(RUN)/proof.measured.jsonl
	@$(remake) $$(for seed in $$(seq $(PROOF_TRAININGS)); do jq -r --arg s $$seed \
		'"$(RUN)/proof.arch.\(.arch_id).s\($$s)" | "\(.).bleu \(.).scored"' \
		$(RUN)/proof.winners.jsonl; done)
	@$(remake) proof-table
# How trainings of one architecture differ, tables of such trainings tell as well.
proof-table: $(RUN)/proof.measured.jsonl $(RUN)/rank.pairs
	@cat /dev/null $(firstword $(wildcard $(RUN)/ranks.jsonl \
		data/ranks/$(basename $(notdir $(TASK))).jsonl)) | \
	$(call jq,ranks/like,-c) --arg pairs $$(cat $(RUN)/rank.pairs) \
		--argjson settings $(call quote,$(settings-record)) \
		>$(call temp,$(RUN)/proof.like.jsonl); \
	mv $(call temp,$(RUN)/proof.like.jsonl) $(RUN)/proof.like.jsonl; \
	$(here)/proof/table.sh $(RUN) '{$(subst $(blank),$(comma),$(strip $(foreach \
		s,$(PROOF_STRATEGIES),$(if $(from.$s),"$s":"$(from.$s)"))))}' \
		$(RUN)/proof.like.jsonl $(PROOF_TRAININGS) \
		$(proofs:%=$(RUN)/proof.%.json)
