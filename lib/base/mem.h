/* mem.h - checked memory, growing buffers, arenas.
 *
 * The x functions die when memory runs out; of large pieces they ask before
 * whether there is as much left (see memleft.h), since Linux gives what it has
 * not and kills whoever uses it. */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);   /* n * size, checked */
/* Room for n things of this size: p, or where it moved to, twice as large. */
void *xroom(void *p, size_t *cap, size_t n, size_t size);
char *xstrdup(const char *s);
int ends_in(const char *s, const char *tail);
/* Dies where a large piece is more than what is left: for those who will fill
 * what they reserve. */
void mem_want(size_t bytes);
void *xaligned(size_t bytes);   /* 64-byte aligned, zeroed, huge pages asked */
/* The same without touching it: a page takes memory when it is first used, so
 * nothing is asked before. Give back with the same size. */
void *xreserve(size_t bytes);
void xrelease(void *, size_t bytes);
/* Could so much be reserved now? */
int mem_reservable(double bytes);
/* Give back the memory of the whole pages in there, whoever got it: they read
 * as zeros then, those of a mapped file as the file. */
void xforget(const void *, size_t bytes);

/* Bytes that somebody else owns; no NUL need follow. */
struct span {
	const char *s;
	size_t len;
};

/* A growing string of bytes, NUL-terminated. Zero-initialise, buf_free. */
struct buf {
	char *data;
	size_t len, cap;
};
void buf_clear(struct buf *);
void buf_free(struct buf *);
void buf_add(struct buf *, const char *bytes, size_t n);
void buf_str(struct buf *, const char *s);
void buf_drop(struct buf *, size_t n);   /* the first n bytes */
void buf_printf(struct buf *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* An arena hands out 64-byte aligned pieces of one block.  With base NULL it
 * only counts: lay out once to learn the size, allocate, lay out again. What
 * no memory could hold counts as SIZE_MAX / 4, about. */
struct arena {
	char *base;
	size_t size, used, peak;   /* bytes */
};
void *arena_get(struct arena *, size_t n, size_t size);
float *arena_floats(struct arena *, size_t n);

#endif
