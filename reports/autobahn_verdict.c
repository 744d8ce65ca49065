/* SPDX-License-Identifier: MIT */
/* autobahn_verdict.c: the verdict words of Autobahn|Testsuite for a result. Owns the table of how each of its
 * cases is to be closed, and the order of its rules. */
#include "reports/autobahn_parts.h"

#include <string.h>

/* Rows of groups that the target has to close, and of cases with codes of their own; 0 ends the codes. `last`
 * is the last number with the same beginning as `first` that the row is for. The first row that fits counts;
 * without one, the harness closes with 1000, cleanly. */
static const struct {
    unsigned first[3], last[3];
    uint16_t codes[3];
    bool by_harness, clean;
} rows[] = {
    {{2, 5, 0}, {2, 5, 0}, {1002}, false, false},
    {{3, 1, 0}, {4, 2, 5}, {1002}, false, false},
    {{5, 1, 0}, {5, 2, 0}, {1002}, false, false},
    {{5, 9, 0}, {5, 18, 0}, {1002}, false, false},
    {{6, 3, 1}, {6, 4, 4}, {1007}, false, false},
    {{6, 6, 1}, {6, 6, 1}, {1007}, false, false},
    {{6, 6, 3}, {6, 6, 4}, {1007}, false, false},
    {{6, 6, 6}, {6, 6, 6}, {1007}, false, false},
    {{6, 6, 8}, {6, 6, 8}, {1007}, false, false},
    {{6, 6, 10}, {6, 6, 10}, {1007}, false, false},
    {{6, 8, 1}, {6, 8, 2}, {1007}, false, false},
    {{6, 10, 1}, {6, 10, 3}, {1007}, false, false},
    {{6, 11, 5}, {6, 11, 5}, {1007}, false, false},
    {{6, 12, 1}, {6, 21, 8}, {1007}, false, false},
    {{7, 3, 2}, {7, 3, 2}, {1002}, true, false},
    {{7, 3, 6}, {7, 3, 6}, {1002}, true, false},
    {{7, 5, 1}, {7, 5, 1}, {1002, 1007}, true, false},
    {{7, 7, 1}, {7, 7, 1}, {1000, 1000}, true, true},
    {{7, 7, 2}, {7, 7, 2}, {1000, 1001}, true, true},
    {{7, 7, 3}, {7, 7, 3}, {1000, 1002}, true, true},
    {{7, 7, 4}, {7, 7, 4}, {1000, 1003}, true, true},
    {{7, 7, 5}, {7, 7, 5}, {1000, 1007}, true, true},
    {{7, 7, 6}, {7, 7, 6}, {1000, 1008}, true, true},
    {{7, 7, 7}, {7, 7, 7}, {1000, 1009}, true, true},
    {{7, 7, 8}, {7, 7, 8}, {1000, 1010}, true, true},
    {{7, 7, 9}, {7, 7, 9}, {1000, 1011}, true, true},
    {{7, 7, 10}, {7, 7, 10}, {1000, 3000}, true, true},
    {{7, 7, 11}, {7, 7, 11}, {1000, 3999}, true, true},
    {{7, 7, 12}, {7, 7, 12}, {1000, 4000}, true, true},
    {{7, 7, 13}, {7, 7, 13}, {1000, 4999}, true, true},
    {{7, 9, 1}, {7, 9, 9}, {1002}, true, false},
    {{7, 13, 1}, {7, 13, 1}, {1000, 5000, 1002}, true, false},
    {{7, 13, 2}, {7, 13, 2}, {1000, 65535, 1002}, true, false},
};

static bool is_behind(const unsigned a[3], const unsigned b[3])
{
    for (size_t i = 0; i < 3; i++) {
        if (a[i] != b[i])
            return a[i] > b[i];
    }
    return false;
}

struct autobahn_close autobahn_expected_close(const char *number)
{
    struct autobahn_number n = autobahn_number_of(number);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (is_behind(rows[i].first, n.part) || is_behind(n.part, rows[i].last))
            continue;
        struct autobahn_close close = {.by_harness = rows[i].by_harness, .clean = rows[i].clean};
        while (close.code_count < 3 && rows[i].codes[close.code_count] != 0) {
            close.codes[close.code_count] = rows[i].codes[close.code_count];
            close.code_count++;
        }
        return close;
    }
    return (struct autobahn_close){.codes = {1000}, .code_count = 1, .by_harness = true, .clean = true};
}

static bool is_informational(const char *number)
{
    return strcmp(number, "7.1.6") == 0 || strcmp(number, "7.13.1") == 0 || strcmp(number, "7.13.2") == 0;
}

bool autobahn_was_clean(const struct journal_result *result, bool server)
{
    const struct journal_wire *wire = result->wire;
    /* RFC 6455 7.1.1: the server ends TCP first. */
    return wire != NULL && wire->sent_close.there && wire->received_close.there && (server || wire->ended);
}

static bool is_wrong_code(const struct journal_wire *wire, const struct autobahn_close *expected)
{
    if (!wire->received_close.there || wire->received_close.code == 1005)
        return false;
    for (size_t i = 0; i < expected->code_count; i++) {
        if (expected->codes[i] == wire->received_close.code)
            return false;
    }
    return true;
}

/* How the connection was closed, by the suite's rules: the first that fits counts. */
static const char *judge_close(const struct journal_result *result, bool server, const char **text)
{
    const struct journal_wire *wire = result->wire;
    struct autobahn_close expected = autobahn_expected_close(result->wstest);
    if (wire == NULL || !wire->opened) {
        *text = "The WebSocket opening handshake was never completed!";
        return "FAILED";
    }
    if (wire->closed_first != expected.by_harness) {
        *text = "The connection was failed by the wrong endpoint";
        return "FAILED";
    }
    if (expected.clean && !autobahn_was_clean(result, server)) {
        *text = "The spec requires the connection to be failed cleanly here";
        return "UNCLEAN";
    }
    if (is_wrong_code(wire, &expected)) {
        *text = "The close code should have been another one, or none";
        return "WRONG CODE";
    }
    if (!server && !wire->ended) {
        *text = "It is preferred that the server close the TCP connection";
        return "FAILED BY CLIENT";
    }
    *text = "Connection was properly closed";
    return "OK";
}

const char *autobahn_close_text(const struct journal_result *result, bool server)
{
    const char *text;
    judge_close(result, server, &text);
    return text;
}

const char *autobahn_behavior_close(const struct journal_result *result, bool server)
{
    const char *text;
    return is_informational(result->wstest) ? "INFORMATIONAL" : judge_close(result, server, &text);
}

/* Cases about the code of the target's Close: a wrong one fails them. */
static bool code_is_subject(const char *number)
{
    struct autobahn_number n = autobahn_number_of(number);
    return n.part[0] == 7 && n.part[1] != 13 && !is_informational(number);
}

static bool same_events(const struct journal_events *a, const struct journal_events *b)
{
    if (a->more || b->more || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct journal_event *x = &a->at[i], *y = &b->at[i];
        if (x->opcode != y->opcode || x->size != y->size || x->crc != y->crc)
            return false;
    }
    return true;
}

/* Series of messages are compared while they come; all that is left of that is our verdict. */
static const char *judge_series(const struct journal_result *result)
{
    bool compressed = autobahn_number_of(result->wstest).part[0] >= 12;
    if (result->verdict == VERDICT_OK)
        return "OK";
    return compressed && (result->verdict == VERDICT_SKIP || result->verdict == VERDICT_UNIMPLEMENTED)
               ? "UNIMPLEMENTED"
               : "FAILED";
}

bool autobahn_tolerates_nothing(const struct journal_result *result)
{
    return result->wire != NULL && result->wire->expected.count > 0 &&
           !autobahn_expected_close(result->wstest).by_harness;
}

/* By what came before the connection was closed, which is all that the suite looks at. */
static const char *judge_events(const struct journal_result *result)
{
    const struct journal_wire *wire = result->wire;
    struct autobahn_number n = autobahn_number_of(result->wstest);
    bool soon = n.part[0] == 6 && n.part[1] == 4; /* about how soon the target fails the connection */
    if (n.part[0] == 6 && wire->closed_first && !autobahn_expected_close(result->wstest).by_harness)
        return "FAILED";
    if (soon)
        return wire->events.count > 0 ? "FAILED" : result->verdict == VERDICT_OK ? "OK" : "NON-STRICT";
    if (same_events(&wire->events, &wire->expected))
        return "OK";
    return autobahn_tolerates_nothing(result) && wire->events.count == 0 && !wire->events.more ? "NON-STRICT"
                                                                                               : "FAILED";
}

const char *autobahn_behavior(const struct journal_result *result, bool server)
{
    unsigned group = autobahn_number_of(result->wstest).part[0];
    bool ran = result->wire != NULL && result->wire->opened && result->verdict != VERDICT_CRASH &&
               result->verdict != VERDICT_ERROR;
    if (is_informational(result->wstest))
        return "INFORMATIONAL";
    if (!ran || (code_is_subject(result->wstest) &&
                 strcmp(autobahn_behavior_close(result, server), "WRONG CODE") == 0))
        return "FAILED";
    return group == 9 || group >= 12 ? judge_series(result) : judge_events(result);
}
