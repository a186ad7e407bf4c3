/* kernels.h - single-threaded kernels, one table per instruction set.
 *
 * kernels*.c are compiled once for each of AMX, AVX-512, AVX2, SSE2, NEON; the
 * table for this CPU is chosen at run time. Letters: T rows (tokens), D or n
 * columns, h head width. All matrices are row-major; ld is the distance of rows
 * in floats. Buffers that are read may be read up to 15 floats past their last
 * row's end (arenas leave that room). */
#ifndef KERNELS_H
#define KERNELS_H

#include "panels.h"

enum { NUM_SLACK = 256 /* bytes to leave behind a buffer */ };

/* What becomes of what is there: c = .., c += .. */
enum store { STORE, ADD };
/* What queries see: all keys, or those up to their own. */
enum { NOT_CAUSAL, CAUSAL };

/* Dropout by counter: the fate of element i depends on key and i alone.
 * limit 0: none. */
struct drop {
	uint32_t limit;      /* dropped where hash < limit: p x 2^32 */
	float scale;         /* 1 / (1 - p) */
	uint32_t key[2];
};

/* The output layer of a model: its decoder's output h[T,D], its words
 * w[V,D], whose rows are ldw floats apart. */
struct outputs {
	const float *h, *w;
	int d, ldw;
};

/* What a teacher expects where the targets stand (Hinton, Vinyals and Dean,
 * 2015). The loss of a row becomes
 *	(1 - weight) x the smoothed loss + weight x temperature^2 x C,
 * C from the probabilities of the teacher's words and those of the student's
 * at temperature, softmax(logits / temperature).
 *
 * The teacher names its best words: row i's are ids[at[i]] ..
 * ids[at[i + 1] - 1], all different, and as likely, at that temperature, as
 * the numbers parts (> 0), of which only the ratios count. C is the
 * cross-entropy. A row without words has the smoothed loss alone.
 *
 * Or, where at is NULL, it is a model whose output layer is given, and all of
 * its words count. C is the KL divergence: the cross-entropy but for a
 * constant, 0 where both agree. The teacher gets no gradient; its h and w may
 * be those of the student's own supernet.
 *
 * alpha (temperature must be 1): C is the larger of two alpha-divergences, that
 * of alpha 1, which is KL's, and that of alpha -1, (sum of q min(q/p, 5) - 1) /
 * 2 with q the student's probabilities and p the teacher's; the gradient takes
 * the q/p for constants that are cut (Wang et al., "AlphaNet: Improved Training
 * of Supernets with Alpha-Divergence", 2021, section 3.2). KL forgives where
 * the student expects what the teacher does not, the other does not. */
struct teacher {
	float weight, temperature;       /* [0, 1], > 0 */
	int alpha;                       /* with outputs */
	const int *at, *ids, *parts;     /* at[T + 1] */
	struct outputs outputs;
	float *scratch;                  /* with outputs: nn_xent_scratch(v) */
};

/* Of rows, in nats: what is minimised; the negative log-likelihood of the
 * target; temperature^2 x C, 0 where the teacher is silent. */
struct losses {
	float *loss, *nll, *taught;      /* [T] */
};

/* See bf16.h. */
enum bf16_form { BF16_TILES, BF16_LINES };

struct kernels {
	const char *name;

	/* c[m,n] = a.b, or += where add. a's element (i,p) lies at
	 * i*ars + p*acs; b [k,n] has rows ldb. For the small products of
	 * attention. */
	void (*product)(int m, int n, int k, const float *a, size_t ars,
		size_t acs, const float *b, size_t ldb, float *c, size_t ldc,
		enum store add);

	/* Pack rows x k elements, (i,p) at from[i*ldr + p*ldk], of which ldr or
	 * ldk is 1, rounded to bf16. */
	void (*bf16_pack)(enum bf16_form, int rows, int k, const float *from,
		size_t ldr, size_t ldk, uint32_t *to);
	/* c[m,n] = a.b^T, or += where add; a [m,k] as tiles, b [n,k] as
	 * lines. */
	void (*bf16_multiply)(int m, int n, int k, const uint32_t *a,
		const uint32_t *b, float *c, size_t ldc, enum store add);

	/* x[T,n] += bias (may be NULL), row by row. */
	void (*bias)(int rows, int n, float *x, size_t ld, const float *bias);
	/* x = drop(max(x + bias, 0)); index of the first element: at, rows
	 * are n_all apart in the index. */
	void (*bias_relu)(int rows, int n, float *x, size_t ld,
		const float *bias, struct drop, uint32_t at, uint32_t n_all);
	/* dx = dx x scale where y > 0, else 0. */
	void (*relu_back)(int rows, int n, float *dx, const float *y,
		size_t ld, float scale);

	/* r = x + drop(z + bias); y = norm(r) x gain + shift; stats[T,2] =
	 * mean, 1/deviation. z may be r. All [T,D] with rows D apart. */
	void (*residual_norm)(int rows, int d, const float *x, const float *z,
		const float *bias, struct drop, uint32_t at, const float *gain,
		const float *shift, float *r, float *stats, float *y);
	/* y from r and stats again. */
	void (*norm_again)(int rows, int d, const float *r, const float *stats,
		const float *gain, const float *shift, float *y);
	/* dr from dy; dgain[D], dshift[D] are added to. dr may be dy. */
	void (*norm_back)(int rows, int d, const float *dy, const float *r,
		const float *stats, const float *gain, float *dr,
		float *dgain, float *dshift);
	/* dz = drop's gradient of dr (same mask), [T,D]. */
	void (*drop_apply)(int rows, int n, const float *x, float *y,
		size_t ld, struct drop, uint32_t at);

	/* s[T,n] in place: softmax of scale x s over the first n_i columns,
	 * zeros behind up to n; n_i = n, or first + i where causal. lse[T]
	 * (stride lse_ld) = log of the sum of exponentials; NULL: not kept. */
	void (*softmax)(int rows, int n, float *s, size_t ld, float scale,
		int causal, int first, float *lse, size_t lse_ld);
	/* the same from a kept lse, then nothing is reduced. */
	void (*softmax_again)(int rows, int n, float *s, size_t ld,
		float scale, int causal, const float *lse, size_t lse_ld);
	/* ds = p x (dp - sum_j p dp) x scale, in place of dp. */
	void (*softmax_back)(int rows, int n, const float *p, float *dp,
		size_t ld, float scale);

	/* Label-smoothed cross-entropy of logits[T,V]; target[T]. loss[T],
	 * nll[T] in nats. Where grad is not 0, logits become the gradient of
	 * grad x the sum of the losses. */
	void (*xent)(int rows, int v, float *logits, size_t ld,
		const int *target, float smooth, float grad, float *loss,
		float *nll);
	/* The same with a teacher's words (at: of the first row), and with a
	 * teacher's logits theirs[T,V], rows ld apart, which stay. */
	void (*xent_words)(int rows, int v, float *logits, size_t ld,
		const int *target, float smooth, const struct teacher *,
		float grad, const struct losses *);
	void (*xent_logits)(int rows, int v, float *logits, size_t ld,
		const int *target, float smooth, const struct teacher *,
		const float *theirs, float grad, const struct losses *);

	/* out[n] += x[n] x a. */
	void (*axpy)(int n, float a, const float *x, float *out);
	/* One step of Adam as fairseq's: see nn.h. */
	void (*adam)(size_t n, float *w, const float *g, float *m, float *v,
		float g_scale, float beta1, float beta2, float eps, float step,
		float decay);
	double (*sum_squares)(size_t n, const float *x);

	/* y[c][rows] = w . x[c] for the columns x and the panels [from, to) of
	 * w; y of panel p goes to y + (p - from) x PANEL. bias (or NULL) is
	 * added, relu applied. */
	void (*panels)(int from, int to, const struct packed *w,
		const struct columns *x, const float *bias, int relu,
		float *y, size_t ldy);
	/* Columns x[n][k] as bytes q[n][ldq] for weights of that dtype, int8
	 * or kmeans4; see struct columns. */
	void (*quantise)(enum dtype, int n, int k, const float *x, size_t ldx,
		uint8_t *q, size_t ldq, float *scale);
	/* Single-row attention of one head: out[h] = softmax(q.K^T scale).V
	 * over n keys: key and value i are the rows at[i] of keys and values,
	 * both of ld; p[n] scratch. */
	void (*attend_at)(int n, int h, const float *q, const float *keys,
		const float *values, size_t ld, const int *at, float scale,
		float *p, float *out);
	/* The k largest of the numbers seen so far: best[k] descending, from
	 * -inf, and their ids; x[n] have the ids id, id + 1, .. Of equal
	 * numbers those seen first. NaN and -inf are never among them. */
	void (*top)(int n, const float *x, int id, int k, float *best,
		int *ids);
	/* log(sum(exp)) of x[n]. */
	float (*log_sum_exp)(int n, const float *x);

	/* y[n] = sum of share[t][n] x x[t][n] over the taps, see conv.h. */
	void (*conv)(int n, int taps, const float *const *share,
		const float *const *x, float *y);
	/* sum[n] += a[n] x b[n] */
	void (*add_products)(int n, const float *a, const float *b,
		float *sum);
	/* y[n] = x[n] x sigmoid(gate[n]), y may be x; and its gradients. */
	void (*glu)(int n, const float *x, const float *gate, float *y);
	void (*glu_back)(int n, const float *x, const float *gate,
		const float *dy, float *dx, float *dgate);
};

#endif
