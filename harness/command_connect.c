/* SPDX-License-Identifier: MIT */
/* command_connect.c: `wringer connect`: the reference as a client under test: asks a server like `wringer
 * serve` for its cases, runs each on a connection of its own, and asks for the reports. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/command.h"
#include "harness/echo_client.h"
#include "harness/fault_option.h"
#include "harness/ws_url.h"

static const char usage[] =
    "usage: wringer connect [OPTION]... URL\n"
    "\n"
    "Runs the reference endpoint as a WebSocket client that sends every message back. URL is where\n"
    "wringer serve, or another server with /getCaseCount and /runCase, listens: ws://HOST:PORT or wss://...\n"
    "\n"
    "  --once                 one connection to URL, until the server ends it\n"
    "  --agent NAME           the name to be tested under (Wringer)\n"
    "  --subprotocol NAME     offer this subprotocol; may be given several times\n"
    "  --cafile FILE          certificate authorities to trust (PEM), instead of the system's\n"
    "  --insecure             do not verify certificates\n"
    "  --no-deflate           do not offer permessage-deflate, which is offered otherwise\n"
    "  --fault NAME           do this wrong on purpose; --fault help lists what there is\n"
    "\n"
    "Exit: 0 when all went well, 2 usage, 3 the server cannot be reached.\n";

enum connect_phase { ASKING_COUNT, RUNNING_CASES, ASKING_REPORTS, DONE };

struct connect {
    const char *url_text, *agent, *cafile;
    const char **subprotocols; /* NULL-terminated */
    bool once, insecure, no_deflate;
    enum ws_fault fault;

    uv_loop_t loop;
    struct ws_url url;
    struct transport_addresses addresses;
    struct transport_tls *tls;
    enum connect_phase phase;
    unsigned long cases, number;
    char target[WS_URL_TARGET_MAX];
    struct ws_request request;
    struct echo_client_config client;
    int exit_code;
};

/* False: *code is the exit code. */
static bool read_options(int argc, char **argv, struct connect *connect, int *code)
{
    static const struct option known[] = {{"once", no_argument, NULL, 'o'},
                                          {"agent", required_argument, NULL, 'a'},
                                          {"subprotocol", required_argument, NULL, 's'},
                                          {"cafile", required_argument, NULL, 'c'},
                                          {"insecure", no_argument, NULL, 'i'},
                                          {"no-deflate", no_argument, NULL, 'd'},
                                          {"fault", required_argument, NULL, 'f'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    size_t subprotocols = 0;
    *code = EXIT_USAGE;
    opterr = 0;
    optind = 0;
    for (int option; (option = getopt_long(argc, argv, ":", known, NULL)) != -1;) {
        switch (option) {
        case 'o':
            connect->once = true;
            break;
        case 'a':
            connect->agent = optarg;
            break;
        case 's':
            if (!ws_is_token(ws_octets_of(optarg))) {
                fprintf(stderr,
                        "wringer connect: --subprotocol %s: a subprotocol is a token (RFC 6455 4.1)\n",
                        optarg);
                return false;
            }
            connect->subprotocols[subprotocols++] = optarg;
            break;
        case 'c':
            connect->cafile = optarg;
            break;
        case 'i':
            connect->insecure = true;
            break;
        case 'd':
            connect->no_deflate = true;
            break;
        case 'f':
            if (!fault_option_read("connect", WS_CLIENT, optarg, &connect->fault, code))
                return false;
            break;
        case 'h':
            fputs(usage, stdout);
            *code = EXIT_AS_EXPECTED;
            return false;
        case ':':
            fprintf(stderr, "wringer connect: %s needs a value\n%s", argv[optind - 1], usage);
            return false;
        default:
            fprintf(stderr, "wringer connect: there is no option %s\n%s", argv[optind - 1], usage);
            return false;
        }
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "wringer connect: expected one URL\n%s", usage);
        return false;
    }
    connect->url_text = argv[optind];
    return true;
}

/* What of a name may stand in a query as it is (RFC 3986 2.3). */
static void put_encoded(char *out, size_t size, const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t length = 0;
    for (; *name != '\0' && length + 4 < size; name++)
        length += (size_t)snprintf(out + length, size - length,
                                   strchr(plain, *name) != NULL ? "%c" : "%%%02X", (unsigned char)*name);
    out[length] = '\0';
}

static void begin(struct connect *connect);

/* One connection has ended: on to the next. */
static void on_ended(void *context, const struct echo_client_end *end)
{
    struct connect *connect = context;
    if (!end->connected) {
        fprintf(stderr, "wringer connect: %s: %s\n", connect->url_text, end->why);
        connect->exit_code = EXIT_UNREACHABLE;
        return;
    }
    switch (connect->phase) {
    case ASKING_COUNT:
        connect->cases = strtoul(end->text, NULL, 10);
        if (connect->cases == 0) {
            fprintf(stderr, "wringer connect: %s does not say how many cases it has\n", connect->url_text);
            connect->exit_code = EXIT_UNREACHABLE;
            return;
        }
        connect->number = 1;
        connect->phase = RUNNING_CASES;
        break;
    case RUNNING_CASES:
        if (connect->once || connect->number == connect->cases)
            connect->phase = connect->once ? DONE : ASKING_REPORTS;
        connect->number++;
        break;
    case ASKING_REPORTS:
    case DONE:
        connect->phase = DONE;
        break;
    }
    begin(connect);
}

/* Begins the connection that is due. */
static void begin(struct connect *connect)
{
    char agent[1024];
    put_encoded(agent, sizeof agent, connect->agent);
    connect->client.answers = connect->phase == RUNNING_CASES;
    switch (connect->phase) {
    case ASKING_COUNT:
        snprintf(connect->target, sizeof connect->target, "/getCaseCount");
        break;
    case RUNNING_CASES:
        if (connect->once)
            snprintf(connect->target, sizeof connect->target, "%s", connect->url.target);
        else
            snprintf(connect->target, sizeof connect->target, "/runCase?case=%lu&agent=%s", connect->number,
                     agent);
        break;
    case ASKING_REPORTS:
        snprintf(connect->target, sizeof connect->target, "/updateReports?agent=%s", agent);
        break;
    case DONE:
        return;
    }
    if (!echo_client_connect(&connect->loop, &connect->client)) {
        fprintf(stderr, "wringer connect: out of memory\n");
        connect->exit_code = EXIT_OWN_FAULT;
    }
}

static bool prepare(struct connect *connect, char error[TRANSPORT_TEXT_MAX])
{
    if (!ws_url_parse(&connect->url, connect->url_text, error) ||
        !transport_resolve(&connect->addresses, connect->url.host, connect->url.port, error))
        return false;
    if (connect->url.secure) {
        const struct transport_tls_config config = {.cafile = connect->cafile, .insecure = connect->insecure};
        connect->tls = transport_tls_client(&config, error);
        if (connect->tls == NULL)
            return false;
    }
    connect->phase = connect->once ? RUNNING_CASES : ASKING_COUNT;
    connect->request =
        (struct ws_request){.host = connect->url.authority,
                            .target = connect->target,
                            .subprotocols = connect->subprotocols[0] == NULL ? NULL : connect->subprotocols};
    connect->client = (struct echo_client_config){.address = (struct sockaddr *)&connect->addresses.at[0],
                                                  .tls = connect->tls,
                                                  .server_name = connect->url.host,
                                                  .request = &connect->request,
                                                  .deflate = {.enabled = !connect->no_deflate},
                                                  .fault = connect->fault,
                                                  .ended = on_ended,
                                                  .context = connect};
    return true;
}

int command_connect(int argc, char **argv)
{
    struct connect *connect = calloc(1, sizeof *connect);
    const char **subprotocols = calloc((size_t)argc + 1, sizeof *subprotocols);
    int code = EXIT_OWN_FAULT;
    char error[TRANSPORT_TEXT_MAX];
    if (connect == NULL || subprotocols == NULL || uv_loop_init(&connect->loop) != 0) {
        fprintf(stderr, "wringer connect: out of memory or of file descriptors\n");
        free(subprotocols);
        free(connect);
        return code;
    }
    connect->agent = "Wringer";
    connect->subprotocols = subprotocols;
    if (read_options(argc, argv, connect, &code)) {
        if (prepare(connect, error)) {
            begin(connect);
            uv_run(&connect->loop, UV_RUN_DEFAULT);
            code = connect->exit_code;
        } else {
            fprintf(stderr, "wringer connect: %s\n", error);
            code = EXIT_USAGE;
        }
    }
    transport_tls_free(connect->tls);
    uv_loop_close(&connect->loop);
    free(subprotocols);
    free(connect);
    return code;
}
