#include "words_rec.h"

struct dict
words_of(const struct blob *text, const char *path)
{
	struct dict d;
	struct why why;

	if (dict_parse(&d, text->bytes, text->len, &why))
		die("%s: %s", path, why.text);
	return d;
}

void
words_same(const struct blob *ours, const struct blob *theirs,
	const char *path, const char *side)
{
	struct dict a, b;
	struct why why;

	if (!ours->bytes || !theirs->bytes)
		return;
	if (dict_parse(&a, ours->bytes, ours->len, &why) ||
	    dict_parse(&b, theirs->bytes, theirs->len, &why))
		die("%s: %s dictionary: %s", path, side, why.text);
	int id = dict_differ(&a, &b);
	if (id >= 0)
		die("%s: another %s dictionary: id %d is \"%s\" there and "
			"\"%s\" here", path, side, id, dict_symbol(&b, id),
			dict_symbol(&a, id));
	dict_free(&a);
	dict_free(&b);
}
