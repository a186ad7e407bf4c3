#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "measured_rec.h"
#include "out.h"

/* A record that waits for the next timing of the reference. */
struct held {
	struct buf line;
	struct latency l;
	struct task task;
};

static const char *const own[] = { "latency_ms", "repeats", "reference_ms",
	"workload", "host", NULL };

/* --- records ------------------------------------------------------------- */

static void
latency_members(struct buf *b, const struct latency *l)
{
	member_num(b, "encoder", l->encoder);
	member_num(b, "decoder", l->decoder);
	member_num(b, "total", l->total);
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

/* Moves the members into an object of their own. */
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
put_record(struct measured *m, struct held *h, double reference)
{
	struct buf b = { 0 }, part = { 0 };

	latency_members(&part, &h->l);
	member_object(&b, "latency_ms", &part);
	member_int(&b, "repeats", h->l.repeats);
	if (m->bench.ref.every)
		member_num(&b, "reference_ms", reference);
	workload_members(&part, &m->bench.w, &h->task);
	member_object(&b, "workload", &part);
	member_raw(&b, "host", m->host.data);
	rec_merge(&part, h->line.data, h->line.len, b.data, own);
	journal_add(&m->journal, part.data, part.len);
	rec_put_line(part.data, part.len);
	out_flush();
	buf_free(&b);
	buf_free(&part);
	buf_free(&h->line);
}

void
measured_release(struct measured *m, int again)
{
	struct reference *r = &m->bench.ref;
	double ms = r->ms, at = r->at;

	if (again && m->n && r->every)
		bench_reference(&m->bench);
	for (long i = 0; i < m->n; i++)
		put_record(m, &m->held[i],
			reference_at(r, ms, at, m->held[i].l.at));
	m->n = 0;
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

static json_t *
load(const char *text, size_t len)
{
	return json_loadb(text, len, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL,
		NULL);
}

/* Was the answer measured here, and the same? */
static void
check_answer(const struct measured *m, const char *line, size_t len,
	const struct task *t)
{
	static const char *const same[] = { "cpu", "cores", "arch", "blas" };
	struct buf members = { 0 }, workload = { 0 };
	json_t *was = load(line, len), *now, *v;
	json_t *host = load(m->host.data, m->host.len);
	const char *key;

	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (!json_equal(json_object_get(json_object_get(was, "host"),
		    same[i]), json_object_get(host, same[i])))
			die("%s:%ld: measured on another host: \"%s\" differs",
				m->journal.path, m->records, same[i]);
	workload_members(&members, &m->bench.w, t);
	buf_printf(&workload, "{%s}", members.data);
	now = load(workload.data, workload.len);
	json_object_foreach(now, key, v)
		if (!json_equal(json_object_get(json_object_get(was,
		    "workload"), key), v))
			die("%s:%ld: measured with another workload: \"%s\" "
				"differs", m->journal.path, m->records, key);
	json_decref(was);
	json_decref(now);
	json_decref(host);
	buf_free(&members);
	buf_free(&workload);
}

/* Was this record measured before? Then its answer is printed. */
static int
is_in_journal(struct measured *m, const struct in *in, const struct rec *r,
	const struct task *t)
{
	struct buf start = { 0 };
	size_t len;
	const char *line = journal_next(&m->journal, &len);

	if (!line)
		return 0;
	answer_start(&start, r);
	if (len < start.len || memcmp(line, start.data, start.len))
		die("%s:%ld: is not the answer to %s:%ld", m->journal.path,
			m->records, in->name, in->line);
	check_answer(m, line, len, t);
	rec_put_line(line, len);
	rec_put_line("\n", 1);
	buf_free(&start);
	return 1;
}

/* --- the stream ---------------------------------------------------------- */

void
measured_open(struct measured *m, const char *journal)
{
	long every = m->bench.ref.every;
	struct buf members = { 0 };

	m->held = xcalloc((size_t)(every ? every : 1), sizeof *m->held);
	host_members(&members, kernels_best()->name);
	buf_printf(&m->host, "{%s}", members.data);
	buf_free(&members);
	journal_open(&m->journal, journal);
}

void
measured_add(struct measured *m, const struct in *in, const struct rec *r,
	const struct arch *arch, const struct task *t)
{
	struct bench *b = &m->bench;
	struct task rt = reference_task(&b->ref, t);

	if (b->ref.every && !reference_is_of(&b->ref, &rt)) {
		measured_release(m, 1);
		reference_set(&b->ref, arch, &rt);
	}
	m->records++;
	if (is_in_journal(m, in, r, t))
		return;
	struct held *h = &m->held[m->n++];
	*h = (struct held){ .task = *t };
	bench_measure(b, arch, t, &h->l);
	buf_add(&h->line, r->line, r->len);
	if (m->n >= b->ref.every)
		measured_release(m, 1);
}

void
measured_end(struct measured *m, const struct in *in)
{
	size_t len;

	if (journal_next(&m->journal, &len))
		die("%s:%ld: more records than %s has", m->journal.path,
			m->records + 1, in->name);
}

void
measured_close(struct measured *m)
{
	journal_close(&m->journal);
	bench_free(&m->bench);
	free(m->held);
	buf_free(&m->host);
}
