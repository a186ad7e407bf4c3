#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "base/utf8.h"
#include "text/text.h"
#include "tokenize.h"

const char *const tokenizer_names[] = {
	"none", "13a", "intl", "char", "zh", NULL };

/* What a character is to a tokenizer. The originals are chains of regular
 * expressions that put spaces around things; what they come to is decided
 * here in one pass by a character, the one before and the one after it. */
enum class {
	C_NONE,      /* before the text */
	C_OTHER,     /* part of a word */
	C_SPACE,
	C_MARK,      /* always a token */
	C_POINT,     /* a token unless it stands between digits */
	C_DIGIT,
	C_DASH,      /* a token after a digit */
	C_QUOTE,     /* 's at the end of a word is a token of its own */
	C_WIDE,      /* not ASCII: not told by its first byte */
};

struct range { int lo, hi; };

static int
is_within(const struct range *r, size_t n, long c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= r[i].lo && c <= r[i].hi)
			return 1;
	return 0;
}
#define IS_WITHIN(ranges, c) \
	is_within(ranges, sizeof (ranges) / sizeof *(ranges), c)

/* Python's sacreBLEU writes U+20000 as "\u20000", two characters, so that its
 * range begins behind U+2000 and ends before U+2A6E: typographic marks, arrows
 * and mathematics are taken for Chinese, the rare characters of plane 2 are
 * not. The same numbers need the same range. */
static const struct range chinese[] = {
	{ 0x2001, 0x2a6d }, { 0x2e80, 0x2fdf }, { 0x2ff0, 0x303f },
	{ 0x3100, 0x312f }, { 0x31a0, 0x31bf }, { 0x31c0, 0x31ef },
	{ 0x3200, 0x4db5 }, { 0x4e00, 0x9fbb }, { 0xf900, 0xfa2d },
	{ 0xfa30, 0xfa6a }, { 0xfa70, 0xfad9 }, { 0xfe10, 0xfe1f },
	{ 0xfe30, 0xfe4f }, { 0xff00, 0xffef },
};

/* TER's; U+3F22 stands in the original where U+32FF was meant. */
static const struct range asian[] = {
	{ 0x2e80, 0x2eff }, { 0x31c0, 0x31ef }, { 0x3200, 0x4dbf },
	{ 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe4f },
};
static const struct range asian_points[] = {
	{ 0x3001, 0x3002 }, { 0x3008, 0x3011 }, { 0x3014, 0x301f },
	{ 0xff61, 0xff65 }, { 0x30fb, 0x30fb }, { 0xff01, 0xff02 },
	{ 0xff08, 0xff09 }, { 0xff0c, 0xff0c }, { 0xff0e, 0xff0e },
	{ 0xff1a, 0xff1b }, { 0xff1f, 0xff1f },
};

/* By Unicode's general category. */
static enum class
intl_class(long c)
{
	switch (utf8proc_category((int)c)) {
	case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return C_DIGIT;
	case UTF8PROC_CATEGORY_PC: case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI: case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
		return C_POINT;
	case UTF8PROC_CATEGORY_SM: case UTF8PROC_CATEGORY_SC:
	case UTF8PROC_CATEGORY_SK: case UTF8PROC_CATEGORY_SO:
		return C_MARK;
	default:
		return C_OTHER;
	}
}

/* ASCII punctuation and symbols */
static int
is_punct(char c)
{
	return c > ' ' && c < 127 && !(c >= '0' && c <= '9') &&
		!((c | 32) >= 'a' && (c | 32) <= 'z');
}

static enum class
ascii_class(const struct tokenize_opts *o, int c)
{
	char text = (char)c;

	if (utf8_space(&text, &text + 1))
		return C_SPACE;
	switch (o->kind) {
	case TOKENIZE_NONE: case TOKENIZE_CHRF:
		return C_OTHER;
	case TOKENIZE_CHAR:
		return C_MARK;
	case TOKENIZE_INTL:
		return intl_class(c);
	default:
		break;
	}
	if (c >= '0' && c <= '9')
		return C_DIGIT;
	if (c == '.' || c == ',')
		return C_POINT;
	if (c == '-')
		return C_DASH;
	if (c == '\'')
		return o->kind == TOKENIZE_TERCOM ? C_QUOTE : C_OTHER;
	return is_punct(text) ? C_MARK : C_OTHER;
}

static enum class
wide_class(const struct tokenize_opts *o, const char *p, const char *end,
	size_t *n)
{
	long c = utf8_get(p, n);

	if (utf8_space(p, end))
		return C_SPACE;
	switch (o->kind) {
	case TOKENIZE_CHAR:
		return C_MARK;
	case TOKENIZE_INTL:
		return intl_class(c);
	case TOKENIZE_ZH:
		return IS_WITHIN(chinese, c) ? C_MARK : C_OTHER;
	case TOKENIZE_TERCOM:
		return o->asian && (IS_WITHIN(asian, c) ||
			IS_WITHIN(asian_points, c)) ? C_MARK : C_OTHER;
	default:
		return C_OTHER;
	}
}

static inline enum class
class_at(const struct tokens *t, const struct tokenize_opts *o, const char *p,
	const char *end, size_t *n)
{
	enum class c = t->class[(unsigned char)*p];

	*n = 1;
	return c == C_WIDE ? wide_class(o, p, end, n) : c;
}

/* There is room: cut() has seen to it. */
static inline void
add_token(struct tokens *t, const char *from, const char *to)
{
	t->at[t->n++] = (struct span){ from, (size_t)(to - from) };
}

/* A word of chrF's: parted from a mark at its end, or else at its beginning. */
static inline void
add_word(struct tokens *t, const struct tokenize_opts *o, const char *from,
	const char *to)
{
	const char *at = o->kind != TOKENIZE_CHRF || to - from < 2 ? from :
		is_punct(to[-1]) ? to - 1 : is_punct(*from) ? from + 1 : from;

	if (at > from)
		add_token(t, from, at);
	add_token(t, at, to);
}

/* Is the quote at p that of an 's that ends a word? */
static int
is_possessive(const struct tokens *t, const char *p, const char *end)
{
	if (p + 1 == end || p[1] != 's')
		return 0;
	return p + 2 == end || p[2] == ' ' ||
		t->class[(unsigned char)p[2]] == C_MARK;
}

/* Where the text is padded with a space, a point at either end of it has
 * something beside it that is no digit; else it has nothing.
 * A point that was told from what stands before it is used up: the second of
 * two points is not told from the first, but from what follows it. */
static void
cut(struct tokens *t, const struct tokenize_opts *o, const char *p,
	const char *end, int padded)
{
	enum class before = padded ? C_SPACE : C_NONE, c, next;
	const char *open = NULL;   /* where the token at hand begins */
	int used = 0, alone;
	size_t n = (size_t)(end - p), k;

	/* a token has a byte or more */
	t->at = xroom(t->at, &t->cap, n, sizeof *t->at);
	for (; p < end; p += n, before = c) {
		for (n = 0; p < end && t->class[(unsigned char)*p] == C_OTHER;
		    n++)
			p++;
		if (n) {   /* most are */
			open = open ? open : p - n;
			before = C_OTHER;
			used = 0;
			if (p == end)
				break;
		}
		c = class_at(t, o, p, end, &n);
		if (c == C_SPACE) {
			if (open)
				add_word(t, o, open, p);
			open = NULL;
			used = 0;
			continue;
		}
		alone = c == C_MARK || (c == C_DASH && before == C_DIGIT);
		if (c == C_POINT) {
			used = before != C_NONE && before != C_DIGIT && !used;
			next = p + n == end ? padded ? C_SPACE : C_DIGIT :
				class_at(t, o, p + n, end, &k);
			alone = used || next != C_DIGIT;
		} else
			used = 0;
		if (open && (alone || (c == C_QUOTE &&
		    is_possessive(t, p, end)))) {
			add_word(t, o, open, p);
			open = NULL;
		}
		if (alone)
			add_token(t, p, p + n);
		else if (!open)
			open = p;
	}
	if (open)
		add_word(t, o, open, end);
}

/* What 13a and TER do to the text first; &amp;lt; becomes <, &amp;quot;
 * &quot;, as the originals' order has it. */
static void
unescape(struct tokens *t, const struct tokenize_opts *o)
{
	if (o->kind == TOKENIZE_13A) {
		text_replace(&t->text, 0, "<skipped>", "");
		text_replace(&t->text, 0, "-\n", "");
	} else
		text_replace(&t->text, 0, "\n-", "");
	text_replace(&t->text, 0, "\n", " ");
	text_replace(&t->text, 0, "&quot;", "\"");
	text_replace(&t->text, 0, "&amp;", "&");
	text_replace(&t->text, 0, "&lt;", "<");
	text_replace(&t->text, 0, "&gt;", ">");
}

/* Take the punctuation out of the tokens, which lie in t->text. */
static void
remove_punct(struct tokens *t, int with_asian)
{
	size_t kept = 0, n;

	for (size_t i = 0; i < t->n; i++) {
		char *to = t->text.data + (t->at[i].s - t->text.data);
		struct span k = { to, 0 };
		for (const char *p = to, *end = p + t->at[i].len; p < end;
		    p += n) {
			long c = utf8_get(p, &n);
			if ((c && c < 128 && strchr(".,?:;!\"()", (int)c)) ||
			    (with_asian && IS_WITHIN(asian_points, c)))
				continue;
			memmove(to + k.len, p, n);
			k.len += n;
		}
		if (k.len)
			t->at[kept++] = k;
	}
	t->n = kept;
}

void
tokens_split(struct tokens *t, const struct tokenize_opts *o, const char *s,
	size_t len)
{
	int padded = o->kind == TOKENIZE_13A || o->kind == TOKENIZE_TERCOM;
	size_t n;

	if (!t->made || t->made_for != (int)o->kind) {
		for (int c = 0; c < 256; c++)
			t->class[c] = (unsigned char)(c < 128 ?
				ascii_class(o, c) : C_WIDE);
		t->made = 1;
		t->made_for = (int)o->kind;
	}
	len = text_trimmed(s, len);
	while (o->kind == TOKENIZE_ZH && (n = utf8_space(s, s + len))) {
		s += n;
		len -= n;
	}
	int escaped = padded && (memchr(s, '&', len) || memchr(s, '\n', len) ||
		memchr(s, '<', len));
	if (escaped || o->lowercase || o->no_punct) {
		buf_clear(&t->text);
		buf_add(&t->text, "", 0);
		if (o->lowercase)
			text_lower(&t->lower, &t->text, s, len);
		else
			buf_add(&t->text, s, len);
		if (escaped)
			unescape(t, o);
		s = t->text.data;
		len = t->text.len;
	}
	t->n = 0;
	cut(t, o, s, s + len, padded);
	if (o->no_punct)
		remove_punct(t, o->asian);
}

void
tokens_split_again(struct tokens *t, const struct tokenize_opts *o)
{
	buf_clear(&t->joined);
	buf_add(&t->joined, "", 0);
	for (size_t i = 0; i < t->n; i++) {
		if (i)
			buf_add(&t->joined, " ", 1);
		buf_add(&t->joined, t->at[i].s, t->at[i].len);
	}
	tokens_split(t, o, t->joined.data, t->joined.len);
}

void
tokens_free(struct tokens *t)
{
	free(t->at);
	buf_free(&t->text);
	buf_free(&t->joined);
	lower_free(&t->lower);
}
