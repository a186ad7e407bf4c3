/* heap.c - the blocks and maps of a run, by wrapped calls (fuzz.mk); the
 * libraries keep theirs. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "heap.h"

enum { MAPS = 64, SLOTS = 1 << 12 };

int __real_posix_memalign(void **, size_t, size_t);
void *__real_mmap(void *, size_t, int, int, int, off_t);
int __real_munmap(void *, size_t);
int __real_madvise(void *, size_t, int);

static int watched;
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
	if (!watched || !p)
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
	char *p = n > HEAP_MAP_MAX ? MAP_FAILED :
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

/* A huge page would be cleared for a model of a few hundred bytes. */
int
__wrap_madvise(void *at, size_t n, int how)
{
	return how == MADV_HUGEPAGE ? 0 : __real_madvise(at, n, how);
}

void
heap_watch(void)
{
	if (!slots)
		resize(SLOTS);
	watched = 1;
}

void
heap_free(void)
{
	watched = 0;
	for (size_t i = 0; used; i++)
		if (blocks[i]) {
			__real_free(blocks[i]);
			blocks[i] = NULL;
			used--;
		}
	if (slots > SLOTS)
		resize(SLOTS);
	for (int i = 0; i < MAPS; i++)
		if (maps[i].len) {
			__real_munmap(maps[i].at, maps[i].len);
			maps[i].len = 0;
		}
}
