/* SPDX-License-Identifier: MIT */
/* The parameters of permessage-deflate (RFC 7692 5, 7, 7.1): what a server answers to which offers, which
 * answers a client fails the connection for, and what is in use afterwards. */
#include "reference/ws.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PMD     "permessage-deflate"
#define SNCT    "server_no_context_takeover"
#define CNCT    "client_no_context_takeover"
#define SBITS   "server_max_window_bits"
#define CBITS   "client_max_window_bits"
#define WANTED  .enabled = true
#define NOTHING ""

static struct ws_head head;
static char octets[4096];

/* `value` may hold "\n": then the list goes on in a field of its own. */
static const struct ws_head *head_with(enum ws_head_kind kind, const char *value)
{
    int size = snprintf(octets, sizeof octets, "%s",
                        kind == WS_HEAD_REQUEST ? "GET / HTTP/1.1\r\n"
                                                : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                                  "Connection: Upgrade\r\n"
                                                  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    for (const char *at = value; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        size += snprintf(octets + size, sizeof octets - (size_t)size, "Sec-WebSocket-Extensions: %.*s\r\n",
                         (int)strcspn(at, "\n"), at);
    }
    size += snprintf(octets + size, sizeof octets - (size_t)size, "\r\n");
    enum ws_violation violation;
    ck_assert_int_eq(ws_head_parse(&head, kind, (struct ws_octets){(const uint8_t *)octets, (size_t)size}, 0,
                                   &ws_head_limits_default, &violation),
                     WS_HEAD_COMPLETE);
    return &head;
}

/* ---- a server's answers ---- */

static const struct offer_row {
    const char *offer;
    struct ws_deflate_policy policy;
    const char *answer;
} offer_rows[] = {
    {PMD, {.enabled = false}, NOTHING},
    {PMD, {WANTED}, PMD},
    {"x-other", {WANTED}, NOTHING},
    {"x-webkit-deflate-frame, " PMD, {WANTED}, PMD},
    {"Permessage-Deflate", {WANTED}, NOTHING},
    /* each of the parameters */
    {PMD "; " SNCT, {WANTED}, PMD "; " SNCT},
    {PMD "; " CNCT, {WANTED}, PMD}, /* a hint (7.1.1.2) */
    {PMD, {WANTED, .client_no_context_takeover = true}, PMD "; " CNCT},
    {PMD, {WANTED, .server_no_context_takeover = true}, PMD "; " SNCT},
    {PMD "; " SNCT, {WANTED, .server_no_context_takeover = true}, PMD "; " SNCT},
    {PMD "; " SBITS "=8", {WANTED}, PMD "; " SBITS "=8"},
    {PMD "; " SBITS "=9", {WANTED}, PMD "; " SBITS "=9"},
    {PMD "; " SBITS "=10", {WANTED}, PMD "; " SBITS "=10"},
    {PMD "; " SBITS "=15", {WANTED}, PMD "; " SBITS "=15"},
    {PMD "; " SBITS "=12", {WANTED, .server_max_window_bits = 10}, PMD "; " SBITS "=10"},
    {PMD "; " SBITS "=9", {WANTED, .server_max_window_bits = 10}, PMD "; " SBITS "=9"},
    {PMD, {WANTED, .server_max_window_bits = 10}, PMD "; " SBITS "=10"}, /* not asked for (7.1.2.1) */
    {PMD "; " CBITS, {WANTED}, PMD},
    {PMD "; " CBITS, {WANTED, .client_max_window_bits = 9}, PMD "; " CBITS "=9"},
    {PMD "; " CBITS "=11", {WANTED}, PMD "; " CBITS "=11"},
    {PMD "; " CBITS "=8", {WANTED, .client_max_window_bits = 9}, PMD "; " CBITS "=8"},
    {PMD "; " CBITS "=15", {WANTED, .client_max_window_bits = 9}, PMD "; " CBITS "=9"},
    {PMD, {WANTED, .client_max_window_bits = 9}, PMD}, /* only where it is offered (7.1.2.2) */
    {PMD ";" CBITS " ; " SBITS "=14;" CNCT ";" SNCT,
     {WANTED, .client_max_window_bits = 13},
     PMD "; " SNCT "; " SBITS "=14; " CBITS "=13"},
    /* quoted is as good (RFC 6455 9.1) */
    {PMD "; " SBITS "=\"10\"", {WANTED}, PMD "; " SBITS "=10"},
    {PMD "; " SBITS "=\"1\\0\"", {WANTED}, PMD "; " SBITS "=10"},
    {PMD "; " CBITS "=\"9\"", {WANTED}, PMD "; " CBITS "=9"},
    /* not defined, not valid, more than once (7) */
    {PMD "; x", {WANTED}, NOTHING},
    {PMD "; " CBITS "; x=1", {WANTED}, NOTHING},
    {PMD "; Server_no_context_takeover", {WANTED}, NOTHING},
    {PMD "; " SNCT "=1", {WANTED}, NOTHING},
    {PMD "; " SNCT "=true", {WANTED}, NOTHING},
    {PMD "; " CNCT "=0", {WANTED}, NOTHING},
    {PMD "; " SBITS, {WANTED}, NOTHING},
    {PMD "; " SBITS "=7", {WANTED}, NOTHING},
    {PMD "; " SBITS "=16", {WANTED}, NOTHING},
    {PMD "; " SBITS "=08", {WANTED}, NOTHING},
    {PMD "; " SBITS "=010", {WANTED}, NOTHING},
    {PMD "; " SBITS "=0", {WANTED}, NOTHING},
    {PMD "; " SBITS "=1", {WANTED}, NOTHING},
    {PMD "; " SBITS "=100", {WANTED}, NOTHING},
    {PMD "; " SBITS "=-9", {WANTED}, NOTHING},
    {PMD "; " SBITS "=+9", {WANTED}, NOTHING},
    {PMD "; " SBITS "=9.0", {WANTED}, NOTHING},
    {PMD "; " SBITS "=0x9", {WANTED}, NOTHING},
    {PMD "; " SBITS "=a", {WANTED}, NOTHING},
    {PMD "; " SBITS "=4294967304", {WANTED}, NOTHING},
    {PMD "; " SBITS "=\"8,\"", {WANTED}, NOTHING},
    {PMD "; " CBITS "=7", {WANTED}, NOTHING},
    {PMD "; " CBITS "=16", {WANTED}, NOTHING},
    {PMD "; " CBITS "=08", {WANTED}, NOTHING},
    {PMD "; " CBITS "=x", {WANTED}, NOTHING},
    {PMD "; " SNCT "; " SNCT, {WANTED}, NOTHING},
    {PMD "; " CNCT "; " CNCT, {WANTED}, NOTHING},
    {PMD "; " SBITS "=9; " SBITS "=9", {WANTED}, NOTHING},
    {PMD "; " CBITS "; " CBITS "=9", {WANTED}, NOTHING},
    {PMD "; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a", {WANTED}, NOTHING},
    /* the first that can be accepted (5, 7.1.3) */
    {PMD "; " CBITS "; " SBITS "=10, " PMD "; " CBITS, {WANTED}, PMD "; " SBITS "=10"},
    {PMD "; " SBITS "=16, " PMD "; " SNCT ", " PMD, {WANTED}, PMD "; " SNCT},
    {PMD "; x\n" PMD "; " SBITS "\n x-other\n" PMD "; " SBITS "=11", {WANTED}, PMD "; " SBITS "=11"},
    {PMD "; x, " PMD "; " SBITS "=1", {WANTED}, NOTHING},
};

START_TEST(offers)
{
    const struct offer_row *row = &offer_rows[_i];
    struct ws_deflate_parameters agreed;
    char answer[WS_DEFLATE_ELEMENT_MAX] = "";
    if (ws_deflate_accept(head_with(WS_HEAD_REQUEST, row->offer), &row->policy, &agreed))
        ck_assert_uint_eq(ws_deflate_element_build(answer, &agreed), strlen(answer));
    ck_assert_msg(strcmp(answer, row->answer) == 0, "%s: %s", row->offer, answer);
    if (answer[0] == '\0')
        return;
    /* A client that offers this takes the answer, and understands it as it was meant. */
    char offered[512];
    size_t size = 0;
    for (const char *at = row->offer; *at != '\0'; at++) /* on one line */
        size += (size_t)snprintf(offered + size, sizeof offered - size, "%s%c", *at == '\n' ? "," : "",
                                 *at == '\n' ? ' ' : *at);
    const struct ws_request request = {.key = "dGhlIHNhbXBsZSBub25jZQ==", .extensions = offered};
    const struct ws_head *response = head_with(WS_HEAD_RESPONSE, answer);
    struct ws_deflate_parameters understood;
    ck_assert_int_eq(ws_response_judge(response, &request), WS_NO_VIOLATION);
    ck_assert(ws_deflate_agreed(response, &understood));
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++) {
        ck_assert_uint_eq(ws_deflate_window_bits(&agreed, role), ws_deflate_window_bits(&understood, role));
        ck_assert(ws_deflate_takeover(&agreed, role) == ws_deflate_takeover(&understood, role));
    }
}
END_TEST

/* ---- a client's judgement ---- */

static const struct answer_row {
    const char *offer, *answer;
    enum ws_violation violation;
} answer_rows[] = {
    {PMD, PMD, WS_NO_VIOLATION},
    {"x, " PMD "; " CBITS, PMD, WS_NO_VIOLATION},
    {PMD, PMD "; " SNCT, WS_NO_VIOLATION},       /* 7.1.1.1: may be there unasked */
    {PMD, PMD "; " CNCT, WS_NO_VIOLATION},       /* 7.1.1.2 */
    {PMD, PMD "; " SBITS "=9", WS_NO_VIOLATION}, /* 7.1.2.1 */
    {PMD "; " CNCT, PMD, WS_NO_VIOLATION},
    {PMD "; " SNCT, PMD "; " SNCT, WS_NO_VIOLATION},
    {PMD "; " SNCT, PMD, WS_RESPONSE_DEFLATE_SERVER_TAKEOVER},
    {PMD "; " SNCT, PMD "; " CNCT, WS_RESPONSE_DEFLATE_SERVER_TAKEOVER},
    {PMD "; " SBITS "=10", PMD "; " SBITS "=10", WS_NO_VIOLATION},
    {PMD "; " SBITS "=10", PMD "; " SBITS "=8", WS_NO_VIOLATION},
    {PMD "; " SBITS "=10", PMD "; " SBITS "=\"9\"", WS_NO_VIOLATION},
    {PMD "; " SBITS "=10", PMD "; " SBITS "=11", WS_RESPONSE_DEFLATE_SERVER_WINDOW},
    {PMD "; " SBITS "=10", PMD, WS_RESPONSE_DEFLATE_SERVER_WINDOW},
    {PMD, PMD "; " CBITS "=15", WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED},
    {PMD "; " SBITS "=9", PMD "; " SBITS "=9; " CBITS "=9", WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED},
    {PMD "; " CBITS, PMD "; " CBITS "=15", WS_NO_VIOLATION},
    {PMD "; " CBITS "=10", PMD "; " CBITS "=9", WS_NO_VIOLATION},
    {PMD "; " CBITS "=10", PMD "; " CBITS "=12", WS_NO_VIOLATION}, /* 7.2.1, 7.2.2: the offer's is a hint */
    {PMD "; " CBITS "=10", PMD, WS_NO_VIOLATION},
    {PMD "; " CBITS, PMD "; " CBITS, WS_RESPONSE_DEFLATE_CLIENT_BITS_INVALID},
    {PMD "; " CBITS, PMD "; " CBITS "=16", WS_RESPONSE_DEFLATE_CLIENT_BITS_INVALID},
    {PMD "; " CBITS, PMD "; " CBITS "=010", WS_RESPONSE_DEFLATE_CLIENT_BITS_INVALID},
    {PMD, PMD "; " SBITS, WS_RESPONSE_DEFLATE_SERVER_BITS_INVALID},
    {PMD, PMD "; " SBITS "=7", WS_RESPONSE_DEFLATE_SERVER_BITS_INVALID},
    {PMD, PMD "; " SBITS "=09", WS_RESPONSE_DEFLATE_SERVER_BITS_INVALID},
    {PMD, PMD "; " SNCT "=1", WS_RESPONSE_DEFLATE_TAKEOVER_VALUE},
    {PMD, PMD "; " CNCT "=1", WS_RESPONSE_DEFLATE_TAKEOVER_VALUE},
    {PMD, PMD "; x", WS_RESPONSE_DEFLATE_PARAMETER_UNKNOWN},
    {PMD, PMD "; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a", WS_RESPONSE_DEFLATE_PARAMETER_UNKNOWN},
    {PMD, PMD "; " SNCT "; " SNCT, WS_RESPONSE_DEFLATE_PARAMETER_REPEATED},
    {PMD, PMD ", " PMD, WS_RESPONSE_DEFLATE_REPEATED},
    {PMD, PMD "\n" PMD, WS_RESPONSE_DEFLATE_REPEATED},
    {"x", PMD, WS_RESPONSE_EXTENSION_NOT_OFFERED},
    {"x, " PMD, "x", WS_NO_VIOLATION},
    {PMD "; " SBITS "=16", PMD, WS_RESPONSE_DEFLATE_OFFER_INVALID},
    {PMD "; x", PMD "; x", WS_RESPONSE_DEFLATE_PARAMETER_UNKNOWN},
    /* an answer to any of several offers */
    {PMD "; " SBITS "=10, " PMD, PMD, WS_NO_VIOLATION},
    {PMD ", " PMD "; " CBITS, PMD "; " CBITS "=9", WS_NO_VIOLATION},
    {PMD "; x, " PMD "; " SNCT, PMD, WS_RESPONSE_DEFLATE_SERVER_TAKEOVER},
};

START_TEST(answers)
{
    const struct answer_row *row = &answer_rows[_i];
    char line[256];
    (void)snprintf(line, sizeof line, "sec-websocket-extensions: %s", row->offer);
    const char *const lines[] = {"X: y", line, NULL};
    const struct ws_request in_value = {.key = "dGhlIHNhbXBsZSBub25jZQ==", .extensions = row->offer};
    const struct ws_request in_line = {.key = "dGhlIHNhbXBsZSBub25jZQ==", .fields = lines};
    const struct ws_head *response = head_with(WS_HEAD_RESPONSE, row->answer);
    ck_assert_str_eq(ws_violation_facts(ws_response_judge(response, &in_value))->name,
                     ws_violation_facts(row->violation)->name);
    ck_assert_int_eq(ws_response_judge(response, &in_line), row->violation);
}
END_TEST

START_TEST(own_offers)
{
    static const struct {
        struct ws_deflate_policy policy;
        const char *offer;
    } rows[] = {
        {{WANTED}, PMD "; " CBITS},
        {{WANTED, .server_max_window_bits = 15, .client_max_window_bits = 15}, PMD "; " CBITS},
        {{WANTED, .server_max_window_bits = 8, .client_max_window_bits = 14},
         PMD "; " SBITS "=8; " CBITS "=14"},
        {{WANTED, .server_no_context_takeover = true, .client_no_context_takeover = true},
         PMD "; " SNCT "; " CNCT "; " CBITS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ws_deflate_parameters offer = ws_deflate_offer(&rows[i].policy);
        char text[WS_DEFLATE_ELEMENT_MAX];
        ws_deflate_element_build(text, &offer);
        ck_assert_str_eq(text, rows[i].offer);
    }
}
END_TEST

/* Every violation of an answer is in a row. */
START_TEST(every_violation_is_covered)
{
    for (enum ws_violation v = WS_RESPONSE_DEFLATE_REPEATED;
         v <= WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED; v++) {
        bool covered = false;
        for (size_t i = 0; i < sizeof answer_rows / sizeof answer_rows[0]; i++)
            covered |= answer_rows[i].violation == v;
        ck_assert_msg(covered, "%s", ws_violation_facts(v)->name);
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("deflate_negotiation");
    tcase_add_loop_test(tcase, offers, 0, sizeof offer_rows / sizeof offer_rows[0]);
    tcase_add_loop_test(tcase, answers, 0, sizeof answer_rows / sizeof answer_rows[0]);
    tcase_add_test(tcase, own_offers);
    tcase_add_test(tcase, every_violation_is_covered);
    Suite *suite = suite_create("deflate_negotiation");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
