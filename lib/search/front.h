/* front.h - which of many points are best, where each has several values.
 *
 * A point dominates another if none of its values is larger and one is
 * smaller; the front is what nothing dominates. Ranks and crowding are those of
 * NSGA-II (Deb, Pratap, Agarwal, Meyarivan: "A fast and elitist multiobjective
 * genetic algorithm: NSGA-II", 2002, sections III.A, III.B and VI.A). Smaller
 * values are better; none may be NaN. */
#ifndef FRONT_H
#define FRONT_H

#include <stddef.h>

enum { OBJECTIVES_MAX = 8 };

struct point {
	double value[OBJECTIVES_MAX];   /* [m] in use */
	double excess;    /* by how much it misses conditions; 0: it meets all.
	                   * One that misses less dominates anyhow */
	size_t index;     /* the caller's; of equal points the lower is first */
	int rank;         /* 0: of the front, 1: of the rest without it .. */
	double crowding;  /* how far its neighbours of the same rank are, in
	                   * shares of that rank's ranges; INFINITY at ends */
};

int point_dominates(const struct point *, const struct point *, int m);
/* Set the ranks of n points of m values. The order of the points changes. */
void front_ranks(struct point *, size_t n, int m);
/* Set ranks and crowding, and sort: lower ranks first, then who has more room,
 * then the lower index. */
void front_sort(struct point *, size_t n, int m);

#endif
