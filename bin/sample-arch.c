/* sample-arch - draw random architectures from a search space.
 * stdin: one space record.  stdout: n records {"arch":{..},"task":{..}}. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arch_rec.h"
#include "arch_set.h"
#include "opt.h"
#include "out.h"
#include "wheres.h"

/* Where the default space is, seen from the folder of this program: installed,
 * and in a build folder. */
static const char *const default_space[] = {
	"/../share/milliner/wmt14ende-space0.json",
	"/../../../data/spaces/wmt14ende-space0.json",
};

enum { TRIES = 100000 };   /* draws in a row that may all be refused */

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
	int keep = wheres_keep(w, all.data);
	buf_free(&members);
	buf_free(&all);
	return keep;
}

/* The space to draw from: --space, else stdin, else the default. */
static void
get_space(struct space *s, struct task *t, const char *path, int quiet)
{
	struct rec r = { 0 };
	struct why why;
	struct in in;

	if (path) {
		space_load(s, t, path);
		return;
	}
	if (!in_is_idle()) {
		struct task none = task_unknown();
		in_open(&in, NULL);
		if (rec_get(&in, &r)) {
			if (space_from_json(s, json_object_get(r.json,
			    "space"), &why))
				in_fail(&in, "%s", why.text);
			*t = task_rec_get(&in, &r, &none);
			rec_free(&r);
			if (rec_get(&in, &r))
				in_fail(&in, "want one space record only");
			in_close(&in);
			return;
		}
		in_close(&in);
	}
	char file[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", file, PATH_MAX - 1);
	while (len > 0 && file[len] != '/')
		len--;
	for (size_t i = 0; i < 2; i++) {
		strcpy(file + (len > 0 ? len : 0), default_space[i]);
		if (access(file, R_OK))
			continue;
		if (!quiet)
			warn("no space given: using the default, %s",
				strrchr(file, '/') + 1);
		space_load(s, t, file);
		return;
	}
	die("no space on stdin, and the default is not installed");
}

static void
line_make(struct buf *line, const struct arch *a, const struct task *t)
{
	struct buf task = { 0 };

	buf_clear(line);
	buf_str(line, "{\"arch\":");
	arch_print(line, a);
	task_print(&task, t);
	if (task.len > strlen("{}")) {
		buf_str(line, ",\"task\":");
		buf_add(line, task.data, task.len);
	}
	buf_str(line, "}");
	buf_free(&task);
}

static void
line_put(struct buf *line)
{
	buf_str(line, "\n");
	rec_put_line(line->data, line->len);
}

int
main(int argc, char **argv)
{
	enum { NOT_GIVEN = 0, DRAWS = 200 };
	long n = NOT_GIVEN, seed = 1;
	int distinct = 0, quiet = 0, largest = 0, smallest = 0;
	const char *path = NULL;
	struct opt_list conditions = { 0 };
	struct task_opts to = TASK_OPTS;
	const struct opt opts[] = {
		OPT_LONG('n', "count", &n, 1, LONG_MAX,
			"architectures to draw, 200 if not given"),
		OPT_FLAG(0, "largest", &largest,
			"first the largest; without -n nothing is drawn"),
		OPT_FLAG(0, "smallest", &smallest, "the smallest, likewise"),
		OPT_SEED(&seed),
		OPT_TEXT(0, "space", &path, "FILE", "space record, not stdin"),
		OPT_FLAG('d', "distinct", &distinct,
			"no architecture twice"),
		OPT_WHERE(&conditions,
			"keep only such; as profile-arch prints them"),
		OPT_VOCAB(&to),
		OPT_QUIET(&quiet),
		OPT_END
	};
	opt_parse(argc, argv, "<space.json >archs.jsonl",
		"Draw random architectures, uniformly, from a search space.",
		opts);

	struct wheres where;
	wheres_parse(&where, &conditions);
	struct space space;
	struct task task = task_opts_get(&to), own;
	get_space(&space, &own, path, quiet);
	task_fill(&task, &own);

	struct rng rng = rng_seed((uint64_t)seed);
	struct arch_set seen = { 0 };
	struct buf line = { 0 };
	double size = space_size(&space);
	if (n == NOT_GIVEN)
		n = largest || smallest ? 0 : DRAWS;
	for (int i = 0; i < 2; i++) {
		struct arch end = i ? arch_smallest(&space) :
			arch_largest(&space);
		if (!(i ? smallest : largest))
			continue;
		line_make(&line, &end, &task);
		line_put(&line);
	}
	for (long done = 0, refused = 0; done < n; ) {
		struct arch arch;
		if (distinct && (double)seen.n >= size) {
			if (!quiet)
				warn("the space has only %zu architectures",
					seen.n);
			break;
		}
		if (++refused > TRIES)
			die("no further architecture in %d draws", TRIES);
		arch_sample(&arch, &space, &rng);
		if (distinct && arch_set_find(&seen, &arch) < seen.n)
			continue;
		if (distinct)
			arch_set_add(&seen, &arch);
		line_make(&line, &arch, &task);
		if (!meets(&where, &line, &arch, &task))
			continue;
		line_put(&line);
		refused = 0;
		done++;
	}
	buf_free(&line);
	arch_set_free(&seen);
	wheres_free(&where);
	free(conditions.at);
	return out_end();
}
