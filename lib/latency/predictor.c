/* STUB, to be replaced: {"bias":b,"slope":[10 numbers, one a feature]}. */
#include "predictor.h"
#include "rec.h"

void
predictor_load(struct predictor *p, const char *path)
{
	struct rec r = { 0 };
	struct in in;

	in_open(&in, path);
	if (!rec_get(&in, &r))
		die("%s: empty", path);
	p->bias = json_number_value(json_object_get(r.json, "bias"));
	for (size_t i = 0; i < FEATURES; i++)
		p->slope[i] = json_number_value(json_array_get(
			json_object_get(r.json, "slope"), i));
	rec_free(&r);
	in_close(&in);
}

size_t
predictor_scratch(const struct predictor *p)
{
	(void)p;
	return FEATURES;
}

double
predictor_arch(const struct predictor *p, const struct arch *a, double *scratch)
{
	double ms = p->bias;

	arch_features(a, scratch);
	for (int i = 0; i < FEATURES; i++)
		ms += p->slope[i] * scratch[i];
	return ms;
}

void
predictor_free(struct predictor *p)
{
	(void)p;
}
