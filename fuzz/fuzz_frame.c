/* SPDX-License-Identifier: MIT */
/* fuzz_frame.c: frames decoded and judged: what was decoded encodes to the same octets, and events and
 * violations are the same for any chunking. The first octet decides on the pieces and the judge. */
#include "fuzz/oracle.h"
#include "reference/ws.h"

/* Everything a stream told, without regard for the pieces it came in. */
struct account {
    uint8_t *wire; /* headers encoded again, payloads as they came */
    size_t wire_size;
    uint8_t *text; /* payloads unmasked, and the violations of every frame at its end */
    size_t text_size;
    ws_violation_set frame_set;
    struct ws_frame_decoder decoder;
    struct ws_judge judge;
};

static void put_set(struct account *account)
{
    memcpy(account->text + account->text_size, &account->frame_set, sizeof account->frame_set);
    account->text_size += sizeof account->frame_set;
}

static void take_payload(struct account *account, const struct ws_frame_event *event)
{
    uint8_t *to = account->text + account->text_size;
    const size_t size = event->payload.size;
    memcpy(account->wire + account->wire_size, event->payload.at, size);
    account->wire_size += size;
    ws_mask(to, event->payload.at, size, event->header->masking_key, event->offset);
    account->frame_set |= ws_judge_payload(&account->judge, to, size);
    account->text_size += size;
}

/* Feeds one piece until the decoder wants more. */
static void feed(struct account *account, const uint8_t *octets, size_t size)
{
    for (size_t at = 0;;) {
        struct ws_frame_event event;
        const size_t taken = ws_frame_decode(&account->decoder, octets + at, size - at, &event);
        must(taken <= size - at, "no more is taken than was given");
        at += taken;
        switch (event.kind) {
        case WS_FRAME_NEED_MORE:
            must(at == size, "all octets are taken before more are wanted");
            return;
        case WS_FRAME_HEADER:
            account->wire_size += ws_frame_header_encode(account->wire + account->wire_size, event.header);
            account->frame_set = ws_judge_header(&account->judge, event.header);
            put_set(account);
            break;
        case WS_FRAME_PAYLOAD:
            must(event.payload.size != 0 && event.payload.at + event.payload.size == octets + at,
                 "a payload is the octets that were taken");
            take_payload(account, &event);
            break;
        case WS_FRAME_END:
            account->frame_set |= ws_judge_end(&account->judge, event.header->fin);
            put_set(account);
            break;
        }
    }
}

static struct account account_new(size_t size, uint8_t choice)
{
    /* A frame is 2 octets at least, and leaves two sets and no more header than it had. */
    struct account account = {.wire = malloc(size + WS_FRAME_HEADER_MAX),
                              .text = malloc(size + (size / 2 + 1) * 2 * sizeof(ws_violation_set))};
    must(account.wire != NULL && account.text != NULL, "there is memory");
    ws_judge_init(&account.judge, (choice & 1) != 0 ? WS_SERVER : WS_CLIENT, choice >> 1 & 4);
    return account;
}

static void account_free(struct account *account)
{
    free(account->wire);
    free(account->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const uint8_t choice = data[0];
    uint32_t seed = choice;
    const uint8_t *stream = data + 1;
    size--;

    struct account whole = account_new(size, choice), pieces = account_new(size, choice);
    feed(&whole, stream, size);
    for (size_t at = 0; at < size;) {
        const size_t piece = next_piece(&seed, size - at);
        uint8_t *copy = exact_copy(stream + at, piece);
        feed(&pieces, copy, piece);
        free(copy);
        at += piece;
    }

    must(whole.wire_size <= size && memcmp(whole.wire, stream, whole.wire_size) == 0,
         "encode(decode(x)) is x");
    must(size - whole.wire_size < WS_FRAME_HEADER_MAX, "only an unfinished header is left over");
    must(!ws_frame_decoder_idle(&whole.decoder) || size == whole.wire_size, "nothing is left over when idle");
    must(pieces.wire_size == whole.wire_size && memcmp(pieces.wire, whole.wire, whole.wire_size) == 0,
         "pieces decode to the same frames");
    must(pieces.text_size == whole.text_size && memcmp(pieces.text, whole.text, whole.text_size) == 0,
         "pieces unmask to the same payloads and break the same rules");
    must(pieces.frame_set == whole.frame_set, "pieces of an unfinished frame break the same rules");
    account_free(&whole);
    account_free(&pieces);
    return 0;
}
