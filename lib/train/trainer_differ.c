/* In what two trainings differ, from what checkpoint_config says of them:
 * items, each a word and its values. */
#include <jansson.h>
#include <string.h>
#include "trainer.h"

/* What begins an item beside the words of train_identity; of those that one
 * training may have and another not, what they are. */
static const struct {
	const char *word, *what;
} items[] = {
	{ "pairs", NULL }, { "seed", NULL }, { "arch", NULL },
	{ "space", NULL }, { "task", NULL },
	{ "kernels", NULL }, { "ranks", NULL }, { "max-epoch", NULL },
	{ "validate-interval-updates", NULL }, { "patience", NULL },
	{ "save-interval-updates", NULL },
	{ "max-update", "--max-update, of cosine" },
	{ "bf16", "--dtype bf16" }, { "reduce", "--reduce-dtype" },
	{ "init", "--init" }, { "subs", "--subs" },
	{ "sandwich", "--sandwich" }, { "sample", "--sample" },
	{ "split", "--split-batches" }, { "distill", "--inplace-distill" },
	{ "teacher weight", "--distill-weight" },
	{ "soft", "\"soft\" in the pairs" },
	{ "dictionaries", "dictionaries (--src-dict)" },
	{ "from weights", "weights to start from (--inherit, --codebooks)" },
	{ "codebooks", "--codebooks" }, { "floats", "--floats" },
};

struct item {
	const char *at;
	size_t len, word;       /* of all of it, of its first words */
	const char *what;
};

static int
begins(const char *text, const char *word, size_t n)
{
	return !strncmp(text, word, n) && (text[n] == ' ' || !text[n]);
}

/* Does an item begin here? Says how long its first words are. */
static size_t
item_word(const char *text, const char **what)
{
	*what = NULL;
	for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
		size_t n = strlen(items[i].word);
		if (begins(text, items[i].word, n)) {
			*what = items[i].what;
			return n;
		}
	}
	size_t n = strcspn(text, " ");
	return train_word(text, n) ? n : 0;
}

/* A value may be an object, with blanks in it. */
static size_t
value_len(const char *text)
{
	json_error_t e = { .position = 0 };

	if (*text == '{')
		json_decref(json_loads(text, JSON_DISABLE_EOF_CHECK, &e));
	return (size_t)e.position + strcspn(text + e.position, " ");
}

/* The item at *text, which then is the next one's; 0 at the end. */
static int
item_next(const char **text, struct item *item)
{
	const char *at = *text, *what;

	if (!*at)
		return 0;
	*item = (struct item){ .at = at };
	item->word = item_word(at, &item->what);
	at += item->word ? item->word : strcspn(at, " ");
	/* "reduce bf16": what comes first is a value, whatever it is */
	int valued = !begins(item->at, "bf16", 4);
	while (*at && (valued || !item_word(at + 1, &what))) {
		at += 1 + value_len(at + 1);
		valued = 0;
	}
	item->len = (size_t)(at - item->at);
	*text = at + (*at == ' ');
	return 1;
}

static int
find(const char *text, const struct item *like, struct item *item)
{
	while (item_next(&text, item))
		if (item->word == like->word &&
		    !strncmp(item->at, like->at, like->word))
			return 1;
	return 0;
}

static void
tell_alone(struct buf *to, const char *where, const char *not,
	const struct item *item)
{
	buf_printf(to, "%s%s ", to->len ? "; " : "", where);
	if (item->what)
		buf_str(to, item->what);
	else
		buf_printf(to, "%.*s", (int)item->word, item->at);
	buf_printf(to, ", %s none", not);
}

void
checkpoint_tell(struct buf *to, const char *there, const char *here)
{
	struct item was, now;

	for (const char *at = there; item_next(&at, &was); )
		if (!find(here, &was, &now))
			tell_alone(to, "there", "here", &was);
		else if (was.len != now.len ||
		    strncmp(was.at, now.at, was.len))
			buf_printf(to, "%sthere \"%.*s\", here \"%.*s\"",
				to->len ? "; " : "", (int)was.len, was.at,
				(int)now.len, now.at);
	for (const char *at = here; item_next(&at, &now); )
		if (!find(there, &now, &was))
			tell_alone(to, "here", "there", &now);
}
