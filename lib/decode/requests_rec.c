#include <stdlib.h>
#include <string.h>
#include "rec/rec.h"
#include "requests_rec.h"
#include "text/pairs.h"
#include "text/spm.h"
#include "text/text_rec.h"

/* --- the model's dictionaries -------------------------------------------- */

static void
load_dict(struct form *f, const struct weights *w, int side, const char *path)
{
	const struct blob *text = side ? &w->tgt_dict : &w->src_dict;
	const struct task *t = &w->params.task;
	int vocab = side ? t->tgt_vocab : t->src_vocab;
	const char *name = side ? "tgt" : "src";
	struct why why;

	if (!text->bytes)
		return;
	if (dict_parse(&f->dict[side], text->bytes, text->len, &why))
		die("%s: %s_dict: %s", path, name, why.text);
	if (dict_size(&f->dict[side]) > vocab)
		die("%s: %s_dict has %d symbols, the model %d", path, name,
			dict_size(&f->dict[side]), vocab);
	f->has_dict[side] = 1;
}

/* What cuts the text, where it is needed. */
static void
load_spm(struct form *f, const struct weights *w, const char *path)
{
	struct why why;

	if (!w->spm.bytes || f->segmented || (!f->text && f->remove_bpe))
		return;
	f->spm = spm_open(w->spm.bytes, w->spm.len, &why);
	if (!f->spm)
		die("%s: the segmentation inside: %s (--segmented: text in "
			"subwords, cut and put together by others)", path,
			why.text);
}

void
form_load(struct form *f, const struct weights *w, const char *path)
{
	f->src_vocab = w->params.task.src_vocab;
	load_dict(f, w, 0, path);
	load_dict(f, w, 1, path);
	if (f->text && !(f->has_dict[0] && f->has_dict[1]))
		die("%s: no dictionary inside, so no --text", path);
	load_spm(f, w, path);
}

void
form_free(struct form *f)
{
	for (int i = 0; i < 2; i++)
		if (f->has_dict[i])
			dict_free(&f->dict[i]);
	spm_close(f->spm);
}

/* --- requests ------------------------------------------------------------ */

/* A sentence has nbest lines, whatever was found. */
static void
put_empty(const struct form *f, struct request *q, int found)
{
	for (long i = found; i < f->nbest; i++)
		buf_str(&q->out, "\n");
}

/* The ids of a line, cut into pieces first where the model says how. */
static void
encode(struct form *f, const struct in *in, struct ids *ids, const char *line,
	size_t len)
{
	struct buf pieces = { 0 };
	struct why why;

	if (f->spm) {
		f->cut |= memmem(line, len, "\xe2\x96\x81", 3) != NULL;
		buf_add(&pieces, "", 0);
		if (spm_encode(f->spm, &pieces, line, len, &why))
			in_fail(in, "%s", why.text);
		line = pieces.data;
		len = pieces.len;
	}
	text_encode(ids, &f->dict[0], line, len);
	buf_free(&pieces);
	f->words += ids->n - 1;
	for (int i = 0; i < ids->n; i++)
		f->unknown += ids->at[i] == DICT_UNK;
}

void
form_tell(struct form *f)
{
	if (f->told)
		return;
	f->told = f->cut || 2 * f->unknown > f->words;
	if (f->cut)
		warn("the input has \xe2\x96\x81: is it in subwords? This "
			"model cuts plain text itself (--segmented: it gets "
			"subwords)");
	else if (f->told)
		warn("most words of the input are unknown to this model: is "
			"it segmented as the model's training text?");
}

static int
read_text(struct form *f, struct in *in, struct request *q)
{
	struct ids ids = { 0 };
	size_t len;
	const char *line = text_line(in, &len);

	if (!line)
		return 0;
	if (*line == '{' && strstr(line, "\"src\":"))
		in_fail(in, "a record, want text: records are read without "
			"--text");
	encode(f, in, &ids, line, len);
	q->src = ids.at;
	q->n = ids.n;
	q->name = in->name;
	q->at = in->line;
	if (ids.n == 1)   /* no words: no translation */
		put_empty(f, q, 0);
	return 1;
}

int
request_read(struct form *f, struct in *in, struct request *q)
{
	struct rec r = { 0 };

	*q = (struct request){ 0 };
	if (f->text)
		return read_text(f, in, q);
	if (!rec_get(in, &r))
		return 0;
	q->src = ids_read(in, &r, "src", f->src_vocab, &q->n);
	q->name = in->name;
	q->at = in->line;
	q->line = memcpy(xmalloc(r.len + 1), r.line, r.len + 1);
	q->len = r.len;
	rec_free(&r);
	return 1;
}

/* --- answers ------------------------------------------------------------- */

static void
put_words(const struct form *f, struct buf *b, const struct hyp *h)
{
	struct buf pieces = { 0 };
	struct why why;

	if (!f->spm || f->remove_bpe) {
		text_join(b, &f->dict[1], h->ids, h->n, f->remove_bpe);
		return;
	}
	buf_add(b, "", 0);
	buf_add(&pieces, "", 0);
	text_join(&pieces, &f->dict[1], h->ids, h->n, NULL);
	if (spm_decode(f->spm, b, pieces.data, pieces.len, &why))
		die("%s", why.text);
	buf_free(&pieces);
}

static void
put_text(const struct form *f, struct buf *b, const struct hyp *h)
{
	if (f->has_dict[1]) {
		put_words(f, b, h);
		return;
	}
	buf_add(b, "", 0);
	for (int i = 0; i + 1 < h->n; i++)
		buf_printf(b, "%s%d", i ? " " : "", h->ids[i]);
}

static void
put_members(const struct form *f, struct buf *b, const struct hyp *h)
{
	struct buf text = { 0 };

	put_text(f, &text, h);
	member_text(b, "hyp", text.data, text.len);
	member_num(b, "score", h->score);
	member_key(b, "hyp_tokens");
	for (int i = 0; i < h->n; i++)
		buf_printf(b, "%s%d", i ? "," : "[", h->ids[i]);
	buf_str(b, "]");
	buf_free(&text);
}

/* One line, though a segmentation that falls back to bytes has one for a
 * newline. */
static void
put_line(const struct form *f, struct buf *b, const struct hyp *h)
{
	size_t from = b->len;

	put_text(f, b, h);
	for (size_t i = from; i < b->len; i++)
		if (b->data[i] == '\n')
			b->data[i] = ' ';
	buf_str(b, "\n");
}

void
form_answer(const void *form, struct request *q, const struct hyp *h, int found)
{
	const struct form *f = form;
	int n = found < f->nbest ? found : (int)f->nbest;
	struct buf members = { 0 }, one = { 0 };

	if (f->text) {
		for (int i = 0; i < n; i++)
			put_line(f, &q->out, &h[i]);
		put_empty(f, q, n);
		return;
	}
	put_members(f, &members, &h[0]);
	if (f->nbest > 1)
		member_key(&members, "nbest");
	for (int i = 0; f->nbest > 1 && i < n; i++) {
		buf_clear(&one);
		put_members(f, &one, &h[i]);
		buf_printf(&members, "%s{%s}", i ? "," : "[", one.data);
	}
	if (f->nbest > 1)
		buf_str(&members, "]");
	rec_merge(&q->out, q->line, q->len, members.data, NULL);
	buf_free(&members);
	buf_free(&one);
}
