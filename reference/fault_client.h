/* SPDX-License-Identifier: MIT */
/* fault_client.h: the seeded faults that only a client can have, one X for each: see fault.h, which includes
 * this. */
#ifndef REFERENCE_FAULT_CLIENT_H
#define REFERENCE_FAULT_CLIENT_H

/* Frames, and the end of the connection (fault_judgement.c, fault_sending.c, fault_closing.c). */
#define WS_FAULTS_OF_CLIENT_FRAMES(X)                                                                      \
    X(MASKED, "accepts-masked", "takes frames that are masked", "R6455-5.1-06")                            \
    X(MASKED_CONTROL, "accepts-masked-control", "takes control frames that are masked", "R6455-5.1-06")    \
    X(MASKED_EMPTY, "accepts-masked-empty", "takes empty frames that are masked", "R6455-5.1-06")          \
    X(MASKED_CONTINUATION, "accepts-masked-continuation", "takes continuations that are masked",           \
      "R6455-5.1-06")                                                                                      \
    X(MASKED_LATER, "accepts-masked-later", "refuses masked frames before its first message only",         \
      "R6455-5.1-06")                                                                                      \
    X(MASKS_NOTHING, "sends-unmasked", "masks no frame", "R6455-5.1-01")                                   \
    X(MASKS_NO_CONTROL, "sends-unmasked-control", "masks data frames only", "R6455-5.2-09")                \
    X(MASKS_NO_DATA, "sends-unmasked-data", "masks control frames only", "R6455-6.1-08")                   \
    X(MASKS_NO_CLOSE, "sends-unmasked-close", "does not mask its Close frame", "R6455-5.5.1-06")           \
    X(MASKS_FIRST, "sends-unmasked-later", "masks its first message only", "R6455-5.3-01")                 \
    X(KEY_FOR_ALL, "repeats-masking-key", "masks all frames of a connection with one key", "R6455-5.3-03") \
    X(KEY_OF_ZERO, "masks-with-zero", "masks with a key of zeros, which changes nothing", "R6455-10.3-01") \
    X(KEY_COUNTS, "counts-masking-keys", "takes one more for each masking key", "R6455-5.3-05")            \
    X(LOSES_FURTHER_READS, "loses-further-reads", "loses what a further read brings of a payload",         \
      "R6455-1.2-03")                                                                                      \
    X(ENDS_TCP_FIRST, "ends-tcp-first", "ends TCP behind the closing handshake, where the server should",  \
      "R6455-5.5.1-15")

/* Responses that a client takes though it has to refuse them, or the other way round (fault_answer.c). */
#define WS_FAULTS_OF_CLIENT_ANSWERS(X)                                                                      \
    X(ANY_ANSWER, "accepts-any-response", "takes every response for a handshake", "R6455-4.1-49")           \
    X(ANY_STATUS, "accepts-any-status", "does not look at the status of the response", "R6455-4.1-50")      \
    X(STATUS_2XX, "accepts-2xx", "takes 200 and its like for 101", "R6455-4.1-50")                          \
    X(ANSWER_HTTP_1_0, "accepts-101-of-http-1.0", "does not look at the HTTP version of the response",      \
      "R6455-4.1-62")                                                                                       \
    X(ANSWER_NO_UPGRADE, "misses-no-upgrade", "does not miss Upgrade in the response", "R6455-4.1-53")      \
    X(ANSWER_ANY_UPGRADE, "accepts-any-upgrade", "does not look at the value of Upgrade in the response",   \
      "R6455-4.1-54")                                                                                       \
    X(ANSWER_UPGRADE_CASE, "wants-websocket-in-small-letters",                                              \
      "wants Upgrade of the response in small letters", "R6455-4.1-54")                                     \
    X(ANSWER_NO_CONNECTION, "misses-no-connection", "does not miss Connection in the response",             \
      "R6455-4.1-55")                                                                                       \
    X(ANSWER_ANY_CONNECTION, "accepts-any-connection",                                                      \
      "does not look at the value of Connection in the response", "R6455-4.1-56")                           \
    X(ANSWER_CONNECTION_ALONE, "wants-connection-alone", "takes no list in Connection of the response",     \
      "R6455-4.1-56")                                                                                       \
    X(ANSWER_FIRST_LINE, "reads-first-line-of-response",                                                    \
      "reads the first line only where Connection of the response has two", "R9110-5.2-01")                 \
    X(ANSWER_NO_ACCEPT, "misses-no-accept", "does not miss Sec-WebSocket-Accept", "R6455-4.1-57")           \
    X(ANSWER_ANY_ACCEPT, "accepts-any-accept", "does not compare Sec-WebSocket-Accept with its key",        \
      "R6455-4.1-58")                                                                                       \
    X(ANSWER_ACCEPT_CASE, "accepts-accept-in-any-case",                                                     \
      "compares Sec-WebSocket-Accept in letters of either case", "R6455-4.1-58")                            \
    X(ANSWER_ACCEPT_SPACE, "wants-accept-without-space",                                                    \
      "takes white space around Sec-WebSocket-Accept for a part of it", "R6455-4.1-59")                     \
    X(ANSWER_TWO_ACCEPTS, "accepts-two-accepts", "takes the first of several Sec-WebSocket-Accept",         \
      "R6455-11.3.3-02")                                                                                    \
    X(ANSWER_ANY_EXTENSION, "accepts-unoffered-extension", "takes extensions that it did not offer",        \
      "R6455-4.1-60")                                                                                       \
    X(ANSWER_BAD_EXTENSION, "accepts-bad-extensions",                                                       \
      "does not look at the grammar of extensions in the response", "R6455-9.1-03")                         \
    X(ANSWER_ANY_SUBPROTOCOL, "accepts-unoffered-subprotocol", "takes subprotocols that it did not offer",  \
      "R6455-4.1-61")                                                                                       \
    X(ANSWER_BAD_SUBPROTOCOL, "accepts-bad-subprotocol", "takes subprotocols that are no token",            \
      "R6455-4.1-62")                                                                                       \
    X(ANSWER_TWO_SUBPROTOCOLS, "accepts-two-subprotocols",                                                  \
      "takes the first of several Sec-WebSocket-Protocol", "R6455-11.3.4-03")                               \
    X(ANSWER_ANY_DEFLATE, "accepts-any-deflate-answer", "takes any answer to its offer of compression",     \
      "R7692-7-08")                                                                                         \
    X(ANSWER_INVALID_DEFLATE, "accepts-invalid-deflate-answer",                                             \
      "takes answers to its offer that the extension does not allow", "R7692-5-16")                         \
    X(ANSWER_DEFLATE_UNKNOWN, "accepts-unknown-deflate-parameter",                                          \
      "takes answers with parameters that it does not know", "R7692-7-09")                                  \
    X(ANSWER_DEFLATE_VALUE, "accepts-bad-deflate-value",                                                    \
      "takes answers with parameters that have an invalid value", "R7692-7-10")                             \
    X(ANSWER_DEFLATE_REPEATED, "accepts-deflate-parameter-twice", "takes answers with a parameter twice",   \
      "R7692-7-11")                                                                                         \
    X(ANSWER_DEFLATE_UNSUPPORTED, "accepts-unsupported-deflate",                                            \
      "takes answers that ask for what it does not support", "R7692-7-12")                                  \
    X(ANSWER_DEFLATE_TWICE, "accepts-deflate-twice", "takes compression that is accepted twice",            \
      "R7692-5-11")                                                                                         \
    X(ANSWER_DEFLATE_BITS, "accepts-unoffered-client-bits",                                                 \
      "takes client_max_window_bits though it did not offer it", "R7692-7.1.2.2-08")                        \
    X(ANSWER_NO_CLIENT_TAKEOVER, "refuses-client-no-takeover",                                              \
      "refuses client_no_context_takeover in an answer", "R7692-7.1.1.2-05")                                \
    X(ANSWER_NEEDS_NO_TAKEOVER, "needs-server-no-takeover",                                                 \
      "cannot read what the server compressed with its context", "R7692-7.1.1.1-06")                        \
    X(ANSWER_NEEDS_WINDOW, "needs-small-server-window",                                                     \
      "can keep a window of 8 bits only, and has not said so", "R7692-7.1.2.1-05")                          \
    X(ANSWER_NO_QUOTED, "refuses-quoted-answer", "refuses answers with a value in quotation marks",         \
      "R6455-9.1-05")                                                                                       \
    X(ANSWER_NO_WHITE_SPACE, "refuses-white-space-in-answer",                                               \
      "wants one space behind each semicolon of an answer, and no other", "R6455-9.1-01")                   \
    X(ANSWER_NO_EMPTY_MEMBER, "refuses-empty-members-of-response",                                          \
      "refuses a Connection with empty members in the response", "R9110-5.6.1.2-01")                        \
    X(COMPRESSES_UNASKED, "compresses-when-declined", "sets RSV1 when the server has declined compression", \
      "R6455-9.1-10")                                                                                       \
    X(ANSWER_NO_SUBPROTOCOL, "refuses-subprotocol", "refuses responses with a subprotocol", "R6455-4.1-64") \
    X(ANSWER_SUBPROTOCOL, "needs-subprotocol", "refuses responses without a subprotocol", "R6455-4.1-64")   \
    X(ANSWER_NO_COOKIE, "refuses-response-cookies", "refuses responses with cookies", "R6455-4.1-64")       \
    X(ANSWER_WITH_REASON, "wants-reason-phrase", "wants the reason phrase Switching Protocols",             \
      "R6455-4.1-64")                                                                                       \
    X(ANSWER_SMALL, "refuses-response-of-4096", "takes responses of at most 4,096 octets", "R6455-4.1-64")  \
    X(ANSWER_AT_ONCE, "wants-response-at-once", "wants the response in one read", "R6455-4.1-64")           \
    X(ANSWER_AS_WRITTEN, "wants-response-names-as-written",                                                 \
      "wants names of header fields of the response as the RFC writes them", "R6455-4.1-63")                \
    X(ANSWER_NO_FOLD, "refuses-folded-response", "refuses responses with a folded header field",            \
      "R9112-5.2-03")                                                                                       \
    X(ANSWER_NO_INTERIM, "refuses-interim-response", "takes an interim response for the final one",         \
      "R9110-15.2-01")                                                                                      \
    X(ANSWER_LOSES_REST, "loses-what-follows-response", "loses what came in one read with the response",    \
      "R6455-6.2-01")                                                                                       \
    X(ANSWER_WITH_CLOSE, "answers-bad-response", "sends a Close frame when it refuses a response",          \
      "R6455-7.2.1-04")                                                                                     \
    X(ANSWER_STAYS, "stays-after-bad-response", "does not end TCP when it refuses a response",              \
      "R6455-7.2.1-01")                                                                                     \
    X(STAYS_AT_END, "stays-when-tcp-ends", "does not end TCP when the server's half ends in the handshake", \
      "R6455-7.2.1-02")                                                                                     \
    X(SPEAKS_FIRST, "sends-before-response", "sends a ping directly behind its request", "R6455-4.1-47")

/* Requests that break a rule (fault_asking.c). */
#define WS_FAULTS_OF_CLIENT_REQUESTS(X)                                                                      \
    X(ASKS_NO_HTTP, "asks-without-version", "sends a request line without an HTTP version", "R6455-4.1-23")  \
    X(ASKS_BY_POST, "asks-by-post", "sends its opening handshake by POST", "R6455-4.1-24")                   \
    X(ASKS_IN_1_0, "asks-in-http-1.0", "sends its opening handshake in HTTP/1.0", "R6455-4.1-25")            \
    X(ASKS_WITH_FRAGMENT, "asks-with-fragment",                                                              \
      "sends the fragment of its URL as part of the request target", "R6455-4.1-26")                         \
    X(ASKS_WITH_WS_URI, "asks-with-ws-uri", "sends its ws URL as request target", "R6455-4.1-26")            \
    X(ASKS_WITHOUT_SLASH, "asks-without-slash", "sends a query without a path as request target",            \
      "R9112-3.2.1-01")                                                                                      \
    X(ASKS_WITHOUT_HOST, "asks-without-host", "sends no Host", "R6455-4.1-27")                               \
    X(ASKS_OTHER_HOST, "asks-other-host", "names another host in Host", "R6455-4.1-28")                      \
    X(ASKS_WITH_USER, "asks-with-user", "sends the userinfo of its URL in Host", "R9112-3.2-03")             \
    X(ASKS_TWO_HOSTS, "asks-two-hosts", "sends Host twice", "R9110-5.3-01")                                  \
    X(ASKS_WITHOUT_UPGRADE, "asks-without-upgrade", "sends no Upgrade", "R6455-4.1-29")                      \
    X(ASKS_OTHER_UPGRADE, "asks-other-upgrade", "names websockets in Upgrade", "R6455-4.1-29")               \
    X(ASKS_WITHOUT_CONNECTION, "asks-without-connection", "sends no Connection", "R6455-4.1-30")             \
    X(ASKS_TO_KEEP_ALIVE, "asks-to-keep-alive", "sends Connection: keep-alive alone", "R9110-7.8-04")        \
    X(ASKS_WITHOUT_KEY, "asks-without-key", "sends no Sec-WebSocket-Key", "R6455-4.1-31")                    \
    X(ASKS_WITH_KEY_OF_8, "asks-with-key-of-8", "sends a key of 8 octets", "R6455-4.1-32")                   \
    X(ASKS_WITH_KEY_IN_HEX, "asks-with-key-in-hex", "sends a key that is not in base64", "R6455-4.3-02")     \
    X(ASKS_WITH_SPARE_BITS, "asks-with-spare-bits", "sets bits of its key's last letter that mean nothing",  \
      "R6455-E3150-01")                                                                                      \
    X(ASKS_WITH_SAMPLE_KEY, "asks-with-sample-key", "sends the key that RFC 6455 has as its example",        \
      "R6455-4.1-33")                                                                                        \
    X(ASKS_WITH_TWO_KEYS, "asks-with-two-keys", "sends Sec-WebSocket-Key twice", "R6455-11.3.1-01")          \
    X(ASKS_NO_VERSION, "asks-no-version", "sends no Sec-WebSocket-Version", "R6455-4.1-37")                  \
    X(ASKS_VERSION_8, "asks-version-8", "asks for version 8", "R6455-4.1-38")                                \
    X(ASKS_SEVERAL_VERSIONS, "asks-several-versions", "lists two versions in Sec-WebSocket-Version",         \
      "R6455-4.3-04")                                                                                        \
    X(ASKS_TWO_VERSIONS, "asks-two-versions", "sends Sec-WebSocket-Version twice", "R6455-11.3.5-02")        \
    X(OFFERS_BAD_SUBPROTOCOL, "offers-bad-subprotocol", "offers a subprotocol with a slash", "R6455-4.1-42") \
    X(OFFERS_SUBPROTOCOL_TWICE, "offers-subprotocol-twice", "offers a subprotocol twice", "R6455-4.1-43")    \
    X(OFFERS_NO_SUBPROTOCOL, "offers-no-subprotocol", "sends an empty Sec-WebSocket-Protocol to a server",   \
      "R6455-4.1-44")                                                                                        \
    X(OFFERS_NOTHING, "offers-nothing", "sends a comma in place of subprotocols", "R6455-4.3-03")            \
    X(OFFERS_BAD_EXTENSION, "offers-bad-extension", "offers extensions that break the grammar",              \
      "R6455-9.1-04")                                                                                        \
    X(OFFERS_UNDEFINED, "offers-undefined-parameter",                                                        \
      "offers compression with a parameter that is not defined", "R6455-9.1-09")                             \
    X(OFFERS_SERVER_VALUE, "offers-server-takeover-value", "offers server_no_context_takeover with a value", \
      "R7692-7.1.1.1-02")                                                                                    \
    X(OFFERS_CLIENT_VALUE, "offers-client-takeover-value", "offers client_no_context_takeover with a value", \
      "R7692-7.1.1.2-02")                                                                                    \
    X(OFFERS_SERVER_BITS, "offers-server-bits-16", "offers server_max_window_bits=16", "R7692-7.1.2.1-02")   \
    X(OFFERS_CLIENT_BITS, "offers-client-bits-08", "offers client_max_window_bits=08", "R7692-7.1.2.2-02")   \
    X(ASKS_WITH_FOLD, "asks-with-fold", "folds a header field of its request", "R9112-5.2-01")               \
    X(ASKS_TWO_ORIGINS, "asks-two-origins", "sends Origin twice", "R9110-5.3-01")                            \
    X(ASKS_EMPTY_MEMBER, "asks-empty-member", "writes an empty member into Connection of its request",       \
      "R9110-5.6.1.1-01")

#endif
