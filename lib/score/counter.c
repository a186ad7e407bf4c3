#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "counter.h"
#include "ter.h"

/* Room for n texts of so many ids together. */
static void
reserve_texts(struct counter *c, size_t n)
{
	if (n <= c->texts)
		return;
	c->tokens = xrealloc(c->tokens, n, sizeof *c->tokens);
	c->ids = xrealloc(c->ids, n, sizeof *c->ids);
	memset(c->tokens + c->texts, 0, (n - c->texts) * sizeof *c->tokens);
	c->texts = n;
}

void
counter_split(struct counter *c, const struct tokenize_opts *o,
	const struct span *text, size_t n)
{
	reserve_texts(c, n);
	for (size_t t = 0; t < n; t++)
		tokens_split(&c->tokens[t], o, text[t].s, text[t].len);
}

void
counter_number(struct counter *c, size_t n)
{
	size_t all = 0, used = 0;

	for (size_t t = 0; t < n; t++)
		all += c->tokens[t].n;
	c->id = xroom(c->id, &c->cap, all + 1, sizeof *c->id);
	lexemes_start(&c->lexemes, all);
	for (size_t t = 0; t < n; t++) {
		const struct tokens *k = &c->tokens[t];
		c->ids[t] = (struct symbols){ c->id + used, k->n };
		for (size_t i = 0; i < k->n; i++)
			c->id[used++] = lexemes_id(&c->lexemes, k->at[i].s,
				k->at[i].len);
	}
	c->below = c->lexemes.n;
}

void
counter_words(struct counter *c, const struct tokenize_opts *o,
	const struct span *text, size_t n)
{
	counter_split(c, o, text, n);
	counter_number(c, n);
}

void
counter_chars(struct counter *c, int lowercase, int whitespace,
	const struct span *text, size_t n)
{
	size_t all = 0, used = 0, bytes;
	uint32_t largest = 0;

	reserve_texts(c, n);
	for (size_t t = 0; t < n; t++)
		all += text[t].len * (lowercase ? 3 : 1);
	/* a lower case has at most 3 bytes for one */
	c->id = xroom(c->id, &c->cap, all + 1, sizeof *c->id);
	for (size_t t = 0; t < n; t++) {
		const char *p = text[t].s, *end = p + text[t].len;
		struct buf *b = &c->tokens[t].text;
		if (lowercase) {
			buf_clear(b);
			buf_add(b, "", 0);
			text_lower(&c->tokens[t].lower, b, p, text[t].len);
			p = b->data;
			end = p + b->len;
		}
		size_t from = used;
		for (; p < end; p += bytes) {
			uint32_t u = bytes = 1;
			if (*p > ' ' && *p < 127)
				u = (uint32_t)*p;
			else if (!whitespace && (bytes = utf8_space(p, end)))
				continue;
			else
				u = (uint32_t)utf8_get(p, &bytes);
			c->id[used++] = u;
			largest = u > largest ? u : largest;
		}
		c->ids[t] = (struct symbols){ c->id + from, used - from };
	}
	c->below = (size_t)largest + 1;
}

void
counter_free(struct counter *c)
{
	for (size_t t = 0; t < c->texts; t++)
		tokens_free(&c->tokens[t]);
	free(c->tokens);
	free(c->ids);
	free(c->id);
	lexemes_free(&c->lexemes);
	ngrams_free(&c->ngrams);
	ter_table_free(c->ter);
	*c = (struct counter){ 0 };
}
