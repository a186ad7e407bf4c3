/* Systems beside the first of them. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "randomise.h"
#include "rec/in.h"
#include "rec/rec.h"
#include "score_rec.h"

struct paired {
	const struct score_opts *opts;
	struct scorer base, other;
	struct resamples samples[METRICS_MAX];   /* of the base */
	const char *base_name;
};

static void
check_pair(const struct paired *p, const char *name)
{
	long n = p->base.sentences, m = p->other.sentences;

	if (n != m)
		die("%s has %ld sentence%s, %s has %ld", name, m, m == 1 ? "" :
			"s", p->base_name, n);
	for (long i = 0; i < n; i++)
		if (p->base.refs_hash[i] != p->other.refs_hash[i])
			die("%s:%ld: not the references of %s", name, i + 1,
				p->base_name);
}

static void
member_known(struct buf *b, const char *key, double x, int decimals)
{
	member_key(b, key);
	if (isnan(x))
		buf_str(b, "null");
	else
		score_number(b, x, decimals);
}

static void
put_json(const struct paired *p, const char *name, const struct scorer *s,
	const struct verdict *v)
{
	const struct score_opts *o = p->opts;
	struct buf out = { 0 };

	member_string(&out, "system", name);
	for (size_t i = 0; i < o->metrics; i++) {
		struct buf one = { 0 }, text = { 0 };
		member_known(&one, "score", v[i].score, o->decimals);
		member_known(&one, "p_value", v[i].p, o->decimals);
		member_known(&one, "mean", v[i].interval.mean, o->decimals);
		member_known(&one, "ci", v[i].interval.half, o->decimals);
		score_signature(&text, o, &o->metric[i], s->refs, s->varies);
		member_text(&one, "signature", text.data, text.len);
		buf_clear(&text);
		metric_name(&text, &o->metric[i]);
		member_object(&out, text.data, &one);
		buf_free(&one);
		buf_free(&text);
	}
	rec_put_members(&out);
	buf_free(&out);
}

static void
put_text(const struct paired *p, const char *name, const struct scorer *s,
	const struct verdict *v)
{
	const struct score_opts *o = p->opts;
	int w = o->decimals < 0 ? 1 : o->decimals;

	for (size_t i = 0; i < o->metrics; i++) {
		struct buf b = { 0 };
		metric_name(&b, &o->metric[i]);
		buf_str(&b, "|");
		score_signature(&b, o, &o->metric[i], s->refs, s->varies);
		buf_printf(&b, " = %.*f", w, v[i].score);
		if (o->bootstrap)
			buf_printf(&b, " (μ = %.*f ± %.*f)", w,
				v[i].interval.mean, w, v[i].interval.half);
		if (!isnan(v[i].p))
			buf_printf(&b, " (p = %.4f)%s", v[i].p,
				v[i].p <= 0.05 ? "*" : "");
		put_shown(stdout, name);
		printf(": %s\n", b.data);
		buf_free(&b);
	}
}

/* Each system is read beside them from their beginning. */
static void
check_refs(const char *const *refs, size_t files)
{
	struct stat st;

	for (size_t i = 0; i < files; i++)
		if (in_is_stdin(refs[i]) || (!stat(refs[i], &st) &&
		    !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
			die("%s: read once for each system: want a file, not a "
				"pipe", refs[i]);
}

void
score_paired(const struct score_opts *o, const char *const *systems, size_t n,
	const char *const *refs, size_t files)
{
	struct paired p = { .opts = o, .base_name = systems[0] };
	struct verdict v[METRICS_MAX];

	check_refs(refs, files);
	in_check(systems, n);
	for (size_t k = 0; k < n; k++) {
		struct scorer *s = k ? &p.other : &p.base;
		struct buf name = { 0 };
		*s = (struct scorer){ .opts = o, .keep = 1 };
		score_system(s, systems[k], refs, files);
		if (k)
			check_pair(&p, systems[k]);
		for (size_t i = 0; i < o->metrics; i++)
			v[i] = paired_verdict(&o->metric[i], &p.base.rows[i],
				&p.samples[i], &s->rows[i], o->seed,
				(size_t)o->bootstrap, (size_t)o->randomise);
		buf_printf(&name, "%s%s", k ? "" : "Baseline: ", systems[k]);
		(o->text ? put_text : put_json)(&p, name.data, s, v);
		buf_free(&name);
		if (k)
			scorer_free(s);
	}
	for (size_t i = 0; i < o->metrics; i++)
		resamples_free(&p.samples[i]);
	scorer_free(&p.base);
}
