#include <stdlib.h>
#include "base/mem.h"
#include "soft.h"

/* Count tokens up to there, those that are new as silent. */
static void
count_tokens(struct soft *s, size_t tokens)
{
	s->words = xroom(s->words, &s->tokens_cap, tokens, sizeof *s->words);
	while (s->tokens < tokens)
		s->words[s->tokens++] = 0;
}

void
soft_begin(struct soft *s, int pair, size_t token)
{
	s->at = xroom(s->at, &s->at_cap, (size_t)pair + 1, sizeof *s->at);
	while (s->begun <= pair)
		s->at[s->begun++] = s->n;
	count_tokens(s, token);
	s->pairs++;
}

static int
check(const int *ids, const int *parts, int n, int vocab, struct why *why)
{
	long sum = 0;

	if (n > SOFT_WORDS_MAX)
		return why_set(why, "%d words, want at most %d", n,
			SOFT_WORDS_MAX);
	for (int i = 0; i < n; i++) {
		if (ids[i] < 0 || (vocab && ids[i] >= vocab))
			return why_set(why, "id %d is outside the vocabulary "
				"of %d", ids[i], vocab);
		if (parts[i] < 1 || parts[i] > SOFT_PARTS)
			return why_set(why, "word %d has %d parts, want 1 to "
				"%d", ids[i], parts[i], SOFT_PARTS);
		for (int k = 0; k < i; k++)
			if (ids[k] == ids[i])
				return why_set(why, "word %d stands there "
					"twice", ids[i]);
		sum += parts[i];
	}
	/* each may have been rounded up by a half, the first to 1 */
	if (sum > SOFT_PARTS + (n + 1) / 2)
		return why_set(why, "the parts sum up to %ld, more than %d",
			sum, SOFT_PARTS);
	return 0;
}

int
soft_add(struct soft *s, const int *ids, const int *parts, int n, int vocab,
	struct why *why)
{
	size_t cap = s->n_cap;

	if (check(ids, parts, n, vocab, why))
		return -1;
	s->ids = xroom(s->ids, &cap, s->n + (size_t)n, sizeof *s->ids);
	s->parts = xroom(s->parts, &s->n_cap, s->n + (size_t)n,
		sizeof *s->parts);
	for (int i = 0; i < n; i++, s->n++) {
		s->ids[s->n] = ids[i];
		s->parts[s->n] = (uint16_t)parts[i];
	}
	s->most = n > s->most ? n : s->most;
	count_tokens(s, s->tokens + 1);
	s->words[s->tokens - 1] = (unsigned char)n;
	return 0;
}

void
soft_take(const struct soft *s, int pair, size_t first, int n, int *at,
	int *ids, int *parts)
{
	size_t from = pair < s->begun ? s->at[pair] : 0;

	for (int i = 0; i < n; i++) {
		size_t token = first + (size_t)i;
		int words = token < s->tokens ? s->words[token] : 0;
		for (int k = 0; k < words; k++, from++) {
			ids[at[i] + k] = s->ids[from];
			parts[at[i] + k] = s->parts[from];
		}
		at[i + 1] = at[i] + words;
	}
}

void
soft_free(struct soft *s)
{
	free(s->at);
	free(s->words);
	free(s->ids);
	free(s->parts);
	*s = (struct soft){ 0 };
}
