#include <stdlib.h>
#include <string.h>
#include "lexicon.h"
#include "lexicon_rows.h"
#include "rec/in.h"

int
lexicon_class_number(const struct lexicon *x, const char *name)
{
	for (size_t i = 0; i < x->n_classes; i++)
		if (!strcmp(x->class_name[i], name))
			return (int)i;
	return -1;
}

void
classes_add(struct classes *c, int i)
{
	if (i >= 0)
		c->bits[i / 64] |= UINT64_C(1) << i % 64;
}

static int
load_table(struct lexicon *x, const struct lexicon_file *t, const char *folder,
	struct why *why)
{
	struct buf path = { 0 };
	struct in in;
	const char *line;
	int bad = 0;
	size_t before = x->n_lines;

	buf_printf(&path, "%s/%s", folder, t->name);
	in_open(&in, path.data);
	while (!bad && (line = in_line(&in, NULL))) {
		struct why reason;
		if (!*line || *line == '#')
			continue;
		x->lines = xrealloc(x->lines, x->n_lines + 1,
			sizeof *x->lines);
		x->lines[x->n_lines] = xstrdup(line);
		bad = lexicon_row(x, t, x->lines[x->n_lines++], &reason);
		if (bad)
			why_set(why, "%s:%ld: %.160s", path.data, in.line,
				reason.text);
	}
	if (!bad && x->n_lines == before)
		bad = why_set(why, "%s: nothing in it", path.data);
	in_close(&in);
	buf_free(&path);
	return bad ? -1 : 0;
}

/* The verbs with a syntax of their own. */
static void
add_builtin(struct lexicon *x)
{
	static const struct en_irregular irregular[] = {
		{ "become", "became", "become", NULL },
		{ "cost", "cost", "cost", NULL },
	};

	/* these constants cannot fail */
	(void)de_verb_init(&x->cost.de, "kosten", NULL, NULL, NULL, 0);
	(void)en_verb_init(&x->cost.en, "cost", irregular, 2);
	(void)en_verb_init(&x->become.en, "become", irregular, 2);
	x->be.de = de_aux[DE_SEIN];
	x->be.en = x->exist.en = x->bear.en = en_aux[EN_BE];
	x->become.de = de_aux[DE_WERDEN];
	x->exist.de = de_aux[DE_GEBEN];
	x->exist.args = 1;
	x->exist.arg[0] = (struct arg){ .kind = ARG_ACC, .gcase = ACC,
		.de = "", .en = "" };
	strcpy(x->bear.de.part, "geboren");
	strcpy(x->bear.en.part, "born");
}

static void
mark_shared(struct lexicon *x)
{
	struct verb *v = x->verbs.at;

	for (size_t i = 0; i < x->verbs.n; i++)
		for (size_t k = 0; k < x->verbs.n; k++)
			v[i].shared |= i != k &&
				!strcmp(v[i].de.inf, v[k].de.inf) &&
				!strcmp(v[i].de.prefix, v[k].de.prefix);
}

int
lexicon_load(struct lexicon *x, const char *folder, struct why *why)
{
	*x = (struct lexicon){ .class_name = { "city" }, .n_classes = 1 };
	for (const struct lexicon_file *f = lexicon_files; f->name; f++)
		if (load_table(x, f, folder, why)) {
			lexicon_free(x);
			return -1;
		}
#define FIND(name) classes_add(&x->name, lexicon_class_number(x, #name));
	LEXICON_CLASSES(FIND)
#undef FIND
	add_builtin(x);
	mark_shared(x);
	return 0;
}

void
lexicon_free(struct lexicon *x)
{
	for (size_t i = 0; i < x->n_lines; i++)
		free(x->lines[i]);
	free(x->lines);
	free(x->nouns.at);
	free(x->verbs.at);
	free(x->adjectives.at);
	free(x->adverbs.at);
	free(x->prepositions.at);
	free(x->conjunctions.at);
	free(x->names.at);
	free(x->places.at);
	free(x->irregular.at);
	*x = (struct lexicon){ 0 };
}
