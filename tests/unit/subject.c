/* What measure-lat times has real memory behind it: no page of the weights is
 * the kernel's page of zeros, which would lie in the cache for ever. */
#include <math.h>
#include <string.h>
#include "latency/measure.h"
#include "num/dispatch.h"
#include "tap.h"

enum { PAGE_BYTES = 4096 };

/* Pages of zeros in the panels of a matrix. */
static int
zero_pages(const struct packed *p)
{
	static const char zeros[PAGE_BYTES];
	const char *from = p->panels;
	size_t n = panels_bytes(p->dtype, p->rows, p->k) / PAGE_BYTES;
	int found = 0;

	for (size_t i = 0; i < n; i++)
		found += !memcmp(from + i * PAGE_BYTES, zeros, PAGE_BYTES);
	return found;
}

static int
zero_pages_of(const struct packed_model *m)
{
	int found = zero_pages(&m->output);

	for (int k = 0; k < STACKS; k++)
		for (int i = 0; i < m->blocks[k]; i++) {
			const struct packed_block *b = &m->block[k][i];
			for (int j = 0; j < b->kind->matrices; j++)
				found += zero_pages(&b->matrix[j]);
		}
	return found;
}

static struct arch
make_arch(void)
{
	struct arch a = { .qkv_dim = 128, .encoder_embed_dim = 160,
		.encoder_layer_num = 3, .decoder_embed_dim = 128,
		.decoder_layer_num = 2 };

	for (int i = 0; i < 3; i++) {
		a.encoder_ffn_embed_dim[i] = 512;
		a.encoder_self_attention_heads[i] = 4;
	}
	for (int i = 0; i < 2; i++) {
		a.decoder_ffn_embed_dim[i] = 512;
		a.decoder_self_attention_heads[i] = 4;
		a.decoder_ende_attention_heads[i] = 4;
		a.decoder_arbitrary_ende_attn[i] = i ? 2 : -1;
	}
	return a;
}

int
main(void)
{
	struct arch a = make_arch();
	struct task t = { 6000, 9000, 0, 160, 128 };
	struct workload w = { .beam = 5, .batch = 1, .threads = 1,
		.device = &device_cpu, .k = kernels_best() };
	struct stop_rule p = { .repeat = 2, .min_repeat = 2, .max_s = 10 };

	workload_uniform(&w, 12, 12);
	for (int d = 0; d < DTYPES; d++) {
		struct random_block b = { .dtype = (enum dtype)d, .seed = 1 };
		struct subject s;
		struct timings times = { 0 };
		struct core_cycles core = { 0 };
		struct latency l;
		w.dtype = (enum dtype)d;
		random_block_grow(&b, subject_floats(&a, &t, w.dtype));
		subject_random(&s, &b, &a, &t, &w);
		OK(!zero_pages_of(&s.model), "%s: no page of the weights is "
			"zeros", dtype_names[d]);
		subject_measure(&s, &p, &core, &times, &l);
		OK(isfinite(s.decoder->follow[0].logp) &&
			s.decoder->follow[0].id >= 0, "%s: they decode to "
			"numbers", dtype_names[d]);
		OK(l.decoder > 0 && l.encoder > 0, "%s: in some time",
			dtype_names[d]);
		timings_free(&times);
		subject_free(&s);
		random_block_free(&b);
	}
	workload_free(&w);
	return FINISH();
}
