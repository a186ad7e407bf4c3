/* Packed weights times columns: kernels for one instruction set, see
 * kernels.c. */
#include <math.h>
#include "bytes.h"
#include "kernels-isa.h"

enum {
	PV = PANEL / W,        /* vectors in a line */
	/* vectors of int8 at a time: AVX2 moves signs in registers, too */
	INT8_PV = W == 8 ? 1 : PV,
	AHEAD = 32             /* lines fetched before they are needed */
};

/* --- a panel -------------------------------------------------------------- */

/* Lines of a panel times columns. */
struct times {
	int k;
	const char *w;         /* the lines */
	/* fetched meanwhile: a line of them with each of the panel's, or with
	 * every 2^slow-th */
	const char *ahead;
	int slow;
	const char *x;         /* first column: floats, or bytes for int8 */
	size_t ldx;            /* bytes */
	const char *shift;     /* int8: [PANEL] */
	struct finish f;
};

/* Lines p0 .. p1 - 1, of each n vectors from the j0th, times nc columns; form,
 * n and nc are constants after inlining. sums: what is behind and what is ahead
 * of these lines meet there, unless they are all. */
IN void
lines_times(enum dtype form, int n, int nc, const struct times *t, int j0,
	int p0, int p1, vf (*sums)[PV])
{
	int per = form == DTYPE_BF16 ? 2 : 1, bytes = 4 * n * W;
	const char *w = t->w + (size_t)p0 * LINE + (size_t)(4 * j0 * W);
	const char *ahead = t->ahead + (size_t)(p0 >> t->slow) * LINE +
		(size_t)((p1 - p0) >> t->slow) * (size_t)(4 * j0 * W);
	vf acc[8][PV];

	for (int c = 0; c < nc; c++)
		for (int j = 0; j < n; j++)
			acc[c][j] = p0 ? sums[c][j0 + j] :
				form == DTYPE_INT8 && INT8_PLUS > 0 ?
				*(const vf *)(t->shift + 4 * (j0 + j) * W) :
				(vf){ 0 };
	for (int p = p0; p < p1; p++, w += LINE) {
		const char *next = ahead +
			(size_t)(((p - p0) >> t->slow) * bytes);
		__builtin_prefetch(next);
		if (bytes > 64)
			__builtin_prefetch(next + 64);
		vi line[PV];
		for (int j = 0; j < n; j++)
			line[j] = *(const vi *)(w + 4 * j * W);
		const char *at = t->x + 4 * per * p;
		if (form == DTYPE_INT8) {
			struct bytes b[PV];
			for (int j = 0; j < n; j++)
				b[j] = bytes_of(line[j]);
			for (int c = 0; c < nc; c++, at += t->ldx) {
				struct fours x4 = fours_all(at);
				for (int j = 0; j < n; j++)
					acc[c][j] = (vf)dot4((vi)acc[c][j],
						b[j], x4);
			}
			continue;
		}
		for (int c = 0; c < nc; c++, at += t->ldx) {
			vf xv = all(*(const float *)at);
			for (int j = 0; j < n; j++)
				acc[c][j] = muladd(xv, form == DTYPE_BF16 ?
					(vf)(line[j] << 16) : (vf)line[j],
					acc[c][j]);
		}
		if (form == DTYPE_FP32 || 2 * p + 1 == t->k)
			continue;
		at = t->x + 4 * (per * p + 1);
		for (int c = 0; c < nc; c++, at += t->ldx) {
			vf xv = all(*(const float *)at);
			for (int j = 0; j < n; j++)
				acc[c][j] = muladd(xv, (vf)(line[j] &
					(int)0xffff0000), acc[c][j]);
		}
	}
	if (p1 < packed_lines(form, t->k)) {
		for (int c = 0; c < nc; c++)
			for (int j = 0; j < n; j++)
				sums[c][j0 + j] = acc[c][j];
		return;
	}
	for (int j = 0; j < n && t->f.left > (j0 + j) * W; j++) {
		struct finish_rows rows = finish_rows(&t->f, j0 + j);
		for (int c = 0; c < nc; c++)
			put_sums(&t->f, &rows, c, j0 + j, form == DTYPE_INT8 ?
				as_floats((vi)acc[c][j]) : acc[c][j]);
	}
}

/* Where the lines are gone through several times, so many at a time that the
 * first cache still has them. */
IN void
panel(enum dtype form, int nc, const struct times *t)
{
	int lines = packed_lines(form, t->k), n = PV, each = lines;
	vf sums[8][PV];

	if (form == DTYPE_INT8 && INT8_PV < PV) {
		n = INT8_PV;
		each = AHEAD;
	}
	for (int p = 0; p < lines; p += each)
		for (int j = 0; j < PV; j += n)
			lines_times(form, n, nc, t, j, p, lines - p < each ?
				lines : p + each, sums);
}

typedef void panel_times(const struct times *);
#define TIMES(form, nc) \
static __attribute__((noinline)) void \
form##_times_##nc(const struct times *t) \
{ \
	panel(DTYPE_##form, nc, t); \
}
/* .. for each number of columns whose sums the registers hold. */
#if defined(__AVX512F__)
#define UP_TO UP_TO_8
#define INT8_UP_TO UP_TO_8
#elif defined(__AVX2__)
#define UP_TO UP_TO_3
#define INT8_UP_TO UP_TO_5
#else
#define UP_TO UP_TO_2
#define INT8_UP_TO UP_TO_2
#endif
UP_TO(TIMES, FP32)
UP_TO(TIMES, BF16)
static panel_times *const fp32_times[] = { NULL, UP_TO(NAME, FP32) };
static panel_times *const bf16_times[] = { NULL, UP_TO(NAME, BF16) };
#if !defined(AMX)
INT8_UP_TO(TIMES, INT8)
static panel_times *const int8_times[] = { NULL, INT8_UP_TO(NAME, INT8) };
#endif

/* times[n], n up to most: what multiplies by n columns. */
static void
panels_of(enum dtype form, panel_times *const *times, int most, int from,
	int to, const struct packed *w, const struct columns *x,
	const float *bias, int relu, float *y, size_t ldy)
{
	/* columns at a time so that the last pass has about as many as the
	 * others */
	int passes = (x->n + most - 1) / most;
	int nc = (x->n + passes - 1) / passes, bytes = form == DTYPE_INT8;
	size_t size = panels_bytes(form, PANEL, w->k);
	struct times t = { .k = w->k,
		.ldx = bytes ? x->ldq : x->ldx * sizeof *x->x,
		.f = { .relu = relu, .ldy = ldy } };

	while (passes >> (t.slow + 1))
		t.slow++;
	for (int p = from; p < to; p++, y += PANEL) {
		t.w = (const char *)w->panels + (size_t)p * size;
		t.f.bias = bias ? bias + p * PANEL : NULL;
		t.f.left = w->rows - p * PANEL;
		if (bytes) {
			t.shift = (const char *)(w->shift + p * PANEL);
			t.f.scale = w->scale + p * PANEL;
		}
		for (int c = 0, pass = 0; c < x->n; c += nc, pass++) {
			/* a panel that is gone through once is fetched just
			 * ahead; else each pass fetches a part of the next */
			t.ahead = passes == 1 ? t.w + AHEAD * LINE :
				t.w + size + size / LINE * (size_t)pass /
				(size_t)passes * LINE;
			t.x = (bytes ? (const char *)x->q :
				(const char *)x->x) + (size_t)c * t.ldx;
			t.f.y = y + (size_t)c * ldy;
			t.f.q_scale = bytes ? x->q_scale + c : NULL;
			times[x->n - c < nc ? x->n - c : nc](&t);
		}
	}
}

#if defined(AMX)
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
			for (int j = 0; j < PV && f.left > j * W; j++) {
				struct finish_rows rows = finish_rows(&f, j);
				vi more = *(const vi *)(shift + j * W);
				for (int i = 0; i < left && i < 2 * TILE; i++)
					put_sums(&f, &rows, i, j,
						as_floats(more +
						*(const vi *)(sums +
						i * PANEL + j * W)));
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
		panels_of(DTYPE_FP32, fp32_times, MOST(fp32_times), from, to,
			w, x, bias, relu, y, ldy);
	else if (w->dtype == DTYPE_BF16)
		panels_of(DTYPE_BF16, bf16_times, MOST(bf16_times), from, to,
			w, x, bias, relu, y, ldy);
	else if (w->dtype == DTYPE_KMEANS4)
		PASTE(panels_coded, ISA)(from, to, w, x, bias, relu, y, ldy);
#if defined(AMX)
	else
		panels_tiles(from, to, w, x, bias, relu, y, ldy);
#else
	else
		panels_of(DTYPE_INT8, int8_times, MOST(int8_times), from, to,
			w, x, bias, relu, y, ldy);
#endif
}

void
PASTE(quantise, ISA)(enum dtype w, int n, int k, const float *x, size_t ldx,
	uint8_t *q, size_t ldq, float *scale)
{
	int plus = w == DTYPE_KMEANS4 ? KMEANS4_PLUS : INT8_PLUS;

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
				all(0x1.8p23f)) + plus;
			vb bytes = __builtin_convertvector(t, vb);
			memcpy(q + i, &bytes, (size_t)(k - i < W ? k - i : W));
		}
		memset(q + k, 0, ldq - (size_t)k);
	}
}
