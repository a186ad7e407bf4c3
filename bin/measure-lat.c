/* measure-lat - measure the latency of architectures on this machine.
 * stdin: arch records.  stdout: the same + latency_ms, repeats, reference_ms,
 * workload, host. */
#include <stdlib.h>
#include <string.h>
#include "arch_rec.h"
#include "clock.h"
#include "journal.h"
#include "measure.h"
#include "opt.h"
#include "out.h"
#include "progress.h"
#include "sig.h"
#include "weights.h"

/* A record that waits for the next timing of the reference. */
struct held {
	struct buf line;
	struct latency l;
	struct task task;
};

/* The architecture that shows how the machine drifts. */
struct reference {
	long every;              /* records between two timings; 0: none */
	int known, made;         /* is there an arch, a subject? */
	int of_space;            /* arch is a space's largest */
	struct arch arch;
	struct task task;
	struct subject s;
	double ms, at;           /* the last timing */
};

struct app {
	struct workload w;
	struct patience patience;
	struct weights weights;
	int has_weights, quiet;
	struct random_block block;
	struct timings samples;
	struct reference ref;
	struct held *held;
	long n;                  /* of them */
	struct journal journal;
	struct buf host;
};

static const char *const own[] = { "latency_ms", "repeats", "reference_ms",
	"workload", "host", NULL };

/* --- records ------------------------------------------------------------- */

static void
workload_members(struct buf *b, const struct workload *w,
	const struct task *t)
{
	const char *dtype = dtype_names[w->dtype];

	member_int(b, "src_len", w->src_len);
	member_int(b, "tgt_len", w->tgt_len);
	member_int(b, "beam", w->beam);
	member_int(b, "batch", w->batch);
	member_int(b, "threads", w->threads);
	member_text(b, "dtype", dtype, strlen(dtype));
	member_int(b, "src_vocab", t->src_vocab);
	member_int(b, "tgt_vocab", t->tgt_vocab);
}

static void
member_object(struct buf *b, const char *key, struct buf *members)
{
	struct buf o = { 0 };

	buf_printf(&o, "{%s}", members->data);
	member_raw(b, key, o.data);
	buf_free(&o);
	buf_clear(members);
}

static void
put_record(struct app *a, struct held *h, double reference)
{
	struct buf b = { 0 }, part = { 0 };
	const struct latency *l = &h->l;

	member_num(&part, "encoder", l->encoder);
	member_num(&part, "decoder", l->decoder);
	member_num(&part, "total", l->total);
	member_num(&part, "p50", l->p50);
	member_num(&part, "p90", l->p90);
	member_num(&part, "p99", l->p99);
	buf_str(&part, ",\"ci95\":[");
	json_num(&part, l->ci95[0], 9);
	buf_str(&part, ",");
	json_num(&part, l->ci95[1], 9);
	buf_str(&part, "]");
	member_object(&b, "latency_ms", &part);
	member_int(&b, "repeats", l->repeats);
	if (a->ref.every)
		member_num(&b, "reference_ms", reference);
	workload_members(&part, &a->w, &h->task);
	member_object(&b, "workload", &part);
	member_raw(&b, "host", a->host.data);
	rec_merge(&part, h->line.data, h->line.len, b.data, own);
	journal_add(&a->journal, part.data, part.len);
	rec_put_line(part.data, part.len);
	out_flush();
	buf_free(&b);
	buf_free(&part);
	buf_free(&h->line);
}

/* --- subjects ------------------------------------------------------------ */

static void
make_subject(struct app *a, struct subject *s, const struct arch *arch,
	const struct task *t)
{
	struct view v;

	if (!a->has_weights) {
		subject_random(s, &a->block, arch, t, &a->w);
		return;
	}
	view_make(&v, &a->weights.params, a->weights.params.w, arch);
	subject_view(s, &v, a->block.seed, &a->w);
}

static void
drop_reference(struct app *a)
{
	if (a->ref.made)
		subject_free(&a->ref.s);
	a->ref.made = 0;
}

/* A block that is large enough; the reference moves with it. */
static void
make_room(struct app *a, const struct arch *arch, const struct task *t)
{
	size_t need = a->has_weights ? 0 : subject_floats(arch, t, &a->w);

	if (need > a->block.floats) {
		drop_reference(a);
		random_block_grow(&a->block, need);
	}
}

static void
time_reference(struct app *a)
{
	struct reference *r = &a->ref;
	struct latency l;

	if (!r->made) {
		make_room(a, &r->arch, &r->task);
		make_subject(a, &r->s, &r->arch, &r->task);
		r->made = 1;
	}
	subject_measure(&r->s, &a->patience, &a->samples, &l);
	r->ms = l.total;
	r->at = l.at;
}

/* Print what is held: between two timings of the reference where it is timed
 * again, else (in a hurry) beside the last. */
static void
release(struct app *a, int again)
{
	struct reference r = a->ref;

	if (again && a->n && r.every)
		time_reference(a);
	for (long i = 0; i < a->n; i++) {
		double span = a->ref.at - r.at;
		double share = span > 0 ? (a->held[i].l.at - r.at) / span : 0;
		put_record(a, &a->held[i], r.ms + share * (a->ref.ms - r.ms));
	}
	a->n = 0;
}

/* The reference of this record's task. */
static void
set_reference(struct app *a, const struct arch *arch, const struct task *t)
{
	struct reference *r = &a->ref;

	if (r->known && !memcmp(&r->task, t, sizeof *t))
		return;
	release(a, 1);
	drop_reference(a);
	if (!r->of_space)
		r->arch = *arch;
	r->task = *t;
	r->known = 1;
	r->at = 0;
}

/* --- the journal --------------------------------------------------------- */

/* The bytes that the answer to this record begins with. */
static void
answer_start(struct buf *b, const struct rec *r)
{
	struct buf members = { 0 };
	const char *tail = strrchr(r->line, '}');

	buf_clear(b);
	for (int i = 0; own[i]; i++)
		member_int(&members, own[i], 0);
	rec_merge(b, r->line, r->len, members.data, NULL);
	b->len -= members.len + (r->len - (size_t)(tail - r->line)) + 1;
	buf_free(&members);
}

/* Was this record measured before? Then its answer is printed. */
static int
is_in_journal(struct app *a, const struct in *in, const struct rec *r,
	long n)
{
	static const char *const same[] = { "cpu", "cores", "arch", "blas" };
	struct buf start = { 0 };
	size_t len;
	const char *line = journal_next(&a->journal, &len);

	if (!line)
		return 0;
	answer_start(&start, r);
	if (len < start.len || memcmp(line, start.data, start.len))
		die("%s:%ld: is not the answer to %s:%ld", a->journal.path, n,
			in->name, in->line);
	json_t *was = json_loadb(line, len, JSON_DECODE_INT_AS_REAL, NULL);
	json_t *is = json_loads(a->host.data, JSON_DECODE_INT_AS_REAL, NULL);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (!json_equal(json_object_get(json_object_get(was, "host"),
		    same[i]), json_object_get(is, same[i])))
			die("%s:%ld: measured on another host: \"%s\" differs",
				a->journal.path, n, same[i]);
	rec_put_line(line, len);
	rec_put_line("\n", 1);
	json_decref(was);
	json_decref(is);
	buf_free(&start);
	return 1;
}

/* --- main ---------------------------------------------------------------- */

static struct task
get_task(struct app *a, const struct in *in, const struct rec *r,
	const struct task *given, struct arch *arch)
{
	struct task t;
	struct why why;

	*arch = arch_rec_get(in, r, given, &t);
	if (a->has_weights) {
		const struct params *p = &a->weights.params;
		if (task_agree(&p->task, &t, &why) ||
		    arch_fits(arch, &p->shape, &why))
			in_fail(in, "does not fit the weights: %s", why.text);
		return p->task;
	}
	if (task_complete(&t, arch->encoder_embed_dim,
	    arch->decoder_embed_dim, &why))
		in_fail(in, "%s", why.text);
	return t;
}

static void
measure(struct app *a, const struct rec *r, const struct arch *arch,
	const struct task *t)
{
	struct held *h = &a->held[a->n];
	struct subject s;

	make_room(a, arch, t);
	if (a->ref.every && !a->ref.at)
		time_reference(a);
	make_subject(a, &s, arch, t);
	*h = (struct held){ .task = *t };
	subject_measure(&s, &a->patience, &a->samples, &h->l);
	subject_free(&s);
	buf_add(&h->line, r->line, r->len);
	a->n++;
	if (a->n >= a->ref.every)
		release(a, 1);
}

/* Which reference is known before the first record. */
static void
load_files(struct app *a, const char *weights, const char *space)
{
	struct space s;
	struct task t;
	struct why why;

	if (weights) {
		weights_load(&a->weights, weights);
		a->has_weights = 1;
		a->ref.arch = a->weights.params.shape;
		a->ref.of_space = a->weights.is_super;
	}
	if (space) {
		space_load(&s, &t, space);
		a->ref.arch = arch_largest(&s);
		a->ref.of_space = 1;
		if (weights && arch_fits(&a->ref.arch,
		    &a->weights.params.shape, &why))
			die("%s: does not fit %s: %s", space, weights,
				why.text);
	}
}

/* The task of the reference is the record's; its widths may be larger. */
static struct task
reference_task(const struct app *a, const struct task *t)
{
	struct task r = *t;

	if (a->ref.of_space) {
		if (r.super_encoder_embed_dim < a->ref.arch.encoder_embed_dim)
			r.super_encoder_embed_dim =
				a->ref.arch.encoder_embed_dim;
		if (r.super_decoder_embed_dim < a->ref.arch.decoder_embed_dim)
			r.super_decoder_embed_dim =
				a->ref.arch.decoder_embed_dim;
	}
	return r;
}

static void
run(struct app *a, const struct task *given)
{
	struct in in;
	struct rec r = { 0 };
	struct progress p;
	size_t len;
	long n = 0;

	in_open(&in, NULL);
	progress_start(&p, "architectures", 0, a->quiet);
	for (; !sig_pending() && rec_get(&in, &r); ) {
		struct arch arch;
		struct task t = get_task(a, &in, &r, given, &arch);
		struct task rt = reference_task(a, &t);
		if (a->ref.every)
			set_reference(a, &arch, &rt);
		n++;
		if (!is_in_journal(a, &in, &r, n))
			measure(a, &r, &arch, &t);
		progress_show(&p, (double)n, NULL);
	}
	if (!sig_pending() && journal_next(&a->journal, &len))
		die("%s:%ld: more records than %s has", a->journal.path, n + 1,
			in.name);
	release(a, !sig_pending());
	progress_end(&p);
	rec_free(&r);
	in_close(&in);
}

int
main(int argc, char **argv)
{
	long src_len = 30, tgt_len = 30, beam = 5, batch = 1, threads = 1;
	long seed = 1;
	double precision = 1;
	const char *weights = NULL, *space = NULL, *resume = NULL;
	const char *dtype = "fp32";
	struct app a = { .patience = { 0, 5, 0, 10 }, .ref.every = 8 };
	struct task_opts to = TASK_OPTS;
	const struct opt opts[] = {
		OPT_LONG(0, "src-len", &src_len, 1, 1 << 16,
			"source tokens, </s> counted"),
		OPT_LONG(0, "tgt-len", &tgt_len, 1, 1 << 16,
			"target tokens, </s> counted: decoder steps"),
		OPT_LONG('b', "beam", &beam, 1, 1000, "beam"),
		OPT_LONG(0, "batch", &batch, 1, 4096, "sentences at once"),
		OPT_CHOICE(0, "dtype", &dtype, "fp32", "type of the weights"),
		OPT_LONG('n', "repeat", &a.patience.repeat, 0, 1000000,
			"repetitions; 0: by --precision"),
		OPT_REAL('p', "precision", &precision, 0.001, 100,
			"95% interval of the median within +-X %"),
		OPT_LONG(0, "min-repeat", &a.patience.min_repeat, 1, 1000000,
			"repetitions at least"),
		OPT_REAL(0, "max-time", &a.patience.max_s, 0, 1e6,
			"seconds a record at most, in which --precision is "
			"given up"),
		OPT_LONG(0, "reference-every", &a.ref.every, 0, 10000,
			"records between two timings of the reference; they "
			"are printed after it; 0: no reference"),
		OPT_TEXT(0, "space", &space, "FILE",
			"its largest is the reference, not the first record's"),
		OPT_TEXT('w', "weights", &weights, "FILE",
			"measure this model's SubTransformers, not random "
			"weights"),
		OPT_TEXT(0, "resume", &resume, "FILE",
			"journal: print what it holds, go on, add to it"),
		OPT_VOCAB(&to),
		OPT_SEED(&seed),
		OPT_THREADS(&threads),
		OPT_QUIET(&a.quiet),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl >measured.jsonl",
		"Measure how long architectures take to translate a batch of "
		"sentences here:\nthe encoder once and --tgt-len steps of the "
		"beam search, in ms.", opts);

	struct task given = task_opts_get(&to);
	a.w = (struct workload){ (int)src_len, (int)tgt_len, (int)beam,
		(int)batch, (int)threads, DTYPE_FP32 };
	a.patience.precision = precision / 100;
	a.block.seed = (uint64_t)seed;
	a.block.threads = (int)threads;
	a.held = xcalloc((size_t)(a.ref.every ? a.ref.every : 1),
		sizeof *a.held);
	struct buf members = { 0 };
	host_members(&members, kernels_best()->name);
	buf_printf(&a.host, "{%s}", members.data);
	load_files(&a, weights, space);
	journal_open(&a.journal, resume);
	sig_defer();
	run(&a, &given);
	journal_close(&a.journal);
	drop_reference(&a);
	random_block_free(&a.block);
	timings_free(&a.samples);
	if (a.has_weights)
		weights_free(&a.weights);
	free(a.held);
	buf_free(&members);
	buf_free(&a.host);
	out_flush();
	if (sig_pending())
		sig_die(sig_pending());
	return out_end();
}
