#include <string.h>
#include "train_opts.h"

enum id { ID_FREE, ID_KNOWN, ID_FIXED, ID_IF_SET };
enum type { TYPE_FLAG, TYPE_LONG, TYPE_REAL, TYPE_TEXT, TYPE_OTHER };

#define TYPE_OF(field) _Generic(((struct train_opts *)0)->field, \
	int: TYPE_FLAG, long: TYPE_LONG, double: TYPE_REAL, \
	const char *: TYPE_TEXT, \
	default: TYPE_OTHER)
#define IDENTITY(type, field, value, id, ...) \
	{ id, offsetof(struct train_opts, field), TYPE_OF(field) },

static const struct {
	enum id id;
	const char *word;
	size_t at;
	enum type type;
} rows[] = { TRAIN_ROWS(IDENTITY, none) SUPER_ROWS(IDENTITY, none) };

static const struct train_opts defaults = TRAIN_OPTS;

long
train_subs(const struct train_opts *o)
{
	return o->sandwich ? o->sandwich : o->subs;
}

struct teacher
train_teacher(const struct train_opts *o)
{
	return (struct teacher){
		.weight = (float)(isnan(o->distill_weight) ? DISTILL_WEIGHT :
			o->distill_weight),
		.temperature = (float)(isnan(o->distill_temperature) ?
			DISTILL_TEMPERATURE : o->distill_temperature) };
}

struct teacher
super_teacher(const struct train_opts *o)
{
	return (struct teacher){
		.weight = !strcmp(o->inplace_distill, "none") ? 0 :
			isnan(o->distill_weight) ? 1 : (float)o->distill_weight,
		.temperature = 1,
		.alpha = !strcmp(o->inplace_distill, "alpha") };
}

/* Append the value of a row, " 4096". */
static void
put_value(struct buf *b, size_t row, const struct train_opts *o)
{
	const char *at = (const char *)o + rows[row].at;

	if (rows[row].type == TYPE_FLAG)
		buf_printf(b, " %d", *(const int *)at);
	else if (rows[row].type == TYPE_LONG)
		buf_printf(b, " %ld", *(const long *)at);
	else if (rows[row].type == TYPE_REAL)
		buf_printf(b, " %g", *(const double *)at);
	else
		buf_printf(b, " %s", *(const char *const *)at);
}

static int
is_default(size_t row, const struct train_opts *o)
{
	struct buf own = { 0 }, was = { 0 };

	put_value(&own, row, o);
	put_value(&was, row, &defaults);
	int same = !strcmp(own.data, was.data);
	buf_free(&own);
	buf_free(&was);
	return same;
}

void
train_identity(struct buf *b, const struct train_opts *o)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].id < ID_FIXED ||
		    (rows[i].id == ID_IF_SET && is_default(i, o)))
			continue;
		if (*rows[i].word)
			buf_printf(b, " %s", rows[i].word);
		put_value(b, i, o);
	}
}

int
train_word(const char *word, size_t n)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].id >= ID_FIXED && n && strlen(rows[i].word) == n &&
		    !strncmp(rows[i].word, word, n))
			return 1;
	return 0;
}
