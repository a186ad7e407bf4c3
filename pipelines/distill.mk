# distill.mk - learning from a teacher; method.mk includes it.
#
# What a model is trained on, by its way of learning:
#   none       the text
#   token      the text, and at each word what the teacher expects (soft-label)
#   sequence   the teacher's own translations of the text (translate), the NBEST best
#              of each sentence
#   both       those, and at each of their words what the teacher expects
TEACHER ?= none
TEACHERS ?= $(RUN)/largest.final.safetensors
NBEST ?= 1
SEEDS ?= 1 2 3

ways := none token sequence both
lesson.none := $(RUN)/train.jsonl
lesson.token := $(RUN)/train.token.jsonl.zst
lesson.sequence := $(RUN)/train.sequence.jsonl
lesson.both := $(RUN)/train.both.jsonl.zst

# $(call way,MODEL): all but the largest, which teaches, learn by TEACHER.
way = $(if $(filter student.%,$1),$(patsubst student.%,%,$(basename $1)),$(if \
	$(filter largest,$1),none,$(or $(TEACHER),none)))
lesson = $(lesson.$(call way,$1))
soft-options = $(if $(filter token both,$(call way,$1)),$(DISTILL))
teacher.args = $(TEACHER)
distill.args = $(DISTILL)
several := $(filter-out 1,$(NBEST))
teachers.args = $(several:%=the % best)
# What a model depends on for this.
learns-from = $(call lesson,$1) $(if $(filter largest student.%,$1),,$(RUN)/args/teacher) \
	$(if $(filter token both,$(call way,$1)),$(RUN)/args/distill)

taught-by := $(call bytes-of,teachers,$(TEACHERS))
teachers-options = $(TEACHERS:%=--weights %) $(dict-options)
$(lesson.token): $(lesson.none)
$(lesson.both): $(lesson.sequence)
$(lesson.token) $(lesson.both): $(taught-by) $(dicts) $(call uses,soft-label)
	$(call say,soft-label $(@F))$(call stage,soft-label-$(@F:.jsonl.zst=),soft-label \
		$(threads) $(soft-label.args) $(teachers-options) -o $@ \
		<$(filter %.jsonl,$^))
# Of several teachers the first translates; a translation without an end teaches
# nothing, it is cut. Without input soft-label only looks
# whether its words are those of the text.
$(lesson.sequence): $(lesson.none) $(taught-by) $(RUN)/args/teachers $(dicts) \
		$(call uses,translate) $(RUN)/id/soft-label
	$(call say,translate $(@F))soft-label $(teachers-options) </dev/null; \
	$(call stage,translate-$(@F:.jsonl=),translate $(threads) \
		--max-len-a 2 --max-len-b 20 $(translate.args) $(several:%=--nbest %) \
		--weights $(firstword $(TEACHERS)) <$< | \
		jq -c '{src$(comma) tgt: $(if $(several),.nbest[]).hyp_tokens}' $(to))

# --- what a teacher is worth -------------------------------------------------

# A small model, trained in every way with several seeds: STUDENT, or one of the
# space with about 60% of the largest's parameters.
students := $(foreach w,$(ways),$(SEEDS:%=student.$w.%))
$(RUN)/student.json: $(if $(STUDENT),,$(RUN)/space.json $(RUN)/ends.jsonl $(call \
		uses,profile-arch) $(RUN)/id/sample-arch) $(call bytes-of,student,$(STUDENT))
	@$(if $(STUDENT),cat $(STUDENT),{ sed -n 1p $(RUN)/ends.jsonl; \
		sample-arch -n 2000 --seed 2 <$<; } | profile-arch | \
		$(call jq,student,-sc)) $(to)
$(students:%=$(RUN)/%.json): $(RUN)/student.json
	@cat $< $(to)
$(foreach s,$(SEEDS),$(eval $(foreach w,$(ways),$(RUN)/student.$w.$s.safetensors): \
	private more = --seed $s))
# The teachers' own scores, a line each, in order.
$(RUN)/teachers.jsonl: $(taught-by) $(RUN)/test.jsonl $(call uses,translate) $(call uses,bleu)
	@for teacher in $(TEACHERS); do \
		translate $(translate-threads) $(translate.args) --weights $$teacher \
			--remove-bpe $(REMOVE_BPE) <$(RUN)/test.jsonl | \
		bleu $(bleu.args) -w 2 | jq -c .; \
	done $(to)
.PHONY: distill
distill: $(RUN)/teachers.jsonl $(students:%=$(RUN)/%.bleu)
	@size() { profile-arch <$(RUN)/$$1.json | \
		jq -r '.params * 100 / 1e6 | round / 100 | "\(.) M"'; }; \
	row() { jq .score "$${@:2}" | awk -v what="$$1" '{ score[NR] = $$1; sum += $$1; \
		each = each sprintf(" %6.2f", $$1) } \
		END { mean = sum / NR; for (i in score) squares += (score[i] - mean) ^ 2; \
		printf "%-46s %6.2f%s\n", what, mean, (NR > 1 ? sprintf(" +- %.2f %s", \
		sqrt(squares / (NR - 1) / NR), each) : "") }'; }; \
	echo 'BLEU: mean with its standard error, and with each seed'; \
	n=0; for teacher in $(TEACHERS); do n=$$((n + 1)); \
		is=$$teacher; [ $$teacher != $(RUN)/largest.final.safetensors ] || \
			is="$$(size largest) parameters"; \
		row "teacher, $$is" <(sed -n $${n}p $(RUN)/teachers.jsonl); \
	done; \
	row "student, $$(size student): without it" $(SEEDS:%=$(RUN)/student.none.%.bleu); \
	row '    its soft targets (token)' $(SEEDS:%=$(RUN)/student.token.%.bleu); \
	row '    its translations (sequence)' $(SEEDS:%=$(RUN)/student.sequence.%.bleu); \
	row '    soft targets of its translations (both)' $(SEEDS:%=$(RUN)/student.both.%.bleu)
