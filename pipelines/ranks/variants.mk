# variants.mk - ways to train a supernet, all on as many tokens as the task's own:
# options of train-super behind the task's.

# what the task's supernet is trained with
of-super = $(call number-of,$1,$(train-super.args),$2)
# tokens of a batch x SubTransformers that see it
task-tokens := $(shell echo $$(($(call of-super,max-tokens,4096) * $(or $(filter-out \
	0,$(call of-super,sandwich,0)),$(call of-super,subs,1)))))
# where N SubTransformers see a batch, it has an N-th of the tokens
of-batch = --max-tokens $(shell echo $$(($(task-tokens) / $1)))
single := --sandwich 0 --subs 1 --inplace-distill none $(call of-batch,1)
# HAT's
variant.path := $(single) $(if $(MEAN),--keep-last-epochs $(MEAN))
variant.cosine := $(single) --lr-scheduler cosine
variant.larger := $(single) --sample larger
# .. four at once on a quarter of the batch each
split = $(call of-batch,$1) --update-freq $1 --split-batches
variant.split4 := --sandwich 0 --subs 4 --inplace-distill none $(call split,4)
variant.splitsandwich4 := --sandwich 4 --inplace-distill none $(call split,4)
variant.subs4 := --sandwich 0 --subs 4 --inplace-distill none $(call of-batch,4)
variant.sandwich4 := --sandwich 4 --inplace-distill none $(call of-batch,4)
variant.sandwich4cosine := $(variant.sandwich4) --lr-scheduler cosine
variant.kl4 := $(variant.sandwich4) --inplace-distill kl --distill-weight 0.5
variant.alpha4 := $(variant.sandwich4) --inplace-distill alpha --distill-weight 0.5
# these learn from the largest alone
variant.kl4only := $(variant.kl4) --distill-weight 1
variant.alpha4only := $(variant.alpha4) --distill-weight 1

# $(call want-variants,VARIABLE,NAME ..): they are among these, with options of train-super
want-variants = $(foreach v,$2,$(if $(filter undefined,$(origin variant.$v)),$(error \
	$1: what is $v? Set variant.$v to its options of train-super))$(call \
	tell,variant.$v,$(call args-mistake,train-super,$(train-super.args) $(variant.$v))))
