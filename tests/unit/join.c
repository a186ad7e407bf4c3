/* Objects over several lines: cut at every place, they are what they were. */
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/nearest.h"
#include "rec/join.h"
#include "tap.h"

/* What join_add answers for text cut into two lines at n. */
static int
cut_at(const char *text, size_t n)
{
	struct join j = { 0 };
	int first = join_add(&j, text, n);

	return first > 0 ? join_add(&j, text + n, strlen(text) - n) : first;
}

static int
packs_well(const char *text)
{
	struct buf b = { 0 };
	json_t *want = json_loads(text, 0, NULL), *got;

	buf_str(&b, text);
	join_pack(&b);
	got = json_loadb(b.data, b.len, 0, NULL);
	int good = want && json_equal(want, got) && !strchr(b.data, '\n');
	json_decref(want);
	json_decref(got);
	buf_free(&b);
	return good;
}

static void
test_cuts(void)
{
	static const char *const text = "{ \"a b\\\" }\" : [1, -2.5e3,true,"
		"{}, [], null , { \"c\":{\"d\" : \"\\\\\"}}],\t\"e\":\"\" }";
	size_t n = strlen(text), bad = 0, inside = 0;

	for (size_t i = 1; i < n; i++) {
		char *two = malloc(n + 2);
		memcpy(two, text, i);
		two[i] = '\n';
		strcpy(two + i + 1, text + i);
		json_t *j = json_loads(two, 0, NULL);
		int got = cut_at(text, i);
		/* a token may be cut; then it is no JSON, or two */
		bad += j ? got != 0 || !packs_well(two) : 0;
		inside += !j && got < 0;
		json_decref(j);
		free(two);
	}
	OK(!bad, "an object cut between two tokens goes on and then ends");
	OK(inside > 5, "a text that a line cuts is broken");
}

static void
test_broken(void)
{
	static const char *const broken[][2] = {
		{ "{\"a\":1", "{\"a\":2}" }, { "{\"a\":1,", "{\"a\":2}" },
		{ "{", "{" }, { "{\"a\":[1", "}" }, { "{\"a\"", "\"b\":1}" },
		{ "{\"a\":[", ",1]}" }, { "{\"a\":1", "]" },
		{ "{\"a\"", ",}" }, { "{\"a\":1,", "}" }, { "[1,", "]" },
		{ "{\"a\":", ":1}" }, { "{,", "}" }, { "{1", "}" },
	};

	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct join j = { 0 };
		int one = join_add(&j, broken[i][0], strlen(broken[i][0]));
		int two = one > 0 ? join_add(&j, broken[i][1],
			strlen(broken[i][1])) : one;
		OK(two < 0, "%s, %s is broken", broken[i][0], broken[i][1]);
	}
}

static void
test_deep(void)
{
	struct join j = { 0 };
	int got = 1;

	for (int i = 0; i < JOIN_DEPTH && got > 0; i++)
		got = join_add(&j, "[", 1);
	OK(got == 1, "%d levels", JOIN_DEPTH);
	OK(join_add(&j, "[", 1) < 0, "and no more");
	OK(join_add(&j, "]", 1) == 1, "that end");
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
	test_broken();
	test_deep();
	test_nearest();
	return FINISH();
}
