#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "features_rec.h"
#include "predictor_hat.h"
#include "rec/tensors.h"

/* Layers are named and laid out as in HAT's own files, [out x in]; those of
 * an ensemble have "member.K." before the name. */
static void
layer_name(char name[64], const struct predictor *p, int k, int l, int layers,
	const char *what)
{
	int n = p->has_products ? snprintf(name, 64, "member.%d.", k) : 0;
	char *to = name + n;
	size_t room = 64 - (size_t)n;

	if (!l)
		snprintf(to, room, "first_layer.%s", what);
	else if (l + 1 == layers)
		snprintf(to, room, "predict.%s", what);
	else
		snprintf(to, room, "layers.%d.%s", l - 1, what);
}

/* --- saving --- */

enum { TENSORS_MAX = MEMBERS * MLP_LAYERS_MAX * 2 + 10 };

struct file {
	struct tensor at[TENSORS_MAX];
	char names[TENSORS_MAX][64];
	float *data[TENSORS_MAX];   /* owned, or NULL */
	size_t n;
};

static void
add_doubles(struct file *f, const char *name, const double *v, size_t n)
{
	f->at[f->n++] = (struct tensor){ name, TENSOR_F64, 1, { n }, n, v };
}

static void
add_layer(struct file *f, const struct predictor *p, int k, int l)
{
	const struct mlp *m = &p->member[k];
	size_t in = (size_t)m->width[l], out = (size_t)m->width[l + 1];
	size_t row = l + 1 == m->layers ? 1 : mlp_padded(m->width[l + 1]);
	float *w = xcalloc(in * out, sizeof *w);

	for (size_t o = 0; o < out; o++)
		for (size_t i = 0; i < in; i++)
			w[o * in + i] = m->weight[l][i * row + o];
	f->data[f->n] = w;
	layer_name(f->names[f->n], p, k, l, m->layers, "weight");
	f->at[f->n] = (struct tensor){ f->names[f->n], TENSOR_F32, 2,
		{ out, in }, in * out, w };
	f->n++;
	layer_name(f->names[f->n], p, k, l, m->layers, "bias");
	f->at[f->n] = (struct tensor){ f->names[f->n], TENSOR_F32, 1, { out },
		out, m->bias[l] };
	f->n++;
}

/* The products of the features that it sees. */
struct powers {
	size_t rows;
	unsigned char at[PRODUCTS * FEATURES];   /* [rows x features] */
};

static struct powers
powers_of(const struct predictor *p)
{
	size_t n = (size_t)p->features;
	struct powers w = { p->features == FEATURES ? PRODUCTS : PRODUCTS_HAT,
		{ 0 } };

	for (size_t i = 0; i < w.rows; i++)
		memcpy(w.at + i * n, products_powers[i], n);
	return w;
}

void
predictor_save(const struct predictor *p, struct out *out)
{
	const double rest[] = { p->share, p->lo, p->hi };
	struct powers powers = powers_of(p);
	struct file *f = xcalloc(1, sizeof *f);
	size_t n = (size_t)p->features;

	add_doubles(f, "features.mean", p->mean, n);
	add_doubles(f, "features.scale", p->scale, n);
	add_doubles(f, "target.unit", &p->unit, 1);
	if (p->has_products) {
		add_doubles(f, "products.weight", p->weight, powers.rows);
		add_doubles(f, "remainder", rest, 3);
	}
	if (p->interval[1] > 0)
		add_doubles(f, "interval", p->interval, 2);
	if (p->most[0] > 0) {
		add_doubles(f, "features.least", p->least, n);
		add_doubles(f, "features.most", p->most, n);
	}
	for (int k = 0; k < p->members; k++)
		for (int l = 0; l < p->member[k].layers; l++)
			add_layer(f, p, k, l);
	/* last: its length may leave what follows unaligned */
	if (p->has_products)
		f->at[f->n++] = (struct tensor){ "products.powers", TENSOR_U8,
			2, { powers.rows, n }, powers.rows * n, powers.at };
	tensors_write(out, f->at, f->n, p->meta);
	for (size_t i = 0; i < f->n; i++)
		free(f->data[i]);
	free(f);
}

/* --- loading --- */

static int
all_finite(const struct tensor *t)
{
	double d;
	float s;

	for (size_t i = 0; i < t->count; i++) {
		const char *at = (const char *)t->data;
		if (t->type == TENSOR_F64)
			memcpy(&d, at + i * sizeof d, sizeof d);
		else {
			memcpy(&s, at + i * sizeof s, sizeof s);
			d = (double)s;
		}
		if (!isfinite(d))
			return 0;
	}
	return 1;
}

/* Dies if the tensor is not there or not of this form. cols 0: one dimension.
 * Returns it, with finite numbers. */
static const struct tensor *
need(const struct tensors *ts, const char *name, enum tensor_type type,
	size_t rows, size_t cols)
{
	const struct tensor *t = tensors_find(ts, name);

	if (!t)
		die("%s: not a predictor: no tensor %s, which fit-mlp writes",
			ts->path, name);
	if (t->type != type || t->dims != (cols ? 2 : 1) ||
	    t->shape[0] != rows || (cols && t->shape[1] != cols))
		die("%s: tensor %s has not the shape that a predictor's has",
			ts->path, name);
	if (type != TENSOR_U8 && !all_finite(t))
		die("%s: tensor %s is not finite", ts->path, name);
	return t;
}

static void
get_doubles(const struct tensors *ts, const char *name, double *v, size_t n)
{
	memcpy(v, need(ts, name, TENSOR_F64, n, 0)->data, n * sizeof *v);
}

/* How many hidden layers member k has, and how wide they are. */
static int
count_layers(const struct tensors *ts, const struct predictor *p, int k,
	int *hidden)
{
	char name[64];
	int n = 0;

	layer_name(name, p, k, 0, 2, "bias");
	const struct tensor *first = tensors_find(ts, name);
	if (!first)
		return 0;
	if (first->dims != 1 || first->count < 1 || first->count > WIDTH_MAX)
		die("%s: tensor %s: no width of a layer", ts->path, name);
	*hidden = (int)first->count;
	do {
		n++;
		layer_name(name, p, k, n, n + 2, "bias");
	} while (tensors_find(ts, name));
	if (n >= MLP_LAYERS_MAX)
		die("%s: more than %d hidden layers", ts->path,
			MLP_LAYERS_MAX - 1);
	return n;
}

static void
get_layer(const struct tensors *ts, struct predictor *p, int k, int l)
{
	struct mlp *m = &p->member[k];
	size_t in = (size_t)m->width[l], out = (size_t)m->width[l + 1];
	size_t row = l + 1 == m->layers ? 1 : mlp_padded(m->width[l + 1]);
	char name[64];

	layer_name(name, p, k, l, m->layers, "weight");
	const char *w = need(ts, name, TENSOR_F32, out, in)->data;
	for (size_t o = 0; o < out; o++)
		for (size_t i = 0; i < in; i++)
			memcpy(&m->weight[l][i * row + o],
				w + (o * in + i) * sizeof(float),
				sizeof(float));
	layer_name(name, p, k, l, m->layers, "bias");
	memcpy(m->bias[l], need(ts, name, TENSOR_F32, out, 0)->data,
		out * sizeof(float));
}

/* Before memory is taken for them: are all the layers there? */
static void
check_layers(const struct tensors *ts, const struct predictor *p, int k,
	int hidden, int layers)
{
	char name[64];

	for (int l = 0; l <= layers; l++) {
		layer_name(name, p, k, l, layers + 1, "weight");
		need(ts, name, TENSOR_F32, l == layers ? 1 : (size_t)hidden,
			l ? (size_t)hidden : (size_t)p->features);
	}
}

static void
get_members(const struct tensors *ts, struct predictor *p)
{
	int max = p->has_products ? MEMBERS : 1;

	for (int k = 0, hidden, layers; k < max &&
	    (layers = count_layers(ts, p, k, &hidden)) > 0; k++) {
		if (k && (hidden != p->member[0].width[1] ||
		    layers + 1 != p->member[0].layers))
			die("%s: the members differ in shape", ts->path);
		check_layers(ts, p, k, hidden, layers);
		mlp_init(&p->member[k], p->features, hidden, layers);
		p->members = k + 1;
		for (int l = 0; l <= layers; l++)
			get_layer(ts, p, k, l);
	}
	if (!p->has_products && !p->members)
		die("%s: not a predictor: neither products nor layers",
			ts->path);
}

/* HAT's own file, exported: layers and no more. Its settings hold the unit of
 * the target, "lat-norm", which the export must pass on. */
static void
get_hat(const struct tensors *ts, struct predictor *p)
{
	const char *text = tensors_meta(ts, "lat_norm");
	char *end;

	if (!text)
		die("%s: a perceptron without \"lat_norm\" in its metadata: "
			"the lat-norm of HAT's settings", ts->path);
	p->unit = strtod(text, &end);
	if (*end || end == text || !(p->unit > 0 && p->unit < 1e9))
		die("%s: lat_norm: want a positive number, not \"%s\"",
			ts->path, text);
	memcpy(p->scale, predictor_hat_scale, sizeof predictor_hat_scale);
}

static void
get_products(const struct tensors *ts, struct predictor *p)
{
	double rest[3];
	struct powers powers = powers_of(p);
	size_t n = (size_t)p->features;

	get_doubles(ts, "products.weight", p->weight, powers.rows);
	for (size_t i = 0; i < powers.rows; i++)
		if (p->weight[i] < 0)
			die("%s: products.weight is negative", ts->path);
	get_doubles(ts, "remainder", rest, 3);
	p->share = rest[0];
	p->lo = rest[1];
	p->hi = rest[2];
	if (memcmp(need(ts, "products.powers", TENSOR_U8, powers.rows,
	    n)->data, powers.at, powers.rows * n))
		die("%s: fitted to other products than this version's",
			ts->path);
}

static void
get_norms(const struct tensors *ts, struct predictor *p)
{
	const struct tensor *mean = tensors_find(ts, "features.mean");
	size_t n = mean && mean->count == FEATURES ? FEATURES : FEATURES_HAT;

	p->features = (int)n;
	get_doubles(ts, "features.mean", p->mean, n);
	get_doubles(ts, "features.scale", p->scale, n);
	get_doubles(ts, "target.unit", &p->unit, 1);
	for (size_t i = 0; i < n; i++)
		if (!(p->scale[i] > 0))
			die("%s: features.scale is not positive", ts->path);
	if (!(p->unit > 0))
		die("%s: target.unit is not positive", ts->path);
	if (tensors_find(ts, "features.most")) {
		features_complete(p->least);
		features_complete(p->most);
		get_doubles(ts, "features.least", p->least, n);
		get_doubles(ts, "features.most", p->most, n);
	}
	if (tensors_find(ts, "interval"))
		get_doubles(ts, "interval", p->interval, 2);
	if (p->interval[0] < 0 || p->interval[1] < p->interval[0])
		die("%s: interval: want two numbers, the smaller first",
			ts->path);
}

static int
get_qkv_dim(const struct predictor *p, const char *path)
{
	const char *text = predictor_meta(p, "qkv_dim");
	char *end;

	if (!text)
		return 0;
	long qkv_dim = strtol(text, &end, 10);
	if (*end || qkv_dim < 1 || qkv_dim > WIDTH_MAX)
		die("%s: broken qkv_dim", path);
	return (int)qkv_dim;
}

int
predictor_load(struct predictor *p, const char *path)
{
	struct tensors ts;

	*p = (struct predictor){ .features = FEATURES_HAT };
	tensors_load(&ts, path);
	p->has_products = tensors_find(&ts, "products.weight") != NULL;
	if (!p->has_products && tensors_find(&ts, "first_layer.weight") &&
	    !tensors_find(&ts, "features.mean"))
		get_hat(&ts, p);
	else
		get_norms(&ts, p);
	if (p->has_products)
		get_products(&ts, p);
	get_members(&ts, p);
	p->meta = json_incref(ts.meta);
	p->qkv_dim = get_qkv_dim(p, path);
	tensors_free(&ts);
	return 0;
}

json_t *
predictor_meta_json(const struct predictor *p, const char *key,
	const char *path)
{
	const char *text = predictor_meta(p, key);
	json_t *j;

	if (!text)
		return NULL;
	if (!(j = json_loads(text, JSON_DECODE_INT_AS_REAL, NULL)))
		die("%s: broken %s", path, key);
	return j;
}

struct task
predictor_task(const struct predictor *p, const char *path)
{
	json_t *j = predictor_meta_json(p, "task", path);
	struct task task;
	struct why why;

	if (task_from_json(&task, j, &why))
		die("%s: %s", path, why.text);
	json_decref(j);
	/* what was measured, whatever the records said of themselves */
	j = predictor_meta_json(p, "workload", path);
	struct task measured = workload_task(j);
	json_decref(j);
	task_fill(&measured, &task);
	return measured;
}
