#include "hat_features.h"

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
