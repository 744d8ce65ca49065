/* SPDX-License-Identifier: MIT */
/* wstest.h: the modes of `wringer wstest`. Each prints to stdout what that program does, and returns its exit
 * code: 0 when the run has ended, whatever the verdicts; 1 when it could not be begun, or was broken off. */
#ifndef HARNESS_WSTEST_H
#define HARNESS_WSTEST_H

#include "harness/wstest_options.h"

/* The versions whose command line, files and lines are kept. */
#define WSTEST_SUITE_VERSION   "25.10.1"
#define WSTEST_LIBRARY_VERSION "0.10.9"

struct wstest_spec;

/* Tests the servers of the spec. `argv` is for the journal. */
int wstest_fuzzing_client(const struct wstest_options *options, const struct wstest_spec *spec, int argc,
                          char **argv);

/* Echoes at --wsuri until a signal ends it; testeeserver accepts permessage-deflate, echoserver does not,
 * broadcastserver sends what comes to everybody. */
int wstest_echo_server(const struct wstest_options *options);

/* Tests the clients that come, until one of them or a signal ends it. */
int wstest_fuzzing_server(const struct wstest_options *options, const struct wstest_spec *spec, int argc,
                          char **argv);

/* Walks through the cases of a fuzzing server at --wsuri (testeeclient), or echoes on one connection until
 * the server ends it (echoclient, without compression). */
int wstest_echo_client(const struct wstest_options *options);

/* Opens many connections to the servers of the spec and holds them until a signal comes. */
struct wstest_crowd_spec;
int wstest_mass_connect(const struct wstest_crowd_spec *spec);

/* Says --ident, or hello, to a server at --wsuri, and prints what comes until the server or a signal ends it.
 */
int wstest_broadcast_client(const struct wstest_options *options);

#endif
