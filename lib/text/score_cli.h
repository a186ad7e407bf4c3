/* score_cli.h - what bleu's options come to.
 *
 * Wrong usage dies with exit status 2. */
#ifndef SCORE_CLI_H
#define SCORE_CLI_H

#include "opt.h"
#include "scorer.h"

/* The options' targets. o is complete after score_cli_finish. */
struct score_cli {
	struct score_opts o;
	struct opt_list refs, metrics, files;
	const char *tokenize, *smooth, *format;   /* NULL: the default */
	double smooth_value;
	long order, char_order, word_order, beta, decimals;
	long confidence_n, paired_bs_n, paired_ar_n, seed;
	int lowercase, effective, chrf_lowercase, whitespace, eps;
	int ter_cased, ter_normalized, ter_no_punct, ter_asian;
	int confidence, paired, paired_ar;
};
#define SCORE_CLI_DEFAULT { .smooth_value = NAN, .order = 4, \
	.char_order = 6, .beta = 2, .decimals = -1, .confidence_n = 1000, \
	.paired_bs_n = 1000, .paired_ar_n = 10000, .seed = 12345, \
	.format = "json" }

void score_cli_finish(struct score_cli *);
/* Score standard input and print what is wanted of it. */
void score_stdin(const struct score_cli *);
void score_cli_free(struct score_cli *);

#endif
