#include "metric.h"

size_t
metric_width(const struct metric *m)
{
	switch (m->kind) {
	case METRIC_BLEU:
		return 2 + 2 * (size_t)m->bleu.order;
	case METRIC_CHRF:
		return 3 * (size_t)(m->chrf.char_order + m->chrf.word_order);
	default:
		return TER_WIDTH;
	}
}

int
metric_count(const struct metric *m, struct counter *c,
	const struct span *text, size_t n, double *row, struct why *why)
{
	if (m->kind == METRIC_TER)
		return ter_count(c, &m->ter, text, n, row, why);
	if (m->kind == METRIC_BLEU)
		bleu_count(c, &m->bleu, text, n, row);
	else
		chrf_count(c, &m->chrf, text, n, row);
	return 0;
}

double
metric_score(const struct metric *m, const double *sums, enum arithmetic a)
{
	struct bleu_score b;

	if (m->kind == METRIC_CHRF)
		return chrf_score(&m->chrf, sums, a);
	if (m->kind == METRIC_TER)
		return ter_score(sums, a);
	bleu_score(&b, &m->bleu, sums, a);
	return b.score;
}

int
metric_is_single(const struct metric *m, const double *sums)
{
	if (m->kind == METRIC_TER)
		return sums[1] > 0;
	return m->kind == METRIC_CHRF && chrf_is_single(&m->chrf, sums);
}

void
metric_name(struct buf *b, const struct metric *m)
{
	if (m->kind == METRIC_CHRF)
		chrf_name(b, &m->chrf);
	else
		buf_str(b, m->kind == METRIC_BLEU ? "BLEU" : "TER");
}

void
metric_signature(struct buf *b, const struct metric *m)
{
	if (m->kind == METRIC_BLEU)
		bleu_signature(b, &m->bleu);
	else if (m->kind == METRIC_CHRF)
		chrf_signature(b, &m->chrf);
	else
		ter_signature(b, &m->ter);
}
