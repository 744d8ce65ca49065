/* SPDX-License-Identifier: MIT */
/* web_port.c: requests, pages and files of the web port. */
#include "harness/web_port.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/web_pages.h"
#include "reference/ws.h"

enum {
    HEAD_MAX = 8 * 1024,
    CHUNK = 64 * 1024,       /* octets that are read from a file at once */
    QUEUE_HIGH = 512 * 1024, /* octets that may wait in a transport before more are read */
    TIMEOUT_MS = 30 * 1000   /* without anything happening */
};

struct visit {
    struct web_port *web;
    struct visit *previous, *next;
    struct transport *transport;
    uv_timer_t timer;
    unsigned open_handles;
    bool closing, answered;
    uint8_t head[HEAD_MAX];
    size_t have;
    int file;      /* that is being sent; -1: none */
    uint64_t left; /* octets of it: as many as were announced */
};

struct web_port {
    uv_loop_t *loop;
    struct listener *listeners[TRANSPORT_ADDRESSES_MAX];
    size_t listener_count;
    struct visit *visits;
    unsigned ws_port;
    bool secure, closing;
    char root[PATH_MAX]; /* the current directory */
};

/* ---- The end of a visit ---- */

static void free_when_closed(struct visit *visit)
{
    struct web_port *web = visit->web;
    if (--visit->open_handles > 0)
        return;
    if (visit->previous != NULL)
        visit->previous->next = visit->next;
    else
        web->visits = visit->next;
    if (visit->next != NULL)
        visit->next->previous = visit->previous;
    if (visit->file >= 0)
        close(visit->file);
    free(visit);
    if (web->closing && web->visits == NULL)
        free(web);
}

static void on_timer_closed(uv_handle_t *timer)
{
    free_when_closed(timer->data);
}

static void on_closed(void *context, struct transport *transport)
{
    (void)transport;
    free_when_closed(context);
}

static void close_visit(struct visit *visit)
{
    if (visit->closing)
        return;
    visit->closing = true;
    transport_close(visit->transport);
    uv_close((uv_handle_t *)&visit->timer, on_timer_closed);
}

static void on_timer(uv_timer_t *timer)
{
    close_visit(timer->data);
}

/* ---- Answers ---- */

static void send_head(struct visit *visit, const char *status, const char *type, uint64_t size)
{
    char head[512];
    int length =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %llu\r\nCache-Control: no-store\r\n"
                 "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
                 status, type, (unsigned long long)size);
    visit->answered = true;
    transport_write(visit->transport, (const uint8_t *)head, (size_t)length);
}

static void send_text(struct visit *visit, bool body, const char *status, const char *type, const char *text)
{
    send_head(visit, status, type, strlen(text));
    if (body)
        transport_write(visit->transport, (const uint8_t *)text, strlen(text));
    transport_shutdown(visit->transport);
}

/* Sends on, as long as not too much waits. A file that has become shorter ends the connection. */
static void send_file(struct visit *visit)
{
    uint8_t chunk[CHUNK];
    while (visit->left > 0 && transport_queued(visit->transport) < QUEUE_HIGH) {
        size_t most = visit->left < sizeof chunk ? (size_t)visit->left : sizeof chunk;
        ssize_t got = read(visit->file, chunk, most);
        if (got <= 0) {
            close_visit(visit);
            return;
        }
        visit->left -= (uint64_t)got;
        transport_write(visit->transport, chunk, (size_t)got);
    }
    uv_timer_start(&visit->timer, on_timer, TIMEOUT_MS, 0);
    if (visit->left == 0)
        transport_shutdown(visit->transport);
}

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},   {".json", "application/json"},
        {".jsonl", "text/plain; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},   {".png", "image/png"}};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; i < sizeof types / sizeof types[0] && dot != NULL; i++) {
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}

/* Opens a regular file below the root; a directory is its index.html. -1 if there is none, or if its name or
 * that of a directory above it begins with a point: keys and histories have such names. */
static int open_below(const struct web_port *web, const char *path, char real[PATH_MAX], struct stat *status)
{
    char wanted[PATH_MAX];
    size_t root = strlen(web->root);
    int size = snprintf(wanted, sizeof wanted, "%s/%s", web->root, path);
    bool inside = size < PATH_MAX && realpath(wanted, real) != NULL && strncmp(real, web->root, root) == 0 &&
                  (real[root] == '/' || root == 1);
    if (!inside || strstr(real + root - (root == 1), "/.") != NULL)
        return -1;
    int file = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file >= 0 && fstat(file, status) == 0 && S_ISREG(status->st_mode))
        return file;
    if (file >= 0)
        close(file);
    return -1;
}

/* Takes %XX apart in place. False when that gives a NUL, or is not whole. */
static bool decode(char *text)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    char *out = text;
    for (; *text != '\0'; text++) {
        if (*text == '%') {
            const char *high = text[1] == '\0' ? NULL : strchr(digits, text[1]);
            const char *low = high == NULL || text[2] == '\0' ? NULL : strchr(digits, text[2]);
            int value = low == NULL ? 0 : (int)((high - digits) % 16 * 16 + (low - digits) % 16);
            if (value == 0)
                return false;
            *out++ = (char)value;
            text += 2;
        } else {
            *out++ = *text;
        }
    }
    *out = '\0';
    return true;
}

static void answer_file(struct visit *visit, char *path, bool body)
{
    char real[PATH_MAX], index[PATH_MAX];
    struct stat status;
    int file = -1;
    if (decode(path)) {
        file = open_below(visit->web, path, real, &status);
        if (file < 0 && snprintf(index, sizeof index, "%s/index.html", path) < PATH_MAX)
            file = open_below(visit->web, index, real, &status);
    }
    if (file < 0) {
        send_text(visit, body, "404 Not Found", "text/plain", "there is no such file\n");
        return;
    }
    visit->file = file;
    visit->left = body ? (uint64_t)status.st_size : 0;
    send_head(visit, "200 OK", type_of(real), (uint64_t)status.st_size);
    send_file(visit);
}

static void answer_browser(struct visit *visit, bool body)
{
    char page[WEB_PAGE_MAX];
    int size =
        snprintf(page, sizeof page, web_page_browser, visit->web->secure ? "wss" : "ws", visit->web->ws_port);
    bool fits = size > 0 && (size_t)size < sizeof page;
    send_text(visit, body, fits ? "200 OK" : "500 Internal Server Error", "text/html; charset=utf-8",
              fits ? page : "");
}

static void answer(struct visit *visit)
{
    struct ws_head head = {0};
    enum ws_violation violation;
    char path[HEAD_MAX];
    bool good = ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){visit->head, visit->have}, 0,
                              &ws_head_limits_default, &violation) == WS_HEAD_COMPLETE;
    bool get = good && ws_octets_equal(head.method, ws_octets_of("GET"));
    if (!get && (!good || !ws_octets_equal(head.method, ws_octets_of("HEAD")))) {
        send_text(visit, true, good ? "405 Method Not Allowed" : "400 Bad Request", "text/plain",
                  "GET is all that is answered here\n");
        return;
    }
    snprintf(path, sizeof path, "%.*s", (int)head.target.size, (const char *)head.target.at);
    path[strcspn(path, "?#")] = '\0';
    if (strcmp(path, "/") == 0)
        send_text(visit, get, "200 OK", "text/html; charset=utf-8", web_page_index);
    else if (strcmp(path, "/test_browser.html") == 0)
        answer_browser(visit, get);
    else if (strncmp(path, "/cwd/", 5) == 0)
        answer_file(visit, path + 5, get);
    else
        send_text(visit, get, "404 Not Found", "text/plain", "there is nothing here\n");
}

/* ---- What happens to a visit ---- */

static void on_opened(void *context, struct transport *transport)
{
    (void)context;
    (void)transport;
}

static void on_received(void *context, struct transport *transport, const uint8_t *octets, size_t size)
{
    struct visit *visit = context;
    (void)transport;
    if (visit->answered)
        return;
    size_t room = sizeof visit->head - visit->have;
    size_t taken = size < room ? size : room;
    memcpy(visit->head + visit->have, octets, taken);
    visit->have += taken;
    if (memmem(visit->head, visit->have, "\r\n\r\n", 4) != NULL || visit->have == sizeof visit->head)
        answer(visit);
}

static void on_writable(void *context, struct transport *transport)
{
    struct visit *visit = context;
    (void)transport;
    if (visit->left > 0)
        send_file(visit);
}

static void on_ended(void *context, struct transport *transport, enum transport_end end, const char *text)
{
    (void)transport;
    (void)end;
    (void)text;
    close_visit(context);
}

static const struct transport_events visit_events = {.opened = on_opened,
                                                     .received = on_received,
                                                     .writable = on_writable,
                                                     .ended = on_ended,
                                                     .closed = on_closed};

static void on_connection(void *context, struct listener *listener)
{
    struct web_port *web = context;
    struct visit *visit = calloc(1, sizeof *visit);
    if (visit == NULL)
        return; /* the listener closes what nobody takes */
    visit->web = web;
    visit->file = -1;
    visit->transport = listener_accept(listener, NULL, &visit_events, visit);
    if (visit->transport == NULL) {
        free(visit);
        return;
    }
    visit->open_handles = 2;
    uv_timer_init(web->loop, &visit->timer);
    visit->timer.data = visit;
    uv_timer_start(&visit->timer, on_timer, TIMEOUT_MS, 0);
    visit->next = web->visits;
    if (visit->next != NULL)
        visit->next->previous = visit;
    web->visits = visit;
}

/* ---- The server ---- */

struct web_port *web_port_open(uv_loop_t *loop, const struct transport_addresses *addresses, unsigned ws_port,
                               bool secure, char error[TRANSPORT_TEXT_MAX])
{
    struct web_port *web = calloc(1, sizeof *web);
    if (web == NULL || getcwd(web->root, sizeof web->root) == NULL) {
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory, or without a current directory");
        free(web);
        return NULL;
    }
    web->loop = loop;
    web->ws_port = ws_port;
    web->secure = secure;
    for (size_t i = 0; i < addresses->count; i++) {
        struct listener *listener =
            listener_open(loop, (const struct sockaddr *)&addresses->at[i], on_connection, web, error);
        if (listener == NULL) {
            web_port_close(web);
            return NULL;
        }
        web->listeners[web->listener_count++] = listener;
    }
    return web;
}

void web_port_close(struct web_port *web)
{
    if (web == NULL)
        return;
    web->closing = true;
    for (size_t i = 0; i < web->listener_count; i++)
        listener_close(web->listeners[i]);
    for (struct visit *visit = web->visits; visit != NULL; visit = visit->next)
        close_visit(visit);
    if (web->visits == NULL)
        free(web);
}
