# ranks.mk - the ground truth of a task: architectures of its space, each trained
# from scratch by the task's own settings, and scored.
#
#   make -f pipelines/ranks.mk TASK=pipelines/demo.mk    # or: make ranks TASK=..
#
# What the command line may set beside a task's variables:
#   TASK       the task file
#   ARCHS      architectures, as many of each depth of the decoder [24]
#   REPEATED   how many of them are trained with RANK_SEEDS seeds [4, 3]
#   PART       2/3: only the second third of the trainings, in a RUN of its own;
#              several makes or machines share the work
#   KNOWN      rows already there: what a table of these has is not trained again
#              [data/ranks/ of the task]
#
# A training is a file RUN/rank.NAME.sSEED.row, made in any order and gone on
# with when killed. RUN/ranks.jsonl collects those that are there.
$(foreach v,TASK ARCHS REPEATED RANK_SEEDS PART KNOWN VARIANTS BUDGETS SUPER_SEEDS MEAN \
	CONTINUED CONTINUE,$(if $(filter environment,$(origin $v)),$(eval undefine $v)))
TIMED :=
ARCHS ?= 24
REPEATED ?= 4
RANK_SEEDS ?= 3
PART ?= 1/1
.DEFAULT_GOAL := ranks
include $(dir $(lastword $(MAKEFILE_LIST)))task.mk

$(call want-count,ARCHS REPEATED RANK_SEEDS)
KNOWN ?= $(wildcard data/ranks/$(basename $(notdir $(TASK))).jsonl)
$(foreach f,$(KNOWN),$(call tell,KNOWN,$(call unread,profile-arch,,$f)))
task-name := $(basename $(notdir $(TASK)))
remake = $(MAKE) -f $(firstword $(MAKEFILE_LIST))
slash := $(subst /, ,$(PART))
$(if $(shell p=$(word 1,$(slash)) n=$(word 2,$(slash)); [ "$(words $(slash))" = 2 ] && \
	[ "$$p" -ge 1 ] && [ "$$n" -ge "$$p" ] 2>/dev/null && echo fine),,$(error \
	PART is "$(PART)": want such as 2/3, the second of three parts))

# --- what is trained ---------------------------------------------------------

# Depths in turn, so that a table that is half done has all of them; every
# training of one seed comes before the second seed.
archs.args = $(ARCHS)
$(RUN)/rank.archs.jsonl: $(RUN)/space.json $(RUN)/args/archs $(RUN)/id/sample-arch
	@depths=$$(jq '.space.decoder_layer_num_choice | sort[]' $<); \
	each=$$((($(ARCHS) + $$(wc -w <<<"$$depths") - 1) / $$(wc -w <<<"$$depths"))); \
	for d in $$depths; do \
		sample-arch --distinct -n $$each --seed 7 \
			--where "arch.decoder_layer_num==$$d" <$<; \
	done | $(call jq,ranks/strata,-sc) --argjson n $(ARCHS) | $(call if-changed,$@)
numbers := $(shell seq -f %02g $(ARCHS))
trainings := $(numbers:%=a%.s1) $(foreach s,$(filter-out 1,$(shell seq $(RANK_SEEDS))),$(addsuffix \
	.s$s,$(addprefix a,$(wordlist 1,$(REPEATED),$(numbers)))))
# $(call part,LIST): those of PART
part = $(shell printf '%s\n' $1 | awk -v n=$(word 1,$(slash)) -v of=$(word 2,$(slash)) \
	'NR % of == n % of')
rows := $(patsubst %,$(RUN)/rank.%.row,$(trainings))
$(trainings:%=$(RUN)/rank.%.json): $(RUN)/rank.%.json: $(RUN)/rank.archs.jsonl
	@jq -c 'select(.name == "$(call name,$*)")' $< | $(call if-changed,$@)

include $(here)/ranks/settings.mk

# --- one training ------------------------------------------------------------

$(trainings:%=$(RUN)/rank.%.safetensors): private more = --seed \
	$(call seed,$(patsubst $(RUN)/rank.%.safetensors,%,$@))

rank.args = $(train-sub.args) $(AVERAGE) $(translate.args) $(bleu.args)$(if \
	$(rank-teacher), $(rank-teacher))
of-training = --argjson seed $(call seed,$*) --arg pairs $$(cat $(RUN)/rank.pairs) \
	--argjson settings $(call quote,$(settings-record))
# A row does not hang on the bytes of the programs: they change with every build,
# what they compute does not, and a row may cost an hour.
$(rows): $(RUN)/rank.%.row: $(RUN)/rank.%.json $(RUN)/rank.pairs $(RUN)/args/rank
	@row=$$(cat /dev/null $(KNOWN) | $(call jq,ranks/known,-c) $(of-training) \
		--arg name $(call name,$*) --slurpfile arch $< | sed -n 1p); \
	if [ "$$row" ]; then echo "$$row" $(to); exit; fi; \
	$(remake) $(RUN)/rank.$*.bleu $(RUN)/rank.$*.scored; \
	cat $(RUN)/rank.$*.scored $(RUN)/rank.$*.log.jsonl | \
	$(call jq,ranks/row,-sc) $(of-training) --slurpfile bleu $(RUN)/rank.$*.bleu $(to)

# --- the table ---------------------------------------------------------------

.PHONY: ranks ranks-table
$(RUN)/rank.lats.jsonl: $(RUN)/rank.archs.jsonl $(call uses,measure-lat) \
		$(RUN)/args/profile-arch
	$(call say,measure-lat)$(call fresh,$@,journal); $(call measure,--accept-unsettled) \
		--resume $@.journal <$< | \
		profile-arch $(profile-arch.args) $(to)
collect = $(here)/ranks/collect.sh $(RUN) $(call quote,$(settings-record)) \
	$(call quote,$(KNOWN)) >$(call temp,$(RUN)/ranks.jsonl); \
	mv $(call temp,$(RUN)/ranks.jsonl) $(RUN)/ranks.jsonl; \
	echo "$(RUN)/ranks.jsonl: $$(wc -l <$(RUN)/ranks.jsonl) of $(words $(trainings)) trainings"
ranks: $(call part,$(rows)) $(RUN)/rank.lats.jsonl
	@$(collect)
ranks-table: $(RUN)/rank.lats.jsonl $(RUN)/rank.pairs
	@$(collect)

include $(here)/ranks/supers.mk
