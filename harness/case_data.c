/* SPDX-License-Identifier: MIT */
/* case_data.c: small files, read whole. */
#include "harness/case_data.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/embedded.h"

enum { PATH_MAX_OCTETS = 4096 };

static bool take_embedded(struct octets_atom *atom, const char **why)
{
    char path[PATH_MAX_OCTETS];
    snprintf(path, sizeof path, "cases/data/%s", atom->file);
    const struct embedded_file *found = embedded_find(path);
    *why = "the program carries no such file";
    if (found == NULL)
        return false;
    atom->literal = (struct ws_octets){(const uint8_t *)found->octets, found->size};
    return true;
}

static bool read_whole(struct arena *arena, FILE *file, struct octets_atom *atom, const char **why)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    *why = "it cannot be read";
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0)
        return false;
    *why = "it must have at least 1 octet and at most 4 MiB";
    if (size == 0 || size > CASE_DATA_MAX)
        return false;
    uint8_t *octets = arena_alloc(arena, (size_t)size);
    *why = octets == NULL ? "out of memory" : "it cannot be read whole";
    if (octets == NULL || fread(octets, 1, (size_t)size, file) != (size_t)size)
        return false;
    atom->literal = (struct ws_octets){octets, (size_t)size};
    return true;
}

static bool take_from(struct arena *arena, const char *directory, struct octets_atom *atom, const char **why)
{
    char path[PATH_MAX_OCTETS];
    int length = snprintf(path, sizeof path, "%s/data/%s", directory, atom->file);
    errno = ENAMETOOLONG;
    FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "rb") : NULL;
    if (file == NULL) {
        *why = strerror(errno);
        return false;
    }
    bool done = read_whole(arena, file, atom, why);
    (void)fclose(file); /* nothing was written */
    return done;
}

size_t case_data_load(struct arena *arena, const struct case_file *file, const char *directory,
                      struct text_buffer *errors)
{
    size_t missing = 0;
    for (const struct case_data *data = file->data; data != NULL; data = data->next) {
        const struct case_data *same = file->data;
        while (same != data && strcmp(same->atom->file, data->atom->file) != 0)
            same = same->next;
        const char *why = "";
        bool done = same != data && same->atom->literal.size > 0;
        if (done)
            data->atom->literal = same->atom->literal;
        else
            done = directory == NULL ? take_embedded(data->atom, &why)
                                     : take_from(arena, directory, data->atom, &why);
        if (done)
            continue;
        missing++;
        text_print(errors, "%s:%u:%u: error: data/%s: %s\n", data->place.file, data->place.line,
                   data->place.column, data->atom->file, why);
    }
    return missing;
}
