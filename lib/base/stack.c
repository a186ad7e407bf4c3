#include <sys/resource.h>
#include "die.h"
#include "stack.h"

/* A training takes 200 KB, several times that with sanitizers. */
static const rlim_t LEAST = 512 << 10;

void
stack_check(void)
{
	struct rlimit r;

	if (!getrlimit(RLIMIT_STACK, &r) && r.rlim_cur < LEAST)
		die("the stack may have %lu KB (ulimit -s), want %lu or more",
			(unsigned long)r.rlim_cur >> 10,
			(unsigned long)LEAST >> 10);
}

static void stack_grow(void) __attribute__((constructor));

/* Up to what is usual, as far as it may be. */
static void
stack_grow(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_STACK, &r) || r.rlim_cur >= STACK_BYTES)
		return;
	r.rlim_cur = r.rlim_max < STACK_BYTES ? r.rlim_max : STACK_BYTES;
	setrlimit(RLIMIT_STACK, &r);
	stack_check();
}
