/* average-weights - the mean of several weights of one shape.
 * Operands: weights.  Writes weights. */
#include "base/opt.h"
#include "model/weights_rec.h"
#include "rec/out.h"
#include <stdlib.h>
#include <string.h>

static int
same_text(const struct blob *a, const struct blob *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->bytes, b->bytes,
		a->len));
}

static int
same_space(const struct space *a, const struct space *b)
{
	struct buf x = { 0 }, y = { 0 };

	space_print(&x, a);
	space_print(&y, b);
	int same = !strcmp(x.data, y.data);
	buf_free(&x);
	buf_free(&y);
	return same;
}

/* Dies unless both are of one kind. */
static void
check_alike(const struct weights *a, const struct weights *b,
	const char *a_path, const char *b_path)
{
	struct why why;

	if (!arch_equal(&a->params.shape, &b->params.shape) ||
	    a->is_super != b->is_super)
		die("%s: another architecture than %s", b_path, a_path);
	if (a->is_super && !same_space(&a->space, &b->space))
		die("%s: another space than %s", b_path, a_path);
	if (task_agree(&b->params.task, &a->params.task, &why))
		die("%s: %s", b_path, why.text);
	if (a->label_smoothing != b->label_smoothing)
		die("%s: trained with another label smoothing than %s", b_path,
			a_path);
	if (!same_text(&a->spm, &b->spm))
		die("%s: another segmentation (--spm) than %s", b_path,
			a_path);
	if (!same_text(&a->src_dict, &b->src_dict) ||
	    !same_text(&a->tgt_dict, &b->tgt_dict))
		die("%s: other dictionaries than %s", b_path, a_path);
}

int
main(int argc, char **argv)
{
	const char *output = NULL;
	struct opt_list files = { 0 };
	const struct opt opts[] = {
		OPT_OUTPUT('o', "output", &output,
			"weights to write; -: stdout"),
		OPT_OPERANDS(&files, 1, 10000),
		OPT_END
	};
	opt_parse(argc, argv, "-o FILE weights ..",
		"Average weights, such as those of the last epochs.", opts);
	if (!output)
		die_usage("--output is missing");

	struct weights mean, w;
	struct out out;
	out_open(&out, output);
	weights_load(&mean, files.at[0]);
	size_t n = mean.params.count;
	double *sum = xcalloc(n, sizeof *sum);
	for (size_t i = 0; i < n; i++)
		sum[i] = (double)mean.params.w[i];
	for (size_t k = 1; k < files.n; k++) {
		weights_load(&w, files.at[k]);
		check_alike(&mean, &w, files.at[0], files.at[k]);
		for (size_t i = 0; i < n; i++)
			sum[i] += (double)w.params.w[i];
		weights_free(&w);
	}
	for (size_t i = 0; i < n; i++)
		mean.params.w[i] = (float)(sum[i] / (double)files.n);
	weights_write(&mean, &out);
	out_commit(&out);
	free(sum);
	free(files.at);
	weights_free(&mean);
	return out_end();
}
