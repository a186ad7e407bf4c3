/* encode_rec.h - lines of segmented text as records of token ids.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef ENCODE_REC_H
#define ENCODE_REC_H

#include "dict.h"
#include "abreast_rec.h"

enum side { SRC, TGT, SIDES };

/* The caller sets what stands before ids, the rest is zero. encode_free. */
struct encoder {
	const struct dict *dict[SIDES];   /* borrowed */
	const struct spm *spm;   /* cuts the text first, or NULL; borrowed */
	const char *remove_bpe;  /* from a target that is a reference, too */
	long max_len;            /* 0: any */
	int skip_empty;          /* drop pairs with an empty side */
	int tgt_ref;             /* the target is a reference without one */
	int quiet;               /* no warnings */
	struct ids ids;
	struct buf out, ref, pieces;
	long lines, too_long, empty, broken, words[SIDES], unknown[SIDES];
	int told[SIDES];         /* that most words are unknown */
	long half[SIDES];        /* the line since which there is no such side,
	                            or 0 */
};

/* Print the pair of every row "src, tgt, ref ..", or drop it. The later ones
 * may be left out. */
void encode_all(struct encoder *, struct abreast *);
/* Warn of what was dropped, of CRs inside a line, and where the dictionaries
 * are hardly those of this text. */
void encode_report(struct encoder *);
void encode_free(struct encoder *);

#endif
