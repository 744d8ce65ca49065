/* SPDX-License-Identifier: MIT */
/* command_case.h: the commands that work on case files. argv[0] is the name of the command, the rest are
 * options and files. Messages go to stderr. They return the exit status. */
#ifndef HARNESS_COMMAND_CASE_H
#define HARNESS_COMMAND_CASE_H

/* wringer fmt [--check] FILE...: rewrites the files that are not in canonical form, each as a whole or not at
 * all, and names them. With --check it only names them. 0; 1 with --check if there is one; 2 if a file cannot
 * be read, parsed or written, or the command line is wrong. */
int command_fmt(int argc, char **argv);

/* wringer lint FILE...: reports what is wrong or doubtful. 0 nothing, 1 something, 2 if a file cannot be read
 * or the command line is wrong. */
int command_lint(int argc, char **argv);

#endif
