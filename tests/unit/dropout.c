/* Dropout: how many elements it keeps, what it multiplies them by, and that
 * its masks repeat where they must and differ where they must. */
#include "num.h"

enum { N = 1 << 20 };

/* mask[N] of a drop: 1 where kept. */
static void
mask_of(const struct num *num, struct drop d, char *mask)
{
	static float x[N], y[N];
	float scale = 0;
	int odd = 0;

	for (int i = 0; i < N; i++)
		x[i] = 1;
	nn_drop(num, N / 256, 256, x, y, d);
	for (int i = 0; i < N; i++) {
		mask[i] = y[i] != 0;
		if (mask[i])
			scale = y[i];
		odd += mask[i] && y[i] != scale;
	}
	if (odd)
		OK(0, "one scale for all that is kept");
}

/* How far two bits a, b of frequency p are from independent, in deviations. */
static double
related(const char *a, const char *b, long n, double p)
{
	long both = 0;

	for (long i = 0; i < n; i++)
		both += a[i] && b[i];
	double q = p * p;
	return fabs((double)both - (double)n * q) / sqrt((double)n * q *
		(1 - q));
}

static void
test_fraction(const struct num *num, double p)
{
	static char mask[N];
	struct drop d = drop_make(p, 7, 8, 9);
	double kept = 0;

	mask_of(num, d, mask);
	for (int i = 0; i < N; i++)
		kept += mask[i];
	double off = fabs(kept - N * (1 - p)) / sqrt(N * p * (1 - p));
	OK(off < 4, "p = %g drops that part: %.1f deviations off", p, off);
	NEAR(d.scale, 1 / (1 - p), 1e-6, "p = %g scales by 1/(1-p)", p);
}

static void
test_lags(const struct num *num)
{
	static const int lags[] = { 1, 2, 3, 16, 64, 255, 256, 512, 640,
		65536 };
	static char mask[N];
	double worst = 0;

	mask_of(num, drop_make(0.3, 7, 8, 9), mask);
	for (size_t i = 0; i < sizeof lags / sizeof *lags; i++)
		worst = fmax(worst, related(mask, mask + lags[i], N - lags[i],
			0.7));
	OK(worst < 4.5, "neighbours are independent: %.1f deviations", worst);
}

static void
test_keys(const struct num *num)
{
	static char a[N], b[N];
	double worst = 0;
	int same = 0;

	mask_of(num, drop_make(0.3, 7, 8, 9), a);
	mask_of(num, drop_make(0.3, 7, 8, 9), b);
	OK(!memcmp(a, b, N), "the same seed, step and site give the same mask");
	for (int i = 0; i < 24; i++) {
		uint64_t other = (uint64_t)i + 1;
		mask_of(num, drop_make(0.3, 7 + (i % 3 == 0) * other,
			8 + (i % 3 == 1) * other, 9 + (i % 3 == 2) * (i + 1)),
			b);
		same += !memcmp(a, b, N);
		worst = fmax(worst, related(a, b, N, 0.7));
	}
	OK(!same && worst < 4.5, "another seed, step or site gives an "
		"independent one: %.1f deviations", worst);
}

int
main(void)
{
	struct num num = num_init(2, DTYPE_FP32, kernels_best());
	struct drop none = drop_make(0, 1, 2, 3);
	float x[SLACK + 3] = { 1, -2, 3 }, y[SLACK + 3];

	OK(none.limit == 0 && none.scale == 1, "p = 0 drops nothing");
	nn_drop(&num, 1, 3, x, y, none);
	OK(!memcmp(x, y, 3 * sizeof *x), "p = 0 leaves every bit");
	nn_drop(&num, 1, 3, x, y, (struct drop){ 0 });
	OK(!memcmp(x, y, 3 * sizeof *x), "so does a drop of zeros");
	nn_relu_back(&num, 1, 3, x, y, (struct drop){ 0 });
	OK(x[0] == 1 && x[1] == 0 && x[2] == 3, "also backwards through ReLU");
	test_fraction(&num, 0.1);
	test_fraction(&num, 0.5);
	test_fraction(&num, 0.9375);
	test_lags(&num);
	test_keys(&num);
	num_free(&num);
	return FINISH();
}
