/* SPDX-License-Identifier: MIT */
/* echoing.c: whole messages out of pieces, one sent back at a time. */
#include "echoing.h"

#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX ((size_t)64 << 20)

/* Octets waiting for the peer to read before we stop reading from it. */
#define WAITING_MAX ((size_t)1 << 20)

void echoing_begin(struct echoing *echoing)
{
    echoing->end = &echoing->first;
}

static void message_free(struct message *message)
{
    if (message)
        free(message->octets);
    free(message);
}

static int message_append(struct message *message, const void *octets, size_t size)
{
    if (size > MESSAGE_MAX - message->size)
        return -1;
    size_t wanted = LWS_PRE + message->size + size;
    if (wanted > message->room) {
        size_t room = wanted < 4096 ? 4096 : wanted + wanted / 2;
        unsigned char *grown = realloc(message->octets, room);
        if (!grown)
            return -1;
        message->octets = grown;
        message->room = room;
    }
    if (size)
        memcpy(message->octets + LWS_PRE + message->size, octets, size);
    message->size += size;
    return 0;
}

int echoing_received(struct lws *wsi, struct echoing *echoing, const void *octets, size_t size)
{
    if (!echoing->arriving) {
        echoing->arriving = calloc(1, sizeof *echoing->arriving);
        if (!echoing->arriving)
            return -1;
        echoing->arriving->binary = lws_frame_is_binary(wsi);
    }
    if (message_append(echoing->arriving, octets, size)) {
        lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
        return -1;
    }
    if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi))
        return 0;
    *echoing->end = echoing->arriving;
    echoing->end = &echoing->arriving->next;
    echoing->waiting += echoing->arriving->size;
    echoing->arriving = NULL;
    if (echoing->waiting > WAITING_MAX)
        lws_rx_flow_control(wsi, 0);
    lws_callback_on_writable(wsi);
    return 0;
}

/* lws_write takes the whole message and keeps what the socket does not take; one message per writable
 * callback. */
int echoing_writable(struct lws *wsi, struct echoing *echoing)
{
    struct message *message = echoing->first;
    if (!message)
        return 0;
    echoing->first = message->next;
    if (!echoing->first)
        echoing->end = &echoing->first;
    echoing->waiting -= message->size;
    int written = lws_write(wsi, message->octets + LWS_PRE, message->size,
                            message->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
    bool failed = written < 0 || (size_t)written < message->size;
    message_free(message);
    if (failed)
        return -1;
    if (echoing->waiting <= WAITING_MAX)
        lws_rx_flow_control(wsi, 1);
    if (echoing->first)
        lws_callback_on_writable(wsi);
    return 0;
}

void echoing_end(struct echoing *echoing)
{
    message_free(echoing->arriving);
    while (echoing->first) {
        struct message *message = echoing->first;
        echoing->first = message->next;
        message_free(message);
    }
}
