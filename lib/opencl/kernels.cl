/* kernels.cl - decoding on a device, in OpenCL C 1.2.
 *
 * Built with: PANEL, rows of a matrix that lie together; VEC, those of them
 * that a work-item multiplies; ITEMS, work-items of a group of a product, and
 * CHUNK, columns that it takes at a time; LOCAL, work-items of a group in all
 * else; HALF, weights are halves, or BYTES, bytes times a scale of their row
 * (products are floats); FMA, the device has fused multiply-add; PAD, the word
 * that is never among the best, and EOS. What a number becomes does not depend
 * on which rows are beside it. Groups: rows in the first dimension, heads or
 * parts of the vocabulary in the second, panels or parts of them in the third.
 *
 * now: rows in work (R; T tokens in the encoder), the step, 0, T; then [R] ids,
 * [R] the rows' sentences, [R] their parents. at: [sentences + 1] offsets of
 * tokens. past: [2, slots, steps] where a row's hypothesis was in each step, of
 * even steps and of odd ones. v: biases, norms and shares, by offset.
 *
 * No barrier stands under a condition, though it be the same for all: PoCL 3.1
 * then lets work-items run through the loops behind it too far. */
/* Columns of a matrix that a work-item loads before it needs them. */
#define AHEAD (ITEMS < 16 ? 1 : CHUNK / ITEMS < 4 ? CHUNK / ITEMS : 4)

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

/* A group multiplies `lanes' x VEC rows of a panel; those work-items that have
 * the same of them share out the columns: they are its slices. */

/* Column i, or zeros where there is none. */
vec
own_weights(global const weight *w, int i, int k)
{
	return i < k ? LOAD(w + (size_t)i * PANEL) : (vec)0;
}

/* Nothing is summed up, the first columns are on their way. */
void
begin(vec *acc, vec *next, global const weight *w, int k, int slice, int slices)
{
#pragma unroll
	for (int j = 0; j < AHEAD; j++)
		next[j] = own_weights(w, slice + j * slices, k);
#pragma unroll
	for (int r = 0; r < ROWS; r++)
		acc[r] = 0;
}

/* Adds m columns of w, from `from' on, times xs[ROWS, CHUNK] to acc[ROWS].
 * next: the first columns, then those behind. */
void
add_chunk(vec *acc, vec *next, local const float *xs, global const weight *w,
	int from, int m, int k, int slice, int slices)
{
	for (int i = slice; i < m; i += AHEAD * slices) {
#pragma unroll
		for (int j = 0; j < AHEAD; j++) {
			int at = i + j * slices;
			vec own = next[j];
			next[j] = own_weights(w, from + at + AHEAD * slices,
				k);
			if (at >= m)
				continue;
#pragma unroll
			for (int r = 0; r < ROWS; r++)
				acc[r] = MAD(own, (vec)(xs[r * CHUNK + at]),
					acc[r]);
		}
	}
}

/* y[n, ..] = relu'd or not, the sums of all slices' acc times scales + bias
 * ([rows], or NULL). room: [ROWS, CHUNK], at least VEC x ITEMS wide. */
void
put_sums(local float *room, const vec *acc, int lanes, int n, int rows,
	global const float *scales, global const float *bias, int relu,
	global float *y, int ldy)
{
	int me = get_local_id(0), slices = ITEMS / lanes, width = lanes * VEC;
	int each = ITEMS / (width * ROWS), first = get_group_id(2) * width;

	each = each ? each : 1;   /* work-items of a sum */
	barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
	for (int r = 0; r < ROWS; r++)
		if (r < n)
			STORE(acc[r], room + r * slices * width + me * VEC);
	barrier(CLK_LOCAL_MEM_FENCE);
	for (int i = me; i < n * each * width; i += ITEMS) {
		int r = i / (each * width), from = i % (each * width);
		local float *own = room + r * slices * width + from;
		float sum = 0;
#pragma unroll 8
		for (int s = 0; s < slices; s += each)
			sum += own[s * width];
		*own = sum;
	}
	barrier(CLK_LOCAL_MEM_FENCE);
	for (int i = me; i < n * width; i += ITEMS) {
		int r = i / width, o = first + i % width;
		float sum = 0;
		for (int s = 0; s < each; s++)
			sum += room[(r * slices + s) * width + i % width];
		if (o >= rows)
			continue;
		if (scales)
			sum *= scales[o];
		if (bias)
			sum += bias[o];
		y[(size_t)r * ldy + o] = relu ? fmax(sum, 0.0f) : sum;
	}
}

/* Where a group's part of the matrix is, and its own columns of it. */
global const weight *
own_part(global const weight *w, int lanes, int k)
{
	int row = get_group_id(2) * lanes * VEC;

	return w + (size_t)(row / PANEL) * k * PANEL + row % PANEL +
		get_local_id(0) % lanes * VEC;
}

/* y[n,rows] = x[n,k] . w^T scales + bias (in v, if not negative), relu'd or
 * not, for n = R x times; w in panels. From column x0 of x, rows of ldx, to
 * column y0 of y, rows of ldy, behind those of the steps before where slots is
 * not 0. */
kernel void
linear(global const int *now, int times, global const weight *w, int rows,
	int k, int lanes, global const float *v, int scales, int bias, int relu,
	global const float *x, int ldx, int x0, global float *y, int ldy,
	int y0, int slots)
{
	local float room[ROWS * CHUNK];
	int me = get_local_id(0), slice = me / lanes, slices = ITEMS / lanes;
	int first = get_group_id(0) * ROWS, n = now[0] * times - first;
	size_t to = first + (size_t)now[1] * slots;
	vec acc[ROWS], next[AHEAD];

	n = n < ROWS ? n : ROWS;
	w = own_part(w, lanes, k);
	x += (size_t)first * ldx + x0;
	begin(acc, next, w, k, slice, slices);
	for (int from = 0; from < k; from += CHUNK) {
		int m = k - from < CHUNK ? k - from : CHUNK;
		barrier(CLK_LOCAL_MEM_FENCE);
		for (int i = me; i < m; i += ITEMS)
#pragma unroll
			for (int r = 0; r < ROWS; r++)
				if (r < n)
					room[r * CHUNK + i] = x[(size_t)r *
						ldx + from + i];
		barrier(CLK_LOCAL_MEM_FENCE);
		add_chunk(acc, next, room, w, from, m, k, slice, slices);
	}
	put_sums(room, acc, lanes, n, rows, scales < 0 ? 0 : v + scales,
		bias < 0 ? 0 : v + bias, relu, y + to * ldy + y0, ldy);
}

#define PER (ITEMS > ROWS ? ITEMS / ROWS : 1)   /* work-items a row */

float
sum_of(local const float *part)
{
	float sum = 0;

	for (int i = 0; i < PER; i++)
		sum += part[i];
	return sum;
}

/* n rows of norm(x + z + bias), d wide, to xs[ROWS, CHUNK]. own: bias, gain and
 * shift. */
void
norm_rows(local float *xs, local float *sums, local float *squares, int n,
	int d, global const float *x, global const float *z,
	global const float *own)
{
	int me = get_local_id(0), first = me % PER;

	for (int r = me / PER; r < n; r += ITEMS / PER) {
		float sum = 0;
#pragma unroll 4
		for (int i = first; i < d; i += PER) {
			size_t at = (size_t)r * d + i;
			float t = x[at] + (z[at] + own[i]);
			xs[r * CHUNK + i] = t;
			sum += t;
		}
		sums[r * PER + first] = sum;
	}
	barrier(CLK_LOCAL_MEM_FENCE);
	for (int r = me / PER; r < n; r += ITEMS / PER) {
		float mean = sum_of(sums + r * PER) / d, sum = 0;
		for (int i = first; i < d; i += PER) {
			float t = xs[r * CHUNK + i] - mean;
			xs[r * CHUNK + i] = t;
			sum = MAD(t, t, sum);
		}
		squares[r * PER + first] = sum;
	}
	barrier(CLK_LOCAL_MEM_FENCE);
	for (int r = me / PER; r < n; r += ITEMS / PER) {
		float scale = 1 / sqrt(sum_of(squares + r * PER) / d + 1e-5f);
		for (int i = first; i < d; i += PER)
			xs[r * CHUNK + i] = MAD(xs[r * CHUNK + i] * scale,
				own[d + i], own[2 * d + i]);
	}
	barrier(CLK_LOCAL_MEM_FENCE);
}

/* The same for the rows of norm(x + z + bias) instead of x's, whose bias, gain
 * and shift stand in v from `norm' on; ldx: CHUNK at most. The first group of a
 * row also writes them to x_out, which is not x. */
kernel void
norm_linear(global const int *now, global const weight *w, int rows, int k,
	int lanes, global const float *v, int scales, int bias, int relu,
	global const float *x, int ldx, int x0, global const float *z,
	int norm, global float *x_out, global float *y, int ldy, int y0,
	int slots)
{
	local float room[ROWS * CHUNK], sums[ROWS * PER], squares[ROWS * PER];
	int me = get_local_id(0), slice = me / lanes, slices = ITEMS / lanes;
	int first = get_group_id(0) * ROWS, n = now[0] - first;
	size_t to = first + (size_t)now[1] * slots, from = (size_t)first * ldx;
	vec acc[ROWS], next[AHEAD];

	n = n < ROWS ? n : ROWS;
	w = own_part(w, lanes, k);
	begin(acc, next, w, k, slice, slices);
	norm_rows(room, sums, squares, n, ldx, x + from, z + from, v + norm);
	int mine = get_group_id(2) ? 0 : n;
	for (int r = 0; r < mine; r++)
		for (int i = me; i < ldx; i += ITEMS)
			x_out[from + r * ldx + i] = room[r * CHUNK + i];
	add_chunk(acc, next, room + x0, w, 0, k, k, slice, slices);
	put_sums(room, acc, lanes, n, rows, scales < 0 ? 0 : v + scales,
		bias < 0 ? 0 : v + bias, relu, y + to * ldy + y0, ldy);
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

/* Up to four numbers, zeros behind them; aligned: to 16 bytes. */
float4
four_of(global const float *p, int left, int aligned)
{
	if (left >= 4)
		return aligned ? *(global const float4 *)p : vload4(0, p);
	return (float4)(p[0], left > 1 ? p[1] : 0, left > 2 ? p[2] : 0, 0);
}

float
dot_of(global const float *a, global const float *b, int n, int aligned)
{
	float4 four = 0;
	int c = 0;

	for (; c + 32 <= n; c += 32)
#pragma unroll
		for (int i = 0; i < 32; i += 4)
			four = MAD(four_of(a + c + i, 4, aligned),
				four_of(b + c + i, 4, aligned), four);
	for (; c < n; c += 4)
		four = MAD(four_of(a + c, n - c, aligned),
			four_of(b + c, n - c, aligned), four);
	return (four.x + four.y) + (four.z + four.w);
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
	local float4 shares[LOCAL];
	int me = get_local_id(0), head = get_group_id(1);
	int r = get_group_id(0), heads = get_num_groups(1);
	int aligned = ((h | ldq | ld | k0 | v0) & 3) == 0;
	int fours = (h + 3) / 4;
	struct seen s = seen_by(mode, r, now, at, segments, past, steps, slots);
	float most = -INFINITY, sum = 0;

	q += ((mode == OWN_PAST ? (size_t)now[1] * slots : 0) + r) * ldq +
		head * h;
	kv += head * h;
	p += ((size_t)r * heads + head) * ldp;
	out += (size_t)r * ldo + head * h;
	for (int i = me; i < s.n; i += LOCAL) {
		global const float *key = kv + seen_row(&s, mode, i) * ld + k0;
		float dot = scale * (aligned ? dot_of(q, key, h, 1) :
			dot_of(q, key, h, 0));
		p[i] = dot;
		most = fmax(most, dot);
	}
	most = largest(part, most);
	for (int i = me; i < s.n; i += LOCAL) {
		float t = exp(p[i] - most);
		p[i] = t;
		sum += t;
	}
	sum = sum_up(part, sum);
	barrier(CLK_GLOBAL_MEM_FENCE);
	for (int from = 0; from < fours; from += LOCAL) {
		/* as many work-items share out the rows as there are */
		int n = fours - from < LOCAL ? fours - from : LOCAL;
		int share = me / n, parts = LOCAL / n;
		int c = 4 * (from + me % n);
		float4 t = 0;
		int all = share < parts ? s.n : 0;
		for (int first = share; first < all; first += 4 * parts)
#pragma unroll
			for (int j = 0; j < 4; j++) {
				int i = first + j * parts;
				if (i < all)
					t = MAD((float4)(p[i]), four_of(kv +
						seen_row(&s, mode, i) * ld +
						v0 + c, h - c, aligned), t);
			}
		barrier(CLK_LOCAL_MEM_FENCE);
		shares[me] = t;
		barrier(CLK_LOCAL_MEM_FENCE);
		if (me >= n)
			parts = 0;
		for (int i = 1; i < parts; i++)
			t += shares[i * n + me];
		t /= sum;
		if (parts && c + 4 <= h)
			vstore4(t, 0, out + c);
		else if (parts) {
			out[c] = t.x;
			if (c + 1 < h)
				out[c + 1] = t.y;
			if (c + 2 < h)
				out[c + 2] = t.z;
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

/* The best of n, each `by' behind the one before. */
void
best_among(local const float *value, local const int *word, int n, int by,
	float *x, int *id)
{
	*x = value[0];
	*id = word[0];
	for (int i = by; i < n * by; i += by)
		if (better(value[i], word[i], *x, *id)) {
			*x = value[i];
			*id = word[i];
		}
}

#define SIDE (LOCAL < 16 ? 1 : LOCAL < 64 ? 4 : 8)

/* The best of all work-items' own, to all: of each of SIDE parts first.
 * value, word: [LOCAL + SIDE]. */
void
best_of(local float *value, local int *word, float *x, int *id)
{
	int me = get_local_id(0);

	barrier(CLK_LOCAL_MEM_FENCE);
	value[me] = *x;
	word[me] = *id;
	barrier(CLK_LOCAL_MEM_FENCE);
	if (me < SIDE) {
		best_among(value + me, word + me, LOCAL / SIDE, SIDE, x, id);
		value[LOCAL + me] = *x;
		word[LOCAL + me] = *id;
	}
	barrier(CLK_LOCAL_MEM_FENCE);
	best_among(value + LOCAL, word + LOCAL, SIDE, 1, x, id);
}

/* The best of a work-item's share of n candidates that is not better than, nor
 * is, (below, word). */
void
next_of(int n, global const float *x, global const int *ids, float below,
	int word, float *top, int *id)
{
	*top = -INFINITY;
	*id = INT_MAX;
	for (int i = get_local_id(0); i < n; i += LOCAL)
		if (better(below, word, x[i], ids[i]) &&
		    better(x[i], ids[i], *top, *id)) {
			*top = x[i];
			*id = ids[i];
		}
}

/* The same of its own words, of which number i is first + i x LOCAL. */
void
next_own(const float *x, int first, float below, int word, float *top, int *id)
{
	*top = -INFINITY;
	*id = INT_MAX;
#pragma unroll 8
	for (int i = 0; i < WORDS / LOCAL; i++) {
		int own = first + i * LOCAL;
		if (own != PAD && better(below, word, x[i], own) &&
		    better(x[i], own, *top, *id)) {
			*top = x[i];
			*id = own;
		}
	}
}

/* Of a row's logits [R, vocab], WORDS at a time: the best `many' with their ids
 * ([R, parts, many], -1: there are no more), the largest and the sum of
 * exponentials below it ([R, parts, 2]). */
kernel void
best(global const float *logits, int vocab, int many, global float *found,
	global int *ids, global float *sums)
{
	local float value[LOCAL + SIDE];
	local int word[LOCAL + SIDE];
	int me = get_local_id(0), part = get_group_id(1);
	int parts = get_num_groups(1), r = get_group_id(0);
	int first = part * WORDS + me;
	size_t list = (size_t)r * parts + part;
	float words[WORDS / LOCAL];
	float most = -INFINITY, sum = 0, own, x;
	int id, own_id;

	logits += (size_t)r * vocab;
#pragma unroll 8
	for (int i = 0; i < WORDS / LOCAL; i++) {
		words[i] = first + i * LOCAL < vocab ? logits[first + i *
			LOCAL] : -INFINITY;
		most = fmax(most, words[i]);
	}
	most = largest(value, most);
#pragma unroll 8
	for (int i = 0; i < WORDS / LOCAL; i++)
		if (first + i * LOCAL < vocab)
			sum += exp(words[i] - most);
	sum = sum_up(value, sum);
	if (!me) {
		sums[2 * list] = most;
		sums[2 * list + 1] = sum;
	}
	next_own(words, first, INFINITY, -1, &own, &own_id);
	for (int i = 0; i < many; i++) {
		x = own;
		id = own_id;
		best_of(value, word, &x, &id);
		if (!me) {
			found[list * many + i] = x;
			ids[list * many + i] = x > -INFINITY ? id : -1;
		}
		if (own_id == id && x > -INFINITY)
			next_own(words, first, x, id, &own, &own_id);
	}
}

/* The best of all parts of a row: out[R, 2 many + 1], ids and log
 * probabilities in pairs, then that of </s>. */
kernel void
merge(global const float *logits, int vocab, int parts, int many,
	global const float *found, global const int *ids,
	global const float *sums, global int *out)
{
	local float value[LOCAL + SIDE];
	local int word[LOCAL + SIDE];
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
	next_of(n, found, ids, INFINITY, -1, &own, &own_id);
	for (int i = 0; i < many; i++) {
		x = own;
		id = own_id;
		best_of(value, word, &x, &id);
		if (!me) {
			out[2 * i] = x > -INFINITY ? id : -1;
			out[2 * i + 1] = as_int(x - sum);
		}
		if (own_id == id && x > -INFINITY)
			next_of(n, found, ids, x, id, &own, &own_id);
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
