#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "hat_rec.h"
#include "hat_weights_rec.h"
#include "hat_yaml.h"
#include "model/words_rec.h"
#include "rec/in.h"

enum { NAME_BYTES = 256, YAML_BYTES_MAX = 1 << 16 };

/* A checkpoint; widths of the SuperTransformer. */
struct checkpoint {
	struct tensors file;
	const char *path;
	char *prefix;                   /* before every name */
	char *used;                     /* [file.n] */
	int q, width[STACKS], layers[STACKS];
	int src_vocab, tgt_vocab, shared;
};

static const struct tensor *
find(const struct checkpoint *c, const char *name)
{
	char full[NAME_BYTES];

	snprintf(full, sizeof full, "%s%s", c->prefix, name);
	return tensors_find(&c->file, full);
}

static const struct tensor *
get(struct checkpoint *c, const char *name)
{
	const struct tensor *t = find(c, name);

	if (!t)
		die("%s: no tensor %s%s", c->path, c->prefix, name);
	if (t->type != TENSOR_F32 && t->type != TENSOR_F16)
		die("%s: tensor %s: want F32 or F16", c->path, t->name);
	c->used[t - c->file.at] = 1;
	return t;
}

/* The same of a shape, cols 0: a vector; rows 0: any number. */
static const struct tensor *
get_shaped(struct checkpoint *c, const char *name, int rows, int cols)
{
	const struct tensor *t = get(c, name);

	if (t->dims != (cols ? 2 : 1) || !t->shape[0] ||
	    (rows && t->shape[0] != (size_t)rows) ||
	    (cols && t->shape[1] != (size_t)cols) ||
	    t->shape[0] > VOCAB_MAX) {
		char want_cols[16] = "", want_rows[16] = "..";
		if (rows)
			snprintf(want_rows, sizeof want_rows, "%d", rows);
		if (cols)
			snprintf(want_cols, sizeof want_cols, ", %d", cols);
		die("%s: tensor %s: want a shape of [%s%s]", c->path, t->name,
			want_rows, want_cols);
	}
	return t;
}

/* --- what is in it ------------------------------------------------------- */

static void
find_prefix(struct checkpoint *c)
{
	static const char first[] = "encoder.layers.0.self_attn.in_proj_weight";

	for (size_t i = 0; i < c->file.n; i++) {
		const char *name = c->file.at[i].name;
		size_t n = strlen(name);
		if (n >= NAME_BYTES - 100 || !ends_in(name, first))
			continue;
		c->prefix = xstrdup(name);
		c->prefix[n - strlen(first)] = 0;
		return;
	}
	die("%s: no tensor %s: not a checkpoint of HAT's", c->path, first);
}

static void
find_widths(struct checkpoint *c)
{
	char name[NAME_BYTES];

	for (enum stack i = ENCODER; i < STACKS; i++) {
		snprintf(name, sizeof name,
			"%s.layers.0.self_attn.in_proj_weight", stack_names[i]);
		const struct tensor *t = get(c, name);
		if (t->dims != 2 || t->shape[0] % 3 || !t->shape[0] ||
		    !t->shape[1] || t->shape[0] / 3 > WIDTH_MAX ||
		    t->shape[1] > WIDTH_MAX)
			die("%s: tensor %s: want a shape of [3 qkv-dim, width]",
				c->path, t->name);
		c->q = (int)(t->shape[0] / 3);
		c->width[i] = (int)t->shape[1];
		do
			snprintf(name, sizeof name,
				"%s.layers.%d.self_attn.in_proj_weight",
				stack_names[i], ++c->layers[i]);
		while (find(c, name));
	}
}

/* One table for all is the same bytes twice, or once, and no output. */
static void
find_tables(struct checkpoint *c)
{
	const struct tensor *src = get_shaped(c, "encoder.embed_tokens.weight",
		0, c->width[0]), *tgt = src;

	c->src_vocab = c->tgt_vocab = (int)src->shape[0];
	if (find(c, "decoder.embed_tokens.weight")) {
		tgt = get_shaped(c, "decoder.embed_tokens.weight", 0,
			c->width[1]);
		c->tgt_vocab = (int)tgt->shape[0];
	}
	c->shared = !find(c, "decoder.embed_out") && (tgt == src ||
		(tgt->type == src->type && tgt->count == src->count &&
		c->width[0] == c->width[1] && !memcmp(tgt->data, src->data,
		src->count * (src->type == TENSOR_F16 ? 2 : 4))));
}

static void
open_checkpoint(struct checkpoint *c, const char *path)
{
	*c = (struct checkpoint){ .path = path };
	tensors_load(&c->file, path);
	c->used = xcalloc(c->file.n + 1, 1);
	find_prefix(c);
	find_widths(c);
	find_tables(c);
}

/* Is it computed, or of a layer that is not used and like one that is? */
static int
is_needless(const struct checkpoint *c, const char *full)
{
	const char *name = full + strlen(c->prefix);
	char like[NAME_BYTES];
	int at = 0;

	if (ends_in(name, ".version") ||
	    strstr(name, ".embed_positions._float_tensor"))
		return 1;
	if (sscanf(name, "%*7[a-z].layers.%*d%n", &at), !at)
		return 0;
	snprintf(like, sizeof like, "%.15s0%s", name, name + at);
	const struct tensor *t = find(c, like);
	return t && c->used[t - c->file.at];
}

static void
refuse_surplus(const struct checkpoint *c)
{
	for (size_t i = 0; i < c->file.n; i++) {
		const char *name = c->file.at[i].name;
		if (c->used[i])
			continue;
		if (strncmp(name, c->prefix, strlen(c->prefix)) ||
		    !is_needless(c, name))
			die("%s: surplus tensor %s: %s", c->path, name,
				strstr(name, "embed_positions.weight") ?
				"learned positions are not HAT's" :
				strstr(name, "coder.layer_norm.") ?
				"norms before the sub-layers are not HAT's" :
				"not of a model of HAT's");
	}
}

/* --- copying ------------------------------------------------------------- */

static float
half(const void *from)
{
	uint16_t h;
	float f;

	memcpy(&h, from, sizeof h);
	if ((h & 0x7c00) == 0x7c00)
		return INFINITY;   /* or no number: both are refused */
	/* as a float's, the exponent is 112 too small */
	uint32_t bits = (uint32_t)(h & 0x7fff) << 13;
	memcpy(&f, &bits, sizeof f);
	return h & 0x8000 ? f * -0x1p112f : f * 0x1p112f;
}

/* The first columns of rows from `first` on. */
static void
copy(float *to, const struct param *p, const struct tensor *t, int first)
{
	size_t cols = (size_t)(p->cols ? p->cols : 1);
	size_t ld = t->dims == 2 ? t->shape[1] : 1;
	const char *from = t->data;

	for (size_t r = 0; r < (size_t)p->rows; r++) {
		size_t at = ((size_t)first + r) * ld;
		if (t->type == TENSOR_F32)
			memcpy(to + r * cols, from + 4 * at, 4 * cols);
		for (size_t k = 0; t->type == TENSOR_F16 && k < cols; k++)
			to[r * cols + k] = half(from + 2 * (at + k));
	}
}

/* Copy what the layer's suffix names, "self_attn.in_proj.weight" and so on, of
 * a stack of such a width; name: "STACK.layers.N.", with room for more. */
static void
copy_layer(struct checkpoint *c, float *to, const struct param *p, int stack,
	char *name, const char *suffix)
{
	int w = c->width[stack], q = c->q, rows = w, first = 0;
	int cols = p->cols ? w : 0;
	char *end = name + strlen(name), kind[2];

	strcpy(end, suffix);
	if (!strncmp(suffix, "self_attn.in_proj.", 18))
		end[17] = '_', rows = 3 * q;
	else if (sscanf(suffix, "encoder_attn.%1[qkv]_proj.", kind) == 1) {
		int third = *kind == 'q' ? 0 : *kind == 'k' ? 1 : 2;
		sprintf(end, "encoder_attn.in_proj_%s", suffix + 20);
		rows = 3 * q, first = third * q;
		if (p->cols && !find(c, name)) {
			sprintf(end, "encoder_attn.%s_proj_weight", kind);
			cols = c->width[third ? 0 : 1];
			rows = q, first = 0;
		}
	} else if (strstr(suffix, "out_proj.weight"))
		cols = q;
	else if (!strncmp(suffix, "fc", 2)) {
		char fc1[NAME_BYTES];
		snprintf(fc1, sizeof fc1, "%.*sfc1.weight", (int)(end - name),
			name);
		int f = (int)get_shaped(c, fc1, 0, w)->shape[0];
		int wide = suffix[2] == '1' ? p->rows : p->cols;
		if (wide > f)
			die("%s: tensor %s%s has %d rows, the architecture %d",
				c->path, c->prefix, fc1, f, wide);
		if (suffix[2] == '1')
			rows = f;
		else if (p->cols)
			cols = f;
	}
	copy(to, p, get_shaped(c, name, rows, cols), first);
}

static void
copy_param(struct checkpoint *c, float *to, const struct param *p)
{
	int stack = !strncmp(p->name, "decoder.", 8), at = 0;
	char name[NAME_BYTES];

	if (sscanf(p->name, "%*[a-z].layers.%*d.%n", &at) == 0 && at) {
		snprintf(name, 100, "%.*s", at, p->name);
		copy_layer(c, to, p, stack, name, p->name + at);
		return;
	}
	strcpy(name, stack ? "decoder.embed_tokens.weight" :
		"encoder.embed_tokens.weight");
	if (strstr(p->name, "output_projection") && find(c,
	    "decoder.embed_out"))
		strcpy(name, "decoder.embed_out");
	copy(to, p, get_shaped(c, name, p->rows, c->width[stack]), 0);
}

/* --- architecture, task, dictionaries ------------------------------------ */

/* Where an encoder has fewer layers than HAT's, HAT attends to copies of its
 * last output in place of those that are absent. */
static void
attend_as_hat(struct arch *a, const struct checkpoint *c, const char *yaml)
{
	int absent = c->layers[0] - a->encoder_layer_num;

	for (int i = 0; absent > 0 && i < a->decoder_layer_num; i++) {
		int *at = &a->decoder_arbitrary_ende_attn[i];
		if (*at == 2 && absent < 2)
			die("%s: decoder layer %d attends to the last 3 of %d "
				"encoder layers, which to HAT are twice the "
				"last and the one before: no equal here", yaml,
				i, c->layers[0]);
		*at = -1;
	}
}

static void
check_space(const struct space *s, const struct checkpoint *c,
	const char *yaml)
{
	if (choice_min(&s->choice[GENE_ENCODER_LAYERS]) < c->layers[0] &&
	    choice_max(&s->choice[GENE_ARBITRARY]) > 0)
		die("%s: encoders of fewer than %d layers and attention to "
			"several of them: HAT attends to copies then, which "
			"has no equal here", yaml, c->layers[0]);
}

static void
read_yaml(struct hat_yaml *y, const struct hat_model *m,
	const struct checkpoint *c)
{
	struct why why;
	struct in in;
	size_t len;

	in_open(&in, m->yaml);
	char *text = in_all(&in, &len, YAML_BYTES_MAX);
	if (hat_yaml_read(y, text, len, c->q, &in.line, &why))
		in_fail(&in, "%s", why.text);
	in.line = 0;
	if ((y->qkv_dim && y->qkv_dim != c->q) ||
	    (m->qkv_dim && m->qkv_dim != c->q))
		in_fail(&in, "qkv-dim is %d, in %s %d", m->qkv_dim ?
			m->qkv_dim : y->qkv_dim, c->path, c->q);
	if (y->is_space) {
		char *name = hat_base_name(m->yaml);
		snprintf(y->space.name, sizeof y->space.name, "%.60s",
			m->name ? m->name : name);
		free(name);
		check_space(&y->space, c, in.name);
		y->arch = arch_largest(&y->space);
	} else
		attend_as_hat(&y->arch, c, in.name);
	free(text);
	in_close(&in);
}

static struct task
get_task(const struct hat_model *m, const struct hat_yaml *y,
	const struct checkpoint *c)
{
	struct task t = { c->src_vocab, c->tgt_vocab, c->shared, c->width[0],
		c->width[1] };
	const char *yaml = m->yaml ? m->yaml : "stdin";
	struct why why;

	if (task_agree(&m->task, &t, &why))
		die("the options and %s disagree: %s", c->path, why.text);
	if (task_agree(&y->task, &t, &why) || task_check(&t,
	    y->arch.encoder_embed_dim, y->arch.decoder_embed_dim, &why))
		die("%s and %s disagree: %s", yaml, c->path, why.text);
	for (enum stack i = ENCODER; i < STACKS; i++) {
		int layers = stack_layers(&y->arch, i);
		if (layers > c->layers[i])
			die("%s: %d %s layers, in %s %d", yaml, layers,
				stack_names[i], c->path, c->layers[i]);
	}
	return t;
}

static void
get_dict(struct blob *t, const char *path, int words, const char *side,
	const struct checkpoint *c)
{
	if (!path)
		return;
	*t = blob_load(path, TEXT);
	struct dict d = words_of(t, path);
	if (dict_size(&d) != words)
		die("%s: %d words, the %s embeddings of %s have %d", path,
			dict_size(&d), side, c->path, words);
	dict_free(&d);
}

void
hat_weights_load(struct weights *w, const struct hat_model *m)
{
	struct checkpoint c;
	struct hat_yaml y;

	open_checkpoint(&c, m->weights);
	read_yaml(&y, m, &c);
	struct task task = get_task(m, &y, &c);
	*w = (struct weights){ .is_super = y.is_space, .space = y.space,
		.label_smoothing = SMOOTHING_DEFAULT };
	get_dict(&w->src_dict, m->src_dict, c.src_vocab, "source", &c);
	get_dict(&w->tgt_dict, m->tgt_dict ? m->tgt_dict : c.shared ?
		m->src_dict : NULL, c.tgt_vocab, "target", &c);
	params_layout(&w->params, &y.arch, &task);
	params_alloc(&w->params);
	for (int i = 0; i < w->params.n; i++) {
		const struct param *p = &w->params.param[i];
		copy_param(&c, w->params.w + p->at, p);
		if (!weights_finite(w->params.w + p->at, p->count))
			die("%s: %s is not finite", c.path, p->name);
	}
	refuse_surplus(&c);
	free(c.prefix);
	free(c.used);
	tensors_free(&c.file);
}
