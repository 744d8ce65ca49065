/* SPDX-License-Identifier: MIT */
/* fault.c: what the list of seeded faults says of each, and the seed. What they do stands in the other
 * fault_*.c. */
#include "reference/faulty.h"

#include <stdlib.h>
#include <string.h>

const struct ws_fault_facts *ws_fault_facts(enum ws_fault fault)
{
    static const struct ws_fault_facts facts[WS_FAULT_COUNT] = {[WS_NO_FAULT] = {"", "", ""},
#define FACTS(NAME, name, sentence, requirement) [WS_FAULT_##NAME] = {name, sentence, requirement},
                                                                WS_FAULTS(FACTS)
#undef FACTS
    };
    return &facts[fault < WS_FAULT_COUNT ? fault : WS_NO_FAULT];
}

enum ws_fault ws_fault_find(const char *name)
{
    for (enum ws_fault fault = WS_NO_FAULT + 1; fault < WS_FAULT_COUNT; fault++)
        if (strcmp(ws_fault_facts(fault)->name, name) == 0)
            return fault;
    return WS_NO_FAULT;
}

bool ws_fault_is_of_tls(enum ws_fault fault)
{
    static const bool of_tls[WS_FAULT_COUNT] = {
#define OF_TLS(NAME, name, sentence, requirement) [WS_FAULT_##NAME] = true,
        WS_FAULTS_OF_TLS(OF_TLS)
#undef OF_TLS
    };
    return fault < WS_FAULT_COUNT && of_tls[fault];
}

bool ws_endpoint_crashed(const struct ws_endpoint *endpoint)
{
    return endpoint->fault != NULL && endpoint->fault->crashed;
}

bool fault_seed(struct ws_endpoint *endpoint)
{
    endpoint->fault = calloc(1, sizeof *endpoint->fault);
    if (endpoint->fault == NULL)
        return false;
    endpoint->fault->kind = endpoint->config.fault;
    fault_limit(endpoint);
    return true;
}
