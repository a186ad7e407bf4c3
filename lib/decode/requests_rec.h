/* requests_rec.h - sentences to translate from a stream of pairs or of text,
 * and their answers.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef REQUESTS_REC_H
#define REQUESTS_REC_H

#include "model/weights_rec.h"
#include "requests.h"
#include "text/dict.h"

/* What requests and answers look like. The caller sets the first four, the
 * rest is zero. form_free. */
struct form {
	int text;                /* lines of text, not records */
	long nbest;
	const char *remove_bpe;  /* borrowed; as text_remove_bpe; NULL: as the
	                            model's segmentation has it */
	int segmented;           /* leave that alone */
	int src_vocab, has_dict[2];
	struct dict dict[2];     /* source, target: of the weights */
	struct spm *spm;         /* of the weights, or NULL */
	long words, unknown;     /* of lines of text */
	int told, cut;           /* cut: a line is in pieces already */
};
/* path: the weights', for messages. */
void form_load(struct form *, const struct weights *, const char *path);
void form_free(struct form *);

/* The next request, 0 at the end. A line of text without words already has
 * its answer. request_free. */
int request_read(struct form *, struct in *, struct request *);
/* Warn, once, where what was read is hardly text for this model. */
void form_tell(struct form *);
/* A request_answer. */
void form_answer(const void *form, struct request *, const struct hyp *, int n);

#endif
