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

bool ws_fault_binds(enum ws_fault fault, enum ws_role role)
{
    enum { OF_SERVER = 1, OF_CLIENT = 2 };
    static const unsigned char roles[WS_FAULT_COUNT] = {
#define OF_BOTH(NAME, name, sentence, requirement)     [WS_FAULT_##NAME] = OF_SERVER | OF_CLIENT,
#define OF_A_SERVER(NAME, name, sentence, requirement) [WS_FAULT_##NAME] = OF_SERVER,
#define OF_A_CLIENT(NAME, name, sentence, requirement) [WS_FAULT_##NAME] = OF_CLIENT,
        WS_FAULTS_OF_BOTH(OF_BOTH) WS_FAULTS_OF_SERVERS(OF_A_SERVER) WS_FAULTS_OF_CLIENTS(OF_A_CLIENT)
#undef OF_BOTH
#undef OF_A_SERVER
#undef OF_A_CLIENT
    };
    return fault < WS_FAULT_COUNT && (roles[fault] & (role == WS_SERVER ? OF_SERVER : OF_CLIENT)) != 0;
}

const char *ws_fault_requirement(enum ws_fault fault, enum ws_role role)
{
    static const struct {
        enum ws_fault fault;
        const char *requirement;
    } of_clients[] = {
        {WS_FAULT_DEFLATE_WINDOW, "R7692-7.2.1-14"},       {WS_FAULT_DEFLATE_WINDOW_8, "R7692-7.2.2-12"},
        {WS_FAULT_DEFLATE_CONTEXT_KEPT, "R7692-7.2.1-10"}, {WS_FAULT_DEFLATE_CONTEXT_LOST, "R7692-7.2.2-04"},
        {WS_FAULT_DEFLATE_SMALL_WINDOW, "R7692-7.2.2-09"}, {WS_FAULT_DEFLATE_CLIENT_WINDOW_9, "R7692-5-05"},
        {WS_FAULT_FAILS_WITHOUT_TCP, "R6455-7.1.7-01"},
    };
    for (size_t i = 0; role == WS_CLIENT && i < sizeof of_clients / sizeof of_clients[0]; i++)
        if (of_clients[i].fault == fault)
            return of_clients[i].requirement;
    return ws_fault_facts(fault)->requirement;
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
