/* SPDX-License-Identifier: MIT */
/* wstest_crowd_spec.h: the spec file of mode massconnect. JSON in, values out. */
#ifndef HARNESS_WSTEST_CROWD_SPEC_H
#define HARNESS_WSTEST_CROWD_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/text_buffer.h"

#define WSTEST_CROWDS_MAX      16
#define WSTEST_CONNECTIONS_MAX 1000000
#define WSTEST_CROWD_TEXT_MAX  1024

struct wstest_crowd_spec {
    unsigned connections;              /* to each server */
    unsigned batch_size;               /* that are begun at once */
    unsigned batch_delay, retry_delay; /* milliseconds: between batches, and behind one that failed */
    struct {
        char name[WSTEST_CROWD_TEXT_MAX], uri[WSTEST_CROWD_TEXT_MAX];
    } servers[WSTEST_CROWDS_MAX];
    size_t server_count;
};

/* Errors as in wstest_spec.h. */
bool wstest_crowd_spec_load(struct wstest_crowd_spec *spec, const char *path, struct text_buffer *errors);

/* Writes a spec for one server, to a file that is not there yet. */
bool wstest_crowd_spec_write_default(const char *path, struct text_buffer *errors);

#endif
