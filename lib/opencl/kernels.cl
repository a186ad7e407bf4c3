/* kernels.cl - decoding on a device, in OpenCL C 1.2.
 *
 * Built with: PANEL, rows of a matrix that lie together; VEC, those of them
 * that a work-item multiplies; SLICES, parts that the sum of a product has;
 * LOCAL, work-items of a group in all else; HALF, weights are halves, or BYTES,
 * bytes times a scale of their row (products are floats); FMA, the device has
 * fused multiply-add; PAD, the word that is never among the best, and EOS. What
 * a number becomes does not depend on which rows are beside it. Groups: rows in
 * the first dimension, heads or parts of the vocabulary in the second, panels
 * in the third.
 *
 * now: rows in work (R; T tokens in the encoder), the step, 0, T; then [R] ids,
 * [R] the rows' sentences, [R] their parents. at: [sentences + 1] offsets of
 * tokens. past: [2, slots, steps] where a row's hypothesis was in each step, of
 * even steps and of odd ones. v: biases, norms and shares, by offset.
 *
 * No barrier stands under a condition, though it be the same for all: PoCL 3.1
 * then lets work-items run through the loops behind it too far. */
#define CHUNK 256         /* of the sum at a time */
#define TOGETHER 2        /* rows whose parts are summed at a time */
#define LANES (PANEL / VEC)
#define ITEMS (LANES * SLICES)

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
typedef PASTE(float, VEC) vec;
/* Matrices begin at a multiple of 128 bytes, so one load gets a vector. Halves
 * are only loaded: that takes no cl_khr_fp16. */
#if defined HALF
#define weight half
#define LOAD(p) PASTE(vloada_half, VEC)(0, p)
#elif defined BYTES
#define weight char
#define LOAD(p) PASTE(convert_float, VEC)(*(global const PASTE(char, VEC) *)(p))
#else
#define weight float
#define LOAD(p) (*(global const vec *)(p))
#endif
#define STORE(x, p) PASTE(vstore, VEC)(x, 0, p)
#pragma OPENCL FP_CONTRACT OFF
#ifdef FMA
#define MAD(a, b, c) fma(a, b, c)
#else
#define MAD(a, b, c) ((a) * (b) + (c))
#endif

/* --- over a group -------------------------------------------------------- */

/* What all work-items' x are joined to, to each. */
#define OVER_GROUP(name, JOINED) \
float \
name(local float *part, float x) \
{ \
	int me = get_local_id(0); \
	barrier(CLK_LOCAL_MEM_FENCE); \
	part[me] = x; \
	for (int n = LOCAL / 2; n; n /= 2) { \
		barrier(CLK_LOCAL_MEM_FENCE); \
		if (me < n) \
			part[me] = JOINED(part[me], part[me + n]); \
	} \
	barrier(CLK_LOCAL_MEM_FENCE); \
	return part[0]; \
}
#define SUM(a, b) ((a) + (b))
OVER_GROUP(sum_up, SUM)
OVER_GROUP(largest, fmax)

/* --- the first layer's input --------------------------------------------- */

/* x[R,width] = scale x table[id] + position; the table has rows of ld, or is in
 * panels of such rows. In the decoder also each row's past: its parent's,
 * and itself. */
kernel void
embed(global const int *now, global const int *at, int decoder,
	global const float *table, int in_panels, int ld, int width,
	float scale, global const float *positions, int ld_positions,
	int first_position, global float *x, global int *past, int steps,
	int slots)
{
	int me = get_local_id(0), r = get_group_id(0), n = now[0];
	int step = now[1], id = now[HEAD + r];
	int position = first_position;
	size_t from = (size_t)id * ld;
	int by = 1;

	if (decoder)
		position += step;
	else
		position += r - at[now[HEAD + n + r]];
	if (in_panels) {
		from = (size_t)(id / PANEL) * PANEL * ld + id % PANEL;
		by = PANEL;
	}
	for (int i = me; i < width; i += LOCAL)
		x[(size_t)r * width + i] = scale * table[from + (size_t)i *
			by] + positions[(size_t)position * ld_positions + i];
	if (!decoder)
		return;
	size_t half_of = (size_t)slots * steps;
	size_t is = (step % 2) * half_of + (size_t)r * steps;
	size_t was = ((step + 1) % 2) * half_of +
		(size_t)now[HEAD + 2 * n + r] * steps;
	for (int i = me; i < step; i += LOCAL)
		past[is + i] = past[was + i];
	if (!me)
		past[is + step] = step * slots + r;
}

/* --- norms --------------------------------------------------------------- */

/* y[R,d] = norm(x + z + bias), whose bias, gain and shift stand in v from own
 * on; y may be x; again to plane `plane' of memory [.., R, d], if that is not
 * negative. */
kernel void
norm(global const int *now, int d, global const float *x,
	global const float *z, global const float *v, int own, global float *y,
	global float *memory, int plane)
{
	local float part[LOCAL];
	int me = get_local_id(0), r = get_group_id(0), n = now[0];
	size_t at = (size_t)r * d;
	float sum = 0, squares = 0;

	v += own;
	for (int i = me; i < d; i += LOCAL)
		sum += x[at + i] + (z[at + i] + v[i]);
	float mean = sum_up(part, sum) / d;
	for (int i = me; i < d; i += LOCAL) {
		float t = x[at + i] + (z[at + i] + v[i]) - mean;
		squares = MAD(t, t, squares);
	}
	float scale = 1 / sqrt(sum_up(part, squares) / d + 1e-5f);
	for (int i = me; i < d; i += LOCAL) {
		float t = x[at + i] + (z[at + i] + v[i]);
		t = MAD((t - mean) * scale, v[d + i],
			v[2 * d + i]);
		y[at + i] = t;
		if (plane >= 0)
			memory[((size_t)plane * n + r) * d + i] = t;
	}
}

/* --- products ------------------------------------------------------------ */

#define PER (ITEMS > ROWS ? ITEMS / ROWS : 1)   /* work-items a row */

/* Sums of rows of x + z + bias, or of the squares of that minus the mean:
 * of[ROWS] is what part[ROWS x PER] sums up to. */
void
row_sums(local float *part, local float *of, int squared,
	local const float *mean, int rows, int d, global const float *x,
	global const float *z, global const float *bias)
{
	int me = get_local_id(0);

	for (int r = me / PER; r < ROWS; r += ITEMS / PER) {
		float sum = 0;
		int n = r < rows ? d : 0;
		for (int i = me % PER; i < n; i += PER) {
			size_t at = (size_t)r * d + i;
			float t = x[at] + (z[at] + bias[i]);
			if (squared) {
				t -= mean[r];
				t *= t;
			}
			sum += t;
		}
		part[r * PER + me % PER] = sum;
	}
	barrier(CLK_LOCAL_MEM_FENCE);
	for (int r = me; r < ROWS; r += ITEMS) {
		float sum = 0;
		for (int i = 0; i < PER; i++)
			sum += part[r * PER + i];
		of[r] = sum / d;
	}
	barrier(CLK_LOCAL_MEM_FENCE);
}

/* What both products are: n rows of y, of a panel of w. scales, bias: [rows],
 * or NULL.
 * norm, or NULL: bias, gain and shift of ldx each, of the input. */
void
multiply(local float *xs, local float *sums, local const float *mean,
	local const float *scale, int n, global const weight *w, int rows,
	int k, global const float *scales, global const float *bias, int relu,
	global const float *x, int ldx, int x0, global const float *z,
	global const float *norm, global float *y, int ldy, int y0)
{
	int me = get_local_id(0), lane = me % LANES, slice = me / LANES;
	int panel = get_group_id(2);
	vec acc[ROWS];

	w += (size_t)panel * k * PANEL + lane * VEC;
#pragma unroll
	for (int r = 0; r < ROWS; r++)
		acc[r] = 0;
	for (int from = 0; from < k; from += CHUNK) {
		int m = k - from < CHUNK ? k - from : CHUNK;
		barrier(CLK_LOCAL_MEM_FENCE);
		for (int r = 0; r < ROWS; r++)
			for (int i = me; i < m; i += ITEMS) {
				int c = x0 + from + i;
				size_t at = (size_t)r * ldx + c;
				float t = r < n ? x[at] : 0;
				if (norm && r < n) {
					t += z[at] + norm[c];
					t = MAD((t - mean[r]) * scale[r],
						norm[ldx + c],
						norm[2 * ldx + c]);
				}
				xs[r * CHUNK + i] = t;
			}
		barrier(CLK_LOCAL_MEM_FENCE);
		for (int i = slice; i < m; i += SLICES) {
			vec own = LOAD(w + (size_t)(from + i) * PANEL);
#pragma unroll
			for (int r = 0; r < ROWS; r++)
				acc[r] = MAD(own, (vec)(xs[r * CHUNK + i]),
					acc[r]);
		}
	}
#pragma unroll
	for (int from = 0; from < ROWS; from += TOGETHER) {
		barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
		for (int r = 0; r < TOGETHER; r++)
			STORE(acc[from + r], sums + (slice * TOGETHER + r) *
				PANEL + lane * VEC);
		barrier(CLK_LOCAL_MEM_FENCE);
		for (int i = me; i < TOGETHER * PANEL; i += ITEMS) {
			int r = from + i / PANEL, o = panel * PANEL + i % PANEL;
			float sum = 0;
			for (int s = 0; s < SLICES; s++)
				sum += sums[s * TOGETHER * PANEL + i];
			if (r >= n || o >= rows)
				continue;
			if (scales)
				sum *= scales[o];
			if (bias)
				sum += bias[o];
			y[(size_t)r * ldy + y0 + o] = relu ? fmax(sum, 0.0f) :
				sum;
		}
	}
}

/* y[n,rows] = x[n,k] . w^T scales + bias (in v, if not negative), relu'd or
 * not, for n = R x times; w in panels. From column x0 of x, rows of ldx, to
 * column y0 of y, rows of ldy, behind those of the steps before where slots is
 * not 0. */
kernel void
linear(global const int *now, int times, global const weight *w, int rows,
	int k, global const float *v, int scales, int bias, int relu,
	global const float *x, int ldx, int x0, global float *y, int ldy,
	int y0, int slots)
{
	local float xs[ROWS * CHUNK], sums[SLICES * TOGETHER * PANEL];
	int first = get_group_id(0) * ROWS, n = now[0] * times - first;
	size_t to = first + (size_t)now[1] * slots;

	multiply(xs, sums, 0, 0, n < ROWS ? n : ROWS, w, rows, k,
		scales < 0 ? 0 : v + scales, bias < 0 ? 0 : v + bias, relu,
		x + (size_t)first * ldx, ldx, x0, 0, 0, y + to * ldy, ldy, y0);
}

/* The same for the rows of norm(x + z + bias) instead of x's, whose bias, gain
 * and shift stand in v from `norm' on. The first group of a row also writes
 * them to x_out, which is not x. */
kernel void
norm_linear(global const int *now, global const weight *w, int rows, int k,
	global const float *v, int scales, int bias, int relu,
	global const float *x, int ldx, int x0, global const float *z,
	int norm, global float *x_out, global float *y, int ldy, int y0,
	int slots)
{
	local float xs[ROWS * CHUNK], sums[SLICES * TOGETHER * PANEL];
	local float part[ROWS * PER], mean[ROWS], scale[ROWS];
	int me = get_local_id(0), first = get_group_id(0) * ROWS;
	int n = now[0] - first;
	size_t to = first + (size_t)now[1] * slots;
	global const float *own = v + norm;

	n = n < ROWS ? n : ROWS;
	x += (size_t)first * ldx;
	z += (size_t)first * ldx;
	x_out += (size_t)first * ldx;
	row_sums(part, mean, 0, mean, n, ldx, x, z, own);
	row_sums(part, scale, 1, mean, n, ldx, x, z, own);
	for (int r = me; r < ROWS; r += ITEMS)
		scale[r] = 1 / sqrt(scale[r] + 1e-5f);
	barrier(CLK_LOCAL_MEM_FENCE);
	int mine = get_group_id(2) ? 0 : n * ldx;
	for (int i = me; i < mine; i += ITEMS) {
		int r = i / ldx, c = i % ldx;
		float t = x[i] + (z[i] + own[c]);
		x_out[i] = MAD((t - mean[r]) * scale[r], own[ldx + c],
			own[2 * ldx + c]);
	}
	multiply(xs, sums, mean, scale, n, w, rows, k,
		scales < 0 ? 0 : v + scales, bias < 0 ? 0 : v + bias, relu,
		x, ldx, x0, z, own, y + to * ldy, ldy, y0);
}

/* --- attention and convolution ------------------------------------------- */

/* What a row looks at: n rows of a buffer. */
struct seen {
	int n, len, first, tokens;
	global const int *list;    /* where they are not one after another */
};

struct seen
seen_by(int mode, int r, global const int *now, global const int *at,
	int segments, global const int *past, int steps, int slots)
{
	struct seen s = { 0, 1, 0, now[3], 0 };

	if (mode == OWN_PAST) {
		s.n = now[1] + 1;
		s.list = past + ((size_t)(now[1] % 2) * slots + r) * steps;
	} else {
		int sentence = now[HEAD + now[0] + r];
		s.first = at[sentence];
		s.len = at[sentence + 1] - s.first;
		s.n = (mode == ALL_SOURCE ? segments : 1) * s.len;
	}
	return s;
}

size_t
seen_row(const struct seen *s, int mode, int i)
{
	if (mode == OWN_PAST)
		return s->list[i];
	return (size_t)(i / s->len) * s->tokens + s->first + i % s->len;
}

/* One head h wide of one row: out = softmax(q . k scale) . v over the rows of
 * its sentence (OWN_SENTENCE), of its past, or of what the encoder left
 * (ALL_SOURCE: segments of all T tokens). Keys are at k0 of rows of kv, values
 * at v0; queries begin rows of ldq, in the past those of this step. p: scratch
 * of ldp floats a row and head. */
kernel void
attend(global const int *now, global const int *at, int mode, int segments,
	global const int *past, int steps, int slots, int h, float scale,
	global const float *q, int ldq, global const float *kv, int ld, int k0,
	int v0, global float *p, int ldp, global float *out, int ldo)
{
	local float part[LOCAL];
	int me = get_local_id(0), head = get_group_id(1);
	int r = get_group_id(0), heads = get_num_groups(1);
	struct seen s = seen_by(mode, r, now, at, segments, past, steps, slots);
	float most = -INFINITY, sum = 0;

	q += ((mode == OWN_PAST ? (size_t)now[1] * slots : 0) + r) * ldq +
		head * h;
	kv += head * h;
	p += ((size_t)r * heads + head) * ldp;
	out += (size_t)r * ldo + head * h;
	for (int i = me; i < s.n; i += LOCAL) {
		global const float *key = kv + seen_row(&s, mode, i) * ld + k0;
		float4 four = 0;
		int c = 0;
		for (; c + 4 <= h; c += 4)
			four = MAD(vload4(0, q + c), vload4(0, key + c), four);
		float dot = (four.x + four.y) + (four.z + four.w);
		for (; c < h; c++)
			dot = MAD(q[c], key[c], dot);
		p[i] = dot * scale;
		most = fmax(most, dot * scale);
	}
	most = largest(part, most);
	for (int i = me; i < s.n; i += LOCAL) {
		float t = exp(p[i] - most);
		p[i] = t;
		sum += t;
	}
	sum = sum_up(part, sum);
	barrier(CLK_GLOBAL_MEM_FENCE);
	for (int c = 4 * me; c < h; c += 4 * LOCAL) {
		float4 four = 0;
		if (c + 4 <= h) {
			for (int i = 0; i < s.n; i++)
				four = MAD((float4)(p[i]), vload4(0, kv +
					seen_row(&s, mode, i) * ld + v0 + c),
					four);
			vstore4(four / sum, 0, out + c);
			continue;
		}
		for (int j = c; j < h; j++) {
			float t = 0;
			for (int i = 0; i < s.n; i++)
				t = MAD(p[i], kv[seen_row(&s, mode, i) * ld +
					v0 + j], t);
			out[j] = t / sum;
		}
	}
}

/* A lightweight convolution of rows of x from column x0: channels, then, where
 * gated, their gates. shares [taps, channels] in v. Taps in the order of
 * conv.h. out[R, channels] from column o0. */
kernel void
convolve(global const int *now, global const int *at, int mode,
	global const int *past, int steps, int slots, global const float *x,
	int ldx, int x0, int gated, int channels, int taps,
	global const float *v, int shares, global float *out, int ldo, int o0)
{
	int me = get_local_id(0), r = get_group_id(0);
	struct seen s = seen_by(mode, r, now, at, 1, past, steps, slots);
	int own = mode == OWN_PAST ? s.n - 1 : r - s.first;

	for (int c = me; c < channels; c += LOCAL) {
		float sum = 0;
		for (int t = 0; t < taps; t++) {
			int i = own + (mode == OWN_PAST ? -t : t % 2 ?
				-(t + 1) / 2 : t / 2);
			if (i < 0 || i >= s.n)
				continue;
			global const float *from = x + seen_row(&s, mode, i) *
				ldx + x0 + c;
			float value = *from;
			if (gated)
				value /= 1 + exp(-from[channels]);
			sum = MAD(v[shares + t * channels + c], value, sum);
		}
		out[(size_t)r * ldo + o0 + c] = sum;
	}
}

/* --- the best words ------------------------------------------------------ */

/* Is (x, id) better than (y, than)? Of equal numbers the first word is; NaN and
 * -infinity never are. */
int
better(float x, int id, float y, int than)
{
	return x > y || (x == y && id < than && x > -INFINITY);
}

/* The best of all work-items' own, to all. */
void
best_of(local float *value, local int *word, float *x, int *id)
{
	int me = get_local_id(0);

	barrier(CLK_LOCAL_MEM_FENCE);
	value[me] = *x;
	word[me] = *id;
	for (int n = LOCAL / 2; n; n /= 2) {
		barrier(CLK_LOCAL_MEM_FENCE);
		if (me < n && better(value[me + n], word[me + n], value[me],
		    word[me])) {
			value[me] = value[me + n];
			word[me] = word[me + n];
		}
	}
	barrier(CLK_LOCAL_MEM_FENCE);
	*x = value[0];
	*id = word[0];
}

/* The best of a work-item's share of n candidates that is not better than, nor
 * is, (below, word). ids NULL: they are first, first + 1, .. */
void
next_own(int n, global const float *x, global const int *ids, int first,
	float below, int word, float *top, int *id)
{
	*top = -INFINITY;
	*id = INT_MAX;
	for (int i = get_local_id(0); i < n; i += LOCAL) {
		int own = ids ? ids[i] : first + i;
		if ((ids || own != PAD) && better(below, word, x[i], own) &&
		    better(x[i], own, *top, *id)) {
			*top = x[i];
			*id = own;
		}
	}
}

/* Of a row's logits [R, ldl], WORDS at a time: the best `many' with their ids
 * ([R, parts, many], -1: there are no more), the largest and the sum of
 * exponentials below it ([R, parts, 2]). */
kernel void
best(global const float *logits, int vocab, int many, global float *found,
	global int *ids, global float *sums)
{
	local float value[LOCAL];
	local int word[LOCAL];
	int me = get_local_id(0), part = get_group_id(1);
	int parts = get_num_groups(1), r = get_group_id(0);
	int first = part * WORDS;
	int n = vocab - first < WORDS ? vocab - first : WORDS;
	size_t list = (size_t)r * parts + part;
	float most = -INFINITY, sum = 0, own, x;
	int id, own_id;

	logits += (size_t)r * vocab + first;
	for (int i = me; i < n; i += LOCAL)
		most = fmax(most, logits[i]);
	most = largest(value, most);
	for (int i = me; i < n; i += LOCAL)
		sum += exp(logits[i] - most);
	sum = sum_up(value, sum);
	if (!me) {
		sums[2 * list] = most;
		sums[2 * list + 1] = sum;
	}
	next_own(n, logits, 0, first, INFINITY, -1, &own, &own_id);
	for (int i = 0; i < many; i++) {
		x = own;
		id = own_id;
		best_of(value, word, &x, &id);
		if (!me) {
			found[list * many + i] = x;
			ids[list * many + i] = x > -INFINITY ? id : -1;
		}
		if (own_id == id && x > -INFINITY)
			next_own(n, logits, 0, first, x, id, &own, &own_id);
	}
}

/* The best of all parts of a row: out[R, 2 many + 1], ids and log
 * probabilities in pairs, then that of </s>. */
kernel void
merge(global const float *logits, int vocab, int parts, int many,
	global const float *found, global const int *ids,
	global const float *sums, global int *out)
{
	local float value[LOCAL];
	local int word[LOCAL];
	int me = get_local_id(0), r = get_group_id(0), n = parts * many;
	float most = -INFINITY, sum = 0, own, x;
	int id, own_id;

	found += (size_t)r * n;
	ids += (size_t)r * n;
	sums += (size_t)r * parts * 2;
	out += (size_t)r * (2 * many + 1);
	for (int i = me; i < parts; i += LOCAL)
		most = fmax(most, sums[2 * i]);
	most = largest(value, most);
	for (int i = me; i < parts; i += LOCAL)
		sum += sums[2 * i + 1] * exp(sums[2 * i] - most);
	sum = most + log(sum_up(value, sum));
	next_own(n, found, ids, 0, INFINITY, -1, &own, &own_id);
	for (int i = 0; i < many; i++) {
		x = own;
		id = own_id;
		best_of(value, word, &x, &id);
		if (!me) {
			out[2 * i] = x > -INFINITY ? id : -1;
			out[2 * i + 1] = as_int(x - sum);
		}
		if (own_id == id && x > -INFINITY)
			next_own(n, found, ids, 0, x, id, &own, &own_id);
	}
	if (!me)
		out[2 * many] = as_int(logits[(size_t)r * vocab + EOS] - sum);
}

/* --- for benchmarks ------------------------------------------------------ */

/* Reads n numbers: how fast is memory? */
kernel void
read_all(global const float4 *x, ulong n, global float *sums)
{
	float4 sum = 0;

	for (ulong i = get_global_id(0); i < n; i += get_global_size(0))
		sum += x[i];
	sums[get_global_id(0)] = sum.x + sum.y + sum.z + sum.w;
}
