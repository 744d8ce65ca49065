/* SPDX-License-Identifier: MIT */
/* command.h: the words of the wringer program. Each takes what stands behind its name (argv[0] is the name)
 * and returns the exit code: 0 as expected, 1 an unexpected verdict, 2 usage, 3 target not reachable, 4 our
 * own fault. */
#ifndef HARNESS_COMMAND_H
#define HARNESS_COMMAND_H

enum command_exit {
    EXIT_AS_EXPECTED = 0,
    EXIT_UNEXPECTED = 1,
    EXIT_USAGE = 2,
    EXIT_UNREACHABLE = 3,
    EXIT_OWN_FAULT = 4
};

int command_test(int argc, char **argv);
int command_echo(int argc, char **argv);
int command_list(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_lint(int argc, char **argv);
int command_fmt(int argc, char **argv);
int command_report(int argc, char **argv);

#endif
