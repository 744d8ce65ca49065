/* SPDX-License-Identifier: MIT */
/* wstest_options.h: the command line of Autobahn|Testsuite's wstest. Owns what was asked for; does not own
 * files or addresses. */
#ifndef HARNESS_WSTEST_OPTIONS_H
#define HARNESS_WSTEST_OPTIONS_H

#include <stdbool.h>

#include "harness/text_buffer.h"
#include "harness/ws_url.h"

/* X(NAME, word, it needs --wsuri) */
#define WSTEST_MODES(X)                         \
    X(FUZZINGCLIENT, "fuzzingclient", false)    \
    X(FUZZINGSERVER, "fuzzingserver", false)    \
    X(TESTEESERVER, "testeeserver", true)       \
    X(TESTEECLIENT, "testeeclient", true)       \
    X(ECHOSERVER, "echoserver", true)           \
    X(ECHOCLIENT, "echoclient", true)           \
    X(BROADCASTSERVER, "broadcastserver", true) \
    X(BROADCASTCLIENT, "broadcastclient", true) \
    X(MASSCONNECT, "massconnect", false)

enum wstest_mode {
#define WSTEST_MODE_ENUMERATOR(name, word, needs_uri) WSTEST_##name,
    WSTEST_MODES(WSTEST_MODE_ENUMERATOR)
#undef WSTEST_MODE_ENUMERATOR
};

enum wstest_wish { WSTEST_RUN, WSTEST_SHOW_HELP, WSTEST_SHOW_VERSION, WSTEST_SHOW_AUTOBAHN_VERSION };

struct wstest_options {
    enum wstest_wish wish;
    enum wstest_mode mode;         /* of WSTEST_RUN */
    const char *spec, *uri;        /* NULL: not given */
    const char *ident;             /* of testeeclient; NULL: our own */
    const char *key, *certificate; /* PEM files; NULL: not given */
    unsigned web_port;             /* of the embedded web server; 0: none */
    bool debug;
    bool fail; /* ours: verdicts count in the exit code */
};

/* Reads the words behind the program's name, argv[0]. False with the reason in `errors`, without a line end.
 */
bool wstest_options_parse(struct wstest_options *options, int argc, char **argv, struct text_buffer *errors);

/* The URL at which a server of ours is to listen. Where the environment has WSTEST_LISTEN, that host stands
 * for the one of the URL: in a container, whose loopback nobody reaches, wstest listened at every address
 * whatever the URL said. Errors as ws_url_parse. */
bool wstest_listen_url(struct ws_url *out, const char *text, char error[WS_URL_TEXT_MAX]);

const char *wstest_mode_word(enum wstest_mode mode);

/* Appends the text of --help. */
void wstest_options_print_help(struct text_buffer *out, const char *program);

#endif
