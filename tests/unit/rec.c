/* Records: texts escaped, conditions, what a stream of zstd frames holds, and
 * what a file's name stands for. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include "base/path.h"
#include "base/rng.h"
#include "rec/in.h"
#include "rec/rec.h"
#include "rec/wheres.h"
#include "tap.h"

/* Is what json_text prints JSON, of these bytes if they are UTF-8, and without
 * control characters? */
static int
escaped_well(const char *s, size_t len)
{
	struct buf b = { 0 };
	json_t *want = json_stringn(s, len);   /* NULL: no UTF-8 */

	json_text(&b, s, len);
	json_t *got = json_loadb(b.data, b.len, JSON_DECODE_ANY |
		JSON_ALLOW_NUL, NULL);
	int good = got && (!want || json_equal(got, want));
	for (size_t i = 0; i < b.len; i++) {
		unsigned char c = (unsigned char)b.data[i];
		good &= c >= ' ' && c != 0x7f && (c != 0xc2 ||
			(unsigned char)b.data[i + 1] >= 0xa0);
	}
	json_decref(got);
	json_decref(want);
	buf_free(&b);
	return good;
}

static void
test_escapes(void)
{
	struct rng r = rng_seed(5);
	char s[8];
	int bad = 0;

	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			s[0] = (char)a;
			s[1] = (char)b;
			bad += !escaped_well(s, 1) + !escaped_well(s, 2);
		}
	OK(!bad, "every text of one and two bytes is printed as JSON");
	bad = 0;
	for (int i = 0; i < 200000; i++) {
		/* mostly what begins and goes on with a character */
		for (size_t k = 0; k < sizeof s; k++)
			s[k] = (char)(rng_below(&r, 2) ?
				0x80 + rng_below(&r, 64) :
				0x60 + rng_below(&r, 160));
		bad += !escaped_well(s, sizeof s);
	}
	OK(!bad, "and random ones of eight");
}

static void
keeps(const char *condition, const char *record, int want)
{
	struct where w;
	struct why why = { "" };
	json_t *j = json_loads(record, JSON_DECODE_INT_AS_REAL, NULL);
	int got = where_parse(&w, condition, &why) ? -2 :
		where_keep(&w, j, &why);

	OK(got == want, "%s of %s: %d", condition, record, want);
	json_decref(j);
}

static void
test_where(void)
{
	static const char *const deep =
		"{\"a\":{\"b\":[1,{\"c\":2}]},\"x y\":3}";
	char name[300] = "{\"", condition[300];

	keeps("a.b.0==1", deep, 1);
	keeps("a.b.1.c == 2", deep, 1);
	keeps("x y>=3", deep, 1);
	keeps(" x y != 3 ", deep, 0);
	keeps("a.b.max<9", deep, -1);
	keeps("a.b.2<9", deep, -1);
	keeps("a.b.-1<9", deep, -1);
	keeps("a.b.0.<9", deep, -1);
	keeps("a.b.4294967296<9", deep, -1);
	keeps("a.b.99999999999999999999<9", deep, -1);
	keeps("a.b<9", deep, -1);
	keeps("a<x", deep, -2);
	keeps("a < ", deep, -2);
	/* a name that is longer than any buffer for it */
	memset(name + 2, 'n', 200);
	strcpy(name + 202, "\":1}");
	memset(condition, 'n', 199);
	strcpy(condition + 199, "<9");
	keeps(condition, name, -1);
	memset(condition, 'n', 200);
	strcpy(condition + 200, "<9");
	keeps(condition, name, 1);
}

/* The lines that come from a file of these bytes: their number and sum. */
static long
read_back(const char *path, const char *bytes, size_t len, long *sum)
{
	struct in in;
	const char *line;
	long n = 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd))
		return -1;
	in_open(&in, path);
	for (*sum = 0; (line = in_line(&in, NULL)); n++)
		*sum += atol(line) * (n + 1);
	in_close(&in);
	return n;
}

/* Lines that pack well, so that few packed bytes hold more than is asked for at
 * once; in frames of many sizes, skippable ones between. */
static void
test_frames(const char *path)
{
	static const char skip[] = "\x5b\x2a\x4d\x18\x03\0\0\0abc";
	struct rng r = rng_seed(6);
	int bad = 0;

	for (int round = 0; round < 12; round++) {
		struct buf packed = { 0 };
		long lines = 0, want = 0, got = 0;
		for (int f = 0; f < 6; f++) {
			struct buf text = { 0 };
			long n = (long)rng_below(&r, round < 4 ? 5 : 200000);
			for (long i = 0; i < n; i++) {
				buf_printf(&text, "%d\n", f);
				want += f * ++lines;
			}
			size_t most = ZSTD_compressBound(text.len);
			char *z = xmalloc(most);
			size_t k = ZSTD_compress(z, most, text.data ?
				text.data : "", text.len, 1);
			if (rng_below(&r, 2))
				buf_add(&packed, skip, sizeof skip - 1);
			buf_add(&packed, z, k);
			free(z);
			buf_free(&text);
		}
		bad += read_back(path, packed.data, packed.len, &got) !=
			lines || got != want;
		buf_free(&packed);
	}
	OK(!bad, "frames of every size, and ones to be skipped");
	unlink(path);
}

static void
leads(const char *path, const char *want)
{
	char *target = path_target(path);

	OK(want ? target && !strcmp(target, want) : !target, "%s leads to %s",
		path, want ? want : "nothing");
	free(target);
}

static void
test_paths(const char *folder)
{
	if (chdir(folder) || mkdir("d", 0700) || symlink("d/f", "a") ||
	    symlink("a", "b") || symlink("../a", "d/up") ||
	    symlink("loop", "loop") || symlink("/proc/self/fd/1", "out")) {
		OK(0, "links to follow in %s", folder);
		return;
	}
	leads("a", "d/f");
	leads("./b", "./d/f");
	leads("d/up", "d/../d/f");
	leads("plain", "plain");
	leads("loop", NULL);
	leads("out", "/proc/self/fd/1");
	OK(path_descriptor("/proc/self/fd/1") == 1, "a descriptor");
	OK(path_descriptor("/proc/self/fd/x") == -1, "none");
	OK(path_descriptor("/proc/1/fd/1") == -2, "another process's");
	OK(path_descriptor("1") == -1, "a file 1");
	OK(path_same("a", "d/f") && path_same("d/./f", "b"),
		"two names of a file that is not there");
	OK(!path_same("a", "f") && !path_same("a", "d/g"), "of two files");
	OK(!path_same("/dev/null", "/dev/null"), "of a device");
	int fd = open("d/f", O_WRONLY | O_CREAT, 0600);
	OK(fd >= 0 && path_same("a", "d/f"), "of a file that is there");
	close(fd);
	unlink("d/f");
	unlink("d/up");
	unlink("a");
	unlink("b");
	unlink("loop");
	unlink("out");
	rmdir("d");
}

int
main(void)
{
	char folder[] = "/tmp/milliner-rec.XXXXXX", path[64];

	test_escapes();
	test_where();
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/frames", folder);
	test_frames(path);
	test_paths(folder);
	rmdir(folder);
	return FINISH();
}
