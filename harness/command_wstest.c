/* SPDX-License-Identifier: MIT */
/* command_wstest.c: `wringer wstest`, and wringer under the name wstest: reads the command line and the spec
 * file, and starts the mode. What is wrong is said on stdout, with exit code 1, as scripts expect of it. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/command.h"
#include "harness/wstest.h"
#include "harness/wstest_crowd_spec.h"
#include "harness/wstest_spec.h"

enum { TEXT_MAX = 1 << 16 };

/* Says which spec is used. False when none is given, and the one that goes without saying is not there. */
static bool find_spec(const struct wstest_options *options, char *path, size_t size)
{
    bool there = true;
    if (options->spec != NULL) {
        snprintf(path, size, "%s", options->spec);
        printf("Using explicit spec file '%s'\n", path);
    } else {
        snprintf(path, size, "%s.json", wstest_mode_word(options->mode));
        there = access(path, F_OK) == 0;
        printf(there ? "Using implicit spec file '%s'\n" : "Auto-generating spec file '%s'\n", path);
    }
    return there;
}

static void say_loading(const char *path)
{
    char whole[PATH_MAX];
    printf("Loading spec from %s\n", realpath(path, whole) == NULL ? path : whole);
    fflush(stdout);
}

static int run_fuzzing(const struct wstest_options *options, int argc, char **argv,
                       struct text_buffer *errors)
{
    char path[PATH_MAX];
    struct wstest_spec spec = {0};
    enum wstest_spec_kind kind =
        options->mode == WSTEST_FUZZINGCLIENT ? WSTEST_FUZZING_CLIENT : WSTEST_FUZZING_SERVER;
    int exit_code = 1;
    if (find_spec(options, path, sizeof path) ||
        wstest_spec_write_default(path, kind, options->uri != NULL, errors)) {
        say_loading(path);
        if (wstest_spec_load(&spec, kind, path, errors))
            exit_code = kind == WSTEST_FUZZING_CLIENT ? wstest_fuzzing_client(options, &spec, argc, argv)
                                                      : wstest_fuzzing_server(options, &spec, argc, argv);
    }
    wstest_spec_free(&spec);
    return exit_code;
}

static int run_crowd(const struct wstest_options *options, struct text_buffer *errors)
{
    char path[PATH_MAX];
    struct wstest_crowd_spec spec;
    if (!find_spec(options, path, sizeof path) && !wstest_crowd_spec_write_default(path, errors))
        return 1;
    say_loading(path);
    return wstest_crowd_spec_load(&spec, path, errors) ? wstest_mass_connect(&spec) : 1;
}

static int run_mode(const struct wstest_options *options, int argc, char **argv, struct text_buffer *errors)
{
    switch (options->mode) {
    case WSTEST_FUZZINGCLIENT:
    case WSTEST_FUZZINGSERVER:
        return run_fuzzing(options, argc, argv, errors);
    case WSTEST_TESTEESERVER:
    case WSTEST_ECHOSERVER:
    case WSTEST_BROADCASTSERVER:
        return wstest_echo_server(options);
    case WSTEST_TESTEECLIENT:
    case WSTEST_ECHOCLIENT:
        return wstest_echo_client(options);
    case WSTEST_BROADCASTCLIENT:
        return wstest_broadcast_client(options);
    case WSTEST_MASSCONNECT:
        return run_crowd(options, errors);
    }
    return 1;
}

int command_wstest(int argc, char **argv)
{
    struct wstest_options options;
    struct text_buffer text = {.cap = TEXT_MAX};
    int exit_code = 0;
    if (!wstest_options_parse(&options, argc, argv, &text)) {
        printf("%s %s\n\nTry %s --help for usage details\n", argv[0], text.text == NULL ? "" : text.text,
               argv[0]);
        exit_code = 1;
    } else {
        switch (options.wish) {
        case WSTEST_SHOW_HELP:
            wstest_options_print_help(&text, argv[0]);
            printf("%s", text.text == NULL ? "" : text.text);
            break;
        case WSTEST_SHOW_VERSION:
            printf("Wringer %s\n", WRINGER_VERSION);
            break;
        case WSTEST_SHOW_AUTOBAHN_VERSION:
            printf("Autobahn %s\nAutobahnTestSuite %s\n", WSTEST_LIBRARY_VERSION, WSTEST_SUITE_VERSION);
            break;
        case WSTEST_RUN:
            exit_code = run_mode(&options, argc, argv, &text);
            if (text.size > 0)
                printf("%s", text.text);
            break;
        }
    }
    text_free(&text);
    return exit_code;
}
