/* case.h - what a program was run with, in one file that reads as text.
 *
 *   --weights model --beam 2          words of the command, blanks between
 *   %%                                stdin follows
 *   {"src":[4,2]}
 *   %% dict                           a file follows, in the working folder
 *   a 1
 *   %%t model                         the same; the first line is the header
 *   {"x":{"dtype":"F32",..}}          of a safetensors file: its length is
 *   ..                                put before it, what lacks of its data
 *                                     after it
 *
 * The newline before a mark belongs to the mark. Names and words hold no
 * slash: a case reaches nothing outside of its folder. */
#ifndef CASE_H
#define CASE_H

#include <stddef.h>
#include <stdint.h>

enum { CASE_WORDS = 64, CASE_FILES = 16 };

struct case_file {
	char name[64];            /* "" is stdin */
	char *bytes;
	size_t len;
};

struct fuzz_case {
	char *words;              /* what argv points into */
	char *argv[2 * CASE_WORDS + 2];
	int argc;
	struct case_file file[CASE_FILES];
	int files;
};

/* argv gets prog first and added (words, blanks between) last; a word !TEXT of
 * added refuses a case that has a word beginning with TEXT. Returns 0, or -1
 * where the bytes are no case; free it in either case. */
int case_parse(struct fuzz_case *, const uint8_t *bytes, size_t len,
	const char *prog, const char *added);
void case_free(struct fuzz_case *);
/* Write the files into the working folder, and stdin's bytes into in, which is
 * at its beginning then. 0, or -1. */
int case_write(const struct fuzz_case *, int in);

#endif
