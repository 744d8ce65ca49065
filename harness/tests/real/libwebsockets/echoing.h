/* SPDX-License-Identifier: MIT */
/* echoing.h: the messages of one connection, from the peer and back to it. They arrive in pieces and are put
 * together before they are sent back, because a piece does not say whether more follows it in the same frame.
 */
#ifndef LIBWEBSOCKETS_ECHOING_H
#define LIBWEBSOCKETS_ECHOING_H

#include <libwebsockets.h>
#include <stdbool.h>

struct message {
    struct message *next;
    bool binary;
    size_t size, room;
    unsigned char *octets; /* LWS_PRE octets for the library, then size octets of payload */
};

/* Owned by libwebsockets, one per connection, zeroed. */
struct echoing {
    struct message *arriving; /* NULL between messages */
    struct message *first, **end;
    size_t waiting;
};

/* What a callback of libwebsockets does with it; -1: the connection is to be closed. */
void echoing_begin(struct echoing *echoing);
int echoing_received(struct lws *wsi, struct echoing *echoing, const void *octets, size_t size);
int echoing_writable(struct lws *wsi, struct echoing *echoing);
void echoing_end(struct echoing *echoing);

#endif
