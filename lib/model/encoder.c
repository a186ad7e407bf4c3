/* The encoder, and the keys and values that it leaves to the decoder. */
#include <math.h>
#include <string.h>
#include "pairs.h"
#include "share.h"

/* to[h][ld] = from[n][h] turned */
static void
turn(int n, int h, const float *from, size_t ldf, float *to, size_t ld)
{
	for (int i = 0; i < n; i += LANES)
		for (int j = 0; j < h; j++)
			for (int k = i; k < n && k < i + LANES; k++)
				to[(size_t)j * ld + (size_t)k] =
					from[(size_t)k * ldf + (size_t)j];
}

/* One head of one sentence. */
static void
attend(const struct decoder *d, int me, int at, int n, int q, int h, int head)
{
	size_t ld3 = 3 * (size_t)q, ld = (size_t)round_lanes(n);
	const float *qkv = d->qkv + (size_t)at * ld3 + head * h;
	float *keys = share_scratch(d, me), *s = keys + ld * (size_t)h;
	float *out = d->ctx + (size_t)at * (size_t)q + head * h;

	turn(n, h, qkv + q, ld3, keys, ld);
	for (int i = 0; i < n; i += QUERIES) {
		int m = n - i < QUERIES ? n - i : QUERIES;
		d->k->product(m, n, h, qkv + (size_t)i * ld3, ld3, 1, keys, ld,
			s, ld, 0);
		d->k->softmax(m, n, s, ld, 1 / sqrtf((float)h), 0, 0, NULL, 0);
		d->k->product(m, h, n, s, ld, 1, qkv + 2 * q, ld3,
			out + (size_t)i * (size_t)q, (size_t)q, 0);
	}
}

static void
attend_all(struct decoder *d, int me, int heads)
{
	int q = d->m->arch.qkv_dim, of = d->team.threads;

	for (int i = me; i < d->n * heads; i += of) {
		int s = i / heads;
		attend(d, me, d->src_at[s], d->src_at[s + 1] - d->src_at[s], q,
			q / heads, i % heads);
	}
	team_wait(&d->team);
}

/* x -> y, which may be the same */
static void
encode_layer(struct decoder *d, int me, const struct packed_encoder *l,
	float *x, float *y)
{
	int t = d->src_at[d->n], e = d->m->arch.encoder_embed_dim;

	share_linear(d, me, &l->qkv, t, x, 1, 0, d->qkv, l->qkv.rows);
	attend_all(d, me, l->heads);
	share_linear(d, me, &l->out, t, d->ctx, 0, 0, d->z, e);
	share_norm(d, me, t, e, x, d->z, &l->out, &l->norm1, d->y);
	share_linear(d, me, &l->fc1, t, d->y, 1, 1, d->h, l->fc1.rows);
	share_linear(d, me, &l->fc2, t, d->h, 0, 0, d->z, e);
	share_norm(d, me, t, e, d->y, d->z, &l->fc2, &l->norm2, y);
}

/* Of sentence s: keys turned to [Q][padded S], values [S][Q]. */
static void
place_keys(struct decoder *d, int layer, int segments, int s, int head,
	int heads)
{
	int q = d->m->arch.qkv_dim, h = q / heads;
	int at = d->src_at[s], n = d->src_at[s + 1] - at;
	size_t all = (size_t)d->src_at[d->n];
	size_t base = (size_t)layer * d->layer_keys +
		(size_t)d->key_at[s] * (size_t)q;
	size_t ld = (size_t)round_lanes(segments * n);

	for (int g = 0; g < segments; g++) {
		const float *kv = d->kv + ((size_t)g * all + (size_t)at) * 2 *
			(size_t)q + head * h;
		float *keys = d->keys + base + (size_t)(head * h) * ld + g * n;
		float *values = d->values + base + (size_t)(g * n) *
			(size_t)q + head * h;
		turn(n, h, kv, 2 * (size_t)q, keys, ld);
		for (int i = 0; i < n; i++)
			memcpy(values + (size_t)i * (size_t)q, kv + q +
				(size_t)i * 2 * (size_t)q,
				(size_t)h * sizeof *values);
	}
}

static void
decoder_keys(struct decoder *d, int me, int layer)
{
	const struct packed_decoder *l = &d->m->decoder[layer];
	int heads = l->cross_heads, of = d->team.threads;

	share_linear(d, me, &l->kv, l->segments * d->src_at[d->n], d->memory,
		1, 0, d->kv, l->kv.rows);
	for (int i = me; i < d->n * heads; i += of)
		place_keys(d, layer, l->segments, i / heads, i % heads, heads);
	team_wait(&d->team);
}

static void
encode(void *arg, int me)
{
	struct decoder *d = arg;
	const struct packed_model *m = d->m;
	int layers = m->arch.encoder_layer_num;
	int e = m->arch.encoder_embed_dim, of = d->team.threads;
	size_t rows = (size_t)d->src_at[d->n] * (size_t)e;
	float *x = d->x;

	for (int s = me; s < d->n; s += of)
		for (int i = d->src_at[s]; i < d->src_at[s + 1]; i++)
			embed_token(d, 0, d->src[i], i - d->src_at[s] +
				POSITION_FIRST, x + (size_t)i * (size_t)e);
	team_wait(&d->team);
	for (int i = 0; i < layers; i++) {
		/* the last three outputs stay, the last one first */
		int back = layers - 1 - i;
		float *y = back < 3 ? d->memory + (size_t)back * rows : d->x;
		encode_layer(d, me, &m->encoder[i], x, y);
		x = y;
	}
	for (int i = 0; i < m->arch.decoder_layer_num; i++)
		decoder_keys(d, me, i);
}

void
decoder_encode(struct decoder *d, const int *src, const int *at, int n)
{
	d->n = n;
	d->step = d->rows = 0;
	d->src_at[0] = d->key_at[0] = d->max_src = 0;
	for (int s = 0; s < n; s++) {
		int len = at[s + 1] - at[s];
		d->src_at[s + 1] = d->src_at[s] + len;
		d->key_at[s + 1] = d->key_at[s] + round_lanes(3 * len);
		d->max_src = len > d->max_src ? len : d->max_src;
	}
	d->src = src + at[0];
	team_run(&d->team, encode, d);
}
