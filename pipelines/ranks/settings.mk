# settings.mk - what trainings have in common: with the same text and settings their scores can
# be compared. Included by ranks.mk and proof.mk.

# The words that must agree before two rows are of one table.
$(RUN)/rank.pairs: $(RUN)/train.jsonl $(RUN)/valid.jsonl $(RUN)/test.jsonl
	@cat $^ | sha256sum | cut -c 1-16 | $(call if-changed,$@)
# Teachers are told by their bytes; those that are made here, perhaps later, by the space.
digits = $(shell sha256sum <$1 | cut -c 1-16)
made-here = $(filter $(foreach m,rank $(models),$(RUN)/$m.%),$1)
told = $(if $(call made-here,$1),$(notdir $1) of $(call digits,$(SPACE)),$(call digits,$1))
rank-teacher := $(if $(filter-out none,$(TEACHER)),$(strip $(TEACHER) of $(foreach \
	t,$(TEACHERS),$(call told,$t)) $(if $(filter-out token,$(TEACHER)),$(several:%=the % \
	best)) $(soft-label.args) $(DISTILL)))
settings-record = {"train-sub": "$(strip $(train-sub.args))", "average": $(AVERAGE), \
	"translate": "$(strip $(translate.args))", "bleu": "$(strip $(bleu.args))"$(if \
	$(rank-teacher),$(comma) "teacher": "$(rank-teacher)")}
