/* Which kernels this CPU can run. */
#include <string.h>
#include "kernels.h"

#if defined(__x86_64__)
extern const struct kernels kernels_avx512, kernels_avx2, kernels_sse2;

const struct kernels *
kernels_named(const char *name)
{
	__builtin_cpu_init();
	if (!strcmp(name, "avx512") && __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512dq"))
		return &kernels_avx512;
	if (!strcmp(name, "avx2") && __builtin_cpu_supports("avx2") &&
	    __builtin_cpu_supports("fma"))
		return &kernels_avx2;
	return strcmp(name, "sse2") ? NULL : &kernels_sse2;
}

const struct kernels *
kernels_best(void)
{
	const struct kernels *k = kernels_named("avx512");

	if (!k)
		k = kernels_named("avx2");
	return k ? k : &kernels_sse2;
}
#else
#if defined(__aarch64__)
extern const struct kernels kernels_neon;
#define ONLY kernels_neon
#else
extern const struct kernels kernels_plain;
#define ONLY kernels_plain
#endif

const struct kernels *
kernels_named(const char *name)
{
	return strcmp(name, ONLY.name) ? NULL : &ONLY;
}

const struct kernels *
kernels_best(void)
{
	return &ONLY;
}
#endif
