# quantize.mk - what codebooks in place of weights cost; method.mk includes it.
#
# A model in codebooks is named by them, such as found.q4.all.tuned:
#   q4       indices of 4 bits (quantize --bits 4)
#   .all     the embeddings, too (quantize --embeddings)
#   .tuned   the codebooks are trained (train-sub --codebooks); found.longer are
#            the floats trained on as long, to tell what the codebooks cost then
#   .moved   .. and the indices (train-sub --codebooks --floats)
QUANTIZED ?= largest found
CODEBOOKS ?= 8 4 4.tuned 4.all 4.all.tuned
PEERS ?=
TUNE ?= --max-update 300 --warmup-updates 30 --lr 1e-3

tune.args = $(TUNE)
ifneq (,$(filter quantize,$(MAKECMDGOALS)))
$(if $(strip $(CODEBOOKS)),,$(error CODEBOOKS is empty: want bits from 2 to 8, such as 8 4.tuned))
$(if $(device),$(error DEVICE is "$(DEVICE)": only CPUs look up codebooks, so make quantize \
	wants DEVICE=cpu))
endif
in-books = $(strip $(foreach m,$(QUANTIZED),$(patsubst %,$m.q%,$1)))
tuned := $(call in-books,$(filter %.tuned,$(CODEBOOKS)))
moved := $(call in-books,$(filter %.moved,$(CODEBOOKS)))
longer := $(if $(tuned)$(moved),$(QUANTIZED:%=%.longer))
untuned := $(call in-books,$(sort $(patsubst %.moved,%,$(CODEBOOKS:%.tuned=%))))
# Models of others, peer1 and so on, which only stand beside these.
peers := $(if $(PEERS),$(addprefix peer,$(shell seq $(words $(PEERS)))))
rows.quantize := $(QUANTIZED) $(longer) $(call in-books,$(CODEBOOKS)) $(peers)
# What all are compared with: the first model's floats, trained as long.
quantize-base := $(firstword $(longer) $(QUANTIZED))
# The model of found.q4.all, and its bits.
model-of = $(firstword $(subst ., ,$1))
bits-of = $(patsubst q%,%,$(word 2,$(subst ., ,$1)))

$(untuned:%=$(RUN)/%.final.safetensors): $(RUN)/%.final.safetensors: \
		$(RUN)/$$(call model-of,$$*).final.safetensors $(call uses,quantize)
	$(call say,quantize $*)$(call stage,quantize-$*,quantize $(threads) $(quantize.args) \
		--bits $(call bits-of,$*) $(if $(filter %.all,$*),--embeddings) \
		-o $(call temp,$@) $< >$(call temp,$(RUN)/$*.errors.jsonl)); \
	mv $(call temp,$(RUN)/$*.errors.jsonl) $(RUN)/$*.errors.jsonl; mv $(call temp,$@) $@
# A model with other words is refused.
peers.args = $(PEERS)
peer = $(word $(patsubst peer%,%,$*),$(PEERS))
$(peers:%=$(RUN)/%.final.safetensors): $(RUN)/%.final.safetensors: $(call \
		bytes-of,peers,$(PEERS)) $(dicts) $(RUN)/id/soft-label
	@soft-label --weights $(peer) $(dict-options) </dev/null; cat $(peer) $(to)
$(peers:%=$(RUN)/%.json): $(RUN)/%.json: $(RUN)/%.final.safetensors $(RUN)/args/peers \
		$(RUN)/id/profile-arch
	@profile-arch --weights $< | jq -c --arg name $(peer) '{$$name} + .' $(to)
# As the model itself was trained, but for TUNE. It starts from what its name says before
# the last dot: found.q4.tuned from found.q4.
start = $(basename $1)
trained-on = $(if $(call bits-of,$1),--codebooks,--arch $(RUN)/$1.json --inherit)
floats-of = $(if $(filter %.moved,$1),--floats \
	$(RUN)/$(call model-of,$1).final.safetensors)
more-trained := $(tuned) $(moved) $(longer)
$(more-trained:%=$(RUN)/%.final.safetensors): $(RUN)/%.final.safetensors: \
		$(RUN)/$$(call start,$$*).final.safetensors $(RUN)/valid.jsonl \
		$$(call learns-from,$$(call model-of,$$*)) $(RUN)/args/tune \
		$(call uses,train-sub) | $(TIMED)
	$(call say,train-sub $*)$(call fresh,$@,checkpoint); \
	$(call stage,train-sub-$*,train-sub $(threads) $(train-sub.args) \
		$(no-epochs) $(call soft-options,$(call model-of,$*)) $(TUNE) \
		$(call trained-on,$(call start,$*)) $< $(call floats-of,$*) \
		--valid $(RUN)/valid.jsonl --resume $@.journal -o $@ \
		<$(call lesson,$(call model-of,$*)) >$(RUN)/$*.log.jsonl); \
	rm -f $@.checkpoint
# Timed when all else is done, as what was scored: floats as what translate makes of
# them, whatever the search was told that it would make.
translate-dtype = $(or $(patsubst --dtype=%,%,$(lastword $(filter --dtype=%,$(subst \
	--dtype ,--dtype=,$(strip $(translate.args)))))),fp32)
scored.args = $(translate-dtype)
$(rows.quantize:%=$(RUN)/%.ms.json): $(RUN)/%.ms.json: $(RUN)/%.final.safetensors \
		$(RUN)/$$(call model-of,$$*).json $(RUN)/args/scored $(call uses,measure-lat) \
		| $(rows.quantize:%=$(RUN)/%.bleu)
	@$(measurer) $(measure-lat.args) --dtype $(translate-dtype) --in-order \
		--accept-unsettled --weights $< <$(word 2,$^) $(to)
# How surely they differ from the first.
codebooks.args = $(quantize-base) $(rows.quantize)
$(RUN)/quantize.paired.jsonl: $(rows.quantize:%=$(RUN)/%.hyp) $(RUN)/args/codebooks \
		$(call uses,bleu)
	@bleu $(bleu.args) --paired-ar $(quantize-base:%=$(RUN)/%.hyp) $(patsubst \
		%,$(RUN)/%.hyp,$(filter-out $(quantize-base),$(rows.quantize))) $(to)
.PHONY: quantize
quantize: $(rows.quantize:%=$(RUN)/%.bleu) $(rows.quantize:%=$(RUN)/%.ms.json) \
		$(RUN)/quantize.paired.jsonl
	@$(here)/quantize.sh $(RUN) '$(strip $(QUANTIZED))' '$(strip $(CODEBOOKS))' '$(peers)'
