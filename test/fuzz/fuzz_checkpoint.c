/* Any bytes as a line of checkpoints.log: refused, or a checkpoint that is written so that it reads
 * the same again. */
#include "fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "store/signing.h"

static struct str view(const unsigned char *bytes, size_t size)
{
    const void *text = bytes;
    return (struct str){text, size};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct checkpoint read, again;
    struct buf line;
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    if (checkpoint_parse((struct str){(const char *)data, size}, &read)) {
        const struct block block = {.agency = read.agency,
                                    .number = read.number,
                                    .head = view(read.head, sizeof(read.head)),
                                    .signature = view(read.signature, sizeof(read.signature)),
                                    .signing_key = read.key};
        CHECK(read.number > 0 && read.key > 0);
        buf_init(&line, &arena, 4096);
        checkpoint_line(&arena, &line, &block);
        CHECK(checkpoint_parse(str_trim(buf_str(&line)), &again));
        CHECK(uuid_eq(read.agency, again.agency) && read.number == again.number &&
              read.key == again.key);
        CHECK(memcmp(read.head, again.head, sizeof(read.head)) == 0 &&
              memcmp(read.signature, again.signature, sizeof(read.signature)) == 0);
    }
    arena_clear(&arena);
    return 0;
}
