#include <math.h>
#include <string.h>
#include "base/memleft.h"
#include "reference.h"

/* Share of its time by which a reference may change and count as still. */
static const double MOVED = 0.04;

void
reference_fix(struct reference *r, const struct arch *arch)
{
	r->arch = *arch;
	r->of_space = 1;
}

struct task
reference_task(const struct reference *r, const struct task *t)
{
	struct task own = *t;

	if (!r->of_space)
		return own;
	if (own.super_encoder_embed_dim < r->arch.encoder_embed_dim)
		own.super_encoder_embed_dim = r->arch.encoder_embed_dim;
	if (own.super_decoder_embed_dim < r->arch.decoder_embed_dim)
		own.super_decoder_embed_dim = r->arch.decoder_embed_dim;
	return own;
}

int
reference_is_of(const struct reference *r, const struct task *t)
{
	return r->known && !memcmp(&r->task, t, sizeof *t);
}

static void
reference_drop(struct reference *r)
{
	if (r->made)
		subject_free(&r->s);
	r->made = 0;
}

void
reference_set(struct reference *r, const struct arch *arch,
	const struct task *t)
{
	reference_drop(r);
	r->arch = *arch;
	r->task = *t;
	r->known = 1;
	r->at = 0;
	r->unsettled = 0;
	r->spacing = r->every;
}

double
reference_at(const struct reference *r, double ms, double at, double when)
{
	double span = r->at - at;
	double share = span > 0 ? (when - at) / span : 0;

	return ms + share * (r->ms - ms);
}

static void
make_subject(const struct bench *b, struct subject *s,
	const struct arch *arch, const struct task *t)
{
	struct view v;

	if (b->params) {
		view_make(&v, b->params, b->params->w, arch);
		subject_view(s, &v, b->block.seed, &b->w);
	} else
		subject_random(s, &b->block, arch, t, &b->w);
	if (b->cpus)
		subject_pin(s, b->cpus);
}

/* A block that is large enough; the reference moves with it. */
static void
make_room(struct bench *b, const struct arch *arch, const struct task *t)
{
	size_t need = b->params ? 0 : subject_floats(arch, t,
		b->w.dtype);

	if (need > b->block.floats) {
		reference_drop(&b->ref);
		random_block_grow(&b->block, need);
	}
}

struct bench_need
bench_need(const struct bench *b, const struct arch *arch,
	const struct task *t)
{
	size_t weights;
	double own, bytes = subject_bytes(arch, t, &b->w, &weights, &own);

	if (b->params)
		return (struct bench_need){ bytes + (double)weights, 0, own };
	return (struct bench_need){ bytes, subject_floats(arch, t,
		b->w.dtype), own };
}

int
bench_lacks(const struct bench *b, const struct bench_need *record,
	const struct bench_need *reference, struct why *why)
{
	const struct subject *s = &b->ref.s;
	const struct device *device = b->w.device;
	size_t floats = record->floats > reference->floats ? record->floats :
		reference->floats;
	double held = b->ref.made ? (double)s->decoder->arena.size +
		(double)s->beam.arena.size : 0;

	if (b->ref.made && b->params)
		held += (double)s->model.bytes;
	double more = record->bytes + reference->bytes - held;
	if (floats > b->block.floats)
		more += block_bytes(floats, b->block.dtype) -
			block_bytes(b->block.floats, b->block.dtype);
	if (device->apart && device->lacks(device, record->own +
	    (b->ref.made ? 0 : reference->own), why))
		return -1;
	return more > 0 ? mem_lacks(more, why) : 0;
}

/* Time a subject, unless the device has failed. */
static int
time_subject(struct bench *b, struct subject *s, const struct stop_rule *p,
	struct latency *l)
{
	if (!subject_measure(s, p, &b->core, &b->samples, l))
		return 0;
	b->failed = 1;
	return why_set(&b->why, "%s%s", s->decoder->failed == LACKS_MEMORY ?
		"measuring this " : "", s->decoder->why.text);
}

int
bench_reference(struct bench *b)
{
	struct reference *r = &b->ref;
	struct stop_rule p = b->stop;
	double before = r->ms, first = r->at;
	struct latency l;

	if (!r->made) {
		make_room(b, &r->arch, &r->task);
		make_subject(b, &r->s, &r->arch, &r->task);
		r->made = 1;
	}
	/* its neighbours in time have a say, too */
	p.min_repeat = 1;
	p.precision *= 1.5;
	p.max_s /= 4;
	if (time_subject(b, &r->s, &p, &l) || l.stopped)
		return 0;
	r->ms = l.total;
	r->unsettled = l.unsettled;
	r->at = l.at;
	int moved = first && fabs(r->ms / before - 1) >
		fmax(MOVED, 2 * p.precision);
	r->spacing = moved ? 1 : 2 * r->spacing;
	if (r->spacing > r->every)
		r->spacing = r->every;
	return moved;
}

void
bench_measure(struct bench *b, const struct arch *arch, const struct task *t,
	struct latency *l)
{
	struct subject s;

	*l = (struct latency){ 0 };
	make_room(b, arch, t);
	if (b->ref.every && !b->ref.at)
		bench_reference(b);
	/* a signal ended the reference */
	l->stopped = b->ref.every && !b->ref.at;
	if (b->failed || l->stopped)
		return;
	make_subject(b, &s, arch, t);
	time_subject(b, &s, &b->stop, l);
	subject_free(&s);
}

void
bench_free(struct bench *b)
{
	reference_drop(&b->ref);
	random_block_free(&b->block);
	timings_free(&b->samples);
	workload_free(&b->w);
}
