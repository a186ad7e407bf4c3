# quantize.mk - what codebooks in place of weights cost; method.mk includes it.
#
# A model in codebooks is named by them, such as found.q4.all.tuned:
#   q4       indices of 4 bits (quantize --bits 4)
#   .all     the embeddings, too (quantize --embeddings)
#   .tuned   the codebooks are trained (train-sub --codebooks)
QUANTIZED ?= largest found
CODEBOOKS ?= 8 4 4.tuned 4.all 4.all.tuned
TUNE ?= --max-update 300 --warmup-updates 30 --lr 1e-3

tune.args = $(TUNE)
in-codebooks := $(foreach m,$(QUANTIZED),$(CODEBOOKS:%=$m.q%))
rows.quantize := $(foreach m,$(QUANTIZED),$m $(CODEBOOKS:%=$m.q%))
untuned := $(sort $(patsubst %.tuned,%,$(in-codebooks)))
# The model of found.q4.all, and its bits.
model-of = $(firstword $(subst .q, ,$1))
bits-of = $(firstword $(subst ., ,$(lastword $(subst .q, ,$1))))

$(untuned:%=$(RUN)/%.final.safetensors): $(RUN)/%.final.safetensors: \
		$(RUN)/$$(call model-of,$$*).final.safetensors $(call uses,quantize)
	$(call say,quantize $*)$(call stage,quantize-$*,quantize $(threads) $(quantize.args) \
		--bits $(call bits-of,$*) $(if $(filter %.all,$*),--embeddings) -o $@ $< \
		>$(call temp,$(RUN)/$*.errors.jsonl)); \
	mv $(call temp,$(RUN)/$*.errors.jsonl) $(RUN)/$*.errors.jsonl
# As the model itself was trained, but for TUNE.
$(patsubst %,$(RUN)/%.final.safetensors,$(filter %.tuned,$(in-codebooks))): \
		$(RUN)/%.tuned.final.safetensors: $(RUN)/%.final.safetensors $(RUN)/valid.jsonl \
		$$(call learns-from,$$(call model-of,$$*)) $(RUN)/args/tune \
		$(call uses,train-sub) | $(TIMED)
	$(call say,train-sub --codebooks $*)$(call fresh,$@,checkpoint); \
	$(call stage,train-sub-$*.tuned,train-sub $(threads) $(train-sub.args) \
		$(if $(filter-out 0,$(AVERAGE)),--keep-last-epochs 0) \
		$(call soft-options,$(call model-of,$*)) $(TUNE) --codebooks $< \
		--valid $(RUN)/valid.jsonl --resume $@.journal -o $@ \
		<$(call lesson,$(call model-of,$*)) >$(RUN)/$*.tuned.log.jsonl); \
	rm -f $@.checkpoint
# Timed when all else is done.
$(rows.quantize:%=$(RUN)/%.ms.json): $(RUN)/%.ms.json: $(RUN)/%.final.safetensors \
		$(RUN)/$$(call model-of,$$*).json $(call uses,measure-lat) \
		| $(rows.quantize:%=$(RUN)/%.bleu)
	@measure-lat $(measure-lat.args) --accept-unsettled --weights $< <$(word 2,$^) $(to)
.PHONY: quantize
quantize: $(rows.quantize:%=$(RUN)/%.bleu) $(rows.quantize:%=$(RUN)/%.ms.json)
	@$(here)/quantize.sh $(RUN) '$(QUANTIZED)' '$(CODEBOOKS)'
