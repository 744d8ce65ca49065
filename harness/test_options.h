/* SPDX-License-Identifier: MIT */
/* test_options.h: the command lines of `wringer test` and `wringer serve`. Owns what was asked for; does not
 * own files or addresses. */
#ifndef HARNESS_TEST_OPTIONS_H
#define HARNESS_TEST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/text_buffer.h"
#include "reference/role.h"

#define TEST_TARGETS_MAX 32
#define TEST_WORDS_MAX   256

/* One URL with the options that stand before it and belong to it alone; or the clients that come to be
 * tested. */
struct test_target {
    const char *url;
    const char *exec;        /* --exec, or NULL */
    const char *baseline;    /* --baseline, or NULL */
    const char *name;        /* --name, or NULL */
    const char *server_name; /* for SNI, instead of the URL's host; NULL: that one */
    unsigned pid;            /* --pid: the process of a target that is not started by us; 0: unknown */
};

struct test_options {
    enum ws_role tests;                     /* WS_SERVER: `wringer test`, WS_CLIENT: `wringer serve` */
    const char *listen, *certificate, *key; /* serve: HOST:PORT, PEM files */
    struct test_target targets[TEST_TARGETS_MAX];
    size_t target_count; /* serve: 1, without a URL */
    const char *selectors[TEST_WORDS_MAX];
    size_t selector_count;
    const char *fields[TEST_WORDS_MAX + 1]; /* -H, NULL-terminated */
    size_t field_count;
    const char *subprotocols[TEST_WORDS_MAX + 1]; /* --subprotocol, NULL-terminated */
    size_t subprotocol_count;
    const char *origin, *cafile, *out, *cases;
    const char *delivery; /* whole, octet, or NULL */
    bool insecure, survey, verbose, fail_on_should, derived_non_strict, help;
    unsigned jobs;
    unsigned patience_ms;
};

/* Reads the words behind `wringer test`, or `wringer serve` when clients are tested. False with the reason in
 * `errors`. */
bool test_options_parse(struct test_options *options, enum ws_role tests, int argc, char **argv,
                        struct text_buffer *errors);

/* The text of --help. */
const char *test_options_help(enum ws_role tests);

/* Appends the command that runs one case against `target` again, up to the case: "wringer test .. URL". */
void test_options_print_rerun(struct text_buffer *out, const struct test_options *options,
                              const struct test_target *target);

#endif
