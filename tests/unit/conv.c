/* Lightweight convolutions and gates: forward against naive loops, backward
 * against finite differences of them. */
#include "num.h"
#include "num/conv.h"

enum { TAPS = 9 };
static const int at_[] = { 0, 3, 4, 11, 13 };
enum { SENTENCES = 4, T = 13 };

/* In double: sum(g x y). */
struct naive {
	const struct conv *c;
	double *x, *w;         /* [T,C], [H,K] of ldw */
	const double *g;
	double *y;             /* NULL: not kept */
};

static int
looks(int causal, int tap)
{
	static const int both[TAPS] = { 0, -1, 1, -2, 2, -3, 3, -4, 4 };

	return causal ? -tap : both[tap];
}

static double
naive_conv(const void *what)
{
	const struct naive *n = what;
	const struct conv *c = n->c;
	double total = 0;

	for (int s = 0; s < c->sentences; s++)
		for (int i = c->at[s]; i < c->at[s + 1]; i++)
			for (int j = 0; j < c->channels; j++) {
				const double *w = n->w + j / (c->channels /
					c->heads) * c->ldw;
				double sum = 0, y = 0;
				for (int t = 0; t < c->taps; t++)
					sum += exp(w[t]);
				for (int t = 0; t < c->taps; t++) {
					int k = i + looks(c->causal, t);
					if (k >= c->at[s] && k < c->at[s + 1])
						y += exp(w[t]) / sum *
							n->x[k * c->channels +
							j];
				}
				if (n->y)
					n->y[i * c->channels + j] = y;
				total += n->g[i * c->channels + j] * y;
			}
	return total;
}

/* Token by token is the same, byte for byte; so is the last of a past. */
static void
check_tokens(const struct num *num, const struct conv *c, const float *shares,
	const struct mat *y)
{
	float one[64];
	int same = 1, rows[T];
	size_t bytes = (size_t)c->channels * sizeof *one;

	for (int s = 0; s < c->sentences; s++)
		for (int i = c->at[s]; i < c->at[s + 1]; i++) {
			int n = c->at[s + 1] - c->at[s], own = i - c->at[s];
			const float *x = c->x + c->at[s] * c->channels;
			conv_token(num->k, c, own, n, x, (size_t)c->channels,
				shares, one);
			same &= !memcmp(one, y->x + i * c->channels, bytes);
			for (int k = 0; k <= own; k++)
				rows[k] = k;
			if (!c->causal)
				continue;
			conv_last(num->k, c->channels, c->taps, own + 1, rows,
				x, (size_t)c->channels, shares, one);
			same &= !memcmp(one, y->x + i * c->channels, bytes);
		}
	OK(same, "%s: a token alone has the same bytes, %d channels, %d taps%s",
		num->k->name, c->channels, c->taps,
		c->causal ? ", causal" : "");
}

static void
check_conv(const struct num *num, struct rng *r, int heads, int each, int taps,
	int causal)
{
	int n = heads * each;
	struct mat x = mat_random(r, T, n, (size_t)n, 1, 0);
	struct mat w = mat_random(r, heads, taps, TAPS + 2, 1, 0);
	struct mat g = mat_random(r, T, n, (size_t)n, 1, 0);
	struct mat y = mat_new(T, n, (size_t)n), dx = mat_new(T, n, (size_t)n);
	struct mat shares = mat_new(taps, n, (size_t)n);
	struct mat scratch = mat_new(taps, n, (size_t)n);
	struct mat dw = mat_random(r, heads, taps, TAPS + 2, 1, 0);
	struct mat dw0 = mat_copy(&dw);
	struct conv c = { .sentences = SENTENCES, .channels = n,
		.heads = heads, .taps = taps, .causal = causal, .at = at_,
		.w = w.x, .ldw = TAPS + 2, .x = x.x };
	double *gs = mat_doubles(&g), *xs = mat_doubles(&x), ys[T * 64];
	double ws[4 * (TAPS + 2)] = { 0 };
	struct naive naive = { &c, xs, ws, gs, ys };
	struct check cy = check_new("nn_conv", num->k->name, 1e-5);
	struct check cb = check_new("its gradients", num->k->name, 1e-5);

	for (int h = 0; h < heads; h++)
		for (int t = 0; t < taps; t++)
			ws[h * c.ldw + t] = (double)at(&w, h, t);
	naive_conv(&naive);
	conv_shares(&c, shares.x);
	nn_conv(num, &c, shares.x, y.x);
	check_mat(&cy, &y, ys, "y");
	check_tokens(num, &c, shares.x, &y);
	nn_conv_back(num, &c, shares.x, g.x, dx.x, dw.x, scratch.x);
	naive.y = NULL;
	for (int i = 0; i < T; i++)
		for (int j = 0; j < n; j++)
			check_value(&cb, (double)at(&dx, i, j),
				slope(naive_conv, &naive, &xs[i * n + j]),
				"dx");
	for (int h = 0; h < heads; h++)
		for (int t = 0; t < taps; t++)
			check_value(&cb, (double)at(&dw, h, t) -
				(double)at(&dw0, h, t), slope(naive_conv,
				&naive, &ws[h * c.ldw + t]), "dw");
	cb.spilt = !mat_untouched(&dx) || !mat_untouched(&dw) ||
		!mat_untouched(&scratch) || !mat_untouched(&shares);
	check_end(&cy);
	check_end(&cb);
	struct mat *all[] = { &x, &w, &g, &y, &dx, &shares, &scratch, &dw,
		&dw0 };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		mat_free(all[i]);
	free(gs);
	free(xs);
}

struct gated {
	double x[2], g;
};

static double
naive_glu(const void *what)
{
	const struct gated *n = what;

	return n->g * n->x[0] / (1 + exp(-n->x[1]));
}

static void
check_glu(const struct num *num, struct rng *r, int n)
{
	struct mat x = mat_random(r, T, 2 * n, 2 * (size_t)n, 4, 0);
	struct mat g = mat_random(r, T, n, (size_t)n, 1, 0);
	struct mat y = mat_new(T, n, (size_t)n);
	struct mat dx = mat_new(T, 2 * n, 2 * (size_t)n);
	struct check cy = check_new("nn_glu", num->k->name, 1e-6);
	struct check cb = check_new("its gradients", num->k->name, 1e-6);

	x.x[n] = 200;          /* gates wide open, and shut */
	x.x[n + 1] = -200;
	nn_glu(num, T, n, x.x, y.x);
	nn_glu_back(num, T, n, x.x, g.x, dx.x);
	for (int i = 0; i < T; i++)
		for (int j = 0; j < n; j++) {
			struct gated one = { { (double)at(&x, i, j),
				(double)at(&x, i, n + j) }, 1 };
			check_value(&cy, (double)at(&y, i, j), naive_glu(&one),
				"y");
			one.g = (double)at(&g, i, j);
			check_value(&cb, (double)at(&dx, i, j),
				slope(naive_glu, &one, &one.x[0]), "dx");
			check_value(&cb, (double)at(&dx, i, n + j),
				slope(naive_glu, &one, &one.x[1]), "dgate");
		}
	cy.spilt = !mat_untouched(&y);
	cb.spilt = !mat_untouched(&dx);
	check_end(&cy);
	check_end(&cb);
	mat_free(&x);
	mat_free(&g);
	mat_free(&y);
	mat_free(&dx);
}

int
main(void)
{
	const struct kernels *k[TABLES_MAX];
	struct rng r = rng_seed(5);

	for (int i = 0, n = tables(k); i < n; i++) {
		struct num num = num_init(1 + i % 2, DTYPE_FP32, k[i]);
		for (int taps = 1; taps <= TAPS; taps += taps < 3 ? 1 : 3)
			for (int causal = 0; causal < 2; causal++) {
				check_conv(&num, &r, 1, 5, taps, causal);
				check_conv(&num, &r, 3, 17, taps, causal);
			}
		check_glu(&num, &r, 2);
		check_glu(&num, &r, 37);
		num_free(&num);
	}
	return FINISH();
}
