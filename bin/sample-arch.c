/* sample-arch - draw random architectures from a search space.
 * stdin: one space record.  stdout: n records {"arch":{..},"task":{..}}. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arch_rec.h"
#include "opt.h"
#include "out.h"

/* Where the default space is, seen from the folder of this program: installed,
 * and in a build folder. */
static const char *const default_space[] = {
	"/../share/milliner/wmt14ende-space0.json",
	"/../../../data/spaces/wmt14ende-space0.json",
};

enum { TRIES = 100000 };   /* draws in a row that may all be refused */

/* A set of architectures: open addressing, doubled at half full. */
struct set {
	struct arch *at;
	size_t n, cap;
};

/* 1 if a was not in the set yet. */
static int
set_add(struct set *s, const struct arch *a)
{
	if (s->n * 2 >= s->cap) {
		struct set big = { NULL, 0, s->cap ? s->cap * 2 : 1024 };
		big.at = xcalloc(big.cap, sizeof *big.at);
		for (size_t i = 0; i < s->cap; i++)
			if (s->at[i].qkv_dim)
				set_add(&big, &s->at[i]);
		free(s->at);
		*s = big;
	}
	size_t i = arch_hash(a) % s->cap;
	for (; s->at[i].qkv_dim; i = (i + 1) % s->cap)
		if (arch_equal(&s->at[i], a))
			return 0;
	s->at[i] = *a;
	s->n++;
	return 1;
}

/* Do all conditions hold? They see the record as profile-arch would print it
 * with lengths 30 and 30. */
static int
meets(const struct where *w, size_t n, const struct buf *line,
	const struct arch *a, const struct task *t)
{
	struct profile p = arch_profile(a, t, 30, 30);
	struct buf members = { 0 }, all = { 0 };
	struct why why;
	int keep = 1;

	profile_members(&members, &p);
	rec_merge(&all, line->data, line->len, members.data, NULL);
	json_t *j = json_loads(all.data, 0, NULL);
	for (size_t i = 0; i < n && keep > 0; i++)
		if ((keep = where_keep(&w[i], j, &why)) < 0)
			die("--where: %s", why.text);
	json_decref(j);
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

int
main(int argc, char **argv)
{
	long n = 200, seed = 1;
	int distinct = 0, quiet = 0;
	const char *path = NULL;
	struct opt_list conditions = { 0 };
	struct task_opts to = TASK_OPTS;
	const struct opt opts[] = {
		OPT_LONG('n', "count", &n, 1, LONG_MAX,
			"architectures to draw"),
		OPT_SEED(&seed),
		OPT_TEXT(0, "space", &path, "FILE", "space record, not stdin"),
		OPT_FLAG('d', "distinct", &distinct,
			"no architecture twice"),
		OPT_LIST('w', "where", &conditions, "'FIELD<=NUMBER'",
			"keep only such; as profile-arch prints them"),
		OPT_VOCAB(&to),
		OPT_QUIET(&quiet),
		OPT_END
	};
	opt_parse(argc, argv, "<space.json >archs.jsonl",
		"Draw random architectures, uniformly, from a search space.",
		opts);

	struct where *where = xcalloc(conditions.n, sizeof *where);
	struct why why;
	for (size_t i = 0; i < conditions.n; i++)
		if (where_parse(&where[i], conditions.at[i], &why))
			die_usage("--where: %s", why.text);
	struct space space;
	struct task task = task_opts_get(&to), own;
	get_space(&space, &own, path, quiet);
	task_fill(&task, &own);

	struct rng rng = rng_seed((uint64_t)seed);
	struct set seen = { 0 };
	struct buf line = { 0 }, tail = { 0 };
	double size = space_size(&space);
	buf_str(&tail, ",\"task\":");
	task_print(&tail, &task);
	int has_task = tail.len > strlen(",\"task\":{}");
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
		if (distinct && !set_add(&seen, &arch))
			continue;
		buf_clear(&line);
		buf_str(&line, "{\"arch\":");
		arch_print(&line, &arch);
		if (has_task)
			buf_add(&line, tail.data, tail.len);
		buf_str(&line, "}");
		if (conditions.n && !meets(where, conditions.n, &line, &arch,
		    &task))
			continue;
		buf_str(&line, "\n");
		rec_put_line(line.data, line.len);
		refused = 0;
		done++;
	}
	buf_free(&line);
	buf_free(&tail);
	free(seen.at);
	free(where);
	free(conditions.at);
	return out_end();
}
