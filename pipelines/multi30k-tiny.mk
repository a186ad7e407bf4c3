# Transformer-Tiny of "Good for Misconceived Reasons" (Wu et al., ACL 2021) on
# Multi30k: width 128, FFN 256, 4+4 layers, 4 heads. Published for English to
# German: 41.02 tokenised BLEU. No search: one training, one score.
#   INHERIT   supernet to start from, such as runs/multi30k-en-de/super.safetensors
SRC := en
TGT := de
RUN := runs/multi30k-tiny-$(SRC)-$(TGT)$(if $(INHERIT),-inherited)
INHERIT :=
# 84 epochs
UPDATES := 5200
include pipelines/multi30k-common.mk

# The published settings, with two batches an update, as on two GPUs. Half of
# that with a cosine schedule scores two points less, however long it trains.
# DTYPE=fp32 is faster where the CPU has no AMX: by 1.3 with AVX2.
DTYPE := bf16
train-sub.args := --dtype $(DTYPE) --max-update $(UPDATES) --max-tokens 4096 \
	--update-freq 2 --lr 5e-3 --lr-scheduler inverse_sqrt \
	--warmup-updates 2000 --dropout 0.3 --label-smoothing 0.1 \
	--clip-norm 1 --weight-decay 1e-4 --seed 1 \
	$(if $(INHERIT),--inherit $(INHERIT))
AVERAGE := 10
# make quantize DATA=folder
QUANTIZED := tiny
TUNE := --max-update 500 --update-freq 1 --warmup-updates 50 --lr 1e-3
measure-lat.args := --src-len 14 --tgt-len 14 --beam 5
TIMED :=
.DEFAULT_GOAL := tiny
include pipelines/method.mk

each = [range(4) | $1]
tiny.jq = {arch: {qkv_dim: 128, encoder_embed_dim: 128, encoder_layer_num: 4, \
	encoder_ffn_embed_dim: $(call each,256), encoder_self_attention_heads: $(call each,4), \
	decoder_embed_dim: 128, decoder_layer_num: 4, \
	decoder_ffn_embed_dim: $(call each,256), decoder_self_attention_heads: $(call each,4), \
	decoder_ende_attention_heads: $(call each,4), decoder_arbitrary_ende_attn: $(call each,-1)}}
tiny-arch.args := $(tiny.jq)
$(RUN)/tiny.json: $(RUN)/args/tiny-arch
	@jq -nc -f $< $(to)
ifdef INHERIT
$(RUN)/tiny.safetensors: $(call bytes-of,inherit,$(INHERIT))
endif
cost.jq = select(.event == "save") | "trained in \(.seconds | round) s, " + \
	"\(.core_seconds | round) core-seconds, \(.peak_mb | round) MB"
.PHONY: tiny
tiny: $(RUN)/tiny.bleu
	@jq -r '"BLEU \(.score): \(.verbose_score)"' $<
	@jq -r '$(cost.jq)' $(RUN)/tiny.log.jsonl
