/* Commands over a data folder: import, audit, access, keys. */
#include "main/command.h"

#include "base/buf.h"
#include "base/csv.h"
#include "compile/compile.h"
#include "exchange/import.h"
#include "http/log.h"
#include "main/import_folder.h"
#include "main/paths.h"
#include "model/c_names.h"
#include "service/signed.h"
#include "store/grant.h"
#include "store/installation.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define STORE_ARENA_CAP ((size_t)1024 * 1024 * 1024)
#define READERS 6

enum { OPTION_DATA, OPTION_MODEL, OPTION_REJECTS, OPTION_AGENCY, OPTION_INVENTED, OPTION_DB };
enum { OPTION_CHECKPOINTS = OPTION_MODEL + 1 }; /* of audit verify */

NORETURN static void out_of_memory(void *context)
{
    (void)context;
    print_error(STR("there is not enough memory for this command"));
    exit(1);
}

static void print_model_errors(struct arena *arena, const struct compile_result *result)
{
    for (size_t i = 0; i < result->error_count; i++) {
        print_error(compile_error_line(arena, &result->errors[i]));
    }
}

/* With no image: by the one in force. */
static bool try_open(struct opened *opened, struct home home, struct str image,
                     struct store_options options)
{
    options.directory = home.data;
    options.server = home.server;
    options.image = image;
    options.now_ms = clock_now;
    options.make_copy = service_make_copy;
    options.readers = READERS;
    outcome_init(&opened->outcome, &opened->arena);
    return store_open(&options, &opened->outcome, &opened->store) == STATUS_OK;
}

static bool is_there(struct opened *opened, struct str data)
{
    if (store_is_there(&opened->arena, data)) {
        return true;
    }
    print_error(STR_JOIN(&opened->arena, data, STR(" is no data folder of Hearth")));
    return false;
}

enum folder { FOLDER_IS_THERE, FOLDER_MAY_BE_NEW };

/* options: what differs from the usual. */
static bool open_with(struct opened *opened, enum folder folder, struct home home, struct str model,
                      struct store_options options)
{
    struct compile_result compiled;
    *opened = (struct opened){0};
    arena_init(&opened->arena, STORE_ARENA_CAP, out_of_memory, NULL);
    if (folder == FOLDER_IS_THERE && !is_there(opened, home.data)) {
        close_store(opened);
        return false;
    }
    /* A command beside a server works by the model that the server put in force; there is none in
     * a new folder, or after Hearth itself has changed. */
    if (model.n == 0 && try_open(opened, home, STR(""), options)) {
        return true;
    }
    outcome_init(&opened->outcome, &opened->arena);
    struct str directory = model_directory(&opened->arena, model);
    if (compile_model(&opened->arena, directory, ZONES, &opened->outcome, &compiled) != STATUS_OK) {
        print_model_errors(&opened->arena, &compiled);
        print_error(STR_JOIN(&opened->arena, STR("the practice model in "), directory,
                             STR(" cannot be used")));
        close_store(opened);
        return false;
    }
    if (!try_open(opened, home, compiled.image, options)) {
        print_outcome(&opened->outcome);
        close_store(opened);
        return false;
    }
    return true;
}

bool open_store(struct opened *opened, struct home home, struct str model, struct str checkpoints)
{
    return open_with(opened, FOLDER_IS_THERE, home, model,
                     (struct store_options){.checkpoints = checkpoints});
}

bool open_store_new(struct opened *opened, struct home home, struct str model,
                    struct str checkpoints)
{
    return open_with(opened, FOLDER_MAY_BE_NEW, home, model,
                     (struct store_options){.checkpoints = checkpoints});
}

static void tell_log(struct str what, struct str detail)
{
    log_event(LOG_LEVEL_ERROR, what, detail);
}

bool open_store_to_serve(struct opened *opened, struct home home, struct str model,
                         struct str checkpoints, int64_t retry_days)
{
    return open_with(opened, FOLDER_MAY_BE_NEW, home, model,
                     (struct store_options){
                         .checkpoints = checkpoints, .tell = tell_log, .retry_days = retry_days});
}

bool open_store_to_fill(struct opened *opened, struct home home, struct str model, bool in_one_go)
{
    return open_with(opened, FOLDER_MAY_BE_NEW, home, model,
                     (struct store_options){.filling = in_one_go, .training = true});
}

void close_store(struct opened *opened)
{
    opened->store = store_close(opened->store);
    arena_clear(&opened->arena);
}

/* The record of an entity whose text field is this, as far as the system itself may look. */
static bool find_by_text(struct opened *opened, uint32_t entity, uint32_t field, struct str text,
                         struct uuid *ret_id)
{
    struct store_reader *reader;
    struct work_set set;
    struct record **records;
    size_t count;
    struct str next = STR("");
    const struct actor system = {0};
    bool found = false;
    if (store_read_begin(opened->store, &opened->arena, &reader) != STATUS_OK) {
        return false;
    }
    work_set_init(&set, &opened->arena, store_model(opened->store), store_now(opened->store),
                  &system);
    do {
        struct store_page page = {.limit = 200, .cursor = next};
        if (store_find(reader, &set, entity, MODEL_NONE, (struct uuid){{0}}, page, &opened->outcome,
                       &records, &count, &next) != STATUS_OK) {
            break;
        }
        for (size_t i = 0; i < count && !found; i++) {
            struct value value = value_get(&records[i]->subject, field);
            found = value.type == VALUE_TEXT && str_eq(value.text, text);
            *ret_id = records[i]->subject.id;
        }
    } while (!found && next.n > 0);
    store_read_end(reader);
    return found;
}

bool find_worker(struct opened *opened, struct str login, struct uuid *ret_worker)
{
    const struct model_c_name *name = model_c_name(store_model(opened->store), C_WORKER_LOGIN);
    return name->field != MODEL_NONE &&
           find_by_text(opened, name->entity, name->field, login, ret_worker);
}

bool find_agency(struct opened *opened, struct str code, struct uuid *ret_agency)
{
    const struct model_c_name *name = model_c_name(store_model(opened->store), C_AGENCY_CODE);
    *ret_agency = (struct uuid){{0}};
    return code.n == 0 || (name->field != MODEL_NONE &&
                           find_by_text(opened, name->entity, name->field, code, ret_agency));
}

int command_audit_verify(const struct command_input *input)
{
    struct opened opened;
    struct store_audit audit;
    int result = 1;
    struct home home = {.data = input->options[OPTION_DATA]};
    if (!open_store(&opened, home, input->options[OPTION_MODEL],
                    input->options[OPTION_CHECKPOINTS])) {
        return 1;
    }
    if (store_audit_verify(opened.store, &opened.arena, &audit) == STATUS_OK) {
        printf("%llu valid, %llu expunged, %llu unsealed, %llu broken\n",
               (unsigned long long)audit.valid, (unsigned long long)audit.expunged,
               (unsigned long long)audit.unsealed, (unsigned long long)audit.broken);
        if (audit.broken > 0) {
            print_error(audit.first_fault);
        }
        result = audit.broken > 0;
        if (store_mark_verified(input->options[OPTION_DATA], store_now(opened.store), audit.broken,
                                &opened.outcome) != STATUS_OK) {
            print_outcome(&opened.outcome); /* it was checked all the same */
        }
    }
    close_store(&opened);
    return result;
}

int command_access_explain(const struct command_input *input)
{
    struct opened opened;
    struct uuid worker;
    struct uuid id;
    struct store_reader *reader;
    struct str words;
    int result = 1;
    struct home home = {.data = input->options[OPTION_DATA]};
    if (!open_store(&opened, home, input->options[OPTION_MODEL], STR(""))) {
        return 1;
    }
    uint32_t entity = model_entity_by_name(store_model(opened.store), input->arguments[1]);
    if (!find_worker(&opened, input->arguments[0], &worker)) {
        print_error(STR("no worker has this login"));
    } else if (entity == MODEL_NONE || !uuid_parse(input->arguments[2], &id)) {
        print_error(STR("give an entity of the model and the id of a record"));
    } else if (store_read_begin(opened.store, &opened.arena, &reader) == STATUS_OK) {
        if (store_access_explain(reader, worker, entity, id, &words) == STATUS_OK) {
            print_line(words);
            result = 0;
        } else {
            print_error(STR("there is no such record"));
        }
        store_read_end(reader);
    }
    close_store(&opened);
    return result;
}

/* ---- import
 * --------------------------------------------------------------------------------------- */

struct import_files {
    struct arena *arena;
    struct str directory, rejects;
    FILE *reject_file;
    struct str reject_name;
};

static bool import_read(void *context, struct arena *arena, struct str file, struct str *ret_text)
{
    const struct import_files *files = context;
    return read_file(arena, STR_JOIN(arena, files->directory, STR("/"), file), ret_text);
}

static void write_row(const struct import_files *files, struct str line, struct str reason,
                      const struct csv_row *row)
{
    struct buf text;
    buf_init(&text, files->arena, (size_t)4 * 1024 * 1024);
    buf_add(&text, line);
    buf_byte(&text, ',');
    csv_write_field(&text, reason);
    for (size_t i = 0; i < row->count; i++) {
        buf_byte(&text, ',');
        csv_write_field(&text, row->fields[i]);
    }
    buf_byte(&text, '\n');
    struct str written = buf_str(&text);
    fwrite(written.p, 1, written.n, files->reject_file);
}

/* The rejects of a file, with its heading behind "line" and "reason": mended rows can be read
 * again. */
static FILE *rejects_of(struct import_files *files, const struct import_reject *reject)
{
    if (!str_eq(reject->file, files->reject_name)) {
        struct str path =
            STR_JOIN(files->arena, files->rejects, STR("/"), reject->file, STR(".rejects.csv"));
        if (files->reject_file) {
            fclose(files->reject_file);
        }
        files->reject_file = fopen(str_cstr(files->arena, path), "w");
        files->reject_name = str_copy(files->arena, reject->file);
        if (files->reject_file) {
            write_row(files, STR("line"), STR("reason"), reject->heading);
        }
    }
    return files->reject_file;
}

static void import_reject(void *context, const struct import_reject *reject)
{
    struct import_files *files = context;
    if (!rejects_of(files, reject)) {
        print_error(STR_JOIN(files->arena, STR("cannot write the rejects of "), reject->file));
        return;
    }
    write_row(files, str_from_int(files->arena, reject->row->line), reject->reason, reject->row);
}

static void import_progress(void *context, const struct import_count *count)
{
    (void)context;
    fprintf(stderr, "%.*s: %u read, %u made, %u changed, %u same, %u staged, %u set aside\n",
            STR_ARG(count->table), count->read, count->made, count->changed, count->same,
            count->staged, count->rejected);
}

enum status import_folder(struct opened *opened, struct str mapping_file, struct str directory,
                          struct str rejects, struct uuid agency)
{
    struct str text;
    struct mapping mapping;
    struct import_count *counts;
    struct arena *arena = &opened->arena;
    struct import_files files = {arena, directory, rejects, NULL, STR("")};
    const struct import_host host = {&files, import_read, import_reject, import_progress};
    if (!read_file(arena, mapping_file, &text)) {
        outcome_problem(&opened->outcome, STATUS_INVALID, STR(""), STR("mapping"),
                        STR_JOIN(arena, STR("cannot read the mapping "), mapping_file));
        return STATUS_INVALID;
    }
    TRY(mapping_read(arena, store_model(opened->store), mapping_file, text, &opened->outcome,
                     &mapping));
    mkdir(str_cstr(arena, rejects), 0700);
    enum status status =
        import_run(opened->store, arena, &mapping, agency, &host, &opened->outcome, &counts);
    if (files.reject_file) {
        fclose(files.reject_file);
        print_error(STR_JOIN(arena, STR("rows that were set aside are in "), rejects));
    }
    return status;
}

enum status import_reference_data(struct opened *opened, struct str model, struct str data)
{
    struct arena *arena = &opened->arena;
    struct str mapping = STR_JOIN(arena, model, STR("/../mapping/reference-data.yaml"));
    if (access(str_cstr(arena, mapping), F_OK) != 0) {
        return STATUS_OK; /* a model whose installations begin empty */
    }
    return import_folder(opened, mapping, STR_JOIN(arena, model, STR("/data")),
                         STR_JOIN(arena, data, STR("/rejects")), (struct uuid){{0}});
}

/* Who owns what comes in; a new data folder gets its agencies first. */
static enum status owner_of_import(struct opened *opened, const struct command_input *input,
                                   struct uuid *ret_agency)
{
    struct str code = input->options[OPTION_AGENCY];
    if (find_agency(opened, code, ret_agency)) {
        return STATUS_OK;
    }
    TRY(import_reference_data(opened, model_directory(&opened->arena, input->options[OPTION_MODEL]),
                              input->options[OPTION_DATA]));
    if (!find_agency(opened, code, ret_agency)) {
        outcome_problem(&opened->outcome, STATUS_INVALID, STR(""), STR("agency"),
                        STR("No agency has this code. --agency takes one, for example 073."));
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static bool may_be_read(struct arena *arena, struct str path)
{
    if (access(str_cstr(arena, path), R_OK) == 0) {
        return true;
    }
    print_error(STR_JOIN(arena, STR("cannot read "), path));
    return false;
}

/* Real families do not come among people who all know the same password, nor invented ones among
 * real ones. */
static enum status refuse_mixing(struct opened *opened, bool invented)
{
    bool training = store_is_training(opened->store);
    if (training == invented) {
        return STATUS_OK;
    }
    outcome_problem(&opened->outcome, STATUS_REFUSED, STR(""), STR("training"),
                    training ? STR("This is a training folder, whose password everybody knows: it "
                                   "takes only files that are said to be --invented.")
                             : STR("This folder is about real families: it takes no files that are "
                                   "--invented."));
    return STATUS_REFUSED;
}

int command_import(const struct command_input *input)
{
    struct opened opened;
    struct uuid agency = {{0}};
    struct str rejects = input->options[OPTION_REJECTS];
    if (!may_be_read(input->arena, input->arguments[0]) ||
        !may_be_read(input->arena, input->arguments[1])) {
        return 1; /* before a data folder is made for nothing */
    }
    struct home home = {input->options[OPTION_DATA], input->options[OPTION_DB]};
    if (!open_store_new(&opened, home, input->options[OPTION_MODEL], STR(""))) {
        return 1;
    }
    rejects = rejects.n > 0 ? rejects
                            : STR_JOIN(&opened.arena, input->options[OPTION_DATA], STR("/rejects"));
    enum status status = refuse_mixing(&opened, input->options[OPTION_INVENTED].n > 0);
    if (status == STATUS_OK) {
        status = owner_of_import(&opened, input, &agency);
    }
    if (status == STATUS_OK) {
        status = import_folder(&opened, input->arguments[0], input->arguments[1], rejects, agency);
    }
    if (status != STATUS_OK) {
        print_outcome(&opened.outcome);
    }
    close_store(&opened);
    return status == STATUS_OK ? 0 : 1;
}

/* ---- keys ---- */

static int keys_fault(struct arena *arena, const struct outcome *outcome)
{
    print_error(outcome->detail.n > 0 ? outcome->detail : status_name(outcome->status));
    arena_clear(arena);
    return 1;
}

int command_keys(const struct command_input *input)
{
    struct arena arena;
    struct outcome outcome;
    struct str data = input->options[OPTION_DATA];
    unsigned char numbers[STORE_KEYS_MAX];
    size_t count = 0;
    int64_t signing = 0;
    bool waits = false;
    arena_init(&arena, STORE_ARENA_CAP, out_of_memory, NULL);
    outcome_init(&outcome, &arena);
    if (store_keys_list(data, &outcome, numbers, &count) != STATUS_OK ||
        store_signing_keys(data, &outcome, &signing, &waits) != STATUS_OK) {
        return keys_fault(&arena, &outcome);
    }
    for (size_t i = 0; i < count; i++) {
        print_line(STR_JOIN(&arena, STR("key "), str_from_int(&arena, numbers[i]),
                            i == 0 ? STR(": seals what is written now")
                                   : STR(": opens what is not sealed anew yet")));
    }
    print_line(STR_JOIN(&arena, STR("signing key "), str_from_int(&arena, signing),
                        STR(": signs history"),
                        waits ? STR("; the next one waits for the server") : STR("")));
    arena_clear(&arena);
    return 0;
}

int command_keys_rotate_sign(const struct command_input *input)
{
    struct arena arena;
    struct outcome outcome;
    int64_t number = 0;
    arena_init(&arena, STORE_ARENA_CAP, out_of_memory, NULL);
    outcome_init(&outcome, &arena);
    if (store_signing_rotate(input->options[OPTION_DATA], &outcome, &number) != STATUS_OK) {
        return keys_fault(&arena, &outcome);
    }
    print_line(STR_JOIN(&arena, STR("signing key "), str_from_int(&arena, number),
                        STR(" signs history from the next block on; the one before it signs "
                            "nothing more. Once \"hearth keys\" says so, back up the folder keys "
                            "and the data.")));
    arena_clear(&arena);
    return 0;
}

int command_keys_rotate(const struct command_input *input)
{
    struct arena arena;
    struct outcome outcome;
    unsigned number = 0;
    arena_init(&arena, STORE_ARENA_CAP, out_of_memory, NULL);
    outcome_init(&outcome, &arena);
    if (store_keys_rotate(input->options[OPTION_DATA], &outcome, &number) != STATUS_OK) {
        return keys_fault(&arena, &outcome);
    }
    print_line(
        STR_JOIN(&arena, STR("key "), str_from_int(&arena, number),
                 STR(" seals from now on. What is sealed with older keys is sealed anew while "
                     "the server runs; \"hearth keys\" says when that is done. Back up the "
                     "folder keys.")));
    arena_clear(&arena);
    return 0;
}
