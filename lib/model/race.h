/* race.h - is a model worse than another, after part of the validation set?
 *
 * Both see the same sentences, a sample of all lengths, so that their
 * differences say more than their losses. The total difference over all
 * sentences is estimated by the ratio of differences to tokens so far (Cochran,
 * "Sampling Techniques", chapter 6), and a race is lost where it lies
 * RACE_ERRORS standard errors above 0. Of those that are as good as the rival
 * one in a thousand is given up. */
#ifndef RACE_H
#define RACE_H

#include "text/pairs.h"

#define RACE_ERRORS 4.0
enum { RACE_SENTENCES = 24, RACE_SHARE = 16 };   /* looked at at least, and
                                                  * 1/RACE_SHARE of tokens */

struct race {
	double tokens, all_tokens;   /* of the target */
	double all_sentences;
	/* over n sentences so far; d: own loss minus the rival's, t: tokens */
	double n, d, dd, dt, tt;
};

struct race race_begin(const struct pairs *);
/* A sentence of t target tokens; losses summed over them. */
void race_add(struct race *, int t, double own, double rival);
/* 1 where it is lost. */
int race_lost(const struct race *);
/* The estimate of own minus rival's loss a token, over all. */
double race_difference(const struct race *);

#endif
