/* What must be the same when a training is resumed, and by all ranks: a JSON
 * object. Options stand in it by their names. */
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "trainer.h"

static uint64_t
hash_soft(const struct soft *s)
{
	uint64_t h = rng_hash(0, s->words, s->tokens);

	h = rng_hash(h, s->ids, s->n * sizeof *s->ids);
	return rng_hash(h, s->parts, s->n * sizeof *s->parts);
}

/* Which weights share which number. */
static uint64_t
hash_codes(const struct params *p)
{
	uint64_t h = 0;

	for (int i = 0; i < p->n; i++) {
		const struct coded *c = param_coded(p, i);
		if (c)
			h = rng_hash(rng_mix(h + (uint64_t)c->bits),
				c->indices, coded_bytes(c));
	}
	return h;
}

static uint64_t
hash_coded_floats(const struct trainer *t)
{
	const struct params *p = &t->w->params;
	uint64_t h = 0;

	for (int i = 0; i < p->n; i++)
		if (param_coded(p, i))
			h = rng_hash(h, t->books.floats + p->param[i].at,
				p->param[i].count * sizeof *t->books.floats);
	return h;
}

static uint64_t
hash_words(const struct weights *w)
{
	return rng_hash(rng_hash(0, w->src_dict.bytes, w->src_dict.len),
		w->tgt_dict.bytes, w->tgt_dict.len);
}

static void
member_hash(struct buf *b, const char *key, uint64_t hash)
{
	char text[17];

	snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
	member_string(b, key, text);
}

static void
member_float(struct buf *b, const char *key, float v)
{
	member_key(b, key);
	json_num(b, (double)v, FLT_DIG);
}

/* What is learnt from. */
static void
add_pairs(const struct trainer *t, struct buf *b)
{
	member_int(b, "pairs", t->pairs.n);
	member_hash(b, "text", pairs_hash(&t->pairs));
	if (t->pairs.soft.most) {
		member_hash(b, "soft", hash_soft(&t->pairs.soft));
		member_float(b, "soft weight", t->soft.weight);
		member_float(b, "soft temperature", t->soft.temperature);
	}
	if (t->w->src_dict.bytes)
		member_hash(b, "dictionaries", hash_words(t->w));
}

/* What learns. */
static void
add_model(const struct trainer *t, struct buf *b)
{
	const struct params *p = &t->w->params;

	if (t->o->inherits)
		member_hash(b, "weights", params_hash(p));
	if (t->books.matrices)
		member_hash(b, "codebooks", hash_codes(p));
	if (t->books.floats)
		member_hash(b, "floats", hash_coded_floats(t));
	member_key(b, t->w->is_super ? "space" : "arch");
	if (t->w->is_super)
		space_print(b, &t->w->space);
	else
		arch_print(b, &p->shape);
	member_key(b, "task");
	task_print(b, &p->task);
}

char *
config_text(const struct trainer *t)
{
	const struct train_opts *o = t->o;
	struct buf members = { 0 }, b = { 0 };

	add_pairs(t, &members);
	train_fixed(&members, o);
	if (t->largest.weight > 0)
		member_float(&members, "distill-weight", t->largest.weight);
	if (!strcmp(o->schedule, "cosine"))
		member_int(&members, "max-update", o->max_update);
	add_model(t, &members);
	buf_printf(&b, "{%s}", members.data);
	buf_free(&members);
	return b.data;
}

/* --- in what two differ --- */

/* Entries that are no option of their own. A hash says nothing to a reader;
 * what follows from an option is told with it. */
enum shown { VALUE, HASH, FOLLOWS };
static const struct entry {
	const char *key, *what;
	enum shown shown;
} entries[] = {
	{ "kernels", "kernels", VALUE }, { "ranks", "ranks", VALUE },
	{ "space", "space", VALUE }, { "arch", "architecture", VALUE },
	{ "task", "task", VALUE }, { "pairs", "pairs", VALUE },
	{ "text", "what the pairs hold", HASH },
	{ "soft", "\"soft\" in the pairs", HASH },
	{ "soft weight", "--distill-weight", FOLLOWS },
	{ "soft temperature", "--distill-temperature", FOLLOWS },
	{ "distill-weight", "--distill-weight", FOLLOWS },
	{ "max-update", "--max-update", FOLLOWS },
	{ "dictionaries", "dictionaries (--src-dict)", HASH },
	{ "weights", "weights to start from (--inherit, --codebooks)", HASH },
	{ "codebooks", "--codebooks", HASH }, { "floats", "--floats", HASH },
};

static struct entry
entry_of(const char *key)
{
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
		if (!strcmp(entries[i].key, key))
			return entries[i];
	return (struct entry){ key, NULL, VALUE };
}

/* The value, of an option that is not there its default; caller owns. */
static json_t *
value_of(const json_t *config, const char *key)
{
	json_t *v = json_object_get(config, key);

	return v ? json_incref(v) : train_default(key);
}

static void
add_value(struct buf *b, const json_t *v)
{
	char *text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY |
		JSON_REAL_PRECISION(9));

	buf_str(b, json_is_string(v) ? json_string_value(v) : text);
	free(text);
}

static void
tell(struct buf *to, const char *key, const json_t *there, const json_t *here)
{
	struct entry e = entry_of(key);
	int both = there && here;

	if (e.shown == FOLLOWS && !both)
		return;
	buf_printf(to, "%s%s%s ", to->len ? "; " : "", e.what ? "" : "--",
		e.what ? e.what : key);
	if (!both)
		buf_str(to, there ? "there, none here" : "here, none there");
	else if (e.shown == HASH)
		buf_str(to, "differs");
	else {
		add_value(to, there);
		buf_str(to, " there, ");
		add_value(to, here);
		buf_str(to, " here");
	}
}

void
config_tell(struct buf *to, const json_t *there, const char *here)
{
	json_t *now = json_loads(here, 0, NULL), *keys = json_object();
	const char *key;
	json_t *v;

	if (!json_is_object(there))
		buf_str(to, "of another version of this program");
	else {
		json_object_update(keys, (json_t *)there);
		json_object_update(keys, now);
	}
	json_object_foreach(keys, key, v) {
		json_t *a = value_of(there, key), *b = value_of(now, key);
		if (!json_equal(a, b))
			tell(to, key, a, b);
		json_decref(a);
		json_decref(b);
	}
	json_decref(keys);
	json_decref(now);
}
