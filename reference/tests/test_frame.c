/* SPDX-License-Identifier: MIT */
/* The frame codec: any header goes out and comes back, the same events at every split, payloads that no
 * memory holds. */
#include "reference/ws.h"
#include "reference/tests/guarded.h"

#include <check.h>

static const struct {
    enum ws_length_form form;
    uint64_t length;
} lengths[] = {
    {WS_LENGTH_7, 0},
    {WS_LENGTH_7, 1},
    {WS_LENGTH_7, 125},
    {WS_LENGTH_16, 0},
    {WS_LENGTH_16, 125},
    {WS_LENGTH_16, 126},
    {WS_LENGTH_16, 0x1234},
    {WS_LENGTH_16, UINT16_MAX},
    {WS_LENGTH_64, 0},
    {WS_LENGTH_64, 126},
    {WS_LENGTH_64, UINT16_MAX},
    {WS_LENGTH_64, UINT16_MAX + UINT64_C(1)},
    {WS_LENGTH_64, UINT64_C(0x0123456789abcdef)},
    {WS_LENGTH_64, UINT64_C(1) << 63},
    {WS_LENGTH_64, UINT64_MAX},
};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static void assert_same_header(const struct ws_frame_header *a, const struct ws_frame_header *b)
{
    ck_assert_int_eq(a->fin, b->fin);
    ck_assert_uint_eq(a->rsv, b->rsv);
    ck_assert_uint_eq(a->opcode, b->opcode);
    ck_assert_int_eq(a->masked, b->masked);
    ck_assert_mem_eq(a->masking_key, b->masking_key, 4);
    ck_assert_uint_eq(a->length_form, b->length_form);
    ck_assert_uint_eq(a->length, b->length);
}

/* Every FIN, RSV, opcode, mask bit and length of the table: encoded, decoded whole from the end of a page and
 * octet by octet. */
START_TEST(headers_come_back)
{
    struct guarded page = guarded_new(WS_FRAME_HEADER_MAX);
    for (uint8_t first = 0;; first++) {
        for (int masked = 0; masked < 2; masked++) {
            struct ws_frame_header header = {.fin = first >> 7,
                                             .rsv = first >> 4 & 7,
                                             .opcode = first & 15,
                                             .masked = masked,
                                             .length_form = lengths[_i].form,
                                             .length = lengths[_i].length};
            if (masked)
                memcpy(header.masking_key, "\x01\x80\xff\x00", 4);
            uint8_t octets[WS_FRAME_HEADER_MAX];
            size_t size = ws_frame_header_encode(octets, &header);
            ck_assert_uint_eq(octets[0], first);
            ck_assert_uint_eq(size, ws_frame_header_size(&header));
            struct ws_frame_decoder whole = {0}, single = {0};
            struct ws_frame_event event;
            ck_assert_uint_eq(ws_frame_decode(&whole, guarded_copy(&page, octets, size), size, &event), size);
            ck_assert_int_eq(event.kind, WS_FRAME_HEADER);
            assert_same_header(event.header, &header);
            for (size_t i = 0; i < size; i++) {
                ck_assert_int_eq(ws_frame_decoder_idle(&single), i == 0);
                ck_assert_uint_eq(ws_frame_decode(&single, octets + i, 1, &event), 1);
                ck_assert_int_eq(event.kind, i + 1 < size ? WS_FRAME_NEED_MORE : WS_FRAME_HEADER);
            }
            assert_same_header(event.header, &header);
            ck_assert(!ws_frame_decoder_idle(&single));
        }
        if (first == UINT8_MAX)
            break;
    }
    guarded_free(&page);
}
END_TEST

/* RFC 6455 5.7 */
static const struct {
    const char *octets;
    size_t size;
    struct ws_frame_header header;
} examples[] = {
    {"\x81\x05", 2, {.fin = true, .opcode = WS_TEXT, .length = 5}},
    {"\x81\x85\x37\xfa\x21\x3d",
     6,
     {.fin = true, .opcode = WS_TEXT, .masked = true, .masking_key = {0x37, 0xfa, 0x21, 0x3d}, .length = 5}},
    {"\x01\x03", 2, {.opcode = WS_TEXT, .length = 3}},
    {"\x80\x02", 2, {.fin = true, .opcode = WS_CONTINUATION, .length = 2}},
    {"\x89\x05", 2, {.fin = true, .opcode = WS_PING, .length = 5}},
    {"\x82\x7e\x01\x00", 4, {.fin = true, .opcode = WS_BINARY, .length_form = WS_LENGTH_16, .length = 256}},
    {"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00",
     10,
     {.fin = true, .opcode = WS_BINARY, .length_form = WS_LENGTH_64, .length = 65536}},
};

START_TEST(examples_of_the_rfc)
{
    uint8_t out[WS_FRAME_HEADER_MAX];
    ck_assert_uint_eq(ws_frame_header_encode(out, &examples[_i].header), examples[_i].size);
    ck_assert_mem_eq(out, examples[_i].octets, examples[_i].size);
}
END_TEST

START_TEST(shortest_forms)
{
    static const struct {
        uint64_t length;
        enum ws_length_form form;
    } table[] = {{0, WS_LENGTH_7},      {125, WS_LENGTH_7},    {126, WS_LENGTH_16},       {127, WS_LENGTH_16},
                 {65535, WS_LENGTH_16}, {65536, WS_LENGTH_64}, {UINT64_MAX, WS_LENGTH_64}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        ck_assert_int_eq(ws_length_form_shortest(table[i].length), table[i].form);
}
END_TEST

/* Lies: a length that the form cannot carry is cut to its low bits. */
START_TEST(lengths_are_cut_to_the_form)
{
    struct ws_frame_header header = {.opcode = WS_BINARY, .length = 0x1ff7e};
    uint8_t out[WS_FRAME_HEADER_MAX];
    ck_assert_uint_eq(ws_frame_header_encode(out, &header), 2);
    ck_assert_mem_eq(out, "\x02\x7e", 2);
    header.length_form = WS_LENGTH_16;
    ck_assert_uint_eq(ws_frame_header_encode(out, &header), 4);
    ck_assert_mem_eq(out, "\x02\x7e\xff\x7e", 4);
}
END_TEST

/* ---- splits ---- */

/* What a decoder told, with the payload of a frame joined. */
struct told {
    char kinds[64];
    uint8_t payload[64];
    size_t kind_count, payload_size;
};

static void decode_into(struct told *told, struct ws_frame_decoder *decoder, const uint8_t *octets,
                        size_t size)
{
    struct ws_frame_event event;
    do {
        size_t taken = ws_frame_decode(decoder, octets, size, &event);
        ck_assert_uint_le(taken, size);
        octets += taken;
        size -= taken;
        switch (event.kind) {
        case WS_FRAME_NEED_MORE:
            ck_assert_uint_eq(size, 0);
            ck_assert_ptr_null(event.header);
            break;
        case WS_FRAME_HEADER:
            told->kinds[told->kind_count++] = 'H';
            told->kinds[told->kind_count++] = (char)('a' + event.header->opcode);
            break;
        case WS_FRAME_PAYLOAD:
            ck_assert_uint_gt(event.payload.size, 0);
            if (event.offset == 0)
                told->kinds[told->kind_count++] = 'P';
            memcpy(told->payload + told->payload_size, event.payload.at, event.payload.size);
            told->payload_size += event.payload.size;
            break;
        case WS_FRAME_END:
            told->kinds[told->kind_count++] = 'E';
            break;
        }
    } while (event.kind != WS_FRAME_NEED_MORE);
}

START_TEST(any_split_gives_the_same)
{
    static const uint8_t stream[] = "\x81\x05Hello\x89\x00\x02\x83\x01\x02\x03\x04xyz\x80\x7e\x00\x02pq"
                                    "\xf3\xff\x00\x00\x00\x00\x00\x00\x00\x01kkkk!\x8a\x00";
    enum { SIZE = sizeof stream - 1 };
    struct told whole = {0};
    struct ws_frame_decoder decoder = {0};
    decode_into(&whole, &decoder, stream, SIZE);
    ck_assert(ws_frame_decoder_idle(&decoder));
    ck_assert_str_eq(whole.kinds, "HbPEHjEHcPEHaPEHdPEHkE");
    ck_assert_str_eq((const char *)whole.payload, "Helloxyzpq!");
    struct guarded page = guarded_new(SIZE);
    for (size_t first = 0; first <= SIZE; first++)
        for (size_t second = first; second <= SIZE; second++) {
            struct told told = {0};
            decoder = (struct ws_frame_decoder){0};
            decode_into(&told, &decoder, guarded_copy(&page, stream, first), first);
            decode_into(&told, &decoder, guarded_copy(&page, stream + first, second - first), second - first);
            decode_into(&told, &decoder, guarded_copy(&page, stream + second, SIZE - second), SIZE - second);
            ck_assert_mem_eq(&told, &whole, sizeof whole);
        }
    guarded_free(&page);
}
END_TEST

/* A payload longer than any memory passes by pieces, counted. */
START_TEST(payload_of_any_length)
{
    uint64_t length = lengths[_i].length;
    struct ws_frame_header header = {.opcode = WS_BINARY, .length_form = WS_LENGTH_64, .length = length};
    uint8_t octets[WS_FRAME_HEADER_MAX];
    size_t size = ws_frame_header_encode(octets, &header);
    struct ws_frame_decoder decoder = {0};
    struct ws_frame_event event;
    ck_assert_uint_eq(ws_frame_decode(&decoder, octets, size, &event), size);
    static const uint8_t piece[4096];
    uint64_t fed = 0;
    for (int i = 0; i < 8 && fed < length; i++) {
        size_t taken = ws_frame_decode(&decoder, piece, sizeof piece, &event);
        ck_assert_int_eq(event.kind, WS_FRAME_PAYLOAD);
        ck_assert_uint_eq(taken, length - fed < sizeof piece ? length - fed : sizeof piece);
        ck_assert_uint_eq(event.offset, fed);
        ck_assert_ptr_eq(event.payload.at, piece);
        fed += taken;
    }
    ck_assert_uint_eq(ws_frame_decode(&decoder, piece, 0, &event), 0);
    ck_assert_int_eq(event.kind, fed == length ? WS_FRAME_END : WS_FRAME_NEED_MORE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frame");
    TCase *tests = tcase_create("frame");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, headers_come_back, 0, LENGTHS);
    tcase_add_loop_test(tests, examples_of_the_rfc, 0, (int)(sizeof examples / sizeof examples[0]));
    tcase_add_test(tests, shortest_forms);
    tcase_add_test(tests, lengths_are_cut_to_the_form);
    tcase_add_test(tests, any_split_gives_the_same);
    tcase_add_loop_test(tests, payload_of_any_length, 0, LENGTHS);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
