#include <stdlib.h>
#include <string.h>
#include "encode_rec.h"
#include "rec.h"

static const char *const side_names[] = { "source", "target" };
static const char *const side_keys[] = { "src", "tgt" };

struct line {
	const char *at[SIDES];   /* NULL: there is no such column */
	size_t len[SIDES];
	const char *refs;        /* the other columns, or NULL */
	const char *end;
};

static void
put_ids(struct buf *b, const struct ids *ids)
{
	char text[16];

	buf_str(b, "[");
	for (int i = 0; i < ids->n; i++) {
		char *p = text + sizeof text;
		for (int v = ids->at[i]; ; v /= 10) {
			*--p = (char)('0' + v % 10);
			if (v < 10)
				break;
		}
		if (i)
			*--p = ',';
		buf_add(b, p, (size_t)(text + sizeof text - p));
	}
	buf_str(b, "]");
}

static struct line
split_line(const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	struct line l = { .end = end };

	for (int s = 0; s < SIDES; s++)
		l.at[s] = text_column(&at, end, &l.len[s]);
	l.refs = at;
	return l;
}

/* The reference, or those that are not empty, as a member of the record. */
static void
put_refs(struct encoder *e, const struct line *l)
{
	const char *at = l->refs, *column;
	size_t len, n = 0;

	buf_clear(&e->ref);
	while ((column = text_column(&at, l->end, &len)))
		if (len) {
			if (n++)
				buf_str(&e->ref, ",");
			json_text(&e->ref, column, len);
		}
	if (!n && l->at[TGT] && e->tgt_ref) {
		struct buf text = { 0 };
		buf_add(&text, l->at[TGT], l->len[TGT]);
		text_remove_bpe(&text, 0, e->remove_bpe);
		json_text(&e->ref, text.data, text.len);
		buf_free(&text);
		n = 1;
	}
	if (n > 1)
		buf_printf(&e->out, ",\"ref\":[%s]", e->ref.data);
	else if (n)
		buf_printf(&e->out, ",\"ref\":%s", e->ref.data);
}

void
encode_line(struct encoder *e, const struct in *in, const char *text,
	size_t len)
{
	struct line l = split_line(text, len);
	int sides = l.at[TGT] ? 2 : 1, empty = 0, too_long = 0;

	if (!e->sides)
		e->sides = sides;
	if (sides != e->sides)
		in_fail(in, e->sides == 1 ?
			"a target, and the lines before have none" :
			"no target, and the lines before have one");
	buf_clear(&e->out);
	for (int s = 0; s < sides; s++) {
		e->ids.n = 0;
		text_encode(&e->ids, e->dict[s], l.at[s], l.len[s]);
		if (e->ids.n == 1 && !e->skip_empty)
			in_fail(in, "an empty %s (--skip-empty drops such)",
				side_names[s]);
		empty |= e->ids.n == 1;
		too_long |= e->max_len && e->ids.n > e->max_len;
		for (int i = 0; i < e->ids.n; i++)
			e->unknown[s] += e->ids.at[i] == DICT_UNK;
		e->words[s] += e->ids.n - 1;
		buf_printf(&e->out, "%s\"%s\":", s ? "," : "{", side_keys[s]);
		put_ids(&e->out, &e->ids);
	}
	e->empty += empty;
	e->too_long += too_long && !empty;
	if (empty || too_long)
		return;
	put_refs(e, &l);
	buf_str(&e->out, "}\n");
	rec_put_line(e->out.data, e->out.len);
}

void
encode_report(const struct encoder *e, long lines)
{
	if (e->too_long)
		warn("%ld of %ld lines dropped: longer than --max-len %ld",
			e->too_long, lines, e->max_len);
	if (e->empty)
		warn("%ld of %ld lines dropped: an empty side", e->empty,
			lines);
	for (int s = 0; s < SIDES; s++) {
		double share = 100.0 * (double)e->unknown[s] /
			(double)(e->words[s] ? e->words[s] : 1);
		if (share > 5)
			warn("%.1f%% of the %s words are not in the dictionary",
				share, side_names[s]);
	}
}

void
encode_free(struct encoder *e)
{
	free(e->ids.at);
	buf_free(&e->out);
	buf_free(&e->ref);
}
