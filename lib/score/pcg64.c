#include "pcg64.h"

static const uint64_t MULT_HIGH = 2549297995355413924u,
	MULT_LOW = 4865540595714422341u;

static inline u128
multiplier(void)
{
	return (u128)MULT_HIGH << 64 | MULT_LOW;
}

/* SeedSequence's hash: the constant moves on with each use. */
static uint32_t
hash_word(uint32_t x, uint32_t *constant, uint32_t mult)
{
	x ^= *constant;
	*constant *= mult;
	x *= *constant;
	return x ^ x >> 16;
}

static uint32_t
mix_words(uint32_t x, uint32_t y)
{
	uint32_t z = 0xca01f9dd * x - 0x4973f715 * y;

	return z ^ z >> 16;
}

struct pcg64
pcg64_seed(uint64_t seed)
{
	uint32_t pool[4] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
	uint32_t constant = 0x43b0d7e5;
	uint64_t out[4] = { 0 };

	for (int i = 0; i < 4; i++)
		pool[i] = hash_word(pool[i], &constant, 0x931e8875);
	for (int from = 0; from < 4; from++)
		for (int to = 0; to < 4; to++)
			if (from != to)
				pool[to] = mix_words(pool[to], hash_word(
					pool[from], &constant, 0x931e8875));
	constant = 0x8b51f9dd;
	for (int i = 0; i < 8; i++)
		out[i / 2] |= (uint64_t)hash_word(pool[i % 4], &constant,
			0x58f38ded) << (i % 2 * 32);

	struct pcg64 g = { 0 };
	g.inc = ((u128)out[2] << 64 | out[3]) << 1 | 1;
	g.state = g.inc + ((u128)out[0] << 64 | out[1]);
	g.state = g.state * multiplier() + g.inc;
	return g;
}

static inline uint64_t
output(u128 state)
{
	uint64_t x = (uint64_t)(state >> 64) ^ (uint64_t)state;
	unsigned by = (unsigned)(state >> 122);

	return x >> by | x << (-by & 63);
}

uint64_t
pcg64_u64(struct pcg64 *g)
{
	g->state = g->state * multiplier() + g->inc;
	return output(g->state);
}

uint32_t
pcg64_u32(struct pcg64 *g)
{
	if (g->has_spare) {
		g->has_spare = 0;
		return g->spare;
	}
	uint64_t x = pcg64_u64(g);
	g->spare = (uint32_t)(x >> 32);
	g->has_spare = 1;
	return (uint32_t)x;
}

void
pcg64_skip(struct pcg64 *g, uint64_t numbers)
{
	u128 mult = multiplier(), plus = g->inc;
	u128 all_mult = 1, all_plus = 0;

	/* the step, squared over and over */
	for (; numbers; numbers >>= 1) {
		if (numbers & 1) {
			all_mult *= mult;
			all_plus = all_plus * mult + plus;
		}
		plus *= mult + 1;
		mult *= mult;
	}
	g->state = g->state * all_mult + all_plus;
}

/* Lemire, "Fast random integer generation in an interval", 2019. */
static uint32_t
choose(struct pcg64 *g, uint64_t n)
{
	uint64_t m = pcg64_u32(g) * n;

	if ((uint32_t)m < n) {
		uint32_t least = (uint32_t)(((uint64_t)1 << 32) % n);
		while ((uint32_t)m < least)
			m = pcg64_u32(g) * n;
	}
	return (uint32_t)(m >> 32);
}

/* Two from each 64-bit number as long as neither must be looked at closely:
 * how many. */
static size_t
choose_pairs(struct pcg64 *g, uint64_t n, uint32_t *out, size_t count)
{
	const u128 mult = multiplier(), inc = g->inc;
	u128 state = g->state;
	size_t i = 0;

	for (; i + 2 <= count; i += 2) {
		u128 next = state * mult + inc;
		uint64_t x = output(next);
		uint64_t a = (uint32_t)x * n, b = (x >> 32) * n;
		if ((uint32_t)a < n || (uint32_t)b < n)
			break;
		out[i] = (uint32_t)(a >> 32);
		out[i + 1] = (uint32_t)(b >> 32);
		state = next;
	}
	g->state = state;
	return i;
}

void
pcg64_choice(struct pcg64 *g, uint64_t n, uint32_t *out, size_t count)
{
	size_t i = 0;

	while (i < count) {
		if (n > 1 && !g->has_spare)
			i += choose_pairs(g, n, out + i, count - i);
		if (i < count)
			out[i++] = n > 1 ? choose(g, n) : 0;
	}
}
