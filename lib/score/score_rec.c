#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "rec/rec.h"
#include "score_rec.h"
#include "text/abreast_rec.h"
#include "text/text.h"

/* One more text of this sentence. */
static void
add_text(struct scorer *s, const char *text, size_t len)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 4;
		s->text = xrealloc(s->text, s->cap, sizeof *s->text);
		s->view = xrealloc(s->view, s->cap, sizeof *s->view);
		memset(s->text + s->n, 0, (s->cap - s->n) * sizeof *s->text);
	}
	struct buf *b = &s->text[s->n];
	buf_clear(b);
	buf_add(b, text, text_trimmed(text, len));
	text_remove_bpe(b, 0, s->opts->remove_bpe);
	if (s->opts->compound_split)
		text_split_compounds(b);
	s->view[s->n++] = (struct span){ b->data, b->len };
}

static void
start(struct scorer *s)
{
	for (size_t i = 0; i < s->opts->metrics; i++) {
		size_t width = metric_width(&s->opts->metric[i]);
		s->row[i] = xcalloc(width, sizeof *s->row[i]);
		s->sums[i] = xcalloc(width, sizeof *s->sums[i]);
		s->rows[i].width = width;
	}
}

/* A mark of this sentence's references, to tell them from others. */
static void
note_refs(struct scorer *s)
{
	uint64_t h = s->n;

	s->refs_hash = xroom(s->refs_hash, &s->hash_cap,
		(size_t)s->sentences + 1, sizeof *s->refs_hash);
	for (size_t t = 1; t < s->n; t++)
		h = rng_hash(h ^ s->view[t].len, s->view[t].s, s->view[t].len);
	s->refs_hash[s->sentences] = h;
}

/* Is this what only tokenisers write? Spaces at the end are gone. */
static int
ends_in_token(const struct span *t)
{
	return t->len > 1 && !memcmp(t->s + t->len - 2, " .", 2);
}

/* All texts of a sentence are there: count them. */
static void
end_sentence(struct scorer *s, const struct in *in, const struct rec *r)
{
	struct why why;

	if (!s->row[0])
		start(s);
	for (size_t i = 0; i < s->opts->metrics; i++) {
		if (metric_count(&s->opts->metric[i], &s->counter, s->view,
		    s->n, s->row[i], &why))
			in_fail(in, "%s", why.text);
		for (size_t k = 0; k < s->rows[i].width; k++)
			s->sums[i][k] += s->row[i][k];
		if (s->keep)
			rows_add(&s->rows[i], s->row[i]);
	}
	if (s->keep)
		note_refs(s);
	if (s->opts->sentence)
		score_put_sentence(s, r);
	s->in_tokens += ends_in_token(&s->view[0]);
	if (!s->sentences++)
		s->refs = s->n - 1;
	s->varies |= s->refs != s->n - 1;
	s->n = 0;
}

static void
add_json(struct scorer *s, const struct in *in, const json_t *j,
	const char *key)
{
	if (!json_is_string(j))
		in_fail(in, "want a text as \"%s\"", key);
	add_text(s, json_string_value(j), json_string_length(j));
}

static void
score_records(struct scorer *s, const char *path)
{
	struct rec r = { 0 };
	struct in in;

	in_open(&in, path);
	while (rec_get(&in, &r)) {
		json_t *hyp = json_object_get(r.json, "hyp");
		json_t *ref = json_object_get(r.json, "ref");
		if (!hyp)
			rec_fail(&in, &r, "no \"hyp\"");
		if (!ref)
			in_fail(&in, "no \"ref\": encode-text --ref adds it, "
				"or -r FILE names the references");
		add_json(s, &in, hyp, "hyp");
		if (!json_is_array(ref))
			add_json(s, &in, ref, "ref");
		else if (!json_array_size(ref))
			in_fail(&in, "no reference in \"ref\"");
		for (size_t i = 0; i < json_array_size(ref); i++)
			add_json(s, &in, json_array_get(ref, i), "ref");
		end_sentence(s, &in, &r);
	}
	rec_free(&r);
	in_close(&in);
}

static void
score_lines(struct scorer *s, const char *hyp, const char *const *refs,
	size_t files)
{
	const char **paths = xcalloc(files + 1, sizeof *paths);
	struct abreast r;

	paths[0] = hyp;
	for (size_t i = 0; i < files; i++)
		paths[i + 1] = refs[i];
	abreast_open_files(&r, paths, files + 1);
	while (abreast_next(&r)) {
		for (size_t i = 0; i < r.n; i++)
			add_text(s, r.at[i].s, r.at[i].len);
		end_sentence(s, abreast_in(&r, 0), NULL);
	}
	abreast_close(&r);
	free(paths);
}

void
score_system(struct scorer *s, const char *path, const char *const *refs,
	size_t files)
{
	const char *name = path ? path : "stdin";

	if (files)
		score_lines(s, path, refs, files);
	else
		score_records(s, path);
	if (!s->sentences && !s->opts->sentence)
		die("%s: nothing to score", name);
	if (s->in_tokens >= 100 && s->opts->warns)
		warn("%s: That's 100 lines that end in a tokenized period "
			"('.'): BLEU wants text as people write it, and cuts "
			"it itself (--force: say nothing)", name);
}

void
scorer_free(struct scorer *s)
{
	counter_free(&s->counter);
	for (size_t i = 0; i < s->cap; i++)
		buf_free(&s->text[i]);
	for (size_t i = 0; i < METRICS_MAX; i++) {
		free(s->row[i]);
		free(s->sums[i]);
		rows_free(&s->rows[i]);
	}
	free(s->text);
	free(s->view);
	free(s->refs_hash);
}
