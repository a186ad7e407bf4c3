/* answers_rec.h - what a journal of measured records holds already.
 *
 * An answer is found by the bytes of the record that it answers, in whatever
 * order. Dies with "prog: FILE:LINE: reason". */
#ifndef ANSWERS_REC_H
#define ANSWERS_REC_H

#include <stdint.h>
#include "rec/journal.h"
#include "rec/rec.h"

struct answer {
	const char *line;        /* borrowed of the journal */
	size_t len;
	uint64_t key;
	long no;                 /* its line, from 1 */
	int taken;
};

struct answers {
	struct journal journal;
	struct answer *at;       /* [n] by key */
	size_t n;
};

/* The members that measuring adds, NULL-ended. */
extern const char *const *const measured_members;

/* What is marked "unsettled" there answers nothing. path: NULL for none. host:
 * JSON, that of all answers or it dies. */
void answers_open(struct answers *, const char *path, const char *host);
/* An answer to this record that was not taken before, or NULL. Dies where its
 * workload (JSON) is another. */
struct answer *answers_take(struct answers *, const char *line, size_t len,
	const char *workload);
/* Dies where an answer of this workload (JSON) was measured beside another
 * reference than that of this arch_id. */
void answers_check_reference(const struct answers *, const char *id,
	const char *workload);
/* Dies where an answer was never taken. name: of the records' stream. */
void answers_check(const struct answers *, const char *name);
/* The answers in the order of the journal. */
void answers_sort(struct answers *);
void answers_close(struct answers *);

#endif
