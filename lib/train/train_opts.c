#include <string.h>
#include "train_opts.h"

enum id { ID_FREE, ID_KNOWN, ID_FIXED, ID_IF_SET };
enum type { TYPE_LONG, TYPE_REAL, TYPE_TEXT, TYPE_OTHER };

#define TYPE_OF(field) _Generic(((struct train_opts *)0)->field, \
	long: TYPE_LONG, double: TYPE_REAL, const char *: TYPE_TEXT, \
	default: TYPE_OTHER)
#define IDENTITY(type, field, value, id, ...) \
	{ id, offsetof(struct train_opts, field), TYPE_OF(field) },

static const struct {
	enum id id;
	const char *word;
	size_t at;
	enum type type;
} rows[] = { TRAIN_ROWS(IDENTITY, none) };

static const struct train_opts defaults = TRAIN_OPTS;

struct teacher
train_teacher(const struct train_opts *o)
{
	return (struct teacher){
		.weight = (float)(isnan(o->distill_weight) ? DISTILL_WEIGHT :
			o->distill_weight),
		.temperature = (float)(isnan(o->distill_temperature) ?
			DISTILL_TEMPERATURE : o->distill_temperature) };
}

void
train_identity(struct buf *b, const struct train_opts *o)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *at = (const char *)o + rows[i].at;
		const char *was = (const char *)&defaults + rows[i].at;
		if (rows[i].id < ID_FIXED)
			continue;
		if (rows[i].id == ID_IF_SET && !strcmp(
		    *(const char *const *)at, *(const char *const *)was))
			continue;
		if (*rows[i].word)
			buf_printf(b, " %s", rows[i].word);
		if (rows[i].type == TYPE_LONG)
			buf_printf(b, " %ld", *(const long *)at);
		else if (rows[i].type == TYPE_REAL)
			buf_printf(b, " %g", *(const double *)at);
		else
			buf_printf(b, " %s", *(const char *const *)at);
	}
}
