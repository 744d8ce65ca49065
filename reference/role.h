/* SPDX-License-Identifier: MIT */
/* role.h: which end of a connection somebody is. Part of ws.h. */
#ifndef REFERENCE_ROLE_H
#define REFERENCE_ROLE_H

/* Which end of the connection an endpoint is (RFC 6455 1.2). */
enum ws_role { WS_CLIENT, WS_SERVER };

#endif
