/* SPDX-License-Identifier: MIT */
/* uri.h: the grammar of the two places where a request names a resource: its target and its Host. Only for
 * reference/. */
#ifndef REFERENCE_URI_H
#define REFERENCE_URI_H

#include "reference/ws.h"

/* uri-host [ ":" port ] (RFC 9110 7.2) with a host that is not empty and a port up to 65535. */
bool ws_uri_authority_is_valid(struct ws_octets authority);

/* origin-form, or absolute-form with an http or https URI (RFC 9112 3.2, RFC 6455 4.2.1). */
bool ws_uri_target_is_valid(struct ws_octets target);

#endif
