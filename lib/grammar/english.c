#include <stdio.h>
#include <string.h>
#include "english.h"

const struct en_verb en_aux[EN_AUXES] = {
	{ "be", "is", "was", "been", "being", "", 0, 1 },
	{ "have", "has", "had", "had", "having", "", 0, 0 },
	{ "do", "does", "did", "done", "doing", "", 0, 0 },
	{ "like", "likes", "liked", "liked", "liking", "", 0, 0 },
	{ "want", "wants", "wanted", "wanted", "wanting", "", 0, 0 },
};

static int
ends_in_consonant_y(const char *s)
{
	size_t n = strlen(s);

	return n > 1 && s[n - 1] == 'y' && !strchr("aeiou", s[n - 2]);
}

static int
ends_in_hiss(const char *s)
{
	return ends_in(s, "s") || ends_in(s, "x") || ends_in(s, "z") ||
		ends_in(s, "ch") || ends_in(s, "sh");
}

/* base + s, ed or ing, by the regular rules. */
static int
add_ending(char *to, const char *base, const char *end)
{
	int n = (int)strlen(base);
	const char *fmt = "%.*s%s";

	if (*end == 's' && (ends_in_hiss(base) || !strcmp(base, "go") ||
	    !strcmp(base, "do")))
		end = "es";
	else if (*end != 'i' && ends_in_consonant_y(base)) {
		n--;
		fmt = *end == 's' ? "%.*sie%s" : "%.*si%s";
	} else if (*end != 's' && ends_in(base, "e") &&
	    !(*end == 'i' && ends_in(base, "ee")))
		n--;
	return snprintf(to, FORM, fmt, n, base, end) >= FORM;
}

int
en_verb_init(struct en_verb *v, const char *text,
	const struct en_irregular *all, size_t n)
{
	const struct en_irregular *r = NULL;
	size_t len = strcspn(text, " |");
	int bad;

	*v = (struct en_verb){ .split = text[len] == '|' };
	if (!len || len >= FORM || strlen(text + len) > FORM)
		return -1;
	memcpy(v->base, text, len);
	strcpy(v->particle, text[len] ? text + len + 1 : "");
	if (!strcmp(v->base, "be")) {
		char rest[FORM];
		strcpy(rest, v->particle);
		*v = en_aux[EN_BE];
		strcpy(v->particle, rest);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (!strcmp(all[i].base, v->base))
			r = &all[i];
	bad = add_ending(v->third, v->base, "s");
	if (!strcmp(v->base, "have"))
		strcpy(v->third, "has");
	bad |= r ? snprintf(v->past, FORM, "%s", r->past) >= FORM :
		add_ending(v->past, v->base, "ed");
	bad |= r ? snprintf(v->part, FORM, "%s", r->part) >= FORM :
		add_ending(v->part, v->base, "ed");
	bad |= r && r->ing ? snprintf(v->ing, FORM, "%s", r->ing) >= FORM :
		add_ending(v->ing, v->base, "ing");
	return bad ? -1 : 0;
}

const char *
en_verb_finite(const struct en_verb *v, const struct agr *a, int past)
{
	int third = a->person == 3 && !a->plural;

	if (!v->be)
		return past ? v->past : third ? v->third : v->base;
	if (a->plural || a->person == 2)
		return past ? "were" : "are";
	return past ? "was" : third ? "is" : "am";
}

void
en_plural(struct buf *b, const char *noun)
{
	size_t n = strlen(noun);

	if (ends_in_consonant_y(noun)) {
		buf_add(b, noun, n - 1);
		buf_str(b, "ies");
		return;
	}
	buf_str(b, noun);
	buf_str(b, ends_in_hiss(noun) ? "es" : "s");
}

/* I you he she it we you they */
static int
pronoun_index(const struct agr *a)
{
	if (a->formal || a->person == 2)
		return 1;
	if (a->plural)
		return a->person == 1 ? 5 : 6;
	return a->person == 1 ? 0 : 2 + (int)a->natural;
}

const char *
en_pronoun(const struct agr *a, int object)
{
	static const char *const t[2][7] = {
		{ "I", "you", "he", "she", "it", "we", "they" },
		{ "me", "you", "him", "her", "it", "us", "them" },
	};
	return t[object][pronoun_index(a)];
}

const char *
en_possessive(const struct agr *a)
{
	static const char *const t[7] = { "my", "your", "his", "her", "its",
		"our", "their" };
	return t[pronoun_index(a)];
}

int
en_wants_an(const char *word)
{
	static const char *const vowel[] = { "hour", "honest" };
	static const char *const consonant[] = { "uni", "use", "eu", "one" };

	for (size_t i = 0; i < sizeof vowel / sizeof *vowel; i++)
		if (!strncmp(word, vowel[i], strlen(vowel[i])))
			return 1;
	for (size_t i = 0; i < sizeof consonant / sizeof *consonant; i++)
		if (!strncmp(word, consonant[i], strlen(consonant[i])))
			return 0;
	return *word && strchr("aeiouAEIOU", *word) != NULL;
}

/* --- numbers --- */

static const char *const small[20] = { "zero", "one", "two", "three", "four",
	"five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
	"eighteen", "nineteen" };
static const char *const tens[10] = { "", "", "twenty", "thirty", "forty",
	"fifty", "sixty", "seventy", "eighty", "ninety" };

static void
below_hundred(struct buf *b, long n)
{
	if (n < 20)
		buf_str(b, small[n]);
	else if (n % 10)
		buf_printf(b, "%s-%s", tens[n / 10], small[n % 10]);
	else
		buf_str(b, tens[n / 10]);
}

/* The part below a hundred of a bigger number, after "and". */
static void
rest(struct buf *b, long n)
{
	if (!n)
		return;
	buf_str(b, " and ");
	below_hundred(b, n);
}

static void
below_thousand(struct buf *b, long n)
{
	if (n < 100) {
		below_hundred(b, n);
		return;
	}
	buf_printf(b, "%s hundred", small[n / 100]);
	rest(b, n % 100);
}

void
en_number(struct buf *b, long n)
{
	if (n < 1000) {
		below_thousand(b, n);
		return;
	}
	below_thousand(b, n / 1000);
	buf_str(b, " thousand");
	n %= 1000;
	if (n >= 100) {
		buf_str(b, " ");
		below_thousand(b, n);
	} else
		rest(b, n);
}

void
en_year(struct buf *b, long n)
{
	if (n < 1100 || (n >= 2000 && n < 2010)) {
		en_number(b, n);
		return;
	}
	below_hundred(b, n / 100);
	if (n % 100 == 0)
		buf_str(b, " hundred");
	else if (n % 100 < 10)
		buf_printf(b, " oh %s", small[n % 100]);
	else {
		buf_str(b, " ");
		below_hundred(b, n % 100);
	}
}
