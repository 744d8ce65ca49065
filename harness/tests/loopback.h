/* SPDX-License-Identifier: MIT */
/* loopback.h: what tests of sockets share: a loop with a watchdog, a recorder of a transport's events, raw
 * sockets. */
#ifndef HARNESS_TESTS_LOOPBACK_H
#define HARNESS_TESTS_LOOPBACK_H

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "harness/listener.h"
#include "harness/transport.h"

/* One end of a connection and everything that was told about it. */
struct side {
    struct transport *transport;
    unsigned opened, writable, ended, closed;
    enum transport_end first_end, last_end;
    char first_text[TRANSPORT_TEXT_MAX], last_text[TRANSPORT_TEXT_MAX];
    size_t received; /* octets */
    size_t received_at_end;
    uint8_t octets[1024]; /* the first of them */
    void (*on_opened)(struct side *side);
    void (*on_received)(struct side *side, const uint8_t *octets, size_t size);
    void (*on_writable)(struct side *side);
    void (*on_ended)(struct side *side);
};

static inline void side_opened(void *context, struct transport *transport)
{
    struct side *side = context;
    side->transport = transport;
    ck_assert_uint_eq(side->opened++, 0);
    ck_assert_uint_eq(side->ended, 0);
    if (side->on_opened != NULL)
        side->on_opened(side);
}

static inline void side_received(void *context, struct transport *transport, const uint8_t *octets,
                                 size_t size)
{
    struct side *side = context;
    (void)transport;
    ck_assert_uint_eq(side->opened, 1);
    ck_assert_uint_eq(side->ended + side->closed, 0);
    ck_assert(size >= 1 && size <= 65536);
    for (size_t i = 0; i < size && side->received + i < sizeof side->octets; i++)
        side->octets[side->received + i] = octets[i];
    side->received += size;
    if (side->on_received != NULL)
        side->on_received(side, octets, size);
}

static inline void side_writable(void *context, struct transport *transport)
{
    struct side *side = context;
    ck_assert_uint_eq(side->closed, 0);
    ck_assert_uint_eq(transport_queued(transport), 0);
    side->writable++;
    if (side->on_writable != NULL)
        side->on_writable(side);
}

static inline void side_ended(void *context, struct transport *transport, enum transport_end end,
                              const char *text)
{
    struct side *side = context;
    (void)transport;
    if (side->ended == 0) {
        side->first_end = end;
        snprintf(side->first_text, sizeof side->first_text, "%s", text);
        side->received_at_end = side->received;
    } else {
        ck_assert_uint_eq(side->ended, 1);
        ck_assert_int_eq(side->last_end, TRANSPORT_EOF);
    }
    side->ended++;
    side->last_end = end;
    snprintf(side->last_text, sizeof side->last_text, "%s", text);
    if (side->on_ended != NULL)
        side->on_ended(side);
}

static inline void side_closed(void *context, struct transport *transport)
{
    struct side *side = context;
    (void)transport;
    ck_assert_uint_eq(side->closed++, 0);
    side->transport = NULL;
}

static const struct transport_events side_events = {
    .opened = side_opened,
    .received = side_received,
    .writable = side_writable,
    .ended = side_ended,
    .closed = side_closed,
};

/* ---- The loop ---- */

static uv_loop_t loop;
static uv_timer_t watchdog;
static unsigned watchdog_ticks;
#define watchdog_barked (watchdog_ticks > 30000) /* a minute */

static inline void watchdog_tick(uv_timer_t *timer)
{
    (void)timer;
    watchdog_ticks++;
}

static inline void loop_begin(void)
{
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&loop);
    uv_timer_init(&loop, &watchdog);
    watchdog_ticks = 0;
    uv_timer_start(&watchdog, watchdog_tick, 2, 2); /* also wakes RUN_UNTIL from a poll for nothing */
}

/* Runs the loop until the condition holds. */
#define RUN_UNTIL(condition)                                               \
    do {                                                                   \
        while (!(condition)) {                                             \
            ck_assert_msg(!watchdog_barked, "never came: %s", #condition); \
            uv_run(&loop, UV_RUN_ONCE);                                    \
        }                                                                  \
    } while (0)

/* Everything must have been closed: then the loop has nothing left. */
static inline void loop_end(void)
{
    uv_close((uv_handle_t *)&watchdog, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* ---- Raw sockets ---- */

static inline struct sockaddr_storage loopback_address(bool ipv6, unsigned port)
{
    struct transport_addresses found;
    char error[TRANSPORT_TEXT_MAX] = "";
    ck_assert_msg(transport_resolve(&found, ipv6 ? "::1" : "127.0.0.1", port, error), "%s", error);
    return found.at[0];
}

static inline socklen_t address_size(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

/* A listening socket that is not on the loop; the kernel completes connections to it by itself. */
static inline int raw_listen(struct sockaddr_storage *address)
{
    *address = loopback_address(false, 0);
    socklen_t size = sizeof *address;
    int fd = socket(address->ss_family, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)address, address_size(address)), 0);
    ck_assert_int_eq(listen(fd, 16), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)address, &size), 0);
    return fd;
}

static inline int raw_connect(const struct sockaddr_storage *address)
{
    int fd = socket(address->ss_family, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)address, address_size(address)), 0);
    return fd;
}

static inline void raw_reset(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(fd);
}

#endif
