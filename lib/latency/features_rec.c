#include "features_rec.h"

const char features_names[] =
	"encoder_embed_dim,encoder_layer_num,encoder_ffn_embed_dim_avg,"
	"encoder_self_attention_heads_avg,decoder_embed_dim,"
	"decoder_layer_num,decoder_ffn_embed_dim_avg,"
	"decoder_self_attention_heads_avg,decoder_ende_attention_heads_avg,"
	"decoder_arbitrary_ende_attn_avg";

struct task
features_rec_get(const struct in *in, const struct rec *r,
	double f[FEATURES])
{
	const struct task none = task_unknown();
	const json_t *given = json_object_get(r->json, "features");
	struct task task;

	if (json_object_get(r->json, "arch") || !given) {
		struct arch a = arch_rec_get(in, r, &none, &task);
		arch_features(&a, f);
		return task;
	}
	if (json_array_size(given) != FEATURES)
		in_fail(in, "features: want an array of %d numbers", FEATURES);
	for (size_t i = 0; i < FEATURES; i++) {
		const json_t *v = json_array_get(given, i);
		if (!json_is_number(v) || !(json_number_value(v) > 0 &&
		    json_number_value(v) < 1e9))
			in_fail(in, "features: want positive numbers");
		f[i] = json_number_value(v);
	}
	return task_rec_get(in, r, &none);
}
