/* Word forms of both languages, numbers, and sentences that are drawn. */
#include <stdlib.h>
#include <string.h>
#include "grammar/draw.h"
#include "tap.h"

/* --- numbers: read back by readers that know only the words --- */

static long
word_value(const char *const *names, const long *values, int n, const char *w,
	size_t len)
{
	for (int i = 0; i < n; i++)
		if (strlen(names[i]) == len && !strncmp(names[i], w, len))
			return values[i];
	return -1;
}

static const char *const de_names[] = { "null", "eins", "ein", "zwei", "drei",
	"vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
	"zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn",
	"achtzehn", "neunzehn", "zwanzig", "dreißig", "vierzig", "fünfzig",
	"sechzig", "siebzig", "achtzig", "neunzig" };
static const long de_values[] = { 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90 };

/* The value of a German number word of len bytes; -1: not one. */
static long
de_read(const char *w, size_t len)
{
	static const struct { const char *word; long value; } big[] = {
		{ "tausend", 1000 }, { "hundert", 100 } };

	for (int i = 0; i < 2; i++) {
		const char *at = memmem(w, len, big[i].word,
			strlen(big[i].word));
		if (!at)
			continue;
		size_t head = (size_t)(at - w);
		size_t skip = head + strlen(big[i].word);
		long a = head ? de_read(w, head) : 1;
		long b = len > skip ? de_read(w + skip, len - skip) : 0;
		return a < 0 || b < 0 ? -1 : a * big[i].value + b;
	}
	long all = word_value(de_names, de_values, 29, w, len);
	if (all >= 0)
		return all;
	const char *und = memmem(w, len, "und", 3);
	if (!und)
		return -1;
	size_t head = (size_t)(und - w);
	long one = word_value(de_names, de_values, 29, w, head);
	long ten = word_value(de_names, de_values, 29, und + 3, len - head - 3);
	return one < 1 || one > 9 || ten < 20 ? -1 : one + ten;
}

static const char *const en_names[] = { "zero", "one", "two", "three", "four",
	"five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
	"nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy",
	"eighty", "ninety" };
static const long en_values[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90 };

static long
en_read(const char *s)
{
	long total = 0, part = 0;

	for (size_t n; *s; s += n + (s[n] != 0)) {
		n = strcspn(s, " -");
		long v = word_value(en_names, en_values, 28, s, n);
		if (n == 3 && !strncmp(s, "and", 3))
			continue;
		if (n == 7 && !strncmp(s, "hundred", 7))
			part *= 100;
		else if (n == 8 && !strncmp(s, "thousand", 8)) {
			total = part * 1000;
			part = 0;
		} else if (v < 0)
			return -1;
		else
			part += v;
	}
	return total + part;
}

static void
test_numbers(void)
{
	struct buf b = { 0 };
	long bad_de = 0, bad_en = 0;

	for (long n = 0; n < 1000000; n++) {
		buf_clear(&b);
		de_number(&b, n);
		bad_de += de_read(b.data, b.len) != n;
		buf_clear(&b);
		en_number(&b, n);
		bad_en += en_read(b.data) != n;
	}
	OK(!bad_de, "German numbers to 999999 read back");
	OK(!bad_en, "English numbers to 999999 read back");
	static const struct {
		long n;
		const char *de, *en;
		int year;
	} t[] = {
		{ 1, "eins", "one", 0 },
		{ 21, "einundzwanzig", "twenty-one", 0 },
		{ 100, "hundert", "one hundred", 0 },
		{ 101, "hunderteins", "one hundred and one", 0 },
		{ 1100, "tausendeinhundert", "one thousand one hundred", 0 },
		{ 2016, "zweitausendsechzehn",
		  "two thousand and sixteen", 0 },
		{ 71717, "einundsiebzigtausendsiebenhundertsiebzehn",
		  "seventy-one thousand seven hundred and seventeen", 0 },
		{ 1984, "neunzehnhundertvierundachtzig",
		  "nineteen eighty-four", 1 },
		{ 1905, "neunzehnhundertfünf", "nineteen oh five", 1 },
		{ 1900, "neunzehnhundert", "nineteen hundred", 1 },
		{ 2007, "zweitausendsieben", "two thousand and seven", 1 },
		{ 2023, "zweitausenddreiundzwanzig", "twenty twenty-three",
		  1 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		buf_clear(&b);
		(t[i].year ? de_year : de_number)(&b, t[i].n);
		OK(!strcmp(b.data, t[i].de), "%s", t[i].de);
		buf_clear(&b);
		(t[i].year ? en_year : en_number)(&b, t[i].n);
		OK(!strcmp(b.data, t[i].en), "%s", t[i].en);
	}
	buf_free(&b);
}

/* --- tables, as a grammar book prints them: nominative, accusative, dative,
 * genitive; masculine, feminine, neuter, plural --- */

static void
test_table(const char *what, const char *want,
	const char *(*get)(enum gender, enum gcase))
{
	struct buf b = { 0 };

	for (int c = NOM; c <= GEN; c++)
		for (int g = MASC; g <= MANY; g++)
			buf_printf(&b, "%s%s", b.len ? " " : "",
				*get(g, c) ? get(g, c) : "-");
	OK(!strcmp(b.data, want), "%s", what);
	if (strcmp(b.data, want))
		printf("# %s\n# %s\n", b.data, want);
	buf_free(&b);
}

static const char *
strong(enum gender g, enum gcase c)
{
	return de_adjective_ending(STRONG, g, c);
}

static const char *
weak(enum gender g, enum gcase c)
{
	return de_adjective_ending(WEAK, g, c);
}

static const char *
mixed(enum gender g, enum gcase c)
{
	return de_adjective_ending(MIXED, g, c);
}

static void
test_tables(void)
{
	test_table("der, die, das", "der die das die den die das die "
		"dem der dem den des der des der", de_definite);
	test_table("relative pronouns", "der die das die den die das die "
		"dem der dem denen dessen deren dessen deren", de_relative);
	test_table("dieser", "er e es e en e es e em er em en es er es er",
		de_determiner_ending);
	test_table("ein, kein, mein", "- e - e en e - e em er em en "
		"es er es er", de_indefinite_ending);
	test_table("strong adjectives", "er e es e en e es e em er em en "
		"en er en er", strong);
	test_table("weak adjectives", "e e e en en e e en en en en en "
		"en en en en", weak);
	test_table("mixed adjectives", "er e es en en e es en en en en en "
		"en en en en", mixed);
	struct agr you = { .person = 2, .plural = 1 };
	OK(!strcmp(de_possessive(&you, 1), "eur") &&
		!strcmp(de_possessive(&you, 0), "euer"), "euer, eure");
	OK(!strcmp(de_contraction("zu", FEM, DAT), "zur") &&
		!de_contraction("in", FEM, DAT), "zur, but in der");
}

/* --- verbs --- */

static void
test_verb(const char *inf, const char *third, const char *pret,
	const char *part, const char *want)
{
	static const struct agr who[] = { { 1, 0, 0, 0, 0 }, { 2, 0, 0, 0, 0 },
		{ 3, 0, 0, 0, 0 }, { 1, 1, 0, 0, 0 }, { 2, 1, 0, 0, 0 } };
	struct de_verb v;
	struct buf b = { 0 };

	OK(!de_verb_init(&v, inf, third, pret, part, 0), "%s", inf);
	for (int i = 0; i < 5; i++) {
		de_verb_finite(&b, &v, &who[i], 0);
		buf_str(&b, " ");
	}
	de_verb_finite(&b, &v, &who[2], 1);
	buf_str(&b, " ");
	de_verb_finite(&b, &v, &who[3], 1);
	buf_printf(&b, " %s%s", v.prefix, v.part);
	OK(!strcmp(b.data, want), "%s", want);
	if (strcmp(b.data, want))
		printf("# %s\n", b.data);
	buf_free(&b);
}

static void
test_verbs(void)
{
	test_verb("kaufen", NULL, NULL, NULL, "kaufe kaufst kauft kaufen kauft "
		"kaufte kauften gekauft");
	test_verb("arbeiten", NULL, NULL, NULL, "arbeite arbeitest arbeitet "
		"arbeiten arbeitet arbeitete arbeiteten gearbeitet");
	test_verb("öffnen", NULL, NULL, NULL, "öffne öffnest öffnet öffnen "
		"öffnet öffnete öffneten geöffnet");
	test_verb("auf|räumen", NULL, NULL, NULL, "räume räumst räumt räumen "
		"räumt räumte räumten aufgeräumt");
	test_verb("vor|bereiten", NULL, NULL, NULL, "bereite bereitest "
		"bereitet bereiten bereitet bereitete bereiteten vorbereitet");
	test_verb("fahren", "fährt", "fuhr", "gefahren", "fahre fährst fährt "
		"fahren fahrt fuhr fuhren gefahren");
	test_verb("lesen", "liest", "las", "gelesen", "lese liest liest lesen "
		"lest las lasen gelesen");
	test_verb("halten", "hält,hältst", "hielt", "gehalten", "halte hältst "
		"hält halten haltet hielt hielten gehalten");
	test_verb("wissen", "weiß", "wusste", "gewusst", "weiß weißt weiß "
		"wissen wisst wusste wussten gewusst");
	test_verb("lächeln", "lächelt", NULL, NULL, "lächle lächelst lächelt "
		"lächeln lächelt lächelte lächelten gelächelt");
	struct de_verb v;
	OK(de_verb_init(&v, "x", NULL, NULL, NULL, 0), "no infinitive");
}

static void
test_english(void)
{
	static const struct en_irregular irregular[] = {
		{ "put", "put", "put", "putting" } };
	static const struct { const char *text, *want; } t[] = {
		{ "watch television", "watches watched watching television" },
		{ "carry", "carries carried carrying " },
		{ "play", "plays played playing " },
		{ "agree", "agrees agreed agreeing " },
		{ "close", "closes closed closing " },
		{ "put|on", "puts put putting on" },
		{ "be late", "is was being late" },
	};
	struct en_verb v;
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		OK(!en_verb_init(&v, t[i].text, irregular, 1), "%s",
			t[i].text);
		buf_clear(&b);
		buf_printf(&b, "%s %s %s %s", v.third, v.past, v.ing,
			v.particle);
		OK(!strcmp(b.data, t[i].want), "%s", b.data);
	}
	buf_clear(&b);
	en_plural(&b, "city");
	en_plural(&b, "bus");
	en_plural(&b, "day");
	OK(!strcmp(b.data, "citiesbusesdays"), "plurals");
	OK(en_wants_an("apple") && en_wants_an("hour") &&
		en_wants_an("ugly") && !en_wants_an("university") &&
		!en_wants_an("useful") && !en_wants_an("house"), "a and an");
	buf_free(&b);
}

/* --- sentences --- */

struct seen { char *de, *en; };

static int
compare(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return strcmp(x->de, y->de);
}

/* A German sentence has one translation, however it was drawn. */
static void
test_sentences(void)
{
	enum { DRAWS = 60000 };
	struct lexicon lex;
	struct scene *scene = xcalloc(1, sizeof *scene);
	struct why why = { "" };
	struct buf de = { 0 }, en = { 0 };
	struct seen *all = xcalloc(DRAWS, sizeof *all);
	long n = 0, twice = 0, differ = 0;

	OK(!lexicon_load(&lex, "data/grammar", &why), "the lexicon %s",
		why.text);
	struct generator d = { .lex = &lex, .rng = rng_seed(7),
		.scene = scene };
	for (long i = 0; i < DRAWS; i++)
		if (!draw_pair(&d, &de, &en))
			all[n++] = (struct seen){ xstrdup(de.data),
				xstrdup(en.data) };
	OK(n > DRAWS / 2, "most draws lead to a sentence (%ld of %d)", n,
		DRAWS);
	qsort(all, (size_t)n, sizeof *all, compare);
	for (long i = 1; i < n; i++) {
		if (strcmp(all[i].de, all[i - 1].de))
			continue;
		twice++;
		if (!strcmp(all[i].en, all[i - 1].en))
			continue;
		if (differ++ < 8)
			printf("# %s: %s | %s\n", all[i].de, all[i].en,
				all[i - 1].en);
	}
	OK(twice > 20, "some sentences come again (%ld)", twice);
	OK(!differ, "with the same translation (%ld with another)", differ);
	for (long i = 0; i < n; i++) {
		free(all[i].de);
		free(all[i].en);
	}
	free(all);
	free(scene);
	buf_free(&de);
	buf_free(&en);
	lexicon_free(&lex);
}

int
main(void)
{
	test_numbers();
	test_tables();
	test_verbs();
	test_english();
	test_sentences();
	return FINISH();
}
