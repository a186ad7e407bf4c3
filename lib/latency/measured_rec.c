#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arch/arch_rec.h"
#include "base/cgroup.h"
#include "base/rng.h"
#include "base/sig.h"
#include "clock.h"
#include "measured_rec.h"
#include "rec/out.h"

/* A record that was read and not yet measured. */
struct job {
	struct buf line, id;     /* id: the member arch_id, if it has none */
	struct arch arch;
	struct task task;
	size_t kind;
};

/* Records of the same vocabularies share a reference. */
struct kind {
	struct task task;        /* the reference's */
	struct arch arch;        /* the reference */
	char id[ARCH_ID + 1];    /* of that */
	struct bench_need need;  /* of the reference; zero without one */
	int checked;             /* against the journal */
};

/* A record that waits for the next timing of the reference. */
struct held {
	struct job job;
	struct latency l;
};

/* --- records ------------------------------------------------------------- */

static void
latency_members(struct buf *b, const struct latency *l)
{
	member_num(b, "encoder", l->encoder);
	member_num(b, "decoder", l->decoder);
	member_num(b, "total", l->total);
	member_num(b, "trimmed", l->trimmed);
	member_num(b, "p50", l->p50);
	member_num(b, "p90", l->p90);
	member_num(b, "p99", l->p99);
	buf_str(b, ",\"ci95\":[");
	json_num(b, l->ci95[0], 9);
	buf_str(b, ",");
	json_num(b, l->ci95[1], 9);
	buf_str(b, "]");
}

static void
workload_members(struct buf *b, const struct workload *w,
	const struct task *t)
{

	member_num(b, "src_len", w->src_len);
	member_num(b, "tgt_len", w->tgt_len);
	member_int(b, "beam", w->beam);
	member_int(b, "batch", w->batch);
	member_int(b, "threads", w->threads);
	member_string(b, "dtype", w->numbers);
	if (w->codebooks)
		member_int(b, "codebooks", w->codebooks);
	member_int(b, "src_vocab", t->src_vocab);
	member_int(b, "tgt_vocab", t->tgt_vocab);
	if (!w->pairs)
		return;
	char digest[17];
	int n = snprintf(digest, sizeof digest, "%016llx",
		(unsigned long long)w->digest);
	member_int(b, "pairs", w->pairs);
	member_int(b, "batches", w->batches);
	member_text(b, "lengths", digest, (size_t)n);
}

/* unsettled: the reference, around it */
static void
put_record(struct measured *m, struct held *h, double reference, int unsettled)
{
	struct buf b = h->job.id, part = { 0 };

	unsettled |= h->l.unsettled;
	latency_members(&part, &h->l);
	member_object(&b, "latency_ms", &part);
	buf_clear(&part);
	if (unsettled)
		member_raw(&b, "unsettled", "true");
	member_int(&b, "repeats", h->l.repeats);
	member_int(&b, "redone", h->l.redone);
	member_num(&b, "core_shared", h->l.shared);
	if (h->l.launches)
		member_int(&b, "launches", h->l.launches);
	if (m->bench.ref.every) {
		member_num(&b, "reference_ms", reference);
		member_text(&b, "reference_id", m->kind[h->job.kind].id,
			ARCH_ID);
	}
	workload_members(&part, &m->bench.w, &h->job.task);
	member_object(&b, "workload", &part);
	buf_clear(&part);
	member_raw(&b, "host", m->host.data);
	rec_merge(&part, h->job.line.data, h->job.line.len, b.data,
		measured_members);
	if (!unsettled)
		journal_add(&m->answers.journal, part.data, part.len);
	rec_put_line(part.data, part.len);
	out_flush();
	progress_show(m->progress, ++m->done, NULL);
	m->shared += h->l.shared;
	m->lost += h->l.lost;
	m->unsettled += unsettled;
	m->measured++;
	buf_free(&b);
	buf_free(&part);
	buf_free(&h->job.line);
}

static void
put_answer(struct measured *m, const struct answer *a)
{
	rec_put_line(a->line, a->len);
	rec_put_line("\n", 1);
	progress_from(m->progress, ++m->done);
}

/* --- measuring ----------------------------------------------------------- */

/* The reference's timing around a record. */
struct around {
	double ms, at;           /* before */
	double move;             /* until after, as a share */
	int unsettled;           /* either */
};

static struct around
reference_around(const struct reference *now, const struct reference *before)
{
	return (struct around){ before->ms, before->at,
		fabs(now->ms / before->ms - 1),
		now->unsettled || before->unsettled };
}

/* Time a record once more, between two timings of the reference; printed is
 * that for which the reference moved less, if it settled. a, reference: around
 * it, and in its moment, the first time. */
static void
time_again(struct measured *m, struct held *h, const struct around *a,
	double reference)
{
	struct reference *r = &m->bench.ref, before = *r;
	long first = h->l.samples + h->l.redone, again;
	int unsettled = a->unsettled;
	struct latency l;

	bench_measure(&m->bench, &h->job.arch, &h->job.task, &l);
	bench_reference(&m->bench);
	if (l.stopped || sig_pending() || m->bench.failed) {
		put_record(m, h, reference, unsettled);
		return;
	}
	again = l.samples + l.redone;
	struct around b = reference_around(r, &before);
	int was = h->l.unsettled || unsettled, is = l.unsettled || b.unsettled;
	if (is < was || (is == was && b.move < a->move)) {
		h->l = l;
		reference = reference_at(r, b.ms, b.at, l.at);
		unsettled = b.unsettled;
	}
	h->l.redone = first + again - h->l.samples;
	put_record(m, h, reference, unsettled);
}

/* Time the reference again, unless in a hurry, and print what waits. Dies then
 * if the device has failed. */
static void
settle(struct measured *m)
{
	struct reference *r = &m->bench.ref, before = *r;
	int moved = 0;

	if (m->n && r->every && !sig_pending() && !m->bench.failed)
		moved = bench_reference(&m->bench);
	/* where each record has its own timing, nothing is nearer */
	moved = moved && m->n > 1;
	struct reference now = *r;
	struct around a = reference_around(&now, &before);
	for (long i = 0; i < m->n; i++) {
		struct held *h = &m->held[i];
		double reference = reference_at(&now, a.ms, a.at, h->l.at);
		if (moved && !sig_pending() && !m->bench.failed)
			time_again(m, h, &a, reference);
		else
			put_record(m, h, reference, a.unsettled);
	}
	m->n = 0;
	if (m->bench.failed)
		die("%s%s", m->bench.why.text, m->answers.journal.path ?
			"; what was measured is in the journal" : "");
}

static void
measure(struct measured *m, const struct job *j)
{
	struct reference *r = &m->bench.ref;
	const struct kind *kind = &m->kind[j->kind];

	if (r->every && !reference_is_of(r, &kind->task)) {
		settle(m);
		reference_set(r, &kind->arch, &kind->task);
	}
	struct held *h = &m->held[m->n++];
	h->job = *j;
	bench_measure(&m->bench, &j->arch, &j->task, &h->l);
	if (h->l.stopped || m->bench.failed) {
		buf_free(&h->job.line);
		buf_free(&h->job.id);
		m->n--;
	}
	if (m->bench.failed || m->n >= r->spacing)
		settle(m);
}

/* How often a CPU quota has stopped the group that we are in. */
static double
throttles(void)
{
	struct cgroup g;
	double n = 0;

	if (cgroup_find(&g, "", "cpu") || cgroup_field(&g, "cpu.stat",
	    "nr_throttled", &n))
		if (!cgroup_find(&g, "", NULL))
			cgroup_field(&g, "cpu.stat", "nr_throttled", &n);
	return n;
}

/* --- the stream ---------------------------------------------------------- */

void
measured_open(struct measured *m, const char *journal)
{
	const struct workload *w = &m->bench.w;
	long every = m->bench.ref.every;
	struct buf members = { 0 };

	m->held = xcalloc((size_t)(every ? every : 1), sizeof *m->held);
	host_members(&members, w->k->name, w->threads);
	if (w->device->apart)
		w->device->host(w->device, &members);
	buf_printf(&m->host, "{%s}", members.data);
	buf_free(&members);
	answers_open(&m->answers, journal, m->host.data);
	m->throttles = throttles();
}

/* What is measured for records of task t, as JSON; caller frees. */
static struct buf
workload_of(const struct measured *m, const struct task *t)
{
	struct buf members = { 0 }, workload = { 0 };

	workload_members(&members, &m->bench.w, t);
	buf_printf(&workload, "{%s}", members.data);
	buf_free(&members);
	return workload;
}

/* The journal's answer to a record, or NULL. */
static const struct answer *
answer_to(struct measured *m, const struct rec *r, const struct task *t)
{
	struct buf workload = workload_of(m, t);
	const struct answer *a = answers_take(&m->answers, r->line, r->len,
		workload.data);

	buf_free(&workload);
	return a;
}

/* Before the first of a kind is measured: are the answers of its workload
 * beside the same reference? */
static void
check_reference(struct measured *m, struct kind *kind)
{
	struct buf workload = workload_of(m, &kind->task);

	if (m->bench.ref.every && !kind->checked)
		answers_check_reference(&m->answers, kind->id, workload.data);
	kind->checked = 1;
	buf_free(&workload);
}

static size_t
kind_of(struct measured *m, const struct in *in, const struct arch *arch,
	const struct task *t)
{
	const struct reference *r = &m->bench.ref;
	size_t k = 0;

	while (k < m->kinds && (m->kind[k].task.src_vocab != t->src_vocab ||
	    m->kind[k].task.tgt_vocab != t->tgt_vocab))
		k++;
	if (k < m->kinds)
		return k;
	m->kind = xrealloc(m->kind, ++m->kinds, sizeof *m->kind);
	struct kind *kind = &m->kind[k];
	*kind = (struct kind){ .task = reference_task(r, t),
		.arch = r->of_space ? r->arch : *arch };
	arch_id(&kind->arch, kind->id);
	if (!r->every)
		return k;
	kind->need = bench_need(&m->bench, &kind->arch, &kind->task);
	if (k == 1)
		warn("%s:%ld: another vocabulary than before: each has a "
			"reference of its own", in->name, in->line);
	return k;
}

/* Before one is measured for whose likes there is no memory, and before those
 * behind it; what waits is printed first. */
static void
check_memory(struct measured *m, const struct in *in, const struct job *j)
{
	struct bench_need need = bench_need(&m->bench, &j->arch, &j->task);
	struct why why;

	if (need.bytes <= m->fits.bytes && need.floats <= m->fits.floats &&
	    need.own <= m->fits.own)
		return;
	if (bench_lacks(&m->bench, &need, &m->kind[j->kind].need, &why)) {
		settle(m);
		in_fail(in, "measuring this %s", why.text);
	}
	m->fits = need;
}

void
measured_add(struct measured *m, const struct in *in, const struct rec *r,
	const struct arch *arch, const struct task *t)
{
	struct job j = { .arch = *arch, .task = *t,
		.kind = kind_of(m, in, arch, t) };
	const struct answer *a = answer_to(m, r, t);

	if (a && m->in_order)
		put_answer(m, a);
	if (a)
		return;
	check_reference(m, &m->kind[j.kind]);
	check_memory(m, in, &j);
	buf_add(&j.line, r->line, r->len);
	arch_id_member(&j.id, r, arch);
	if (m->in_order) {
		measure(m, &j);
		return;
	}
	m->job = xroom(m->job, &m->cap, m->jobs + 1, sizeof *m->job);
	m->job[m->jobs++] = j;
}

void
measured_run(struct measured *m, const char *name)
{
	struct rng r = rng_stream(m->seed, RNG_MEASURED_ORDER, 0);

	if (!sig_pending())
		answers_check(&m->answers, name);
	answers_sort(&m->answers);
	for (size_t i = 0; !m->in_order && i < m->answers.n; i++)
		if (m->answers.at[i].taken)
			put_answer(m, &m->answers.at[i]);
	out_flush();
	rng_shuffle(&r, m->job, m->jobs, sizeof *m->job);
	/* a reference is kept as long as it serves */
	for (size_t k = 0; k < m->kinds; k++)
		for (size_t i = 0; i < m->jobs && !sig_pending(); i++)
			if (m->job[i].kind == k)
				measure(m, &m->job[i]);
	settle(m);
}

double
measured_shared(const struct measured *m)
{
	return m->measured ? m->shared / (double)m->measured : 0;
}

void
measured_complain(const struct measured *m)
{
	double quota = throttles() - m->throttles;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct buf why = { 0 };

	if (!m->unsettled)
		return;
	buf_printf(&why, "others had the CPU for %.0f%% of the time",
		100 * fmin(1, m->lost / (double)m->measured));
	if (quota > 0)
		buf_printf(&why, ", a CPU quota stopped this program %.0f "
			"times", quota);
	if (m->bench.w.threads > cpus)
		buf_printf(&why, ", %d threads share %ld CPUs",
			m->bench.w.threads, cpus);
	warn("%ld of %ld records could not be measured undisturbed (%s): they "
		"are marked \"unsettled\"%s; measure again when the machine "
		"is quiet, or give more --max-time", m->unsettled,
		m->measured, why.data, m->answers.journal.path ? " and not in "
		"the journal" : "");
	buf_free(&why);
}

void
measured_close(struct measured *m)
{
	answers_close(&m->answers);
	bench_free(&m->bench);
	free(m->job);
	free(m->kind);
	free(m->held);
	buf_free(&m->host);
}
