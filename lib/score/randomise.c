/* Approximate randomisation, and what the tests tell of a system.
 *
 * Trial t takes bits [t N, (t+1) N) of the stream, one for each of N
 * sentences: 1 takes the base's row, 0 the other's. A block of sentences at a
 * time is added to all trials' sums; eight sentences have 256 sums, which are
 * looked up. So there is no memory of trials x sentences, and each trial reads
 * its bits on from where it stopped. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "randomise.h"

enum { BLOCK = 256, GROUP = 8, GROUPS = BLOCK / GROUP, SUMS = 1 << GROUP,
	WORDS = BLOCK / 64 };

/* Where a trial stands in the stream. */
struct trial {
	struct pcg64 rng;
	uint64_t word;       /* the last one read */
};

struct trials {
	struct trial *at;    /* [n] */
	double *sum;         /* [n][width] */
	double *table;       /* [GROUPS][SUMS][width] */
	size_t n, width, sentences;
};

/* The sums of a block's groups: what it adds to the other's rows that the
 * sentences with a bit are the base's. */
static void
fill_table(const struct trials *t, const double *base, const double *other,
	size_t sentences)
{
	size_t w = t->width;

	for (size_t g = 0; g < GROUPS; g++) {
		double *sums = t->table + g * SUMS * w;
		memset(sums, 0, w * sizeof *sums);
		for (size_t b = 0; b < GROUP; b++) {
			size_t i = g * GROUP + b, half = (size_t)1 << b;
			for (size_t s = half; s < 2 * half; s++)
				for (size_t k = 0; k < w; k++)
					sums[s * w + k] = sums[(s - half) * w +
						k] + (i < sentences ?
						base[i * w + k] -
						other[i * w + k] : 0);
		}
	}
}

static inline void
add_group(double *restrict sum, const double *restrict row, size_t width)
{
	for (size_t k = 0; k < width; k++)
		sum[k] += row[k];
}

/* Add the block's bits to each trial. */
static void
add_block(struct trials *t)
{
	size_t w = t->width;

	for (size_t i = 0; i < t->n; i++) {
		struct trial *at = &t->at[i];
		unsigned shift = i * t->sentences % 64;
		double *sum = t->sum + i * w, *table = t->table;
		for (int k = 0; k < WORDS; k++) {
			uint64_t next = pcg64_u64(&at->rng);
			uint64_t bits = shift ? at->word >> shift |
				next << (64 - shift) : at->word;
			at->word = next;
			for (; table < t->table + (k + 1) * 64 / GROUP *
			    SUMS * w; table += SUMS * w, bits >>= GROUP)
				add_group(sum, table + bits % SUMS * w, w);
		}
	}
}

static void
start(struct trials *t, const struct pcg64 *rng, const double *other)
{
	struct pcg64 g = *rng;
	uint64_t at = 0;

	for (size_t i = 0; i < t->n; i++) {
		uint64_t first = (uint64_t)i * t->sentences / 64;
		pcg64_skip(&g, first - at);
		at = first;
		t->at[i].rng = g;
		t->at[i].word = pcg64_u64(&t->at[i].rng);
		memcpy(t->sum + i * t->width, other, t->width * sizeof *other);
	}
}

/* Where the stream stands after all bits, taken 32 at a time. */
static void
skip_all(struct pcg64 *rng, uint64_t bits)
{
	uint64_t halves = (bits + 31) / 32;

	pcg64_skip(rng, halves / 2);
	if (halves % 2)
		pcg64_u32(rng);
}

/* Are all sums of the rows exact, in whatever order they are added? */
static int
is_exact(const struct rows *r)
{
	for (size_t i = 0; i < r->n * r->width; i++)
		if (r->at[i] * 64 != floor(r->at[i] * 64))
			return 0;
	return 1;
}

/* The same with sums that are rounded, as thirds are (TER's mean length of
 * three references): they are added one by one. NumPy leaves them to BLAS,
 * which does so for a few sentences; for many its order is that of the
 * machine's kernel, and the last digit of a sum may differ. */
static size_t
count_inexact(const struct metric *m, const struct rows *base,
	const struct rows *other, struct pcg64 *rng, size_t n,
	double difference)
{
	enum { SIDES = 4 };   /* base's and other's, of 1 bits and of 0 bits */
	size_t w = base->width, larger = 0, bit = 0;
	double *sum = xmalloc(SIDES * w * sizeof *sum);
	uint32_t bits = 0;

	for (size_t t = 0; t < n; t++) {
		memset(sum, 0, SIDES * w * sizeof *sum);
		for (size_t i = 0; i < base->n; i++, bits >>= 1) {
			if (bit++ % 32 == 0)
				bits = pcg64_u32(rng);
			double *ones = sum + (bits & 1 ? 0 : 2 * w);
			double *zeros = sum + (bits & 1 ? w : 3 * w);
			for (size_t k = 0; k < w; k++) {
				ones[k] += base->at[i * w + k];
				zeros[k] += other->at[i * w + k];
			}
		}
		for (size_t k = 0; k < w; k++) {
			double a = sum[k] + sum[3 * w + k];
			sum[w + k] += sum[2 * w + k];
			sum[k] = a;
		}
		larger += fabs(metric_score(m, sum, WHOLE) -
			metric_score(m, sum + w, WHOLE)) > difference;
	}
	free(sum);
	return larger;
}

static size_t
count_exact(const struct metric *m, const struct rows *base,
	const struct rows *other, struct pcg64 *rng, size_t n,
	double difference)
{
	struct trials t = { .n = n, .width = base->width,
		.sentences = base->n };
	double *all = xmalloc(3 * t.width * sizeof *all), *b = all + t.width;
	double *rest = b + t.width;
	size_t larger = 0;

	t.at = xmalloc(n * sizeof *t.at);
	t.sum = xmalloc(n * t.width * sizeof *t.sum);
	t.table = xmalloc(GROUPS * SUMS * t.width * sizeof *t.table);
	rows_sum(base, all);
	rows_sum(other, b);
	start(&t, rng, b);
	for (size_t i = 0; i < base->n; i += BLOCK) {
		fill_table(&t, base->at + i * t.width, other->at + i * t.width,
			base->n - i);
		add_block(&t);
	}
	for (size_t k = 0; k < t.width; k++)
		all[k] += b[k];
	for (size_t i = 0; i < n; i++) {
		const double *sum = t.sum + i * t.width;
		for (size_t k = 0; k < t.width; k++)
			rest[k] = all[k] - sum[k];
		larger += fabs(metric_score(m, sum, WHOLE) -
			metric_score(m, rest, WHOLE)) > difference;
	}
	skip_all(rng, (uint64_t)n * base->n);
	free(t.at);
	free(t.sum);
	free(t.table);
	free(all);
	return larger;
}

/* How likely a difference as that between the two systems' scores, or a larger
 * one, is by chance, when each sentence's two rows change sides n times at
 * random; rng has moved on when it returns. */
static double
by_randomisation(const struct metric *m, const struct rows *base,
	const struct rows *other, struct pcg64 *rng, size_t n,
	double difference)
{
	int exact = is_exact(base) && is_exact(other);
	size_t larger = (exact ? count_exact : count_inexact)(m, base, other,
		rng, n, difference);

	return (double)(larger + 1) / (double)(n + 1);
}

static double
corpus_score(const struct metric *m, const struct rows *r)
{
	double *sums = xmalloc(r->width * sizeof *sums);

	rows_sum(r, sums);
	double score = metric_score(m, sums, EXACT);
	free(sums);
	return score;
}

struct verdict
paired_verdict(const struct metric *m, const struct rows *base,
	struct resamples *samples, const struct rows *mine, uint64_t seed,
	size_t bootstrap, size_t randomise)
{
	struct verdict v = { corpus_score(m, mine), NAN, { NAN, NAN } };
	double gap = fabs(corpus_score(m, base) - v.score);
	struct pcg64 rng = pcg64_seed(seed);
	struct resamples own = { 0 };
	struct resamples *to = mine == base ? samples : &own;

	if (randomise && mine != base)
		v.p = by_randomisation(m, base, mine, &rng, randomise, gap);
	if (!bootstrap)
		return v;
	resamples_draw(to, m, mine, &rng, bootstrap);
	v.interval = resamples_interval(to, 1);
	if (!randomise && mine != base)
		v.p = paired_bootstrap(samples, to, gap);
	resamples_free(&own);
	return v;
}
