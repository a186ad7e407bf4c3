#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "die.h"
#include "mem.h"
#include "memleft.h"

/* LARGE: from here on a look at what is left costs little beside filling it. */
enum { ALIGN = 64, HUGE_PAGE = 2 << 20, LARGE = 16 << 20 };
#define ARENA_MAX (SIZE_MAX / 4 / ALIGN * ALIGN)

static _Noreturn void
die_full(size_t bytes)
{
	struct mem_left l = mem_left("");

	die("out of memory: %.2f MB more wanted, %s %.2f MB left; %s",
		(double)bytes / 1e6, l.by, l.bytes / 1e6, bytes < LARGE ?
		"raise the limit or end other programs" :
		"a smaller model or batch takes less");
}

void
mem_want(size_t bytes)
{
	struct why why;

	if (bytes >= LARGE && mem_lacks((double)bytes, &why))
		die("out of memory: the next step %s; a smaller model or "
			"batch takes less", why.text);
}

void *
xmalloc(size_t n)
{
	mem_want(n);
	void *p = malloc(n ? n : 1);
	if (!p)
		die_full(n);
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		die_full(SIZE_MAX);
	mem_want(bytes);
	void *p = calloc(n ? n : 1, size ? size : 1);
	if (!p)
		die_full(bytes);
	return p;
}

void *
xrealloc(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		die_full(SIZE_MAX);
	/* a large one grows where it is, or its pages are moved */
	size_t had = bytes >= LARGE && p ? malloc_usable_size(p) : 0;
	mem_want(bytes > had ? bytes - had : 0);
	p = realloc(p, bytes ? bytes : 1);
	if (!p)
		die_full(bytes);
	return p;
}

void *
xroom(void *p, size_t *cap, size_t n, size_t size)
{
	if (n <= *cap)
		return p;
	*cap = n * 2;
	return xrealloc(p, *cap, size);
}

char *
xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}

int
ends_in(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && !strcmp(s + n - m, tail);
}

void *
xaligned(size_t bytes)
{
	size_t align = bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGN;
	size_t n = (bytes + align - 1) / align * align;
	void *p;

	if (n < bytes)
		die_full(SIZE_MAX);
	mem_want(n);
	if (posix_memalign(&p, align, n ? n : align))
		die_full(bytes);
	if (bytes >= HUGE_PAGE)
		madvise(p, n, MADV_HUGEPAGE);
	return memset(p, 0, n ? n : align);
}

static size_t
whole_pages(size_t bytes)
{
	size_t n = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;

	if (n < bytes || n > SIZE_MAX / 4)
		die_full(bytes);
	return n ? n : HUGE_PAGE;
}

static void *
untouched(size_t bytes)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

int
mem_reservable(double bytes)
{
	if (!(bytes < (double)(SIZE_MAX / 4)))
		return 0;
	size_t n = (size_t)bytes + 4 * HUGE_PAGE;
	void *p = untouched(n);
	return p != MAP_FAILED && !munmap(p, n);
}

void *
xreserve(size_t bytes)
{
	size_t n = whole_pages(bytes), off;
	char *p = untouched(n + HUGE_PAGE);

	if (p == MAP_FAILED)
		die_full(bytes);
	off = -(uintptr_t)p % HUGE_PAGE;
	if (off)
		munmap(p, off);
	munmap(p + off + n, HUGE_PAGE - off);
	/* what is touched in part would take whole ones */
	if (2 * (double)n < mem_left("").bytes)
		madvise(p + off, n, MADV_HUGEPAGE);
	return p + off;
}

void
xrelease(void *p, size_t bytes)
{
	if (p)
		munmap(p, whole_pages(bytes));
}

void
xforget(const void *p, size_t bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = ((uintptr_t)p + page - 1) / page * page;
	uintptr_t to = ((uintptr_t)p + bytes) / page * page;

	if (to > from)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = 0;
}

void
buf_drop(struct buf *b, size_t n)
{
	b->len -= n;
	memmove(b->data, b->data + n, b->len + 1);
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

static void
buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->len > n)
		return;
	b->cap = (b->len + n + 1) * 3 / 2 + 64;
	b->data = xrealloc(b->data, b->cap, 1);
}

void
buf_add(struct buf *b, const char *bytes, size_t n)
{
	buf_room(b, n);
	if (n)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = 0;
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	buf_room(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void *
arena_get(struct arena *a, size_t n, size_t size)
{
	size_t bytes, at = a->used;

	/* too much stays too much, for whoever only counts to say so */
	int over = __builtin_mul_overflow(n, size, &bytes) ||
		bytes > ARENA_MAX - at;
	if (over)
		bytes = ARENA_MAX - at;
	a->used = (at + bytes + ALIGN - 1) / ALIGN * ALIGN;
	if (a->used > a->peak)
		a->peak = a->used;
	if (!a->base)
		return NULL;
	if (over || a->used > a->size)
		die("arena too small: %zu bytes of %zu", a->used, a->size);
	return a->base + at;
}

float *
arena_floats(struct arena *a, size_t n)
{
	return arena_get(a, n, sizeof(float));
}
