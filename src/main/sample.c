/* hearth sample: a county with invented families, made through the services: reference data by an
 * import mapping, the families by written-down acts. For training and for a first look. */
#include "main/command.h"

#include "base/buf.h"
#include "main/import_folder.h"
#include "main/paths.h"
#include "model/c_names.h"
#include "service/script.h"
#include "store/installation.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTION_DATA, OPTION_MODEL, OPTION_CLOCK, OPTION_DB };

static bool script_worker(void *context, struct str login, struct uuid *ret_worker)
{
    return find_worker(context, login, ret_worker);
}

static bool script_agency(void *context, struct str code, struct uuid *ret_agency)
{
    return find_agency(context, code, ret_agency);
}

static void script_progress(void *context, size_t done, size_t total)
{
    (void)context;
    if (done % 25 == 0 || done == total) {
        fprintf(stderr, "%zu of %zu acts\n", done, total);
    }
}

/* One script of several files: names hold from one to the next. */
static enum status run_scripts(struct opened *opened, struct str directory)
{
    static const struct str files[] = {
        STR_INIT("workers.yaml"), STR_INIT("two_agencies.yaml"), STR_INIT("families.yaml"),
        STR_INIT("families_assessed.yaml"), STR_INIT("families_opened.yaml")};
    const struct script_host host = {.context = opened,
                                     .worker = script_worker,
                                     .agency = script_agency,
                                     .progress = script_progress};
    struct script *script = script_begin(opened->store, &opened->arena, &host, &opened->outcome);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct str path = STR_JOIN(&opened->arena, directory, STR("/"), files[i]);
        struct str text;
        if (!read_file(&opened->arena, path, &text)) {
            outcome_problem(&opened->outcome, STATUS_INVALID, STR(""), STR("file"),
                            STR_JOIN(&opened->arena, path, STR(" cannot be read")));
            return STATUS_INVALID;
        }
        TRY(script_file(script, path, text));
    }
    return STATUS_OK;
}

/* Every worker gets the sample password; the sign-in page of the band shows the names. */
static enum status set_passwords(struct opened *opened, struct buf *lines)
{
    static const struct actor system;
    const struct model *model = store_model(opened->store);
    const struct model_c_name *login = model_c_name(model, C_WORKER_LOGIN);
    struct store_reader *reader;
    struct work_set set;
    struct record **records;
    size_t count;
    struct str next;
    TRY(store_read_begin(opened->store, &opened->arena, &reader));
    work_set_init(&set, &opened->arena, model, store_now(opened->store), &system);
    enum status status =
        store_find(reader, &set, login->entity, MODEL_NONE, (struct uuid){{0}},
                   (struct store_page){.limit = 200}, &opened->outcome, &records, &count, &next);
    store_read_end(reader);
    TRY(status);
    for (size_t i = count; i > 0; i--) {
        const struct subject *worker = &records[i - 1]->subject;
        struct str name = value_get(worker, login->field).text;
        struct str words =
            value_get(worker, model_c_name(model, C_WORKER_DISPLAY_NAME)->field).text;
        TRY(service_set_password(opened->store, &opened->arena, name, worker->id, SAMPLE_PASSWORD,
                                 &opened->outcome));
        BUF_ADD(lines, STR("  "), name, STR("  ("), words, STR(")\n"));
    }
    return STATUS_OK;
}

static enum status write_sign_in(struct opened *opened, struct str data, struct str names)
{
    struct str path = STR_JOIN(&opened->arena, data, STR("/sample.txt"));
    FILE *file = fopen(str_cstr(&opened->arena, path), "w");
    if (!file) {
        return outcome_fault(&opened->outcome, STATUS_INTERNAL,
                             STR("sample.txt cannot be written"));
    }
    fprintf(file,
            "Sample county: every family here is invented. Sign in as one of\n%.*s"
            "each with the password: %.*s\n",
            STR_ARG(names), STR_ARG(SAMPLE_PASSWORD));
    return fclose(file) == 0 ? STATUS_OK : STATUS_INTERNAL;
}

static enum status make_sample(struct opened *opened, struct str data, struct str model)
{
    struct arena *arena = &opened->arena;
    struct str sample = STR_JOIN(arena, model, STR("/../sample"));
    struct buf names;
    buf_init(&names, arena, 20000);
    TRY(import_reference_data(opened, model, data));
    TRY(run_scripts(opened, sample));
    TRY(set_passwords(opened, &names));
    TRY(write_sign_in(opened, data, buf_str(&names)));
    return store_catch_up(opened->store, &opened->outcome); /* also its history is sealed */
}

int command_sample(const struct command_input *input)
{
    struct opened opened;
    struct str data = input->options[OPTION_DATA];
    struct home home = {data, input->options[OPTION_DB]};
    if (store_is_there(input->arena, data)) {
        print_error(STR_JOIN(input->arena, data,
                             STR(" holds records already; a sample county is made in an empty "
                                 "folder")));
        return 1;
    }
    use_clock_file(input->options[OPTION_CLOCK]);
    if (!open_store_to_fill(&opened, home, input->options[OPTION_MODEL], true)) {
        return 1;
    }
    struct str overlays = model_directory(&opened.arena, input->options[OPTION_MODEL]);
    struct str model = {0};
    (void)str_split(&overlays, ':', &model);
    enum status status = make_sample(&opened, data, model);
    if (status != STATUS_OK) {
        print_outcome(&opened.outcome);
    }
    close_store(&opened);
    return status == STATUS_OK ? 0 : 1;
}
