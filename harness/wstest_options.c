/* SPDX-License-Identifier: MIT */
/* wstest_options.c: reads wstest's command line with getopt_long. */
#include "harness/wstest_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEB_PORT_DEFAULT = 8080, PORT_MAX = 65535, OPTION_FAIL = 256, OPTION_VERSION, OPTION_HELP };

static const struct {
    const char *word;
    bool needs_uri;
} modes[] = {
#define MODE_ROW(name, word, needs_uri) {word, needs_uri},
    WSTEST_MODES(MODE_ROW)
#undef MODE_ROW
};
enum { MODE_COUNT = sizeof modes / sizeof modes[0] };

static const struct option known[] = {
    {"mode", required_argument, NULL, 'm'},
    {"spec", required_argument, NULL, 's'},
    {"wsuri", required_argument, NULL, 'w'},
    {"webport", required_argument, NULL, 'u'},
    {"ident", required_argument, NULL, 'i'},
    {"key", required_argument, NULL, 'k'},
    {"cert", required_argument, NULL, 'c'},
    {"testset", required_argument, NULL, 't'},
    {"outfile", required_argument, NULL, 'o'},
    {"debug", no_argument, NULL, 'd'},
    {"autobahnversion", no_argument, NULL, 'a'},
    {"fail", no_argument, NULL, OPTION_FAIL},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

const char *wstest_mode_word(enum wstest_mode mode)
{
    return modes[mode].word;
}

static void print_modes(struct text_buffer *out)
{
    for (size_t i = 0; i < MODE_COUNT; i++)
        text_print(out, "%s%s", i == 0 ? "" : ", ", modes[i].word);
}

static bool read_mode(struct wstest_options *options, const char *word, struct text_buffer *errors)
{
    size_t i = 0;
    while (i < MODE_COUNT && strcmp(modes[i].word, word) != 0)
        i++;
    if (i == MODE_COUNT) {
        text_print(errors, "Mode '%s' is invalid. Available modes: ", word);
        print_modes(errors);
        return false;
    }
    options->mode = (enum wstest_mode)i;
    return true;
}

static bool read_port(struct wstest_options *options, const char *word, struct text_buffer *errors)
{
    char *end;
    unsigned long port = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || port > PORT_MAX) {
        text_print(errors, "Invalid webport '%s': expected 0 to %d", word, PORT_MAX);
        return false;
    }
    options->web_port = (unsigned)port;
    return true;
}

/* What is wrong with the word that getopt_long has stopped at. */
static bool reject_option(int problem, const char *word, struct text_buffer *errors)
{
    bool long_name = strncmp(word, "--", 2) == 0;
    int size = (int)strcspn(word, "=");
    if (problem == ':' && long_name)
        text_print(errors, "option %.*s requires argument", size, word);
    else if (problem == ':')
        text_print(errors, "option -%c requires argument", optopt);
    else if (long_name && optopt != 0)
        text_print(errors, "option %.*s must not have an argument", size, word);
    else if (long_name)
        text_print(errors, "option %.*s not recognized", size, word);
    else
        text_print(errors, "option -%c not recognized", optopt);
    return false;
}

bool wstest_options_parse(struct wstest_options *options, int argc, char **argv, struct text_buffer *errors)
{
    const char *mode = NULL;
    *options = (struct wstest_options){.web_port = WEB_PORT_DEFAULT};
    opterr = 0;
    optind = 0;
    for (int option; (option = getopt_long(argc, argv, "+:m:s:w:u:i:k:c:t:o:da", known, NULL)) != -1;) {
        switch (option) {
        case 'm':
            mode = optarg;
            break;
        case 's':
            options->spec = optarg;
            break;
        case 'w':
            options->uri = optarg;
            break;
        case 'u':
            if (!read_port(options, optarg, errors))
                return false;
            break;
        case 'i':
            options->ident = optarg;
            break;
        case 'k':
            options->key = optarg;
            break;
        case 'c':
            options->certificate = optarg;
            break;
        case 't': /* of modes that are no more there either */
        case 'o':
            break;
        case 'd':
            options->debug = true;
            break;
        case 'a':
            options->wish = WSTEST_SHOW_AUTOBAHN_VERSION;
            return true;
        case OPTION_FAIL:
            options->fail = true;
            break;
        case OPTION_VERSION:
            options->wish = WSTEST_SHOW_VERSION;
            return true;
        case OPTION_HELP:
            options->wish = WSTEST_SHOW_HELP;
            return true;
        default:
            return reject_option(option, argv[optind - 1], errors);
        }
    }
    if (optind < argc) {
        text_print(errors, "Wrong number of arguments: nothing is known to do with '%s'", argv[optind]);
        return false;
    }
    if (mode == NULL) {
        text_print(errors, "A mode must be specified to run. Available modes: ");
        print_modes(errors);
        return false;
    }
    if (!read_mode(options, mode, errors))
        return false;
    if (modes[options->mode].needs_uri && options->uri == NULL) {
        text_print(errors, "Mode '%s' requires a --wsuri argument", mode);
        return false;
    }
    if ((options->key == NULL) != (options->certificate == NULL)) {
        text_print(errors, "--key and --cert belong together");
        return false;
    }
    return true;
}

void wstest_options_print_help(struct text_buffer *out, const char *program)
{
    text_print(
        out,
        "Usage: %s [options]\n"
        "Runs the cases that Autobahn|Testsuite numbers, with its command line, spec files and reports.\n"
        "Options:\n"
        "  -m, --mode=             Test mode, one of: ",
        program);
    print_modes(out);
    text_print(
        out,
        " [required]\n"
        "  -s, --spec=             Test specification file [default: MODE.json in this directory, which\n"
        "                          is written when it is not there]\n"
        "  -w, --wsuri=            WebSocket URI; the other modes need it, fuzzingclient takes it when the\n"
        "                          specification names no server\n"
        "  -u, --webport=          Port of the embedded web server, 0 for none [default: %d]\n"
        "  -i, --ident=            Testee client identifier\n"
        "  -k, --key=              Private key file for secure WebSocket, PEM\n"
        "  -c, --cert=             Certificate file for secure WebSocket, PEM\n"
        "  -t, --testset=          Has no effect\n"
        "  -o, --outfile=          Has no effect\n"
        "  -d, --debug             Say more\n"
        "  -a, --autobahnversion   Print version information for Autobahn and AutobahnTestSuite\n"
        "      --fail              Exit with 1 when a case failed (otherwise the exit code is 0)\n"
        "      --version           Print the version\n"
        "      --help              Print this help\n",
        WEB_PORT_DEFAULT);
}

bool wstest_listen_url(struct ws_url *out, const char *text, char error[WS_URL_TEXT_MAX])
{
    const char *host = getenv("WSTEST_LISTEN");
    if (!ws_url_parse(out, text, error))
        return false;
    if (host == NULL || host[0] == '\0')
        return true;
    if (strlen(host) >= sizeof out->host) {
        snprintf(error, WS_URL_TEXT_MAX, "WSTEST_LISTEN: the host is too long");
        return false;
    }
    snprintf(out->host, sizeof out->host, "%s", host);
    return true;
}
