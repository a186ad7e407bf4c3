#include "text/dict.h"
#include "words_rec.h"

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
