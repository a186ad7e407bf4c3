/* The edits of one hypothesis: sacreBLEU's search, which follows tercom's.
 *
 * Words of the hypothesis are moved, one block at a time, as long as the best
 * move saves edits. For a move only the rows of the distance matrix between
 * where the block was and where it goes are computed anew: the rows before are
 * those of the unmoved text, and so is the distance from a row behind to the
 * end. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/memleft.h"
#include "ter.h"

enum { SHIFT_MAX = 10, DISTANCE_MAX = 50, BEAM = 25, CANDIDATES_MAX = 1000 };
enum { FAR = 1 << 29 };               /* no path */
enum op { OP_MATCH, OP_SUBST, OP_INSERT, OP_DELETE };

/* The matrix has rows 0 .. hyp words and columns 0 .. ref words; of row i only
 * columns [from[i], to[i]) lie within the beam around the diagonal. */
struct ter_table {
	size_t h, r;                  /* words */
	const uint32_t *ref;
	uint32_t *hyp, *moved;        /* [h] */
	int *from, *to;               /* [h + 1] */
	int *ahead;                   /* [h + 1][r + 2] edits from the start to
	                                 here, column 0 one to the right */
	int *back;                    /* the same: from here to the end */
	unsigned char *op;            /* [h + 1][r + 1] the last step to here */
	int *row[2];                  /* [r + 2] */
	int *align;                   /* [r] word of hyp beside a word of ref */
	int *hyp_wrong, *ref_wrong;   /* [h + 1], [r + 1] wrong words before */
	void *memory;
	size_t cap;
};

struct move {
	long saves;
	int length, from, to;
};

static int *
row_of(int *matrix, const struct ter_table *t, size_t i)
{
	return matrix + i * (t->r + 2) + 1;
}

/* Lay the table out over its memory; without, say how much it takes. */
static size_t
lay_out(struct ter_table *t, char *base)
{
	size_t at = 0, h = t->h + 1, r = t->r + 2;
	int **const ints[] = { &t->from, &t->to, &t->hyp_wrong, &t->ahead,
		&t->back, &t->row[0], &t->row[1], &t->align, &t->ref_wrong };
	const size_t n[] = { h, h, h, h * r, h * r, r, r, r, r };

	for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
		*ints[i] = base ? (int *)(void *)(base + at) : NULL;
		at += n[i] * sizeof(int);
	}
	t->hyp = base ? (uint32_t *)(void *)(base + at) : NULL;
	at += h * sizeof *t->hyp;
	t->moved = base ? (uint32_t *)(void *)(base + at) : NULL;
	at += h * sizeof *t->moved;
	t->op = base ? (unsigned char *)base + at : NULL;
	return at + h * r;
}

/* The beam: as wide as it must be to reach from one row to the next. */
static void
set_beam(struct ter_table *t)
{
	double ratio = t->h ? (double)t->r / (double)t->h : 1;
	int width = BEAM < ratio / 2 ? (int)ceil(ratio / 2 + BEAM) : BEAM;

	t->from[0] = 0;
	t->to[0] = (int)t->r + 1;
	for (size_t i = 1; i <= t->h; i++) {
		int middle = (int)floor((double)i * ratio);
		int to = middle + width, last = (int)t->r + 1;
		t->from[i] = middle > width ? middle - width : 0;
		t->to[i] = to < last && i < t->h ? to : last;
	}
}

static int
start(struct ter_table **table, const struct symbols *hyp,
	const struct symbols *ref, struct why *why)
{
	struct why lack;
	struct ter_table *t = *table;

	if (!t)
		t = *table = xcalloc(1, sizeof *t);
	t->h = hyp->n;
	t->r = ref->n;
	t->ref = ref->at;
	size_t need = lay_out(t, NULL);
	if (need > t->cap && mem_lacks((double)(need - t->cap), &lack))
		return why_set(why, "too long for TER: a table of %zu by %zu "
			"words %s", t->h, t->r, lack.text);
	t->memory = xroom(t->memory, &t->cap, need, 1);
	lay_out(t, t->memory);
	if (t->h)
		memcpy(t->hyp, hyp->at, t->h * sizeof *t->hyp);
	set_beam(t);
	for (int j = -1; j <= (int)t->r; j++)
		row_of(t->ahead, t, 0)[j] = j < 0 ? FAR : j;
	return 0;
}

/* Row i, whose last word is word, from the row before. What lies outside the
 * beam and may be looked at is made FAR. */
static inline void
next_row(const struct ter_table *t, size_t i, uint32_t word, int *before,
	int *row)
{
	int from = t->from[i], to = t->to[i], left = FAR;

	before[t->from[i - 1] - 1] = FAR;
	for (int j = t->to[i - 1]; j < to; j++)
		before[j] = FAR;
	for (int j = from; j < to; j++) {
		int best = j ? before[j - 1] + (t->ref[j - 1] != word) : FAR;
		int delete = before[j] + 1;
		best = best < delete ? best : delete;
		row[j] = left = best < left + 1 ? best : left + 1;
	}
}

/* The matrix of the unmoved text, with the step to each place: a match or
 * substitution before a deletion before an insertion. */
static void
fill_ahead(struct ter_table *t)
{
	for (size_t i = 1; i <= t->h; i++) {
		int *before = row_of(t->ahead, t, i - 1);
		int *row = row_of(t->ahead, t, i);
		unsigned char *op = t->op + i * (t->r + 1);
		next_row(t, i, t->hyp[i - 1], before, row);
		for (int j = t->from[i]; j < t->to[i]; j++) {
			int other = !j || t->ref[j - 1] != t->hyp[i - 1];
			op[j] = j && row[j] == before[j - 1] + other ?
				other ? OP_SUBST : OP_MATCH :
				row[j] == before[j] + 1 ? OP_DELETE : OP_INSERT;
		}
	}
}

static void
fill_back(struct ter_table *t)
{
	int *row = row_of(t->back, t, t->h), r = (int)t->r;

	for (int j = r; j >= t->from[t->h]; j--)
		row[j] = r - j;
	for (size_t i = t->h; i-- > 0; row = row_of(t->back, t, i)) {
		int *here = row_of(t->back, t, i), right = FAR;
		int from = t->from[i + 1], to = t->to[i + 1];
		for (int j = t->to[i] - 1; j >= t->from[i]; j--) {
			int step = j < r && j + 1 >= from && j + 1 < to ?
				row[j + 1] + (t->ref[j] != t->hyp[i]) : FAR;
			int delete = j >= from && j < to ? row[j] + 1 : FAR;
			step = step < delete ? step : delete;
			here[j] = right = step < right + 1 ? step : right + 1;
		}
	}
}

/* Which word of the hypothesis stands beside each of the reference, and how
 * many words of either are wrong. */
static void
set_alignment(struct ter_table *t)
{
	size_t i = t->h, j = t->r;

	/* from the end: op[] is overwritten by the steps in their order */
	while (i || j) {
		enum op op = i ? t->op[i * (t->r + 1) + j] : OP_INSERT;
		if (op == OP_MATCH || op == OP_SUBST) {
			t->align[j - 1] = (int)i - 1;
			t->hyp_wrong[i--] = op == OP_SUBST;
			t->ref_wrong[j--] = op == OP_SUBST;
		} else if (op == OP_INSERT) {
			t->align[j - 1] = (int)i - 1;
			t->ref_wrong[j--] = 1;
		} else
			t->hyp_wrong[i--] = 1;
	}
	t->hyp_wrong[0] = t->ref_wrong[0] = 0;
	for (i = 1; i <= t->h; i++)
		t->hyp_wrong[i] += t->hyp_wrong[i - 1];
	for (j = 1; j <= t->r; j++)
		t->ref_wrong[j] += t->ref_wrong[j - 1];
}

/* hyp with words [from, from + length) moved to before word `to`; within the
 * block, as if that counted what is left when it is taken out. The words that
 * differ are [*lo, *hi). */
static void
move_words(const struct ter_table *t, const struct move *m, uint32_t *out,
	size_t *lo, size_t *hi)
{
	const uint32_t *h = t->hyp;
	size_t from = (size_t)m->from, n = (size_t)m->length;
	size_t to = (size_t)m->to;

	if (to < from) {
		*lo = to;
		*hi = from + n;
		memcpy(out + to, h + from, n * sizeof *h);
		memcpy(out + to + n, h + to, (from - to) * sizeof *h);
		return;
	}
	/* out of the way: what follows the block comes first */
	size_t skip = to > from + n ? to - from - n : to - from;
	if (from + n + skip > t->h)
		skip = t->h - from - n;
	*lo = from;
	*hi = from + n + skip;
	memcpy(out + from, h + from + n, skip * sizeof *h);
	memcpy(out + from + skip, h + from, n * sizeof *h);
}

/* The distance after a move. */
static int
cost_of(struct ter_table *t, const struct move *m)
{
	size_t lo, hi;
	int best = FAR;

	move_words(t, m, t->moved, &lo, &hi);
	int *before = row_of(t->ahead, t, lo);
	for (size_t i = lo + 1; i <= hi; i++) {
		int *row = t->row[i & 1] + 1;
		next_row(t, i, t->moved[i - 1], before, row);
		before = row;
	}
	const int *back = row_of(t->back, t, hi);
	for (int j = t->from[hi]; j < t->to[hi]; j++)
		if (before[j] + back[j] < best)
			best = before[j] + back[j];
	return best;
}

/* Most saved first, then the longest, the earliest, the earliest target. */
static int
is_better(const struct move *a, const struct move *b)
{
	if (a->saves != b->saves)
		return a->saves > b->saves;
	if (a->length != b->length)
		return a->length > b->length;
	if (a->from != b->from)
		return a->from < b->from;
	return a->to < b->to;
}

/* Try the block [from, from + length), which stands in the reference at ref,
 * before and behind the words beside those of the reference. */
static void
try_block(struct ter_table *t, int now, struct move m, int ref,
	struct move *best, int *tried)
{
	int last = -1, end = ref + m.length;

	if (t->hyp_wrong[m.from + m.length] == t->hyp_wrong[m.from] ||
	    t->ref_wrong[end] == t->ref_wrong[ref])
		return;
	if (m.from <= t->align[ref] && t->align[ref] < m.from + m.length)
		return;
	for (int j = ref - 1; j < end; j++) {
		m.to = j < 0 ? 0 : t->align[j] + 1;
		if (m.to == last)
			continue;
		last = m.to;
		m.saves = now - cost_of(t, &m);
		++*tried;
		if (!best->length || is_better(&m, best))
			*best = m;
	}
}

/* The best move, length 0 if there is none. */
static struct move
best_move(struct ter_table *t, int now, int *tried)
{
	struct move best = { 0 };
	int h = (int)t->h, r = (int)t->r;

	for (int i = 0; i < h; i++) {
		int j = i > DISTANCE_MAX ? i - DISTANCE_MAX : 0;
		for (; j < r && j <= i + DISTANCE_MAX; j++) {
			for (int n = 0; n < SHIFT_MAX && i + n < h &&
			    j + n < r && t->hyp[i + n] == t->ref[j + n]; n++) {
				try_block(t, now, (struct move){ 0, n + 1, i,
					0 }, j, &best, tried);
			}
			if (*tried >= CANDIDATES_MAX)
				return best;
		}
	}
	return best;
}

long
ter_edits(struct ter_table **table, const struct symbols *hyp,
	const struct symbols *ref, struct why *why)
{
	int shifts = 0, tried = 0;
	size_t lo, hi;

	if (!ref->n)
		return (long)hyp->n;
	if (start(table, hyp, ref, why))
		return -1;
	for (struct ter_table *t = *table;;) {
		fill_ahead(t);
		int now = row_of(t->ahead, t, t->h)[t->r];
		if (!now)
			return shifts;
		fill_back(t);
		set_alignment(t);
		struct move best = best_move(t, now, &tried);
		if (tried >= CANDIDATES_MAX || best.saves <= 0)
			return shifts + now;
		shifts++;
		move_words(t, &best, t->moved, &lo, &hi);
		memcpy(t->hyp + lo, t->moved + lo, (hi - lo) * sizeof *t->hyp);
	}
}

void
ter_table_free(struct ter_table *t)
{
	if (t)
		free(t->memory);
	free(t);
}
