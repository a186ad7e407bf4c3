#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include "base/mem.h"
#include "kmeans.h"

enum { BINS = 1 << 14, ROUNDS = 1000 };

/* Different numbers, ascending, and of all before number i: how many, their
 * sum, the sum of their squares. Moved by their mean, so that no digits are
 * lost. */
struct sorted {
	size_t n;
	double mean;
	double *value;                   /* [n] */
	double *count, *sum, *squares;   /* [n + 1] */
};

static void
sorted_init(struct sorted *s, size_t most, double mean)
{
	double *at = xcalloc(4 * (most + 1), sizeof *at);

	*s = (struct sorted){ 0, mean, at, at + most + 1, at + 2 * (most + 1),
		at + 3 * (most + 1) };
}

/* The next number, times many; where it is none of its own: the mean of some,
 * whose squares sum to squares. */
static void
sorted_add(struct sorted *s, double value, double many, double squares)
{
	size_t i = s->n;

	if (i && s->value[i - 1] >= value)
		i--;
	else
		s->n++;
	if (i + 1 == s->n && s->count[i + 1] == 0) {
		s->count[i + 1] = s->count[i];
		s->sum[i + 1] = s->sum[i];
		s->squares[i + 1] = s->squares[i];
	}
	s->value[i] = value;
	s->count[i + 1] += many;
	s->sum[i + 1] += many * value;
	s->squares[i + 1] += squares;
}

/* The squared error of the numbers i .. j - 1 around their mean. */
static double
cost(const struct sorted *s, size_t i, size_t j)
{
	double n = s->count[j] - s->count[i], sum = s->sum[j] - s->sum[i];

	return fmax(s->squares[j] - s->squares[i] - sum * sum / n, 0);
}

static float
mean_of(const struct sorted *s, size_t i, size_t j)
{
	return (float)(s->mean + (s->sum[j] - s->sum[i]) /
		(s->count[j] - s->count[i]));
}

/* --- reading the numbers ------------------------------------------------- */

struct matrix {
	int rows, cols;
	const float *w;
	size_t ldw;
};

static const float *
row_of(const struct matrix *m, int r)
{
	return m->w + (size_t)r * m->ldw;
}

/* -1: not all are finite. */
static int
range_of(const struct matrix *m, double *min, double *max, double *mean)
{
	double sum = 0;

	*min = INFINITY;
	*max = -INFINITY;
	for (int r = 0; r < m->rows; r++) {
		const float *w = row_of(m, r);
		for (int c = 0; c < m->cols; c++) {
			double x = (double)w[c];
			sum += x;
			*min = x < *min ? x : *min;
			*max = x > *max ? x : *max;
		}
	}
	*mean = sum / ((double)m->rows * m->cols);
	return isfinite(sum) ? 0 : -1;
}

static int
ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void
sort(struct sorted *s, const struct matrix *m, double mean)
{
	size_t n = (size_t)m->rows * (size_t)m->cols, at = 0;
	float *x = xmalloc(n * sizeof *x);

	mem_want(4 * (n + 1) * sizeof *s->value);
	for (int r = 0; r < m->rows; r++)
		for (int c = 0; c < m->cols; c++)
			x[at++] = row_of(m, r)[c];
	qsort(x, n, sizeof *x, ascending);
	sorted_init(s, n, mean);
	for (size_t i = 0; i < n; i++) {
		double v = (double)x[i] - mean;
		sorted_add(s, v, 1, v * v);
	}
	free(x);
}

/* A bin counts as one number, its mean, but for the error within. */
static void
sort_bins(struct sorted *s, const struct matrix *m, double min, double max,
	double mean)
{
	double *bin = xcalloc(3 * BINS, sizeof *bin);
	double scale = max > min ? (BINS - 1) / (max - min) : 0;

	for (int r = 0; r < m->rows; r++) {
		const float *w = row_of(m, r);
		for (int c = 0; c < m->cols; c++) {
			double v = (double)w[c] - mean;
			double *b = bin + 3 * (int)(((double)w[c] - min) *
				scale);
			b[0] += 1;
			b[1] += v;
			b[2] += v * v;
		}
	}
	sorted_init(s, BINS, mean);
	for (int i = 0; i < BINS; i++)
		if (bin[3 * i] > 0)
			sorted_add(s, bin[3 * i + 1] / bin[3 * i], bin[3 * i],
				bin[3 * i + 2]);
	free(bin);
}

/* --- Lloyd --------------------------------------------------------------- */

/* How many numbers are at most x. */
static size_t
up_to(const struct sorted *s, double x)
{
	size_t from = 0, n = s->n;

	while (n) {
		size_t half = n / 2;
		if (s->value[from + half] <= x) {
			from += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return from;
}

static void
lloyd(const struct sorted *s, int k, float *entry)
{
	double *e = xmalloc((size_t)k * sizeof *e);
	double min = s->value[0], max = s->value[s->n - 1];
	int moved = 1;

	for (int i = 0; i < k; i++)
		e[i] = min + (max - min) * i / (k - 1);
	for (int round = 0; moved && round < ROUNDS; round++) {
		size_t from = 0;
		moved = 0;
		for (int i = 0; i < k; i++) {
			size_t to = i + 1 < k ? up_to(s, (e[i] + e[i + 1]) /
				2) : s->n;
			double was = e[i];
			if (to > from)
				e[i] = (s->sum[to] - s->sum[from]) /
					(s->count[to] - s->count[from]);
			moved |= e[i] != was;
			from = to > from ? to : from;
		}
	}
	for (int i = 0; i < k; i++)
		entry[i] = (float)(s->mean + e[i]);
	free(e);
}

/* --- the optimum ------------------------------------------------------------
 * Each cluster costs its error and a fee. For a fee the best clusters are a
 * shortest path over 0 .. n, found in n log n, since costs are concave Monge:
 * once a later start is the better one it stays so. A higher fee makes fewer
 * clusters; the fee that makes k is looked for. */

struct path {
	const struct sorted *s;
	double *d;              /* [n + 1] cost of the best path to i */
	uint32_t *from;         /* [n + 1] the step before on it */
	/* starts that will be the best one, and from where on */
	uint32_t *start, *since;
};

static void
path_init(struct path *p, const struct sorted *s)
{
	size_t n = s->n + 1;

	mem_want(n * (sizeof *p->d + 3 * sizeof *p->from));
	*p = (struct path){ s, xmalloc(n * sizeof *p->d),
		xcalloc(n, sizeof *p->from), xmalloc(n * sizeof *p->start),
		xmalloc(n * sizeof *p->since) };
}

static void
path_free(struct path *p)
{
	free(p->d);
	free(p->from);
	free(p->start);
	free(p->since);
}

static int
better(const struct path *p, size_t j, size_t i, size_t t)
{
	return p->d[j] + cost(p->s, j, t) < p->d[i] + cost(p->s, i, t);
}

/* The first t >= from where start j > i is the better one; n + 1: none. */
static size_t
takes_over(const struct path *p, size_t j, size_t i, size_t from)
{
	size_t n = p->s->n, step = 1, to = from;

	while (to <= n && !better(p, j, i, to)) {
		from = to + 1;
		to = from + step;
		step *= 2;
	}
	to = to < n + 1 ? to : n + 1;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (better(p, j, i, mid))
			to = mid;
		else
			from = mid + 1;
	}
	return to;
}

/* The best path for a fee; how many clusters it has. */
static int
path_find(struct path *p, double fee)
{
	size_t n = p->s->n, head = 0, tail = 1;
	int links = 0;

	p->d[0] = 0;
	p->start[0] = 0;
	p->since[0] = 1;
	for (size_t j = 1; j <= n; j++) {
		while (head + 1 < tail && p->since[head + 1] <= j)
			head++;
		size_t i = p->start[head];
		p->d[j] = p->d[i] + cost(p->s, i, j) + fee;
		p->from[j] = (uint32_t)i;
		while (tail > head && p->since[tail - 1] > j &&
		    better(p, j, p->start[tail - 1], p->since[tail - 1]))
			tail--;
		size_t since = j + 1;
		if (tail > head) {
			size_t last = p->since[tail - 1];
			since = takes_over(p, j, p->start[tail - 1],
				last > j ? last : j + 1);
		}
		if (since > n)
			continue;
		p->start[tail] = (uint32_t)j;
		p->since[tail++] = (uint32_t)since;
	}
	for (size_t j = n; j; j = p->from[j])
		links++;
	return links;
}

/* Its cuts 0 = cut[0] < .. < cut[links] = n. */
static uint32_t *
path_cuts(const struct path *p, int links)
{
	uint32_t *cut = xmalloc((size_t)(links + 1) * sizeof *cut);
	size_t j = p->s->n;

	for (int i = links; i >= 0; i--, j = p->from[j])
		cut[i] = (uint32_t)j;
	return cut;
}

/* Two best paths for one fee, of fewer and of more clusters than k, make one
 * of k: begin with the latter, go on with the former where one step of it
 * spans one of the other (Aggarwal, Schieber and Tokuyama 1994). Numbers too
 * near for their errors to be told apart stay together: then k gets less. */
static uint32_t *
spliced(struct path *p, double few_fee, double many_fee, int *k)
{
	int few = path_find(p, few_fee), i = 0;
	uint32_t *a = path_cuts(p, few);
	int many = path_find(p, many_fee);
	uint32_t *b = path_cuts(p, many);

	*k = many < *k ? many : *k;
	int ahead = *k - few;
	while (i + 1 < few && b[i + ahead + 1] > a[i + 1])
		i++;
	for (int j = i + ahead + 1; j <= *k; j++)
		b[j] = a[j - ahead];
	free(a);
	return b;
}

static uint32_t *
best_cuts(struct path *p, int *k)
{
	double all = cost(p->s, 0, p->s->n), least = 0, most = 2 * all;
	double fee = 2 * all / pow(*k, 3);

	/* the error falls about as 1 / k^2, so the fee as 1 / k^3 */
	for (int round = 0; round < ROUNDS; round++) {
		int links = path_find(p, fee);
		if (links == *k)
			return path_cuts(p, *k);
		if (links > *k)
			least = fee;
		else
			most = fee;
		double next = fee * pow((double)links / *k, 3);
		if (!(next > least && next < most) || round > 12)
			next = least > 0 ? sqrt(least) * sqrt(most) : most / 8;
		if (most - least <= 1e-14 * most || !(next > least &&
		    next < most))
			break;
		fee = next;
	}
	return spliced(p, most, least, k);
}

static void
optimum(const struct sorted *s, int k, float *entry)
{
	struct path p;

	path_init(&p, s);
	int n = k;
	uint32_t *cut = best_cuts(&p, &n);
	for (int i = 0; i < k; i++)
		entry[i] = i < n ? mean_of(s, cut[i], cut[i + 1]) :
			entry[n - 1];
	free(cut);
	path_free(&p);
}

void
kmeans_fit(enum fit fit, int rows, int cols, const float *w, size_t ldw, int k,
	float *entry)
{
	struct matrix m = { rows, cols, w, ldw };
	struct sorted s;
	double min, max, mean;

	if (range_of(&m, &min, &max, &mean)) {
		for (int i = 0; i < k; i++)
			entry[i] = NAN;
		return;
	}
	if (fit == FIT_BINS)
		sort_bins(&s, &m, min, max, mean);
	else
		sort(&s, &m, mean);
	if (s.n <= (size_t)k)
		for (int i = 0; i < k; i++)
			entry[i] = mean_of(&s, (size_t)i < s.n ? (size_t)i :
				s.n - 1, (size_t)i < s.n ? (size_t)i + 1 : s.n);
	else if (fit == FIT_LLOYD)
		lloyd(&s, k, entry);
	else
		optimum(&s, k, entry);
	free(s.value);
}
