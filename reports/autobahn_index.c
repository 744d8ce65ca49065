/* SPDX-License-Identifier: MIT */
/* autobahn_index.c: index.json: agent, case, and five keys. */
#include "reports/autobahn_parts.h"

#include <string.h>

/* The peer's code; null when it sent no Close frame, or one without code. */
static json_t *remote_code(const struct journal_wire *wire)
{
    bool there = wire != NULL && wire->received_close.there && wire->received_close.code != 1005;
    return there ? json_integer(wire->received_close.code) : json_null();
}

json_t *autobahn_index(const struct autobahn_report *report)
{
    json_t *index = json_object(), *agent = NULL;
    const char *name = NULL;
    for (size_t i = 0; i < report->count && index != NULL; i++) {
        const struct autobahn_case *one = &report->cases[i];
        const struct journal_result *result = one->result;
        char file[AUTOBAHN_FILE_MAX + 8];
        snprintf(file, sizeof file, "%s.json", one->file);
        if (name == NULL || strcmp(name, one->agent) != 0) {
            name = one->agent;
            agent = json_object();
            json_object_set_new(index, name, agent);
        }
        json_t *entry =
            json_pack("{s:s, s:s, s:I, s:o, s:s}", "behavior", autobahn_behavior(result, one->server),
                      "behaviorClose", autobahn_behavior_close(result, one->server), "duration",
                      (json_int_t)(result->duration_us / 1000), "remoteCloseCode", remote_code(result->wire),
                      "reportfile", file);
        if (json_object_set_new(agent, result->wstest, entry) != 0) {
            json_decref(index);
            index = NULL;
        }
    }
    return index;
}
