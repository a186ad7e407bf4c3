/* hat-names OURS HATS [half] [drop|cut|add NAME] - a model as a checkpoint of
 * HAT's: its names, "model." before each, queries, keys and values of
 * cross-attention in one matrix where they have one width, tables twice where
 * they are shared, what HAT computes as well.
 * half: F16 of it; drop: without a tensor, cut: less a row, add: and one more.
 * hat-names OURS OURS2 round: the model itself, of numbers that F16 has. */
#include <stdlib.h>
#include <string.h>
#include "model/weights_rec.h"
#include "rec/out.h"

struct list {
	struct tensor t[1000];
	size_t n;
};

/* To the next number towards 0 that a normal F16 is. */
static void
round_all(struct params *p)
{
	for (size_t i = 0; i < p->count; i++) {
		uint32_t u;
		memcpy(&u, p->w + i, sizeof u);
		u = p->w[i] < 0x1p-14f && p->w[i] > -0x1p-14f ? 0 :
			u & ~0x1fffu;
		memcpy(p->w + i, &u, sizeof u);
	}
}

static uint16_t
half(float f)
{
	uint32_t u;

	memcpy(&u, &f, sizeof u);
	return (uint16_t)(u << 1 ? (u >> 16 & 0x8000) |
		((u >> 13 & 0x3ffff) - (112u << 10)) : 0);
}

static void
put(struct list *l, const char *name, const float *w, int rows, int cols)
{
	struct buf b = { 0 };

	buf_printf(&b, "model.%s", name);
	l->t[l->n++] = (struct tensor){ .name = b.data, .type = TENSOR_F32,
		.dims = cols ? 2 : 1, .shape = { (size_t)rows, (size_t)cols },
		.count = (size_t)rows * (size_t)(cols ? cols : 1), .data = w };
}

/* Queries, keys and values, tensors i, k and k + 1, one after another. */
static float *
joint(const struct params *p, int i, int keys)
{
	const struct param *q = &p->param[i];
	float *all = xcalloc(3 * q->count, sizeof *all);

	for (int k = 0; k < 3; k++) {
		const struct param *t = &p->param[k ? keys + k - 1 : i];
		memcpy(all + (size_t)k * q->count, p->w + t->at,
			q->count * sizeof *all);
	}
	return all;
}

/* Tensors i to i + 5: q.weight, q.bias, k.weight, v.weight, k.bias, v.bias. */
static void
put_cross(struct list *l, const struct params *p, int i)
{
	const struct param *t = &p->param[i];
	char name[80];
	int at = (int)(strstr(t->name, "q_proj") - t->name);

	if (t->cols == t[2].cols) {
		snprintf(name, sizeof name, "%.*sin_proj_weight", at, t->name);
		put(l, name, joint(p, i, i + 2), 3 * t->rows, t->cols);
	}
	for (int k = 0; k < 3 && t->cols != t[2].cols; k++) {
		const struct param *one = k ? &t[1 + k] : t;
		snprintf(name, sizeof name, "%.*s%c_proj_weight", at, t->name,
			"qkv"[k]);
		put(l, name, p->w + one->at, one->rows, one->cols);
	}
	snprintf(name, sizeof name, "%.*sin_proj_bias", at, t->name);
	put(l, name, joint(p, i + 1, i + 4), 3 * t->rows, 0);
}

static void
put_all(struct list *l, const struct params *p)
{
	static const float one = 1;

	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		const float *w = p->w + t->at;
		char name[80], *in;
		snprintf(name, sizeof name, "%s", t->name);
		if (strstr(name, "encoder_attn.q_proj.weight")) {
			put_cross(l, p, i);
			i += 5;
			continue;
		}
		if (!strcmp(name, "embed_tokens.weight")) {
			put(l, "encoder.embed_tokens.weight", w, t->rows,
				t->cols);
			strcpy(name, "decoder.embed_tokens.weight");
		} else if (strstr(name, "output_projection"))
			strcpy(name, "decoder.embed_out");
		else if ((in = strstr(name, "in_proj.")))
			in[7] = '_';
		put(l, name, w, t->rows, t->cols);
	}
	put(l, "encoder.version", &one, 1, 0);
	put(l, "decoder.embed_positions._float_tensor", &one, 1, 0);
}

static void
halve(struct tensor *t)
{
	uint16_t *to = xcalloc(t->count, sizeof *to);
	const float *from = t->data;

	for (size_t i = 0; i < t->count; i++)
		to[i] = half(from[i]);
	t->data = to;
	t->type = TENSOR_F16;
}

static void
spoil(struct list *l, const char *how, const char *name)
{
	static const float one = 1;
	size_t i = 0;

	if (!strcmp(how, "add")) {
		put(l, name, &one, 1, 0);
		return;
	}
	while (i < l->n && strcmp(l->t[i].name + strlen("model."), name))
		i++;
	if (i == l->n)
		die("no tensor %s to %s", name, how);
	if (!strcmp(how, "drop")) {
		l->t[i] = l->t[--l->n];
		return;
	}
	l->t[i].count -= l->t[i].count / l->t[i].shape[0];
	l->t[i].shape[0]--;
}

int
main(int argc, char **argv)
{
	static struct list l;
	struct weights w;
	int at = 3, halved = argc > 3 && !strcmp(argv[3], "half");

	if (argc < 3)
		return 2;
	weights_load(&w, argv[1]);
	if (argc > 3 && !strcmp(argv[3], "round")) {
		round_all(&w.params);
		weights_save(&w, argv[2]);
		weights_free(&w);
		return 0;
	}
	put_all(&l, &w.params);
	for (size_t i = 0; halved && i < l.n; i++)
		halve(&l.t[i]);
	at += halved;
	if (argc > at + 1)
		spoil(&l, argv[at], argv[at + 1]);
	tensors_save(argv[2], l.t, l.n, json_pack("{ss}", "format", "pt"));
	return 0;
}
