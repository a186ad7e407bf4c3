#include <stdlib.h>
#include <string.h>
#include "encode_rec.h"
#include "rec/rec.h"
#include "spm.h"

enum { ENOUGH = 100 };   /* words, to tell that most are unknown */

static const char *const side_names[] = { "source", "target" };
static const char *const side_keys[] = { "src", "tgt" };

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

/* The target's words as a reference, without their segmentation. */
static void
put_target(struct encoder *e, const struct span *target)
{
	const char *at = target->s, *end = at + target->len, *word;
	struct buf text = { 0 };
	size_t len;

	if (e->spm) {
		json_text(&e->ref, at, text_trimmed(at, target->len));
		return;
	}
	buf_add(&text, "", 0);
	while ((word = text_word(&at, end, &len))) {
		if (text.len)
			buf_add(&text, " ", 1);
		buf_add(&text, word, len);
	}
	text_remove_bpe(&text, 0, e->remove_bpe);
	json_text(&e->ref, text.data, text.len);
	buf_free(&text);
}

/* The reference, or those that are not empty, as a member of the record. */
static void
put_refs(struct encoder *e, const struct abreast *r)
{
	size_t n = 0;

	buf_clear(&e->ref);
	for (size_t i = SIDES; i < r->n; i++) {
		size_t len = text_trimmed(r->at[i].s, r->at[i].len);
		if (!len)
			continue;
		if (n++)
			buf_str(&e->ref, ",");
		json_text(&e->ref, r->at[i].s, len);
	}
	if (!n && r->n > TGT && e->tgt_ref) {
		put_target(e, &r->at[TGT]);
		n = 1;
	}
	if (n > 1)
		buf_printf(&e->out, ",\"ref\":[%s]", e->ref.data);
	else if (n)
		buf_printf(&e->out, ",\"ref\":%s", e->ref.data);
}

/* Has the row a side of no bytes beside one that has some? Where one text is
 * shorter than the other, paste writes such lines to the end. */
static int
is_half(const struct abreast *r, size_t side)
{
	return r->tabs && r->n > TGT && !r->at[side].len &&
		r->at[!side].len;
}

static _Noreturn void
fail_short(struct abreast *r, size_t side, long from)
{
	r->in->line = from;
	in_fail(abreast_in(r, side), "from here to the end there is no %s: "
		"where one text has lost a line, sentences stand beside the "
		"wrong ones (--source and --target read the files themselves)",
		side_names[side]);
}

/* An empty side that is not to be skipped. */
static _Noreturn void
fail_empty(struct abreast *r, size_t side)
{
	long line = r->in->line;

	while (is_half(r, side))
		if (!abreast_next(r))
			fail_short(r, side, line);
	if (r->tabs)
		r->in->line = line;
	in_fail(abreast_in(r, side), "an empty %s (--skip-empty drops such "
		"pairs)", side_names[side]);
}

/* A side's text in the words of the dictionary. */
static struct span
cut(struct encoder *e, const struct abreast *r, size_t s)
{
	struct why why;

	if (!e->spm)
		return r->at[s];
	buf_clear(&e->pieces);
	buf_add(&e->pieces, "", 0);
	if (spm_encode(e->spm, &e->pieces, r->at[s].s, r->at[s].len, &why))
		in_fail(abreast_in(r, s), "%s", why.text);
	return (struct span){ e->pieces.data, e->pieces.len };
}

/* Warn, once, where most words are unknown. */
static void
tell_unknown(struct encoder *e, int s)
{
	if (e->quiet || e->told[s] || 2 * e->unknown[s] <= e->words[s])
		return;
	e->told[s] = 1;
	warn("most %s words are not in the dictionary: is the text segmented "
		"as the dictionary's?%s", side_names[s], e->spm ? "" :
		" (--spm does it)");
}

/* The ids of a side into e->ids, and as a member. */
static void
put_side(struct encoder *e, const struct abreast *r, size_t s)
{
	e->ids.n = 0;
	e->broken += !!memchr(r->at[s].s, '\r', text_trimmed(r->at[s].s,
		r->at[s].len));
	struct span text = cut(e, r, s);
	text_encode(&e->ids, e->dict[s], text.s, text.len);
	for (int i = 0; i < e->ids.n; i++)
		e->unknown[s] += e->ids.at[i] == DICT_UNK;
	e->words[s] += e->ids.n - 1;
	if (e->words[s] >= ENOUGH)
		tell_unknown(e, (int)s);
	buf_printf(&e->out, "%s\"%s\":", s ? "," : "{", side_keys[s]);
	put_ids(&e->out, &e->ids);
}

static void
encode_row(struct encoder *e, struct abreast *r)
{
	size_t sides = r->n > TGT ? 2 : 1;
	int empty = 0, too_long = 0;

	buf_clear(&e->out);
	for (size_t s = 0; s < sides; s++) {
		put_side(e, r, s);
		e->half[s] = !is_half(r, s) ? 0 : e->half[s] ? e->half[s] :
			r->in->line;
		/* a text alone is encoded line by line, whatever they hold */
		if (e->ids.n == 1 && sides > 1 && !e->skip_empty)
			fail_empty(r, s);
		empty |= e->ids.n == 1 && e->skip_empty;
		too_long |= e->max_len && e->ids.n > e->max_len;
	}
	e->empty += empty;
	e->too_long += too_long && !empty;
	if (empty || too_long)
		return;
	put_refs(e, r);
	buf_str(&e->out, "}\n");
	rec_put_line(e->out.data, e->out.len);
}

void
encode_all(struct encoder *e, struct abreast *r)
{
	while (abreast_next(r)) {
		encode_row(e, r);
		e->lines++;
	}
	for (size_t s = 0; s < SIDES; s++)
		if (e->half[s])
			fail_short(r, s, e->half[s]);
}

void
encode_report(struct encoder *e)
{
	if (e->quiet)
		return;
	if (e->too_long)
		warn("%ld of %ld lines dropped: longer than --max-len %ld",
			e->too_long, e->lines, e->max_len);
	if (e->empty)
		warn("%ld of %ld lines dropped: an empty side", e->empty,
			e->lines);
	if (e->broken)
		warn("%ld sentence%s with a CR inside, which counts as a space "
			"(fairseq ends the line there)", e->broken,
			e->broken == 1 ? "" : "s");
	for (int s = 0; s < SIDES; s++) {
		double share = 100.0 * (double)e->unknown[s] /
			(double)(e->words[s] ? e->words[s] : 1);
		tell_unknown(e, s);
		if (share > 5 && !e->told[s])
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
	buf_free(&e->pieces);
}
