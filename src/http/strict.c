/* What libmicrohttpd 0.9.75 accepts even in its strict mode and a proxy in front may read
 * otherwise: that difference is how requests are smuggled. Refused here, and tested over a raw
 * socket. */
#include "http/connection.h"

#include <string.h>

struct scan {
    unsigned lengths, encodings, hosts, authorizations;
    struct str fault;
};

static bool is_header(const char *key, size_t size, const char *name)
{
    return size == strlen(name) && strncasecmp(key, name, size) == 0;
}

/* The library cuts lines in its read buffer by writing NUL over the line end: over both bytes of CR
 * LF, over one of a bare LF. So behind a value there are two NULs, or the line ended wrongly (or
 * was folded, which RFC 9112 lets a server refuse). */
static bool ended_by_crlf(const char *value, size_t size)
{
    return value[size] == '\0' && value[size + 1] == '\0';
}

static enum MHD_Result look(void *context, enum MHD_ValueKind kind, const char *key,
                            size_t key_size, const char *value, size_t value_size)
{
    struct scan *scan = context;
    (void)kind;
    if (!value) {
        return MHD_YES;
    }
    if (memchr(key, 0, key_size) || memchr(value, 0, value_size) || strlen(value) != value_size) {
        scan->fault = STR("A header holds a NUL byte.");
    } else if (!ended_by_crlf(value, value_size)) {
        scan->fault = STR("A header line does not end with CR LF.");
    }
    scan->lengths += is_header(key, key_size, "Content-Length");
    scan->encodings += is_header(key, key_size, "Transfer-Encoding");
    scan->hosts += is_header(key, key_size, "Host");
    scan->authorizations += is_header(key, key_size, "Authorization");
    return MHD_YES;
}

struct str strict_fault(struct MHD_Connection *mhd, const char *version)
{
    struct scan scan = {0};
    if (!ended_by_crlf(version, strlen(version))) {
        return STR("The request line does not end with CR LF.");
    }
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, look, &scan);
    if (scan.fault.n > 0) {
        return scan.fault;
    }
    if (scan.lengths > 0 && scan.encodings > 0) {
        return STR("A request says its length either by Content-Length or by Transfer-Encoding, "
                   "not by both.");
    }
    if (scan.lengths > 1 || scan.encodings > 1) {
        return STR("A request says its length once.");
    }
    if (scan.hosts != 1) {
        return STR("A request names its host once.");
    }
    if (scan.authorizations > 1) {
        return STR("A request has one Authorization header.");
    }
    return STR("");
}
