#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rec.h"
#include "score_rec.h"
#include "text.h"

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
	buf_add(b, text, len);
	text_remove_bpe(b, 0, s->remove_bpe);
	s->view[s->n++] = (struct bleu_text){ b->data, b->len };
}

/* All texts of a sentence are there: count them. */
static void
end_sentence(struct scorer *s)
{
	struct bleu_stats one = bleu_count(&s->counter, &s->opts, s->view[0],
		s->view + 1, s->n - 1);

	bleu_add(&s->sum, &one);
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

void
score_records(struct scorer *s, struct in *in)
{
	struct rec r = { 0 };

	while (rec_get(in, &r)) {
		json_t *hyp = json_object_get(r.json, "hyp");
		json_t *ref = json_object_get(r.json, "ref");
		if (!hyp || !ref)
			in_fail(in, "no \"%s\"", hyp ? "ref" : "hyp");
		add_json(s, in, hyp, "hyp");
		if (!json_is_array(ref))
			add_json(s, in, ref, "ref");
		else if (!json_array_size(ref))
			in_fail(in, "no reference in \"ref\"");
		for (size_t i = 0; i < json_array_size(ref); i++)
			add_json(s, in, json_array_get(ref, i), "ref");
		end_sentence(s);
	}
	rec_free(&r);
}

void
score_lines(struct scorer *s, struct in *in, const char *const *paths,
	size_t files)
{
	struct in *ref = xcalloc(files, sizeof *ref);
	const char *line;
	size_t len, ended = 0;

	for (size_t i = 0; i < files; i++)
		in_open(&ref[i], paths[i]);
	while (!ended && (line = text_line(in, &len))) {
		add_text(s, line, len);
		for (size_t i = 0; i < files; i++) {
			if ((line = text_line(&ref[i], &len)))
				add_text(s, line, len);
			ended += !line;
		}
		if (!ended)
			end_sentence(s);
	}
	while (text_line(in, &len))
		;
	for (size_t i = 0; i < files; i++) {
		while (text_line(&ref[i], &len))
			;
		if (ref[i].line != in->line)
			die("%s has %ld lines, %s %ld", in->name, in->line,
				ref[i].name, ref[i].line);
		in_close(&ref[i]);
	}
	free(ref);
}

/* x with so many decimals, as the shortest number that reads the same. */
static void
put_rounded(struct buf *b, double x, int decimals)
{
	size_t from = b->len;

	buf_printf(b, "%.*f", decimals, x);
	if (!decimals)
		buf_str(b, ".0");
	while (b->len > from + 3 && b->data[b->len - 1] == '0' &&
	    b->data[b->len - 2] != '.')
		b->data[--b->len] = 0;
}

/* The settings that the score depends on, and what they are. */
enum { SETTINGS = 6 };
static const char *const keys[SETTINGS] = {
	"nrefs", "case", "eff", "tok", "smooth", "version" };

static void
get_settings(struct buf value[SETTINGS], const struct scorer *s)
{
	if (s->varies)
		buf_str(&value[0], "var");
	else
		buf_printf(&value[0], "%zu", s->refs);
	buf_str(&value[1], s->opts.lowercase ? "lc" : "mixed");
	buf_str(&value[2], "no");
	buf_str(&value[3], bleu_tokenizers[s->opts.tokenize]);
	bleu_smooth_text(&value[4], &s->opts);
	buf_str(&value[5], "milliner-" VERSION);
}

void
score_put(const struct scorer *s, int decimals, int text, int score_only)
{
	struct bleu_score r = bleu_score(&s->sum, &s->opts);
	struct buf value[SETTINGS] = { { 0 } }, signature = { 0 };
	struct buf verbose = { 0 }, score = { 0 }, out = { 0 };

	get_settings(value, s);
	for (int i = 0; i < SETTINGS; i++)
		buf_printf(&signature, "%s%s:%s", i ? "|" : "", keys[i],
			value[i].data);
	bleu_verbose(&verbose, &s->sum, &r);
	put_rounded(&score, r.score, decimals);
	member_text(&out, "name", "BLEU", 4);
	member_raw(&out, "score", score.data);
	member_text(&out, "signature", signature.data, signature.len);
	member_text(&out, "verbose_score", verbose.data, verbose.len);
	for (int i = 0; i < SETTINGS; i++) {
		member_text(&out, keys[i], value[i].data, value[i].len);
		buf_free(&value[i]);
	}
	if (score_only)
		printf("%.*f\n", decimals, r.score);
	else if (text)
		printf("BLEU|%s = %.*f %s\n", signature.data, decimals,
			r.score, verbose.data);
	else
		printf("{%s}\n", out.data);
	buf_free(&signature);
	buf_free(&verbose);
	buf_free(&score);
	buf_free(&out);
}

void
score_free(struct scorer *s)
{
	bleu_free(&s->counter);
	for (size_t i = 0; i < s->cap; i++)
		buf_free(&s->text[i]);
	free(s->text);
	free(s->view);
}
