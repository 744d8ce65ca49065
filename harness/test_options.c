/* SPDX-License-Identifier: MIT */
/* test_options.c: reads the command lines of `wringer test` and `wringer serve`. Options, URLs and selectors
 * may stand in any order; --exec, --name and --baseline belong to the URL that follows them, where there is
 * one. */
#include "harness/test_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/runner.h"

enum {
    JOBS_DEFAULT = 16,
    PATIENCE_DEFAULT_MS = 3000,
    PATIENCE_MIN_MS = 50,
    PATIENCE_MAX_MS = 600000,
    PID_MAX = 4194304
};

static const char listen_default[] = "127.0.0.1:9001", listen_any_port[] = "127.0.0.1:0";

enum option {
    OPTION_EXEC,
    OPTION_LISTEN,
    OPTION_CERTIFICATE,
    OPTION_KEY,
    OPTION_BASELINE,
    OPTION_NAME,
    OPTION_PID,
    OPTION_FIELD,
    OPTION_ORIGIN,
    OPTION_SUBPROTOCOL,
    OPTION_CAFILE,
    OPTION_INSECURE,
    OPTION_JOBS,
    OPTION_OUT,
    OPTION_CASES,
    OPTION_DELIVERY,
    OPTION_PATIENCE,
    OPTION_SURVEY,
    OPTION_FAIL_ON,
    OPTION_DERIVED,
    OPTION_VERBOSE,
    OPTION_HELP
};

enum { FOR_TEST = 1, FOR_SERVE = 2, FOR_BOTH = 3 };

static const struct {
    const char *name, *short_name;
    enum option option;
    bool has_value;
    unsigned commands; /* FOR_ bits */
} known[] = {
    {"--exec", NULL, OPTION_EXEC, true, FOR_BOTH},
    {"--listen", "-l", OPTION_LISTEN, true, FOR_SERVE},
    {"--cert", NULL, OPTION_CERTIFICATE, true, FOR_SERVE},
    {"--key", NULL, OPTION_KEY, true, FOR_SERVE},
    {"--baseline", NULL, OPTION_BASELINE, true, FOR_BOTH},
    {"--name", NULL, OPTION_NAME, true, FOR_TEST},
    {"--pid", NULL, OPTION_PID, true, FOR_TEST},
    {"--header", "-H", OPTION_FIELD, true, FOR_TEST},
    {"--origin", NULL, OPTION_ORIGIN, true, FOR_TEST},
    {"--subprotocol", NULL, OPTION_SUBPROTOCOL, true, FOR_TEST},
    {"--cafile", NULL, OPTION_CAFILE, true, FOR_TEST},
    {"--insecure", NULL, OPTION_INSECURE, false, FOR_TEST},
    {"--jobs", "-j", OPTION_JOBS, true, FOR_BOTH},
    {"--out", "-o", OPTION_OUT, true, FOR_BOTH},
    {"--cases", NULL, OPTION_CASES, true, FOR_BOTH},
    {"--delivery", NULL, OPTION_DELIVERY, true, FOR_BOTH},
    {"--patience", NULL, OPTION_PATIENCE, true, FOR_BOTH},
    {"--survey", NULL, OPTION_SURVEY, false, FOR_BOTH},
    {"--fail-on", NULL, OPTION_FAIL_ON, true, FOR_BOTH},
    {"--derived", NULL, OPTION_DERIVED, true, FOR_BOTH},
    {"--verbose", "-v", OPTION_VERBOSE, false, FOR_BOTH},
    {"--help", "-h", OPTION_HELP, false, FOR_BOTH},
};

static const char test_help[] =
    "usage: wringer test [OPTION]... URL... [SELECTOR]...\n"
    "\n"
    "Tests WebSocket servers against RFC 6455 and writes results.jsonl and index.html.\n"
    "\n"
    "A URL is ws://host[:port]/path?query or wss://... Several URLs stand side by side in one "
    "report.\n"
    "A SELECTOR is a file (closing), a case (closing/code-valid), a member or instance of it\n"
    "(closing/code-valid/1000@server~whole), a requirement (R6455-5.1-03), an Autobahn number "
    "(7.9.1)\n"
    "or tag:WORD; '*' stands for anything, '!' in front excludes. Without one, every case is run.\n"
    "\n"
    "For the URL that follows:\n"
    "  --exec 'CMD {port}'   start the target, wait until it listens, restart it when it died, stop "
    "it at the end;\n"
    "                        {port} is a free port, in CMD and in the URL\n"
    "  --name NAME           what the report calls it\n"
    "  --pid PID             the target's process, which runs already: its memory is measured where a "
    "case "
    "bounds it\n"
    "                        (Linux; with --exec that is done for all of its processes)\n"
    "  --baseline FILE       known deviations: a listed one is expected, one that is gone fails the "
    "run\n"
    "For all of them:\n"
    "  -H, --header 'N: v'   a further header field of every opening handshake\n"
    "  --origin ORIGIN       value of Origin\n"
    "  --subprotocol NAME    offer a subprotocol (may be repeated)\n"
    "  --cafile FILE         certificate authorities to trust (PEM), instead of the system's\n"
    "  --insecure            do not verify certificates\n"
    "  -j, --jobs N          connections at once, 1 to 256 (default 16)\n"
    "  --patience MS         how long a silent target is waited for (default 3000); one that starts, "
    "five times as long\n"
    "  --delivery WORD       only this delivery: whole or octet\n"
    "  --survey              run the surveys as well\n"
    "  --cases DIR           read the cases from DIR instead of the program\n"
    "  -o, --out DIR         where the report goes (default wringer-report)\n"
    "  --fail-on WORD        must (default) or should: what exit code 1 is for\n"
    "  --derived failed|non-strict  what it is called when a target accepts what the RFC forbids only "
    "its sender\n"
    "                        (default failed)\n"
    "  -v, --verbose         show the transcript of every case\n"
    "\n"
    "Exit: 0 as expected, 1 an unexpected verdict, 2 usage, 3 target not reachable, 4 our own "
    "fault.\n";

static const char serve_help[] =
    "usage: wringer serve [OPTION]... [SELECTOR]...\n"
    "\n"
    "Tests WebSocket clients against RFC 6455: listens, runs one case on each connection that comes, and\n"
    "writes results.jsonl and index.html.\n"
    "\n"
    "A client sends every message back. It asks for its cases as for Autobahn's, with a WebSocket to\n"
    "/getCaseCount, /runCase?case=N&agent=NAME for N from 1 on, and /updateReports?agent=NAME at the end; "
    "or\n"
    "connects anywhere else and is given the next case that it has not had. Any browser can be tested:\n"
    "open the address with http:// instead of ws://.\n"
    "A SELECTOR is as in wringer test --help.\n"
    "\n"
    "  -l, --listen HOST:PORT  where to listen; port 0 is any free one (127.0.0.1:9001, or any free port "
    "with "
    "--exec)\n"
    "  --exec 'CMD {url}'    start the client, and again until all cases have been run or it does not come "
    "any more;\n"
    "                        its output goes to target.log beside the report; {http} is the page for "
    "browsers,\n"
    "                        which begins by itself as {http}?start, with &agent=NAME if you like\n"
    "  --cert FILE           certificate and chain in PEM form: speak TLS\n"
    "  --key FILE            its private key\n"
    "  --baseline FILE       known deviations: a listed one is expected, one that is gone fails the run\n"
    "  -j, --jobs N          with --exec, a client that runs one case each time it is started is started so\n"
    "                        many times at once, 1 to 256 (default 16)\n"
    "  --patience MS         how long a silent client is waited for (default 3000); one that starts, twenty "
    "times as long\n"
    "  --delivery WORD       only this delivery: whole or octet\n"
    "  --survey              run the surveys as well\n"
    "  --cases DIR           read the cases from DIR instead of the program\n"
    "  -o, --out DIR         where the report goes (default wringer-report)\n"
    "  --fail-on WORD        must (default) or should: what exit code 1 is for\n"
    "  --derived failed|non-strict  what it is called when a client accepts what the RFC forbids only its "
    "sender\n"
    "                        (default failed)\n"
    "  -v, --verbose         show the transcript of every case\n"
    "\n"
    "Without --exec the run ends with /updateReports?agent=NAME&shutdownOnComplete=true, with /stopServer, "
    "or "
    "with Ctrl-C.\n"
    "Exit: 0 as expected, 1 an unexpected verdict, 2 usage, 3 no client came, 4 our own fault.\n";

const char *test_options_help(enum ws_role tests)
{
    return tests == WS_SERVER ? test_help : serve_help;
}

static bool parse_number(const char *text, unsigned low, unsigned high, unsigned *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < low || value > high)
        return false;
    *out = (unsigned)value;
    return true;
}

static bool is_url(const char *word)
{
    return strncasecmp(word, "ws://", 5) == 0 || strncasecmp(word, "wss://", 6) == 0;
}

/* "Name: value" with a name that HTTP has (RFC 9110 5.1) and a value of one line. */
static bool is_field(const char *text)
{
    const char *colon = strchr(text, ':');
    return colon != NULL && ws_is_token((struct ws_octets){(const uint8_t *)text, (size_t)(colon - text)}) &&
           strpbrk(text, "\r\n") == NULL;
}

static bool set_option(struct test_options *options, struct test_target *next, enum option option,
                       const char *value, struct text_buffer *errors)
{
    switch (option) {
    case OPTION_EXEC:
        next->exec = value;
        return true;
    case OPTION_LISTEN:
        options->listen = value;
        return true;
    case OPTION_CERTIFICATE:
        options->certificate = value;
        return true;
    case OPTION_KEY:
        options->key = value;
        return true;
    case OPTION_BASELINE:
        next->baseline = value;
        return true;
    case OPTION_NAME:
        next->name = value;
        return true;
    case OPTION_PID:
        if (parse_number(value, 1, PID_MAX, &next->pid))
            return true;
        text_print(errors, "--pid: expected the number of a process, found '%s'\n", value);
        return false;
    case OPTION_FIELD:
        if (!is_field(value)) {
            text_print(errors, "--header: expected 'Name: value', found '%s'\n", value);
            return false;
        }
        if (options->field_count == TEST_WORDS_MAX) {
            text_print(errors, "--header: more than %d\n", TEST_WORDS_MAX);
            return false;
        }
        options->fields[options->field_count++] = value;
        return true;
    case OPTION_ORIGIN:
        options->origin = value;
        if (strpbrk(value, "\r\n") == NULL)
            return true;
        text_print(errors, "--origin: a line break cannot be in it\n");
        return false;
    case OPTION_SUBPROTOCOL:
        if (!ws_is_token(ws_octets_of(value))) {
            text_print(errors, "--subprotocol: '%s' is not a token (RFC 6455 4.1)\n", value);
            return false;
        }
        if (options->subprotocol_count == TEST_WORDS_MAX) {
            text_print(errors, "--subprotocol: more than %d\n", TEST_WORDS_MAX);
            return false;
        }
        options->subprotocols[options->subprotocol_count++] = value;
        return true;
    case OPTION_CAFILE:
        options->cafile = value;
        return true;
    case OPTION_INSECURE:
        options->insecure = true;
        return true;
    case OPTION_JOBS:
        if (parse_number(value, 1, RUNNER_JOBS_MAX, &options->jobs))
            return true;
        text_print(errors, "--jobs: expected 1 to %d, found '%s'\n", RUNNER_JOBS_MAX, value);
        return false;
    case OPTION_OUT:
        options->out = value;
        if (value[0] != '\0')
            return true;
        text_print(errors, "--out: expected a directory, found nothing\n");
        return false;
    case OPTION_CASES:
        options->cases = value;
        return true;
    case OPTION_DELIVERY:
        options->delivery = value;
        if (strcmp(value, "whole") == 0 || strcmp(value, "octet") == 0)
            return true;
        text_print(errors, "--delivery: expected whole or octet, found '%s'\n", value);
        return false;
    case OPTION_PATIENCE:
        if (parse_number(value, PATIENCE_MIN_MS, PATIENCE_MAX_MS, &options->patience_ms))
            return true;
        text_print(errors, "--patience: expected %d to %d ms, found '%s'\n", PATIENCE_MIN_MS, PATIENCE_MAX_MS,
                   value);
        return false;
    case OPTION_SURVEY:
        options->survey = true;
        return true;
    case OPTION_FAIL_ON:
        options->fail_on_should = strcmp(value, "should") == 0;
        if (options->fail_on_should || strcmp(value, "must") == 0)
            return true;
        text_print(errors, "--fail-on: expected must or should, found '%s'\n", value);
        return false;
    case OPTION_DERIVED:
        options->derived_non_strict = strcmp(value, "non-strict") == 0;
        if (options->derived_non_strict || strcmp(value, "failed") == 0)
            return true;
        text_print(errors, "--derived: expected failed or non-strict, found '%s'\n", value);
        return false;
    case OPTION_VERBOSE:
        options->verbose = true;
        return true;
    case OPTION_HELP:
        options->help = true;
        return true;
    }
    return false;
}

static size_t find_option(enum ws_role tests, const char *word, size_t name_size)
{
    unsigned command = tests == WS_SERVER ? FOR_TEST : FOR_SERVE;
    size_t i = 0;
    while (i < sizeof known / sizeof known[0]) {
        bool long_name = strlen(known[i].name) == name_size && strncmp(word, known[i].name, name_size) == 0;
        if ((known[i].commands & command) == 0)
            ;
        else if (long_name || (known[i].short_name != NULL && strcmp(word, known[i].short_name) == 0))
            break;
        i++;
    }
    return i;
}

/* A word that begins with "-": its option, with the value behind "=" or in the next word. Returns the index
 * of the last word that was used, or -1. */
static int take_option(struct test_options *options, struct test_target *next, int at, int argc, char **argv,
                       struct text_buffer *errors)
{
    const char *word = argv[at];
    size_t name_size = strcspn(word, "=");
    size_t i = find_option(options->tests, word, name_size);
    if (i == sizeof known / sizeof known[0]) {
        text_print(errors, "unknown option '%s'\n", word);
        return -1;
    }
    const char *value = word[name_size] == '=' ? word + name_size + 1 : NULL;
    if (known[i].has_value && value == NULL) {
        if (at + 1 >= argc) {
            text_print(errors, "%s needs a value\n", known[i].name);
            return -1;
        }
        value = argv[++at];
    } else if (!known[i].has_value && value != NULL) {
        text_print(errors, "%s takes no value\n", known[i].name);
        return -1;
    }
    return set_option(options, next, known[i].option, value == NULL ? "" : value, errors) ? at : -1;
}

/* A word that is no option. */
static void take_word(struct test_options *options, struct test_target *next, const char *word,
                      struct text_buffer *errors)
{
    bool url = is_url(word) && options->tests == WS_SERVER;
    if (url && options->target_count == TEST_TARGETS_MAX) {
        text_print(errors, "more than %d URLs\n", TEST_TARGETS_MAX);
    } else if (url) {
        next->url = word;
        options->targets[options->target_count++] = *next;
        *next = (struct test_target){0};
    } else if (strstr(word, "://") != NULL && options->tests == WS_CLIENT) {
        text_print(errors, "%s: clients come to us; --listen HOST:PORT says where\n", word);
    } else if (strstr(word, "://") != NULL) {
        text_print(errors, "%s: expected a URL that begins with ws:// or wss://\n", word);
    } else if (options->selector_count == TEST_WORDS_MAX) {
        text_print(errors, "more than %d selectors; a '*' in one stands for anything\n", TEST_WORDS_MAX);
    } else {
        options->selectors[options->selector_count++] = word;
    }
}

static void check_servers(const struct test_options *options, const struct test_target *next,
                          struct text_buffer *errors)
{
    if (options->target_count == 0)
        text_print(errors, "which server? expected a URL, ws://HOST:PORT/PATH or wss://...\n");
    else if (next->exec != NULL || next->name != NULL || next->baseline != NULL || next->pid != 0)
        text_print(
            errors,
            "--exec, --pid, --name and --baseline belong to the URL that follows them, but none does\n");
    for (size_t i = 0; i < options->target_count; i++) {
        if (options->targets[i].pid != 0 && options->targets[i].exec != NULL)
            text_print(errors, "--pid: %s has --exec already, whose processes are known\n",
                       options->targets[i].url);
    }
}

static void check_clients(struct test_options *options, const struct test_target *next,
                          struct text_buffer *errors)
{
    if ((options->certificate == NULL) != (options->key == NULL))
        text_print(errors, "--cert and --key belong together\n");
    if (next->exec != NULL && strstr(next->exec, "{url}") == NULL && strstr(next->exec, "{http}") == NULL)
        text_print(errors,
                   "--exec '%s': without {url} or {http} the client cannot know where to connect to\n",
                   next->exec);
    if (options->listen == NULL)
        options->listen = next->exec == NULL ? listen_default : listen_any_port;
    options->targets[options->target_count++] = *next;
}

bool test_options_parse(struct test_options *options, enum ws_role tests, int argc, char **argv,
                        struct text_buffer *errors)
{
    *options = (struct test_options){
        .tests = tests, .jobs = JOBS_DEFAULT, .patience_ms = PATIENCE_DEFAULT_MS, .out = "wringer-report"};
    struct test_target next = {0};
    for (int i = 0; i < argc && errors->size == 0; i++) {
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            i = take_option(options, &next, i, argc, argv, errors);
            if (i < 0)
                return false;
        } else {
            take_word(options, &next, argv[i], errors);
        }
    }
    if (options->help || errors->size > 0)
        return errors->size == 0;
    if (tests == WS_SERVER)
        check_servers(options, &next, errors);
    else
        check_clients(options, &next, errors);
    return errors->size == 0;
}

/* A word as a shell reads it. */
static void print_quoted(struct text_buffer *out, const char *word)
{
    text_print(out, " ");
    size_t plain = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+=,-");
    if (word[0] != '\0' && word[plain] == '\0') {
        text_print(out, "%s", word);
        return;
    }
    text_print(out, "'");
    for (const char *c = word; *c != '\0'; c++)
        text_append(out, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
    text_print(out, "'");
}

void test_options_print_rerun(struct text_buffer *out, const struct test_options *options,
                              const struct test_target *target)
{
    text_print(out, options->tests == WS_SERVER ? "wringer test" : "wringer serve");
    for (size_t i = 0; i < options->field_count; i++) {
        text_print(out, " -H");
        print_quoted(out, options->fields[i]);
    }
    if (options->origin != NULL) {
        text_print(out, " --origin");
        print_quoted(out, options->origin);
    }
    for (size_t i = 0; i < options->subprotocol_count; i++) {
        text_print(out, " --subprotocol");
        print_quoted(out, options->subprotocols[i]);
    }
    if (options->cafile != NULL) {
        text_print(out, " --cafile");
        print_quoted(out, options->cafile);
    }
    if (options->insecure)
        text_print(out, " --insecure");
    if (options->cases != NULL) {
        text_print(out, " --cases");
        print_quoted(out, options->cases);
    }
    if (options->patience_ms != PATIENCE_DEFAULT_MS)
        text_print(out, " --patience %u", options->patience_ms);
    if (options->survey)
        text_print(out, " --survey");
    if (options->derived_non_strict)
        text_print(out, " --derived non-strict");
    if (target->pid != 0)
        text_print(out, " --pid %u", target->pid);
    if (target->exec != NULL) {
        text_print(out, " --exec");
        print_quoted(out, target->exec);
    }
    if (options->certificate != NULL) {
        text_print(out, " --cert");
        print_quoted(out, options->certificate);
        text_print(out, " --key");
        print_quoted(out, options->key);
    }
    if (options->tests == WS_SERVER)
        print_quoted(out, target->url);
    else if (target->exec == NULL) {
        text_print(out, " --listen");
        print_quoted(out, options->listen);
    }
}
