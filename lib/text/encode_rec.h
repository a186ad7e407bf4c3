/* encode_rec.h - lines of segmented text as records of token ids.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef ENCODE_REC_H
#define ENCODE_REC_H

#include "dict.h"

enum side { SRC, TGT, SIDES };

/* The caller sets what stands before sides, the rest is zero. encode_free. */
struct encoder {
	const struct dict *dict[SIDES];   /* borrowed */
	const char *remove_bpe;  /* from a target that is a reference, too */
	long max_len;            /* 0: any */
	int skip_empty;          /* drop pairs with an empty side */
	int tgt_ref;             /* the target is a reference without one */
	int sides;               /* of the first line */
	struct ids ids;
	struct buf out, ref;
	long too_long, empty, words[SIDES], unknown[SIDES];
};

/* Print the pair of a line "src [TAB tgt [TAB ref ..]]", or drop it. */
void encode_line(struct encoder *, const struct in *, const char *text,
	size_t len);
/* Warn of what was dropped of so many lines, and where the dictionaries are
 * hardly those of this text. */
void encode_report(const struct encoder *, long lines);
void encode_free(struct encoder *);

#endif
