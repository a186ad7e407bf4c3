/* Everything that a training needs to go on, in one safetensors file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rng.h"
#include "tensors.h"
#include "trainer.h"

static const struct {
	const char *key;
	size_t at;
	int real;
} fields[] = {
#define FIELD(f, real) { #f, offsetof(struct state, f), real }
	FIELD(update, 0), FIELD(epoch, 0), FIELD(batch, 0), FIELD(lines, 0),
	FIELD(bad_validations, 0), FIELD(best, 1), FIELD(loss, 1),
	FIELD(nll, 1), FIELD(gnorm, 1), FIELD(tokens, 0), FIELD(updates, 0),
	FIELD(seconds, 1), FIELD(core_seconds, 1),
#undef FIELD
};
enum { FIELDS = sizeof fields / sizeof *fields };

static uint64_t
hash_bytes(uint64_t h, const void *bytes, size_t n)
{
	const char *p = bytes;

	for (size_t i = 0; i < n; i += 8) {
		uint64_t x = 0;
		memcpy(&x, p + i, n - i < 8 ? n - i : 8);
		h = rng_mix(h + x + 1);
	}
	return h;
}

static unsigned long long
hash_pairs(const struct pairs *p)
{
	size_t offsets = ((size_t)p->n + 1) * sizeof *p->src_at;
	uint64_t h = hash_bytes(0, p->src, p->src_at[p->n] * sizeof *p->src);

	h = hash_bytes(h, p->tgt, p->tgt_at[p->n] * sizeof *p->tgt);
	h = hash_bytes(h, p->src_at, offsets);
	return hash_bytes(h, p->tgt_at, offsets);
}

char *
checkpoint_config(const struct trainer *t)
{
	const struct train_opts *o = t->o;
	struct buf b = { 0 };

	buf_printf(&b, "pairs %d (%016llx) seed %ld max-tokens %ld "
		"max-sentences %ld update-freq %ld lr %g min-lr %g %s "
		"warmup %ld from %g dropout %g %g %g smoothing %g clip %g "
		"decay %g adam %g %g %g", t->pairs.n,
		hash_pairs(&t->pairs), o->seed, o->max_tokens,
		o->max_sentences, o->update_freq, o->lr, o->min_lr,
		o->schedule, o->warmup_updates, o->warmup_init_lr, o->dropout,
		o->attention_dropout, o->activation_dropout,
		o->label_smoothing, o->clip_norm, o->weight_decay, o->beta1,
		o->beta2, o->eps);
	if (strcmp(o->dtype, "fp32"))
		buf_printf(&b, " %s", o->dtype);
	if (t->w->src_dict.bytes) {
		uint64_t words = hash_bytes(0, t->w->src_dict.bytes,
			t->w->src_dict.len);
		words = hash_bytes(words, t->w->tgt_dict.bytes,
			t->w->tgt_dict.len);
		buf_printf(&b, " dictionaries (%016llx)",
			(unsigned long long)words);
	}
	if (o->inherits)
		buf_printf(&b, " from weights (%016llx)", (unsigned long long)
			hash_bytes(0, t->w->params.w, t->w->params.count *
			sizeof *t->w->params.w));
	if (!strcmp(o->schedule, "cosine"))
		buf_printf(&b, " max-update %ld", o->max_update);
	buf_str(&b, t->w->is_super ? " space " : " arch ");
	if (t->w->is_super)
		space_print(&b, &t->w->space);
	else
		arch_print(&b, &t->w->params.shape);
	buf_str(&b, " task ");
	task_print(&b, &t->w->params.task);
	return b.data;
}

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
	};
	json_t *meta = json_object();

	journal_sync(&t->journal);   /* the checkpoint counts its lines */
	t->s.seconds = seconds_now() - t->start;
	t->s.core_seconds = seconds_cpu() - t->start_cpu;
	json_object_set_new(meta, "config", json_string(t->config));
	json_object_set_new(meta, "kernels", json_string(t->kernels));
	for (int i = 0; i < FIELDS; i++) {
		const char *at = (const char *)&t->s + fields[i].at;
		char text[40];
		if (fields[i].real)
			snprintf(text, sizeof text, "%a", *(const double *)at);
		else
			snprintf(text, sizeof text, "%ld", *(const long *)at);
		json_object_set_new(meta, fields[i].key, json_string(text));
	}
	tensors_save(t->checkpoint, ts, sizeof ts / sizeof *ts, meta);
	json_decref(meta);
	t->last_saved = t->s.update;
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

int
checkpoint_load(struct trainer *t)
{
	struct tensors ts;
	size_t n = t->w->params.count;

	if (access(t->checkpoint, F_OK))
		return 0;
	tensors_load(&ts, t->checkpoint);
	const char *config = tensors_meta(&ts, "config");
	if (!config || strcmp(config, t->config))
		die("%s: is of another training (remove it to start anew)\n"
			"  there: %s\n  here:  %s", t->checkpoint,
			config ? config : "?", t->config);
	const char *kernels = tensors_meta(&ts, "kernels");
	if (kernels && strcmp(kernels, t->kernels))
		warn("%s: was made with the kernels %s, and goes on with %s: "
			"the weights will not be those of a training by one "
			"of them alone", t->checkpoint, kernels, t->kernels);
	take(&ts, "weights", t->w->params.w, n, TENSOR_F32, 4);
	take(&ts, "adam.m", t->m, n, TENSOR_F32, 4);
	take(&ts, "adam.v", t->v, n, TENSOR_F32, 4);
	take(&ts, "adam.steps", t->steps, (size_t)t->w->params.n, TENSOR_I64,
		8);
	for (int i = 0; i < FIELDS; i++) {
		const char *text = tensors_meta(&ts, fields[i].key);
		char *at = (char *)&t->s + fields[i].at;
		if (!text)
			die("%s: no \"%s\"", t->checkpoint, fields[i].key);
		if (fields[i].real)
			*(double *)at = strtod(text, NULL);
		else
			*(long *)at = strtol(text, NULL, 10);
	}
	tensors_free(&ts);
	t->last_saved = t->s.update;
	return 1;
}
