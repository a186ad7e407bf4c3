/* Packed weights times columns: kernels for one instruction set, see
 * kernels.c. */
#include <math.h>
#include "bytes.h"
#include "kernels-isa.h"

enum {
	PV = PANEL / W,        /* vectors in a line */
	AHEAD = 32,            /* lines fetched before they are needed */
	/* columns that the registers hold beside a line */
	COLUMNS = W == 16 ? 8 : W == 8 ? 3 : 2
};

/* --- a panel -------------------------------------------------------------- */

/* The lines of a panel times nc columns; form and nc are constants after
 * inlining. Line p >> slow of ahead is fetched meanwhile. x: of the first
 * column, in floats, or in bytes for int8. */
IN void
panel(enum dtype form, int nc, int k, const char *w, const char *ahead,
	int slow, const void *x, size_t ldx, const char *shift,
	const struct finish *f)
{
	int per = form == DTYPE_BF16 ? 2 : 1, lines = packed_lines(form, k);
	vf acc[8][PV];

	for (int c = 0; c < nc; c++)
		for (int j = 0; j < PV; j++)
			acc[c][j] = form == DTYPE_INT8 && SHIFTED ?
				*(const vf *)(shift + 4 * j * W) : (vf){ 0 };
	for (int p = 0; p < lines; p++, w += LINE) {
		const char *next = ahead + (size_t)(p >> slow) * LINE;
		__builtin_prefetch(next);
		__builtin_prefetch(next + 64);
		vi line[PV];
		for (int j = 0; j < PV; j++)
			line[j] = *(const vi *)(w + 4 * j * W);
		if (form == DTYPE_INT8) {
			struct bytes b[PV];
			for (int j = 0; j < PV; j++)
				b[j] = bytes_of(line[j]);
			for (int c = 0; c < nc; c++) {
				unsigned four;
				memcpy(&four, (const char *)x + (size_t)c *
					ldx + 4 * p, 4);
				struct fours x4 = fours_all(four);
				for (int j = 0; j < PV; j++)
					acc[c][j] = (vf)dot4((vi)acc[c][j],
						b[j], x4);
			}
			continue;
		}
		const float *at = (const float *)x + per * p;
		for (int c = 0; c < nc; c++, at += ldx) {
			vf xv = all(at[0]);
			for (int j = 0; j < PV; j++)
				acc[c][j] = muladd(xv, form == DTYPE_BF16 ?
					(vf)(line[j] << 16) : (vf)line[j],
					acc[c][j]);
		}
		if (form == DTYPE_FP32 || 2 * p + 1 == k)
			continue;
		at = (const float *)x + per * p + 1;
		for (int c = 0; c < nc; c++, at += ldx) {
			vf xv = all(at[0]);
			for (int j = 0; j < PV; j++)
				acc[c][j] = muladd(xv, (vf)(line[j] &
					(int)0xffff0000), acc[c][j]);
		}
	}
	for (int c = 0; c < nc; c++)
		for (int j = 0; j < PV && f->left > j * W; j++)
			put_sums(f, c, j, form == DTYPE_INT8 ?
				as_floats((vi)acc[c][j]) : acc[c][j]);
}

IN void
panel_columns(enum dtype form, int nc, int k, const char *w,
	const char *ahead, int slow, const void *x, size_t ldx,
	const char *shift, const struct finish *f)
{
#define CASE(n) case n: panel(form, n, k, w, ahead, slow, x, ldx, shift, f); \
	break
	switch (nc) {
	CASE(1);
	CASE(2);
#if defined(__AVX2__)
	CASE(3);
#endif
#if defined(__AVX512F__)
	CASE(4);
	CASE(5);
	CASE(6);
	CASE(7);
	CASE(8);
#endif
	}
#undef CASE
}

IN void
panels_of(enum dtype form, int from, int to, const struct packed *w,
	const struct columns *x, const float *bias, int relu, float *y,
	size_t ldy)
{
	/* columns at a time so that the last pass has about as many as the
	 * others */
	int passes = (x->n + COLUMNS - 1) / COLUMNS;
	int nc = (x->n + passes - 1) / passes, slow = 0;
	size_t size = panels_bytes(form, PANEL, w->k);

	while (passes >> (slow + 1))
		slow++;
	for (int p = from; p < to; p++, y += PANEL) {
		const char *at = (const char *)w->panels + (size_t)p * size;
		const char *shift = form == DTYPE_INT8 ?
			(const char *)(w->shift + p * PANEL) : NULL;
		struct finish f = { .bias = bias ? bias + p * PANEL : NULL,
			.scale = form == DTYPE_INT8 ? w->scale + p * PANEL :
			NULL, .relu = relu, .left = w->rows - p * PANEL,
			.ldy = ldy };
		for (int c = 0, pass = 0; c < x->n; c += nc, pass++) {
			/* a panel that is gone through once is fetched just
			 * ahead; else each pass fetches a part of the next */
			const char *ahead = passes == 1 ? at + AHEAD * LINE :
				at + size + size / LINE * (size_t)pass /
				(size_t)passes * LINE;
			f.y = y + (size_t)c * ldy;
			if (form == DTYPE_INT8) {
				f.q_scale = x->q_scale + c;
				panel_columns(form, x->n - c < nc ? x->n - c :
					nc, w->k, at, ahead, slow, x->q +
					(size_t)c * x->ldq, x->ldq, shift, &f);
			} else {
				panel_columns(form, x->n - c < nc ? x->n - c :
					nc, w->k, at, ahead, slow, x->x +
					(size_t)c * x->ldx, x->ldx, shift, &f);
			}
		}
	}
}

#if defined(__AMX_INT8__)
enum { TILE = QUANT_COLUMNS };   /* rows of a tile; it has 64 bytes a row */

enum tiles { ONE_TILE, TWO_TILES };
enum ahead { NO_FETCH, FETCH };

/* Tiles 0 to 3: sums of one or two times TILE columns and the halves of a
 * panel; 4, 5: columns; 6, 7: weights, 16 lines. The lines past the panel's
 * last meet the zeros that columns are padded by. ahead is fetched meanwhile,
 * if fetch. */
IN void
tiles_multiply(enum tiles two, enum ahead fetch, int k, const char *w,
	const char *ahead, const uint8_t *q, size_t ldq, int32_t *sums)
{
	_tile_zero(0);
	_tile_zero(1);
	if (two) {
		_tile_zero(2);
		_tile_zero(3);
	}
	for (int p = 0; p < k; p += QUANT_BYTES, w += 16 * LINE) {
		for (int i = 0; fetch && i < 32; i++, ahead += 64)
			__builtin_prefetch(ahead);
		_tile_loadd(4, q + p, ldq);
		_tile_loadd(6, w, LINE);
		_tile_loadd(7, w + 64, LINE);
		_tile_dpbusd(0, 4, 6);
		_tile_dpbusd(1, 4, 7);
		if (two) {
			_tile_loadd(5, q + TILE * ldq + p, ldq);
			_tile_dpbusd(2, 5, 6);
			_tile_dpbusd(3, 5, 7);
		}
	}
	_tile_stored(0, sums, LINE);
	_tile_stored(1, sums + 16, LINE);
	if (two) {
		_tile_stored(2, sums + TILE * PANEL, LINE);
		_tile_stored(3, sums + TILE * PANEL + 16, LINE);
	}
}

static void
panels_tiles(int from, int to, const struct packed *w, const struct columns *x,
	const float *bias, int relu, float *y, size_t ldy)
{
	size_t size = panels_bytes(DTYPE_INT8, PANEL, w->k);
	struct tile_config config = { .palette = 1 };
	int32_t sums[2 * TILE * PANEL] __attribute__((aligned(64)));
	/* a panel that is gone through once is fetched just ahead */
	size_t ahead = x->n > 2 * TILE ? size : (size_t)AHEAD * LINE;

	for (int i = 0; i < 8; i++) {
		config.bytes[i] = 64;
		config.rows[i] = (uint8_t)(i < 6 && x->n < TILE ? x->n : TILE);
	}
	_tile_loadconfig(&config);
	for (int p = from; p < to; p++, y += PANEL) {
		const char *at = (const char *)w->panels + (size_t)p * size;
		const int32_t *shift = w->shift + p * PANEL;
		struct finish f = { .bias = bias ? bias + p * PANEL : NULL,
			.scale = w->scale + p * PANEL, .relu = relu,
			.left = w->rows - p * PANEL, .ldy = ldy };
		for (int c = 0; c < x->n; c += 2 * TILE) {
			int left = x->n - c;
			const uint8_t *q = x->q + (size_t)c * x->ldq;
			if (left > TILE && c)
				tiles_multiply(TWO_TILES, NO_FETCH, w->k, at,
					at, q, x->ldq, sums);
			else if (left > TILE)
				tiles_multiply(TWO_TILES, FETCH, w->k, at,
					at + ahead, q, x->ldq, sums);
			else
				tiles_multiply(ONE_TILE, c ? NO_FETCH : FETCH,
					w->k, at, at + ahead, q, x->ldq, sums);
			f.y = y + (size_t)c * ldy;
			f.q_scale = x->q_scale + c;
			for (int i = 0; i < left && i < 2 * TILE; i++)
				for (int j = 0; j < PV && f.left > j * W; j++) {
					vi sum = *(const vi *)(sums +
						i * PANEL + j * W);
					put_sums(&f, i, j, as_floats(sum +
						*(const vi *)(shift + j * W)));
				}
		}
	}
	_tile_release();
}
#endif

void
PASTE(panels, ISA)(int from, int to, const struct packed *w,
	const struct columns *x, const float *bias, int relu, float *y,
	size_t ldy)
{
	if (w->dtype == DTYPE_FP32)
		panels_of(DTYPE_FP32, from, to, w, x, bias, relu, y, ldy);
	else if (w->dtype == DTYPE_BF16)
		panels_of(DTYPE_BF16, from, to, w, x, bias, relu, y, ldy);
	else if (w->dtype == DTYPE_KMEANS4)
		PASTE(panels_coded, ISA)(from, to, w, x, bias, relu, y, ldy);
#if defined(__AMX_INT8__)
	else
		panels_tiles(from, to, w, x, bias, relu, y, ldy);
#else
	else
		panels_of(DTYPE_INT8, from, to, w, x, bias, relu, y, ldy);
#endif
}

void
PASTE(quantise, ISA)(int n, int k, const float *x, size_t ldx, uint8_t *q,
	size_t ldq, float *scale)
{
	for (int c = 0; c < n; c++, x += ldx, q += ldq) {
		vf max = { 0 };
		int i = 0;
		for (int j = 0; j < k; j += W)
			max = vmax(max, (vf)((vi)get(x + j, k - j) &
				0x7fffffff));
		float most = max_of(max);
		vf inverse = all(most >= BYTES_LEAST && most < INFINITY ?
			127 / most : 0);
		scale[c] = most / 127;
		for (; i < k; i += W) {
			/* adding 1.5 x 2^23 rounds to the nearest integer */
			vi t = (vi)muladd(get(x + i, k - i), inverse,
				all(0x1.8p23f)) + 128;
			vb bytes = __builtin_convertvector(t, vb);
			memcpy(q + i, &bytes, (size_t)(k - i < W ? k - i : W));
		}
		memset(q + k, 0, ldq - (size_t)k);
	}
}
