/* SPDX-License-Identifier: MIT */
/* run_client.h: rules that bind clients alone, and that a judge of single frames or of the request as a
 * server takes it does not see. Owns the list; what shows a breach stands in run_client.c. */
#ifndef HARNESS_RUN_CLIENT_H
#define HARNESS_RUN_CLIENT_H

#include "harness/run_machine.h"

/* X(NAME, requirement, watched, sentence)
 *
 * Masking keys of 32 bits that are chosen at random can look chosen badly. Each of the three rules wants four
 * keys in a row, or three that are equal: that happens by chance once in 2^64 frames. */
#define RUN_CLIENT_RULES(X)                                                                                 \
    X(DATA_UNMASKED, "R6455-6.1-08", SAW_DATA, "data that a client sends must be masked")                   \
    X(CLOSE_UNMASKED, "R6455-5.5.1-06", SAW_CLOSE, "a client must mask its Close frames")                   \
    X(MASK_BIT_MISSING, "R6455-5.2-09", SAW_FRAME, "all frames of a client have the mask bit")              \
    X(MASKED_FRAME_WITHOUT_BIT, "R6455-5.3-01", SAW_FRAME, "a frame that must be masked must have the bit") \
    X(SPOKE_FIRST, "R6455-4.1-47", 0, "a client must wait for the response before it sends anything else")  \
    X(EXTENSION_USED, "R6455-9.1-10", SAW_FRAME,                                                            \
      "a client must not use extensions unless the server has accepted them")                               \
    X(KEY_REPEATED, "R6455-5.3-03", SAW_FRAME, "a client must pick a fresh masking key for each frame")     \
    X(KEY_PREDICTABLE, "R6455-5.3-05", SAW_FRAME, "a masking key must not make the next one predictable")   \
    X(KEY_OF_ZERO, "R6455-10.3-01", SAW_FRAME, "masking keys must not be known beforehand, as zeros are")

enum run_client_rule {
#define RUN_CLIENT_RULE(NAME, requirement, watched, sentence) RUN_CLIENT_##NAME,
    RUN_CLIENT_RULES(RUN_CLIENT_RULE)
#undef RUN_CLIENT_RULE
        RUN_CLIENT_RULE_COUNT
};

struct run_client_facts {
    const char *name, *requirement, *sentence;
    unsigned
        watched; /* class of run.received_classes in which a breach would show; 0: in the opening handshake */
};

const struct run_client_facts *run_client_facts(enum run_client_rule rule);

/* Has this run looked at what the rule is about, and found it kept? */
bool run_client_keeps(const struct run *run, enum run_client_rule rule);

#endif
