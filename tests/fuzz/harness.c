/* harness.c - a whole filter as libFuzzer's target: its main, called again and
 * again in this process.
 *
 * The input is a case (case.h). exit() jumps back; what the filter had not
 * freed, unmapped and closed by then is freed, unmapped and closed here, for
 * a filter leaves that to the system. A run must end by itself with status 0,
 * 1 or 2, a reason on stderr where it is not 0, and whole records on stdout
 * where the filter prints such (JSON). */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "base/memleft.h"
#include "base/sig.h"
#include "case.h"

int filter_main(int argc, char **argv);

/* Instrumented, a filter takes a few times as long: this is a second or so. */
enum { CPU_S = 5, MAPS = 64, SLOTS = 1 << 12 };
static const size_t MAP_MAX = 256 << 20;   /* more is out of memory */

static jmp_buf back;
static int inside, status, real_err;
/* in memory: no run waits for a disk */
static char folder[] = "/dev/shm/fuzz-XXXXXX";

/* --- what a run leaves behind --- */

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void __real_free(void *);
int __real_posix_memalign(void **, size_t, size_t);
void *__real_mmap(void *, size_t, int, int, int, off_t);
int __real_munmap(void *, size_t);
int __real_fclose(FILE *);
_Noreturn void __real_exit(int);

/* Blocks that live: a hash table with linear probing, never full. */
static void **blocks;
static size_t slots, used;
static struct { char *at; size_t len; } maps[MAPS];

static size_t
slot_of(const void *p)
{
	size_t i = ((uintptr_t)p >> 4) * 0x9e3779b97f4a7c15u & (slots - 1);

	while (blocks[i] && blocks[i] != p)
		i = (i + 1) & (slots - 1);
	return i;
}

/* The table anew, of n slots, with what is in the old one. */
static void
resize(size_t n)
{
	void **old = blocks;
	size_t had = slots;

	slots = n;
	blocks = __real_calloc(slots, sizeof *blocks);
	for (size_t i = 0; i < had; i++)
		if (old[i])
			blocks[slot_of(old[i])] = old[i];
	__real_free(old);
}

static void *
noted(void *p)
{
	if (!inside || !p)
		return p;
	if (2 * ++used > slots)
		resize(2 * slots);
	blocks[slot_of(p)] = p;
	return p;
}

static void
forget(void *p)
{
	if (!p || !slots || blocks[slot_of(p)] != p)
		return;
	/* close the gap that others were put past */
	size_t gap = slot_of(p), home, i = gap;
	for (used--; blocks[i = (i + 1) & (slots - 1)]; ) {
		home = ((uintptr_t)blocks[i] >> 4) * 0x9e3779b97f4a7c15u &
			(slots - 1);
		if (((i - home) & (slots - 1)) < ((i - gap) & (slots - 1)))
			continue;
		blocks[gap] = blocks[i];
		gap = i;
	}
	blocks[gap] = NULL;
}

void *
__wrap_malloc(size_t n)
{
	return noted(__real_malloc(n));
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return noted(__real_calloc(n, size));
}

void *
__wrap_realloc(void *p, size_t n)
{
	void *q = __real_realloc(p, n);

	if (q)
		forget(p);
	return noted(q);
}

void
__wrap_free(void *p)
{
	forget(p);
	__real_free(p);
}

int
__wrap_posix_memalign(void **p, size_t align, size_t n)
{
	int e = __real_posix_memalign(p, align, n);

	if (!e)
		noted(*p);
	return e;
}

void *
__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t off)
{
	char *p = n > MAP_MAX ? MAP_FAILED :
		__real_mmap(at, n, prot, flags, fd, off);

	for (int i = 0; p != MAP_FAILED && i < MAPS; i++)
		if (!maps[i].len) {
			maps[i].at = p;
			maps[i].len = n;
			break;
		}
	return p;
}

int
__wrap_munmap(void *at, size_t n)
{
	char *p = at;

	for (int i = 0; i < MAPS; i++) {
		char *from = maps[i].at;
		size_t len = maps[i].len;
		if (p < from || p >= from + len)
			continue;
		size_t head = (size_t)(p - from);
		size_t tail = head + n < len ? len - head - n : 0;
		maps[i].len = head;
		for (int k = 0; tail && k < MAPS; k++)
			if (!maps[k].len) {
				maps[k].at = p + n;
				maps[k].len = tail;
				break;
			}
		break;
	}
	return __real_munmap(at, n);
}

/* What the machine has left is read from a dozen files, and another number in
 * each run. */
int
__wrap_mem_lacks(double bytes, struct why *why)
{
	return bytes <= (double)MAP_MAX ? 0 : why_set(why, "needs %.0f MB of "
		"memory, a run has %zu", bytes / 1e6, MAP_MAX / 1000000);
}

int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* The next run needs stdout. */
int
__wrap_fclose(FILE *f)
{
	return f == stdout ? fflush(f) : __real_fclose(f);
}

_Noreturn void
__wrap_exit(int code)
{
	if (!inside)
		__real_exit(code);
	status = code;
	longjmp(back, 1);
}

static int
drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	return at->level ? remove(path) : 0;
}

static void
clean(int first_fd)
{
	inside = 0;
	sig_clean_up();
	for (size_t i = 0; i < slots; i++)
		if (blocks[i])
			__real_free(blocks[i]);
	memset(blocks, 0, slots * sizeof *blocks);
	used = 0;
	if (slots > SLOTS)
		resize(SLOTS);
	for (int i = 0; i < MAPS; i++)
		if (maps[i].len) {
			__real_munmap(maps[i].at, maps[i].len);
			maps[i].len = 0;
		}
	close_range((unsigned)first_fd, ~0u, 0);
	nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- a run --- */

static void
run(struct fuzz_case *c)
{
	program_invocation_name = program_invocation_short_name = PROGRAM;
	optind = 0;
	inside = 1;
	if (!setjmp(back))
		status = filter_main(c->argc, c->argv);
}

static void
complain(const struct fuzz_case *c, const char *what, const char *text,
	size_t len)
{
	dprintf(real_err, "%s, status %d:", what, status);
	for (int i = 0; i < c->argc; i++)
		dprintf(real_err, " %s", c->argv[i]);
	dprintf(real_err, "\n%.*s\n", (int)len, text);
	abort();
}

static char *
take(int fd, size_t *len)
{
	off_t n = lseek(fd, 0, SEEK_END);
	char *text = __real_calloc((size_t)n + 1, 1);

	*len = pread(fd, text, (size_t)n, 0) == n ? (size_t)n : 0;
	ftruncate(fd, 0);
	lseek(fd, 0, SEEK_SET);
	return text;
}

static void
check_records(const struct fuzz_case *c, const char *text, size_t len)
{
	if (len > 1 << 16)
		return;
	for (const char *p = text, *nl; p < text + len; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(text + len - p));
		if (!nl)
			complain(c, "half a line", text, len);
		json_t *j = json_loadb(p, (size_t)(nl - p), JSON_ALLOW_NUL |
			JSON_DECODE_INT_AS_REAL, NULL);
		if (!json_is_object(j))
			complain(c, "no record", p, (size_t)(nl - p));
		json_decref(j);
	}
}

static void
check(const struct fuzz_case *c, int out, int err, double cpu_s)
{
	size_t out_len, err_len;
	char *said = take(err, &err_len), *put = take(out, &out_len);

	if (status < 0 || status > 2)
		complain(c, "odd status", said, err_len);
	if (status && !err_len)
		complain(c, "no reason given", said, err_len);
	for (size_t i = 0; i < err_len; i++)
		if ((unsigned char)said[i] < 32 && said[i] != '\n')
			complain(c, "a control character", said, err_len);
	/* text is what --help and such print */
	if (JSON && *put == '{')
		check_records(c, put, out_len);
	if (cpu_s > CPU_S)
		complain(c, "a slow run", said, err_len);
	__real_free(said);
	__real_free(put);
}

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
leave(void)
{
	rmdir(folder);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* the same heap for the parser of JSON, whose trees main may leave */
	json_set_alloc_funcs(__wrap_malloc, __wrap_free);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	/* libFuzzer closes it later, that is what -close_fd_mask is for */
	real_err = dup(STDERR_FILENO);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static int out = -1, err, null, started;
	struct fuzz_case c;

	if (!started++) {
		if (!mkdtemp(folder) || chdir(folder))
			abort();
		atexit(leave);
		out = memfd_create("stdout", 0);
		err = memfd_create("stderr", 0);
		null = open("/dev/null", O_RDWR);
		resize(SLOTS);
	}
	int bad = case_parse(&c, bytes, len, PROGRAM, ADDED);
	int in = bad ? -1 : case_write(&c);
	if (in < 0) {
		case_free(&c);
		nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
		return -1;
	}
	double start = cpu_seconds();
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	run(&c);
	fflush(stdout);
	clean(in);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	check(&c, out, err, cpu_seconds() - start);
	case_free(&c);
	return 0;
}
