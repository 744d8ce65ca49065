/* SPDX-License-Identifier: MIT */
/* embedded.c: look-up among the embedded files. */
#include "harness/embedded.h"

#include <string.h>

const struct embedded_file *embedded_find(const char *name)
{
    for (const struct embedded_file *file = embedded_files; file->name != NULL; file++) {
        if (strcmp(file->name, name) == 0)
            return file;
    }
    return NULL;
}
