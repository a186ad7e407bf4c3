/* Kernels of the loss: cross-entropies of rows of logits with the words wanted
 * and with what a teacher expects, and their gradients. */
#include <math.h>
#include "kernels-isa.h"
#include "kernels-rows.h"

/* Sums of a row are formed in pieces of this many vectors: in single precision
 * a sum of 40,000 terms loses digits. */
enum { PIECE = 32 * W };

/* The sum of exp((x - max) x cold); x becomes the terms where keep. */
IN double
sum_exp(int n, float *x, float max, float cold, int keep)
{
	double sum = 0;

	for (int j = 0; j < n; j += PIECE) {
		vf part = { 0 };
		for (int k = j; k < n && k < j + PIECE; k += W) {
			vf e = vexp((get(x + k, n - k) - max) * cold);
			if (keep)
				put(x + k, e, n - k);
			part += only(e, n - k, (vf){ 0 });
		}
		sum += (double)sum_of(part);
	}
	return sum;
}

float
PASTE(log_sum_exp, ISA)(int n, const float *x)
{
	float max = row_max(n, x);

	return max + logf((float)sum_exp(n, (float *)x, max, 1, 0));
}

/* The sum of x and, on the way, its maximum. */
IN double
sum_and_max(int n, const float *x, float *max)
{
	vf low = all(-INFINITY), m = low;
	double sum = 0;

	for (int j = 0; j < n; j += PIECE) {
		vf part = { 0 };
		for (int k = j; k < n && k < j + PIECE; k += W) {
			vf t = get(x + k, n - k);
			part += t;
			m = vmax(m, only(t, n - k, low));
		}
		sum += (double)sum_of(part);
	}
	*max = max_of(m);
	return sum;
}

void
PASTE(xent, ISA)(int rows, int v, float *x, size_t ld, const int *target,
	float smooth, float grad, float *loss, float *nll)
{
	float each = smooth / (float)v;

	for (int i = 0; i < rows; i++, x += ld) {
		float max, right = x[target[i]];
		double sum = sum_and_max(v, x, &max);
		double all_exp = grad == 0 ? sum_exp(v, x, max, 1, 0) :
			sum_exp(v, x, max, 1, 1);
		float lse = max + logf((float)all_exp);
		nll[i] = lse - right;
		loss[i] = (1 - smooth) * nll[i] +
			each * (float)((double)v * (double)lse - sum);
		if (grad == 0)
			continue;
		float part = (float)((double)grad / all_exp);
		for (int j = 0; j < v; j += W)
			put(x + j, get(x + j, v - j) * part - each * grad,
				v - j);
		x[target[i]] -= (1 - smooth) * grad;
	}
}

/* --- with a teacher ------------------------------------------------------ */

/* A row of logits: its sum, and the sums of exp(x - max) and of
 * exp((x - max) x cold), cold the temperature's reciprocal. */
struct row {
	float max, cold;
	double sum, exps, cold_exps;
};

IN struct row
row_of(int v, const float *x, const struct teacher *t)
{
	struct row r = { .cold = 1 / t->temperature };

	r.sum = sum_and_max(v, x, &r.max);
	r.exps = sum_exp(v, (float *)x, r.max, 1, 0);
	r.cold_exps = r.cold == 1 ? r.exps : sum_exp(v, (float *)x, r.max,
		r.cold, 0);
	return r;
}

/* The losses of row i, of which the teacher's part is taught. */
IN void
put_losses(const struct row *r, int v, float right, float smooth,
	const struct teacher *t, double taught, const struct losses *to, int i)
{
	float lse = r->max + logf((float)r->exps);
	float each = smooth / (float)v;
	float plain = (1 - smooth) * (lse - right) +
		each * (float)((double)v * (double)lse - r->sum);

	to->nll[i] = lse - right;
	to->taught[i] = (float)taught;
	to->loss[i] = (1 - t->weight) * plain + t->weight * (float)taught;
}

/* x becomes the gradient but for what single words get. */
IN void
put_gradient(const struct row *r, int v, float *x, float smooth,
	const struct teacher *t, float grad)
{
	float hard = (float)((double)((1 - t->weight) * grad) / r->exps);
	float soft = (float)((double)(t->weight * t->temperature * grad) /
		r->cold_exps);
	float each = (1 - t->weight) * smooth / (float)v * grad;

	if (r->cold == 1) {
		hard += soft;
		soft = 0;
	}
	for (int j = 0; j < v; j += W) {
		vf y = get(x + j, v - j) - r->max;
		vf g = vexp(y) * hard - each;
		if (soft > 0)
			g = muladd(vexp(y * r->cold), all(soft), g);
		put(x + j, g, v - j);
	}
}

void
PASTE(xent_words, ISA)(int rows, int v, float *x, size_t ld,
	const int *target, float smooth, const struct teacher *t, float grad,
	const struct losses *to)
{
	for (int i = 0; i < rows; i++, x += ld) {
		int from = t->at[i], end = t->at[i + 1];
		double parts = 0, dot = 0;
		if (from == end) {
			PASTE(xent, ISA)(1, v, x, ld, target + i, smooth, grad,
				to->loss + i, to->nll + i);
			to->taught[i] = 0;
			continue;
		}
		struct row r = row_of(v, x, t);
		for (int k = from; k < end; k++) {
			parts += t->parts[k];
			dot += t->parts[k] * (double)x[t->ids[k]];
		}
		double taught = (double)(t->temperature * t->temperature) *
			(log(r.cold_exps) + ((double)r.max - dot / parts) *
			(double)r.cold);
		put_losses(&r, v, x[target[i]], smooth, t, taught, to, i);
		if (grad == 0)
			continue;
		put_gradient(&r, v, x, smooth, t, grad);
		x[target[i]] -= (1 - t->weight) * (1 - smooth) * grad;
		double each = (double)(t->weight * t->temperature * grad) /
			parts;
		for (int k = from; k < end; k++)
			x[t->ids[k]] -= (float)(each * t->parts[k]);
	}
}

/* The KL divergence of a student's row from its teacher's, whose maximum and
 * sum of exponentials are given. */
IN double
divergence(const struct row *r, int v, const float *x, const float *z,
	float z_max, double z_exps)
{
	double sum = 0;

	for (int j = 0; j < v; j += PIECE) {
		vf part = { 0 };
		for (int k = j; k < v && k < j + PIECE; k += W) {
			vf theirs = (get(z + k, v - k) - z_max) * r->cold;
			vf own = (get(x + k, v - k) - r->max) * r->cold;
			vf e = only(vexp(theirs), v - k, (vf){ 0 });
			part = muladd(e, theirs - own, part);
		}
		sum += (double)sum_of(part);
	}
	return sum / z_exps - log(z_exps) + log(r->cold_exps);
}

/* How many times likelier each word is to the student than to its teacher, at
 * most 5 times. own: the student's logits less their maximum; off: the log of
 * the teacher's sum of exponentials over the student's. */
static const float log_ratio_max = 1.60943791f;   /* ln 5 */

IN vf
cut_ratios(vf own, const float *z, float z_max, float off, int left)
{
	vf log_ratio = own - (get(z, left) - z_max) + off;

	return vexp(-vmax(-log_ratio, all(-log_ratio_max)));
}

/* The student's mean of these ratios. */
IN double
mean_ratio(const struct row *r, int v, const float *x, const float *z,
	float z_max, float off)
{
	double sum = 0;

	for (int j = 0; j < v; j += PIECE) {
		vf part = { 0 };
		for (int k = j; k < v && k < j + PIECE; k += W) {
			vf own = get(x + k, v - k) - r->max;
			vf q = only(vexp(own), v - k, (vf){ 0 });
			part = muladd(q, cut_ratios(own, z + k, z_max, off,
				v - k), part);
		}
		sum += (double)sum_of(part);
	}
	return sum / r->exps;
}

/* x becomes the gradient where that of the ratios counts: of a word's logit its
 * probability x (its ratio - their mean), the cut ones being constants. */
IN void
put_ratio_gradient(const struct row *r, int v, float *x, float smooth,
	const struct teacher *t, const float *z, float z_max, float off,
	double mean, float grad)
{
	float hard = (float)((double)((1 - t->weight) * grad) / r->exps);
	float soft = (float)((double)(t->weight * grad) / r->exps);
	float each = (1 - t->weight) * smooth / (float)v * grad;

	for (int j = 0; j < v; j += W) {
		vf own = get(x + j, v - j) - r->max;
		vf ratio = cut_ratios(own, z + j, z_max, off, v - j);
		vf share = (ratio - (float)mean) * soft + hard;
		put(x + j, vexp(own) * share - each, v - j);
	}
}

/* Row i by the divergence of alpha -1, where that is more than least: 1; else
 * 0, and nothing is done. */
IN int
ratio_row(const struct row *r, int v, float *x, int target, float smooth,
	const struct teacher *t, const float *z, float z_max, double z_exps,
	double least, float grad, const struct losses *to, int i)
{
	float off = (float)(log(z_exps) - log(r->exps));
	double mean = mean_ratio(r, v, x, z, z_max, off);

	if (!((mean - 1) / 2 > least))
		return 0;
	put_losses(r, v, x[target], smooth, t, (mean - 1) / 2, to, i);
	if (grad == 0)
		return 1;
	put_ratio_gradient(r, v, x, smooth, t, z, z_max, off, mean, grad);
	x[target] -= (1 - t->weight) * (1 - smooth) * grad;
	return 1;
}

void
PASTE(xent_logits, ISA)(int rows, int v, float *x, size_t ld,
	const int *target, float smooth, const struct teacher *t,
	const float *z, float grad, const struct losses *to)
{
	for (int i = 0; i < rows; i++, x += ld, z += ld) {
		struct row r = row_of(v, x, t);
		float z_max = row_max(v, z);
		double z_exps = sum_exp(v, (float *)z, z_max, r.cold, 0);
		double taught = (double)(t->temperature * t->temperature) *
			divergence(&r, v, x, z, z_max, z_exps);
		if (t->alpha && ratio_row(&r, v, x, target[i], smooth, t, z,
		    z_max, z_exps, taught, grad, to, i))
			continue;
		put_losses(&r, v, x[target[i]], smooth, t, taught, to, i);
		if (grad == 0)
			continue;
		put_gradient(&r, v, x, smooth, t, grad);
		x[target[i]] -= (1 - t->weight) * (1 - smooth) * grad;
		float part = -(float)((double)(t->weight * t->temperature *
			grad) / z_exps);
		for (int j = 0; j < v; j += W)
			put(x + j, muladd(vexp((get(z + j, v - j) - z_max) *
				r.cold), all(part), get(x + j, v - j)), v - j);
	}
}
