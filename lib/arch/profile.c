#include "profile.h"

struct profile
arch_profile(const struct arch *a, const struct task *t, int src, int tgt)
{
	double e = a->encoder_embed_dim, d = a->decoder_embed_dim;
	double q = a->qkv_dim, s = src, n = tgt;
	struct profile p = { 0 };
	double macs = 0;

	for (int i = 0; i < a->encoder_layer_num; i++) {
		double f = a->encoder_ffn_embed_dim[i];
		p.params += 3 * e * q + 3 * q + q * e + e + 4 * e +
			e * f + f + f * e + e;
		macs += s * (4 * e * q + 2 * e * f) + 2 * s * s * q;
	}
	for (int i = 0; i < a->decoder_layer_num; i++) {
		double f = a->decoder_ffn_embed_dim[i];
		double k = s * arbitrary_layers(
			a->decoder_arbitrary_ende_attn[i]);
		p.params += 3 * d * q + 3 * q + q * d + d +
			d * q + 2 * e * q + 3 * q + q * d + d +
			6 * d + d * f + f + f * d + d;
		macs += n * (4 * d * q + 2 * d * f) + 2 * n * n * q +
			2 * n * d * q + 2 * k * e * q + 2 * n * k * q;
	}
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
mean(const int *x, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += x[i];
	return sum / n;
}

void
arch_features(const struct arch *a, double f[FEATURES])
{
	double attended = 0;

	for (int i = 0; i < a->decoder_layer_num; i++)
		attended += arbitrary_layers(a->decoder_arbitrary_ende_attn[i]);
	f[0] = a->encoder_embed_dim;
	f[1] = a->encoder_layer_num;
	f[2] = mean(a->encoder_ffn_embed_dim, a->encoder_layer_num);
	f[3] = mean(a->encoder_self_attention_heads, a->encoder_layer_num);
	f[4] = a->decoder_embed_dim;
	f[5] = a->decoder_layer_num;
	f[6] = mean(a->decoder_ffn_embed_dim, a->decoder_layer_num);
	f[7] = mean(a->decoder_self_attention_heads, a->decoder_layer_num);
	f[8] = mean(a->decoder_ende_attention_heads, a->decoder_layer_num);
	f[9] = attended / a->decoder_layer_num;
}
