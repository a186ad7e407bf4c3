#include <math.h>
#include "profile.h"

/* All that is counted: widths, layers, and sums over the layers. */
struct totals {
	double qkv, encoder, decoder, encoder_layers, decoder_layers;
	double encoder_ffn, decoder_ffn, attended;
};

static struct profile
profile(const struct totals *a, const struct task *t, int src, int tgt)
{
	double e = a->encoder, d = a->decoder, q = a->qkv, s = src, n = tgt;
	struct profile p = { 0 };

	p.params = a->encoder_layers * (4 * e * q + 3 * q + 6 * e) +
		a->encoder_ffn * (2 * e + 1) +
		a->decoder_layers * (6 * d * q + 2 * e * q + 6 * q + 9 * d) +
		a->decoder_ffn * (2 * d + 1);
	double macs = a->encoder_layers * (4 * s * e * q + 2 * s * s * q) +
		2 * s * e * a->encoder_ffn +
		a->decoder_layers * (6 * n * d * q + 2 * n * n * q) +
		2 * n * d * a->decoder_ffn +
		a->attended * s * (2 * e * q + 2 * n * q);
	p.flops = 2 * macs;
	if (t->src_vocab && t->tgt_vocab) {
		double src_words = t->src_vocab, tgt_words = t->tgt_vocab;
		p.params_embedding = t->share_all_embeddings > 0 ?
			tgt_words * (d > e ? d : e) :
			src_words * e + 2 * tgt_words * d;
		p.flops_output = 2 * n * d * tgt_words;
		p.weight_bytes = 4 * (p.params + p.params_embedding);
	}
	return p;
}

static double
sum(const int *x, int n)
{
	double v = 0;

	for (int i = 0; i < n; i++)
		v += x[i];
	return v;
}

static double
attended_layers(const struct arch *a)
{
	double v = 0;

	for (int i = 0; i < a->decoder_layer_num; i++)
		v += arbitrary_layers(a->decoder_arbitrary_ende_attn[i]);
	return v;
}

struct profile
arch_profile(const struct arch *a, const struct task *t, int src, int tgt)
{
	struct totals all = {
		a->qkv_dim, a->encoder_embed_dim, a->decoder_embed_dim,
		a->encoder_layer_num, a->decoder_layer_num,
		sum(a->encoder_ffn_embed_dim, a->encoder_layer_num),
		sum(a->decoder_ffn_embed_dim, a->decoder_layer_num),
		attended_layers(a),
	};

	return profile(&all, t, src, tgt);
}

struct profile
features_profile(const double f[FEATURES], int qkv_dim, const struct task *t,
	int src, int tgt)
{
	struct totals all = { qkv_dim, f[0], f[4], f[1], f[5],
		round(f[1] * f[2]), round(f[5] * f[6]), round(f[5] * f[9]) };

	return profile(&all, t, src, tgt);
}

static double
mean(const int *x, int n)
{
	return sum(x, n) / n;
}

void
arch_features(const struct arch *a, double f[FEATURES])
{
	f[0] = a->encoder_embed_dim;
	f[1] = a->encoder_layer_num;
	f[2] = mean(a->encoder_ffn_embed_dim, a->encoder_layer_num);
	f[3] = mean(a->encoder_self_attention_heads, a->encoder_layer_num);
	f[4] = a->decoder_embed_dim;
	f[5] = a->decoder_layer_num;
	f[6] = mean(a->decoder_ffn_embed_dim, a->decoder_layer_num);
	f[7] = mean(a->decoder_self_attention_heads, a->decoder_layer_num);
	f[8] = mean(a->decoder_ende_attention_heads, a->decoder_layer_num);
	f[9] = attended_layers(a) / a->decoder_layer_num;
}
