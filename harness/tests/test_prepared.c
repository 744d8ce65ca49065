/* SPDX-License-Identifier: MIT */
/* test_prepared.c: what cases compress can be inflated again under the window and the context it was made
 * for, by the reference, which checks every distance; and the store gives back what it was given, by content.
 */
#include <stdlib.h>

#include "harness/prepared.h"
#include "harness/tests/case_text.h"

/* The payload of the only send of a case. */
struct payload {
    struct case_text parsed;
    const struct case_instance *instance;
    const struct octets_atom *octets;
};

static struct payload payload_of(const char *expression)
{
    char text[400];
    snprintf(text, sizeof text, "case a \"A\"\n send binary %s\n", expression);
    struct payload payload = {.parsed = case_text_right(text)};
    struct case_instance *instances;
    ck_assert_uint_ge(case_expand(&payload.parsed.arena, payload.parsed.file->cases, WS_SERVER, &instances),
                      1);
    payload.instance = instances;
    payload.octets = payload.parsed.file->cases->steps->frame.payload;
    return payload;
}

static uint8_t *read_all(const struct payload *payload, size_t *size)
{
    *size = (size_t)octets_length(payload->octets, payload->instance);
    uint8_t *octets = malloc(*size + 1);
    ck_assert_ptr_nonnull(octets);
    octets_read(payload->octets, payload->instance, 0, octets, *size);
    return octets;
}

/* Inflates a message; it must be these octets. */
static void inflates_to(struct ws_inflater *inflater, struct ws_octets message, const uint8_t *octets,
                        size_t size)
{
    uint8_t out[4096];
    size_t have = 0;
    enum ws_inflate_progress progress;
    do {
        size_t taken, written;
        progress =
            ws_inflater_take(inflater, message.at, message.size, &taken, true, out, sizeof out, &written);
        message.at += taken;
        message.size -= taken;
        ck_assert_uint_le(have + written, size);
        if (written > 0)
            ck_assert_mem_eq(out, octets + have, written);
        have += written;
    } while (progress == WS_INFLATE_OUTPUT_FULL);
    ck_assert_msg(progress == WS_INFLATE_END, "%s", ws_deflate_fault_text(ws_inflater_fault(inflater)));
    ck_assert_uint_eq(have, size);
}

static const char *const payloads[] = {
    "\"\"",
    "\"Hello\"",
    "rep(2, rand(150, 1)) rep(2, rand(300, 2)) rep(2, rand(5000, 3)) rep(2, rand(20000, 4))",
    "rand(100000, 1)",
    "fill(200000, \"again and \")",
};

/* The loop counts through windows and payloads. */
enum { WINDOWS = DEFLATE_BITS_MAX - DEFLATE_BITS_MIN + 1, PAYLOADS = sizeof payloads / sizeof payloads[0] };

START_TEST(what_is_compressed_is_inside_its_window)
{
    unsigned bits = DEFLATE_BITS_MIN + (unsigned)_i % WINDOWS;
    struct payload payload = payload_of(payloads[_i / WINDOWS]);
    size_t size;
    uint8_t *octets = read_all(&payload, &size);
    struct ws_inflater *inflater = ws_inflater_new((uint8_t)bits, true);
    ck_assert_ptr_nonnull(inflater);
    struct ws_octets window = {0};
    for (int message = 0; message < 3; message++) { /* the first one without context */
        struct prepared *made =
            prepared_get(NULL, size + 1000, COMPRESS_CUT, bits, window, payload.octets, payload.instance);
        ck_assert_ptr_nonnull(made);
        inflates_to(inflater, prepared_octets(made), octets, size);
        prepared_release(made);
        window = (struct ws_octets){octets, size};
    }
    ws_inflater_free(inflater);
    free(octets);
    case_text_free(&payload.parsed);
}
END_TEST

START_TEST(what_would_be_too_long_is_not_made)
{
    struct payload payload = payload_of("rand(5000, 1)");
    struct ws_octets none = {0};
    ck_assert_ptr_null(prepared_get(NULL, 5000, COMPRESS_CUT, 15, none, payload.octets, payload.instance));
    struct prepared *made =
        prepared_get(NULL, 5020, COMPRESS_CUT, 15, none, payload.octets, payload.instance);
    ck_assert_ptr_nonnull(made);
    prepared_release(made);
    case_text_free(&payload.parsed);
}
END_TEST

START_TEST(the_same_is_made_once)
{
    struct prepared_store *store = prepared_store_new();
    ck_assert_ptr_nonnull(store);
    struct payload one = payload_of("fill(1000, \"ab\")"), same = payload_of("rep(500, \"ab\")"),
                   other = payload_of("fill(1000, \"ac\")");
    static const uint8_t before[] = "abababab";
    struct ws_octets none = {0}, window = {before, 8};
    const size_t cap = 10000;
    struct prepared *first = prepared_get(store, cap, COMPRESS_CUT, 15, none, one.octets, one.instance);
    struct prepared *again = prepared_get(store, cap, COMPRESS_CUT, 15, none, same.octets, same.instance);
    ck_assert_ptr_eq(first, again);
    struct prepared *others[] = {
        prepared_get(store, cap, COMPRESS_CUT, 15, none, other.octets, other.instance),
        prepared_get(store, cap, COMPRESS_CUT, 14, none, one.octets, one.instance),
        prepared_get(store, cap, COMPRESS_FLUSHED, 15, none, one.octets, one.instance),
        prepared_get(store, cap, COMPRESS_CUT, 15, window, one.octets, one.instance),
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_ptr_nonnull(others[i]);
        ck_assert_ptr_ne(others[i], first);
        prepared_release(others[i]);
    }
    prepared_release(first);
    prepared_release(again);
    prepared_release(NULL);
    prepared_store_free(store);
    case_text_free(&one.parsed);
    case_text_free(&same.parsed);
    case_text_free(&other.parsed);
}
END_TEST

/* More than the store keeps: what is held stays whole, whatever is let go. */
START_TEST(what_is_held_stays)
{
    struct prepared_store *store = prepared_store_new();
    struct payload held = payload_of("rand(400000, 1)");
    size_t size;
    uint8_t *octets = read_all(&held, &size);
    struct ws_octets none = {0};
    struct prepared *first = prepared_get(store, 1 << 20, COMPRESS_CUT, 15, none, held.octets, held.instance);
    ck_assert_ptr_nonnull(first);
    for (unsigned i = 0; i < PREPARED_MAX / 400000 + 3; i++) {
        char expression[40];
        snprintf(expression, sizeof expression, "rand(400000, %u)", i + 2);
        struct payload next = payload_of(expression);
        struct prepared *made =
            prepared_get(store, 1 << 20, COMPRESS_CUT, 15, none, next.octets, next.instance);
        ck_assert_ptr_nonnull(made);
        prepared_release(made);
        case_text_free(&next.parsed);
    }
    struct ws_inflater *inflater = ws_inflater_new(15, false);
    inflates_to(inflater, prepared_octets(first), octets, size);
    ws_inflater_free(inflater);
    prepared_release(first);
    prepared_store_free(store);
    free(octets);
    case_text_free(&held.parsed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("prepared");
    TCase *cases = tcase_create("all");
    tcase_add_loop_test(cases, what_is_compressed_is_inside_its_window, 0, WINDOWS * PAYLOADS);
    tcase_add_test(cases, what_would_be_too_long_is_not_made);
    tcase_add_test(cases, the_same_is_made_once);
    tcase_add_test(cases, what_is_held_stays);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
