/* average-weights - the mean of several weights of one shape.
 * Operands: weights.  Writes weights. */
#include "out.h"
#include "opt.h"
#include "weights.h"
#include <stdlib.h>

int
main(int argc, char **argv)
{
	const char *output = NULL;
	struct opt_list files = { 0 };
	const struct opt opts[] = {
		OPT_TEXT('o', "output", &output, "FILE", "weights to write"),
		OPT_OPERANDS(&files, 1, 10000),
		OPT_END
	};
	opt_parse(argc, argv, "-o FILE weights ..",
		"Average weights, such as those of the last epochs.", opts);
	if (!output)
		die_usage("--output is missing");
	out_check(output);

	struct weights mean, w;
	weights_load(&mean, files.at[0]);
	size_t n = mean.params.count;
	double *sum = xcalloc(n, sizeof *sum);
	for (size_t i = 0; i < n; i++)
		sum[i] = (double)mean.params.w[i];
	for (size_t k = 1; k < files.n; k++) {
		struct why why;
		weights_load(&w, files.at[k]);
		if (!arch_equal(&w.params.shape, &mean.params.shape))
			die("%s: another architecture than %s", files.at[k],
				files.at[0]);
		if (task_agree(&w.params.task, &mean.params.task, &why))
			die("%s: %s", files.at[k], why.text);
		for (size_t i = 0; i < n; i++)
			sum[i] += (double)w.params.w[i];
		weights_free(&w);
	}
	for (size_t i = 0; i < n; i++)
		mean.params.w[i] = (float)(sum[i] / (double)files.n);
	weights_save(&mean, output);
	free(sum);
	free(files.at);
	weights_free(&mean);
	return out_end();
}
