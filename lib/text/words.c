#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "words.h"

enum { SLOTS_MIN = 64, WORDS_MAX = 1 << 30 };

/* The slot where the word is or would be. */
static size_t
find_slot(const struct words *w, const char *bytes, size_t len)
{
	size_t i = rng_hash(len, bytes, len) & (w->slots - 1);

	for (; w->slot[i] >= 0; i = (i + 1) & (w->slots - 1)) {
		const struct word *x = &w->word[w->slot[i]];
		if (x->len == len && !memcmp(w->bytes + x->at, bytes, len))
			break;
	}
	return i;
}

static void
grow(struct words *w)
{
	w->slots = w->slots ? w->slots * 2 : SLOTS_MIN;
	w->slot = xrealloc(w->slot, w->slots, sizeof *w->slot);
	memset(w->slot, -1, w->slots * sizeof *w->slot);
	for (int i = 0; i < w->n; i++)
		w->slot[find_slot(w, words_text(w, i), w->word[i].len)] = i;
}

/* The word becomes the one of slot i. */
static int
append(struct words *w, size_t i, const char *bytes, size_t len,
	struct why *why)
{
	if (w->n == WORDS_MAX)
		return why_set(why, "more than %d words", WORDS_MAX);
	w->word = xroom(w->word, &w->word_cap, (size_t)w->n + 1,
		sizeof *w->word);
	w->bytes = xroom(w->bytes, &w->cap, w->used + len + 1, 1);
	w->word[w->n] = (struct word){ w->used, len };
	memcpy(w->bytes + w->used, bytes, len);
	w->bytes[w->used + len] = 0;
	w->used += len + 1;
	return w->slot[i] = w->n++;
}

/* The slot where the word is or will be: there is room for one more. */
static size_t
make_slot(struct words *w, const char *bytes, size_t len)
{
	if ((size_t)w->n * 2 >= w->slots)
		grow(w);
	return find_slot(w, bytes, len);
}

int
words_add(struct words *w, const char *bytes, size_t len, struct why *why)
{
	size_t i = make_slot(w, bytes, len);

	return w->slot[i] >= 0 ? w->slot[i] : append(w, i, bytes, len, why);
}

int
words_add_again(struct words *w, const char *bytes, size_t len,
	struct why *why)
{
	return append(w, make_slot(w, bytes, len), bytes, len, why);
}

int
words_find(const struct words *w, const char *bytes, size_t len)
{
	return w->slots ? w->slot[find_slot(w, bytes, len)] : -1;
}

const char *
words_text(const struct words *w, int id)
{
	return w->bytes + w->word[id].at;
}

void
words_free(struct words *w)
{
	free(w->bytes);
	free(w->word);
	free(w->slot);
	*w = (struct words){ 0 };
}
