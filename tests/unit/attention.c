/* Attention of packed sentences: forward against naive loops, backward against
 * finite differences of them, for every shape of heads and segments. */
#include "num.h"

/* The same in double: sum(g x out), where rows of q and k lie as in struct
 * attention and mask[T, heads, keys] are the factors of dropout. */
struct naive {
	const struct attention *a;
	double *q, *k, *v;
	size_t ldq, ldk;
	const double *g;       /* [T, heads * head_dim] */
	const double *mask;
	double *out, *lse;     /* NULL: not kept */
	int from, to;          /* sentences */
};

/* p[keys]: probabilities of query row and head; returns how many keys. */
static int
naive_row(const struct naive *n, int s, int row, int head, double *p,
	int *key_row)
{
	const struct attention *a = n->a;
	int keys = 0, h = a->head_dim;
	double max = -INFINITY, sum = 0;

	for (int g = 0; g < a->segments; g++)
		for (int i = a->k_at[s]; i < a->k_at[s + 1]; i++) {
			if (a->causal && i > row)
				continue;
			key_row[keys] = g * a->k_rows + i;
			p[keys] = 0;
			const double *q = n->q + (size_t)row * n->ldq;
			const double *k = n->k + (size_t)key_row[keys] * n->ldk;
			for (int j = head * h; j < (head + 1) * h; j++)
				p[keys] += q[j] * k[j] / sqrt(h);
			max = fmax(max, p[keys++]);
		}
	for (int i = 0; i < keys; i++)
		sum += p[i] = exp(p[i] - max);
	for (int i = 0; i < keys; i++)
		p[i] /= sum;
	if (n->lse)
		n->lse[row * a->heads + head] = max + log(sum);
	return keys;
}

static double
naive_head(const struct naive *n, int s, int row, int head)
{
	const struct attention *a = n->a;
	int h = a->head_dim, at = (row * a->heads + head) * h, key_row[20];
	double p[20], total = 0;
	int keys = naive_row(n, s, row, head, p, key_row);

	for (int i = 0; i < keys; i++)
		p[i] *= n->mask[(row * a->heads + head) * a->segments *
			a->max_k + i];
	for (int j = 0; j < h; j++) {
		double out = 0;
		for (int i = 0; i < keys; i++)
			out += p[i] * n->v[(size_t)key_row[i] * n->ldk +
				(size_t)(head * h + j)];
		if (n->out)
			n->out[at + j] = out;
		total += n->g[at + j] * out;
	}
	return total;
}

static double
naive_sum(const void *what)
{
	const struct naive *n = what;
	double total = 0;

	for (int s = n->from; s < n->to; s++)
		for (int row = n->a->q_at[s]; row < n->a->q_at[s + 1]; row++)
			for (int head = 0; head < n->a->heads; head++)
				total += naive_head(n, s, row, head);
	return total;
}

/* One batch. Self-attention: q, k and v are columns of one matrix, q_at is
 * k_at. Otherwise q stands alone, k and v are columns of another. */
struct batch {
	struct attention a;
	int self, t, kt;         /* rows of q; of k, all segments */
	struct mat q, kv, dq, dkv, g, out, lse;
	float *scratch;
};

static const int q_self[] = { 0, 3, 4, 10, 12 };
static const int k_cross[] = { 0, 4, 6, 7, 13 };

static struct batch
batch_new(const struct num *num, struct rng *r, int heads, int h, int segments,
	int causal, struct drop drop)
{
	struct batch b = { .self = segments == 1, .t = q_self[4] };
	int width = heads * h, parts = b.self ? 3 : 2;
	const int *k_at = b.self ? q_self : k_cross;

	b.kt = segments * k_at[4];
	b.kv = mat_random(r, b.kt, parts * width, (size_t)(parts * width) + 3,
		1, 0);
	b.dkv = mat_random(r, b.kt, b.kv.n, b.kv.ld, 1, 0);
	if (!b.self) {
		b.q = mat_random(r, b.t, width, (size_t)width + 2, 1, 0);
		b.dq = mat_random(r, b.t, width, b.q.ld, 1, 0);
	} else {
		b.q = b.kv;
		b.dq = b.dkv;
	}
	float *k = b.kv.x + (b.self ? width : 0);
	b.a = (struct attention){ 4, heads, h, segments, causal, q_self, k_at,
		k_at[4], b.q.x, k, k + width, b.q.ld, b.kv.ld, drop, 6, 6 };
	b.g = mat_random(r, b.t, width, (size_t)width, 1, 0);
	b.out = mat_new(b.t, width, (size_t)width);
	b.lse = mat_new(b.t, heads, (size_t)heads);
	b.scratch = xmalloc(nn_attention_scratch(num, 6, segments * 6, h) *
		sizeof *b.scratch);
	return b;
}

static void
batch_free(struct batch *b)
{
	if (!b->self) {
		mat_free(&b->q);
		mat_free(&b->dq);
	}
	mat_free(&b->kv);
	mat_free(&b->dkv);
	mat_free(&b->g);
	mat_free(&b->out);
	mat_free(&b->lse);
	free(b->scratch);
}

static struct naive
naive_new(const struct num *num, const struct batch *b)
{
	const struct attention *a = &b->a;
	int n = b->t * a->heads * a->segments * a->max_k;
	double *mask = xmalloc((size_t)n * sizeof *mask);
	double *kv = mat_doubles(&b->kv);
	double *q = b->self ? kv : mat_doubles(&b->q);
	int width = a->heads * a->head_dim;

	for (int i = 0; i < n; i++)
		mask[i] = drop_factor(num, a->drop, (uint32_t)i);
	double *k = kv + (b->self ? width : 0);
	return (struct naive){ a, q, k, k + width, (size_t)b->q.n,
		(size_t)b->kv.n, mat_doubles(&b->g), mask, mat_doubles(&b->g),
		mat_doubles(&b->lse), 0, a->sentences };
}

/* Some of the elements of d against slopes of x, all of its guards. Row i
 * belongs to the sentence s with i % rows in [at[s], at[s + 1]). */
static void
check_some(struct check *c, struct rng *r, const struct mat *d, double *x,
	struct naive *n, const int *start, int rows, const char *where)
{
	char text[80];

	for (int u = 0; u < 20; u++) {
		int i = (int)rng_below(r, (uint64_t)d->rows);
		int j = (int)rng_below(r, (uint64_t)d->n);
		snprintf(text, sizeof text, "%s [%d,%d]", where, i, j);
		for (n->from = 0; start[n->from + 1] <= i % rows; )
			n->from++;
		n->to = n->from + 1;
		check_value(c, at(d, i, j), slope(naive_sum, n, x + i * d->n +
			j), text);
	}
	c->spilt |= !mat_untouched(d);
}

static void
test_one(const struct num *num, struct rng *r, struct check c[3], int heads,
	int h, int segments, int causal, struct drop drop)
{
	struct batch b = batch_new(num, r, heads, h, segments, causal, drop);
	struct naive n = naive_new(num, &b);
	double *q = n.q, *kv = b.self ? q : n.k, *out = n.out, *lse = n.lse;
	float *dk = b.dkv.x + (b.self ? heads * h : 0);
	char where[60];

	snprintf(where, sizeof where, "%d heads of %d, %d segments%s%s", heads,
		h, segments, causal ? ", causal" : "", drop.limit ?
		", dropout" : "");
	naive_sum(&n);
	n.out = n.lse = NULL;
	nn_attention(num, &b.a, b.out.x, b.lse.x, b.scratch);
	check_mat(c, &b.out, out, where);
	check_mat(c + 1, &b.lse, lse, where);
	nn_attention_back(num, &b.a, b.g.x, b.lse.x, b.dq.x, dk,
		dk + heads * h, b.scratch);
	check_some(c + 2, r, &b.dq, q, &n, q_self, b.t, where);
	if (!b.self)
		check_some(c + 2, r, &b.dkv, kv, &n, k_cross, b.a.k_rows,
			where);
	free(out);
	free(lse);
	free(q);
	if (!b.self)
		free(kv);
	free((double *)n.g);
	free((double *)n.mask);
	batch_free(&b);
}

int
main(void)
{
	static const int widths[] = { 3, 8, 24 };
	const struct kernels *ks[TABLES_MAX];
	int n = tables(ks);
	struct rng r = rng_seed(14);
	struct drop drops[] = { drop_make(0, 1, 2, 3),
		drop_make(0.3, 1, 2, 3) };

	for (int i = 0; i < n; i++) {
		struct num num = num_init(2, DTYPE_FP32, kernels_best());
		num.k = ks[i];
		struct check c[] = { check_new("nn_attention", ks[i]->name,
			2e-6), check_new("its lse", ks[i]->name, 2e-6),
			check_new("its gradients", ks[i]->name, 1e-5) };
		for (int u = 0; u < 4 * 3 * 4 * 2; u++) {
			int segments = u / 12 % 4;   /* 0: causal */
			test_one(&num, &r, c, 1 + u % 4, widths[u / 4 % 3],
				segments ? segments : 1, !segments,
				drops[u / 48]);
		}
		for (int j = 0; j < 3; j++)
			check_end(c + j);
		num_free(&num);
	}
	return FINISH();
}
