/* dict.h - a dictionary: fairseq's dict.txt, and text to ids and back.
 *
 * "symbol count" a line, split at the last space; ids in the order of the
 * lines, after <s> 0, <pad> 1, </s> 2, <unk> 3. White space at the end of a
 * line does not count, nor does it matter whether that is LF, CR LF or CR. A
 * symbol twice is an error, unless " #fairseq:overwrite" follows the count:
 * then its id is the later one. Nothing here prints or exits; files:
 * text_rec.h. */
#ifndef DICT_H
#define DICT_H

#include <stddef.h>
#include "base/die.h"
#include "base/mem.h"
#include "text.h"
#include "words.h"

enum { DICT_BOS, DICT_PAD, DICT_EOS, DICT_UNK, DICT_SPECIALS };

struct dict {
	struct words words;   /* by id, the specials too */
};

/* A growing list of ids. Zero-initialise, free at. */
struct ids {
	int *at;
	int n;
	size_t cap;
};

/* 0, or -1 with a reason that begins with "line N: ". Bytes are copied. On
 * failure there is nothing to free. */
int dict_parse(struct dict *, const char *bytes, size_t len, struct why *);
/* The same with the number of the line apart from the reason. */
int dict_parse_lines(struct dict *, const char *bytes, size_t len,
	long *line, struct why *);
void dict_free(struct dict *);

int dict_size(const struct dict *);                  /* with the specials */
int dict_id(const struct dict *, const char *word, size_t len); /* or <unk> */
const char *dict_symbol(const struct dict *, int id); /* or "<unk>" */
/* The first id that both have and that means two words, or -1. */
int dict_differ(const struct dict *, const struct dict *);

/* Append the ids of a text's words (as text_word finds them) and </s>. A word
 * "<s>", "<pad>" or "</s>" is that special, as it is in fairseq. */
void text_encode(struct ids *, const struct dict *, const char *text,
	size_t len);
/* Append the symbols joined by spaces, without <s>, <pad> and </s>, after
 * text_remove_bpe. */
void text_join(struct buf *, const struct dict *, const int *ids, int n,
	const char *remove_bpe);

#endif
