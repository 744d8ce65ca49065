/* SPDX-License-Identifier: MIT */
/* wstest_spec.h: the spec files of Autobahn|Testsuite: fuzzingclient.json and fuzzingserver.json. JSON in,
 * values out. Owns what was read; does not own what is done with it. Keys that nobody knows are ignored, as
 * there; unknown names within "options" are errors, as there. */
#ifndef HARNESS_WSTEST_SPEC_H
#define HARNESS_WSTEST_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/arena.h"
#include "harness/text_buffer.h"

#define WSTEST_SPEC_MAX    ((size_t)1 << 20) /* octets of a file */
#define WSTEST_SERVERS_MAX 32

enum wstest_spec_kind { WSTEST_FUZZING_CLIENT, WSTEST_FUZZING_SERVER };

/* Strings of a list: `at` is NULL-terminated. */
struct wstest_list {
    const char **at;
    size_t count;
};

/* Of "options", what makes a difference here; all others are read and checked, and change nothing. */
struct wstest_protocol {
    unsigned patience_ms; /* the longest of the timeouts that are given; 0: none is */
};

/* So long a peer may do nothing, in milliseconds, or longer where a timeout says so. Where nobody runs again
 * what is not a pass, `confirms` false, a machine under load must not look like a peer that is silent. */
unsigned wstest_patience(const struct wstest_protocol *protocol, bool confirms);

struct wstest_server {
    const char *url;
    const char *agent;    /* NULL: what the server calls itself */
    const char *hostname; /* for SNI; NULL: the URL's host */
    const char *origin;   /* NULL: none */
    struct wstest_list protocols;
    struct wstest_protocol options; /* the spec's own ones unless it has options itself */
};

/* Cases that are not to be run against agents. */
struct wstest_exclusion {
    const char *agent; /* pattern */
    struct wstest_list cases;
};

/* Strings live as long as the spec; NULL where a key is missing, but for `outdir`. */
struct wstest_spec {
    const char *url; /* fuzzingserver: where to listen */
    const char *outdir;
    const char *key, *certificate; /* fuzzingserver: PEM files */
    struct wstest_server servers[WSTEST_SERVERS_MAX];
    size_t server_count;
    struct wstest_list cases, excludes, protocols;
    struct wstest_exclusion *exclusions;
    size_t exclusion_count;
    struct wstest_protocol options;
    struct arena arena;
};

/* `name` stands for the file in errors, which are FILE:LINE:COLUMN: reason for what is no JSON, FILE: KEY:
 * reason for the rest. False with the first reason in `errors`. Free with wstest_spec_free either way. */
bool wstest_spec_parse(struct wstest_spec *spec, enum wstest_spec_kind kind, const char *name,
                       const char *text, size_t size, struct text_buffer *errors);

/* The same of a file. */
bool wstest_spec_load(struct wstest_spec *spec, enum wstest_spec_kind kind, const char *path,
                      struct text_buffer *errors);
void wstest_spec_free(struct wstest_spec *spec);

/* Writes a spec that runs everything, to a file that is not there yet. With `has_uri`, the one of
 * fuzzingclient names no server, so that --wsuri does. False with the reason in `errors`. */
bool wstest_spec_write_default(const char *path, enum wstest_spec_kind kind, bool has_uri,
                               struct text_buffer *errors);

#endif
