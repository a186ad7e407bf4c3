#include <math.h>
#include "block.h"
#include "profile.h"
#include "rec/rec.h"

/* All layers together; a block's dimensions may be averages over them. */
struct totals {
	double params, macs;
};

static void
add_block(struct totals *sum, const struct block_kind *kind, double layers,
	const struct block_dims *d, double t, double ts)
{
	struct block_cost c = kind->cost(d, t, ts);

	sum->params += layers * c.params;
	sum->macs += layers * c.macs;
}

static struct profile
profile(const struct totals *sum, double e, double d, const struct task *t,
	int tgt_len)
{
	struct profile p = { .params = sum->params, .flops = 2 * sum->macs };

	if (t->src_vocab && t->tgt_vocab) {
		double src_words = t->src_vocab, tgt_words = t->tgt_vocab;
		p.params_embedding = t->share_all_embeddings > 0 ?
			tgt_words * (d > e ? d : e) :
			src_words * e + 2 * tgt_words * d;
		p.flops_output = 2.0 * tgt_len * d * tgt_words;
		p.weight_bytes = 4 * (p.params + p.params_embedding);
	}
	return p;
}

struct profile
arch_profile(const struct arch *a, const struct task *t, int src, int tgt)
{
	const struct block_kind *kind[LAYER_BLOCKS];
	struct totals sum = { 0, 0 };

	for (enum stack s = ENCODER; s < STACKS; s++)
		for (int i = 0; i < stack_layers(a, s); i++) {
			int n = block_kinds(s, a, i, kind);
			for (int k = 0; k < n; k++) {
				struct block b = block_shaped(kind[k], s, i,
					a);
				struct block_dims d = block_dims(&b);
				add_block(&sum, kind[k], 1, &d,
					s == ENCODER ? src : tgt, src);
			}
		}
	return profile(&sum, a->encoder_embed_dim, a->decoder_embed_dim, t,
		tgt);
}

struct profile
features_profile(const double f[FEATURES], int qkv_dim, const struct task *t,
	int src, int tgt)
{
	double e = f[0], d = f[4], q = qkv_dim;
	/* averages that all layers together make whole numbers */
	double encoder_ffn = round(f[1] * f[2]) / f[1];
	double decoder_ffn = round(f[5] * f[6]) / f[5];
	double segments = round(f[5] * f[9]) / f[5];
	struct totals sum = { 0, 0 };

	struct block_dims encoder = { .width = e, .inner = q };
	struct block_dims decoder = { .width = d, .inner = q,
		.segments = segments, .memory_width = e };

	add_block(&sum, &block_self, f[1], &encoder, src, src);
	add_block(&sum, &block_self, f[5], &decoder, tgt, src);
	add_block(&sum, &block_cross, f[5], &decoder, tgt, src);
	encoder.inner = encoder_ffn;
	add_block(&sum, &block_ffn, f[1], &encoder, src, src);
	decoder.inner = decoder_ffn;
	add_block(&sum, &block_ffn, f[5], &decoder, tgt, src);
	sum.params = round(sum.params);
	sum.macs = round(sum.macs);
	return profile(&sum, e, d, t, tgt);
}

void
profile_members(struct buf *b, const struct profile *p)
{
	member_int(b, "params", (long)p->params);
	member_int(b, "flops", (long)p->flops);
	if (p->weight_bytes > 0) {
		member_int(b, "params_embedding", (long)p->params_embedding);
		member_int(b, "flops_output", (long)p->flops_output);
		member_int(b, "weight_bytes", (long)p->weight_bytes);
	}
}
