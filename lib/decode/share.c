#include <math.h>
#include "model/sizes.h"
#include "share.h"

void
share_linear(struct cpu *d, int me, const struct packed *p, enum then then,
	int n, const float *x, int ldx, float *y, int ldy)
{
	struct range part = share_part(d, me, packed_panels(p->rows));

	decode_linear(d->k, p, part.from, part.to, then, n, x, size(ldx), y,
		size(ldy), share_quants(d, me));
	team_wait(&d->team);
}

void
share_norm(struct cpu *d, int me, int n, const struct packed_block *b,
	const float *x, float *zs, float *y)
{
	struct range part = share_part(d, me, n);
	size_t at = size(part.from) * size(b->width);

	decode_norm(d->k, part.to - part.from, b->width, x + at, zs + at,
		b->bias, b->norm.gain, b->norm.shift,
		d->stats + 2 * part.from, y + at);
	team_wait(&d->team);
}

void
embed_token(const struct cpu *d, enum stack s, int id, int position, float *x)
{
	const struct packed_model *m = d->m;
	int width = stack_width(&m->arch, s);
	const float *pos = d->positions[s] +
		size(position) * size(task_width(&m->task, s));
	float scale = sqrtf((float)width);

	packed_embedding(m, s, id, width, x);
	for (int i = 0; i < width; i++)
		x[i] = scale * x[i] + pos[i];
}

/* One head of one sentence: tokens from at on, n of them. */
static void
attend(const struct cpu *d, int me, int at, int n, int q, int h, int head,
	int ld_out)
{
	size_t ld3 = 3 * size(q), ld = size(decode_keys_ld(n));
	const float *qkv = d->wide + size(at) * ld3 + head * h;
	float *keys = share_scratch(d, me);
	float *out = d->ctx + size(at) * size(ld_out) + head * h;

	decode_turn_keys(n, h, qkv + q, ld3, keys, ld);
	decode_attend(d->k, n, n, h, qkv, ld3, keys, qkv + 2 * q, ld3,
		keys + ld * size(h), out, size(ld_out));
}

void
share_attend(struct cpu *d, int me, const struct packed_block *b, int ld_out)
{
	int q = b->inner, of = d->team.working;

	for (int i = me; i < d->n * b->heads; i += of) {
		int s = i / b->heads;
		attend(d, me, d->src_at[s], d->src_at[s + 1] - d->src_at[s], q,
			q / b->heads, i % b->heads, ld_out);
	}
	team_wait(&d->team);
}

/* A row and head at a time. */
void
share_attend_past(struct cpu *d, int me, const struct packed_block *b,
	const float *cached, int ld, int ld_out)
{
	int q = b->inner, h = q / b->heads, of = d->team.working;

	for (int i = me; i < d->rows * b->heads; i += of) {
		int r = i / b->heads, at = i % b->heads * h;
		decode_attend_past(d->k, d->step + 1, h,
			cached + share_slot(d, r) * size(ld) + at,
			cached + q + at, cached + 2 * q + at, size(ld),
			share_past(d, r), share_scratch(d, me),
			d->ctx + size(r) * size(ld_out) + at);
	}
}
