#include <string.h>
#include "train_opts.h"

enum id { ID_FREE, ID_AGREED, ID_KNOWN, ID_FIXED };
enum type { TYPE_FLAG, TYPE_LONG, TYPE_REAL, TYPE_TEXT, TYPE_OTHER };

#define TYPE_OF(field) _Generic(((struct train_opts *)0)->field, \
	int: TYPE_FLAG, long: TYPE_LONG, double: TYPE_REAL, \
	const char *: TYPE_TEXT, \
	default: TYPE_OTHER)
#define IDENTITY(type, field, value, id, ...) \
	{ id, offsetof(struct train_opts, field), TYPE_OF(field) },

static const struct {
	enum id id;
	const char *name;
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

static void
add_row(struct buf *members, size_t row, const struct train_opts *o)
{
	const char *at = (const char *)o + rows[row].at;
	const char *name = rows[row].name;

	if (rows[row].type == TYPE_FLAG)
		member_int(members, name, *(const int *)at);
	else if (rows[row].type == TYPE_LONG)
		member_int(members, name, *(const long *)at);
	else if (rows[row].type == TYPE_REAL)
		member_num(members, name, *(const double *)at);
	else
		member_string(members, name, *(const char *const *)at);
}

static void
add_rows(struct buf *members, enum id id, const struct train_opts *o)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].id == id)
			add_row(members, i, o);
}

void
train_fixed(struct buf *members, const struct train_opts *o)
{
	add_rows(members, ID_FIXED, o);
}

void
train_agreed(struct buf *members, const struct train_opts *o)
{
	add_rows(members, ID_AGREED, o);
}

json_t *
train_default(const char *name)
{
	struct buf members = { 0 }, b = { 0 };
	json_t *all, *v;

	add_rows(&members, ID_FIXED, &defaults);
	buf_printf(&b, "{%s}", members.data);
	all = json_loads(b.data, 0, NULL);
	v = json_incref(json_object_get(all, name));
	json_decref(all);
	buf_free(&members);
	buf_free(&b);
	return v;
}
