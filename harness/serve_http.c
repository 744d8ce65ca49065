/* SPDX-License-Identifier: MIT */
/* serve_http.c: what is answered to requests that do not get a WebSocket: errors, and the page that says what
 * this is. One response on each connection. */
#include "harness/serve_connection.h"

#include <stdio.h>
#include <string.h>

enum { RESPONSE_MAX = 4096 };

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

static void respond(struct serve_connection *connection, unsigned status, const char *type, const char *body)
{
    char response[RESPONSE_MAX];
    int size = snprintf(response, sizeof response,
                        "HTTP/1.1 %u %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %zu\r\n"
                        "Cache-Control: no-store\r\nConnection: close\r\n\r\n%s",
                        status, status_text(status), type, strlen(body), body);
    connection->state = SERVE_HTTP;
    transport_write(connection->transport, (const uint8_t *)response,
                    (size_t)size < sizeof response ? (size_t)size : sizeof response - 1);
    transport_shutdown(connection->transport);
    serve_connection_set_timer(connection, SERVE_CLOSE_TIMEOUT);
}

void serve_http_refuse(struct serve_connection *connection, unsigned status, const char *reason)
{
    char body[RESPONSE_MAX / 2];
    snprintf(body, sizeof body, "%s\n", reason);
    respond(connection, status, "text/plain", body);
}

void serve_http_answer(struct serve_connection *connection, const struct ws_head *request)
{
    if (!ws_octets_equal(request->method, ws_octets_of("GET")))
        serve_http_refuse(connection, 405, "GET is all that is answered here");
    else if (ws_octets_equal(request->target, ws_octets_of("/")))
        respond(connection, 200, "text/plain", "wringer serve: WebSocket clients are tested here.\n");
    else
        serve_http_refuse(connection, 404, "there is nothing here");
}
