/* Any bytes as a configuration file: reading ends; what is wrong is said with a place; what is
 * taken is what its option takes. */
#include "fuzz.h"

#include "main/config.h"

static const struct option options[OPTIONS_MAX] = {
    {.name = STR_INIT("--config"),        .value_name = STR_INIT("FILE"),       .only_here = true                    },
    {.name = STR_INIT("--data"),          .value_name = STR_INIT("DIR"),        .takes = TAKES_NEW_FOLDER            },
    {.name = STR_INIT("--model"),         .value_name = STR_INIT("DIR"),        .takes = TAKES_FOLDERS               },
    {.name = STR_INIT("--port"),
     .value_name = STR_INIT("N"),
     .takes = TAKES_NUMBER,
     .least = 1,
     .most = 65535},
    {.name = STR_INIT("--address"),                       .value_name = STR_INIT("ADDRESS"),                                                           .takes = TAKES_ADDRESS                                                                   },
    {.name = STR_INIT("--secure")            },
    {.name = STR_INIT("--log"),           .value_name = STR_INIT("FILE"),.takes = TAKES_NEW_FILE},
    {.name = STR_INIT("--log-level"),     .value_name = STR_INIT("errors|all"),       .takes = TAKES_WORD                              },
    {.name = STR_INIT("--metrics-token"), .value_name = STR_INIT("FILE"), .takes = TAKES_SECRET            },
};

static void check_values(struct arena *arena, const struct str values[OPTIONS_MAX])
{
    for (size_t i = 0; i < OPTIONS_MAX; i++) {
        if (values[i].n > 0) {
            CHECK(!options[i].only_here && options[i].name.n > 0);
            CHECK(options[i].value_name.n == 0 ||
                  option_fault(arena, &options[i], values[i]).n == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct messages messages;
    struct str values[OPTIONS_MAX];
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    messages_init(&messages, &arena);
    config_read(&arena, options, STR("hearth.yaml"), (struct str){(const char *)data, size},
                &messages, values);
    for (size_t i = 0; i < messages.list.count; i++) {
        CHECK(messages.list.items[i].place.line > 0 && messages.list.items[i].text.n > 0);
    }
    if (messages.list.count == 0) {
        check_values(&arena, values);
    }
    arena_clear(&arena);
    return 0;
}
