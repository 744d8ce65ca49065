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
int command_serve(int argc, char **argv);
int command_echo(int argc, char **argv);
int command_connect(int argc, char **argv);
int command_list(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_coverage(int argc, char **argv);

/* Reports what is wrong or doubtful in case files: 0 nothing, 1 something, 2 if a file cannot be read. */
int command_lint(int argc, char **argv);

/* Rewrites the case files that are not in canonical form, each as a whole or not at all, and names them; with
 * --check it only names them and returns 1 if there is one. */
int command_fmt(int argc, char **argv);

/* Runs cases against references with seeded faults and prints which case catches which: 1 if one survives. */
int command_mutants(int argc, char **argv);

int command_report(int argc, char **argv);

/* The command line, files and exit codes of Autobahn|Testsuite: 0 when the run has ended, 1 when it could not
 * be begun. */
int command_wstest(int argc, char **argv);

#endif
