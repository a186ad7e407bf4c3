/* What a translation keeps in memory: the packed weights and the caches, not
 * the weights as they came beside them. A child makes the files, so that the
 * memory of making them is not counted. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "decode/requests.h"
#include "model/weights_rec.h"
#include "num/codebook.h"
#include "num/dispatch.h"
#include "rec/tensors.h"
#include "tap.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { SPARE = 20 << 20 };

/* Peak of resident memory so far in bytes. */
static double
peak(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[200];
	long kib = 0;

	while (f && fgets(line, sizeof line, f))
		sscanf(line, "VmHWM: %ld", &kib);
	if (f)
		fclose(f);
	return 1024.0 * (double)kib;
}

static struct arch
shape(int width, int layers)
{
	struct arch a = { .qkv_dim = 512, .encoder_embed_dim = width,
		.encoder_layer_num = layers, .decoder_embed_dim = width,
		.decoder_layer_num = layers };

	for (int i = 0; i < layers; i++) {
		a.encoder_ffn_embed_dim[i] = a.decoder_ffn_embed_dim[i] = 2048;
		a.encoder_self_attention_heads[i] =
			a.decoder_self_attention_heads[i] =
			a.decoder_ende_attention_heads[i] = 8;
		a.decoder_arbitrary_ende_attn[i] = -1;
	}
	return a;
}

/* Matrices in codebooks of 4 bits. */
static void
code(struct params *p)
{
	p->coded = xcalloc((size_t)p->n, sizeof *p->coded);
	for (int i = 0; i < p->n; i++)
		if (param_codable(&p->param[i]))
			p->coded[i] = coded_make(FIT_BINS, 4, 0,
				p->param[i].rows, p->param[i].cols,
				p->w + p->param[i].at,
				(size_t)p->param[i].cols);
}

static void
make(const char *path, int vocab, int shared, int coded)
{
	struct weights w = { 0 };
	struct arch a = shape(512, 2);
	struct task t = { vocab, vocab, shared, 512, 512 };

	params_layout(&w.params, &a, &t);
	params_alloc(&w.params);
	for (size_t i = 0; i < w.params.count; i++)
		w.params.w[i] = (float)((int)(i * 2654435761u >> 20 & 1023) -
			512) * 1e-4f;
	if (coded)
		code(&w.params);
	weights_save(&w, path);
	_exit(0);
}

static size_t
bytes_of(const struct translator *t)
{
	size_t all = 0;

	for (int i = 0; i < 2; i++)
		all += t->apart[i].decoder->arena.size +
			t->apart[i].beam.arena.size;
	return all;
}

static void
answered(const void *data, struct request *r, const struct hyp *h, int n)
{
	(void)data;
	(void)n;
	buf_printf(&r->out, "%d", h[0].n);
}

/* In a child, whose peak begins anew. */
static void
run(const char *path, const struct arch *sub, enum dtype dtype,
	const char *what)
{
	struct translator t = { .batch = 4, .threads = 2, .k = kernels_best(),
		.device = &device_cpu, .o = { .beam = 5, .lenpen = 1, .max_len_b = 20,
		.min_len = 20 } };
	struct request r[4] = { 0 };
	struct weights w;
	struct view view;
	struct why why;
	size_t failed;

	weights_open(&w, path);
	struct arch a = sub ? *sub : w.params.shape;
	weights_lend(&w, &a, &view);
	packed_take(&t.model, &view, w.file.mapped > 0, dtype, 2);
	size_t tables = !t.model.table[ENCODER] || t.model.coded[ENCODER] ? 0 :
		(size_t)view.task.src_vocab *
		(view.task.share_all_embeddings ? 1 : 2) * 512 * sizeof(float);
	for (int i = 0; i < 4; i++) {
		r[i].n = 20;
		r[i].src = xcalloc(20, sizeof(int));
		for (int k = 0; k < 20; k++)
			r[i].src[k] = k < 19 ? 5 + 400 * k + i : 2;
	}
	int bad = translate_window(&t, r, 4, answered, NULL, &failed, &why);
	double need = (double)(t.model.bytes + tables + bytes_of(&t)),
		most = peak();
	OK(!bad && need > 1e7 && most < need + SPARE, "%s: %.0f MB at most, "
		"of which weights and caches %.0f MB", what, most / 1e6,
		need / 1e6);
	fflush(stdout);
	_exit(tap_bad);
}

static void
check(const char *path, const struct arch *sub, enum dtype dtype,
	const char *what)
{
	int status = 1;

	fflush(stdout);
	pid_t child = fork();
	if (!child)
		run(path, sub, dtype, what);
	if (child < 0 || waitpid(child, &status, 0) < 0 || status)
		tap_bad++;
	tap_n++;
}

static void
make_apart(const char *path, int vocab, int shared, int coded)
{
	pid_t child = fork();
	int status;

	if (!child)
		make(path, vocab, shared, coded);
	if (child < 0 || waitpid(child, &status, 0) < 0 || status)
		die("%s was not made", path);
}

int
main(void)
{
	char folder[] = "/tmp/milliner-memory.XXXXXX";
	struct arch narrow = shape(512, 1);

	if (SANITIZED) {
		printf("1..0 # SKIP the sanitizer takes memory of its own\n");
		return 0;
	}
	if (!mkdtemp(folder) || chdir(folder))
		die("no folder");
	make_apart("shared", 24000, 1, 0);
	check("shared", NULL, DTYPE_FP32, "shared embeddings");
	check("shared", &narrow, DTYPE_FP32, "a SubTransformer of them");
	check("shared", NULL, DTYPE_INT8, "int8, the table fp32");
	check("shared", NULL, DTYPE_KMEANS4, "kmeans4, the table fp32");
	unlink("shared");
	make_apart("packed.zst", 24000, 1, 0);
	check("packed.zst", NULL, DTYPE_FP32, "compressed weights");
	unlink("packed.zst");
	make_apart("three", 12000, 0, 0);
	check("three", NULL, DTYPE_FP32, "tables of their own");
	unlink("three");
	make_apart("coded", 24000, 1, 1);
	check("coded", NULL, DTYPE_FP32, "codebooks");
	check("coded", &narrow, DTYPE_FP32, "a SubTransformer of them");
	unlink("coded");
	rmdir(folder);
	return FINISH();
}
