#include "db/sql_text.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The byte at a distance from the present place; NUL past the end. */
static char peek(const struct sql_reader *reader, size_t distance)
{
    size_t at = reader->at + distance;
    return at < reader->text.n ? reader->text.p[at] : '\0';
}

/* Moves past the next occurrence of the needle; to the end, and false, when there is none. */
static bool skip_past(struct sql_reader *reader, struct str needle)
{
    struct str rest = str_slice(reader->text, reader->at, reader->text.n);
    ptrdiff_t found = str_find(rest, needle);
    reader->at = found < 0 ? reader->text.n : reader->at + (size_t)found + needle.n;
    return found >= 0;
}

/* Blanks and comments. False when a comment has no end. */
static bool skip_gap(struct sql_reader *reader)
{
    for (;;) {
        if (is_blank(peek(reader, 0))) {
            reader->at++;
        } else if (peek(reader, 0) == '-' && peek(reader, 1) == '-') {
            skip_past(reader, STR("\n"));
        } else if (peek(reader, 0) == '/' && peek(reader, 1) == '*') {
            reader->at += 2;
            if (!skip_past(reader, STR("*/"))) {
                return false;
            }
        } else {
            return true;
        }
    }
}

/* A doubled quote needs no care: it reads as two quoted pieces side by side. */
static enum sql_piece read_quoted(struct sql_reader *reader, char quote)
{
    reader->at++;
    return skip_past(reader, (struct str){&quote, 1}) ? SQL_PIECE_OTHER : SQL_PIECE_BROKEN;
}

static void read_word(struct sql_reader *reader)
{
    while (starts_word(peek(reader, 0)) || is_digit(peek(reader, 0))) {
        reader->at++;
    }
}

static enum sql_piece read_placeholder(struct sql_reader *reader)
{
    reader->at++;
    if (!is_digit(peek(reader, 0))) {
        return SQL_PIECE_BROKEN;
    }
    while (is_digit(peek(reader, 0))) {
        reader->at++;
    }
    return SQL_PIECE_PLACEHOLDER;
}

static enum sql_piece read_operator(struct sql_reader *reader)
{
    char first = peek(reader, 0);
    char second = peek(reader, 1);
    if (first == '$' || ((first == ':' || first == '@') && starts_word(second))) {
        reader->at++;
        return SQL_PIECE_BROKEN; /* a placeholder by name, or by a number of one product */
    }
    reader->at += first == ':' && second == ':' ? 2 : 1;
    return first == ';' ? SQL_PIECE_SEMICOLON : SQL_PIECE_OTHER;
}

enum sql_piece sql_next(struct sql_reader *reader, struct str *ret_piece)
{
    *ret_piece = (struct str){0};
    if (!skip_gap(reader)) {
        return SQL_PIECE_BROKEN;
    }
    if (reader->at >= reader->text.n) {
        return SQL_PIECE_END;
    }
    size_t start = reader->at;
    char first = peek(reader, 0);
    enum sql_piece piece = SQL_PIECE_OTHER;
    if (starts_word(first)) {
        read_word(reader);
        piece = SQL_PIECE_WORD;
    } else if (is_digit(first)) {
        read_word(reader);
    } else if (first == '\'' || first == '"') {
        piece = read_quoted(reader, first);
    } else if (first == '?') {
        piece = read_placeholder(reader);
    } else {
        piece = read_operator(reader);
    }
    *ret_piece = str_slice(reader->text, start, reader->at);
    return piece;
}

unsigned sql_placeholder(struct str piece)
{
    unsigned number = 0;
    for (size_t i = 1; i < piece.n; i++) {
        number = number * 10 + (unsigned)(piece.p[i] - '0');
        if (number > SQL_PLACEHOLDERS_MAX) {
            return 0;
        }
    }
    return number;
}

static bool is_word(struct str piece, struct str upper_case)
{
    if (piece.n != upper_case.n) {
        return false;
    }
    for (size_t i = 0; i < piece.n; i++) {
        char c = piece.p[i];
        if (c >= 'a' && c <= 'z') {
            c = (char)(c - 'a' + 'A');
        }
        if (c != upper_case.p[i]) {
            return false;
        }
    }
    return true;
}

/* How the first word of a statement, and after WITH the words behind it, tell a query. */
static bool word_writes(struct str word, bool first)
{
    if (first) {
        return !is_word(word, STR("SELECT")) && !is_word(word, STR("VALUES")) &&
               !is_word(word, STR("WITH")) && !is_word(word, STR("PRAGMA")) &&
               !is_word(word, STR("EXPLAIN"));
    }
    return is_word(word, STR("INSERT")) || is_word(word, STR("UPDATE")) ||
           is_word(word, STR("DELETE"));
}

struct sql_facts sql_examine(struct str sql)
{
    struct sql_facts facts = {0};
    bool seen[SQL_PLACEHOLDERS_MAX + 1] = {0};
    bool inside = false; /* a statement has begun */
    bool with = false;   /* and its first word was WITH */
    struct sql_reader reader = {.text = sql};
    for (;;) {
        struct str piece;
        enum sql_piece kind = sql_next(&reader, &piece);
        if (kind == SQL_PIECE_END) {
            break;
        }
        if (kind == SQL_PIECE_BROKEN) {
            facts.fault = "a quote or comment without end, or a placeholder that is not ?1, ?2 ...";
            return facts;
        }
        if (kind == SQL_PIECE_SEMICOLON) {
            inside = false;
            continue;
        }
        if (kind == SQL_PIECE_WORD && (!inside || with)) {
            facts.writes = facts.writes || word_writes(piece, !inside);
            with = inside || is_word(piece, STR("WITH"));
        }
        if (kind == SQL_PIECE_PLACEHOLDER) {
            unsigned number = sql_placeholder(piece);
            seen[number] = true;
            facts.placeholders = number > facts.placeholders ? number : facts.placeholders;
        }
        facts.statements += inside ? 0 : 1;
        inside = true;
    }
    if (seen[0]) {
        facts.fault = "a placeholder below ?1 or above ?1024";
    }
    for (unsigned i = 1; i < facts.placeholders; i++) {
        if (!seen[i]) {
            facts.fault = "a placeholder is left out: ?1 to the highest must all occur";
        }
    }
    return facts;
}
