#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>
#include <utf8proc.h>
#include "base/utf8.h"
#include "lower.h"

static const char SIGMA[] = "\u03a3";
enum { SIGMA_BYTES = sizeof SIGMA - 1 };

/* Unicode's Final_Sigma as Python reads it: a modifier letter, which is both
 * cased and to be ignored, is ignored. */
static int
compile(struct lower *l, struct why *why)
{
	static const char pattern[] = "(?!\\p{Case_Ignorable})\\p{Cased}"
		"\\p{Case_Ignorable}*+\\K\\x{3a3}"
		"(?!\\p{Case_Ignorable}*+\\p{Cased})";
	int error;
	PCRE2_SIZE at;

	l->final = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_NO_UTF_CHECK, &error, &at, NULL);
	if (l->final)
		l->match = pcre2_match_data_create(1, NULL);
	if (!l->match)
		return why_set(why, "PCRE2 knows no Unicode (error %d)",
			error);
	return 0;
}

int
lower_check(struct why *why)
{
	struct lower l = { 0 };
	int bad = compile(&l, why);

	lower_free(&l);
	return bad;
}

/* Where the next capital sigma that ends a word stands, from byte from on. */
static size_t
next_final(struct lower *l, const char *s, size_t len, size_t from)
{
	struct why why;

	if (!memmem(s + from, len - from, SIGMA, SIGMA_BYTES) ||
	    (!l->match && compile(l, &why)))
		return len;
	if (pcre2_match(l->final, (PCRE2_SPTR)s, len, from,
	    PCRE2_NO_UTF_CHECK, l->match, NULL) < 0)
		return len;
	return pcre2_get_ovector_pointer(l->match)[0];
}

void
text_lower(struct lower *l, struct buf *b, const char *s, size_t len)
{
	size_t final = next_final(l, s, len, 0), n;
	char c[4];

	for (size_t i = 0; i < len; i += n) {
		for (n = 0; i + n < len && !(s[i + n] & 0x80); n++)
			;
		if (n) {
			buf_add(b, s + i, n);
			char *p = b->data + b->len - n;
			for (size_t k = 0; k < n; k++)
				p[k] = (char)(p[k] >= 'A' && p[k] <= 'Z' ?
					p[k] + 32 : p[k]);
			continue;
		}
		long u = utf8_get(s + i, &n);
		long to = i == final ? 0x3c2 : utf8proc_tolower((int)u);
		if (i == final)
			final = next_final(l, s, len, i + n);
		buf_add(b, c, utf8_put(c, u == 0x130 ? 'i' : to));
		if (u == 0x130)
			buf_str(b, "\u0307");
	}
}

void
lower_free(struct lower *l)
{
	pcre2_code_free(l->final);
	pcre2_match_data_free(l->match);
	*l = (struct lower){ 0 };
}
