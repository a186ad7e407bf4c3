#include <math.h>
#include <string.h>
#include "predictor.h"

void
predictor_free(struct predictor *p)
{
	for (int k = 0; k < p->members; k++)
		mlp_free(&p->member[k]);
	json_decref(p->meta);
	*p = (struct predictor){ 0 };
}

const char *
predictor_meta(const struct predictor *p, const char *key)
{
	return json_string_value(json_object_get(p->meta, key));
}

int
predictor_reaches(const struct predictor *p, int qkv_dim,
	const double small[FEATURES], const double big[FEATURES],
	struct why *why)
{
	for (int i = 0; i < FEATURES && p->most[0] > 0; i++) {
		double beyond = (p->most[i] - p->least[i]) / 2 + 1e-9;
		int low = small[i] < p->least[i] - beyond;
		if (low || big[i] > p->most[i] + beyond)
			return why_set(why, "%s is %.6g, in the measurements "
				"that the predictor was fitted to it is %.6g "
				"to %.6g", feature_names[i],
				low ? small[i] : big[i], p->least[i],
				p->most[i]);
	}
	if (qkv_dim && p->qkv_dim && qkv_dim != p->qkv_dim)
		return why_set(why, "qkv_dim is %d, in the measurements that "
			"the predictor was fitted to it is %d", qkv_dim,
			p->qkv_dim);
	return 0;
}

/* --- predicting --- */

size_t
predictor_scratch(const struct predictor *p)
{
	size_t in = mlp_padded(FEATURES);

	return p->members ? in + mlp_scratch(&p->member[0], 1) : in;
}

/* to[mlp_padded(FEATURES)], others zero */
static void
normalise(const struct predictor *p, const double f[FEATURES],
	float *to)
{
	memset(to, 0, mlp_padded(FEATURES) * sizeof *to);
	for (int i = 0; i < p->features; i++)
		to[i] = (float)((f[i] - p->mean[i]) / p->scale[i]);
}

float *
predictor_rows(const struct predictor *p, const double *x, size_t n)
{
	size_t in = mlp_padded(FEATURES);
	float *rows = xaligned(n * in * sizeof *rows);

	for (size_t i = 0; i < n; i++)
		normalise(p, x + i * FEATURES, rows + i * in);
	return rows;
}

double
predictor_remainder(const struct predictor *p, double share, double log)
{
	return exp(share * (log < p->lo ? p->lo : log > p->hi ? p->hi : log));
}

double
predictor_features(const struct predictor *p, const double f[FEATURES],
	float *scratch)
{
	double v = p->has_products ? products_sum(p->weight, f) : p->unit;
	double sum = 0;
	float y;

	if (!p->members)
		return v;
	normalise(p, f, scratch);
	for (int k = 0; k < p->members; k++) {
		mlp_predict(&p->member[k], scratch, 1, &y,
			scratch + mlp_padded(FEATURES));
		sum += (double)y;
	}
	sum /= p->members;
	return p->has_products ? v * predictor_remainder(p, p->share,
		sum) : v * sum;
}

double
predictor_arch(const struct predictor *p, const struct arch *a,
	float *scratch)
{
	double f[FEATURES];

	arch_features(a, f);
	return predictor_features(p, f, scratch);
}
