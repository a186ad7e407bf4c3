#include <stdio.h>
#include <string.h>
#include "german.h"

const struct de_verb de_aux[DE_AUXES] = {
	{ "", "haben", { "habe", "hast", "hat", "haben", "habt", "haben" },
	  "hatte", "gehabt", 0 },
	{ "", "sein", { "bin", "bist", "ist", "sind", "seid", "sind" },
	  "war", "gewesen", 1 },
	{ "", "werden", { "werde", "wirst", "wird", "werden", "werdet",
	  "werden" }, "wurde", "geworden", 1 },
	{ "", "geben", { "gebe", "gibst", "gibt", "geben", "gebt", "geben" },
	  "gab", "gegeben", 0 },
	{ "", "können", { "kann", "kannst", "kann", "können", "könnt",
	  "können" }, "konnte", "gekonnt", 0 },
	{ "", "müssen", { "muss", "musst", "muss", "müssen", "müsst",
	  "müssen" }, "musste", "gemusst", 0 },
	{ "", "wollen", { "will", "willst", "will", "wollen", "wollt",
	  "wollen" }, "wollte", "gewollt", 0 },
	{ "", "sollen", { "soll", "sollst", "soll", "sollen", "sollt",
	  "sollen" }, "sollte", "gesollt", 0 },
	{ "", "dürfen", { "darf", "darfst", "darf", "dürfen", "dürft",
	  "dürfen" }, "durfte", "gedurft", 0 },
	{ "", "mögen", { "möchte", "möchtest", "möchte", "möchten",
	  "möchtet", "möchten" }, "mochte", "gemocht", 0 },
};

const char *
de_definite(enum gender g, enum gcase c)
{
	static const char *const t[4][4] = {   /* [case][gender] */
		{ "der", "die", "das", "die" },
		{ "den", "die", "das", "die" },
		{ "dem", "der", "dem", "den" },
		{ "des", "der", "des", "der" },
	};
	return t[c][g];
}

const char *
de_relative(enum gender g, enum gcase c)
{
	if (c == GEN)
		return g == FEM || g == MANY ? "deren" : "dessen";
	return c == DAT && g == MANY ? "denen" : de_definite(g, c);
}

const char *
de_determiner_ending(enum gender g, enum gcase c)
{
	static const char *const t[4][4] = {
		{ "er", "e", "es", "e" },
		{ "en", "e", "es", "e" },
		{ "em", "er", "em", "en" },
		{ "es", "er", "es", "er" },
	};
	return t[c][g];
}

const char *
de_indefinite_ending(enum gender g, enum gcase c)
{
	int bare = (g == MASC && c == NOM) ||
		(g == NEUT && (c == NOM || c == ACC));

	return bare ? "" : de_determiner_ending(g, c);
}

const char *
de_adjective_ending(enum declension d, enum gender g, enum gcase c)
{
	int direct = c == NOM || (c == ACC && g != MASC);

	if (d == STRONG)
		return c == GEN && (g == MASC || g == NEUT) ? "en" :
			de_determiner_ending(g, c);
	if (!direct || g == MANY)
		return "en";
	return d == WEAK ? "e" : de_determiner_ending(g, c);
}

/* ich du er sie es wir ihr sie Sie */
static int
pronoun_index(const struct agr *a)
{
	if (a->formal)
		return 8;
	if (a->plural)
		return 4 + a->person;
	return a->person < 3 ? a->person - 1 : 2 + (int)a->gender;
}

const char *
de_pronoun(const struct agr *a, enum gcase c)
{
	static const char *const t[3][9] = {
		{ "ich", "du", "er", "sie", "es", "wir", "ihr", "sie", "Sie" },
		{ "mich", "dich", "ihn", "sie", "es", "uns", "euch", "sie",
		  "Sie" },
		{ "mir", "dir", "ihm", "ihr", "ihm", "uns", "euch", "ihnen",
		  "Ihnen" },
	};
	return t[c == GEN ? DAT : c][pronoun_index(a)];
}

const char *
de_reflexive(const struct agr *a)
{
	return a->person == 3 ? "sich" : de_pronoun(a, ACC);
}

const char *
de_possessive(const struct agr *a, int ending)
{
	static const char *const t[9] = { "mein", "dein", "sein", "ihr",
		"sein", "unser", "euer", "ihr", "Ihr" };
	int i = pronoun_index(a);

	return i == 6 && ending ? "eur" : t[i];
}

const char *
de_contraction(const char *prep, enum gender g, enum gcase c)
{
	static const char *const t[][3] = {
		{ "in", "dem", "im" }, { "in", "das", "ins" },
		{ "an", "dem", "am" }, { "an", "das", "ans" },
		{ "zu", "dem", "zum" }, { "zu", "der", "zur" },
		{ "bei", "dem", "beim" }, { "von", "dem", "vom" },
	};
	const char *article = de_definite(g, c);

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (!strcmp(prep, t[i][0]) && !strcmp(article, t[i][1]))
			return t[i][2];
	return NULL;
}

/* --- verbs --- */

static int
is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Does an e stand between the stem and t? arbeit-e-t, öffn-e-t, but lern-t. */
static int
needs_e(const char *stem)
{
	size_t n = strlen(stem);

	if (n < 3)
		return 0;
	if (is_one_of(stem[n - 1], "dt"))
		return 1;
	if (!is_one_of(stem[n - 1], "nm"))
		return 0;
	return ends_in(stem, "chn") || ends_in(stem, "tm") ||
		is_one_of(stem[n - 2], "bdfgkpt");
}

static int
has_weak_prefix(const char *inf)
{
	static const char *const t[] = { "be", "ge", "er", "ver", "zer",
		"ent", "emp", "miss" };

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (!strncmp(inf, t[i], strlen(t[i])))
			return 1;
	return ends_in(inf, "ieren");
}

static int put(char *to, const char *a, const char *b)
	__attribute__((warn_unused_result));
static int
put(char *to, const char *a, const char *b)
{
	return snprintf(to, FORM, "%s%s", a, b) >= FORM;
}

/* du: from "nimmt" nimmst, from "liest" liest, from "weiß" weißt. */
static int
second_person(char *to, const char *third)
{
	char stem[FORM];
	size_t n = strlen(third);
	int bad = put(stem, third, "");

	if (!bad && n && stem[n - 1] == 't')
		stem[n - 1] = 0;
	int sharp = is_one_of(stem[strlen(stem) ? strlen(stem) - 1 : 0], "szx")
		|| ends_in(stem, "ß");
	return bad || put(to, stem, sharp ? "t" : "st");
}

int
de_verb_init(struct de_verb *v, const char *inf, const char *third,
	const char *pret, const char *part, int sein)
{
	const char *bar = strchr(inf, '|'), *comma;
	char stem[FORM], t[FORM];
	int bad = 0;

	*v = (struct de_verb){ .sein = sein };
	if (bar) {
		if (bar - inf >= FORM)
			return -1;
		memcpy(v->prefix, inf, (size_t)(bar - inf));
		inf = bar + 1;
	}
	if (!ends_in(inf, "n") || strlen(inf) < 3 || strlen(inf) > FORM - 8)
		return -1;
	strcpy(v->inf, inf);
	strcpy(stem, inf);
	stem[strlen(stem) - (ends_in(stem, "en") ? 2 : 1)] = 0;
	bad |= put(t, stem, needs_e(stem) ? "et" : "t");
	comma = third ? strchr(third, ',') : NULL;
	bad |= put(v->pres[2], third ? third : t, "");
	if (comma && comma - third < FORM)
		v->pres[2][comma - third] = 0;
	bad |= comma ? put(v->pres[1], comma + 1, "") :
		second_person(v->pres[1], v->pres[2]);
	bad |= put(v->pres[4], t, "");
	if (ends_in(stem, "el"))   /* lächeln: ich lächle */
		sprintf(v->pres[0], "%.*sle", (int)strlen(stem) - 2, stem);
	else
		bad |= put(v->pres[0], stem, "e");
	if (!ends_in(v->pres[2], "t"))   /* ich weiß, er weiß */
		strcpy(v->pres[0], v->pres[2]);
	strcpy(v->pres[3], inf);
	strcpy(v->pres[5], inf);
	bad |= pret ? put(v->pret, pret, "") : put(v->pret, t, "e");
	bad |= part ? put(v->part, part, "") :
		put(v->part, has_weak_prefix(inf) ? "" : "ge", t);
	return bad ? -1 : 0;
}

void
de_verb_finite(struct buf *b, const struct de_verb *v, const struct agr *a,
	int past)
{
	static const char *const ends[6] = { "", "st", "", "en", "t", "en" };
	int i = (a->plural ? 3 : 0) + a->person - 1;

	if (!past) {
		buf_str(b, v->pres[i]);
		return;
	}
	buf_str(b, v->pret);
	buf_str(b, ends[i] + (ends_in(v->pret, "e") && *ends[i] == 'e'));
}

/* --- numbers --- */

static const char *const small[20] = { "null", "ein", "zwei", "drei", "vier",
	"fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
	"dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn",
	"achtzehn", "neunzehn" };
static const char *const tens[10] = { "", "", "zwanzig", "dreißig", "vierzig",
	"fünfzig", "sechzig", "siebzig", "achtzig", "neunzig" };

/* 1 .. 99; a last one is "eins" at the end of the whole number. */
static void
below_hundred(struct buf *b, long n, int last)
{
	if (n < 20) {
		buf_printf(b, "%s%s", small[n], n == 1 && last ? "s" : "");
		return;
	}
	if (n % 10)
		buf_printf(b, "%sund", small[n % 10]);
	buf_str(b, tens[n / 10]);
}

/* 1 .. 999; inner: a hundred behind a thousand is "einhundert". */
static void
below_thousand(struct buf *b, long n, int inner, int last)
{
	if (n >= 100) {
		if (n >= 200 || inner)
			buf_str(b, small[n / 100]);
		buf_str(b, "hundert");
	}
	if (n % 100)
		below_hundred(b, n % 100, last);
}

void
de_number(struct buf *b, long n)
{
	if (!n) {
		buf_str(b, small[0]);
		return;
	}
	if (n >= 1000) {
		if (n >= 2000)
			below_thousand(b, n / 1000, 0, 0);
		buf_str(b, "tausend");
	}
	if (n % 1000)
		below_thousand(b, n % 1000, n >= 1000, 1);
}

void
de_year(struct buf *b, long n)
{
	if (n < 1100 || n >= 2000) {
		de_number(b, n);
		return;
	}
	below_hundred(b, n / 100, 0);
	buf_str(b, "hundert");
	if (n % 100)
		below_hundred(b, n % 100, 1);
}
