/* pcg64.h - the random numbers of NumPy's default_rng(seed).
 *
 * PCG64 XSL-RR (O'Neill, "PCG: A Family of Simple Fast Space-Efficient
 * Statistically Good Algorithms for Random Number Generation", 2014), seeded
 * by NumPy's SeedSequence (after O'Neill's seed_seq_fe), with what
 * Generator.choice and Generator.integers make of it. sacreBLEU draws its
 * resamples so: the same numbers are needed for the same intervals. */
#ifndef PCG64_H
#define PCG64_H

#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 u128;

struct pcg64 {
	u128 state, inc;
	uint32_t spare;           /* the upper half of a number */
	int has_spare;
};

struct pcg64 pcg64_seed(uint64_t seed);
uint64_t pcg64_u64(struct pcg64 *);
uint32_t pcg64_u32(struct pcg64 *);
/* As if so many 64-bit numbers had been taken. */
void pcg64_skip(struct pcg64 *, uint64_t numbers);
/* choice(n, size=count): numbers below n, 0 < n <= 2^32. */
void pcg64_choice(struct pcg64 *, uint64_t n, uint32_t *out, size_t count);

#endif
