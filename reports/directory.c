/* SPDX-License-Identifier: MIT */
/* directory.c: mkdir -p. */
#include "reports/directory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make_one(const char *path)
{
    struct stat status;
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return errno;
    if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
        return ENOTDIR;
    return 0;
}

bool directory_make(const char *directory, char *error, size_t error_size)
{
    char *path = strdup(directory);
    int why = path == NULL ? ENOMEM : 0;
    for (char *slash = path; why == 0; slash++) {
        if (slash == path && *slash == '/')
            slash++;
        slash += strcspn(slash, "/");
        char kept = *slash;
        *slash = '\0';
        why = make_one(path);
        if (why != 0 || kept == '\0')
            break;
        *slash = kept;
    }
    if (why != 0)
        snprintf(error, error_size, "%s: cannot make the directory: %s", path == NULL ? directory : path,
                 strerror(why));
    free(path);
    return why == 0;
}
