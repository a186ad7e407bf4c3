/* quantize - put a model's weights into codebooks.
 * Operand: weights.  Writes weights.  stdout: a record a matrix, and one of
 * all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "base/team.h"
#include "base/threads.h"
#include "model/weights_rec.h"
#include "num/codebook.h"
#include "rec/out.h"
#include "rec/rec.h"

/* What becomes of one matrix. */
struct matrix {
	int i;                    /* its number */
	double error, squares;    /* sums of squares */
};

struct job {
	struct params *p;
	struct matrix *matrix;    /* [n] */
	int n, bits, per_row;
	enum fit fit;
};

/* Embeddings are tables; the output layer is a matrix unless it is one of
 * them. */
static int
is_embedding(const struct param *t)
{
	return strstr(t->name, "embed_tokens") != NULL;
}

static void
quantize(void *arg, int i, int me)
{
	struct job *job = arg;
	struct matrix *m = &job->matrix[i];
	const struct param *t = &job->p->param[m->i];
	const float *w = job->p->w + t->at;
	struct coded *c = &job->p->coded[m->i];
	float *row = xmalloc((size_t)t->cols * sizeof *row);

	(void)me;
	*c = coded_make(job->fit, job->bits, job->per_row, t->rows, t->cols, w,
		(size_t)t->cols);
	for (int r = 0; r < t->rows; r++, w += t->cols) {
		coded_row(c, r, t->cols, row);
		for (int k = 0; k < t->cols; k++) {
			double d = (double)row[k] - (double)w[k];
			m->error += d * d;
			m->squares += (double)w[k] * (double)w[k];
		}
	}
	free(row);
}

static void
choose(struct job *job, int embeddings, const char *path)
{
	struct params *p = job->p;

	job->matrix = xcalloc((size_t)p->n, sizeof *job->matrix);
	p->coded = xcalloc((size_t)p->n, sizeof *p->coded);
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		if (!param_codable(t) || (is_embedding(t) && !embeddings))
			continue;
		job->matrix[job->n++].i = i;
	}
	if (!job->n)
		die("%s: no matrices but embeddings", path);
}

static double
bytes_of(const struct params *p, int i)
{
	const struct coded *c = param_coded(p, i);

	return c ? (double)coded_bytes(c) + (double)coded_entries(c) *
		sizeof(float) : (double)p->param[i].count * sizeof(float);
}

static void
put_errors(struct buf *b, double error, double squares, double n)
{
	member_num(b, "rmse", sqrt(error / n));
	member_num(b, "relative_error", squares > 0 ? sqrt(error / squares) :
		0);
}

static void
print_matrix(const struct job *job, const struct matrix *m, struct buf *b)
{
	const struct param *t = &job->p->param[m->i];
	char shape[32];

	snprintf(shape, sizeof shape, "[%d,%d]", t->rows, t->cols);
	member_string(b, "tensor", t->name);
	member_raw(b, "shape", shape);
	member_int(b, "bits", job->bits);
	put_errors(b, m->error, m->squares, (double)t->count);
	member_num(b, "bytes", bytes_of(job->p, m->i));
	rec_put_members(b);
}

/* All tensors, and those that HAT counts. */
struct sizes {
	double all, counted;
};

static struct sizes
sizes_of(const struct params *p, int coded)
{
	struct sizes s = { 0, 0 };

	for (int i = 0; i < p->n; i++) {
		double own = coded ? bytes_of(p, i) :
			(double)p->param[i].count * sizeof(float);
		s.all += own;
		s.counted += is_embedding(&p->param[i]) ? 0 : own;
	}
	return s;
}

static void
print(const struct job *job)
{
	struct sizes now = sizes_of(job->p, 1), was = sizes_of(job->p, 0);
	double error = 0, squares = 0, n = 0;
	struct buf b = { 0 };

	for (int i = 0; i < job->n; i++) {
		const struct matrix *m = &job->matrix[i];
		print_matrix(job, m, &b);
		error += m->error;
		squares += m->squares;
		n += (double)job->p->param[m->i].count;
	}
	member_int(&b, "matrices", job->n);
	member_int(&b, "bits", job->bits);
	put_errors(&b, error, squares, n);
	member_num(&b, "bytes", now.all);
	member_num(&b, "bytes_before", was.all);
	member_num(&b, "bytes_without_embeddings", now.counted);
	member_num(&b, "bytes_before_without_embeddings", was.counted);
	rec_put_members(&b);
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	const char *output = NULL, *per = "matrix", *fit = "exact";
	long bits = 4, threads = 0;
	int embeddings = 0;
	struct opt_list files = { 0 };
	const struct opt opts[] = {
		OPT_OUTPUT('o', "output", &output,
			"weights to write; -: stdout"),
		OPT_LONG('b', "bits", &bits, CODED_BITS_MIN, CODED_BITS_MAX,
			"bits of an index: codebooks of 2^N numbers"),
		OPT_CHOICE(0, "per", &per, "matrix|row",
			"a codebook for each matrix, or for each of its rows"),
		OPT_CHOICE(0, "fit", &fit, "lloyd|exact",
			"K-means: HAT's way, evenly from least to greatest and "
			"then Lloyd's; or the optimum"),
		OPT_FLAG(0, "embeddings", &embeddings,
			"embeddings, too, which HAT leaves as they are"),
		OPT_THREADS(&threads),
		OPT_OPERANDS(&files, 1, 1),
		OPT_END
	};
	opt_parse(argc, argv, "-o FILE weights",
		"Make a model small: each weight becomes an index into a few "
		"numbers, which\nK-means chooses. Prints what that costs.",
		opts);
	if (!output)
		die_usage("--output is missing");

	struct weights w;
	struct team team;
	struct out out;
	struct job job = { .p = &w.params, .bits = (int)bits,
		.per_row = !strcmp(per, "row"),
		.fit = !strcmp(fit, "lloyd") ? FIT_LLOYD : FIT_EXACT };
	out_open(&out, output);
	weights_load(&w, files.at[0]);
	choose(&job, embeddings, files.at[0]);
	team_init(&team, threads_get(threads, (struct thread_room){ 0 }, 0));
	team_for(&team, job.n, quantize, &job);
	team_free(&team);
	weights_write(&w, &out);
	out_commit(&out);
	print(&job);
	for (int i = 0; i < w.params.n; i++)
		coded_free(&w.params.coded[i]);
	free(job.matrix);
	free(files.at);
	weights_free(&w);
	return out_end();
}
