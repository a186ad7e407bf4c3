/* Which kernels this CPU can run. */
#include <string.h>
#include "dispatch.h"

struct table {
	const struct kernels *k;
	int (*has)(void);
};

static int
always(void)
{
	return 1;
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const struct kernels kernels_amx, kernels_avx512bf16,
	kernels_avx512vnni, kernels_avx512, kernels_avx2, kernels_sse2;

static int
has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int
has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") &&
		__builtin_cpu_supports("avx512bw") &&
		__builtin_cpu_supports("avx512vl") &&
		__builtin_cpu_supports("avx512dq");
}

static int
has_avx512vnni(void)
{
	return has_avx512() && __builtin_cpu_supports("avx512vnni");
}

static int
has_avx512bf16(void)
{
	enum { BF16_BIT = 1 << 5 };
	unsigned a, b, c, d;

	return has_avx512vnni() && __get_cpuid_count(7, 1, &a, &b, &c, &d) &&
		a & BF16_BIT;
}

/* Tiles must be asked for: a process that has them keeps 8 KB more of state. */
static int
has_amx(void)
{
	enum { REQ_XCOMP_PERM = 0x1023, XTILEDATA = 18,
		BF16_BIT = 1 << 22, TILE_BIT = 1 << 24, INT8_BIT = 1 << 25 };
	unsigned a, b, c, d;

	return has_avx512bf16() && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
		d & TILE_BIT && d & INT8_BIT && d & BF16_BIT &&
		!syscall(SYS_arch_prctl, REQ_XCOMP_PERM, XTILEDATA);
}

static const struct table tables[] = {
	{ &kernels_amx, has_amx },
	{ &kernels_avx512bf16, has_avx512bf16 },
	{ &kernels_avx512vnni, has_avx512vnni },
	{ &kernels_avx512, has_avx512 },
	{ &kernels_avx2, has_avx2 },
	{ &kernels_sse2, always },
};
#elif defined(__aarch64__)
#include <sys/auxv.h>

extern const struct kernels kernels_neondot, kernels_neon;

static int
has_neondot(void)
{
	enum { ASIMDDP = 1 << 20 };

	return (getauxval(AT_HWCAP) & ASIMDDP) != 0;
}

static const struct table tables[] = {
	{ &kernels_neondot, has_neondot },
	{ &kernels_neon, always },
};
#else
extern const struct kernels kernels_plain;

static const struct table tables[] = {
	{ &kernels_plain, always },
};
#endif

enum { TABLES = sizeof tables / sizeof *tables };

const struct kernels *
kernels_nth(int i)
{
	for (int t = 0; t < TABLES; t++)
		if (tables[t].has() && !i--)
			return tables[t].k;
	return NULL;
}

const struct kernels *
kernels_best(void)
{
	return kernels_nth(0);
}

const struct kernels *
kernels_named(const char *name)
{
	const struct kernels *k;
	int i = 0;

	while ((k = kernels_nth(i)) && strcmp(k->name, name))
		i++;
	return k;
}
