/* SPDX-License-Identifier: MIT */
/* run_accept.c: the opening handshake of a run that tests a client (RFC 6455 4.2): the request as it comes,
 * and the response, with the edits of `open`. */
#include "harness/key_log.h"
#include "harness/run_machine.h"

#include <stdio.h>
#include <string.h>

enum { EXTENSIONS_MAX = 1024 };

/* The edit of this kind behind `open`, or NULL. */
static const struct open_edit *find_edit(const struct run *run, enum edit_kind kind)
{
    const struct case_step *first = run->instance.definition->steps;
    const struct open_edit *edit = first != NULL && first->kind == STEP_OPEN ? first->edits : NULL;
    while (edit != NULL && edit->kind != kind)
        edit = edit->next;
    return edit;
}

/* A case for both roles says in `ext` what the harness offers as a client. As a server it takes the same
 * part: what it asked of the server it asks of the client, and what it promised it promises (RFC 7692 7.1).
 * A hint is bound, as servers in use do it: a client that fails otherwise fails the case about that alone. */
static struct ws_deflate_policy mirror(const struct ws_deflate_parameters *offer)
{
    return (struct ws_deflate_policy){
        .enabled = true,
        .binds_hint = true,
        .server_no_context_takeover = offer->client_no_context_takeover,
        .client_no_context_takeover = offer->server_no_context_takeover,
        .client_max_window_bits = offer->server_max_window_bits,
        .server_max_window_bits =
            offer->client_max_window_bits == WS_DEFLATE_BITS_BARE ? 0 : offer->client_max_window_bits};
}

/* The answer to the request's offer of compression that plays the part which `ext` gives the harness. False
 * when the run is over, or `lacks` is set: the client's offer does not allow for it. */
static bool answer_deflate(struct run *run, const struct open_edit *ext, char out[WS_DEFLATE_ELEMENT_MAX])
{
    uint8_t text[EXTENSIONS_MAX];
    struct ws_extension element;
    struct ws_deflate_parameters offer = {0}, agreed;
    uint64_t length = octets_length(ext->value, &run->instance);
    size_t size = length < sizeof text ? (size_t)length : sizeof text;
    octets_read(ext->value, &run->instance, 0, text, size);
    const uint8_t *comma = memchr(text, ',', size); /* what else is offered is for want of the first */
    if (!ws_extension_parse((struct ws_octets){text, comma == NULL ? size : (size_t)(comma - text)},
                            &element) ||
        !ws_deflate_offer_parse(&element, &offer)) {
        run_finish(run, VERDICT_ERROR, "the extension of this case has no mirror image");
        return false;
    }
    const struct ws_deflate_policy policy = mirror(&offer);
    if (!ws_deflate_accept(&run->head, &policy, &agreed)) {
        run->lacks = "the client does not offer permessage-deflate";
        return false;
    }
    bool limits = policy.client_max_window_bits != 0 && policy.client_max_window_bits < WS_DEFLATE_BITS_MAX;
    if (limits && agreed.client_max_window_bits == 0) {
        run->lacks = "the client does not let its window be limited";
        return false;
    }
    ws_deflate_element_build(out, &agreed);
    return true;
}

/* A case that hands over octets of DEFLATE which refer to an earlier message says so: it goes on only if the
 * answer is `without` the parameter that forbids it. Here it is the client that may have asked for that, for
 * the server (RFC 7692 7.1.1.1). */
static bool needs_context(const struct run *run)
{
    const struct case_step *step = run->instance.definition->steps;
    while (step != NULL && (step->kind != STEP_EXPECT || step->alternatives->outcomes == NULL ||
                            step->alternatives->outcomes->kind != OUTCOME_HTTP))
        step = step->next;
    const struct http_condition *condition = step == NULL ? NULL : step->alternatives->outcomes->conditions;
    while (condition != NULL && condition->kind != HTTP_EXTENSION_WITHOUT)
        condition = condition->next;
    return condition != NULL &&
           run_octets_are(run, condition->parameter, ws_octets_of("client_no_context_takeover"));
}

/* What of compression the response that goes out has agreed to. */
static void agree_on_deflate(struct run *run)
{
    struct ws_head head = {0};
    struct ws_deflate_parameters agreed;
    enum ws_violation violation;
    struct ws_octets response = {(const uint8_t *)run->request.text, run->early_at};
    if (ws_head_parse(&head, WS_HEAD_RESPONSE, response, 0, &ws_head_limits_default, &violation) ==
            WS_HEAD_COMPLETE &&
        head.status == 101 && ws_deflate_agreed(&head, &agreed))
        run_deflate_agree(run, &agreed);
}

/* The first subprotocol that the request offers, or an empty one. */
static struct ws_octets first_subprotocol(const struct ws_head *request)
{
    struct ws_list_walk walk = {.head = request, .name = "Sec-WebSocket-Protocol"};
    struct ws_octets member = {0};
    return ws_list_next(&walk, &member) ? member : (struct ws_octets){0};
}

static struct ws_octets field(const struct ws_head *request, const char *name)
{
    const struct ws_octets *value = ws_head_find(request, name, NULL);
    return value == NULL ? (struct ws_octets){0} : *value;
}

/* The case cannot be tried with this client. False, and the run is over, unless it is to be opened anyway. */
static bool goes_on_lacking(struct run *run)
{
    if (run->lacks != NULL && !run->settings->opens_always)
        run_finish(run, VERDICT_SKIP, "%s", run->lacks);
    return run->lacks != NULL && run->settings->opens_always;
}

/* What a client that keeps the rules has to say to the response that goes out, given its own request. */
static enum ws_violation judge_for_client(const struct run *run, const struct ws_head *response)
{
    enum { FIELD_ROOM = 1024 };
    static const char *const names[] = {"Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"};
    char key[WS_KEY_SIZE + 1] = "", lines[WS_HEAD_FIELDS_MAX][FIELD_ROOM];
    const char *fields[WS_HEAD_FIELDS_MAX + 1] = {NULL};
    struct ws_octets asked = field(&run->head, "Sec-WebSocket-Key");
    size_t count = 0;
    snprintf(key, sizeof key, "%.*s", (int)asked.size, (const char *)asked.at);
    for (size_t i = 0; i < run->head.field_count; i++) {
        const struct ws_head_field *at = &run->head.fields[i];
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            if (!ws_octets_equal_ignoring_case(at->name, ws_octets_of(names[k])) || at->value.size > 900)
                continue;
            snprintf(lines[count], FIELD_ROOM, "%s: %.*s", names[k], (int)at->value.size,
                     (const char *)at->value.at);
            fields[count] = lines[count];
            count++;
        }
    }
    const struct ws_request request = {.key = key, .fields = fields};
    return ws_response_judge(response, &request);
}

/* An answer to what the client offered, or did not, is a test only where the offer makes it the right or the
 * wrong one that the case means it to be. False when it is not, and the run is over. */
static bool fits_offer(struct run *run)
{
    const struct case_definition *definition = run->instance.definition;
    bool wants_it = (definition->needs & (NEEDS_DEFLATE | NEEDS_SUBPROTOCOL)) != 0;
    bool answers = find_edit(run, EDIT_EXTENSION) != NULL || find_edit(run, EDIT_SUBPROTOCOL) != NULL;
    struct ws_head head = {0};
    enum ws_violation violation;
    struct ws_octets response = {(const uint8_t *)run->request.text, run->early_at};
    if ((definition->roles & CASE_TESTS_SERVER) != 0 || !answers ||
        ws_head_parse(&head, WS_HEAD_RESPONSE, response, 0, &ws_head_limits_default, &violation) !=
            WS_HEAD_COMPLETE)
        return true;
    violation = judge_for_client(run, &head);
    if (!wants_it && violation == WS_NO_VIOLATION) {
        run->lacks = "the client's offer allows for this answer";
        return goes_on_lacking(run);
    }
    bool by_offer =
        violation == WS_RESPONSE_EXTENSION_NOT_OFFERED || violation == WS_RESPONSE_DEFLATE_OFFER_INVALID ||
        violation == WS_RESPONSE_DEFLATE_SERVER_TAKEOVER || violation == WS_RESPONSE_DEFLATE_SERVER_WINDOW ||
        violation == WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED;
    if ((definition->needs & NEEDS_DEFLATE) != 0 && by_offer) {
        run->lacks = "the client's offer does not allow for this answer";
        return goes_on_lacking(run);
    }
    return true;
}

/* Lays down the response. False when the run is over. */
static bool respond(struct run *run)
{
    uint8_t built[RUN_WRITE_MAX];
    char element[WS_DEFLATE_ELEMENT_MAX];
    const struct case_definition *definition = run->instance.definition;
    const struct open_edit *ext = find_edit(run, EDIT_EXTENSION);
    run->mirrored = ext != NULL && (definition->roles & CASE_TESTS_SERVER) != 0;
    bool compresses = run->mirrored && answer_deflate(run, ext, element);
    if (run->mirrored && !compresses && !goes_on_lacking(run))
        return false;
    size_t size = ws_response_build(built, sizeof built, &run->head, NULL, compresses ? element : NULL);
    text_append(&run->request, (const char *)built, size);
    if (size == 0 || !run_edit_head(run)) {
        run_finish(run, VERDICT_ERROR, "out of memory for the response");
        return false;
    }
    if (!fits_offer(run))
        return false;
    agree_on_deflate(run);
    if (run->mirrored && run->deflate.parameters.server_no_context_takeover && needs_context(run)) {
        run->lacks = "the client does not let our messages refer to earlier ones";
        return goes_on_lacking(run);
    }
    if ((definition->needs & NEEDS_DEFLATE) == 0 || (definition->roles & CASE_TESTS_SERVER) == 0 ||
        run->deflate.agreed)
        return true;
    run->lacks = "the client does not offer permessage-deflate";
    return goes_on_lacking(run);
}

/* The authority that the client was told to connect to, where that is known, with or without the port that is
 * the scheme's own. */
static bool names_our_host(const struct run *run, struct ws_octets host)
{
    const char *ours = run->settings->request.host;
    bool tls = (run->settings->can & NEEDS_TLS) != 0;
    const char *port = tls ? ":443" : ":80";
    if (ours == NULL || ws_octets_equal_ignoring_case(host, ws_octets_of(ours)))
        return true;
    struct ws_octets authority = ws_octets_of(ours);
    size_t size = strlen(port);
    return authority.size > size && memcmp(authority.at + authority.size - size, port, size) == 0 &&
           ws_octets_equal_ignoring_case(host, (struct ws_octets){authority.at, authority.size - size});
}

/* RFC 6455 4.1. The key of the example in section 1.3 was not chosen at random. */
static bool key_is_old(const struct run *run, struct ws_octets key)
{
    return ws_octets_equal(key, ws_octets_of("dGhlIHNhbXBsZSBub25jZQ==")) ||
           (run->settings->keys != NULL && key_log_knows(run->settings->keys, key));
}

/* Notes all that the request breaks of what binds clients. */
static void watch_request(struct run *run)
{
    enum ws_violation found[WS_REQUEST_WATCH_MAX];
    size_t count = ws_request_watch(&run->head, found), line = run->transcript.number - 1;
    const struct ws_octets *host = ws_head_find(&run->head, "Host", NULL);
    for (size_t i = 0; i < count; i++)
        run_note_violation(run, found[i], line);
    if (host != NULL && !names_our_host(run, *host))
        run_note_violation(run, WS_ASKED_OF_OTHER_HOST, line);
    if (key_is_old(run, field(&run->head, "Sec-WebSocket-Key")))
        run_note_violation(run, WS_ASKED_WITH_OLD_KEY, line);
}

/* The request is complete: judges it, and answers it as well as it can be answered. */
static void take_request(struct run *run, run_time now)
{
    const struct ws_head *request = &run->head;
    enum ws_violation violation = ws_request_judge(request);
    run->verdict.switched = true; /* it lives, whatever it says */
    run_edit_note(run, now, request->size,
                  violation == WS_NO_VIOLATION ? NULL : ws_violation_facts(violation)->sentence);
    watch_request(run);
    struct ws_octets key = field(request, "Sec-WebSocket-Key");
    if (key.size == 0 || !ws_octets_equal(request->method, ws_octets_of("GET"))) {
        run_finish(run, VERDICT_SETUP, "what the client sent is no opening handshake: %s (%s)",
                   ws_violation_facts(violation)->sentence, ws_violation_facts(violation)->requirement);
        return;
    }
    struct ws_octets subprotocol = first_subprotocol(request);
    if (subprotocol.size == 0 && (run->instance.definition->needs & NEEDS_SUBPROTOCOL) != 0) {
        run_finish(run, VERDICT_SKIP, "the client offers no subprotocol");
        return;
    }
    run_edit_bind(run,
                  (const struct ws_octets[KNOWN_COUNT]){
                      [KNOWN_KEY] = key,
                      [KNOWN_HOST] = field(request, "Host"),
                      [KNOWN_TARGET] = request->target,
                      [KNOWN_SCHEME] = ws_octets_of((run->settings->can & NEEDS_TLS) != 0 ? "https" : "http"),
                      [KNOWN_SUBPROTOCOL] = subprotocol});
    run->verdict.opened = respond(run);
}

size_t run_accept_receive(struct run *run, run_time now, const uint8_t *octets, size_t size)
{
    size_t seen = run->response_size, room = RUN_RESPONSE_MAX - seen;
    size_t taken = size < room ? size : room;
    memcpy(run->response + seen, octets, taken);
    run->response_size += taken;
    enum ws_violation violation = WS_NO_VIOLATION;
    struct ws_octets so_far = {run->response, run->response_size};
    switch (ws_head_parse(&run->head, WS_HEAD_REQUEST, so_far, seen, &ws_head_limits_default, &violation)) {
    case WS_HEAD_NEED_MORE:
        if (run->response_size < RUN_RESPONSE_MAX)
            return taken;
        violation = WS_HEAD_TOO_LARGE;
        break;
    case WS_HEAD_BAD:
        break;
    case WS_HEAD_COMPLETE:
        run->response_head_size = run->head.size;
        /* What stands behind the head came with these octets. */
        taken -= run->response_size - run->head.size;
        run->response_size = run->head.size;
        take_request(run, now);
        return taken;
    }
    run_edit_note(run, now, run->response_size, ws_violation_facts(violation)->sentence);
    run_note_violation(run, ws_request_watch_bad(violation), run->transcript.number - 1);
    run_finish(run, VERDICT_SETUP, "what the client sent is no opening handshake: %s (%s)",
               ws_violation_facts(violation)->sentence, ws_violation_facts(violation)->requirement);
    return taken;
}
