/* SPDX-License-Identifier: MIT */
/* main.c: finds the command that the first word names. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "harness/command.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    {"test", command_test, "test servers against RFC 6455 and write a report"},
    {"serve", command_serve, "test clients, those that connect or one that it starts"},
    {"echo", command_echo, "the reference endpoint as an echo server"},
    {"connect", command_connect, "the reference endpoint as an echoing client"},
    {"list", command_list, "the cases that a selection names"},
    {"explain", command_explain, "a case, or a requirement and the cases that cite it"},
    {"coverage", command_coverage, "how many requirements the cases cover, and which cannot be tested"},
    {"lint", command_lint, "check case files"},
    {"fmt", command_fmt, "rewrite case files in their canonical form"},
    {"mutants", command_mutants, "prove that the cases can fail, against seeded faults"},
    {"report", command_report, "render a report again from its journal"},
    {"wstest", command_wstest, "what Autobahn|Testsuite's wstest does, with its options, files and reports"},
};

static void print_help(FILE *out)
{
    fprintf(
        out,
        "usage: wringer COMMAND [ARGUMENT]...\n\nPuts a WebSocket implementation through the wringer.\n\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].what);
    fprintf(out, "\nwringer COMMAND --help says more. Try: wringer test ws://localhost:9001\n");
}

int main(int argc, char **argv)
{
    /* A peer or a pipe that goes away is told by the call that writes to it. */
    signal(SIGPIPE, SIG_IGN);
    const char *slash = argc < 1 ? NULL : strrchr(argv[0], '/');
    if (argc > 0 && strcmp(slash == NULL ? argv[0] : slash + 1, "wstest") == 0)
        return command_wstest(argc, argv);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_AS_EXPECTED;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("wringer %s\n", WRINGER_VERSION);
        return EXIT_AS_EXPECTED;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "wringer: there is no command '%s'; wringer --help lists them\n", argv[1]);
    return EXIT_USAGE;
}
