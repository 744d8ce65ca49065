/* SPDX-License-Identifier: MIT */
/* The parameters of permessage-deflate (RFC 7692 5, 7, 7.1): parses the elements of offers and answers, makes
 * a server's choice and a client's offer, and judges whether an answer fits an offer. Compresses nothing. */
#include "reference/ws.h"

#include <stdio.h>
#include <string.h>

/* The four parameters, in the order in which they are written. */
enum parameter { SERVER_TAKEOVER, CLIENT_TAKEOVER, SERVER_BITS, CLIENT_BITS, PARAMETERS };

static const char *const names[PARAMETERS] = {
    [SERVER_TAKEOVER] = "server_no_context_takeover",
    [CLIENT_TAKEOVER] = "client_no_context_takeover",
    [SERVER_BITS] = "server_max_window_bits",
    [CLIENT_BITS] = "client_max_window_bits",
};

static enum parameter parameter_of(struct ws_octets name)
{
    enum parameter parameter = 0;
    while (parameter < PARAMETERS && !ws_octets_equal(name, ws_octets_of(names[parameter])))
        parameter++;
    return parameter;
}

/* "a decimal integer value without leading zeroes between 8 to 15" (RFC 7692 7.1.2.1, 7.1.2.2); 0 if it is
 * none. */
static uint8_t bits_of(const struct ws_extension_parameter *parameter)
{
    const uint8_t *value = parameter->value;
    if (!parameter->has_value)
        return 0;
    if (parameter->value_size == 1 && (value[0] == '8' || value[0] == '9'))
        return (uint8_t)(value[0] - '0');
    if (parameter->value_size == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5')
        return (uint8_t)(10 + value[1] - '0');
    return 0;
}

/* One parameter of an element; what is wrong with its value. */
static enum ws_violation take(struct ws_deflate_parameters *to, enum parameter parameter,
                              const struct ws_extension_parameter *from, bool offer)
{
    switch (parameter) {
    case SERVER_TAKEOVER: /* "has no value" (RFC 7692 7.1.1) */
        to->server_no_context_takeover = true;
        return from->has_value ? WS_RESPONSE_DEFLATE_TAKEOVER_VALUE : WS_NO_VIOLATION;
    case CLIENT_TAKEOVER:
        to->client_no_context_takeover = true;
        return from->has_value ? WS_RESPONSE_DEFLATE_TAKEOVER_VALUE : WS_NO_VIOLATION;
    case SERVER_BITS:
        to->server_max_window_bits = bits_of(from);
        return to->server_max_window_bits == 0 ? WS_RESPONSE_DEFLATE_SERVER_BITS_INVALID : WS_NO_VIOLATION;
    case CLIENT_BITS: /* needs no value in an offer (RFC 7692 7.1.2.2) */
        to->client_max_window_bits = offer && !from->has_value ? WS_DEFLATE_BITS_BARE : bits_of(from);
        return to->client_max_window_bits == 0 ? WS_RESPONSE_DEFLATE_CLIENT_BITS_INVALID : WS_NO_VIOLATION;
    case PARAMETERS:
        break;
    }
    return WS_RESPONSE_DEFLATE_PARAMETER_UNKNOWN;
}

/* RFC 7692 7: what makes an offer one to decline makes an answer one to fail the connection for. */
static enum ws_violation parse(const struct ws_extension *element, bool offer,
                               struct ws_deflate_parameters *parameters)
{
    bool seen[PARAMETERS] = {false};
    *parameters = (struct ws_deflate_parameters){0};
    for (size_t i = 0; i < element->parameter_count; i++) {
        const struct ws_extension_parameter *from = &element->parameters[i];
        enum parameter parameter = parameter_of(from->name);
        if (parameter < PARAMETERS && seen[parameter])
            return WS_RESPONSE_DEFLATE_PARAMETER_REPEATED;
        enum ws_violation violation = take(parameters, parameter, from, offer);
        if (violation != WS_NO_VIOLATION)
            return violation;
        seen[parameter] = true;
    }
    return WS_NO_VIOLATION;
}

static bool is_deflate(struct ws_octets token)
{
    return ws_octets_equal(token, ws_octets_of(WS_DEFLATE_NAME));
}

bool ws_deflate_offer_parse(const struct ws_extension *element, struct ws_deflate_parameters *offer)
{
    return is_deflate(element->token) && parse(element, true, offer) == WS_NO_VIOLATION;
}

enum ws_violation ws_deflate_answer_parse(const struct ws_extension *element,
                                          struct ws_deflate_parameters *answer)
{
    return parse(element, false, answer);
}

enum ws_violation ws_deflate_answer_judge(const struct ws_deflate_parameters *answer,
                                          const struct ws_deflate_parameters *offer)
{
    if (offer->server_no_context_takeover && !answer->server_no_context_takeover) /* RFC 7692 7.1.1.1 */
        return WS_RESPONSE_DEFLATE_SERVER_TAKEOVER;
    if (offer->server_max_window_bits != 0 &&
        (answer->server_max_window_bits == 0 ||
         answer->server_max_window_bits > offer->server_max_window_bits)) /* RFC 7692 7.1.2.1 */
        return WS_RESPONSE_DEFLATE_SERVER_WINDOW;
    if (answer->client_max_window_bits != 0 && offer->client_max_window_bits == 0) /* RFC 7692 7.1.2.2 */
        return WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED;
    return WS_NO_VIOLATION;
}

uint8_t ws_deflate_window_bits(const struct ws_deflate_parameters *agreed, enum ws_role sender)
{
    uint8_t bits = sender == WS_CLIENT ? agreed->client_max_window_bits : agreed->server_max_window_bits;
    return bits < WS_DEFLATE_BITS_MIN ? WS_DEFLATE_BITS_MAX : bits;
}

bool ws_deflate_takeover(const struct ws_deflate_parameters *agreed, enum ws_role sender)
{
    return sender == WS_CLIENT ? !agreed->client_no_context_takeover : !agreed->server_no_context_takeover;
}

static uint8_t wanted(uint8_t policy_bits)
{
    return policy_bits == 0 ? WS_DEFLATE_BITS_MAX : policy_bits;
}

static uint8_t smaller(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* The answer that accepts an offer (RFC 7692 7.1). Every legal offer can be accepted. */
static struct ws_deflate_parameters answer_to(const struct ws_deflate_parameters *offer,
                                              const struct ws_deflate_policy *policy)
{
    uint8_t server_bits = wanted(policy->server_max_window_bits);
    uint8_t client_bits = wanted(policy->client_max_window_bits);
    struct ws_deflate_parameters answer = {
        .server_no_context_takeover = offer->server_no_context_takeover || policy->server_no_context_takeover,
        /* Offered, it is a hint that may be ignored (7.1.1.2); then the window has to be kept (7.2.2). */
        .client_no_context_takeover =
            policy->client_no_context_takeover || (policy->binds_hint && offer->client_no_context_takeover),
    };
    if (offer->server_max_window_bits != 0)
        answer.server_max_window_bits = smaller(offer->server_max_window_bits, server_bits);
    else if (server_bits < WS_DEFLATE_BITS_MAX)
        answer.server_max_window_bits = server_bits;
    if (offer->client_max_window_bits >= WS_DEFLATE_BITS_MIN)
        answer.client_max_window_bits = smaller(offer->client_max_window_bits, client_bits);
    else if (offer->client_max_window_bits == WS_DEFLATE_BITS_BARE && client_bits < WS_DEFLATE_BITS_MAX)
        answer.client_max_window_bits = client_bits;
    return answer;
}

bool ws_deflate_accept(const struct ws_head *request, const struct ws_deflate_policy *policy,
                       struct ws_deflate_parameters *agreed)
{
    if (!policy->enabled)
        return false;
    struct ws_list_walk walk = {.head = request, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    while (ws_list_next(&walk, &member)) {
        struct ws_extension element;
        struct ws_deflate_parameters offer;
        /* One that is declined does not keep the next one from being accepted (RFC 7692 5, 7). */
        if (ws_extension_parse(member, &element) && ws_deflate_offer_parse(&element, &offer)) {
            *agreed = answer_to(&offer, policy);
            return true;
        }
    }
    return false;
}

struct ws_deflate_parameters ws_deflate_offer(const struct ws_deflate_policy *policy)
{
    uint8_t server_bits = wanted(policy->server_max_window_bits);
    uint8_t client_bits = wanted(policy->client_max_window_bits);
    return (struct ws_deflate_parameters){
        .server_no_context_takeover = policy->server_no_context_takeover,
        .client_no_context_takeover = policy->client_no_context_takeover,
        .server_max_window_bits = server_bits < WS_DEFLATE_BITS_MAX ? server_bits : 0,
        .client_max_window_bits = client_bits < WS_DEFLATE_BITS_MAX ? client_bits : WS_DEFLATE_BITS_BARE,
    };
}

/* Room for "; " name "=15" of each parameter behind the name, and a NUL. */
_Static_assert(sizeof WS_DEFLATE_NAME + 4 * sizeof "; client_no_context_takeover=15" <=
                   WS_DEFLATE_ELEMENT_MAX,
               "every element fits");

static size_t put(char out[WS_DEFLATE_ELEMENT_MAX], size_t size, enum parameter parameter, uint8_t bits)
{
    size_t room = WS_DEFLATE_ELEMENT_MAX - size;
    int more = bits >= WS_DEFLATE_BITS_MIN
                   ? snprintf(out + size, room, "; %s=%u", names[parameter], (unsigned)bits)
                   : snprintf(out + size, room, "; %s", names[parameter]);
    return size + (size_t)(more < 0 ? 0 : more);
}

size_t ws_deflate_element_build(char out[WS_DEFLATE_ELEMENT_MAX],
                                const struct ws_deflate_parameters *parameters)
{
    size_t size = sizeof WS_DEFLATE_NAME - 1;
    memcpy(out, WS_DEFLATE_NAME, sizeof WS_DEFLATE_NAME);
    if (parameters->server_no_context_takeover)
        size = put(out, size, SERVER_TAKEOVER, 0);
    if (parameters->client_no_context_takeover)
        size = put(out, size, CLIENT_TAKEOVER, 0);
    if (parameters->server_max_window_bits != 0)
        size = put(out, size, SERVER_BITS, parameters->server_max_window_bits);
    if (parameters->client_max_window_bits != 0)
        size = put(out, size, CLIENT_BITS, parameters->client_max_window_bits);
    return size;
}

bool ws_deflate_agreed(const struct ws_head *response, struct ws_deflate_parameters *agreed)
{
    struct ws_list_walk walk = {.head = response, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    while (ws_list_next(&walk, &member)) {
        struct ws_extension element;
        if (ws_extension_parse(member, &element) && is_deflate(element.token))
            return parse(&element, false, agreed) == WS_NO_VIOLATION;
    }
    return false;
}
