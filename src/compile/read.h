/* Readers of declarations, one file per kind of object. Each fills the row that was declared for
 * its name; what stands inside (fields, guards, items) becomes rows of other tables in one go, so
 * that the rows of a range are neighbours. */
#ifndef HEARTH_COMPILE_READ_H
#define HEARTH_COMPILE_READ_H

#include "compile/keys.h"

/* Entries of sections: the row's origin is its declaration. */
void read_entity(struct build *build, uint32_t row);
void read_fact(struct build *build, uint32_t row);
void read_clock(struct build *build, uint32_t row);
void read_class(struct build *build, uint32_t row);
void read_role(struct build *build, uint32_t row);
void read_decider(struct build *build, uint32_t row);
void read_scheme(struct build *build, uint32_t row);
void read_code_set(struct build *build, uint32_t row);
void read_form(struct build *build, uint32_t row);
void read_list_view(struct build *build, uint32_t row);
void read_workspace(struct build *build, uint32_t row);
void read_document(struct build *build, uint32_t row);
void read_pack(struct build *build, uint32_t row);
void read_place(struct build *build, uint32_t row);
void read_language(struct build *build, uint32_t row);
/* Its texts, once all others are there. */
void link_languages(struct build *build);
void read_duty(struct build *build, uint32_t row);

/* Whole sections. */
void read_model(struct build *build, const struct yaml *section);
void read_policy(struct build *build, const struct yaml *section);
void read_calendar(struct build *build, const struct yaml *section);
void read_traits(struct build *build, const struct yaml *section);
/* One item of a form, guard or requirement: rows at the end of their table. */
void read_form_item(struct build *build, const struct yaml *item);
void read_guard(struct build *build, const struct yaml_pair *pair);
void read_requirement(struct build *build, const struct yaml *item);
/* The rows of a code set, from its CSV file. */
void read_code_table(struct build *build, uint32_t set, struct str file, struct str text);
/* The names that C may use, one a line: c_names.list. */
void read_c_names(struct build *build, struct str file, struct str text);
/* For a model without that file: those of the program, as far as it has them. */
void find_c_names(struct build *build);

/* Parts that several kinds of objects have. */
#define SOURCES_MAX 9
/* The declarations that make up an entity or list: its traits in order, then its own. */
struct sources {
    const struct yaml *nodes[SOURCES_MAX];
    size_t count;
};
/* The transitions of an entity from all its sources. */
void read_transitions(struct build *build, uint32_t entity, const struct sources *sources);
/* Guards under a key into the range that starts at the cell. */
void read_guards(struct build *build, const struct yaml *node, struct cell first);
void read_field(struct build *build, uint32_t entity, uint32_t list, const struct yaml_pair *pair);
/* Fields of an entity (list MODEL_NONE) or list, then those of the kernel. */
void read_fields(struct build *build, uint32_t entity, uint32_t list,
                 const struct sources *sources);
/* The entity that "on" names, also into the cell; MODEL_NONE, said, when there is none. */
uint32_t read_subject(struct build *build, const struct yaml *node, struct cell cell);
/* Columns of members of what the context is about, into the range that starts at the cell. */
key_reader read_columns;
/* "[role, role]" into the range that starts at the cell. */
key_reader read_roles;

/* "birth_date" -> "Birth date", for what has no label. */
uint32_t words_of_name(struct build *build, struct str name);
/* Of an entity: "entity 'person'"; of others alike. */
struct str described(struct build *build, enum model_table table, uint32_t row);
/* A text list such as "[a, b]"; calls take for each item that is a text. */
void each_text(struct build *build, const struct yaml *list, struct str what, void *context,
               void (*take)(struct build *build, const struct yaml *item, void *context));
/* Says that the name stands twice, with where the other one is. */
void refuse_twice(struct build *build, const struct yaml_pair *pair, enum model_table table,
                  uint32_t other);

#endif
