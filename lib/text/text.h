/* text.h - lines of segmented text: words, segmentation undone.
 *
 * Words are parted by white space as Python's str.split and
 * therefore fairseq have it: Unicode's, TAB, VT, FF, CR and U+001C to U+001F,
 * and no other control characters. Text is UTF-8. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include "base/mem.h"

/* The next word of text from *at on, or NULL; *at moves behind it. */
const char *text_word(const char **at, const char *end, size_t *len);

/* Replace old in what b holds from byte from on; new is not longer. */
void text_replace(struct buf *b, size_t from, const char *old,
	const char *new);
/* Undo the segmentation of what b holds from byte from on. NULL, "" or
 * "none": leave it; "sentencepiece": spaces removed, U+2581 to space, trimmed;
 * "@@ " (or "@@", "subword_nmt") or another symbol: a space appended, every
 * symbol removed, spaces at the end trimmed, as fairseq does it. */
void text_remove_bpe(struct buf *b, size_t from, const char *remove_bpe);
/* Every "a-b" to "a ##AT##-##AT## b", as fairseq's and HAT's compound_split
 * has it: byte by byte, and what was changed is left behind. */
void text_split_compounds(struct buf *b);
/* Bytes of s without white space at the end. */
size_t text_trimmed(const char *s, size_t len);

#endif
