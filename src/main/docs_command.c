/* hearth model docs: the model and the ways into the server as pages of Markdown, for
 * docs/generated. */
#include "main/command.h"

#include "base/buf.h"
#include "compile/explain.h"
#include "main/paths.h"
#include "model/model.h"

#include <stdio.h>

#define ROUTE(METHOD, pattern, handler, access, body)                                              \
    {STR_INIT(#METHOD), STR_INIT(pattern), STR_INIT(#access), STR_INIT(#body)},
static const struct {
    struct str method, pattern, access, body;
} routes[] = {
#include "http/routes.def"
};
#undef ROUTE

static void print_routes(void)
{
    print_line(
        STR("# Ways into the server\n\nOrder: first match. What a signed-in worker or a program "
            "sees behind them is decided record by record.\n\n"
            "| method | address | access | body |\n|---|---|---|---|"));
    for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
        printf("| %.*s | `%.*s` | %.*s | %.*s |\n", STR_ARG(routes[i].method),
               STR_ARG(routes[i].pattern), STR_ARG(routes[i].access), STR_ARG(routes[i].body));
    }
}

int command_model_docs(const struct command_input *input)
{
    const struct model *model;
    struct str page = input->arguments[0];
    if (str_eq(page, STR("routes"))) {
        print_routes();
        return 0;
    }
    if (!open_model(input, input->arguments[1], &model)) {
        return 1;
    }
    struct str text = explain_page(input->arena, model, page);
    if (text.n == 0) {
        print_error(STR_JOIN(input->arena, STR("there is no page '"), page,
                             STR("'; the pages are access, clocks, data and routes")));
        return 1;
    }
    printf("%.*s", STR_ARG(text));
    return 0;
}
