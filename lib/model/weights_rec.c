#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "arch/arch_rec.h"
#include "coded_rec.h"
#include "num/codebook.h"
#include "rec/out.h"
#include "rec/tensors.h"
#include "weights_rec.h"

enum { DICT_MAX = 1 << 30, FORGET = 1 << 22 /* bytes at a time */ };

struct blob
blob_load(const char *path, enum content content)
{
	struct blob t;
	struct in in;

	in_open(&in, path);
	t.bytes = (content == TEXT ? in_text : in_all)(&in, &t.len, DICT_MAX);
	in_close(&in);
	return t;
}

static struct blob
text_from(const struct tensors *ts, const char *name)
{
	const struct tensor *t = tensors_find(ts, name);
	struct blob text = { NULL, 0 };

	if (!t)
		return text;
	if (t->type != TENSOR_U8)
		die("%s: tensor %s: want U8", ts->path, name);
	text.len = t->count;
	text.bytes = xmalloc(t->count + 1);
	memcpy(text.bytes, t->data, t->count);
	text.bytes[t->count] = 0;
	return text;
}

/* The JSON text behind a metadata key; NULL if there is none. */
static json_t *
meta_json(const struct tensors *ts, const char *key)
{
	const char *text = tensors_meta(ts, key);
	json_error_t e;
	json_t *j;

	if (!text)
		return NULL;
	j = json_loads(text, JSON_DECODE_INT_AS_REAL, &e);
	if (!j)
		die("%s: metadata \"%s\": %s", ts->path, key, e.text);
	return j;
}

static double
label_smoothing(const struct tensors *ts)
{
	const char *text = tensors_meta(ts, "label_smoothing");
	char *end;

	if (!text)
		return SMOOTHING_DEFAULT;
	double v = strtod(text, &end);
	if (end == text || *end || !(v >= 0 && v < 1))
		die("%s: metadata \"label_smoothing\": want a number in "
			"[0, 1)", ts->path);
	return v;
}

/* Are all tensors there, before memory is taken for what the metadata say? */
static void
check_tensors(const struct params *p, const struct tensors *ts)
{
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		const struct tensor *f = tensors_find(ts, t->name);
		char cols[16] = "";
		if (param_coded(p, i))
			continue;
		if (!f)
			die("%s: no tensor %s", ts->path, t->name);
		if (t->cols)
			snprintf(cols, sizeof cols, ", %d", t->cols);
		if (f->type != TENSOR_F32 || f->dims != (t->cols ? 2 : 1) ||
		    f->shape[0] != (size_t)t->rows ||
		    (t->cols && f->shape[1] != (size_t)t->cols))
			die("%s: tensor %s: want F32 of [%d%s]", ts->path,
				t->name, t->rows, cols);
	}
}

/* Without a branch inside, which would be one a number. */
int
weights_finite(const float *x, size_t n)
{
	const uint32_t exponent = 0x7f800000;
	uint32_t bits, not = 0;

	for (size_t i = 0; i < n; i++) {
		memcpy(&bits, x + i, sizeof bits);
		not |= (bits & exponent) == exponent;
	}
	return !not;
}

/* The first rows and columns of a tensor in the file; what has been copied of
 * it need not stay in memory. */
static void
copy_tensor(float *to, const struct param *t, const struct tensor *f,
	const char *path)
{
	size_t cols = (size_t)(t->cols ? t->cols : 1);
	size_t ld = f->dims == 2 ? f->shape[1] : 1, done = 0;
	const char *from = f->data;

	ld *= sizeof *to;
	for (size_t r = 0; r < (size_t)t->rows; r++) {
		memcpy(to + r * cols, from + r * ld, cols * sizeof *to);
		if (!weights_finite(to + r * cols, cols))
			die("%s: tensor %s is not finite", path, t->name);
		if ((r + 1) * ld < done + FORGET)
			continue;
		xforget(from + done, (r + 1) * ld - done);
		done = (r + 1) * ld;
	}
	xforget(from, f->count * sizeof *to);
}

/* The tensors of all of a supernet. */
static void
lay_out(const struct weights *w, struct params *p, const struct arch *shape,
	const struct task *task)
{
	params_layout_space(p, shape, task, w->is_super ? &w->space : NULL);
}

static const struct coded *
coded_named(const struct params *p, const char *name)
{
	int i = 0;

	while (strcmp(p->param[i].name, name))
		i++;
	return param_coded(p, i);
}

static void
keep_coded(struct params *to, const struct params *from)
{
	to->coded = xcalloc((size_t)to->n, sizeof *to->coded);
	for (int i = 0; i < to->n; i++) {
		const struct coded *c = coded_named(from, to->param[i].name);
		if (c)
			to->coded[i] = *c;
	}
}

/* The first rows and columns of a tensor in codebooks. */
static void
decode_tensor(float *to, const struct param *t, const struct coded *c)
{
	for (int r = 0; r < t->rows; r++)
		coded_row(c, r, t->cols, to + (size_t)r * (size_t)t->cols);
}

/* Copy the slice of a SubTransformer, whose params become w's. */
static void
take(struct weights *w, const struct arch *arch, enum weights_as form)
{
	struct params to, *p = &w->params;
	int keep = form != FLOATS && p->coded;

	w->is_super &= arch_equal(arch, &p->shape);
	lay_out(w, &to, arch, &p->task);
	if (keep)
		keep_coded(&to, p);
	/* memory for floats that are not made is never touched */
	if (keep && form == CODES)
		to.w = xreserve(params_bytes(&to));
	else
		params_alloc(&to);
	for (int i = 0; i < to.n; i++) {
		const struct param *t = &to.param[i];
		const struct coded *c = coded_named(p, t->name);
		if (!c)
			copy_tensor(to.w + t->at, t, tensors_find(&w->file,
				t->name), w->file.path);
		else if (form != CODES)
			decode_tensor(to.w + t->at, t, c);
	}
	params_free(p);
	*p = to;
	if (!keep)
		tensors_free(&w->file);
}

void
weights_load_as(struct weights *w, const char *path, enum weights_as form)
{
	weights_open(w, path);
	struct arch all = w->params.shape;
	take(w, &all, form);
}

void
weights_load(struct weights *w, const char *path)
{
	weights_load_as(w, path, FLOATS);
}

/* Make the file's data the block, if they lie as weights_write leaves them:
 * those of a group without a gap, and no number astride. */
static int
lie_as_block(struct params *p, const struct tensors *ts)
{
	size_t after = 0, was_after = 0;
	int first = 0;

	while (param_coded(p, first))
		first++;
	const char *base = tensors_find(ts, p->param[first].name)->data;
	for (int i = 0; i < p->n; i++) {
		struct param *t = &p->param[i];
		if (param_coded(p, i))
			continue;
		const char *at = tensors_find(ts, t->name)->data;
		size_t was = t->at;
		if (at < base || (uintptr_t)at % sizeof(float))
			return 0;
		t->at = (size_t)(at - base) / sizeof(float);
		if (i && was == was_after && t->at != after)
			return 0;
		was_after = was + t->count;
		after = t->at + t->count;
	}
	p->w = (float *)base;
	return 1;
}

/* Of what lies in the file; no more of it at a time than FORGET stays in
 * memory. */
static void
check_finite(const struct params *p, const struct tensors *file)
{
	const size_t most = FORGET / sizeof(float);

	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		const float *x = p->w + t->at;
		for (size_t at = 0, n; !param_coded(p, i) && at < t->count;
		    at += n) {
			n = t->count - at < most ? t->count - at : most;
			if (!weights_finite(x + at, n))
				die("%s: tensor %s is not finite", file->path,
					t->name);
			if (file->mapped)
				xforget(x + at, n * sizeof *x);
		}
	}
}

void
weights_lend(struct weights *w, const struct arch *arch, struct view *v)
{
	struct params as_stored;

	lay_out(w, &as_stored, &w->params.shape, &w->params.task);
	as_stored.coded = w->params.coded;
	w->in_file = lie_as_block(&as_stored, &w->file);
	if (w->in_file) {
		w->params.coded = NULL;
		params_free(&w->params);
		w->params = as_stored;
		check_finite(&w->params, &w->file);
	} else {
		as_stored.coded = NULL;
		params_free(&as_stored);
		take(w, arch, CODES);
	}
	view_make(v, &w->params, w->params.w, arch);
}

void
weights_open(struct weights *w, const char *path)
{
	struct tensors ts;
	struct arch arch;
	struct task task;
	struct why why;

	*w = (struct weights){ 0 };
	tensors_load(&ts, path);
	json_t *a = meta_json(&ts, "arch"), *t = meta_json(&ts, "task");
	json_t *s = meta_json(&ts, "space");
	if (!a || !t)
		die("%s: no \"arch\" and \"task\" in the metadata: not "
			"written by train-super or train-sub", path);
	if (arch_from_json(&arch, a, &why) || task_from_json(&task, t, &why) ||
	    task_complete(&task, arch.encoder_embed_dim,
	    arch.decoder_embed_dim, &why) ||
	    (s && space_from_json(&w->space, s, &why)))
		die("%s: metadata: %s", path, why.text);
	w->is_super = s != NULL;
	w->label_smoothing = label_smoothing(&ts);
	lay_out(w, &w->params, &arch, &task);
	coded_find(&w->params, &ts);
	check_tensors(&w->params, &ts);
	w->src_dict = text_from(&ts, "src_dict");
	w->tgt_dict = text_from(&ts, "tgt_dict");
	w->spm = text_from(&ts, "spm");
	json_decref(a);
	json_decref(t);
	json_decref(s);
	w->file = ts;
}

void
weights_free(struct weights *w)
{
	if (w->in_file)
		w->params.w = NULL;
	params_free(&w->params);
	tensors_free(&w->file);
	free(w->src_dict.bytes);
	free(w->tgt_dict.bytes);
	free(w->spm.bytes);
	*w = (struct weights){ 0 };
}

static void
meta_set(json_t *meta, const char *key, struct buf *text)
{
	json_object_set_new(meta, key, json_string(text->data));
	buf_clear(text);
}

/* How many tensors it is: none or one. */
static size_t
text_tensor(struct tensor *t, const char *name, const struct blob *text)
{
	if (!text->bytes)
		return 0;
	*t = (struct tensor){ .name = name, .type = TENSOR_U8, .dims = 1,
		.shape = { text->len }, .count = text->len,
		.data = text->bytes };
	return 1;
}

void
weights_write(const struct weights *w, struct out *out)
{
	const struct params *p = &w->params;
	struct tensor *t = xcalloc(2 * (size_t)p->n + 3, sizeof *t);
	struct buf text = { 0 };
	json_t *meta = json_object(), *books = coded_meta(p);
	size_t n = coded_tensors(p, t);

	n += text_tensor(&t[n], "src_dict", &w->src_dict);
	n += text_tensor(&t[n], "tgt_dict", &w->tgt_dict);
	n += text_tensor(&t[n], "spm", &w->spm);
	json_object_set_new(meta, "format", json_string("pt"));
	if (w->is_super) {
		space_print(&text, &w->space);
		meta_set(meta, "space", &text);
	}
	arch_print(&text, &p->shape);
	meta_set(meta, "arch", &text);
	task_print(&text, &p->task);
	meta_set(meta, "task", &text);
	json_num(&text, w->label_smoothing, 9);
	meta_set(meta, "label_smoothing", &text);
	if (books)
		json_object_set_new(meta, "codebooks", books);
	tensors_write(out, t, n, meta);
	json_decref(meta);
	buf_free(&text);
	coded_tensors_free(p, t);
}

void
weights_save(const struct weights *w, const char *path)
{
	struct out out;

	out_open(&out, path);
	weights_write(w, &out);
	out_commit(&out);
}

struct blob
blob_copy(const struct blob *t)
{
	struct blob c = { NULL, t->len };

	if (t->bytes)
		c.bytes = memcpy(xmalloc(t->len + 1), t->bytes, t->len + 1);
	return c;
}

void
weights_slice(struct weights *to, const struct weights *from,
	const struct arch *arch)
{
	*to = (struct weights){ .label_smoothing = from->label_smoothing,
		.src_dict = blob_copy(&from->src_dict),
		.tgt_dict = blob_copy(&from->tgt_dict),
		.spm = blob_copy(&from->spm) };
	params_layout(&to->params, arch, &from->params.task);
	params_alloc(&to->params);
	params_slice(&to->params, &from->params);
}
