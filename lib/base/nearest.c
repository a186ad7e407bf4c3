#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "nearest.h"

enum { LENGTH_MAX = 64 };   /* longer words are like none */

struct nearest
nearest_to(const char *word, size_t len)
{
	return (struct nearest){ .word = word, .word_len = len,
		.distance = 2 + (int)len / 4 };
}

static int
differ(char a, char b)
{
	if (a == '-' || a == '_')
		return b != '-' && b != '_';
	return tolower((unsigned char)a) != tolower((unsigned char)b);
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/* Characters to insert, drop, replace or swap with their neighbour. Upper and
 * lower case are the same, and - and _. */
static int
distance(const char *a, size_t n, const char *b, size_t m)
{
	int row[3][LENGTH_MAX + 1];

	for (size_t j = 0; j <= m; j++)
		row[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		int *now = row[i % 3], *up = row[(i + 2) % 3];
		now[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			now[j] = least(up[j - 1] + differ(a[i - 1], b[j - 1]),
				1 + least(up[j], now[j - 1]));
			if (i > 1 && j > 1 && !differ(a[i - 1], b[j - 2]) &&
			    !differ(a[i - 2], b[j - 1]))
				now[j] = least(now[j],
					1 + row[(i + 1) % 3][j - 2]);
		}
	}
	return row[n % 3][m];
}

int
nearest_try(struct nearest *near, const char *name, size_t len)
{
	if (near->word_len > LENGTH_MAX || len > LENGTH_MAX || !len)
		return 0;
	/* it takes no fewer changes than the lengths differ by */
	if (labs((long)near->word_len - (long)len) >= near->distance)
		return 0;
	int d = distance(near->word, near->word_len, name, len);
	/* nothing of the word may be left */
	if (d >= near->distance || d >= (int)len ||
	    d >= (int)near->word_len)
		return 0;
	near->distance = d;
	near->name = name;
	near->len = len;
	return 1;
}

const char *
nearest_hint(const struct nearest *near, char *text, size_t size)
{
	*text = 0;
	if (near->len)
		snprintf(text, size, "; did you mean %.*s?", (int)near->len,
			near->name);
	return text;
}
