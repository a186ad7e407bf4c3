# variants.mk - ways to train a supernet, all on as many tokens as the task's own:
# options of train-super behind the task's.

# $(call number-of,OPTION,DEFAULT): what the task's supernet is trained with
number-of = $(or $(shell sed -n 's/.*--$1[ =]*\([0-9]*\).*/\1/p' <<<$(call \
	quote,$(train-super.args))),$2)
# where N SubTransformers see a batch, batches are an N-th
of-batch = --max-tokens $(shell echo $$(($(call number-of,max-tokens,4096) / $1)))
variant.path := $(if $(MEAN),--keep-last-epochs $(MEAN))
variant.cosine := --lr-scheduler cosine
variant.larger := --sample larger
variant.subs4 := --subs 4 $(call of-batch,4)
variant.sandwich4 := --sandwich 4 $(call of-batch,4)
variant.sandwich4cosine := $(variant.sandwich4) --lr-scheduler cosine
variant.kl4 := $(variant.sandwich4) --inplace-distill kl --distill-weight 0.5
variant.alpha4 := $(variant.sandwich4) --inplace-distill alpha --distill-weight 0.5
# these learn from the largest alone
variant.kl4only := $(variant.sandwich4) --inplace-distill kl
variant.alpha4only := $(variant.sandwich4) --inplace-distill alpha
