/* SPDX-License-Identifier: MIT */
/* embedded.h: the case files and requirements that the build copied into the program (see $(B)/embedded.S in
 * the Makefile). */
#ifndef HARNESS_EMBEDDED_H
#define HARNESS_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;   /* as in the repository, "cases/framing.case" */
    const char *octets; /* NUL-terminated; the NUL is not counted */
    size_t size;
};

/* Ends with a file whose name is NULL. */
extern const struct embedded_file embedded_files[];

/* The file of that name, or NULL. */
const struct embedded_file *embedded_find(const char *name);

#endif
