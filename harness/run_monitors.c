/* SPDX-License-Identifier: MIT */
/* run_monitors.c: which requirements a run watches, and which of them it exercised and found kept. */
#include "harness/run_monitors.h"

#include <string.h>

#include "harness/run_client.h"

enum { SERVERS = 1, CLIENTS = 2, BOTH = SERVERS | CLIENTS };

static unsigned bit_of(enum ws_role role)
{
    return role == WS_SERVER ? SERVERS : CLIENTS;
}

/* What shows a breach of a requirement on senders, and in what it would have shown. */
static const struct {
    unsigned class;              /* of run.received_classes */
    unsigned roles;              /* of targets: bits */
    enum ws_violation violation; /* names the requirement */
} frames[] = {
    {SAW_FRAME, SERVERS, WS_SERVER_FRAME_MASKED},
    {SAW_FRAME, CLIENTS, WS_CLIENT_FRAME_UNMASKED},
    {SAW_FRAME, BOTH, WS_RSV1_SET}, /* stands for all three */
    {SAW_FRAME, BOTH, WS_RESERVED_DATA_OPCODE},
    {SAW_FRAME, BOTH, WS_RESERVED_CONTROL_OPCODE},
    {SAW_FRAME, BOTH, WS_LENGTH_NOT_MINIMAL},
    {SAW_FRAME, BOTH, WS_LENGTH_TOP_BIT_SET},
    {SAW_CONTROL, BOTH, WS_CONTROL_FRAME_FRAGMENTED},
    {SAW_CONTROL, BOTH, WS_CONTROL_FRAME_TOO_LONG},
    {SAW_DATA, BOTH, WS_CONTINUATION_OF_NOTHING},
    {SAW_DATA, BOTH, WS_MESSAGE_INSIDE_MESSAGE},
    {SAW_TEXT, BOTH, WS_TEXT_NOT_UTF8},
    {SAW_CLOSE, BOTH, WS_FRAME_AFTER_CLOSE},
    {SAW_CLOSE, BOTH, WS_SECOND_CLOSE},
    {SAW_CLOSE, BOTH, WS_CLOSE_BODY_OF_ONE_OCTET},
    {SAW_CLOSE, BOTH, WS_CLOSE_REASON_NOT_UTF8},
    {SAW_CLOSE_CODE, BOTH, WS_CLOSE_CODE_1005},
    {SAW_CLOSE_CODE, BOTH, WS_CLOSE_CODE_1006},
    {SAW_CLOSE_CODE, BOTH, WS_CLOSE_CODE_1015},
    {SAW_CLOSE_CODE, BOTH, WS_CLOSE_CODE_BELOW_1000},
    {SAW_CLOSE_CODE, SERVERS, WS_SERVER_SENT_1010},
    {SAW_FRAME_OF_DEFLATE, BOTH, WS_RSV1_ON_CONTROL_FRAME}, /* stands for RSV1 on continuation frames too */
    {SAW_COMPRESSED, BOTH, WS_DEFLATE_DATA_INVALID},
    {SAW_COMPRESSED_SMALL, SERVERS, WS_SERVER_WINDOW_EXCEEDED},
    {SAW_COMPRESSED_ALONE, SERVERS, WS_SERVER_CONTEXT_TAKEN_OVER},
    {SAW_COMPRESSED_SMALL, CLIENTS, WS_CLIENT_WINDOW_EXCEEDED},
    {SAW_COMPRESSED_ALONE, CLIENTS, WS_CLIENT_CONTEXT_TAKEN_OVER},
};

/* Kept by a response that opened the connection (ws_response_judge: RFC 6455 4.2.2, 9.1, 11.3.3), and in
 * which ws_response_watch saw nothing (RFC 9110 5.3, 5.6.1.1, 7.8, 8.6, RFC 9112 5.2, 6.1). */
static const char *const opening[] = {
    "R6455-4.2.2-20", "R6455-4.2.2-21",  "R6455-4.2.2-22", "R6455-4.2.2-23",   "R6455-4.2.2-24",
    "R6455-9-03",     "R6455-11.3.3-01", "R9110-5.3-01",   "R9110-5.6.1.1-01", "R9110-7.8-04",
    "R9110-8.6-01",   "R9112-5.2-01",    "R9112-6.1-01"};

/* Kept by one that accepted permessage-deflate besides: RFC 6455 9.1, RFC 7692 5. */
static const char *const opening_deflate[] = {"R6455-9-04", "R6455-9.1-09", "R7692-5-10"};

/* Kept by a client's request in which ws_request_watch saw nothing of the kind; where a field is named, only
 * by one that has it. */
static const struct {
    enum ws_violation violation;
    const char *field;
} requests[] = {{WS_ASKED_NOT_IN_HTTP, NULL},
                {WS_ASKED_NOT_BY_GET, NULL},
                {WS_ASKED_IN_OLD_HTTP, NULL},
                {WS_ASKED_FOR_NO_RESOURCE, NULL},
                {WS_ASKED_WITHOUT_SLASH, NULL},
                {WS_ASKED_WITHOUT_HOST, NULL},
                {WS_ASKED_OF_OTHER_HOST, "Host"},
                {WS_ASKED_OF_NO_HOST, "Host"},
                {WS_ASKED_WITHOUT_UPGRADE, NULL},
                {WS_ASKED_WITHOUT_CONNECTION, NULL},
                {WS_ASKED_UPGRADE_ALONE, "Upgrade"},
                {WS_ASKED_WITHOUT_KEY, NULL},
                {WS_ASKED_WITH_LONG_OR_SHORT_KEY, "Sec-WebSocket-Key"},
                {WS_ASKED_WITH_KEY_NOT_IN_BASE64, "Sec-WebSocket-Key"},
                {WS_ASKED_WITH_SPARE_BITS, "Sec-WebSocket-Key"},
                {WS_ASKED_WITH_OLD_KEY, "Sec-WebSocket-Key"},
                {WS_ASKED_WITH_TWO_KEYS, "Sec-WebSocket-Key"},
                {WS_ASKED_FOR_NO_VERSION, NULL},
                {WS_ASKED_FOR_OTHER_VERSION, "Sec-WebSocket-Version"},
                {WS_ASKED_FOR_SEVERAL_VERSIONS, "Sec-WebSocket-Version"},
                {WS_ASKED_WITH_TWO_VERSIONS, "Sec-WebSocket-Version"},
                {WS_OFFERED_NO_TOKEN, "Sec-WebSocket-Protocol"},
                {WS_OFFERED_SUBPROTOCOL_TWICE, "Sec-WebSocket-Protocol"},
                {WS_OFFERED_NO_SUBPROTOCOL, "Sec-WebSocket-Protocol"},
                {WS_OFFERED_EMPTY_LIST, "Sec-WebSocket-Protocol"},
                {WS_OFFERED_NO_EXTENSION, "Sec-WebSocket-Extensions"},
                {WS_OFFERED_UNDEFINED_PARAMETER, "Sec-WebSocket-Extensions"},
                {WS_OFFERED_SERVER_TAKEOVER_VALUE, "Sec-WebSocket-Extensions"},
                {WS_OFFERED_CLIENT_TAKEOVER_VALUE, "Sec-WebSocket-Extensions"},
                {WS_OFFERED_SERVER_BITS, "Sec-WebSocket-Extensions"},
                {WS_OFFERED_CLIENT_BITS, "Sec-WebSocket-Extensions"},
                {WS_ASKED_WITH_FOLD, NULL},
                {WS_ASKED_WITH_FIELD_TWICE, NULL},
                {WS_ASKED_WITH_EMPTY_MEMBER, NULL}};

/* Kept by a clean closing. */
static const char *const closing[] = {"R6455-5.5.1-08", "R6455-5.5.1-13", "R6455-7.1.2-02", "R6455-7.1.1-01",
                                      "R6455-7.1.1-04"};

/* Told by run_close.c when they are broken; a clean closing alone does not say that they are kept. */
static const char *const closing_broken[] = {"R6455-7.3-03", "R6455-7.1.1-06"};

static const char *const closing_broken_by_clients[] = {"R6455-7.3-03", "R6455-7.1.7-01"};

/* Broken by a response of any status (ws_response_watch), or by a 101 that a client refuses: told when they
 * are seen. */
static const enum ws_violation responses[] = {
    WS_RESPONSE_SUBPROTOCOL_MALFORMED,       WS_RESPONSE_SUBPROTOCOL_EMPTY,
    WS_RESPONSE_SUBPROTOCOL_REPEATED,        WS_RESPONSE_SUBPROTOCOL_NOT_OFFERED,
    WS_RESPONSE_EXTENSIONS_MALFORMED,        WS_RESPONSE_DEFLATE_TAKEOVER_VALUE,
    WS_RESPONSE_DEFLATE_SERVER_BITS_INVALID, WS_RESPONSE_DEFLATE_CLIENT_BITS_INVALID,
    WS_RESPONSE_DEFLATE_OFFER_INVALID,       WS_RESPONSE_DEFLATE_SERVER_TAKEOVER,
    WS_RESPONSE_DEFLATE_SERVER_WINDOW,       WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED,
    WS_RESPONSE_VERSIONS_MALFORMED,          WS_RESPONSE_401_WITHOUT_CHALLENGE,
    WS_RESPONSE_405_WITHOUT_ALLOW,           WS_RESPONSE_426_WITHOUT_UPGRADE};

/* Kept by a response of this status, or (0) of any that has this header field, unless it was told. */
static const struct {
    unsigned status;
    const char *field;
    enum ws_violation violation;
} answers[] = {{0, "Sec-WebSocket-Version", WS_RESPONSE_VERSIONS_MALFORMED},
               {401, NULL, WS_RESPONSE_401_WITHOUT_CHALLENGE},
               {405, NULL, WS_RESPONSE_405_WITHOUT_ALLOW},
               {426, NULL, WS_RESPONSE_426_WITHOUT_UPGRADE}};

enum {
    FRAMES = sizeof frames / sizeof frames[0],
    OPENING = sizeof opening / sizeof opening[0],
    OPENING_DEFLATE = sizeof opening_deflate / sizeof opening_deflate[0],
    CLOSING = sizeof closing / sizeof closing[0],
    CLOSING_BROKEN_BY_CLIENTS = sizeof closing_broken_by_clients / sizeof closing_broken_by_clients[0],
    CLOSING_BROKEN = sizeof closing_broken / sizeof closing_broken[0],
    REQUESTS = sizeof requests / sizeof requests[0],
    RESPONSES = sizeof responses / sizeof responses[0],
    ANSWERS = sizeof answers / sizeof answers[0]
};
_Static_assert(FRAMES + OPENING + OPENING_DEFLATE + CLOSING + ANSWERS + RUN_CLIENT_RULE_COUNT + REQUESTS <=
                   RUN_PASSED_MAX,
               "a run that keeps them all has room for them");

static void collect(struct run *run, const char *requirement)
{
    struct run_verdict *verdict = &run->verdict;
    if (verdict->passed_count < RUN_PASSED_MAX)
        verdict->passed[verdict->passed_count++] = requirement;
}

static bool is_broken(const struct run *run, const char *requirement)
{
    for (size_t i = 0; i < run->verdict.violation_count; i++) {
        if (strcmp(run->verdict.violations[i].requirement, requirement) == 0)
            return true;
    }
    return false;
}

void run_collect_passed(struct run *run)
{
    bool server = run->instance.role == WS_SERVER;
    ws_violation_set seen = run->seen_violations;
    if (ws_violation_set_has(seen, WS_RSV2_SET) || ws_violation_set_has(seen, WS_RSV3_SET))
        seen |= UINT64_C(1) << WS_RSV1_SET;
    if (ws_violation_set_has(seen, WS_RSV1_ON_CONTINUATION))
        seen |= UINT64_C(1) << WS_RSV1_ON_CONTROL_FRAME;
    for (size_t i = 0; i < FRAMES; i++) {
        bool applies = (run->received_classes & frames[i].class) != 0 &&
                       (frames[i].roles & bit_of(run->instance.role)) != 0;
        if (applies && !ws_violation_set_has(seen, frames[i].violation))
            collect(run, ws_violation_facts(frames[i].violation)->requirement);
    }
    for (size_t i = 0; i < REQUESTS && !server && run->verdict.switched; i++) {
        const char *requirement = ws_violation_facts(requests[i].violation)->requirement;
        bool there = requests[i].field == NULL || ws_head_find(&run->head, requests[i].field, NULL) != NULL;
        bool blind =
            (requests[i].violation == WS_ASKED_OF_OTHER_HOST && run->settings->request.host == NULL) ||
            (requests[i].violation == WS_ASKED_WITH_OLD_KEY && run->settings->keys == NULL);
        if (there && !blind && !is_broken(run, requirement))
            collect(run, requirement);
    }
    for (size_t i = 0; i < RUN_CLIENT_RULE_COUNT && !server; i++) {
        if (run_client_keeps(run, (enum run_client_rule)i))
            collect(run, run_client_facts((enum run_client_rule)i)->requirement);
    }
    for (size_t i = 0; i < OPENING && server && run->verdict.opened; i++) {
        if (!is_broken(run, opening[i]))
            collect(run, opening[i]);
    }
    for (size_t i = 0; i < OPENING_DEFLATE && server && run->deflate.agreed; i++)
        collect(run, opening_deflate[i]);
}

void run_collect_passed_response(struct run *run)
{
    for (size_t i = 0; i < ANSWERS && run->instance.role == WS_SERVER; i++) {
        const char *requirement = ws_violation_facts(answers[i].violation)->requirement;
        bool applies = answers[i].field == NULL ? run->head.status == answers[i].status
                                                : ws_head_find(&run->head, answers[i].field, NULL) != NULL;
        if (applies && !is_broken(run, requirement))
            collect(run, requirement);
    }
}

void run_collect_passed_closing(struct run *run)
{
    for (size_t i = 0; i < CLOSING; i++)
        collect(run, closing[i]);
}

static const char *class_name(unsigned class)
{
    switch (class) {
    case SAW_CONTROL:
        return "every control frame";
    case SAW_DATA:
        return "every data frame";
    case SAW_TEXT:
        return "every text message";
    case SAW_CLOSE:
    case SAW_CLOSE_CODE:
        return "every Close frame";
    case SAW_FRAME_OF_DEFLATE:
        return "every frame where permessage-deflate was agreed on";
    case SAW_COMPRESSED:
    case SAW_COMPRESSED_SMALL:
    case SAW_COMPRESSED_ALONE:
        return "every compressed message";
    default: /* SAW_FRAME: a set of bits is no enum */
        return "every frame";
    }
}

/* Those of one kind, after another. False when the number is not among them: it has been counted down. */
static bool monitor_of_frames(enum ws_role role, size_t *number, struct run_monitor *monitor)
{
    for (size_t i = 0; i < FRAMES; i++) {
        if ((frames[i].roles & bit_of(role)) != 0 && (*number)-- == 0) {
            *monitor = (struct run_monitor){ws_violation_facts(frames[i].violation)->requirement,
                                            class_name(frames[i].class)};
            return true;
        }
    }
    return false;
}

struct monitor_list {
    const char *const *requirements;
    size_t count;
    unsigned roles;
    const char *watched;
};

static bool monitor_of_lists(enum ws_role role, size_t *number, struct run_monitor *monitor)
{
    static const struct monitor_list lists[] = {
        {opening, OPENING, SERVERS, "every opening handshake"},
        {opening_deflate, OPENING_DEFLATE, SERVERS, "every answer that accepts permessage-deflate"},
        {closing, CLOSING, BOTH, "the closing of the connection"},
        {closing_broken, CLOSING_BROKEN, SERVERS, "the closing of the connection"},
        {closing_broken_by_clients, CLOSING_BROKEN_BY_CLIENTS, CLIENTS, "the closing of the connection"}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if ((lists[i].roles & bit_of(role)) == 0)
            continue;
        if (*number < lists[i].count) {
            *monitor = (struct run_monitor){lists[i].requirements[*number], lists[i].watched};
            return true;
        }
        *number -= lists[i].count;
    }
    return false;
}

static bool monitor_of_clients(size_t number, struct run_monitor *monitor)
{
    if (number < REQUESTS) {
        *monitor = (struct run_monitor){ws_violation_facts(requests[number].violation)->requirement,
                                        "every request"};
        return true;
    }
    number -= REQUESTS;
    if (number >= RUN_CLIENT_RULE_COUNT)
        return false;
    const struct run_client_facts *facts = run_client_facts((enum run_client_rule)number);
    *monitor = (struct run_monitor){facts->requirement, facts->watched == 0 ? "every opening handshake"
                                                                            : class_name(facts->watched)};
    return true;
}

bool run_monitor(enum ws_role role, size_t number, struct run_monitor *monitor)
{
    if (monitor_of_frames(role, &number, monitor) || monitor_of_lists(role, &number, monitor))
        return true;
    if (role == WS_CLIENT)
        return monitor_of_clients(number, monitor);
    if (number >= RESPONSES)
        return false;
    *monitor = (struct run_monitor){ws_violation_facts(responses[number])->requirement, "every response"};
    return true;
}

bool run_monitors_watch(enum ws_role role, const char *requirement, struct run_monitor *monitor)
{
    for (size_t i = 0; run_monitor(role, i, monitor); i++) {
        if (strcmp(monitor->requirement, requirement) == 0)
            return true;
    }
    return false;
}
