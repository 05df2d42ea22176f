#include "db/sql_file.h"

#include "base/buf.h"
#include "db/sql_text.h"

#define NAME_BYTES_MAX 60

static void fault(struct sql_blocks *blocks, struct str file, unsigned line, struct str what)
{
    LIST_PUSH(blocks->arena, &blocks->faults,
              STR_JOIN(blocks->arena, file, STR(":"), str_from_int(blocks->arena, line), STR(": "),
                       what));
}

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = c >= 'a' && c <= 'z';
        bool inner = (c >= '0' && c <= '9') || c == '_';
        if (!letter && (i == 0 || !inner)) {
            return false;
        }
    }
    return name.n > 0 && name.n <= NAME_BYTES_MAX;
}

/* Whether the line begins a block; if so its name. */
static bool is_heading(struct str line, struct str *ret_name, bool *ret_script)
{
    static const struct str name = STR_INIT("-- name:");
    static const struct str script = STR_INIT("-- script:");
    *ret_script = str_starts(line, script);
    if (!*ret_script && !str_starts(line, name)) {
        return false;
    }
    *ret_name = str_trim(str_slice(line, *ret_script ? script.n : name.n, line.n));
    return true;
}

static struct str without_semicolon(struct str text)
{
    text = str_trim(text);
    while (str_ends(text, STR(";"))) {
        text = str_trim(str_slice(text, 0, text.n - 1));
    }
    return text;
}

static void check_name(struct sql_blocks *blocks, const struct sql_block *block)
{
    struct arena *arena = blocks->arena;
    if (!is_name(block->name)) {
        fault(blocks, block->file, block->line,
              STR("a name is lower-case letters, digits and underscores, at most 60"));
    }
    for (size_t i = 0; i < blocks->blocks.count; i++) {
        const struct sql_block *other = &blocks->blocks.items[i];
        if (str_eq(other->name, block->name)) {
            fault(blocks, block->file, block->line,
                  STR_JOIN(arena, STR("the name is taken by "), other->file, STR(":"),
                           str_from_int(arena, other->line)));
        }
    }
}

/* Returns how many placeholders it has. */
static unsigned check_text(struct sql_blocks *blocks, const struct sql_block *block,
                           struct str text)
{
    struct sql_facts facts = sql_examine(text);
    if (facts.fault != NULL) {
        fault(blocks, block->file, block->line, str_from(facts.fault));
    } else if (facts.statements == 0) {
        fault(blocks, block->file, block->line, STR("there is no statement under the name"));
    } else if (facts.statements > 1 && !block->script) {
        fault(blocks, block->file, block->line,
              STR("more than one statement: write \"-- script:\" for several"));
    } else if (facts.placeholders > 0 && block->script) {
        fault(blocks, block->file, block->line, STR("a script has no placeholders"));
    }
    return facts.placeholders;
}

static struct str bare(const struct sql_block *block, struct str text)
{
    return block->script ? str_trim(text) : without_semicolon(text);
}

static void end_block(struct sql_blocks *blocks, struct sql_block *block)
{
    block->text = bare(block, block->text);
    block->postgres = bare(block, block->postgres);
    check_name(blocks, block);
    unsigned placeholders = check_text(blocks, block, block->text);
    if (block->postgres.n > 0 && check_text(blocks, block, block->postgres) != placeholders) {
        fault(blocks, block->file, block->line,
              STR("what PostgreSQL is given has other placeholders"));
    }
    LIST_PUSH(blocks->arena, &blocks->blocks, *block);
}

/* The view that spans both, which lie one after the other in the same file. */
static struct str extend(struct str part, struct str line)
{
    return part.n == 0 ? line : (struct str){part.p, (size_t)(line.p + line.n - part.p)};
}

void sql_file_read(struct sql_blocks *blocks, struct str file, struct str text)
{
    struct sql_block block = {0};
    bool open = false;
    bool stray = false; /* SQL before the first name, told once */
    struct str *part = &block.text;
    struct str line;
    for (unsigned number = 1; str_split(&text, '\n', &line); number++) {
        struct sql_block next = {.file = file, .line = number};
        bool comment = str_starts(line, STR("--"));
        if (is_heading(line, &next.name, &next.script)) {
            if (open) {
                end_block(blocks, &block);
            }
            block = next;
            part = &block.text;
            open = true;
        } else if (!open) {
            if (!stray && !comment && str_trim(line).n > 0) {
                fault(blocks, file, number, STR("SQL without \"-- name:\" above it"));
                stray = true;
            }
        } else if (str_eq(str_trim(line), STR("-- postgres:"))) {
            part = &block.postgres;
        } else if (comment && block.text.n == 0) {
            block.comment = extend(block.comment, line);
        } else if (part->n > 0 || str_trim(line).n > 0) {
            *part = extend(*part, line);
        }
    }
    if (open) {
        end_block(blocks, &block);
    }
}
