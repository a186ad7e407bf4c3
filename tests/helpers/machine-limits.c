/* machine-limits - what this machine allows a model to do at best.
 * stdin: arch records.  stdout: the same + "limits":{"step_bytes": read in a
 * decoder step, "read_gbs": GB/s of plainly reading a block of that size,
 * "dram_gbs", "l3_gbs": of blocks of 512 MB and 12 MB, "floor_ms": tgt_len
 * steps at read_gbs, "encoder_gflop": of encoding one sentence and making the
 * decoder's keys and values, "sgemm_gflops": of a product of 2048^3, "blas"}. */
#include <stdlib.h>
#include <string.h>
#include "../step_bytes.h"
#include "arch/arch_rec.h"
#include "base/opt.h"
#include "base/stats.h"
#include "base/team.h"
#include "latency/clock.h"
#include "num/dispatch.h"
#include "num/gemm.h"
#include "rec/out.h"

typedef uint64_t vec __attribute__((vector_size(64)));

enum { TIMES = 7, SIDE = 2048, AHEAD = 64 };

struct reading {
	struct team team;
	const vec *block;
	size_t n;              /* vectors */
	uint64_t sum;
};

static void
read_part(void *arg, int me)
{
	struct reading *r = arg;
	size_t of = (size_t)r->team.threads, from = r->n * (size_t)me / of;
	size_t to = r->n * ((size_t)me + 1) / of;
	vec a = { 0 }, b = { 0 };

	for (size_t i = from; i + 2 <= to; i += 2) {
		/* faster than what the hardware fetches by itself */
		__builtin_prefetch(&r->block[i + AHEAD]);
		__builtin_prefetch(&r->block[i + AHEAD + 1]);
		a ^= r->block[i];
		b ^= r->block[i + 1];
	}
	a ^= b;
	__atomic_fetch_xor(&r->sum, a[0] ^ a[7], __ATOMIC_RELAXED);
}

/* GB/s, the median of several readings. */
static double
read_rate(struct reading *r, size_t bytes)
{
	double rate[TIMES];

	r->n = bytes / sizeof *r->block;
	team_run(&r->team, read_part, r);
	for (int i = 0; i < TIMES; i++) {
		double ms = clock_ms();
		team_run(&r->team, read_part, r);
		rate[i] = (double)bytes / (clock_ms() - ms) * 1e-6;
	}
	return stats_median(rate, TIMES);
}

static double
sgemm_rate(int threads, char *blas, size_t size)
{
	struct num num;
	struct why why;
	size_t n = (size_t)SIDE * SIDE;
	float *m = xaligned(3 * n * sizeof *m);
	double rate[TIMES];

	if (num_open(&num, threads, DTYPE_FP32, kernels_best(), &why))
		die("%s", why.text);
	for (size_t i = 0; i < 2 * n; i++)
		m[i] = (float)(i % 7) - 3;
	for (int i = -1; i < TIMES; i++) {
		double ms = clock_ms();
		gemm(&num, GEMM_NT, SIDE, SIDE, SIDE, m, SIDE, m + n, SIDE,
			m + 2 * n, SIDE, 0, NULL);
		if (i >= 0)
			rate[i] = 2e-6 * SIDE * (double)n / (clock_ms() - ms);
	}
	free(m);
	snprintf(blas, size, "%s", num_blas(&num));
	num_free(&num);
	return stats_median(rate, TIMES);
}

static double
macs(const struct packed *p)
{
	return (double)p->rows * (double)p->k;
}

static double
encoder_gflop(const struct packed_model *m, double t)
{
	double sum = 0;

	for (int i = 0; i < m->blocks[ENCODER]; i++) {
		const struct packed_block *b = &m->block[ENCODER][i];
		for (int k = 0; k < b->kind->matrices; k++)
			sum += t * macs(&b->matrix[k]);
		if (b->heads)
			sum += 2 * t * t * b->inner;
	}
	for (int i = 0; i < m->blocks[DECODER]; i++) {
		const struct packed_block *b = &m->block[DECODER][i];
		if (b->kind->from_memory >= 0)
			sum += t * b->segments *
				macs(&b->matrix[b->kind->from_memory]);
	}
	return 2e-9 * sum;
}

/* Only the shapes of its matrices matter. */
static struct packed_model
model_of(const struct arch *a, const struct task *t, enum dtype dtype)
{
	struct packed_model m;
	struct params p;
	struct view v;
	static float nowhere;

	params_layout(&p, a, t);
	view_make(&v, &p, &nowhere, a);
	packed_over(&m, &v, dtype, NULL, NULL);
	params_free(&p);
	return m;
}

int
main(int argc, char **argv)
{
	enum { DRAM = 512 << 20, L3 = 12 << 20 };
	long src_len = 30, tgt_len = 30, threads = 1;
	const char *dtype = "fp32";
	struct reading r = { 0 };
	struct in in;
	struct rec rec = { 0 };
	const struct opt opts[] = {
		OPT_LONG(0, "src-len", &src_len, 1, 1000, "source tokens"),
		OPT_LONG(0, "tgt-len", &tgt_len, 1, 1000, "decoder steps"),
		OPT_CHOICE(0, "dtype", &dtype,
			"fp32|bf16|int8|kmeans4|kmeans8", "of the weights"),
		OPT_LONG('j', "threads", &threads, 1, 1024, "threads"),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl", "What the machine allows.", opts);

	team_init(&r.team, (int)threads);
	char *block = xaligned(DRAM + AHEAD * sizeof(vec));
	memset(block, 1, DRAM);
	r.block = (const vec *)block;
	double dram = read_rate(&r, DRAM), l3 = read_rate(&r, L3);
	char blas[100];
	double sgemm = sgemm_rate((int)threads, blas, sizeof blas);
	in_open(&in, NULL);
	while (rec_get(&in, &rec)) {
		struct buf b = { 0 }, o = { 0 };
		static const struct task none;
		struct task t;
		struct why why;
		struct arch a = arch_rec_get(&in, &rec, &none, &t);
		if (task_complete(&t, a.encoder_embed_dim, a.decoder_embed_dim,
		    &why))
			in_fail(&in, "%s", why.text);
		struct packed_model m = model_of(&a, &t, dtype_named(dtype));
		double bytes = step_bytes(&m);
		double rate = read_rate(&r, (size_t)bytes);
		member_num(&b, "step_bytes", bytes);
		member_num(&b, "read_gbs", rate);
		member_num(&b, "dram_gbs", dram);
		member_num(&b, "l3_gbs", l3);
		member_num(&b, "floor_ms", (double)tgt_len * bytes / rate *
			1e-6);
		member_num(&b, "encoder_gflop", encoder_gflop(&m,
			(double)src_len));
		member_num(&b, "sgemm_gflops", sgemm);
		member_string(&b, "blas", blas);
		buf_printf(&o, "\"limits\":{%s}", b.data);
		rec_put(&rec, o.data);
		buf_free(&b);
		buf_free(&o);
	}
	rec_free(&rec);
	in_close(&in);
	team_free(&r.team);
	free(block);
	return out_end();
}
