/* Compiles a practice model: a folder of YAML and CSV becomes an image (model/model.h), or a list
 * of everything that is wrong with it. The language is in docs/model-language.md. */
#ifndef HEARTH_COMPILE_COMPILE_H
#define HEARTH_COMPILE_COMPILE_H

#include "base/arena.h"
#include "base/status.h"

#define COMPILE_BYTES_MAX ((size_t)32 * 1024 * 1024) /* all files together */
#define COMPILE_FILES_MAX 4096

/* A file of a model. */
struct compile_file {
    struct str path; /* within the model, parts joined by '/': "people/person.yaml" */
    struct str text;
};

struct compile_error {
    struct str file; /* path of the file, or the directory when it is about the whole */
    uint32_t line, column;
    struct str message; /* what is wrong, and what would be right */
};

struct compile_result {
    struct str image;                   /* 8-aligned; empty when there are errors */
    const struct compile_error *errors; /* by file, line and column */
    size_t error_count;
    size_t left_out; /* errors beyond those listed */
    /* What is no error, and somebody should look at: an overlay that was made for another base. */
    const struct compile_error *findings;
    size_t finding_count;
};

/* Reads and compiles the folder, and behind it, parted by ':', those of overlays on it
 * ("model:agency/marathon"; docs/model-language.md, section 13). STATUS_INVALID with errors in the
 * result when the model is wrong; another status, and a detail in the outcome, when the folder
 * cannot be read. The result lives in the arena. Zone tables are read from zone_directory
 * ("/usr/share/zoneinfo"). */
NODISCARD enum status compile_model(struct arena *arena, struct str folders,
                                    struct str zone_directory, struct outcome *outcome,
                                    struct compile_result *ret_result);

/* The same for files in memory, in any order. zone_file is the TZif file of the model's zone; when
 * it is empty the model's local time is UTC, for tests. */
NODISCARD enum status compile_texts(struct arena *arena, const struct compile_file *files,
                                    size_t count, struct str zone_file,
                                    struct compile_result *ret_result);

/* "people/person.yaml:12:7: unknown key 'lable'; did you mean 'label'?" */
struct str compile_error_line(struct arena *arena, const struct compile_error *error);

#endif
