/* What is wrong with a model: a list of messages with a position, collected while reading and
 * linking and shown all at once. Everything is owned by the arena of the compile. */
#ifndef HEARTH_COMPILE_MESSAGES_H
#define HEARTH_COMPILE_MESSAGES_H

#include "base/arena.h"
#include "base/buf.h"

#define MESSAGES_MAX 1000 /* after that many, the rest is only counted */

/* A place in a file of the model; line and column from 1, the column in characters. */
struct place {
    struct str file; /* as given to the compiler: "people/person.yaml" */
    uint32_t line, column;
};

struct message {
    struct place place;
    struct str text; /* what is wrong, and what would be right */
};

struct messages {
    struct arena *arena;
    LIST(struct message) list;
    size_t left_out;
};

/* The beginning of a file. */
struct place place_of_file(struct str file);

void messages_init(struct messages *messages, struct arena *arena);
/* Adds a message made of the parts. Callers use MESSAGE. */
void messages_add(struct messages *messages, struct place place, const struct str *parts,
                  size_t count);
#define MESSAGE(messages, place, ...)                                                              \
    messages_add((messages), (place), (const struct str[]){__VA_ARGS__},                           \
                 sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* By file, line, column and text; of equal ones one stays (a trait is read by each that uses it).
 */
void messages_sort(struct messages *messages);
/* "file:line:column: text". */
struct str message_line(struct arena *arena, const struct message *message);

/* "; did you mean 'label'?" with the nearest of the candidates, or nothing when none is near. */
/* The nearest of the candidates alone, or nothing. */
struct str nearest_of(struct str name, const struct str *candidates, size_t count);
struct str did_you_mean(struct arena *arena, struct str name, const struct str *candidates,
                        size_t count);

#endif
