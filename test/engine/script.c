#include "script.h"

struct str script_word(struct str *rest)
{
    *rest = str_trim(*rest);
    ptrdiff_t space = str_find_byte(*rest, ' ');
    size_t end = space < 0 ? rest->n : (size_t)space;
    struct str word = str_slice(*rest, 0, end);
    *rest = str_trim(str_slice(*rest, end, rest->n));
    return word;
}

bool script_pair(struct str text, struct str *ret_name, struct str *ret_value)
{
    ptrdiff_t equals = str_find(text, STR("="));
    if (equals < 0) {
        return false;
    }
    *ret_name = str_trim(str_slice(text, 0, (size_t)equals));
    *ret_value = str_trim(str_slice(text, (size_t)equals + 1, text.n));
    return true;
}

void script_read(struct arena *arena, struct str text, struct script *ret_script)
{
    *ret_script = (struct script){0};
    struct str line;
    unsigned number = 0;
    while (str_split(&text, '\n', &line)) {
        number++;
        struct str bare = str_trim(line);
        if (bare.n == 0 || bare.p[0] == '#') {
            continue;
        }
        size_t count = ret_script->commands.count;
        if (line.p[0] == ' ' && count > 0) {
            struct script_line one = {number, bare};
            LIST_PUSH(arena, &ret_script->commands.items[count - 1].block, one);
            continue;
        }
        struct command command = {.line = number};
        command.word = script_word(&bare);
        command.rest = bare;
        LIST_PUSH(arena, &ret_script->commands, command);
    }
}
