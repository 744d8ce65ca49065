/* SPDX-License-Identifier: MIT */
/* serve_route.h: what a connection to `wringer serve` is for, by the path and query of its request. The
 * resources are those that runners for Autobahn|Testsuite ask for. Text in, values out. */
#ifndef HARNESS_SERVE_ROUTE_H
#define HARNESS_SERVE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "reference/octets.h"

#define SERVE_AGENT_MAX 256 /* with the NUL */
#define SERVE_TUPLE_MAX 256
#define SERVE_WRONG_MAX 320

enum serve_route_kind {
    ROUTE_CASE_COUNT,     /* /getCaseCount: how many cases there are */
    ROUTE_CASE_INFO,      /* /getCaseInfo?case=N or ?casetuple=ID */
    ROUTE_RUN_CASE,       /* /runCase?case=N&agent=A or ?casetuple=ID&agent=A */
    ROUTE_CASE_STATUS,    /* /getCaseStatus?case=N&agent=A: waits until there is a result */
    ROUTE_UPDATE_REPORTS, /* /updateReports?agent=A[&shutdownOnComplete=true] */
    ROUTE_STOP_SERVER,    /* /stopServer */
    ROUTE_NEXT_CASE,      /* anything else: the next case that has not been run */
    ROUTE_WRONG           /* one of the above, with a query that says too little or too much: `wrong` */
};

struct serve_route {
    enum serve_route_kind kind;
    size_t number;               /* case=N, from 1; 0: none */
    char tuple[SERVE_TUPLE_MAX]; /* casetuple=ID; "": none */
    char agent[SERVE_AGENT_MAX]; /* agent=A, decoded; "": none */
    bool shutdown;               /* shutdownOnComplete=true, or yes */
    char wrong[SERVE_WRONG_MAX]; /* WRONG: why */
};

/* Reads a request target: "/runCase?case=1&agent=Foo%2F1.0". */
void serve_route_read(struct serve_route *route, struct ws_octets target);

#endif
