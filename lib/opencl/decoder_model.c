/* A model on the device: matrices as they are packed, in floats, halves or
 * bytes, and all vectors in one buffer. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "decoder.h"
#include "model/sizes.h"
#include "text/pairs.h"

enum { PIECE = 1 << 20 };    /* numbers that are converted at a time */

/* --- halves -------------------------------------------------------------- */

uint16_t
ocl_half(float x)
{
	uint32_t u;

	memcpy(&u, &x, sizeof u);
	uint32_t sign = u >> 16 & 0x8000, abs = u & 0x7fffffff;
	if (abs > 0x7f800000)
		return (uint16_t)(sign | 0x7e00);
	if (abs >= 0x477ff000)
		return (uint16_t)(sign | 0x7c00);
	if (abs < 0x38800000) {   /* below the least normal one: x 2^24 */
		float small;
		memcpy(&small, &abs, sizeof small);
		return (uint16_t)(sign | (uint32_t)lrintf(small * 0x1p24f));
	}
	abs += 0xfff + (abs >> 13 & 1);
	return (uint16_t)(sign | (abs - 0x38000000) >> 13);
}

/* --- writing ------------------------------------------------------------- */

static void
put(struct ocl *d, cl_mem to, size_t at, size_t bytes, const void *from)
{
	if (d->face.failed)
		return;
	cl_int e = d->o->cl.EnqueueWriteBuffer(d->o->queue, to, 1, at, bytes,
		from, 0, NULL, NULL);
	if (e != CL_SUCCESS)
		ocl_fail(d, "take the weights", e);
}

static size_t
numbers(const struct packed *w)
{
	return panels_bytes(DTYPE_FP32, w->rows, w->k) / sizeof(float);
}

static void
put_halves(struct ocl *d, cl_mem to, const struct packed *w)
{
	size_t n = numbers(w);
	const float *from = w->panels;
	uint16_t *some = xmalloc(sizeof *some * (n < PIECE ? n : PIECE));

	for (size_t at = 0; at < n; at += PIECE) {
		size_t m = n - at < PIECE ? n - at : PIECE;
		for (size_t i = 0; i < m; i++)
			some[i] = ocl_half(from[at + i]);
		put(d, to, at * sizeof *some, m * sizeof *some, some);
	}
	free(some);
}

/* Row r's numbers begin here, PANEL apart. */
static const float *
row_of(const struct packed *w, int r)
{
	return (const float *)w->panels + size(r / PANEL) * size(w->k) * PANEL +
		r % PANEL;
}

/* What a row's bytes are to be multiplied with: the largest becomes 127. */
static float
scale_of(const struct packed *w, int r)
{
	const float *row = row_of(w, r);
	float most = 0;

	for (int i = 0; i < w->k; i++)
		most = fmaxf(most, fabsf(row[size(i) * PANEL]));
	return most >= BYTES_LEAST ? most / 127 : 0;
}

/* A panel at a time. scale: of each row, see add_scales. */
static void
put_bytes(struct ocl *d, cl_mem to, const struct packed *w, const float *scale)
{
	size_t n = size(w->k) * PANEL;
	int8_t *some = xmalloc(n);

	for (int from = 0; from < w->rows; from += PANEL) {
		memset(some, 0, n);
		for (int r = from; r < w->rows && r < from + PANEL; r++) {
			const float *row = row_of(w, r);
			for (size_t i = 0; scale[r] > 0 && i < n; i += PANEL)
				some[i + size(r - from)] = (int8_t)lrintf(
					row[i] / scale[r]);
		}
		put(d, to, size(from / PANEL) * n, n, some);
	}
	free(some);
}

/* scales: where they stand in v. */
static void
put_matrix(struct ocl *d, cl_mem to, const struct packed *w, const float *v,
	int scales)
{
	if (d->o->o.half)
		put_halves(d, to, w);
	else if (d->o->o.bytes)
		put_bytes(d, to, w, v + scales);
	else
		put(d, to, 0, numbers(w) * sizeof(float), w->panels);
}

/* Vectors one behind another: counted, or copied too. */
struct vectors_of {
	float *to;
	int n;
};

static int
add_vector(struct vectors_of *v, const float *from, int n)
{
	int at = v->n;

	if (!from || !n)
		return -1;
	if (v->to)
		memcpy(v->to + at, from, size(n) * sizeof *from);
	v->n += n;
	return at;
}

static int
add_scales(const struct ocl *d, struct vectors_of *v, const struct packed *w)
{
	int at = v->n;

	if (!d->o->o.bytes)
		return -1;
	for (int r = 0; v->to && r < w->rows; r++)
		v->to[at + r] = scale_of(w, r);
	v->n += w->rows;
	return at;
}

static void
add_vectors(struct ocl *d, struct vectors_of *v)
{
	d->output_scales = add_scales(d, v, &d->m->output);
	for (int s = 0; s < STACKS; s++)
		for (int i = 0; i < d->m->blocks[s]; i++) {
			const struct packed_block *b = &d->m->block[s][i];
			struct vectors *own = &d->vectors[s][i];
			for (int k = 0; k < b->kind->matrices; k++) {
				own->scales[k] = add_scales(d, v,
					&b->matrix[k]);
				own->matrix[k] = add_vector(v,
					b->matrix[k].bias, b->matrix[k].rows);
			}
			own->norm = add_vector(v, b->bias, b->width);
			add_vector(v, b->norm.gain, b->width);
			add_vector(v, b->norm.shift, b->width);
			own->shares = add_vector(v, b->shares, b->kernel *
				b->channels);
		}
}

/* A table, a row a word. */
static void
put_table(struct ocl *d, enum stack s, int vocab)
{
	int ld = d->ld_table[s], some = PIECE / ld + 1;
	float *rows = xmalloc(size(some) * size(ld) * sizeof *rows);

	for (int from = 0; from < vocab; from += some) {
		int n = vocab - from < some ? vocab - from : some;
		for (int i = 0; i < n; i++)
			packed_embedding(d->m, s, from + i, ld, rows +
				size(i) * size(ld));
		put(d, d->table[s], size(from) * size(ld) * sizeof *rows,
			size(n) * size(ld) * sizeof *rows, rows);
	}
	free(rows);
}

static void
put_positions(struct ocl *d, enum stack s, int n, int width)
{
	float *table = xmalloc(size(n) * size(width) * sizeof *table);

	positions_fill(table, 0, n, width);
	put(d, d->positions[s], 0, size(n) * size(width) * sizeof *table,
		table);
	free(table);
}

/* --- the model ----------------------------------------------------------- */

static int
positions_of(const struct ocl *d, enum stack s)
{
	return POSITION_FIRST + (s == ENCODER ? d->face.room.max_src :
		d->face.room.steps);
}

static cl_mem
take_matrix(struct ocl *d, const struct packed *w)
{
	return ocl_take(d, (double)numbers(w) * (d->o->o.half ? 2 :
		d->o->o.bytes ? 1 : 4));
}

/* One table for both sides, if it is the same. Halves and bytes of the output's
 * panels have not all digits. */
static void
take_tables(struct ocl *d)
{
	const struct packed_model *m = d->m;
	int width[] = { m->arch.encoder_embed_dim, m->arch.decoder_embed_dim };
	int vocab[] = { m->task.src_vocab, m->task.tgt_vocab };

	d->in_panels = !m->table[ENCODER] && !d->o->o.half &&
		!d->o->o.bytes;
	if (d->in_panels) {
		d->table[ENCODER] = d->table[DECODER] = d->output;
		return;
	}
	int one = m->table[ENCODER] == m->table[DECODER];
	for (int s = 0; s < STACKS; s++) {
		d->ld_table[s] = one ? larger(width[0], width[1]) : width[s];
		d->table[s] = one && s ? d->table[0] : ocl_take(d, 4.0 *
			vocab[s] * d->ld_table[s]);
	}
}

void
ocl_take_model(struct ocl *d)
{
	const struct packed_model *m = d->m;
	struct vectors_of v = { 0 };

	add_vectors(d, &v);
	d->v = ocl_take(d, 4.0 * v.n);
	d->output = take_matrix(d, &m->output);
	take_tables(d);
	for (int s = 0; s < STACKS; s++) {
		d->positions[s] = ocl_take(d, 4.0 * positions_of(d, s) *
			task_width(&m->task, s));
		for (int i = 0; i < m->blocks[s]; i++)
			for (int k = 0; k < m->block[s][i].kind->matrices; k++)
				d->matrix[s][i][k] = take_matrix(d,
					&m->block[s][i].matrix[k]);
	}
}

void
ocl_put_model(struct ocl *d)
{
	const struct packed_model *m = d->m;
	struct vectors_of v = { 0 };

	add_vectors(d, &v);
	v.to = xmalloc(size(v.n) * sizeof *v.to);
	v.n = 0;
	add_vectors(d, &v);
	put(d, d->v, 0, size(v.n) * sizeof *v.to, v.to);
	put_matrix(d, d->output, &m->output, v.to, d->output_scales);
	if (!d->in_panels)
		put_table(d, ENCODER, m->task.src_vocab);
	if (!d->in_panels && d->table[DECODER] != d->table[ENCODER])
		put_table(d, DECODER, m->task.tgt_vocab);
	for (int s = 0; s < STACKS; s++) {
		put_positions(d, s, positions_of(d, s),
			task_width(&m->task, s));
		for (int i = 0; i < m->blocks[s]; i++)
			for (int k = 0; k < m->block[s][i].kind->matrices; k++)
				put_matrix(d, d->matrix[s][i][k],
					&m->block[s][i].matrix[k], v.to,
					d->vectors[s][i].scales[k]);
	}
	free(v.to);
}
