#include <dlfcn.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "blas.h"

#ifndef BLAS_FILE
#define BLAS_FILE "libopenblas.so.0"
#endif

static void *
open_library(int flags)
{
	void *lib = dlopen(BLAS_FILE, flags);

	return lib ? lib : dlopen("libopenblas.so.0", flags);
}

static int
space_left(size_t mb)
{
	void *p = mmap(NULL, mb << 20, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p != MAP_FAILED && !munmap(p, mb << 20);
}

static int
want_space(size_t mb, int threads, struct why *why)
{
	if (space_left(mb))
		return 0;
	return why_set(why, "OpenBLAS needs %zu MB more of address space for "
		"%d thread%s: raise the limit (ulimit -v, ulimit -d)%s", mb,
		threads, threads > 1 ? "s" : "",
		threads > 1 ? " or give fewer --threads" : "");
}

/* The user's environment chooses neither other kernels, which round otherwise,
 * nor CPUs for our threads. Returns what was hidden, for give_back. */
static char **
hide_environment(void)
{
	static const char *const begin[] = { "OPENBLAS_", "GOTO_", "OMP_",
		"GOMP_" };
	char name[80], **hidden = NULL;
	size_t hidden_n = 0;

	for (char **e = environ; *e; ) {
		size_t n = strcspn(*e, "="), k = 0;
		while (k < 4 && strncmp(*e, begin[k], strlen(begin[k])))
			k++;
		if (k == 4 || n >= sizeof name) {
			e++;
			continue;
		}
		memcpy(name, *e, n);
		name[n] = 0;
		hidden = xrealloc(hidden, hidden_n + 1, sizeof *hidden);
		hidden[hidden_n++] = *e;
		unsetenv(name);   /* moves what follows here */
	}
	hidden = xrealloc(hidden, hidden_n + 1, sizeof *hidden);
	hidden[hidden_n] = NULL;
	return hidden;
}

/* Programs that we start have it, too. */
static void
give_back(char **hidden)
{
	for (char **e = hidden; *e; e++)
		putenv(*e);
	free(hidden);
}

/* Not with buffers for all CPUs: there is but one thread for each call. NULL
 * with a reason. */
static void *
load(int threads, struct why *why)
{
	if (want_space(BLAS_MB + BLAS_BUFFER_MB * ((size_t)threads +
	    BLAS_BUFFERS), threads, why))
		return NULL;
	char **hidden = hide_environment();
	setenv("OPENBLAS_NUM_THREADS", "1", 1);
	void *lib = open_library(RTLD_NOW | RTLD_LOCAL);
	if (!lib)
		why_set(why, "cannot load OpenBLAS: %s", dlerror());
	unsetenv("OPENBLAS_NUM_THREADS");
	give_back(hidden);
	return lib;
}

static void
find(void *lib, const char *name, void *to)
{
	*(void **)to = dlsym(lib, name);
}

/* It has room for two buffers for each thread that it was built for; Debian's
 * for 64. Asked for more it prints warnings, and then corrupts memory. */
static int
most_threads(const struct blas *b)
{
	const char *said = strstr(b->config(), "MAX_THREADS=");
	int n = said ? 2 * atoi(strchr(said, '=') + 1) - BLAS_BUFFERS : 0;

	return n > 0 ? n : INT_MAX;
}

/* Let it have all buffers now: later it could ask for one in vain, for ever. */
static int
fill_buffers(const struct blas *b, int threads, struct why *why)
{
	static atomic_int have;      /* of the process, as the library is */
	int n = atomic_load(&have);
	void **held;

	if (!b->take || !b->give || threads <= n)
		return 0;
	if (want_space(BLAS_BUFFER_MB * (size_t)(threads - n), threads, why))
		return -1;
	held = xcalloc((size_t)threads, sizeof *held);
	for (int i = 0; i < threads; i++)
		held[i] = b->take(0);
	for (int i = 0; i < threads; i++)
		b->give(held[i]);
	free(held);
	atomic_store(&have, threads);
	return 0;
}

int
blas_load(struct blas *b, int threads, struct why *why)
{
	void *lib = open_library(RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);

	if (!lib && !(lib = load(threads, why)))
		return -1;
	find(lib, "cblas_sgemm", &b->sgemm);
	find(lib, "openblas_get_config", &b->config);
	find(lib, "openblas_get_corename", &b->core);
	find(lib, "omp_set_num_threads", &b->omp_threads);
	find(lib, "blas_memory_alloc", &b->take);
	find(lib, "blas_memory_free", &b->give);
	if (!b->sgemm || !b->config || !b->core)
		return why_set(why, "the BLAS found is no OpenBLAS");
	if (threads > most_threads(b))
		threads = most_threads(b);
	b->threads = threads;
	return fill_buffers(b, threads, why);
}
