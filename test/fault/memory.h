/* Memory that ends: the allocations of what lives long (calloc outside arenas) and those of SQLite
 * are counted together, and one of them is refused. Arenas have their own way to end (arena.h). The
 * program is linked with --wrap for the calls that memory.c stands in for. */
#ifndef HEARTH_TEST_MEMORY_H
#define HEARTH_TEST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* Before SQLite is used for the first time. */
void memory_watch(void);
/* Allocation number at (from 1, counted from now) is refused; 0: none. */
void memory_fail_at(uint64_t at);
/* Whether this one is refused: for what allocates by a function that it is given. */
bool memory_refuses(void);
/* Whether it came. */
bool memory_has_failed(void);

#endif
