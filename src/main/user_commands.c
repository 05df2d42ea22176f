/* hearth init, hearth user: who may sign in. */
#include "main/command.h"

#include "base/buf.h"
#include "main/import_folder.h"
#include "main/paths.h"
#include "service/script.h"
#include "service/second_factor.h"
#include "store/installation.h"

#include <stdio.h>

#define SCRIPT_MOST ((size_t)64 * 1024)

enum { OPTION_DATA, OPTION_MODEL, OPTION_AGENCY, OPTION_FIRST_NAME, OPTION_LAST_NAME, OPTION_DB };

/* One line of standard input, without its end: a password must not stand in the process list. */
static struct str read_line(struct arena *arena)
{
    char *line = arena_alloc(arena, 256);
    if (!fgets(line, 256, stdin)) {
        return STR("");
    }
    return str_trim(str_from(line));
}

static enum status set_password(struct opened *opened, struct str login, struct str password)
{
    struct uuid worker;
    if (str_eq(password, SAMPLE_PASSWORD) && !store_is_training(opened->store)) {
        outcome_problem(&opened->outcome, STATUS_INVALID, STR("password"), STR("known"),
                        STR("this is the password of the sample county, which everybody knows; "
                            "choose another"));
        return STATUS_INVALID;
    }
    if (!find_worker(opened, login, &worker)) {
        outcome_problem(&opened->outcome, STATUS_NOT_FOUND, STR("login"), STR("unknown"),
                        STR("no worker has this login; an administrator enters workers first"));
        return STATUS_NOT_FOUND;
    }
    return service_set_password(opened->store, &opened->arena, login, worker, password,
                                &opened->outcome);
}

int command_user_add(const struct command_input *input)
{
    struct opened opened;
    struct home home = {.data = input->options[OPTION_DATA]};
    if (!open_store(&opened, home, input->options[OPTION_MODEL], STR(""))) {
        return 1;
    }
    struct str password = read_line(&opened.arena);
    int result = set_password(&opened, input->arguments[0], password) == STATUS_OK
                     ? 0
                     : print_outcome(&opened.outcome);
    if (result == 0) {
        print_line(STR("The password is set."));
    }
    close_store(&opened);
    return result;
}

/* ---- the first one ---- */

/* A text of the command line, to stand within single quotes of YAML. */
static bool add_quoted(struct buf *text, struct str value)
{
    struct str part;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] >= 0 && value.p[i] < ' ') {
            return false; /* a line would end, or worse */
        }
    }
    for (bool first = true; str_split(&value, '\'', &part); first = false) {
        BUF_ADD(text, first ? STR("") : STR("''"), part);
    }
    return true;
}

/* The script with its places, "<login>", filled from the command line. */
static enum status fill_script(struct opened *opened, const struct command_input *input,
                               struct str template, struct str *ret_text)
{
    const struct {
        struct str place, value;
    } places[] = {
        {STR("agency>"),     input->options[OPTION_AGENCY]    },
        {STR("first_name>"), input->options[OPTION_FIRST_NAME]},
        {STR("last_name>"),  input->options[OPTION_LAST_NAME] },
        {STR("login>"),      input->arguments[0]              },
    };
    struct buf text;
    struct str part;
    buf_init(&text, &opened->arena, SCRIPT_MOST);
    for (bool first = true; str_split(&template, '<', &part); first = false) {
        for (size_t i = 0; !first && i < ARRAY_LENGTH(places); i++) {
            if (str_starts(part, places[i].place)) {
                if (!add_quoted(&text, places[i].value)) {
                    outcome_problem(&opened->outcome, STATUS_INVALID, STR(""), STR("text"),
                                    STR("names and login are words without control characters"));
                    return STATUS_INVALID;
                }
                part = str_slice(part, places[i].place.n, part.n);
            }
        }
        buf_add(&text, part);
    }
    *ret_text = buf_str(&text);
    return STATUS_OK;
}

static bool script_agency(void *context, struct str code, struct uuid *ret_agency)
{
    return find_agency(context, code, ret_agency);
}

static bool script_worker(void *context, struct str login, struct uuid *ret_worker)
{
    return find_worker(context, login, ret_worker);
}

/* Whoever is there already signs in and enters the others; so nobody makes an administrator of
 * themselves in a folder that is in use. */
static enum status refuse_used(struct opened *opened)
{
    struct store_reader *reader;
    struct store_figures figures;
    TRY(store_read_begin(opened->store, &opened->arena, &reader));
    enum status status = store_figures(reader, &figures);
    store_read_end(reader);
    TRY(status);
    if (figures.logins > 0) {
        outcome_problem(&opened->outcome, STATUS_REFUSED, STR(""), STR("used"),
                        STR("somebody can sign in here already: an administrator enters workers, "
                            "and \"hearth user add LOGIN\" gives them a password"));
        return STATUS_REFUSED;
    }
    return STATUS_OK;
}

/* Again does only what is still to be done. */
static enum status make_first(struct opened *opened, const struct command_input *input,
                              struct str password)
{
    const struct script_host host = {
        .context = opened, .worker = script_worker, .agency = script_agency};
    struct arena *arena = &opened->arena;
    struct str overlays = model_directory(arena, input->options[OPTION_MODEL]);
    struct str model = {0}, text;
    struct uuid worker;
    (void)str_split(&overlays, ':', &model);
    struct str path = STR_JOIN(arena, model, STR("/data/first_administrator.script"));
    if (!read_file(arena, path, &text)) {
        outcome_problem(&opened->outcome, STATUS_INVALID, STR(""), STR("file"),
                        STR_JOIN(arena, path, STR(" cannot be read")));
        return STATUS_INVALID;
    }
    TRY(import_reference_data(opened, model, input->options[OPTION_DATA]));
    if (!find_worker(opened, input->arguments[0], &worker)) {
        TRY(fill_script(opened, input, text, &text));
        TRY(script_run(opened->store, arena, path, text, &host, &opened->outcome));
    }
    return set_password(opened, input->arguments[0], password);
}

int command_init(const struct command_input *input)
{
    struct opened opened;
    if (input->options[OPTION_FIRST_NAME].n == 0 || input->options[OPTION_LAST_NAME].n == 0) {
        print_error(STR("say who it is: --first-name NAME --last-name NAME"));
        return 2;
    }
    struct home home = {input->options[OPTION_DATA], input->options[OPTION_DB]};
    if (!open_store_new(&opened, home, input->options[OPTION_MODEL], STR(""))) {
        return 1;
    }
    struct str password = read_line(&opened.arena);
    enum status status = refuse_used(&opened);
    if (status == STATUS_OK) {
        status = make_first(&opened, input, password);
    }
    int result = status == STATUS_OK ? 0 : print_outcome(&opened.outcome);
    if (result == 0) {
        print_line(STR_JOIN(&opened.arena, input->arguments[0],
                            STR(" is administrator and can sign in. Set up the second step there, "
                                "enter the workers, and give each a password: hearth user add")));
    }
    close_store(&opened);
    return result;
}

/* ---- programs, second steps ---- */

int command_user_token(const struct command_input *input)
{
    struct opened opened;
    struct str token;
    int result = 1;
    struct home home = {.data = input->options[OPTION_DATA]};
    if (!open_store(&opened, home, input->options[OPTION_MODEL], STR(""))) {
        return 1;
    }
    if (service_api_token(opened.store, &opened.arena, input->arguments[0], &token,
                          &opened.outcome) == STATUS_OK) {
        print_line(token);
        result = 0;
    } else {
        print_outcome(&opened.outcome);
    }
    close_store(&opened);
    return result;
}

int command_second_factor_reset(const struct command_input *input)
{
    struct opened opened;
    struct home home = {.data = input->options[OPTION_DATA]};
    if (!open_store(&opened, home, input->options[OPTION_MODEL], STR(""))) {
        return 1;
    }
    enum status status = service_second_factor_reset(
        opened.store, &opened.arena, input->arguments[0], input->arguments[1], &opened.outcome);
    int result = status == STATUS_OK ? 0 : print_outcome(&opened.outcome);
    if (result == 0) {
        print_line(STR_JOIN(&opened.arena, input->arguments[0],
                            STR(" sets up a second step anew; all their sessions have ended")));
    }
    close_store(&opened);
    return result;
}
