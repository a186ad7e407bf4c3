#include "features.h"

const char *const feature_names[FEATURES] = {
	"encoder_embed_dim", "encoder_layer_num", "encoder_ffn_embed_dim_avg",
	"encoder_self_attention_heads_avg", "decoder_embed_dim",
	"decoder_layer_num", "decoder_ffn_embed_dim_avg",
	"decoder_self_attention_heads_avg", "decoder_ende_attention_heads_avg",
	"decoder_arbitrary_ende_attn_avg",
	"encoder_conv_avg", "encoder_attention_avg", "encoder_conv_kernel_avg",
	"decoder_conv_avg", "decoder_attention_avg", "decoder_conv_kernel_avg",
};

/* Of a stack: the first of its three. */
enum { ENCODER_CONV = FEATURES_HAT, DECODER_CONV = FEATURES_HAT + 3 };

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

static void
convolutions(const int *kernel, int layers, double f[3])
{
	double n = 0;

	for (int i = 0; i < layers; i++)
		n += kernel[i] > 0;
	f[0] = n / layers;
	f[1] = (layers - n) / layers;
	f[2] = mean(kernel, layers);
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
	convolutions(a->encoder_conv_kernel, a->encoder_layer_num,
		f + ENCODER_CONV);
	convolutions(a->decoder_conv_kernel, a->decoder_layer_num,
		f + DECODER_CONV);
}

void
features_complete(double f[FEATURES])
{
	for (int i = FEATURES_HAT; i < FEATURES; i++)
		f[i] = i == ENCODER_CONV + 1 || i == DECODER_CONV + 1;
}

int
features_convolve(const double f[FEATURES])
{
	return f[ENCODER_CONV] > 0 || f[DECODER_CONV] > 0;
}

int
features_seen(const double *x, size_t n)
{
	for (size_t r = 0; r < n; r++)
		if (features_convolve(x + r * FEATURES))
			return FEATURES;
	return FEATURES_HAT;
}
