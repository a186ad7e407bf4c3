/* Everything that a training needs to go on, in one safetensors file. */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rec/tensors.h"
#include "trainer.h"

/* A count is from 0, a sum is finite and not negative; the best loss is
 * infinite before the first validation. Checkpoints of older versions have no
 * SINCE: it was 1. */
enum field { COUNT, SUM, LOSS, SINCE };
static const struct {
	const char *key;
	size_t at;
	enum field kind;
} fields[] = {
#define FIELD(f, kind) { #f, offsetof(struct state, f), kind }
	FIELD(update, COUNT), FIELD(epoch, COUNT), FIELD(batch, COUNT),
	FIELD(lines, COUNT), FIELD(bad_validations, COUNT), FIELD(best, LOSS),
	FIELD(loss, SUM), FIELD(nll, SUM), FIELD(gnorm, SUM),
	FIELD(taught, SUM),
	FIELD(tokens, COUNT), FIELD(updates, COUNT), FIELD(seconds, SUM),
	FIELD(core_seconds, SUM), FIELD(first_kept, SINCE),
#undef FIELD
};
enum { FIELDS = sizeof fields / sizeof *fields };
static const long COUNT_MAX = 1L << 53;

static struct tensor
block(const char *name, const void *data, size_t n, enum tensor_type type)
{
	return (struct tensor){ .name = name, .type = type, .dims = 1,
		.shape = { n }, .count = n, .data = data };
}

void
checkpoint_save(struct trainer *t)
{
	size_t n = t->w->params.count;
	struct tensor ts[] = {
		block("weights", t->w->params.w, n, TENSOR_F32),
		block("adam.m", t->m, n, TENSOR_F32),
		block("adam.v", t->v, n, TENSOR_F32),
		block("adam.steps", t->steps, (size_t)t->w->params.n,
			TENSOR_I64),
		/* the last: where there are some */
		block("codebooks", t->books.entry, t->books.count, TENSOR_F32),
		block("codebooks.m", t->books.m, t->books.count, TENSOR_F32),
		block("codebooks.v", t->books.v, t->books.count, TENSOR_F32),
		block("floats", t->books.floats, n, TENSOR_F32),
	};
	size_t all = sizeof ts / sizeof *ts - (t->books.floats ? 0 :
		t->books.matrices ? 1 : 4);
	json_t *meta = json_object();

	journal_sync(&t->journal);   /* the checkpoint counts its lines */
	t->s.seconds = seconds_now() - t->start;
	t->s.core_seconds = seconds_cpu() - t->start_cpu + t->others_cpu;
	json_object_set_new(meta, "config", json_string(t->config));
	json_object_set_new(meta, "kernels", json_string(t->kernels));
	for (int i = 0; i < FIELDS; i++) {
		const char *at = (const char *)&t->s + fields[i].at;
		char text[40];
		if (fields[i].kind == SUM || fields[i].kind == LOSS)
			snprintf(text, sizeof text, "%a", *(const double *)at);
		else
			snprintf(text, sizeof text, "%ld", *(const long *)at);
		json_object_set_new(meta, fields[i].key, json_string(text));
	}
	tensors_save(t->checkpoint, ts, all, meta);
	json_decref(meta);
	t->last_saved = t->s.update;
	t->saved_at = seconds_now();
}

static void
take(const struct tensors *ts, const char *name, void *to, size_t n,
	enum tensor_type type, size_t size)
{
	const struct tensor *t = tensors_find(ts, name);

	if (!t || t->type != type || t->count != n)
		die("%s: no tensor %s of the right size", ts->path, name);
	memcpy(to, t->data, n * size);
}

/* Floats that an update may begin with: finite, from least. */
static void
take_floats(const struct tensors *ts, const char *name, float *to, size_t n,
	float least)
{
	take(ts, name, to, n, TENSOR_F32, sizeof *to);
	for (size_t i = 0; i < n; i++)
		if (!(to[i] >= least && to[i] <= FLT_MAX))
			die("%s: tensor %s: number %zu is %g", ts->path, name,
				i, (double)to[i]);
}

static void
take_books(struct trainer *t, const struct tensors *ts)
{
	const struct books *b = &t->books;

	if (!b->matrices)
		return;
	take_floats(ts, "codebooks", b->entry, b->count, -FLT_MAX);
	take_floats(ts, "codebooks.m", b->m, b->count, -FLT_MAX);
	take_floats(ts, "codebooks.v", b->v, b->count, 0);
	if (b->floats)
		take_floats(ts, "floats", b->floats, t->w->params.count,
			-FLT_MAX);
	books_spread(b, &t->pass.num, &t->w->params);
}

static void
take_field(struct trainer *t, const struct tensors *ts, int i)
{
	const char *key = fields[i].key, *text = tensors_meta(ts, key);
	char *at = (char *)&t->s + fields[i].at, *end;

	if (!text && fields[i].kind == SINCE)
		text = "1";
	if (!text)
		die("%s: no \"%s\"", ts->path, key);
	errno = 0;
	if (fields[i].kind == COUNT || fields[i].kind == SINCE) {
		long v = strtol(text, &end, 10);
		if (end == text || *end || errno || v < 0 || v > COUNT_MAX)
			die("%s: \"%s\" is \"%s\", want a count", ts->path,
				key, text);
		*(long *)at = v;
		return;
	}
	double v = strtod(text, &end);
	if (end == text || *end || !(v >= 0) ||
	    (fields[i].kind == SUM && isinf(v)))
		die("%s: \"%s\" is \"%s\", want a number from 0", ts->path,
			key, text);
	*(double *)at = v;
}

/* Dies where the training has come farther than it now shall: its weights would
 * be given out as those of a shorter one. */
static void
check_reached(const struct trainer *t)
{
	const struct state *s = &t->s;
	const struct train_opts *o = t->o;

	if (s->update > o->max_update)
		die("%s: at update %ld, beyond --max-update %ld (remove it to "
			"start anew)", t->checkpoint, s->update,
			o->max_update);
	if (s->epoch + (s->batch > 0) > o->max_epoch)
		die("%s: in epoch %ld, beyond --max-epoch %ld (remove it to "
			"start anew)", t->checkpoint, s->epoch +
			(s->batch > 0), o->max_epoch);
}

int
checkpoint_load(struct trainer *t)
{
	struct tensors ts;
	size_t n = t->w->params.count;

	if (access(t->checkpoint, F_OK))
		return 0;
	tensors_load(&ts, t->checkpoint);
	const char *there = tensors_meta(&ts, "config");
	struct buf why = { 0 };
	if (!there)
		die("%s: is of another training (remove it to start anew): "
			"no checkpoint", t->checkpoint);
	json_t *config = json_loads(there, 0, NULL);
	config_tell(&why, config, t->config);
	if (why.len)
		die("%s: is of another training (remove it to start anew): %s",
			t->checkpoint, why.data);
	json_decref(config);
	const char *kernels = tensors_meta(&ts, "kernels");
	if (kernels && strcmp(kernels, t->kernels))
		warn("%s: was made with the kernels %s, and goes on with %s: "
			"the weights will not be those of a training by one "
			"of them alone", t->checkpoint, kernels, t->kernels);
	take_floats(&ts, "weights", t->w->params.w, n, -FLT_MAX);
	take_floats(&ts, "adam.m", t->m, n, -FLT_MAX);
	take_floats(&ts, "adam.v", t->v, n, 0);
	take_books(t, &ts);
	take(&ts, "adam.steps", t->steps, (size_t)t->w->params.n, TENSOR_I64,
		8);
	for (int i = 0; i < FIELDS; i++)
		take_field(t, &ts, i);
	for (int i = 0; i < t->w->params.n; i++)
		if (t->steps[i] < 0 || t->steps[i] > t->s.update)
			die("%s: tensor adam.steps: %lld of %ld updates",
				ts.path, (long long)t->steps[i], t->s.update);
	tensors_free(&ts);
	check_reached(t);
	t->last_saved = t->s.update;
	return 1;
}

void
checkpoint_fits(const struct trainer *t)
{
	if (t->s.batch >= t->plan.batches || t->s.updates > t->s.update ||
	    (t->s.tokens > 0) != (t->s.updates > 0))
		die("%s: batch %ld of %d, %ld of %ld updates not yet logged, "
			"%ld tokens in them: no such training", t->checkpoint,
			t->s.batch, t->plan.batches, t->s.updates, t->s.update,
			t->s.tokens);
	if (t->s.first_kept > t->s.epoch + 1)
		die("%s: epochs kept from %ld on after %ld epochs: no such "
			"training", t->checkpoint, t->s.first_kept,
			t->s.epoch);
}
