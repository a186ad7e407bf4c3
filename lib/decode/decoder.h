/* decoder.h - inference: the encoder once, then step by step, with caches.
 *
 * An interface: what a device answers. Beam search, translation and measuring
 * know no more of it than this.
 *
 * A decoder has room for so many sentences, rows (hypotheses being extended)
 * and steps; all of it is laid out once, nothing is allocated in a step.
 * Memory that no sentence has needed yet is not resident. The bytes do not
 * depend on the number of threads, nor on what else is in the batch. */
#ifndef DECODER_H
#define DECODER_H

#include "base/die.h"
#include "base/team.h"
#include "packed.h"

struct room {
	int sentences, beam;
	int src_tokens;      /* of all sentences together */
	int max_src;         /* of the longest */
	int steps;
};

/* Places of what is kept of every row and step. */
static inline size_t
room_slots(const struct room *r)
{
	return (size_t)r->steps * (size_t)r->sentences * (size_t)r->beam;
}

/* What a row may be followed by: the best words but <pad>, with their log
 * probabilities, in descending order. */
struct follow {
	int id;
	float logp;
};

/* What all devices' decoders have. */
struct decoder {
	const struct device *device;
	struct room room;
	struct team *team;       /* threads of this machine that work for it */
	struct arena arena;      /* memory of this machine that it takes */
	/* the result of a step, R rows: */
	int follows;             /* 2 beam, and </s> and <unk> */
	struct follow *follow;   /* [R, follows]; id -1: there are no more */
	float *eos_logp;         /* [R] */
	int launches;            /* of kernels in a step; the CPU: 0 */
	/* It does nothing any more, and no row can be extended. */
	enum { DECODES, LACKS_MEMORY, LOST_DEVICE } failed;
	struct why why;
};

/* The functions below, of one device. */
struct device {
	const char *name;
	struct decoder *(*init)(const struct device *,
		const struct packed_model *, int threads, const struct room *,
		const struct kernels *);
	void (*free)(struct decoder *);
	size_t (*bytes)(const struct device *, const struct packed_model *,
		int threads, const struct room *);
	void (*encode)(struct decoder *, const int *src, const int *at, int n);
	void (*step)(struct decoder *, int rows, const int *token,
		const int *parent, const int *sentence);
	/* 1: it computes by itself, while our one thread waits, in memory of
	 * its own: the rest is only of such a device. */
	int apart;
	/* Bytes of it that a model and its room take. */
	double (*own_bytes)(const struct device *, const struct packed_model *,
		const struct room *);
	/* Has it fewer bytes left? -1 with a reason. */
	int (*lacks)(const struct device *, double bytes, struct why *);
	/* What it is: members of the record "host". */
	void (*host)(const struct device *, struct buf *);
};
extern const struct device device_cpu;

/* The model is borrowed; caller owns the decoder: decoder_free, which takes
 * NULL too. It may have failed already. */
static inline struct decoder *
decoder_init(const struct device *device, const struct packed_model *m,
	int threads, const struct room *r, const struct kernels *k)
{
	return device->init(device, m, threads, r, k);
}

static inline void
decoder_free(struct decoder *d)
{
	if (d)
		d->device->free(d);
}

/* Bytes of this machine's memory that this room takes when it is used to the
 * full. */
static inline size_t
decoder_bytes(const struct device *device, const struct packed_model *m,
	int threads, const struct room *r)
{
	return device->bytes(device, m, threads, r);
}

/* Encode n sentences: sentence s is src[at[s] .. at[s+1]), </s> included. */
static inline void
decoder_encode(struct decoder *d, const int *src, const int *at, int n)
{
	d->device->encode(d, src, at, n);
}

/* Extend rows by token[R]. Row r goes on from row parent[r] of the step before
 * (not looked at in the first step) and belongs to sentence[r]; the rows of a
 * sentence stand together. Fills follow and eos_logp. */
static inline void
decoder_step(struct decoder *d, int rows, const int *token, const int *parent,
	const int *sentence)
{
	d->device->step(d, rows, token, parent, sentence);
}

#endif
