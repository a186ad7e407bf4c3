#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "sentence.h"

void
sentence_say(struct sentence *t, const char *fmt, ...)
{
	char word[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(word, sizeof word, fmt, ap);
	va_end(ap);
	if (!*word)
		return;
	if (t->b.len)
		buf_str(&t->b, t->comma ? ", " : " ");
	t->comma = 0;
	buf_str(&t->b, word);
}

void
sentence_comma(struct sentence *t)
{
	t->comma = 1;
}

/* An a that the next word turns into an: in place, once all is written. */
static void
fix_articles(struct buf *b)
{
	struct buf new = { 0 };

	for (const char *p = b->data; *p; ) {
		size_t n = strcspn(p, " ");
		buf_add(&new, p, n);
		if (n == 1 && (*p == 'a' || *p == 'A') && p[n] &&
		    en_wants_an(p + 2))
			buf_str(&new, "n");
		p += n;
		if (*p)
			buf_add(&new, p++, 1);
	}
	buf_free(b);
	*b = new;
}

void
sentence_end(struct sentence *t, char mark)
{
	buf_add(&t->b, &mark, 1);
	fix_articles(&t->b);
	unsigned char *s = (unsigned char *)t->b.data;
	if (*s >= 'a' && *s <= 'z')
		*s = (unsigned char)(*s - 32);
	else if (*s == 0xc3 && s[1] >= 0xa0)   /* ä ö ü */
		s[1] = (unsigned char)(s[1] - 32);
	t->comma = 0;
}
