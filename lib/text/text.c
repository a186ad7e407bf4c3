#include <string.h>
#include "base/utf8.h"
#include "text.h"

const char *
text_word(const char **at, const char *end, size_t *len)
{
	const char *p = *at;
	size_t n;

	while ((n = utf8_space(p, end)))
		p += n;
	const char *word = p;
	/* most are ASCII; the second byte of a character begins none */
	while (p < end && ((*p > ' ' && *p < 127) || (*p & 0xc0) == 0x80 ||
	    !utf8_space(p, end)))
		p++;
	*at = p;
	*len = (size_t)(p - word);
	return *len ? word : NULL;
}

void
text_replace(struct buf *b, size_t from, const char *old, const char *new)
{
	size_t n = strlen(old), k = strlen(new);
	char *to = b->data + from;
	const char *end = b->data + b->len;

	for (const char *p = to; p < end; ) {
		if ((size_t)(end - p) >= n && !memcmp(p, old, n)) {
			memcpy(to, new, k);
			to += k;
			p += n;
		} else
			*to++ = *p++;
	}
	b->len = (size_t)(to - b->data);
	*to = 0;
}

void
text_remove_bpe(struct buf *b, size_t from, const char *symbol)
{
	int pieces = symbol && !strcmp(symbol, "sentencepiece");

	if (!symbol || !*symbol || !strcmp(symbol, "none") || b->len == from)
		return;
	if (!strcmp(symbol, "@@") || !strcmp(symbol, "subword_nmt"))
		symbol = "@@ ";
	if (pieces) {
		text_replace(b, from, " ", "");
		text_replace(b, from, "\u2581", " ");
		size_t lead = strspn(b->data + from, " ");
		memmove(b->data + from, b->data + from + lead,
			b->len - from - lead + 1);
		b->len -= lead;
	} else {
		buf_add(b, " ", 1);
		text_replace(b, from, symbol, "");
	}
	while (b->len > from && b->data[b->len - 1] == ' ')
		b->data[--b->len] = 0;
}

/* Perl's \S of a byte. */
static int
is_black(char c)
{
	return c != ' ' && (c < '\t' || c > '\r');
}

void
text_split_compounds(struct buf *b)
{
	static const char mark[] = " ##AT##-##AT## ";
	struct buf to = { 0 };
	size_t i = 0;

	if (b->len < 3 || !memchr(b->data, '-', b->len))
		return;
	while (i < b->len) {
		const char *p = b->data + i;
		buf_add(&to, p, 1);
		i++;
		if (b->len - i < 2 || p[1] != '-' || !is_black(*p) ||
		    !is_black(p[2]))
			continue;
		buf_str(&to, mark);
		buf_add(&to, p + 2, 1);
		i += 2;
	}
	buf_free(b);
	*b = to;
}

size_t
text_trimmed(const char *s, size_t len)
{
	const char *p, *end = s + len;

	while (end > s) {
		for (p = end - 1; p > s && (*p & 0xc0) == 0x80; p--)
			;
		if (!utf8_space(p, end))
			break;
		end = p;
	}
	return (size_t)(end - s);
}
