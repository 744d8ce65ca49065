/* SPDX-License-Identifier: MIT */
/* command_echo.c: `wringer echo`: reads the options, and runs an echo server until a signal ends it. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/command.h"
#include "harness/fault_option.h"
#include "harness/echo_server.h"
#include "harness/ws_url.h"

static const char usage[] =
    "usage: wringer echo [OPTION]...\n"
    "\n"
    "Runs the reference endpoint as a WebSocket server that sends every message back.\n"
    "\n"
    "  --listen HOST:PORT     where to listen; port 0 is any free one (127.0.0.1:9001)\n"
    "  --cert FILE            certificate and chain in PEM form: speak TLS\n"
    "  --key FILE             its private key\n"
    "  --subprotocol NAME     support this subprotocol; may be given several times\n"
    "  --message-limit N      octets of the longest message to accept (67108864)\n"
    "  --no-deflate           decline permessage-deflate, which is accepted otherwise\n"
    "  --fault NAME           do this wrong on purpose; --fault help lists what there is\n";

struct echo_options {
    const char *listen, *certificate, *key;
    const char **subprotocols; /* NULL-terminated */
    uint64_t message_limit;
    bool no_deflate;
    enum ws_fault fault;
};

/* False: `code` is the exit code. */
static bool read_options(int argc, char **argv, struct echo_options *options, int *code)
{
    static const struct option known[] = {
        {"listen", required_argument, NULL, 'l'},
        {"cert", required_argument, NULL, 'c'},
        {"key", required_argument, NULL, 'k'},
        {"subprotocol", required_argument, NULL, 's'},
        {"message-limit", required_argument, NULL, 'm'},
        {"no-deflate", no_argument, NULL, 'd'},
        {"fault", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    size_t subprotocols = 0;
    char *end;
    *code = EXIT_USAGE;
    opterr = 0;
    optind = 0;
    for (int option; (option = getopt_long(argc, argv, "+:", known, NULL)) != -1;) {
        switch (option) {
        case 'l':
            options->listen = optarg;
            break;
        case 'c':
            options->certificate = optarg;
            break;
        case 'k':
            options->key = optarg;
            break;
        case 's':
            if (!ws_is_token(ws_octets_of(optarg))) {
                fprintf(stderr, "wringer echo: --subprotocol %s: a subprotocol is a token (RFC 6455 4.1)\n",
                        optarg);
                return false;
            }
            options->subprotocols[subprotocols++] = optarg;
            break;
        case 'm':
            errno = 0;
            options->message_limit = strtoull(optarg, &end, 10);
            if (strspn(optarg, "0123456789") != strlen(optarg) || errno != 0 || options->message_limit == 0) {
                fprintf(stderr,
                        "wringer echo: --message-limit %s: this must be a number of octets, at least 1\n",
                        optarg);
                return false;
            }
            break;
        case 'd':
            options->no_deflate = true;
            break;
        case 'f':
            if (!fault_option_read("echo", WS_SERVER, optarg, &options->fault, code))
                return false;
            break;
        case 'h':
            fputs(usage, stdout);
            *code = EXIT_AS_EXPECTED;
            return false;
        case ':':
            fprintf(stderr, "wringer echo: %s needs a value\n%s", argv[optind - 1], usage);
            return false;
        default:
            if (strncmp(argv[optind - 1], "--", 2) == 0)
                fprintf(stderr, "wringer echo: there is no option %s\n%s", argv[optind - 1], usage);
            else
                fprintf(stderr, "wringer echo: there is no option -%c\n%s", optopt, usage);
            return false;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "wringer echo: nothing is known to do with %s\n%s", argv[optind], usage);
        return false;
    }
    if ((options->certificate == NULL) != (options->key == NULL)) {
        fprintf(stderr, "wringer echo: --cert and --key belong together\n");
        return false;
    }
    if (ws_fault_is_of_tls(options->fault) && options->certificate == NULL) {
        fprintf(stderr, "wringer echo: --fault %s is one of TLS: --cert and --key are needed\n",
                ws_fault_facts(options->fault)->name);
        return false;
    }
    return true;
}

static void on_signal(uv_signal_t *signals, int number)
{
    (void)number;
    uv_stop(signals->loop);
}

/* Until SIGINT or SIGTERM; false when a seeded fault has crashed the server. */
static bool serve(uv_loop_t *loop, struct echo_server *server, bool secure)
{
    const struct transport_addresses *addresses = echo_server_addresses(server);
    uv_signal_t signals[2];
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(loop, &signals[i]);
        uv_signal_start(&signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    for (size_t i = 0; i < addresses->count; i++) {
        char where[TRANSPORT_ADDRESS_TEXT_MAX];
        transport_address_text(where, (const struct sockaddr *)&addresses->at[i]);
        printf("listening on %s://%s/\n", secure ? "wss" : "ws", where);
    }
    fflush(stdout);
    uv_run(loop, UV_RUN_DEFAULT);

    bool crashed = echo_server_crashed(server);
    echo_server_close(server);
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&signals[i], NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    return !crashed;
}

/* Puts together what the options ask for. NULL with the reason in `error`. */
static struct echo_server *open_server(uv_loop_t *loop, const struct echo_options *options,
                                       struct transport_tls **tls, char error[TRANSPORT_TEXT_MAX])
{
    struct echo_server_config config = {.subprotocols = options->subprotocols,
                                        .message_limit = options->message_limit,
                                        .deflate = {.enabled = !options->no_deflate},
                                        .fault = options->fault};
    char host[WS_URL_HOST_MAX];
    unsigned port = 0;
    if (!ws_url_parse_host_port(host, &port, options->listen, error) ||
        !transport_resolve(&config.addresses, host, port, error))
        return NULL;
    if (options->certificate != NULL) {
        *tls = transport_tls_server(options->certificate, options->key, error);
        if (*tls == NULL)
            return NULL;
        transport_tls_seed(*tls, options->fault);
    }
    config.tls = *tls;
    return echo_server_open(loop, &config, error);
}

int command_echo(int argc, char **argv)
{
    struct echo_options options = {.listen = "127.0.0.1:9001"};
    int code = EXIT_OWN_FAULT;
    uv_loop_t loop;
    options.subprotocols = calloc((size_t)argc + 1, sizeof *options.subprotocols);
    if (options.subprotocols == NULL || uv_loop_init(&loop) != 0) {
        fprintf(stderr, "wringer echo: out of memory or of file descriptors\n");
        free(options.subprotocols);
        return code;
    }
    if (read_options(argc, argv, &options, &code)) {
        struct transport_tls *tls = NULL;
        char error[TRANSPORT_TEXT_MAX];
        struct echo_server *server = open_server(&loop, &options, &tls, error);
        if (server != NULL) {
            code = serve(&loop, server, tls != NULL) ? EXIT_AS_EXPECTED : EXIT_OWN_FAULT;
        } else {
            fprintf(stderr, "wringer echo: %s\n", error);
            code = EXIT_USAGE;
        }
        uv_run(&loop, UV_RUN_DEFAULT); /* what failed to open may still have to be closed */
        transport_tls_free(tls);
    }
    uv_loop_close(&loop);
    free(options.subprotocols);
    return code;
}
