/* score_cli_rec.h - bleu's options, and what they come to.
 *
 * Wrong usage dies with exit status 2. */
#ifndef SCORE_CLI_REC_H
#define SCORE_CLI_REC_H

#include "base/opt.h"
#include "score_rec.h"

/* The options' targets. Texts are borrowed from argv. */
struct score_cli {
	struct score_opts o;      /* the rest, put together */
	struct opt_list refs, metrics, files;
	const char *tokenize, *smooth, *format;   /* NULL: the default */
	double smooth_value;
	long order, char_order, word_order, beta, decimals;
	long confidence_n, paired_bs_n, paired_ar_n, seed;
	int lowercase, effective, chrf_lowercase, whitespace, eps;
	int ter_cased, ter_normalized, ter_no_punct, ter_asian;
	int confidence, paired, paired_ar, force;
};
void score_cli_parse(struct score_cli *, int argc, char **argv);
/* Score standard input and print what is wanted of it. */
void score_stdin(const struct score_cli *);
void score_cli_free(struct score_cli *);

#endif
