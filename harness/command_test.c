/* SPDX-License-Identifier: MIT */
/* command_test.c: `wringer test`: reads the command line, tests each target, writes the report, and gives the
 * exit code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/command.h"
#include "harness/session.h"
#include "harness/testing.h"
#include "harness/transport_tls.h"
#include "harness/ws_url.h"

/* The URL, and whether it and --exec agree on {port}. */
static void check_target(const struct test_target *target, struct text_buffer *errors)
{
    struct ws_url url;
    char why[WS_URL_TEXT_MAX];
    bool hole = strstr(target->url, "{port}") != NULL;
    if (!hole && !ws_url_parse(&url, target->url, why))
        text_print(errors, "%s\n", why);
    else if (hole && target->exec == NULL)
        text_print(errors, "%s: {port} needs --exec in front of the URL\n", target->url);
    else if (hole && strstr(target->exec, "{port}") == NULL)
        text_print(errors, "--exec '%s': without {port} the target cannot know the port of %s\n",
                   target->exec, target->url);
    else if (target->exec != NULL && target->exec[strspn(target->exec, " \t\n")] == '\0')
        text_print(errors, "--exec: expected a command, found nothing\n");
}

static void check_cafile(const char *cafile, struct text_buffer *errors)
{
    char why[TRANSPORT_TLS_TEXT_MAX];
    struct transport_tls_config config = {.cafile = cafile};
    struct transport_tls *tls = transport_tls_client(&config, why);
    if (tls == NULL)
        text_print(errors, "--cafile: %s\n", why);
    transport_tls_free(tls);
}

static int test_target(struct testing *testing, uv_loop_t *loop, unsigned index)
{
    struct session_result result = {0};
    struct console *console = &testing->console;
    session_run(&result, loop, &testing->options, index, &testing->recorder, &testing->baselines[index]);
    console_clear(console);
    const char *name = testing->options.targets[index].name;
    const char *url = name != NULL ? name : result.url;
    int exit_code = EXIT_OWN_FAULT;
    switch (result.end) {
    case SESSION_DONE:
        exit_code = testing_sum_up(testing, url, &result.tally, &testing->baselines[index]);
        break;
    case SESSION_UNREACHABLE:
        console_line(console, "%s: %s", url, result.text);
        exit_code = result.tally.verdicts[VERDICT_CRASH] > 0 ? EXIT_UNEXPECTED : EXIT_UNREACHABLE;
        break;
    case SESSION_FAULT:
        fprintf(stderr, "wringer test: %s\n", result.text);
        break;
    }
    if (result.unexplained_deaths > 0) {
        console_line(console, "%s: died %zu time%s, and no case kills it when run alone", url,
                     result.unexplained_deaths, result.unexplained_deaths == 1 ? "" : "s");
        exit_code = exit_code == EXIT_AS_EXPECTED ? EXIT_UNEXPECTED : exit_code;
    }
    testing_print_tally(testing, url, &result.tally);
    return exit_code;
}

int command_test(int argc, char **argv)
{
    int exit_code;
    struct testing *testing = testing_new(WS_SERVER, argc, argv, &exit_code);
    if (testing == NULL)
        return exit_code;
    const struct test_options *options = &testing->options;
    for (size_t i = 0; i < options->target_count; i++)
        check_target(&options->targets[i], &testing->errors);
    if (options->cafile != NULL)
        check_cafile(options->cafile, &testing->errors);
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        fprintf(stderr, "wringer test: out of memory or of file descriptors\n");
        testing_free(testing);
        return EXIT_OWN_FAULT;
    }
    exit_code = testing_begin(testing);
    bool began = exit_code == EXIT_AS_EXPECTED;
    for (unsigned i = 0; i < options->target_count && began && exit_code != EXIT_OWN_FAULT; i++) {
        int one = test_target(testing, &loop, i);
        exit_code = one > exit_code ? one : exit_code;
    }
    uv_loop_close(&loop);
    if (began)
        exit_code = testing_end(testing, exit_code);
    testing_free(testing);
    return exit_code;
}
