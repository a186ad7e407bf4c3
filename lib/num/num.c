#include <stdlib.h>
#include <string.h>
#include "base/team.h"
#include "blas.h"
#include "gemm.h"
#include "num.h"

int
num_open(struct num *num, int threads, enum dtype products,
	const struct kernels *k, struct why *why)
{
	*num = (struct num){ .k = k };
	if (products == DTYPE_BF16)
		num->scratch = xaligned(gemm_bf16_scratch(threads));
	else {
		num->blas = xmalloc(sizeof *num->blas);
		if (blas_load(num->blas, threads, why)) {
			num_free(num);
			return -1;
		}
		threads = num->blas->threads;
	}
	num->threads = threads;
	num->team = xmalloc(sizeof *num->team);
	team_init(num->team, threads);
	return 0;
}

void
num_free(struct num *num)
{
	if (num->team)
		team_free(num->team);
	free(num->team);
	free(num->blas);
	free(num->scratch);
	*num = (struct num){ 0 };
}

struct thread_room
num_room(enum dtype products)
{
	if (products == DTYPE_BF16)
		return (struct thread_room){ .each = gemm_bf16_scratch(1) };
	return (struct thread_room){
		.once = (size_t)(BLAS_MB + BLAS_BUFFERS * BLAS_BUFFER_MB) << 20,
		.each = (size_t)BLAS_BUFFER_MB << 20 };
}

const char *
num_blas(const struct num *num)
{
	static _Thread_local char text[64];

	/* "OpenBLAS 0.3.21 ..." and the core whose kernels are in use */
	const char *config = num->blas->config();
	size_t n = strcspn(config, " ");
	n += strcspn(config + n + (config[n] != 0), " ") + 1;
	memcpy(text, config, n < 40 ? n : 40);
	text[n < 40 ? n : 40] = 0;
	strcat(text, " ");
	strncat(text, num->blas->core(), 20);
	return text;
}

char *
num_kernels(const struct num *num)
{
	struct buf b = { 0 };

	buf_str(&b, num->k->name);
	if (num->blas)
		buf_printf(&b, ", %s", num_blas(num));
	return b.data;
}

const char *
num_blas_slow(const struct num *num)
{
	const char *name = num->k->name;
	const char *core = num->blas ? num->blas->core() : "";

	if (*core && (!strncmp(name, "avx512", 6) || !strcmp(name, "amx")) &&
	    strcmp(core, "SkylakeX") && strcmp(core, "Cooperlake") &&
	    strcmp(core, "SapphireRapids") && strcmp(core, "Zen4"))
		return "OpenBLAS uses kernels older than this CPU";
	return NULL;
}
