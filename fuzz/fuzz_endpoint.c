/* SPDX-License-Identifier: MIT */
/* fuzz_endpoint.c: sessions of an endpoint: what it tells and sends is the same for any chunking, and what it
 * sends is legal, with at most one Close and no data behind it. The first octet decides on role, limits and
 * how the rest is read: as octets from the peer, or as frames that this target writes with the right masking
 * (octet 1 of the header, size of the payload, payload). */
#include "fuzz/oracle.h"
#include "reference/ws.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ==" /* RFC 6455 1.3 */
static const char request_head[] =
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: " KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n";
static const char response_head[] = "HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
/* Both with permessage-deflate, if the endpoint's policy has it: a window of 256 octets for the peer. */
static const char compressing_request_head[] =
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=8\r\n"
    "Sec-WebSocket-Key: " KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n";
static const char compressing_response_head[] =
    "HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const struct ws_request asked = {.host = "a", .target = "/", .key = KEY};

enum { LIMITED = 1, SERVER = 2, FRAMES = 4, CLOSES = 8, DEFLATE = 16 };

/* All that a session told and sent, without regard for the pieces it came in. */
struct account {
    uint8_t *told, *sent;
    size_t told_size, told_capacity, sent_size;
    bool within; /* a message was told in part, and nothing else since */
};

static void counted(void *context, uint8_t *out, size_t size)
{
    uint8_t *next = context;
    for (size_t i = 0; i < size; i++)
        out[i] = (*next)++;
}

static void tell(struct account *account, const void *octets, size_t size)
{
    if (account->told_capacity - account->told_size < size) { /* compressed messages grow */
        account->told_capacity = 2 * account->told_capacity + size;
        account->told = realloc(account->told, account->told_capacity);
        must(account->told != NULL, "there is memory");
    }
    if (size > 0)
        memcpy(account->told + account->told_size, octets, size);
    account->told_size += size;
}

static void tell_event(struct account *account, const struct ws_event *event)
{
    if (event->kind == WS_EVENT_NONE)
        return;
    const bool data = event->kind == WS_EVENT_DATA;
    if (!data || event->first || !account->within) {
        const uint8_t head[] = {
            (uint8_t)event->kind,        event->opcode,          event->first,
            (uint8_t)(event->code >> 8), (uint8_t)(event->code), (uint8_t)event->violation,
            (uint8_t)event->octets.size};
        tell(account, head, data ? 3 : sizeof head);
    }
    tell(account, event->octets.at, event->octets.size);
    if (data && event->last)
        tell(account, "\xff.", 2);
    account->within = data && !event->last;
}

/* Feeds one piece. A message is answered with a short one; with CLOSES, a pong with a Close. */
static void feed(struct account *account, struct ws_endpoint *endpoint, const uint8_t *octets, size_t size,
                 uint8_t options)
{
    struct ws_event event;
    do {
        const size_t taken = ws_endpoint_receive(endpoint, 0, octets, size, &event);
        must(taken <= size, "no more is taken than was given");
        octets += taken;
        size -= taken;
        tell_event(account, &event);
        if (event.kind == WS_EVENT_DATA && event.last)
            (void)ws_endpoint_send(endpoint, event.opcode, true, (const uint8_t *)"echo", 4);
        if (event.kind == WS_EVENT_PONG && (options & CLOSES) != 0)
            (void)ws_endpoint_close(endpoint, 0, 1000, "pong");
    } while (event.kind != WS_EVENT_NONE);
    must(size == 0, "all octets are taken before there is nothing to tell");
}

static struct account run(uint8_t options, const uint8_t *octets, size_t size, uint32_t seed, bool whole)
{
    uint8_t next_random = 0;
    struct ws_endpoint_config config = {.role = (options & SERVER) != 0 ? WS_SERVER : WS_CLIENT,
                                        .request = &asked,
                                        .deflate = {.enabled = (options & DEFLATE) != 0},
                                        .random = counted,
                                        .random_context = &next_random};
    if ((options & LIMITED) != 0) {
        config.frame_limit = 60;
        config.message_limit = 80;
        config.fragment_limit = 5;
    }
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    /* An empty frame has 2 octets: it makes an event of 7, and a Close of less than 200. */
    struct account account = {.sent = malloc(200 * size + 4096)};
    must(endpoint != NULL && account.sent != NULL, "there is memory");
    for (size_t at = 0; at < size;) {
        const size_t piece = whole ? size : next_piece(&seed, size - at);
        uint8_t *copy = exact_copy(octets + at, piece);
        feed(&account, endpoint, copy, piece, options);
        free(copy);
        at += piece;
        const struct ws_octets output = ws_endpoint_output(endpoint);
        if (output.size > 0)
            memcpy(account.sent + account.sent_size, output.at, output.size);
        account.sent_size += output.size;
        ws_endpoint_output_taken(endpoint, output.size);
    }
    const enum ws_state state = ws_endpoint_state(endpoint);
    const uint8_t end[] = {(uint8_t)state, (uint8_t)ws_endpoint_transport(endpoint)};
    tell(&account, end, sizeof end);
    must((state == WS_CLOSING) == (ws_endpoint_deadline(endpoint) != WS_NEVER),
         "only closing has a deadline");
    struct ws_event event;
    ws_endpoint_receive_end(endpoint, 0, &event);
    must((event.kind == WS_EVENT_END) == (state != WS_CLOSED), "the end is told once");
    must(ws_endpoint_transport(endpoint) == WS_TRANSPORT_CLOSE, "TCP is closed at the end");
    ws_endpoint_free(endpoint);
    return account;
}

static void judge_sent(const struct account *account, enum ws_role role, uint8_t rsv_allowed)
{
    const uint8_t *at = memmem(account->sent, account->sent_size, "\r\n\r\n", 4);
    must(at != NULL, "a head was sent");
    at += 4;
    size_t left = (size_t)(account->sent + account->sent_size - at);
    struct ws_frame_decoder decoder = {0};
    struct ws_frame_event event;
    struct ws_judge judge;
    ws_judge_init(&judge, role, rsv_allowed);
    judge.may_echo_1010 = true;
    do {
        ws_violation_set set = 0;
        uint8_t unmasked[256];
        const size_t taken = ws_frame_decode(&decoder, at, left, &event);
        at += taken;
        left -= taken;
        switch (event.kind) {
        case WS_FRAME_NEED_MORE:
            break;
        case WS_FRAME_HEADER:
            set = ws_judge_header(&judge, event.header);
            break;
        case WS_FRAME_PAYLOAD:
            must(event.payload.size <= sizeof unmasked, "frames are as short as they were made");
            ws_mask(unmasked, event.payload.at, event.payload.size, event.header->masking_key, event.offset);
            set = ws_judge_payload(&judge, unmasked, event.payload.size);
            break;
        case WS_FRAME_END:
            set = ws_judge_end(&judge, event.header->fin);
            break;
        }
        must(set == 0, "what is sent is legal");
    } while (event.kind != WS_FRAME_NEED_MORE);
    must(ws_frame_decoder_idle(&decoder), "frames are sent whole");
}

/* The peer's octets: its head, then the input as it is or as frames. `out` has room for 8 times the input. */
static size_t write_stream(uint8_t *out, uint8_t options, const uint8_t *data, size_t size)
{
    const bool server = (options & SERVER) != 0;
    const char *head = server ? request_head : response_head;
    if ((options & DEFLATE) != 0)
        head = server ? compressing_request_head : compressing_response_head;
    size_t used = strlen(head);
    memcpy(out, head, used);
    if ((options & FRAMES) == 0) {
        memcpy(out + used, data, size);
        return used + size;
    }
    static const uint8_t key[4] = {0x12, 0x00, 0xff, 0xc5};
    for (size_t at = 0; at + 2 <= size;) {
        const size_t length = data[at + 1] < size - at - 2 ? data[at + 1] : size - at - 2;
        struct ws_frame_header header = {.fin = data[at] >> 7,
                                         .rsv = data[at] >> 4 & 7,
                                         .opcode = data[at] & 15,
                                         .masked = server,
                                         .length_form = ws_length_form_shortest(length),
                                         .length = length};
        memcpy(header.masking_key, server ? key : (const uint8_t[4]){0}, sizeof key);
        used += ws_frame_header_encode(out + used, &header);
        ws_mask(out + used, data + at + 2, length, header.masking_key, 0);
        used += length;
        at += 2 + length;
    }
    return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 4096)
        return 0;
    const uint8_t options = data[0];
    uint8_t *stream = malloc(sizeof compressing_request_head + 8 * size);
    must(stream != NULL, "there is memory");
    const size_t stream_size = write_stream(stream, options, data + 1, size - 1);
    struct account whole = run(options, stream, stream_size, 0, true);
    judge_sent(&whole, (options & SERVER) != 0 ? WS_SERVER : WS_CLIENT, (options & DEFLATE) != 0 ? 4 : 0);
    for (uint32_t seed = 1; seed <= 3; seed++) {
        struct account pieces = run(options, stream, stream_size, seed * data[1] + seed, false);
        must(pieces.told_size == whole.told_size && memcmp(pieces.told, whole.told, whole.told_size) == 0,
             "pieces are told the same");
        must(pieces.sent_size == whole.sent_size && memcmp(pieces.sent, whole.sent, whole.sent_size) == 0,
             "pieces are answered the same");
        free(pieces.told);
        free(pieces.sent);
    }
    free(whole.told);
    free(whole.sent);
    free(stream);
    return 0;
}
