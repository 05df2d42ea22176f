/* How a lower layer tells a waiting request that its work is done, without knowing who waits. */
#ifndef HEARTH_BASE_COMPLETION_H
#define HEARTH_BASE_COMPLETION_H

struct completion {
    void (*fn)(void *ctx); /* called once, from any thread; must not block */
    void *ctx;
};

#endif
