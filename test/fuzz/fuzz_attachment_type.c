/* Any bytes as a file that somebody attaches: judging ends within them, what is taken begins as
 * what it is said to be, and a picture that is cut off before its end is not taken. */
#include "fuzz.h"

#include "store/attachment_type.h"

static bool is_taken(enum attachment_type type)
{
    return attachment_media_type(type).n > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    enum attachment_type type = attachment_type(bytes);
    CHECK(type < ATTACHMENT_TYPE__COUNT);
    CHECK(type != ATTACHMENT_PNG || str_starts(bytes, STR("\x89PNG")));
    CHECK(type != ATTACHMENT_JPEG || str_starts(bytes, STR("\xff\xd8\xff")));
    CHECK(type != ATTACHMENT_PDF || str_starts(bytes, STR("%PDF-")));
    if (type == ATTACHMENT_PNG) {
        CHECK(!is_taken(attachment_type(str_slice(bytes, 0, size - 1))));
    }
    return 0;
}
