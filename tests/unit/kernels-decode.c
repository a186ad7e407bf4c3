/* The kernels of decoding, in every instruction set of this CPU, against plain
 * loops. */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "num/dispatch.h"
#include "num/kernels.h"
#include "tap.h"

static void
fill(struct rng *r, float *x, int n)
{
	for (int i = 0; i < n; i++)
		x[i] = (float)rng_normal(r);
}

static void
test_attend_at(const struct kernels *k, struct rng *r)
{
	enum { ROWS = 40, LD = 3 * 130 };
	float *kv = xaligned(4 * ROWS * LD + NUM_SLACK), q[130 + 64], p[64],
		out[130 + 64];
	double worst = 0;

	for (int h = 1; h <= 130; h += h < 36 ? 1 : 13) {
		int n = 1 + (int)rng_below(r, 33), at[33];
		double e[33], sum = 0;
		fill(r, kv, ROWS * LD);
		fill(r, q, h);
		out[h] = 7;
		for (int i = 0; i < n; i++)
			at[i] = (int)rng_below(r, ROWS);
		k->attend_at(n, h, q, kv, kv + 130, LD, at, 0.3f, p, out);
		for (int i = 0; i < n; i++) {
			double dot = 0;
			for (int j = 0; j < h; j++)
				dot += (double)q[j] *
					(double)kv[at[i] * LD + j];
			sum += e[i] = exp(dot * 0.3);
		}
		for (int j = 0; j < h; j++) {
			double want = 0;
			for (int i = 0; i < n; i++)
				want += e[i] / sum *
					(double)kv[at[i] * LD + 130 + j];
			worst = fmax(worst, fabs(want - (double)out[j]));
		}
		if (out[h] != 7)
			worst = 1;
	}
	OK(worst < 1e-5, "%s: attend_at (worst %.2g)", k->name, worst);
	free(kv);
}

/* Few different numbers, so that there are ties. */
static void
test_top(const struct kernels *k, struct rng *r)
{
	enum { N = 700, K = 11 };
	float x[N], best[K];
	int ids[K], good = 1;

	for (int round = 0; round < 200; round++) {
		int n = 1 + (int)rng_below(r, N), cut = (int)rng_below(r,
			(uint64_t)n), used[N] = { 0 };
		int range = round % 2 ? 20 : 1000000;
		for (int i = 0; i < n; i++)
			x[i] = (float)rng_below(r, (uint64_t)range) - 9;
		x[rng_below(r, (uint64_t)n)] = NAN;
		x[rng_below(r, (uint64_t)n)] = -INFINITY;
		for (int i = 0; i < K; i++) {
			best[i] = -INFINITY;
			ids[i] = -1;
		}
		/* in two calls */
		k->top(cut, x, 5, K, best, ids);
		k->top(n - cut, x + cut, 5 + cut, K, best, ids);
		for (int i = 0; i < K; i++) {
			int want = -1;
			for (int j = 0; j < n; j++)
				if (!used[j] && x[j] > -INFINITY &&
				    (want < 0 || x[j] > x[want]))
					want = j;
			if (want >= 0)
				used[want] = 1;
			good &= ids[i] == (want < 0 ? -1 : want + 5);
			good &= want < 0 || best[i] == x[want];
		}
	}
	OK(good, "%s: top", k->name);
}

int
main(void)
{
	const struct kernels *k;
	struct rng r = rng_seed(3);

	for (int i = 0; (k = kernels_nth(i)); i++) {
		test_attend_at(k, &r);
		test_top(k, &r);
	}
	return FINISH();
}
