# proof.mk - is the search worth its cost? It and rules of thumb look for the best
# architecture of a task within several limits; what they find is trained from
# scratch by the task's settings, and scored.
#
#   make -f pipelines/proof.mk TASK=pipelines/demo.mk    # or: make proof TASK=..
#
# What the command line may set beside a task's variables:
#   TASK              the task file
#   PROOF_LIMITS      in % of the largest's latency [40 60 80]
#   PROOF_STRATEGIES  [hat ours random deepest]; strategy.NAME are its options of
#                     evolve, behind the task's own: evaluations are as many for all
#   PROOF_SEEDS       how often each searches, by another seed each time [5]
#
# A winner is trained once, whoever found it. RUN/proof.txt and RUN/proof.svg are
# what comes out; both can be made of a part of the trainings: goal proof-table.
$(foreach v,TASK PROOF_LIMITS PROOF_STRATEGIES PROOF_SEEDS $(filter strategy.%,$(.VARIABLES)),$(if \
	$(filter environment,$(origin $v)),$(eval undefine $v)))
PROOF_LIMITS ?= 40 60 80
PROOF_STRATEGIES ?= hat ours random deepest
PROOF_SEEDS ?= 5
strategy.hat ?=
strategy.ours ?= --seeds rules
strategy.random ?= --random
strategy.deepest ?= --strategy deepest
# these give the same answer whatever the seed
SURE := deepest
.DEFAULT_GOAL := proof
TIMED = $(RUN)/proof.measured.jsonl
$(if $(TASK),,$(error TASK is not set: which task file? Such as \
	TASK=pipelines/demo.mk))
include $(TASK)
$(foreach s,$(PROOF_STRATEGIES),$(if $(filter undefined,$(origin strategy.$s)),$(error \
	PROOF_STRATEGIES: what is $s? Set strategy.$s to its options of evolve)))

remake = $(MAKE) -f $(firstword $(MAKEFILE_LIST))
proofs := $(foreach l,$(PROOF_LIMITS),$(foreach s,$(PROOF_STRATEGIES),$(patsubst \
	%,$l.$s.s%,$(if $(filter $s,$(SURE)),1,$(shell seq $(PROOF_SEEDS))))))
field = $(word $1,$(subst ., ,$2))

# --- searching ---------------------------------------------------------------

$(proofs:%=$(RUN)/args/proof.%): $(RUN)/args/proof.%: FORCE
	@mkdir -p $(@D); echo $(call quote,$(evolve.args) $(strategy.$(call field,2,$*)) \
		$(MARGIN)) | $(call if-changed,$@)
$(proofs:%=$(RUN)/proof.%.search): $(RUN)/proof.%.search: $(RUN)/space.json \
		$(RUN)/super.safetensors $(RUN)/lat.mlp $(RUN)/valid.jsonl $(RUN)/reference \
		$(RUN)/id/evolve $(RUN)/args/proof.%
	$(call say,evolve $*)$(call fresh,$@,journal); \
	$(call stage,proof-$*,evolve $(threads) $(evolve.args) \
		$(strategy.$(call field,2,$*)) --seed $(patsubst s%,%,$(call field,3,$*)) \
		--top 10 --weights $(RUN)/super.safetensors --valid $(RUN)/valid.jsonl \
		--predictor $(RUN)/lat.mlp --limit $$(jq '. * $(call field,1,$*) / 100 \
		* $(MARGIN)' $(RUN)/reference) --resume $@.journal <$(RUN)/space.json $(to))

$(proofs:%=$(RUN)/proof.%.json): $(RUN)/proof.%.json: $(RUN)/proof.%.search \
		$(RUN)/reference $(call uses,measure-lat)
	@jq -c 'select(.result)' $< | \
	$(call measure,--accept-unsettled) | \
	$(call jq,proof-winner,-sc) --slurpfile reference $(RUN)/reference \
		--argjson percent $(call field,1,$*) --arg strategy $(call field,2,$*) \
		--arg seed $(call field,3,$*) $(to)

# --- training what was found -------------------------------------------------

$(RUN)/proof.winners.jsonl: $(proofs:%=$(RUN)/proof.%.json)
	@cat $^ | jq -sc 'map({arch, task, arch_id}) | unique_by(.arch_id)[]' $(to)
# each at a time when the machine is left alone, and beside each other
$(RUN)/proof.measured.jsonl: $(RUN)/proof.winners.jsonl $(RUN)/largest.json \
		$(call uses,measure-lat)
	@cat $(RUN)/largest.json $< | $(call measure,--in-order --accept-unsettled) | \
	profile-arch $(profile-arch.args) $(to)
$(RUN)/proof.arch.%.json: $(RUN)/proof.winners.jsonl
	@jq -c 'select(.arch_id == "$*")' $< | $(call if-changed,$@)

.PHONY: proof proof-table
proof: $(RUN)/proof.measured.jsonl
	@$(remake) $$(jq -r '"$(RUN)/proof.arch.\(.arch_id).bleu"' $(RUN)/proof.winners.jsonl)
	@$(remake) proof-table
proof-table: $(RUN)/proof.measured.jsonl
	@$(here)/proof/table.sh $(RUN)
