/* Pictures, scans and texts: brought, sealed, named by a record, read again. */
#ifndef HEARTH_STORE_ATTACHMENT_H
#define HEARTH_STORE_ATTACHMENT_H

#include "store/store.h"

#define STORE_ATTACHMENT_MAX ((size_t)25 * 1024 * 1024)
/* A file as it was brought. */
struct store_upload {
    struct str bytes, name;
    struct str
        where; /* the field that it is for, as an input names it: what is refused is told there */
    uint32_t takes; /* 1 << enum model_file_kind: what that field takes */
};
/* A file that is sealed and not named yet. */
struct store_file {
    struct uuid id;
    struct str type;      /* "image/png" */
    struct str name, key; /* sealed */
    struct str digest;    /* BLAKE2b-256 of the bytes */
    size_t size;
};
/* Judges bytes by their content, never by their name, and seals them, on the thread of the caller
 * and outside any unit of work: 25 MB take a while. Refused: a problem in the outcome says what
 * would be right. What no unit of work names is swept after a day. */
NODISCARD enum status store_file_seal(struct store *store, struct arena *arena,
                                      const struct store_upload *upload, struct outcome *outcome,
                                      struct store_file *ret_file);
/* Names it: from now on it is there. */
NODISCARD enum status uow_attach(struct uow *uow, const struct store_file *file);
struct store_attachment {
    struct str type; /* "image/png" */
    struct str name;
    struct str digest; /* BLAKE2b-256, hex */
    size_t size;
    struct uuid taken_by;
    struct instant stored_at;
};
/* The caller has read the record that refers to it. */
NODISCARD enum status store_attachment(struct store_reader *reader, struct uuid id,
                                       struct store_attachment *ret_attachment);
/* Its bytes from a place (below its size) on, opened piece by piece: 64 KiB are in memory. It may
 * be read on any thread, by one at a time, also after the reader has ended; not after the store is
 * closed. STATUS_INTERNAL when what lies before that place is not what was sealed. */
struct store_stream;
NODISCARD enum status store_stream_open(struct store_reader *reader, struct uuid id, size_t from,
                                        struct store_stream **ret_stream);
/* How many bytes; 0 at the end, -1 when the rest is not what was sealed. */
ptrdiff_t store_stream_read(struct store_stream *stream, char *bytes, size_t most);
/* NULL. */
struct store_stream *store_stream_close(struct store_stream *stream);

#endif
