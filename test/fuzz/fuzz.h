/* What a fuzz target defines; libFuzzer or replay.c calls it. A target checks what must hold for
 * every input with CHECK, so that a broken promise ends the program as a crash would. */
#ifndef HEARTH_TEST_FUZZ_H
#define HEARTH_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
