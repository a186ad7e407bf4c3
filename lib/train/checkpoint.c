/* Everything that a training needs to go on, in one safetensors file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
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

	t->s.seconds = seconds_now() - t->start;
	t->s.core_seconds = seconds_cpu() - t->start_cpu;
	json_object_set_new(meta, "config", json_string(t->config));
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
