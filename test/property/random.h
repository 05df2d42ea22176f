/* Random numbers that a seed repeats (splitmix64). */
#ifndef HEARTH_TEST_RANDOM_H
#define HEARTH_TEST_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
    uint64_t z = rng->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* From 0 to bound - 1. */
static inline unsigned rng_below(struct rng *rng, size_t bound)
{
    return (unsigned)(rng_next(rng) % bound);
}

/* True in one of so many cases. */
static inline bool rng_one_in(struct rng *rng, unsigned many)
{
    return rng_below(rng, many) == 0;
}

#endif
