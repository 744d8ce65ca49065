/* SPDX-License-Identifier: MIT */
/* serve_http.c: what is answered to requests that do not get a WebSocket: the page that makes a browser run
 * the cases, the files of the report, and errors. One response on each connection. */
#include "harness/serve_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEAD_MAX = 1024,
    REASON_MAX = 2048,
    NAME_MAX_SERVED = 255,
    FILE_PIECE = 64 * 1024, /* octets read and sent at once */
    FILE_PATIENCE = 30000   /* milliseconds that a browser may take no octet of a file */
};

/* The page: serve_page.S has it from serve_page.html, .css and .js. */
extern const char serve_page_html[], serve_page_css[], serve_page_script[];

static const char html[] = "text/html; charset=utf-8", plain[] = "text/plain; charset=utf-8";

/* Nothing from elsewhere, and no connection but to this server: the older Safari does not count ws: to
 * 'self'. */
static const char page_policy[] = "default-src 'none'; style-src 'self'; script-src 'self'; "
                                  "connect-src 'self' ws: wss:; img-src data:; base-uri 'none'; "
                                  "form-action 'none'; frame-ancestors 'none'";
/* A report is one file with all that it needs. */
static const char report_policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static const struct {
    const char *path, *type, *body;
} pages[] = {
    {"/", html, serve_page_html},
    {"/page.css", "text/css; charset=utf-8", serve_page_css},
    {"/page.js", "text/javascript; charset=utf-8", serve_page_script},
};

/* The files that a report consists of; others that lie beside them are nobody's business. */
static const struct {
    const char *ending, *type;
} file_types[] = {
    {".html", html},
    {".json", "application/json"},
    {".jsonl", plain},
    {".log", plain},
};

static const char *status_text(unsigned status)
{
    switch (status) {
    case 200:
        return "OK";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 410:
        return "Gone";
    }
    return "Internal Server Error";
}

static void send_head(struct serve_connection *connection, unsigned status, const char *type,
                      const char *policy, uint64_t length)
{
    char head[HEAD_MAX];
    int size =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %llu\r\n"
                 "Content-Security-Policy: %s\r\nX-Content-Type-Options: nosniff\r\n"
                 "Referrer-Policy: no-referrer\r\nCache-Control: no-store\r\n%sConnection: close\r\n\r\n",
                 status, status_text(status), type, (unsigned long long)length, policy,
                 status == 405 ? "Allow: GET\r\n" : "");
    connection->state = SERVE_HTTP;
    transport_write(connection->transport, (const uint8_t *)head, (size_t)size);
}

/* All has been written: the browser has yet to take it. */
static void finish(struct serve_connection *connection)
{
    transport_shutdown(connection->transport);
    serve_connection_set_timer(connection, SERVE_CLOSE_TIMEOUT);
}

static void respond(struct serve_connection *connection, unsigned status, const char *type, const char *body)
{
    size_t size = strlen(body);
    send_head(connection, status, type, page_policy, size);
    transport_write(connection->transport, (const uint8_t *)body, size);
    finish(connection);
}

void serve_http_refuse(struct serve_connection *connection, unsigned status, const char *reason)
{
    char body[REASON_MAX];
    snprintf(body, sizeof body, "%s\n", reason);
    respond(connection, status, plain, body);
}

/* ---- Files of the report ---- */

/* Writes as much as the kernel takes; the rest follows when it has. */
void serve_http_writable(struct serve_connection *connection)
{
    uint8_t piece[FILE_PIECE];
    while (connection->file_left > 0) {
        size_t wanted = connection->file_left < sizeof piece ? (size_t)connection->file_left : sizeof piece;
        ssize_t got = read(connection->file, piece, wanted);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) { /* it has become shorter: only the end of the stream can say so now */
            serve_connection_close(connection);
            return;
        }
        connection->file_left -= (uint64_t)got;
        if (transport_write(connection->transport, piece, (size_t)got) > 0) {
            serve_connection_set_timer(connection, FILE_PATIENCE);
            return;
        }
    }
    finish(connection);
}

/* The type of a file by its name; NULL for a name that is not of a report's file: one with a directory in it,
 * a hidden one, one of another type. */
static const char *file_type(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (name[0] == '.' || strchr(name, '/') != NULL || dot == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof file_types / sizeof file_types[0]; i++) {
        if (strcmp(dot, file_types[i].ending) == 0)
            return file_types[i].type;
    }
    return NULL;
}

/* Opens a regular file that stands in `directory` itself; not through a link, which may lead anywhere. */
static int open_file(const char *directory, const char *name, uint64_t *size)
{
    struct stat about;
    int place = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int file = place < 0 ? -1 : openat(place, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (place >= 0)
        close(place);
    if (file >= 0 && (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))) {
        close(file);
        return -1;
    }
    *size = file < 0 ? 0 : (uint64_t)about.st_size;
    return file;
}

/* The file that is asked for; without a name, the report. */
static void respond_file(struct serve_connection *connection, struct ws_octets wanted)
{
    const char *directory = connection->serve->config.reports, *type = NULL;
    char name[NAME_MAX_SERVED + 1] = "index.html";
    if (wanted.size > 0 && wanted.size < sizeof name) {
        memcpy(name, wanted.at, wanted.size);
        name[wanted.size] = '\0';
    }
    if (directory != NULL && wanted.size < sizeof name && strlen(name) >= wanted.size)
        type = file_type(name);
    int file = type == NULL ? -1 : open_file(directory, name, &connection->file_left);
    if (file < 0) {
        serve_http_refuse(connection, 404, "the report has no such file, or has not been written yet");
        return;
    }
    connection->file = file;
    connection->file_open = true;
    send_head(connection, 200, type, report_policy, connection->file_left);
    serve_http_writable(connection);
}

void serve_http_close(struct serve_connection *connection)
{
    if (connection->file_open)
        close(connection->file);
    connection->file_open = false;
}

/* ---- What is asked for ---- */

void serve_http_answer(struct serve_connection *connection, const struct ws_head *request)
{
    static const char report[] = "/report/";
    struct ws_octets path = request->target;
    const uint8_t *query = path.size == 0 ? NULL : memchr(path.at, '?', path.size);
    if (query != NULL)
        path.size = (size_t)(query - path.at);
    if (!ws_octets_equal(request->method, ws_octets_of("GET"))) {
        serve_http_refuse(connection, 405, "GET is all that is answered here");
        return;
    }
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (ws_octets_equal(path, ws_octets_of(pages[i].path))) {
            respond(connection, 200, pages[i].type, pages[i].body);
            return;
        }
    }
    size_t prefix = sizeof report - 1;
    if (path.size >= prefix && memcmp(path.at, report, prefix) == 0)
        respond_file(connection, (struct ws_octets){path.at + prefix, path.size - prefix});
    else
        serve_http_refuse(connection, 404, "there is nothing here");
}
