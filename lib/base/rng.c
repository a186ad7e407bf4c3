#include <math.h>
#include <string.h>
#include "rng.h"

static const uint64_t golden = 0x9e3779b97f4a7c15u;

uint64_t
rng_mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint64_t
rng_hash(uint64_t h, const void *bytes, size_t n)
{
	const char *p = bytes;
	uint64_t part;

	for (; n >= sizeof part; p += sizeof part, n -= sizeof part) {
		memcpy(&part, p, sizeof part);
		h = rng_mix(h + part + 1);
	}
	if (!n)
		return h;
	part = 0;
	memcpy(&part, p, n);
	return rng_mix(h + part + 1);
}

struct rng
rng_seed(uint64_t seed)
{
	return (struct rng){ rng_mix(seed + golden) };
}

struct rng
rng_stream(uint64_t seed, uint64_t purpose, uint64_t step)
{
	uint64_t x = rng_mix(seed + golden);

	x = rng_mix(x ^ rng_mix(purpose + 2 * golden));
	return (struct rng){ rng_mix(x ^ rng_mix(step + 3 * golden)) };
}

uint64_t
rng_u64(struct rng *r)
{
	return rng_mix(r->state += golden);
}

uint64_t
rng_below(struct rng *r, uint64_t n)
{
	uint64_t x, limit = UINT64_MAX - UINT64_MAX % n;

	do
		x = rng_u64(r);
	while (x >= limit);
	return x % n;
}

double
rng_unit(struct rng *r)
{
	return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

double
rng_normal(struct rng *r)
{
	double u = 1 - rng_unit(r), v = rng_unit(r);

	return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

void
rng_shuffle(struct rng *r, void *base, uint64_t n, uint64_t size)
{
	unsigned char *a = base;

	for (uint64_t i = n; i > 1; i--) {
		unsigned char *p = a + rng_below(r, i) * size;
		unsigned char *q = a + (i - 1) * size;
		for (uint64_t k = 0; k < size; k++) {
			unsigned char t = p[k];
			p[k] = q[k];
			q[k] = t;
		}
	}
}
