/* SPDX-License-Identifier: MIT */
/* standalone.c: gives each file named on the command line to a fuzz target, for compilers without libFuzzer
 * and for replaying what a fuzzer found. It does not search. */
#include "fuzz/oracle.h"

static bool replay(const char *path)
{
    enum { LIMIT = 16 * 1024 * 1024 };
    FILE *file = fopen(path, "rb");
    uint8_t *octets = malloc(LIMIT);
    size_t size = 0;
    bool done = file != NULL && octets != NULL;
    if (done) {
        size = fread(octets, 1, LIMIT, file);
        done = ferror(file) == 0;
    }
    if (!done) {
        perror(path);
    } else {
        uint8_t *exact = exact_copy(octets, size);
        (void)LLVMFuzzerTestOneInput(exact, size);
        free(exact);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    free(octets);
    return done;
}

int main(int count, char **arguments)
{
    int failures = 0;
    for (int i = 1; i < count; i++) {
        failures += replay(arguments[i]) ? 0 : 1;
    }
    return failures != 0;
}
