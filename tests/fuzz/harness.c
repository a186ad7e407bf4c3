/* harness.c - a whole filter as libFuzzer's target: its main, called again and
 * again in this process.
 *
 * The input is a case (case.h). exit() jumps back; what the filter had not
 * freed, unmapped and closed by then is freed, unmapped and closed here, for
 * a filter leaves that to the system. A run must end by itself with status 0,
 * 1 or 2, a reason on stderr where it is not 0, and whole records on stdout
 * where the filter prints such (JSON). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <sanitizer/common_interface_defs.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "base/memleft.h"
#include "base/sig.h"
#include "case.h"
#include "heap.h"
#include "latency/watch.h"

int filter_main(int argc, char **argv);

/* Instrumented, a filter takes a few times as long: this is a second or so. */
enum { CPU_S = 5, TOLD = 32, TOLD_MAX = 1 << 16, TRIES = 8 };

static jmp_buf back;
static int inside, status, real_err;
/* in memory: no run waits for a disk */
static char folder[] = "/dev/shm/fuzz-XXXXXX";
static DIR *files;

size_t LLVMFuzzerMutate(uint8_t *, size_t len, size_t max);
FILE *__real_fopen(const char *, const char *);
int __real_fclose(FILE *);
void __real_sig_init(void);
_Noreturn void __real_exit(int);

/* --- what the machine says of itself --- */

/* It is no input: each file of /proc and /sys is read in the first run alone. */
FILE *
__wrap_fopen(const char *path, const char *mode)
{
	static struct { char *path, *text; size_t len; } told[TOLD];
	int i = 0;

	if (strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5))
		return __real_fopen(path, mode);
	while (i < TOLD && told[i].path && strcmp(told[i].path, path))
		i++;
	if (i == TOLD)
		return __real_fopen(path, mode);
	if (!told[i].path) {
		FILE *f = __real_fopen(path, mode);
		told[i].path = strcpy(__real_malloc(strlen(path) + 1), path);
		told[i].text = __real_malloc(TOLD_MAX);
		told[i].len = f ? fread(told[i].text, 1, TOLD_MAX, f) : 0;
		if (f)
			__real_fclose(f);
	}
	if (!told[i].len)
		errno = ENOENT;
	return told[i].len ? fmemopen(told[i].text, told[i].len, "r") : NULL;
}

/* Loops of some length tell it. */
void
__wrap_cpu_state_now(struct cpu_state *s)
{
	*s = (struct cpu_state){ .speed = 1 };
}

/* Another number in each run. */
int
__wrap_mem_lacks(double bytes, struct why *why)
{
	return bytes <= HEAP_MAP_MAX ? 0 : why_set(why, "needs %.0f MB of "
		"memory, a run has %d", bytes / 1e6, HEAP_MAP_MAX / 1000000);
}

int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* Handlers stay. */
void
__wrap_sig_init(void)
{
	static int done;

	if (!done++)
		__real_sig_init();
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

/* No filter makes a folder. */
static void
remove_files(void)
{
	const struct dirent *e;

	rewinddir(files);
	while ((e = readdir(files)))
		if (e->d_type != DT_DIR && unlinkat(dirfd(files), e->d_name, 0))
			abort();
}

static void
clean(int first_fd)
{
	inside = 0;
	sig_clean_up();
	heap_free();
	close_range((unsigned)first_fd, ~0u, 0);
	remove_files();
}

/* --- a run --- */

static void
run(struct fuzz_case *c)
{
	program_invocation_name = program_invocation_short_name = PROGRAM;
	optind = 0;
	inside = 1;
	heap_watch();
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

/* What was written since the last time; what lies behind it is of a run before. */
static char *
take(int fd, size_t *len)
{
	off_t n = lseek(fd, 0, SEEK_CUR);
	char *text = __real_malloc((size_t)n + 1);

	*len = n && pread(fd, text, (size_t)n, 0) == n ? (size_t)n : 0;
	text[*len] = 0;
	if (n && lseek(fd, 0, SEEK_SET))
		abort();
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
	__sanitizer_set_report_fd((void *)(intptr_t)real_err);
	return 0;
}

/* Most changes of a byte leave no case, or one that is refused: another one
 * then. */
size_t
LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed)
{
	static uint8_t *old;
	static size_t room;
	size_t n = len;

	(void)seed;
	if (room < len)
		old = __real_realloc(old, room = 2 * len);
	memcpy(old, bytes, len);
	for (int i = 0; i < TRIES; i++) {
		struct fuzz_case c;
		n = LLVMFuzzerMutate(bytes, len, max);
		int bad = case_parse(&c, bytes, n, PROGRAM, ADDED);
		case_free(&c);
		if (!bad)
			break;
		memcpy(bytes, old, len);
		n = len;
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static int in = -1, out, err;
	struct fuzz_case c;

	if (in < 0) {
		if (!mkdtemp(folder) || chdir(folder) ||
		    !(files = opendir(folder)))
			abort();
		atexit(leave);
		out = memfd_create("stdout", MFD_CLOEXEC);
		err = memfd_create("stderr", MFD_CLOEXEC);
		in = memfd_create("stdin", MFD_CLOEXEC);
	}
	if (case_parse(&c, bytes, len, PROGRAM, ADDED)) {
		case_free(&c);
		return -1;
	}
	if (case_write(&c, in)) {
		case_free(&c);
		remove_files();
		return -1;
	}
	double start = cpu_seconds();
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	run(&c);
	fflush(stdout);
	clean(in + 1);
	check(&c, out, err, cpu_seconds() - start);
	case_free(&c);
	return 0;
}
