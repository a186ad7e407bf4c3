#include <math.h>
#include <string.h>
#include "base/team.h"
#include "dense.h"

/* A tile of a product is up to DENSE_TILE rows, as many as the registers hold,
 * by DENSE_LANES columns; a block of ROWS rows is what a thread takes at a
 * time. The sum runs in the same order wherever the tile lies. */
enum { ROWS = 32, HALF = DENSE_LANES / 2, CHUNK = 1 << 14 };

typedef float vec __attribute__((vector_size(HALF * sizeof(float))));

#define INLINE static inline __attribute__((always_inline))

INLINE void
panel_body(const struct dense *p, size_t row, size_t col, int tile)
{
	size_t end = row + ROWS < p->m ? row + ROWS : p->m;

	for (size_t i = row; i < end; i += (size_t)tile) {
		const float *a = p->a + i * p->ar, *b = p->b + col;
		vec sum[DENSE_TILE][2];
		for (int r = 0; r < tile; r++)
			for (int h = 0; h < 2; h++)
				sum[r][h] = p->bias ? *(const vec *)(p->bias +
					col + h * HALF) : (vec){ 0 };
		for (size_t k = 0; k < p->k; k++, a += p->ak, b += p->ldb) {
			vec left = *(const vec *)b;
			vec right = *(const vec *)(b + HALF);
			for (int r = 0; r < tile; r++) {
				float x = a[(size_t)r * p->ar];
				sum[r][0] += x * left;
				sum[r][1] += x * right;
			}
		}
		for (int r = 0; r < tile; r++) {
			float *c = p->c + (i + (size_t)r) * p->ldc + col;
			*(vec *)c = sum[r][0];
			*(vec *)(c + HALF) = sum[r][1];
		}
	}
}

INLINE void
adam_body(float *restrict w, const float *restrict g, float *restrict m,
	float *restrict v, size_t n, const struct dense_adam *a)
{
	float rate = a->rate, unbias = a->unbias, keep = 1 - a->decay;

	for (size_t i = 0; i < n; i++) {
		float to = 0.9f * m[i] + 0.1f * g[i];
		/* a dead unit's momentum would shrink to slow denormals */
		m[i] = fabsf(to) < 1e-30f ? 0 : to;
		v[i] = 0.999f * v[i] + 0.001f * (g[i] * g[i]);
		w[i] = keep * w[i] - rate * m[i] /
			(sqrtf(v[i]) * unbias + 1e-8f);
	}
}

struct dense_kernels {
	void (*panel)(const struct dense *, size_t row, size_t col);
	void (*adam)(float *, const float *, float *, float *, size_t,
		const struct dense_adam *);
};

#define KERNELS(isa, tile, attribute) \
attribute static void \
panel_##isa(const struct dense *p, size_t row, size_t col) \
{ \
	if (p->m == 1) \
		panel_body(p, row, col, 1); \
	else \
		panel_body(p, row, col, tile); \
} \
attribute static void \
adam_##isa(float *w, const float *g, float *m, float *v, size_t n, \
	const struct dense_adam *a) \
{ adam_body(w, g, m, v, n, a); } \
static const struct dense_kernels kernels_##isa = { panel_##isa, adam_##isa }

KERNELS(plain, 4, );
#ifdef __x86_64__
KERNELS(avx2, 4, __attribute__((target("avx2,fma"))));
KERNELS(avx512, 8, __attribute__((target("avx512f,avx2,fma"))));
#endif

static const struct dense_kernels *
kernels_here(void)
{
#ifdef __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f"))
		return &kernels_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return &kernels_avx2;
#endif
	return &kernels_plain;
}

/* A product for those who form its panels. */
struct dense_product {
	const struct dense_kernels *kernels;
	const struct dense *p;
	size_t blocks;
};

static void
form_panel(void *arg, int i, int me)
{
	const struct dense_product *f = arg;
	size_t at = (size_t)i;

	(void)me;
	f->kernels->panel(f->p, at % f->blocks * ROWS,
		at / f->blocks * DENSE_LANES);
}

void
dense_multiply(const struct dense *p, struct team *team)
{
	struct dense_product f = { kernels_here(), p,
		(p->m + ROWS - 1) / ROWS };
	size_t n = f.blocks * (p->n / DENSE_LANES);

	team_for(team, (int)n, form_panel, &f);
}

void
dense_relu(size_t n, float *x)
{
	for (size_t i = 0; i < n; i++)
		x[i] = x[i] > 0 ? x[i] : 0;
}

void
dense_turn(const float *restrict w, size_t in, size_t out, float *restrict to)
{
	for (size_t i = 0; i < in; i += 16)
		for (size_t o = 0; o < out; o += 16)
			for (size_t k = i; k < i + 16; k++)
				for (size_t j = o; j < o + 16; j++)
					to[j * in + k] = w[k * out + j];
}

void
dense_relu_back(const float *restrict x, float *restrict down, int rows,
	size_t n, float *restrict bias)
{
	memset(bias, 0, n * sizeof *bias);
	for (size_t i = 0; i < (size_t)rows; i++)
		for (size_t k = 0; k < n; k++) {
			float d = x[i * n + k] > 0 ? down[i * n + k] : 0;
			down[i * n + k] = d;
			bias[k] += d;
		}
}

/* A step of Adam for those who do CHUNKs of it. */
struct step {
	const struct dense_kernels *kernels;
	float *w, *m, *v;
	const float *g;
	size_t n;
	const struct dense_adam *adam;
};

static void
step_chunk(void *arg, int chunk, int me)
{
	const struct step *s = arg;
	size_t i = (size_t)chunk * CHUNK, left = s->n - i;

	(void)me;
	s->kernels->adam(s->w + i, s->g + i, s->m + i, s->v + i,
		left < CHUNK ? left : CHUNK, s->adam);
}

void
dense_step(const struct dense_adam *a, size_t n, float *w, const float *g,
	float *m, float *v, struct team *team)
{
	struct step s = { kernels_here(), w, m, v, g, n, a };

	team_for(team, (int)((n + CHUNK - 1) / CHUNK), step_chunk, &s);
}
