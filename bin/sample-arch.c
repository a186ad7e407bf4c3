/* sample-arch - draw random architectures from a search space.
 * stdin: one space record.  stdout: n records {"arch":{..},"task":{..},
 * "arch_id":".."}. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "arch/arch_rec.h"
#include "arch/arch_set.h"
#include "arch/space_rec.h"
#include "base/installed.h"
#include "base/opt.h"
#include "model/profile.h"
#include "rec/out.h"
#include "rec/wheres.h"

#define DEFAULT_SPACE "wmt14ende-space0.json"

#ifndef SAMPLE_TRIES   /* fuzzing gives up sooner */
#define SAMPLE_TRIES 100000
#endif
enum { TRIES = SAMPLE_TRIES };   /* draws in a row that may all be refused */

/* Do all conditions hold? They see the record as profile-arch would print it
 * with lengths 30 and 30. */
static int
meets(const struct wheres *w, const struct buf *line, const struct arch *a,
	const struct task *t)
{
	struct profile p = arch_profile(a, t, 30, 30);
	struct buf members = { 0 }, all = { 0 };

	if (!w->n)
		return 1;
	profile_members(&members, &p);
	rec_merge(&all, line->data, line->len, members.data, NULL);
	int keep = wheres_keep(w, NULL, all.data);
	buf_free(&members);
	buf_free(&all);
	return keep;
}

/* The space to draw from: --space, else stdin, else the default. */
static void
get_space(struct space *s, struct task *t, const char *path, int quiet)
{
	/* A program that printed nothing has failed. */
	if (path || !in_is_device()) {
		space_load(s, t, path);
		return;
	}
	if (!in_is_idle() && space_read(s, t, NULL))
		return;
	char *file = installed_find(DEFAULT_SPACE, "spaces/" DEFAULT_SPACE);
	if (!file)
		die("no space on stdin, and the default is not installed");
	if (!quiet)
		warn("no space given: using the default, %s", DEFAULT_SPACE);
	space_load(s, t, file);
	free(file);
}

/* What follows the arch, the same in all lines but for the id. */
static void
tail_make(struct buf *tail, const struct task *t)
{
	struct buf task = { 0 };

	task_print(&task, t);
	if (task.len > strlen("{}")) {
		buf_str(tail, ",\"task\":");
		buf_add(tail, task.data, task.len);
	}
	buf_free(&task);
}

static void
line_make(struct buf *line, const struct arch *a, const struct buf *tail)
{
	char id[ARCH_ID + 1];

	arch_id(a, id);
	buf_clear(line);
	buf_str(line, "{\"arch\":");
	arch_print(line, a);
	buf_add(line, tail->data, tail->len);
	buf_str(line, ",\"arch_id\":\"");
	buf_add(line, id, ARCH_ID);
	buf_str(line, "\"}");
}

static void
line_put(struct buf *line)
{
	buf_str(line, "\n");
	rec_put_line(line->data, line->len);
}

/* What has been printed, and what may be. */
struct printer {
	const struct task *task;
	const struct wheres *where;
	int distinct;
	struct arch_set seen;
	struct buf line, tail;
	long printed;
};

/* Print it, unless it is excluded. */
static int
put(struct printer *p, const struct arch *a)
{
	if (p->distinct && arch_set_find(&p->seen, a) < p->seen.n)
		return 0;
	if (p->distinct)
		arch_set_add(&p->seen, a);
	line_make(&p->line, a, &p->tail);
	if (!meets(p->where, &p->line, a, p->task))
		return 0;
	line_put(&p->line);
	p->printed++;
	return 1;
}

/* n architectures that the conditions keep. */
static void
draw(struct printer *p, const struct space *space, long n, struct rng rng,
	int quiet)
{
	double size = space_size(space);
	int where = p->where->n > 0;

	for (long done = 0, refused = 0; done < n; ) {
		struct arch arch;
		if (p->distinct && (double)p->seen.n >= size) {
			if (!quiet)
				warn("the space has only %zu architectures",
					p->seen.n);
			break;
		}
		if (++refused > TRIES)
			die("no further architecture in %d draws%s%s%s", TRIES,
				where || p->distinct ? ": none" : "",
				p->distinct ? " that is new" : "", where ?
				" that meets --where" : "");
		arch_sample(&arch, space, &rng);
		if (put(p, &arch)) {
			refused = 0;
			done++;
		}
	}
}

int
main(int argc, char **argv)
{
	enum { NOT_GIVEN = 0, DRAWS = 200 };
	long n = NOT_GIVEN, seed = 1;
	int distinct = 0, quiet = 0, largest = 0, smallest = 0;
	const char *path = NULL;
	struct opt_list conditions = { 0 }, files;
	struct task_opts to = TASK_OPTS;
	const struct opt opts[] = {
		OPT_LONG('n', "count", &n, 1, LONG_MAX,
			"architectures to draw, 200 if not given"),
		OPT_FLAG(0, "largest", &largest,
			"print the largest first; without -n nothing is drawn"),
		OPT_FLAG(0, "smallest", &smallest,
			"the same with the smallest"),
		OPT_SEED(&seed),
		OPT_TEXT(0, "space", &path, "FILE", "space record, not stdin"),
		OPT_FLAG('d', "distinct", &distinct,
			"no architecture twice"),
		OPT_WHERE(&conditions,
			"print only architectures for which this holds; FIELD "
			"as profile-arch prints it"),
		OPT_VOCAB(&to),
		OPT_QUIET(&quiet),
		OPT_INPUTS(&files, 1),
		OPT_END
	};
	opt_parse(argc, argv, "<space.json >archs.jsonl",
		"Draw random architectures, uniformly, from a search space.",
		opts);

	struct wheres where;
	wheres_parse(&where, &conditions);
	struct space space;
	struct task task = task_opts_get(&to), own;
	get_space(&space, &own, space_named(path, &files), quiet);
	task_fill(&task, &own);
	struct why why;
	if (task_check(&task, 0, 0, &why))
		die("%s", why.text);

	struct printer p = { .task = &task, .where = &where,
		.distinct = distinct };
	struct arch ends[] = { arch_largest(&space), arch_smallest(&space) };
	tail_make(&p.tail, &task);
	if (n == NOT_GIVEN)
		n = largest || smallest ? 0 : DRAWS;
	if (largest)
		put(&p, &ends[0]);
	if (smallest)
		put(&p, &ends[1]);
	if (!n && !p.printed)
		die("no end of the space that is asked for meets --where");
	draw(&p, &space, n, rng_seed((uint64_t)seed), quiet);
	buf_free(&p.tail);
	buf_free(&p.line);
	arch_set_free(&p.seen);
	wheres_free(&where);
	free(conditions.at);
	return out_end();
}
