/* search_cli_rec.h - evolve's options, and what they come to.
 *
 * Wrong usage dies with exit status 2. */
#ifndef SEARCH_CLI_REC_H
#define SEARCH_CLI_REC_H

#include "base/opt.h"
#include "search_rec.h"

/* The options' targets. Texts are borrowed from argv. */
struct search_cli {
	struct search_plan plan;
	const char *weights, *valid, *predictor, *space, *resume, *isa;
	const char *strategy, *seeds, *limit_list;
	struct opt_list limit_texts, conditions, minimize, maximize, files;
	long max_tokens, sentences, threads, top, seed, src_len, tgt_len;
	double smoothing;            /* -1: the supernet's */
	int quiet, front, force, random, pareto, race;
	double *limit;               /* [limits] in ms; not limited: INFINITY */
	size_t limits;
	int limited;
};
/* Fills in the plan, and what options say of the search's records. */
void search_cli_parse(struct search_cli *, struct search_rec *, int argc,
	char **argv);
/* Each candidate races, over so many sentences; 0: none does. The rival is the
 * last of those who may have children, or be a result. */
void search_cli_race(const struct search_cli *, struct search_rec *,
	size_t sentences);
/* What a journal's candidates do not show: no other may go on with it. */
void search_cli_journal(const struct search_cli *, struct search_rec *);
void search_cli_free(struct search_cli *);

#endif
