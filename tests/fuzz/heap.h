/* heap.h - what a filter has not freed and unmapped when it exits, which it
 * leaves to the system. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

enum { HEAP_MAP_MAX = 256 << 20 };   /* a larger map is out of memory */

/* Note what is taken from now on .. */
void heap_watch(void);
/* .. and free what is left of it. */
void heap_free(void);

/* As in what is linked here; __real_ ones are noted nowhere. */
void *__wrap_malloc(size_t);
void __wrap_free(void *);
void *__real_malloc(size_t), *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void __real_free(void *);

#endif
