#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "mem.h"

static int
is_plain(const char *word)
{
	if (!*word)
		return 0;
	for (; *word; word++)
		if (!isalnum((unsigned char)*word) &&
		    !strchr("_@%+=:,./-", *word))
			return 0;
	return 1;
}

void
command_word(struct buf *b, const char *word)
{
	if (b->len)
		buf_str(b, " ");
	if (is_plain(word)) {
		buf_str(b, word);
		return;
	}
	buf_str(b, "'");
	for (; *word; word++)
		if (*word == '\'')
			buf_str(b, "'\\''");
		else
			buf_add(b, word, 1);
	buf_str(b, "'");
}

void
command_print(struct buf *b)
{
	FILE *f = fopen("/proc/self/cmdline", "r");
	char *word = NULL;
	size_t cap = 0, words = 0;

	while (f && getdelim(&word, &cap, 0, f) > 0) {
		command_word(b, word);
		words++;
	}
	free(word);
	if (f)
		fclose(f);
	if (!words)
		command_word(b, program_invocation_short_name);
}
