#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "lexicon_rows.h"

enum { COLUMNS_MAX = 9 };

/* One line of a file, for the functions that take it in. */
struct row {
	struct lexicon *lex;
	char *col[COLUMNS_MAX];   /* NULL where the field is - */
	struct why why;
};

#define ADD(table) ((table).at = xrealloc((table).at, (table).n + 1, \
	sizeof *(table).at), (table).at + (table).n++)

/* A comma-separated list of known classes. */
static int
classes_parse(struct row *r, struct classes *c, char *text)
{
	char *save = NULL;

	for (char *w = strtok_r(text, ",", &save); w;
	    w = strtok_r(NULL, ",", &save)) {
		int i = lexicon_class_number(r->lex, w);
		if (i < 0)
			return why_set(&r->why, "no noun of class \"%s\"", w);
		classes_add(c, i);
	}
	return 0;
}

/* Where word stands in a space-separated list. */
static int
word_index(const char *list, const char *word)
{
	size_t n = word ? strlen(word) : 0;
	int i = 0;

	for (const char *p = list; p && n; p = strchr(p, ' '), i++) {
		p += *p == ' ';
		if (!strncmp(p, word, n) && (!p[n] || p[n] == ' '))
			return i;
	}
	return -1;
}

static int
pick(struct row *r, int column, const char *what, const char *list)
{
	int i = word_index(list, r->col[column]);

	if (i < 0)
		why_set(&r->why, "%s: want one of %s, not \"%s\"", what, list,
			r->col[column] ? r->col[column] : "-");
	return i;
}

static int
noun_place(struct row *r, struct noun *n, char *text)
{
	char *save = NULL;

	n->loc_de = strtok_r(text, "/", &save);
	n->loc_en = strtok_r(NULL, "/", &save);
	n->dir_de = strtok_r(NULL, "/", &save);
	n->dir_en = strtok_r(NULL, "/", &save);
	return n->dir_en ? 0 : why_set(&r->why,
		"place: want German/English/German/English");
}

static int
add_noun(struct row *r)
{
	struct lexicon *x = r->lex;
	struct noun *n = ADD(x->nouns);
	struct buf many = { 0 };
	char *save = NULL;
	int g = pick(r, 1, "gender", "m f n p"), water = 0;

	if (g < 0)
		return -1;
	if (!r->col[0] || !r->col[4] || (!r->col[2] && g != MANY) ||
	    (!r->col[3] && g == MANY))
		return why_set(&r->why, "noun: a form is missing");
	if (!r->col[6])
		return why_set(&r->why, "noun: no classes");
	*n = (struct noun){ .de = r->col[0], .gen = r->col[2],
		.many = r->col[3], .en = r->col[4], .gender = g };
	n->weak = g == MASC && n->many && !strcmp(n->gen, n->many) &&
		n->gen[strlen(n->gen) - 1] == 'n';
	en_plural(&many, n->en);
	int bad = snprintf(n->en_many, FORM, "%s", r->col[5] ? r->col[5] :
		many.data) >= FORM;
	buf_free(&many);
	if (bad)
		return why_set(&r->why, "noun: a form is too long");
	n->natural = NEUT;
	for (char *w = strtok_r(r->col[6], ",", &save); w;
	    w = strtok_r(NULL, ",", &save)) {
		int i = lexicon_class_number(x, w);
		if (!strcmp(w, "person"))
			n->natural = g == FEM ? FEM : g == MASC ? MASC : NEUT;
		if (!strcmp(w, "female"))
			n->natural = FEM;
		if (n->life != HUMAN && word_index("animal fowl snake", w) >= 0)
			n->life = ANIMAL;
		if (word_index("person baby", w) >= 0)
			n->life = HUMAN;
		n->mass |= !strcmp(w, "mass");
		water |= !strcmp(w, "water");
		n->unique |= !strcmp(w, "unique");
		if (i < 0 && x->n_classes == 128)
			return why_set(&r->why, "more than 128 classes");
		if (i < 0)
			x->class_name[i = (int)x->n_classes++] = w;
		classes_add(&n->classes, i);
	}
	if (r->col[7])
		return noun_place(r, n, r->col[7]);
	return water ? why_set(&r->why, "noun of class water: no place") : 0;
}

static int
parse_prep(struct row *r, struct arg *a, char *plus)
{
	int c = word_index("acc dat", plus + 1);

	*plus = 0;
	a->kind = ARG_PREP;
	if (c < 0)
		return why_set(&r->why, "argument: want acc or dat after %s+",
			a->de);
	a->gcase = c ? DAT : ACC;
	return 0;
}

/* "acc:food,drink", "dat:person=to", "auf+acc:person=for", "zu", "zu=ing" */
static int
parse_arg(struct row *r, struct verb *v, char *text)
{
	struct arg *a = &v->arg[v->args];
	char *colon = strchr(text, ':');
	char *equal = strchr(colon ? colon : text, '='), *plus;
	int *flag = !strcmp(text, "refl") ? &v->reflexive :
		!strcmp(text, "swap") ? &v->swap :
		!strcmp(text, "es") ? &v->weather : NULL;

	if (flag) {
		*flag = 1;
		return 0;
	}
	if (v->args == ARGS_MAX)
		return why_set(&r->why, "more than %d arguments", ARGS_MAX);
	if (colon)
		*colon = 0;
	if (equal)
		*equal = 0;
	*a = (struct arg){ .de = "", .en = equal ? equal + 1 : "" };
	if ((plus = strchr(text, '+'))) {
		a->de = text;
		if (parse_prep(r, a, plus))
			return -1;
	} else {
		int k = word_index("acc dat prep dir loc zu dass ob", text);
		if (k < 0 || k == ARG_PREP)
			return why_set(&r->why, "unknown argument \"%s\"",
				text);
		a->kind = (enum arg_kind)k;
		a->gcase = k == ARG_DAT ? DAT : ACC;
	}
	if (!colon && a->kind < ARG_ZU)
		return why_set(&r->why, "argument %s: no classes", text);
	v->args++;
	return colon ? classes_parse(r, &a->classes, colon + 1) : 0;
}

static int
add_verb(struct row *r)
{
	struct lexicon *x = r->lex;
	struct verb *v = ADD(x->verbs);
	char *save = NULL;
	int sein = pick(r, 4, "auxiliary", "h s");
	const char *flags = r->col[8] ? r->col[8] : "";

	*v = (struct verb){ 0 };
	if (sein < 0)
		return -1;
	if (!r->col[0] || de_verb_init(&v->de, r->col[0], r->col[1],
	    r->col[2], r->col[3], sein))
		return why_set(&r->why, "no German infinitive, or too long");
	if (!r->col[5] || en_verb_init(&v->en, r->col[5], x->irregular.at,
	    x->irregular.n))
		return why_set(&r->why, "no English verb, or too long");
	if (r->col[6] && classes_parse(r, &v->subject, r->col[6]))
		return -1;
	if (r->col[7])
		for (char *w = strtok_r(r->col[7], " ", &save); w;
		    w = strtok_r(NULL, " ", &save))
			if (parse_arg(r, v, w))
				return -1;
	if (!r->col[6] && !v->weather)
		return why_set(&r->why, "no subject");
	if (flags[strspn(flags, "mps")])
		return why_set(&r->why, "unknown flag \"%s\"", flags);
	v->manner = strchr(flags, 'm') != NULL;
	v->passive = strchr(flags, 'p') != NULL;
	v->since = strchr(flags, 's') != NULL;
	if (v->passive && (v->args != 1 || v->arg[0].kind != ARG_ACC))
		return why_set(&r->why, "a passive needs one acc argument");
	if (v->swap && (v->args != 1 || v->arg[0].kind != ARG_DAT))
		return why_set(&r->why, "swap needs one dat argument");
	return 0;
}

static int
add_adjective(struct row *r)
{
	struct adjective *a = ADD(r->lex->adjectives);

	*a = (struct adjective){ r->col[0], r->col[1] ? r->col[1] : r->col[0],
		r->col[2], r->col[3], r->col[4], r->col[5], r->col[6],
		{ { 0 } } };
	if (!a->de || !a->more || !a->en || !r->col[7])
		return why_set(&r->why, "adjective: a form is missing");
	return classes_parse(r, &a->classes, r->col[7]);
}

static int
add_adverb(struct row *r)
{
	int kind = pick(r, 2, "kind", "past present future now frequency "
		"manner place whither sentence");

	*ADD(r->lex->adverbs) = (struct adverb){ r->col[0], r->col[1],
		(enum adverb_kind)kind };
	return kind < 0 ? -1 : 0;
}

static int
add_preposition(struct row *r)
{
	struct preposition *p = ADD(r->lex->prepositions);
	int c = pick(r, 1, "case", "nom acc dat gen");
	int kind = pick(r, 4, "kind", "with cause time where");

	if (c < 0 || kind < 0)
		return -1;
	*p = (struct preposition){ r->col[0], r->col[2], (enum gcase)c,
		(enum prep_kind)kind, { { 0 } } };
	return r->col[3] ? classes_parse(r, &p->classes, r->col[3]) :
		why_set(&r->why, "no classes");
}

static int
add_conjunction(struct row *r)
{
	int kind = pick(r, 2, "kind", "coord sub time past perfect "
		"present can");

	*ADD(r->lex->conjunctions) = (struct conjunction){ r->col[0],
		r->col[1], (enum conj_kind)kind };
	return kind < 0 ? -1 : 0;
}

static int
add_name(struct row *r)
{
	int g = pick(r, 1, "gender", "m f");

	*ADD(r->lex->names) = (struct name){ r->col[0], g ? FEM : MASC };
	return g < 0 ? -1 : 0;
}

static int
add_place(struct row *r)
{
	*ADD(r->lex->places) = (struct place){ r->col[0], r->col[1],
		r->col[2] != NULL };
	return !r->col[2] || strchr(r->col[0], ' ') ? 0 : why_set(&r->why,
		"place: no article in \"%s\"", r->col[0]);
}

static int
add_irregular(struct row *r)
{
	*ADD(r->lex->irregular) = (struct en_irregular){ r->col[0],
		r->col[1], r->col[2], r->col[3] };
	return 0;
}

const struct lexicon_file lexicon_files[] = {
	{ "irregular.tsv", 4, 3, add_irregular },
	{ "nouns.tsv", 8, 2, add_noun },
	{ "verbs.tsv", 9, 1, add_verb },
	{ "adjectives.tsv", 8, 1, add_adjective },
	{ "adverbs.tsv", 3, 3, add_adverb },
	{ "prepositions.tsv", 5, 5, add_preposition },
	{ "conjunctions.tsv", 3, 3, add_conjunction },
	{ "names.tsv", 2, 2, add_name },
	{ "places.tsv", 3, 2, add_place },
	{ NULL, 0, 0, NULL },
};

static int
row_split(struct row *r, char *line, const struct lexicon_file *t)
{
	int n = 0;

	for (char *p = line, *tab; p; p = tab ? tab + 1 : NULL, n++) {
		tab = strchr(p, '\t');
		if (tab)
			*tab = 0;
		if (n == t->columns)
			return why_set(&r->why, "more than %d columns",
				t->columns);
		r->col[n] = strcmp(p, "-") && *p ? p : NULL;
	}
	if (n < t->columns)
		return why_set(&r->why, "%d columns, want %d", n, t->columns);
	for (int i = 0; i < t->required; i++)
		if (!r->col[i])
			return why_set(&r->why, "column %d is empty", i + 1);
	return 0;
}

int
lexicon_row(struct lexicon *x, const struct lexicon_file *t, char *line,
	struct why *why)
{
	struct row r = { .lex = x };

	if (!row_split(&r, line, t) && !t->add(&r))
		return 0;
	*why = r.why;
	return -1;
}
