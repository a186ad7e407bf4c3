/* The bytes do not depend on the number of threads: every operation with 1, 2
 * and 3. Large products are right, and BLAS may be called by several threads
 * at once. */
#include <dirent.h>
#include "base/team.h"
#include "num.h"
#include "num/blas.h"
#include "num/gemm.h"
#include "num/xent.h"

enum { MOST = 3 };

/* Runs op with 1, 2, 3 threads on the same input; its results, out[n] floats
 * that start from the same noise, must be the same bytes. */
static void
same_bytes(const char *name, size_t n,
	void (*op)(const struct num *, const float *in, float *out))
{
	struct rng r = rng_seed(16);
	float *in = xmalloc((n + SLACK) * sizeof *in), *out[MOST];
	int same = 1;

	for (size_t i = 0; i < n; i++)
		in[i] = (float)rng_normal(&r);
	for (int t = 0; t < MOST; t++) {
		struct num num = num_init(t + 1, DTYPE_FP32, kernels_best());
		out[t] = xmalloc((n + SLACK) * sizeof *in);
		memcpy(out[t], in, n * sizeof *in);
		op(&num, in, out[t]);
		num_free(&num);
		same &= !memcmp(out[t], out[0], n * sizeof *in);
	}
	OK(same && memcmp(in, out[0], n * sizeof *in),
		"%s: the same with 1, 2 and 3 threads", name);
	for (int t = 0; t < MOST; t++)
		free(out[t]);
	free(in);
}

/* Shapes that leave ragged pieces. In, out: the layout is each op's own. */
enum { T = 301, D = 100, F = 170, ALL = 400000 };

static struct drop
a_drop(void)
{
	return drop_make(0.3, 1, 2, 3);
}

static void
op_linear(const struct num *num, const float *in, float *out)
{
	nn_linear(num, T, F, D, in, D, in + 1000, D + 3, in + 7, out, F);
	nn_linear_relu(num, T, F, D, in, in + 1000, D + 3, in + 7, a_drop(),
		out + T * F);
	nn_linear_back_input(num, T, F, D, in, F, in, D, out + 2 * T * F, D, 1);
	nn_linear_back_weight(num, T, F, D, in, F, in + 9, D, out + 3 * T * F,
		D + 1,
		out + 4 * T * F);
	nn_relu_back(num, T, F, out + 4 * T * F + F, in, a_drop());
}

static void
op_norm(const struct num *num, const float *in, float *out)
{
	float *r = out, *y = r + T * D, *stats = y + T * D;
	float *dr = stats + 2 * T, *sums = dr + T * D, *parts = sums + 2 * D;

	nn_residual_norm(num, T, D, in, in + 5, in, a_drop(), in, in + D, r,
		stats, y);
	nn_norm_back(num, T, D, in, r, stats, in, dr, sums, sums + D, parts);
	nn_norm_again(num, T, D, r, stats, in + 8, in, parts + nn_parts(T, D));
	nn_drop(num, T, D, in, out + 200000, a_drop());
}

static void
op_embed(const struct num *num, const float *in, float *out)
{
	int ids[T], pos[T];

	for (int i = 0; i < T; i++) {
		ids[i] = i * i % 23;
		pos[i] = i % 31;
	}
	nn_embed(num, T, D, ids, pos, in, D, in + 9, D, 2, a_drop(), out);
	nn_embed_back(num, T, D, ids, in, out + T * D, D + 2, 2, a_drop());
}

static void
op_attention(const struct num *num, const float *in, float *out)
{
	static const int at_[] = { 0, 40, 41, 58, 90, 101, 141, 163 };
	float *lse = out + 170 * 96, *d = lse + 170 * 4;

	for (int causal = 0; causal < 2; causal++) {
		struct attention a = { 7, 4, 24, 1, causal, at_, at_, 163, in,
			in + 96, in + 192, 288, 288, a_drop(), 40, 40 };
		float *scratch = xmalloc(nn_attention_scratch(num, 40, 40, 24) *
			sizeof *scratch);
		nn_attention(num, &a, out, lse, scratch);
		nn_attention_back(num, &a, in, lse, d, d + 96, d + 192,
			scratch);
		out += 150000;
		lse += 150000;
		d += 150000;
		free(scratch);
	}
}

static void
op_xent(const struct num *num, const float *in, float *out)
{
	enum { V = 533 };
	int target[T];
	float *scratch = xmalloc(nn_xent_scratch(V) * sizeof *scratch);

	for (int i = 0; i < T; i++)
		target[i] = i * i % V;
	struct xent x = nn_xent(num, T, D, V, in, in + 3, D, target, 0.1f, NULL,
		0.1f, out, out + T * D, scratch);
	memcpy(out + T * D + V * D, &x, sizeof x);
	free(scratch);
}

static void
op_taught(const struct num *num, const float *in, float *out)
{
	enum { V = 533 };
	int target[T], at_[T + 1], ids[2 * T], parts[2 * T];
	float *scratch = xmalloc(2 * nn_xent_scratch(V) * sizeof *scratch);
	struct teacher t = { .weight = 0.7f, .temperature = 2, .at = at_,
		.ids = ids, .parts = parts, .outputs = { in + 7, in + 11, F,
		F }, .scratch = scratch + nn_xent_scratch(V) };

	for (int i = 0; i < T; i++) {
		target[i] = i * i % V;
		ids[2 * i] = i;
		ids[2 * i + 1] = V - 1;
		parts[2 * i] = parts[2 * i + 1] = 1 + i;
	}
	for (int i = 0; i <= T; i++)
		at_[i] = 2 * i;
	for (int u = 0; u < 2; u++, t.at = NULL, out += T * D + V * D + 6) {
		struct xent x = nn_xent(num, T, D, V, in, in + 3, D, target,
			0.1f, &t, 0.1f, out, out + T * D, scratch);
		memcpy(out + T * D + V * D, &x, sizeof x);
	}
	nn_likeliest(num, T, V, &t.outputs, 1, 0.5f, 2, ids, out, scratch);
	for (int i = 0; i < 2 * T; i++)
		out[2 * T + i] = (float)ids[i];
	free(scratch);
}

static void
op_adam(const struct num *num, const float *in, float *out)
{
	struct adam a = { 1e-3, 0.9, 0.98, 1e-8, 0.1 };
	int n = 133337;

	nn_zero(num, (size_t)(2 * n), out + n);
	nn_adam(num, &a, 3, (size_t)n, out, in, out + n, out + 2 * n, 0.5);
	double sum = nn_sum_squares(num, (size_t)n, in);
	memcpy(out + 3 * n, &sum, sizeof sum);
	nn_add(num, (size_t)n, in, out + n);
}

/* Products of the sizes of training, right and the same whoever runs them. */
static void
test_gemm(struct rng *r, const char *name, enum gemm_form form, int m, int n,
	int k, int add)
{
	struct check c = check_new("gemm", name, 2e-6 * sqrt(k));
	int tn = form == GEMM_TN, nt = form == GEMM_NT;
	struct mat a = mat_random(r, tn ? k : m, tn ? m : k,
		(size_t)(tn ? m : k) + 5, 1, 0);
	struct mat b = mat_random(r, nt ? n : k, nt ? k : n,
		(size_t)(nt ? k : n) + 3, 1, 0);
	struct mat start = mat_random(r, m, n, (size_t)n + 2, 1, 0);
	struct mat one = { 0 };
	char where[80];

	snprintf(where, sizeof where, "%s %dx%dx%d", name, m, n, k);
	for (int t = 1; t <= MOST; t++) {
		struct num num = num_init(t, DTYPE_FP32, kernels_best());
		struct mat to = mat_copy(&start);
		gemm(&num, form, m, n, k, a.x, (int)a.ld, b.x, (int)b.ld, to.x,
			(int)to.ld, add, NULL);
		num_free(&num);
		if (t == 1) {
			one = to;
			continue;
		}
		OK(!memcmp(one.block, to.block, to.all * sizeof *to.block),
			"%s: the same with 1 and %d threads", where, t);
		mat_free(&to);
	}
	for (int u = 0; u < 2000; u++) {
		int i = (int)rng_below(r, (uint64_t)m);
		int j = (int)rng_below(r, (uint64_t)n);
		double want = add ? at(&start, i, j) : 0;
		for (int p = 0; p < k; p++)
			want += (double)(tn ? at(&a, p, i) : at(&a, i, p)) *
				(nt ? at(&b, j, p) : at(&b, p, j));
		check_value(&c, at(&one, i, j), want, where);
	}
	c.spilt = !mat_untouched(&one);
	check_end(&c);
	mat_free(&a);
	mat_free(&b);
	mat_free(&start);
	mat_free(&one);
}

/* One product for the test below: c[m,n] of small integers, so that any order
 * of its sums gives the same bytes. */
struct job {
	enum gemm_form form;
	int m, n, k;
	float *a, *b, *c;
};

static struct job
job_new(struct rng *r, int i)
{
	struct job j = { i % 3 ? i % 3 == 1 ? GEMM_NN : GEMM_TN : GEMM_NT,
		1 + (int)rng_below(r, 300), 1 + (int)rng_below(r, 300),
		1 + (int)rng_below(r, 400), 0, 0, 0 };
	size_t na = (size_t)j.m * (size_t)j.k, nb = (size_t)j.n * (size_t)j.k;

	j.a = xmalloc(na * sizeof *j.a);
	j.b = xmalloc(nb * sizeof *j.b);
	j.c = xcalloc((size_t)j.m * (size_t)j.n, sizeof *j.c);
	for (size_t p = 0; p < na; p++)
		j.a[p] = (float)rng_below(r, 9) - 4;
	for (size_t p = 0; p < nb; p++)
		j.b[p] = (float)rng_below(r, 9) - 4;
	for (int u = 0; u < j.m; u++)
		for (int p = 0; p < j.k; p++)
			for (int v = 0; v < j.n; v++)
				j.c[u * j.n + v] += j.a[j.form == GEMM_TN ?
					p * j.m + u : u * j.k + p] *
					j.b[j.form == GEMM_NT ? v * j.k + p :
					p * j.n + v];
	return j;
}

static int
job_wrong(const struct job *j, float *c)
{
	struct num num = num_init(1, DTYPE_FP32, kernels_best());

	gemm(&num, j->form, j->m, j->n, j->k, j->a,
		j->form == GEMM_TN ? j->m : j->k, j->b,
		j->form == GEMM_NT ? j->k : j->n, c, j->n, 0, NULL);
	num_free(&num);
	return memcmp(c, j->c, sizeof *c * (size_t)j->m * (size_t)j->n) != 0;
}

enum { AT_ONCE = 4 };

/* What the threads of the tests below share. */
struct at_once {
	const struct blas *blas;
	void *held[AT_ONCE];
	const struct job *jobs;
	int n_jobs;
	atomic_long runs, wrong;
};

static void
take_buffers(void *arg, int me)
{
	enum { EACH = 200000 };
	struct at_once *o = arg;

	for (int i = 0; i < EACH; i++, o->runs++) {
		void *p = o->blas->take(0);
		__atomic_store_n(o->held + me, p, __ATOMIC_SEQ_CST);
		for (int k = 0; k < AT_ONCE; k++)
			o->wrong += k != me && p == __atomic_load_n(
				o->held + k, __ATOMIC_SEQ_CST);
		__atomic_store_n(o->held + me, NULL, __ATOMIC_SEQ_CST);
		o->blas->give(p);
	}
}

/* A serial BLAS is only safe to call from several threads if its buffers are
 * locked. */
static void
test_buffers(struct team *team, const struct blas *blas)
{
	struct at_once o = { .blas = blas };

	if (!blas->take || !blas->give)
		return;    /* another BLAS */
	team_run(team, take_buffers, &o);
	OK(o.runs > 1000 && !o.wrong, "BLAS gives no buffer to two threads: %ld "
		"given, %ld twice", o.runs, o.wrong);
}

static void
do_jobs(void *arg, int me)
{
	enum { EACH = 600 };
	struct at_once *o = arg;
	float *c = xmalloc(300 * 300 * sizeof *c);

	for (int i = me; i < me + EACH; i++, o->runs++)
		o->wrong += job_wrong(o->jobs + i * 7 % o->n_jobs, c);
	free(c);
}

static int
threads_now(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = 0;

	for (struct dirent *e; d && (e = readdir(d)); )
		n += *e->d_name != '.';
	if (d)
		closedir(d);
	return n;
}

static void
test_at_once(struct rng *r, struct team *team)
{
	enum { JOBS = 24 };
	struct job jobs[JOBS];
	struct at_once o = { .jobs = jobs, .n_jobs = JOBS };
	int before = threads_now();

	for (int i = 0; i < JOBS; i++)
		jobs[i] = job_new(r, i);
	team_run(team, do_jobs, &o);
	OK(o.runs > JOBS && !o.wrong, "%ld products by %d threads at once, %ld "
		"wrong", o.runs, AT_ONCE, o.wrong);
	OK(threads_now() == before, "BLAS has started no threads of its own "
		"(%d, %d)", before, threads_now());
	for (int i = 0; i < JOBS; i++) {
		free(jobs[i].a);
		free(jobs[i].b);
		free(jobs[i].c);
	}
}

/* Large enough for BLAS to share it among all cores, if it were to. */
static void
one_large(void *arg, int me)
{
	enum { N = 700 };
	const struct num *num = arg;
	float *m = xcalloc(3 * N * N, sizeof *m);

	(void)me;
	gemm(num, GEMM_NT, N, N, N, m, N, m + N * N, N, m + 2 * N * N, N, 0,
		NULL);
	free(m);
}

static void
test_large(struct team *team)
{
	struct num num = num_init(1, DTYPE_FP32, kernels_best());
	int before = threads_now();

	team_run(team, one_large, &num);
	OK(threads_now() == before, "nor for large products (%d, %d)", before,
		threads_now());
	num_free(&num);
}

int
main(void)
{
	struct rng r = rng_seed(17);

	struct num num = num_init(1, DTYPE_FP32, kernels_best());
	struct team team;

	printf("# %s\n", num_blas(&num));
	same_bytes("linear layers", ALL, op_linear);
	same_bytes("norm", ALL, op_norm);
	same_bytes("embeddings", ALL, op_embed);
	same_bytes("attention", ALL, op_attention);
	same_bytes("the loss", ALL, op_xent);
	same_bytes("the loss with a teacher", ALL, op_taught);
	same_bytes("Adam", 3 * 133337 + 2, op_adam);
	test_gemm(&r, "NT", GEMM_NT, 1000, 600, 300, 0);
	test_gemm(&r, "NN", GEMM_NN, 1000, 600, 300, 1);
	test_gemm(&r, "TN", GEMM_TN, 1000, 600, 300, 0);
	test_gemm(&r, "weight gradient", GEMM_TN, 256, 512, 4096, 1);
	test_gemm(&r, "one row", GEMM_NT, 1, 3000, 100, 0);
	test_gemm(&r, "one column", GEMM_NN, 3000, 1, 100, 0);
	test_gemm(&r, "one sum", GEMM_TN, 33, 65, 1, 1);
	team_init(&team, AT_ONCE);
	test_buffers(&team, num.blas);
	test_at_once(&r, &team);
	test_large(&team);
	team_free(&team);
	num_free(&num);
	return FINISH();
}
