/* requests.h - translating a window of sentences, those of like length
 * together.
 *
 * Nothing here prints or exits. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include "base/die.h"
#include "beam.h"

struct request {
	int *src, n;         /* ids with </s>; owned */
	const char *name;    /* of its input; borrowed */
	long at;             /* its line there */
	char *line;          /* the record; owned, NULL for text */
	size_t len;
	struct buf out;      /* the answer */
};
void request_free(struct request *);

/* Translates batches. Made and grown when it is needed. */
struct worker {
	struct decoder *decoder;
	struct beam beam;
	int steps;           /* for which there is memory */
};

/* The caller sets the first six, the rest is zero. translator_free.
 *
 * Threads take whole batches, each with a decoder of its own: nothing is
 * waited for but the end of the window. Where there are fewer sentences than
 * threads, all work at one. Where memory lacks, the halves of a batch come one
 * after the other, at last single sentences. The answers are the same. */
struct translator {
	struct packed_model model;   /* freed with it */
	struct beam_options o;
	long batch, threads;
	const struct kernels *k;
	const struct device *device;
	struct worker together;      /* of all threads */
	struct worker *apart;        /* [threads], of one thread each */
	struct team team;            /* of those */
};
void translator_free(struct translator *);

/* Writes the answer; n > 0 hypotheses, best first. */
typedef void request_answer(const void *data, struct request *,
	const struct hyp *, int n);

/* Translate those of n requests that have no answer yet and hand each its
 * hypotheses. -1 with a reason where number bad of them has none, for lack of
 * memory or because the weights are not finite; others may have none then. */
int translate_window(struct translator *, struct request *, size_t n,
	request_answer *, const void *data, size_t *bad, struct why *);

#endif
