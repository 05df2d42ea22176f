/* Values in the binary format of PostgreSQL: numbers with the highest byte first, all else as it
 * is. The numbers of the types are those of its catalogue (pg_type.dat), which never change. */
#include <endian.h>
#include <string.h>

#include "db/db_postgres.h"

enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_UNKNOWN = 705,
    TYPE_VARCHAR = 1043,
    TYPE_UUID = 2950,
};

/* The lowest n bytes of the number. */
static struct str number_bytes(int64_t number, size_t n, char small[POSTGRES_SMALL])
{
    uint64_t wire = htobe64((uint64_t)number);
    memcpy(small, &wire, sizeof(wire));
    return (struct str){small + sizeof(wire) - n, n};
}

static bool encode_number(const struct db_value *value, int64_t least, int64_t most, size_t n,
                          char small[POSTGRES_SMALL], struct str *ret_bytes)
{
    if ((value->type != DB_INT && value->type != DB_BOOL) || value->integer < least ||
        value->integer > most) {
        return false;
    }
    *ret_bytes = number_bytes(value->integer, n, small);
    return true;
}

/* Sixteen bytes are an identifier, and the other way round. */
static bool encode_bytes(const struct db_value *value, bool identifier, char small[POSTGRES_SMALL],
                         struct str *ret_bytes)
{
    if (value->type == DB_UUID) {
        memcpy(small, value->uuid.bytes, sizeof(value->uuid.bytes));
        *ret_bytes = (struct str){small, sizeof(value->uuid.bytes)};
        return true;
    }
    *ret_bytes = value->bytes;
    return value->type == DB_BLOB && (!identifier || value->bytes.n == sizeof(value->uuid.bytes));
}

bool postgres_encode(Oid type, const struct db_value *value, char small[POSTGRES_SMALL],
                     struct str *ret_bytes)
{
    *ret_bytes = (struct str){0};
    switch (type) {
    case TYPE_BOOL:
        return encode_number(value, 0, 1, 1, small, ret_bytes);
    case TYPE_INT2:
        return encode_number(value, INT16_MIN, INT16_MAX, 2, small, ret_bytes);
    case TYPE_INT4:
        return encode_number(value, INT32_MIN, INT32_MAX, 4, small, ret_bytes);
    case TYPE_INT8:
        return encode_number(value, INT64_MIN, INT64_MAX, 8, small, ret_bytes);
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_NAME:
    case TYPE_UNKNOWN:
        *ret_bytes = value->bytes;
        return value->type == DB_TEXT;
    case TYPE_BYTEA:
        return encode_bytes(value, false, small, ret_bytes);
    case TYPE_UUID:
        return encode_bytes(value, true, small, ret_bytes);
    default:
        return false;
    }
}

/* The highest bit of the first byte is the sign. */
static struct db_value decode_number(struct str bytes)
{
    uint64_t wire = bytes.n > 0 && (bytes.p[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < bytes.n && i < sizeof(wire); i++) {
        wire = wire << 8 | (unsigned char)bytes.p[i];
    }
    return (struct db_value){.type = DB_INT, .integer = (int64_t)wire};
}

struct db_value postgres_decode(Oid type, struct str bytes)
{
    struct db_value value = {.type = DB_OTHER};
    switch (type) {
    case TYPE_BOOL:
        return (struct db_value){.type = DB_BOOL, .integer = bytes.n > 0 && bytes.p[0] != 0};
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return decode_number(bytes);
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_NAME:
    case TYPE_UNKNOWN:
        return (struct db_value){.type = DB_TEXT, .bytes = bytes};
    case TYPE_BYTEA:
        return (struct db_value){.type = DB_BLOB, .bytes = bytes};
    case TYPE_UUID:
        if (bytes.n == sizeof(value.uuid.bytes)) {
            value.type = DB_UUID;
            memcpy(value.uuid.bytes, bytes.p, bytes.n);
        }
        return value;
    default:
        return value;
    }
}
