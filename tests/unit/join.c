/* Objects over several lines: cut at every place, they are what they were. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>
#include "base/nearest.h"
#include "rec/rec.h"
#include "tap.h"

/* Are these lines read as the one record that they are? */
static int
reads_well(const char *lines, const char *path)
{
	json_t *want = json_loads(lines, 0, NULL), *own;
	struct rec r = { 0 };
	struct in in;
	FILE *f = fopen(path, "w");

	fprintf(f, "%s\n{}\n", lines);
	fclose(f);
	in_open(&in, path);
	int good = rec_get(&in, &r) && in.line == 1;
	own = json_loadb(r.line, r.len, 0, NULL);
	good = good && json_equal(r.json, own) && !strchr(r.line, '\n');
	good = good && json_equal(own, want) && rec_get(&in, &r) &&
		in.line == 3 && !json_object_size(r.json);
	json_decref(own);
	json_decref(want);
	rec_free(&r);
	in_close(&in);
	return good;
}

static void
test_cuts(void)
{
	static const char *const text = "{ \"a b\\\" }\" : [true, {}, [], null"
		" , { \"c\":{\"d\" : \"\\\\\"}}],\t\"e\":\"\", \"f\":false }";
	char path[] = "/tmp/milliner-join.XXXXXX";
	size_t n = strlen(text), bad = 0, cuts = 0;

	close(mkstemp(path));
	for (size_t i = 1; i < n; i++) {
		char *two = malloc(n + 2);
		memcpy(two, text, i);
		two[i] = '\n';
		strcpy(two + i + 1, text + i);
		json_t *j = json_loads(two, 0, NULL);
		/* a token may be cut; then it is no JSON */
		cuts += j != NULL;
		bad += j && !reads_well(two, path);
		json_decref(j);
		free(two);
	}
	unlink(path);
	OK(!bad && cuts > 40, "an object cut between two tokens is one record");
}

static void
near(const char *word, const char *names, const char *want)
{
	struct nearest n = nearest_to(word, strlen(word));

	for (const char *p = names; *p; p += *p == ' ') {
		size_t len = strcspn(p, " ");
		nearest_try(&n, p, len);
		p += len;
	}
	OK(n.len == strlen(want) && !strncmp(n.len ? n.name : "", want, n.len),
		"near %s: \"%s\"", word, want);
}

static void
test_nearest(void)
{
	static const char *const names = "threads seed beam src-len tgt-len "
		"src-dict max-update lr n";
	char name[200] = "";

	near("treads", names, "threads");
	near("baem", names, "beam");
	near("src_len", names, "src-len");
	near("SEED", names, "seed");
	near("max-updates", names, "max-update");
	near("lt", names, "lr");
	near("wibble", names, "");
	near("x", names, "");
	near("", names, "");
	memset(name, 'a', sizeof name - 1);
	near(name, names, "");
}

int
main(void)
{
	test_cuts();
	test_nearest();
	return FINISH();
}
