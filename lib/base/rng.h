/* rng.h - random numbers by counter.
 *
 * A stream is named by a seed and two numbers (what for, which step); its
 * n-th number depends on nothing else, so results do not depend on the number
 * of threads or on where a run was resumed.  Generator: SplitMix64 (Steele,
 * Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
#ifndef RNG_H
#define RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

/* What streams are for. A number is never given twice, in no program, and
 * never changed: what a seed gives hangs on it. (sample-arch and make-corpus
 * draw from rng_seed's one stream.) */
enum rng_purpose {
	RNG_SPLIT = 20, RNG_FOLDS, RNG_HAT_MLP,
	RNG_MEMBER,                  /* + its number .. */
	RNG_MEMBER_LAST = RNG_MEMBER + 15,
	RNG_WEIGHTS = 0x101,
	RNG_TIES = 0x201, RNG_BATCHES,
	RNG_TRAINED_ARCH = 0x301, RNG_VALID_ARCH, RNG_MEASURED_ORDER,
	RNG_MEASURED_WEIGHTS, RNG_MEASURED_WORDS,
	RNG_CURVE = 0x401, RNG_RESAMPLED_RANKS, RNG_RANKS_ERROR,
	RNG_RANKS_SPLIT,
	RNG_SEARCH = 0x5ea,
	RNG_DROPOUT = 0x10000,       /* + its place in the model */
};

uint64_t rng_mix(uint64_t x);   /* the finaliser: a bijection on 64 bits */
/* Of n bytes, from h on. Never changed: checkpoints are known by it. */
uint64_t rng_hash(uint64_t h, const void *bytes, size_t n);
struct rng rng_seed(uint64_t seed);
struct rng rng_stream(uint64_t seed, uint64_t purpose, uint64_t step);
uint64_t rng_u64(struct rng *);
uint64_t rng_below(struct rng *, uint64_t n);   /* uniform in [0, n), n > 0 */
double rng_unit(struct rng *);                  /* uniform in [0, 1) */
double rng_normal(struct rng *);                /* mean 0, deviation 1 */
void rng_shuffle(struct rng *, void *base, uint64_t n, uint64_t size);

#endif
