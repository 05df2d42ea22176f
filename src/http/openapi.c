/* OpenAPI 3.1 made from the model: one schema an entity and code set, one path a verb and
 * transition; what recurs stands once among the components. What the model does not say is not in
 * it, and what it says is never missing. */
#include "http/connection.h"
#include "http/json_out.h"
#include "rule/duty.h"

struct openapi {
    struct json_out json;
    const struct model *model;
    struct arena *arena;
};

static void type(struct openapi *o, struct str name)
{
    json_out_member(&o->json, STR("type"), name);
}

/* What stands once among the components: "#/components/GROUP/NAME". */
static void points_to(struct openapi *o, const char *group, struct str name)
{
    json_out_member(&o->json, STR("$ref"),
                    STR_JOIN(o->arena, STR("#/components/"), str_from(group), STR("/"), name));
}

static void reference(struct openapi *o, const char *group, struct str name)
{
    json_out_object(&o->json);
    points_to(o, group, name);
    json_out_object_end(&o->json);
}

/* An entity and a code set may have the same name. */
static struct str set_schema(struct openapi *o, uint32_t set)
{
    return STR_JOIN(o->arena, STR("codes."),
                    model_text(o->model, model_code_set_row(o->model, set)->name));
}

/* The codes of a set, each once, whatever its wordings. */
static void code_set(struct openapi *o, uint32_t set)
{
    const struct model_code_set *row = model_code_set_row(o->model, set);
    struct str last = STR("");
    json_out_key(&o->json, set_schema(o, set));
    json_out_object(&o->json);
    type(o, STR("string"));
    json_out_member(&o->json, STR("title"), model_text(o->model, row->label));
    json_out_key(&o->json, STR("enum"));
    json_out_array(&o->json);
    for (uint32_t i = 0; i < row->codes_count; i++) {
        struct str code =
            model_text(o->model, model_code_row(o->model, row->codes_first + i)->code);
        if (!str_eq(code, last)) {
            json_out_text(&o->json, code);
        }
        last = code;
    }
    json_out_array_end(&o->json);
    json_out_object_end(&o->json);
}

/* "The id of a file that contact.photographs has in photo: the same file, no copy of it" */
static struct str chosen_words(struct openapi *o, const struct model_field *field)
{
    const struct model_field *source = model_field_row(o->model, field->chosen);
    struct str list =
        source->list == MODEL_NONE
            ? STR("")
            : STR_JOIN(o->arena, STR("."),
                       model_text(o->model, model_list_row(o->model, source->list)->name));
    return STR_JOIN(o->arena, STR("The id of a file that a record you may read has in "),
                    model_text(o->model, model_entity_row(o->model, source->entity)->name), list,
                    STR("."), model_text(o->model, source->name),
                    STR(": the same file, no copy of it. What comes with it is filled in."));
}

static void value_schema(struct openapi *o, const struct model_field *field)
{
    switch ((enum model_field_kind)field->kind) {
    case FIELD_YES_NO:
        type(o, STR("boolean"));
        break;
    case FIELD_INTEGER:
        type(o, STR("integer"));
        break;
    case FIELD_DATE:
        type(o, STR("string"));
        json_out_member(&o->json, STR("format"), STR("date"));
        break;
    case FIELD_DATETIME:
        type(o, STR("string"));
        json_out_member(&o->json, STR("format"), STR("date-time"));
        break;
    case FIELD_CODE:
        points_to(o, "schemas", set_schema(o, field->code_set));
        break;
    case FIELD_CODES:
        type(o, STR("array"));
        json_out_key(&o->json, STR("items"));
        reference(o, "schemas", set_schema(o, field->code_set));
        break;
    case FIELD_ATTACHMENT:
        type(o, STR("string"));
        json_out_member(&o->json, STR("format"), STR("uuid"));
        if (field->chosen != MODEL_NONE) {
            json_out_member(&o->json, STR("description"), chosen_words(o, field));
        }
        break;
    case FIELD_REFERENCE:
    case FIELD_ROW:
    case FIELD_SIGNATURE:
        type(o, STR("string"));
        json_out_member(&o->json, STR("format"), STR("uuid"));
        break;
    case FIELD_TEXT:
        type(o, STR("string"));
        if (model_text(o->model, field->format).n > 0) {
            json_out_member(
                &o->json, STR("description"),
                STR_JOIN(o->arena, STR("Written as "), model_text(o->model, field->format),
                         field->shows > 0 ? STR("; read back with X for what is not shown")
                                          : STR("")));
        }
        break;
    case FIELD_NARRATIVE:
    case FIELD_DECIMAL:
    case FIELD__COUNT:
        type(o, STR("string"));
        break;
    }
}

static void non_answer_schema(struct openapi *o, struct str name, const struct model_field *field)
{
    json_out_key(&o->json, STR_JOIN(o->arena, name, STR("_why")));
    json_out_object(&o->json);
    type(o, STR("string"));
    json_out_key(&o->json, STR("enum"));
    json_out_array(&o->json);
    for (uint32_t why = 0; why < NON_ANSWER__COUNT; why++) {
        if (field->non_answers & (1u << why)) {
            json_out_text(&o->json, model_non_answer_name((enum model_non_answer)why));
        }
    }
    json_out_array_end(&o->json);
    json_out_object_end(&o->json);
    if (field->who_asked) {
        json_out_key(&o->json, STR_JOIN(o->arena, name, STR("_asked")));
        json_out_object(&o->json);
        type(o, STR("string"));
        json_out_object_end(&o->json);
    }
}

static void field_schemas(struct openapi *o, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct model_field *field = model_field_row(o->model, first + i);
        struct str name = model_text(o->model, field->name);
        if (field->kernel || !model_has_field(o->model, first + i)) {
            continue;
        }
        json_out_key(&o->json, name);
        json_out_object(&o->json);
        value_schema(o, field);
        json_out_member(&o->json, STR("title"), model_text(o->model, field->label));
        if (model_text(o->model, field->help).n > 0) {
            json_out_member(&o->json, STR("description"), model_text(o->model, field->help));
        }
        if (field->derived != MODEL_NONE || field->brought_with != MODEL_NONE) {
            json_out_key(&o->json, STR("readOnly"));
            json_out_boolean(&o->json, true);
        }
        json_out_object_end(&o->json);
        if (field->non_answers != 0) {
            non_answer_schema(o, name, field);
        }
    }
}

static void list_schemas(struct openapi *o, const struct model_entity *entity)
{
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(o->model, entity->lists_first + i);
        json_out_key(&o->json, model_text(o->model, list->name));
        json_out_object(&o->json);
        type(o, STR("array"));
        json_out_member(&o->json, STR("title"), model_text(o->model, list->label));
        json_out_member_number(&o->json, STR("maxItems"), list->most);
        json_out_key(&o->json, STR("items"));
        json_out_object(&o->json);
        type(o, STR("object"));
        json_out_key(&o->json, STR("properties"));
        json_out_object(&o->json);
        json_out_key(&o->json, STR("id"));
        json_out_object(&o->json);
        type(o, STR("string"));
        json_out_object_end(&o->json);
        field_schemas(o, list->fields_first, list->fields_count);
        json_out_object_end(&o->json);
        json_out_object_end(&o->json);
        json_out_object_end(&o->json);
    }
}

/* Texts of the record that may tell who reported; only for who may read who did. */
static void warnings_schema(struct openapi *o)
{
    json_out_key(&o->json, STR("warnings"));
    json_out_object(&o->json);
    type(o, STR("array"));
    json_out_key(&o->json, STR("readOnly"));
    json_out_boolean(&o->json, true);
    json_out_key(&o->json, STR("items"));
    json_out_object(&o->json);
    type(o, STR("object"));
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

static void read_only(struct openapi *o, struct str name, struct str kind)
{
    json_out_key(&o->json, name);
    json_out_object(&o->json);
    type(o, kind);
    json_out_key(&o->json, STR("readOnly"));
    json_out_boolean(&o->json, true);
    json_out_object_end(&o->json);
}

/* What every record has. */
static void record_schema(struct openapi *o)
{
    static const struct str texts[] = {STR_INIT("id"), STR_INIT("state"), STR_INIT("number"),
                                       STR_INIT("created_at"), STR_INIT("changed_at")};
    json_out_key(&o->json, STR("kernel.record"));
    json_out_object(&o->json);
    type(o, STR("object"));
    json_out_key(&o->json, STR("properties"));
    json_out_object(&o->json);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        read_only(o, texts[i], STR("string"));
    }
    read_only(o, STR("version"), STR("integer"));
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

static void entity_schema(struct openapi *o, const struct model_entity *entity)
{
    json_out_key(&o->json, model_text(o->model, entity->name));
    json_out_object(&o->json);
    type(o, STR("object"));
    json_out_member(&o->json, STR("title"), model_text(o->model, entity->label));
    json_out_member(&o->json, STR("description"), model_text(o->model, entity->help));
    json_out_key(&o->json, STR("allOf"));
    json_out_array(&o->json);
    reference(o, "schemas", STR("kernel.record"));
    json_out_array_end(&o->json);
    json_out_key(&o->json, STR("properties"));
    json_out_object(&o->json);
    if (entity->protects != MODEL_NONE) {
        warnings_schema(o);
    }
    field_schemas(o, entity->fields_first, entity->fields_count);
    list_schemas(o, entity);
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

/* ---- paths
 * ----------------------------------------------------------------------------------------- */

/* What a request says beside its body. */
static const struct parameter {
    struct str name, where;
    bool required;
} parameters[] = {
    {STR_INIT("id"),              STR_INIT("path"),   true },
    {STR_INIT("If-Match"),        STR_INIT("header"), true },
    {STR_INIT("Idempotency-Key"), STR_INIT("header"), false},
    {STR_INIT("limit"),           STR_INIT("query"),  false},
    {STR_INIT("cursor"),          STR_INIT("query"),  false},
    {STR_INIT("as_of"),           STR_INIT("query"),  false},
};

static void parameter_components(struct openapi *o)
{
    json_out_key(&o->json, STR("parameters"));
    json_out_object(&o->json);
    for (size_t i = 0; i < ARRAY_LENGTH(parameters); i++) {
        json_out_key(&o->json, parameters[i].name);
        json_out_object(&o->json);
        json_out_member(&o->json, STR("name"), parameters[i].name);
        json_out_member(&o->json, STR("in"), parameters[i].where);
        json_out_key(&o->json, STR("required"));
        json_out_boolean(&o->json, parameters[i].required);
        json_out_key(&o->json, STR("schema"));
        json_out_object(&o->json);
        type(o, STR("string"));
        json_out_object_end(&o->json);
        json_out_object_end(&o->json);
    }
    json_out_object_end(&o->json);
}

static void content(struct openapi *o, struct str media, struct str schema)
{
    json_out_key(&o->json, STR("content"));
    json_out_object(&o->json);
    json_out_key(&o->json, media);
    json_out_object(&o->json);
    json_out_key(&o->json, STR("schema"));
    reference(o, "schemas", schema);
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

struct operation {
    struct str method, id, summary, body, answer, status;
    bool versioned, paged, repeatable;
    bool then; /* takes the moment as of which it is asked for */
};

static void operation(struct openapi *o, struct operation op)
{
    json_out_key(&o->json, op.method);
    json_out_object(&o->json);
    json_out_member(&o->json, STR("operationId"), op.id);
    json_out_member(&o->json, STR("summary"), op.summary);
    json_out_key(&o->json, STR("parameters"));
    json_out_array(&o->json);
    if (op.versioned) {
        reference(o, "parameters", STR("If-Match"));
    }
    if (op.repeatable) {
        reference(o, "parameters", STR("Idempotency-Key"));
    }
    if (op.paged) {
        reference(o, "parameters", STR("limit"));
        reference(o, "parameters", STR("cursor"));
    }
    if (op.then) {
        reference(o, "parameters", STR("as_of"));
    }
    json_out_array_end(&o->json);
    if (op.body.n > 0) {
        json_out_key(&o->json, STR("requestBody"));
        json_out_object(&o->json);
        content(o, STR("application/json"), op.body);
        json_out_object_end(&o->json);
    }
    json_out_key(&o->json, STR("responses"));
    json_out_object(&o->json);
    json_out_key(&o->json, op.status);
    json_out_object(&o->json);
    json_out_member(&o->json, STR("description"), op.summary);
    if (op.answer.n > 0) {
        content(o, STR("application/json"), op.answer);
    }
    json_out_object_end(&o->json);
    json_out_key(&o->json, STR("default"));
    reference(o, "responses", STR("problem"));
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

static void begin_path(struct openapi *o, struct str path, bool has_id)
{
    json_out_key(&o->json, path);
    json_out_object(&o->json);
    if (has_id) {
        json_out_key(&o->json, STR("parameters"));
        json_out_array(&o->json);
        reference(o, "parameters", STR("id"));
        json_out_array_end(&o->json);
    }
}

static void transition_paths(struct openapi *o, const struct model_entity *entity, struct str base)
{
    struct str entity_name = model_text(o->model, entity->name);
    for (uint32_t i = 0; i < entity->transitions_count; i++) {
        const struct model_transition *transition =
            model_transition_row(o->model, entity->transitions_first + i);
        struct str name = model_text(o->model, transition->name);
        if (str_eq(name, STR("start")) || duty_is_by(o->model, entity->transitions_first + i)) {
            continue;
        }
        begin_path(o, STR_JOIN(o->arena, base, STR("/{id}/"), name), true);
        operation(o, (struct operation){.method = STR("post"),
                                        .id = STR_JOIN(o->arena, name, STR("_"), entity_name),
                                        .summary = model_text(o->model, transition->label),
                                        .body = entity_name,
                                        .answer = entity_name,
                                        .status = STR("200"),
                                        .versioned = true,
                                        .repeatable = true});
        json_out_object_end(&o->json);
    }
}

static struct str verb_schema_name(const struct openapi *o, enum service_verb verb)
{
    return STR_JOIN(o->arena, STR("kernel."), service_verb_words(verb)->name);
}

/* What the kernel can do with every record; a correction says beside its reason what is right. */
static void verb_paths(struct openapi *o, struct str entity_name, struct str base)
{
    for (unsigned i = SERVICE_NO_VERB + 1; i < SERVICE_VERB__COUNT; i++) {
        enum service_verb verb = (enum service_verb)i;
        const struct service_verb_words *words = service_verb_words(verb);
        begin_path(o, STR_JOIN(o->arena, base, STR("/{id}/"), words->name), true);
        operation(o, (struct operation){
                         .method = STR("post"),
                         .id = STR_JOIN(o->arena, words->name, STR("_"), entity_name),
                         .summary = words->label,
                         .body = verb == SERVICE_CORRECT ? entity_name : verb_schema_name(o, verb),
                         .answer = entity_name,
                         .status = STR("200"),
                         .versioned = true,
                         .repeatable = true});
        json_out_object_end(&o->json);
    }
}

/* What is refused may be opened in an emergency, if its class says for how long. */
static void break_glass_path(struct openapi *o, const struct model_entity *entity, struct str base)
{
    if (entity->class == MODEL_NONE ||
        model_record_class_row(o->model, entity->class)->break_glass_hours == 0) {
        return;
    }
    begin_path(o, STR_JOIN(o->arena, base, STR("/{id}/break-glass")), true);
    operation(o, (struct operation){.method = STR("post"),
                                    .id = STR_JOIN(o->arena, STR("break_glass_"),
                                                   model_text(o->model, entity->name)),
                                    .summary = STR("Open it in an emergency"),
                                    .body = STR("break_glass"),
                                    .answer = STR("break_glass_opened"),
                                    .status = STR("201")});
    json_out_object_end(&o->json);
}

static void entity_paths(struct openapi *o, const struct model_entity *entity)
{
    struct str name = model_text(o->model, entity->name);
    struct str label = model_text(o->model, entity->label);
    struct str base = STR_JOIN(o->arena, STR("/api/v1/"), name);
    begin_path(o, base, false);
    operation(o, (struct operation){.method = STR("get"),
                                    .id = STR_JOIN(o->arena, STR("list_"), name),
                                    .summary = model_text(o->model, entity->plural),
                                    .status = STR("200"),
                                    .paged = true,
                                    .then = true});
    operation(o, (struct operation){.method = STR("post"),
                                    .id = STR_JOIN(o->arena, STR("create_"), name),
                                    .summary = STR_JOIN(o->arena, STR("New: "), label),
                                    .body = name,
                                    .answer = name,
                                    .status = STR("201"),
                                    .repeatable = true});
    json_out_object_end(&o->json);
    begin_path(o, STR_JOIN(o->arena, base, STR("/{id}")), true);
    operation(o, (struct operation){.method = STR("get"),
                                    .id = STR_JOIN(o->arena, STR("read_"), name),
                                    .summary = label,
                                    .answer = name,
                                    .status = STR("200"),
                                    .then = true});
    operation(o, (struct operation){.method = STR("patch"),
                                    .id = STR_JOIN(o->arena, STR("update_"), name),
                                    .summary = STR_JOIN(o->arena, STR("Change: "), label),
                                    .body = name,
                                    .answer = name,
                                    .status = STR("200"),
                                    .versioned = true,
                                    .repeatable = true});
    json_out_object_end(&o->json);
    begin_path(o, STR_JOIN(o->arena, base, STR("/{id}/history")), true);
    operation(o, (struct operation){.method = STR("get"),
                                    .id = STR_JOIN(o->arena, STR("history_"), name),
                                    .summary = STR_JOIN(o->arena, STR("History: "), label),
                                    .status = STR("200"),
                                    .paged = true});
    json_out_object_end(&o->json);
    transition_paths(o, entity, base);
    verb_paths(o, name, base);
    break_glass_path(o, entity, base);
}

static void text_schema(struct openapi *o, struct str name)
{
    json_out_key(&o->json, name);
    json_out_object(&o->json);
    type(o, STR("string"));
    json_out_object_end(&o->json);
}

static void break_glass_schemas(struct openapi *o)
{
    json_out_key(&o->json, STR("break_glass"));
    json_out_object(&o->json);
    type(o, STR("object"));
    json_out_key(&o->json, STR("required"));
    json_out_array(&o->json);
    json_out_text(&o->json, STR("reason"));
    json_out_array_end(&o->json);
    json_out_key(&o->json, STR("properties"));
    json_out_object(&o->json);
    text_schema(o, STR("reason"));
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
    json_out_key(&o->json, STR("break_glass_opened"));
    json_out_object(&o->json);
    type(o, STR("object"));
    json_out_key(&o->json, STR("properties"));
    json_out_object(&o->json);
    text_schema(o, STR("until"));
    text_schema(o, STR("emergency_access"));
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

static void verb_schema(struct openapi *o, enum service_verb verb)
{
    bool by_law = service_verb_words(verb)->by_law;
    json_out_key(&o->json, verb_schema_name(o, verb));
    json_out_object(&o->json);
    type(o, STR("object"));
    json_out_key(&o->json, STR("required"));
    json_out_array(&o->json);
    json_out_text(&o->json, STR("reason"));
    if (by_law) {
        json_out_text(&o->json, STR("basis"));
    }
    json_out_array_end(&o->json);
    json_out_key(&o->json, STR("properties"));
    json_out_object(&o->json);
    text_schema(o, STR("reason"));
    if (by_law) {
        text_schema(o, STR("basis"));
    }
    if (verb == SERVICE_MOVE) {
        text_schema(o, STR("to"));
    }
    if (verb == SERVICE_EXPUNGE) {
        json_out_key(&o->json, STR("files_everywhere"));
        json_out_object(&o->json);
        type(o, STR("boolean"));
        json_out_member(&o->json, STR("description"),
                        STR("Its files go also where other records hold them."));
        json_out_object_end(&o->json);
    }
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

static void problem_schema(struct openapi *o)
{
    /* Of what was refused and may be opened in an emergency: where. */
    static const struct str members[] = {STR_INIT("type"), STR_INIT("title"), STR_INIT("code"),
                                         STR_INIT("break_glass")};
    json_out_key(&o->json, STR("problem"));
    json_out_object(&o->json);
    type(o, STR("object"));
    json_out_key(&o->json, STR("properties"));
    json_out_object(&o->json);
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        text_schema(o, members[i]);
    }
    /* Of a save that was stale: the current version, and what differs. */
    json_out_key(&o->json, STR("version"));
    json_out_object(&o->json);
    type(o, STR("integer"));
    json_out_object_end(&o->json);
    static const struct str lists[] = {STR_INIT("problems"), STR_INIT("differences")};
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        json_out_key(&o->json, lists[i]);
        json_out_object(&o->json);
        type(o, STR("array"));
        json_out_object_end(&o->json);
    }
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

static void information(struct openapi *o)
{
    const struct model_model *model = model_model_row(o->model, 0);
    json_out_member(&o->json, STR("openapi"), STR("3.1.0"));
    json_out_key(&o->json, STR("info"));
    json_out_object(&o->json);
    json_out_member(&o->json, STR("title"),
                    STR_JOIN(o->arena, STR("Hearth: "), model_text(o->model, model->label)));
    json_out_member(&o->json, STR("version"), model_text(o->model, model->version));
    json_out_object_end(&o->json);
    json_out_key(&o->json, STR("security"));
    json_out_array(&o->json);
    json_out_object(&o->json);
    json_out_key(&o->json, STR("token"));
    json_out_array(&o->json);
    json_out_array_end(&o->json);
    json_out_object_end(&o->json);
    json_out_array_end(&o->json);
}

static void response_components(struct openapi *o)
{
    json_out_key(&o->json, STR("responses"));
    json_out_object(&o->json);
    json_out_key(&o->json, STR("problem"));
    json_out_object(&o->json);
    json_out_member(&o->json, STR("description"), STR("What is wrong, and what would be right"));
    content(o, STR("application/problem+json"), STR("problem"));
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

static void components(struct openapi *o)
{
    json_out_key(&o->json, STR("components"));
    json_out_object(&o->json);
    json_out_key(&o->json, STR("securitySchemes"));
    json_out_object(&o->json);
    json_out_key(&o->json, STR("token"));
    json_out_object(&o->json);
    type(o, STR("http"));
    json_out_member(&o->json, STR("scheme"), STR("bearer"));
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
    parameter_components(o);
    response_components(o);
    json_out_key(&o->json, STR("schemas"));
    json_out_object(&o->json);
    problem_schema(o);
    record_schema(o);
    for (uint32_t i = 0; i < model_code_set_total(o->model); i++) {
        code_set(o, i);
    }
    break_glass_schemas(o);
    for (unsigned i = SERVICE_CORRECT + 1; i < SERVICE_VERB__COUNT; i++) {
        verb_schema(o, (enum service_verb)i);
    }
    for (uint32_t i = 0; i < model_entity_total(o->model); i++) {
        entity_schema(o, model_entity_row(o->model, i));
    }
    json_out_object_end(&o->json);
    json_out_object_end(&o->json);
}

enum handled api_openapi(struct request *request)
{
    struct openapi o = {.model = request->model, .arena = &request->arena};
    json_out_init(&o.json, &request->response.body);
    request->response.type = STR("application/json");
    json_out_object(&o.json);
    information(&o);
    json_out_key(&o.json, STR("paths"));
    json_out_object(&o.json);
    for (uint32_t i = 0; i < model_entity_total(o.model); i++) {
        entity_paths(&o, model_entity_row(o.model, i));
    }
    json_out_object_end(&o.json);
    components(&o);
    json_out_object_end(&o.json);
    return HANDLED;
}
