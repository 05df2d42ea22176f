/* Runs a fuzz target over the files of its corpus, in order of name, one TAP line each. A crash
 * ends the program: the file is the one named last. Usage: fuzz_<name> CORPUS */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static int give_up(const char *what, const char *name)
{
    printf("Bail out! %s: %s\n", what, name);
    return EXIT_FAILURE;
}

/* Exactly as long as the file, so that reading past the end is seen. NULL when it cannot be read;
 * the caller frees it. */
static uint8_t *read_whole(int directory, const char *name, size_t *ret_size)
{
    struct stat info;
    int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &info) != 0) {
        return NULL;
    }
    size_t size = (size_t)info.st_size, done = 0;
    uint8_t *data = malloc(size ? size : 1);
    while (data && done < size) {
        ssize_t got = read(file, data + done, size - done);
        if (got <= 0) {
            free(data);
            data = NULL;
        } else {
            done += (size_t)got;
        }
    }
    close(file);
    *ret_size = size;
    return data;
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int count, char **arguments)
{
    struct dirent **inputs;
    if (count != 2) {
        return give_up("usage", "fuzz_<name> CORPUS");
    }
    int found = scandir(arguments[1], &inputs, is_input, alphasort);
    int directory = open(arguments[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (found <= 0 || directory < 0) {
        return give_up("no corpus", arguments[1]);
    }
    printf("1..%d\n", found);
    for (int i = 0; i < found; i++) {
        const char *name = inputs[i]->d_name;
        size_t size;
        uint8_t *data = read_whole(directory, name, &size);
        if (!data) {
            return give_up("cannot read", name);
        }
        printf("# %s\n", name);
        fflush(stdout);
        LLVMFuzzerTestOneInput(data, size);
        printf("ok %d - %s\n", i + 1, name);
        free(data);
        free(inputs[i]);
    }
    free(inputs);
    close(directory);
    return EXIT_SUCCESS;
}
