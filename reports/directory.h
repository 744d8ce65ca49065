/* SPDX-License-Identifier: MIT */
/* directory.h: the directory that a report goes into. */
#ifndef REPORTS_DIRECTORY_H
#define REPORTS_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

/* Makes a directory and its parents where missing. False on failure: `error` says which and why. */
bool directory_make(const char *directory, char *error, size_t error_size);

#endif
