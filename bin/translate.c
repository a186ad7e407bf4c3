/* translate - translate sentences with a trained model.
 * stdin: pairs {"src":[ids],..}, or lines of text with --text.
 * stdout: the same + "hyp","score","hyp_tokens", or lines of text. */
#include <stdlib.h>
#include "arch/arch_rec.h"
#include "base/threads.h"
#include "decode/requests_rec.h"
#include "model/isa_rec.h"
#include "opencl/device_rec.h"
#include "rec/out.h"
#include "rec/progress.h"

/* Batches that are sorted by length together, and for how many ms input is
 * waited for meanwhile. */
enum { WINDOW = 32, PATIENCE = 2 };

static void
load_model(struct translator *t, struct form *f, struct weights *w,
	const char *path, const char *arch_path, enum dtype dtype, int threads)
{
	struct view view;
	struct arch arch;
	struct task task;
	struct why why;

	weights_open(w, path);
	form_load(f, w, path);
	device_codebooks(t->device, &w->params, path);
	arch = w->params.shape;
	if (arch_path) {
		arch_load(&arch, &task, arch_path);
		if (params_hold(&w->params, &arch, &why) ||
		    task_agree(&w->params.task, &task, &why))
			die("%s: does not fit %s: %s", arch_path, path,
				why.text);
	}
	weights_lend(w, &arch, &view);
	packed_take(&t->model, &view, w->file.mapped > 0, dtype, threads);
}

/* What comes before a request that cannot be answered is answered. */
static void
answer(struct translator *t, const struct form *f, struct request *r,
	size_t n)
{
	size_t answered = n;
	struct why why;

	while (translate_window(t, r, answered, form_answer, f, &answered,
	    &why))
		;
	for (size_t i = 0; i < answered; i++) {
		rec_put_line(r[i].out.data, r[i].out.len);
		request_free(&r[i]);
	}
	out_flush();
	if (answered < n)
		die("%s:%ld: %s", r[answered].name, r[answered].at, why.text);
}

static void
run(struct translator *t, struct form *f, const struct opt_list *files,
	int quiet)
{
	size_t window = t->batch > 1 ? (size_t)t->batch * WINDOW : 1, n = 0;
	struct request *r = xcalloc(window, sizeof *r);
	struct progress p;
	struct in in;
	double done = 0;

	in_open_list(&in, files->at, files->n, quiet ? NULL : f->text ?
		"lines of text" : "pairs");
	progress_start(&p, "sentences", 0, quiet);
	while (request_read(f, &in, &r[n])) {
		/* who waits for an answer before asking on gets it */
		if (++n < window && in_ready(&in, PATIENCE))
			continue;
		if (!quiet)
			form_tell(f);
		answer(t, f, r, n);
		progress_show(&p, done += (double)n, NULL);
		n = 0;
	}
	if (!quiet)
		form_tell(f);
	answer(t, f, r, n);
	progress_end(&p);
	in_close(&in);
	free(r);
}

int
main(int argc, char **argv)
{
	struct translator t = { .batch = 32 };
	struct device_choice on = { .name = "cpu" };
	struct form f = { .nbest = 1 };
	struct weights w;
	const char *weights = NULL, *arch = NULL, *dtype = "fp32";
	const char *isa = NULL;
	long beam = 5, max_b = 200, min_len = 1;
	double lenpen = 1, max_a = 0;
	int quiet = 0, no_unk = 0;
	struct opt_list files;
	const struct opt opts[] = {
		OPT_TEXT('w', "weights", &weights, "FILE",
			"the model (must be given)"),
		OPT_TEXT('a', "arch", &arch, "FILE",
			"a SubTransformer of it, with inherited weights"),
		OPT_FLAG('t', "text", &f.text,
			"lines of text in, hypotheses only out: plain text, or "
			"segmented where the model does not hold how"),
		OPT_LONG('b', "beam", &beam, 1, 1000, "beam; 1: greedy"),
		OPT_REAL(0, "lenpen", &lenpen, -100, 100,
			"divide scores by length^X, </s> counted"),
		OPT_LONG(0, "nbest", &f.nbest, 1, 1000,
			"hypotheses a sentence: \"nbest\":[{\"hyp\",..}], "
			"or so many lines"),
		OPT_FLAG(0, "no-unk", &no_unk, "never <unk>"),
		OPT_REAL(0, "max-len-a", &max_a, 0, 1000,
			"at most A x source length + B words"),
		OPT_LONG(0, "max-len-b", &max_b, 0, 1 << 20, "B"),
		OPT_LONG(0, "min-len", &min_len, 0, 1 << 20,
			"at least so many words, unless that is more than at "
			"most"),
		OPT_LONG(0, "batch", &t.batch, 1, 4096,
			"sentences at once; 1: each is answered at once, and "
			"the threads share it"),
		OPT_TEXT(0, "remove-bpe", &f.remove_bpe, "MARK",
			"undo the segmentation: \"@@ \", sentencepiece, none; "
			"not needed where the model holds it"),
		OPT_FLAG(0, "segmented", &f.segmented,
			"text in and out stays in subwords, though the model "
			"holds the segmentation"),
		OPT_DEVICE(&on),
		OPT_DEVICE_DTYPE(&dtype),
		OPT_THREADS(&t.threads),
		OPT_ISA(&isa),
		OPT_QUIET(&quiet),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "--weights FILE <pairs.jsonl >hyps.jsonl",
		"Translate sentences. Adds to each record \"hyp\", the text "
		"(the ids where the\nmodel has no dictionary), \"score\" and "
		"\"hyp_tokens\", the ids with </s>.", opts);
	if (!weights && !on.list)
		die_usage("--weights must be given");
	if (f.nbest > beam)
		die_usage("--nbest %ld is more than --beam %ld", f.nbest, beam);
	device_choose(&on, dtype, t.threads, isa, NULL);
	int threads = threads_get(t.threads, (struct thread_room){ 0 }, quiet);
	t.device = on.device;
	t.threads = t.device->apart ? 1 : threads;
	t.o = (struct beam_options){ (int)beam, lenpen, max_a, (int)max_b,
		(int)min_len, no_unk };
	t.k = isa_get(isa);
	load_model(&t, &f, &w, weights, arch, on.dtype, threads);
	if (w.is_super && !arch && !quiet)
		warn("%s is a supernet: its largest architecture translates "
			"(--arch takes another)", weights);
	run(&t, &f, &files, quiet);
	translator_free(&t);
	device_close(&on);
	form_free(&f);
	weights_free(&w);
	return out_end();
}
