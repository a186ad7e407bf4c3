/* Architectures and spaces: sampling, sizes, printing. */
#include <string.h>
#include "arch/arch.h"
#include "model/profile.h"
#include "parse.h"
#include "rec/rec.h"
#include "tap.h"

static const char *const text = "{\"name\":\"t\",\"qkv_dim\":24,"
	"\"encoder_embed_choice\":[32,16],\"decoder_embed_choice\":[32],"
	"\"encoder_layer_num_choice\":[1,3],\"decoder_layer_num_choice\":[2,1],"
	"\"encoder_ffn_embed_dim_choice\":[64,40],"
	"\"decoder_ffn_embed_dim_choice\":[64],"
	"\"encoder_self_attention_heads_choice\":[4],"
	"\"decoder_self_attention_heads_choice\":[4,2],"
	"\"decoder_ende_attention_heads_choice\":[4],"
	"\"decoder_arbitrary_ende_attn_choice\":[-1,1,2]}";

int
main(void)
{
	struct space s = parse(text);
	struct rng r = rng_seed(1);
	struct arch a, b;
	struct buf line = { 0 };
	struct why why;
	int deep = 0, bad = 0, ones = 0;

	space_print(&line, &s);
	OK(!strcmp(line.data, text), "a space prints as it was read");
	/* widths 2, encoders: depth 1 (2 ffn) x decoders with 1 attention,
	 * depth 3 (8) x decoders with 3 */
	NEAR(space_size(&s), 2 * (2 * (2 + 4) + 8 * (6 + 36)), 0, "its size");
	for (int i = 0; i < 2000; i++) {
		arch_sample(&a, &s, &r);
		bad += arch_in_space(&a, &s, &why) != 0;
		deep += a.encoder_layer_num == 3;
		for (int k = 0; k < a.decoder_layer_num; k++)
			ones += a.encoder_layer_num == 1 &&
				a.decoder_arbitrary_ende_attn[k] != -1;
	}
	OK(!bad, "samples lie in the space");
	OK(!ones, "one encoder layer leaves only -1");
	OK(deep > 900 && deep < 1100, "depths are uniform (%d of 2000)", deep);
	buf_clear(&line);
	arch_print(&line, &a);
	json_t *j = json_loads(line.data, 0, NULL);
	OK(!arch_from_json(&b, j, &why) && arch_equal(&a, &b) &&
		arch_hash(&a) == arch_hash(&b), "print and read round trip");
	json_decref(j);
	const char *end = arch_scan(&b, line.data);
	OK(end == line.data + line.len && arch_equal(&a, &b),
		"the bytes that are printed can be scanned");
	int taken = 0;
	for (size_t i = 0; i < line.len; i++) {
		char was = line.data[i];
		line.data[i] = '?';
		taken += arch_scan(&b, line.data) != NULL;
		line.data[i] = 0;
		taken += arch_scan(&b, line.data) != NULL;
		line.data[i] = was;
	}
	OK(!taken, "with a wrong byte, or cut, they cannot");
	b = arch_largest(&s);
	OK(b.encoder_layer_num == 3 && b.decoder_arbitrary_ende_attn[1] == 2 &&
		!arch_fits(&a, &b, &why), "the largest holds every other");
	uint64_t plain = arch_hash(&b), at_encoder, at_decoder;
	b.encoder_conv_kernel[0] = 3;
	at_encoder = arch_hash(&b);
	b.encoder_conv_kernel[0] = 0;
	b.decoder_conv_kernel[0] = 3;
	at_decoder = arch_hash(&b);
	OK(plain != at_encoder && plain != at_decoder &&
		at_encoder != at_decoder, "convolutions are part of the hash, "
		"and in which stack they are");
	b.conv_glu = 1;
	OK(arch_hash(&b) != at_decoder, "and their gates");
	buf_free(&line);
	return FINISH();
}
