# check.mk - a task file's mistakes are told before anything runs, each in one
# sentence that names the variable (pipelines/check).
given := $(foreach v,$(.VARIABLES),$(if $(filter file command override,$(firstword \
	$(origin $v))),$v))
include $(here)/names.mk
programs := make-corpus make-dict encode-text train-super sample-arch measure-lat \
	fit-mlp evolve train-sub soft-label translate profile-arch bleu quantize

# Blanks, as they stand before a comment behind a value, are no part of it; those
# inside a name are.
$(foreach v,$(filter-out %.args REMOVE_BPE QUARTER more TIMED,$(settings)),$(if \
	$(word 2,$($v)),,$(if $($v),$(eval override $v := $$(strip $$($v))))))
$(foreach v,RUN CORPUS SRC TGT TRAIN VALID TEST SPACE,$(eval $(call \
	check-name,$v)))
$(foreach v,TEACHERS STUDENT PEERS,$(if $($v),$(eval $(call check-names,$v))))
ifndef SEGMENTED
$(if $(findstring $(comma),$(RUN)$(CORPUS)$(TRAIN)),$(error spm_train takes \
	names apart at a comma: RUN, CORPUS and TRAIN must have none))
endif

# Where nothing is timed, nothing is searched.
setting = $(call quote,$1=$(if $(filter TIMED,$1),$(if $(filter \
	undefined,$(origin TIMED)),,$(or $(TIMED),none)),$($1)))
mistake := $(shell $(here)/check '$(programs)' $(foreach v,$(filter-out \
	%.args,$(settings)),$(call setting,$v)) -- $(foreach v,$(given),$(call quote,$v)))
$(if $(mistake),$(error $(mistake)))

$(if $(TEACHERS)$(filter-out 1,$(NBEST))$(DISTILL),$(if $(TEACHER)$(filter distill \
	$(RUN)/student%,$(MAKECMDGOALS)),,$(error $(or $(if $(TEACHERS),TEACHERS),$(if \
	$(DISTILL),DISTILL),NBEST) is set, but TEACHER is not: want token, sequence or both)))

# $(call count-sides,FILES): of two files in turn the lines must be as many, and
# UTF-8: SentencePiece puts U+FFFD for what is not, and says nothing.
# make-dict would unpack what others take as it is.
count-sides = lines() { grep -ac '' "$$1" || :; }; \
	is_text() { case $$(head -c 4 "$$1" | od -An -tx1) in ' 28 b5 2f fd') \
	echo "$$1: compressed: zstd -d unpacks it" >&2; return 1 ;; esac; \
	[ ! -s "$$1" ] || make-dict "$$1" >/dev/null; }; \
	sides() { while [ $$\# -gt 0 ]; do is_text $$1 && is_text $$2 || exit 1; \
	a=$$(lines $$1); b=$$(lines $$2); \
	if [ "$$a" != "$$b" ]; then echo "The sides are of unequal length: $$1 has \
	$$a lines, $$2 has $$b" >&2; exit 1; fi; if [ "$$a" = 0 ]; then \
	echo "There is no line in $$1 and $$2" >&2; exit 1; fi; echo $$1 $$2 $$a; \
	shift 2; done; }; sides $1

# What SentencePiece says of itself.
spm-says = { code=$$?; { echo "spm_train, VOCAB is $(VOCAB):"; \
	sed -n 's/.*\.cc([0-9]*) *\[[^]]*\] *//p' $1; } | tr '\n' ' ' >&2; echo >&2; exit $$code; }

# The limit, between what the smallest and the largest of the space take.
limit-name := LIMIT$(if $(LIMIT),,_SHARE)
check-ends = says=$$($(call jq,ends,-rs) --arg name $(limit-name) \
	--argjson limit $(or $(LIMIT),null) --argjson share $(LIMIT_SHARE) $<); \
	if [ "$$says" ]; then echo "$$says" >&2; exit 1; fi

# Of devices that measure together, each must be as the others; where fit-mlp is
# told to mix them, they need not.
check-kinds = says=$$($(if $(filter --force,$(fit-mlp.args)),:,$(call jq,kinds,-rs) $<)); \
	if [ "$$says" ]; then echo "$$says" >&2; exit 1; fi
