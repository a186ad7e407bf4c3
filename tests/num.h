/* num.h - what the tests of lib/num share: matrices with guards around their
 * rows, naive references in double precision, finite differences. */
#ifndef TESTS_NUM_H
#define TESTS_NUM_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "num/attention.h"
#include "num/dispatch.h"
#include "num/nn.h"
#include "open_num.h"
#include "tap.h"

/* What lies between and behind the rows is a NaN: whoever computes with it
 * shows it, whoever writes over it is found by mat_untouched. */
enum { EDGE = 19, SLACK = NUM_SLACK / 4 };
#define GUARD 0x7fc0beefu

struct mat {
	int rows, n;
	size_t ld, all;
	float *block, *x;   /* x: [rows, n] of ld, 4-byte aligned */
};

static inline struct mat
mat_new(int rows, int n, size_t ld)
{
	struct mat m = { rows, n, ld, EDGE + (size_t)rows * ld + SLACK, 0, 0 };
	uint32_t guard = GUARD;

	m.block = xmalloc(m.all * sizeof *m.block);
	for (size_t i = 0; i < m.all; i++)
		memcpy(m.block + i, &guard, sizeof guard);
	m.x = m.block + EDGE;
	return m;
}

static inline void
mat_free(struct mat *m)
{
	free(m->block);
}

/* Normals of deviation size around mean. */
static inline struct mat
mat_random(struct rng *r, int rows, int n, size_t ld, double size, double mean)
{
	struct mat m = mat_new(rows, n, ld);

	for (int i = 0; i < rows; i++)
		for (int j = 0; j < n; j++)
			m.x[(size_t)i * ld + (size_t)j] =
				(float)(mean + size * rng_normal(r));
	return m;
}

static inline struct mat
mat_copy(const struct mat *from)
{
	struct mat m = mat_new(from->rows, from->n, from->ld);

	memcpy(m.block, from->block, m.all * sizeof *m.block);
	return m;
}

static inline float
at(const struct mat *m, int i, int j)
{
	return m->x[(size_t)i * m->ld + (size_t)j];
}

/* Are all guards still there? */
static inline int
mat_untouched(const struct mat *m)
{
	uint32_t guard = GUARD;

	for (size_t i = 0; i < m->all; i++) {
		if (i >= EDGE && (i - EDGE) / m->ld < (size_t)m->rows &&
		    (i - EDGE) % m->ld < (size_t)m->n)
			continue;
		if (memcmp(m->block + i, &guard, sizeof guard))
			return 0;
	}
	return 1;
}

/* The same numbers in double, rows packed: [rows * n]. */
static inline double *
mat_doubles(const struct mat *m)
{
	double *x = xmalloc(((size_t)m->rows * (size_t)m->n + 1) * sizeof *x);

	for (int i = 0; i < m->rows; i++)
		for (int j = 0; j < m->n; j++)
			x[(size_t)i * (size_t)m->n + (size_t)j] = at(m, i, j);
	return x;
}

/* One line of TAP for many comparisons: the worst is kept. */
struct check {
	const char *what, *of;
	double tol, worst;          /* of |got - want| / (1 + |want|) */
	double got, want;
	long seen;
	int spilt;
	char where[100];
};

static inline struct check
check_new(const char *what, const char *of, double tol)
{
	return (struct check){ .what = what, .of = of, .tol = tol };
}

static inline void
check_value(struct check *c, double got, double want, const char *where)
{
	double off = fabs(got - want) / (1 + fabs(want));

	c->seen++;
	if (got == want || off <= c->worst)   /* false for a NaN */
		return;
	if (c->worst != c->worst)
		return;
	c->worst = off;
	c->got = got;
	c->want = want;
	snprintf(c->where, sizeof c->where, "%s", where);
}

/* got[rows, n] against want[rows * n], and the guards of got. */
static inline void
check_mat(struct check *c, const struct mat *got, const double *want,
	const char *where)
{
	char text[80];

	for (int i = 0; i < got->rows; i++)
		for (int j = 0; j < got->n; j++) {
			snprintf(text, sizeof text, "%.50s [%d,%d]", where, i,
				j);
			check_value(c, at(got, i, j), want[(size_t)i *
				(size_t)got->n + (size_t)j], text);
		}
	if (!mat_untouched(got)) {
		c->spilt = 1;
		printf("# %s, %s: wrote outside: %s\n", c->what, c->of, where);
	}
}

static inline void
check_end(const struct check *c)
{
	int good = c->seen > 0 && !c->spilt && c->worst <= c->tol;

	OK(good, "%s, %s: %ld values, off by %.1e", c->what, c->of, c->seen,
		c->worst);
	if (!good)
		printf("# %s: %.9g, want %.9g\n", c->where, c->got, c->want);
}

/* The factor (0 or scale) that dropout has for element i, as the kernels
 * themselves have it for a lone 1. */
static inline double
drop_factor(const struct num *num, struct drop d, uint32_t i)
{
	float one[SLACK] = { 1 }, y[SLACK];

	num->k->drop_apply(1, 1, one, y, SLACK, d, i);
	return y[0];
}

/* Central differences: d f / d x[i]. */
static inline double
slope(double (*f)(const void *), const void *what, double *x)
{
	const double h = 1e-5;
	double old = *x, up, down;

	*x = old + h;
	up = f(what);
	*x = old - h;
	down = f(what);
	*x = old;
	return (up - down) / (2 * h);
}

/* The kernels that this CPU can run; returns how many. */
enum { TABLES_MAX = 8 };
static inline int
tables(const struct kernels *to[TABLES_MAX])
{
	int n = 0;

	while (n < TABLES_MAX && (to[n] = kernels_nth(n)))
		n++;
	return n;
}

#endif
