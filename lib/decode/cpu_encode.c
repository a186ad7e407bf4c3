/* The encoder, and the keys and values that it leaves to the decoder. */
#include "model/sizes.h"
#include "share.h"
#include "step.h"
#include "text/pairs.h"

/* The last outputs of layers stay. */
static void
encode_blocks(struct cpu *d, int me)
{
	const struct packed_model *m = d->m;
	int t = d->src_at[d->n], n = m->blocks[ENCODER];
	size_t rows = size(t) * size(m->arch.encoder_embed_dim);
	float *x = d->x;

	for (int i = 0; i < n; i++) {
		const struct packed_block *b = &m->block[ENCODER][i];
		float *y = i + 1 < n && b[1].layer == b->layer ? NULL :
			memory_of(d->memory, b->layer,
				m->arch.encoder_layer_num, rows);
		y = y ? y : d->x;
		b->step->encode(d, me, b, x, d->z);
		share_norm(d, me, t, b, x, d->z, y);
		x = y;
	}
}

static void
encode(void *arg, int me)
{
	struct cpu *d = arg;
	const struct packed_model *m = d->m;
	int e = m->arch.encoder_embed_dim, of = d->team.working;

	for (int s = me; s < d->n; s += of)
		for (int i = d->src_at[s]; i < d->src_at[s + 1]; i++)
			embed_token(d, ENCODER, d->src[i], i - d->src_at[s] +
				POSITION_FIRST, d->x + size(i) * size(e));
	team_wait(&d->team);
	encode_blocks(d, me);
	for (int i = 0; i < m->blocks[DECODER]; i++) {
		const struct packed_block *b = &m->block[DECODER][i];
		if (b->step->remember)
			b->step->remember(d, me, b, d->cache[i]);
	}
}

void
cpu_encode(struct decoder *face, const int *src, const int *at, int n)
{
	struct cpu *d = (struct cpu *)face;

	d->n = n;
	d->step = d->rows = 0;
	d->src_at[0] = d->key_at[0] = d->max_src = 0;
	for (int s = 0; s < n; s++) {
		int len = at[s + 1] - at[s];
		d->src_at[s + 1] = d->src_at[s] + len;
		d->key_at[s + 1] = d->key_at[s] +
			decode_keys_ld(MEMORIES * len);
		d->max_src = len > d->max_src ? len : d->max_src;
	}
	d->src = src + at[0];
	team_run(&d->team, encode, d);
}
