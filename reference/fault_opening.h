/* SPDX-License-Identifier: MIT */
/* fault_opening.h: the seeded faults of the opening handshake and of permessage-deflate, one X for each: see
 * fault.h, which includes this. */
#ifndef REFERENCE_FAULT_OPENING_H
#define REFERENCE_FAULT_OPENING_H

/* The opening handshake: requests that are accepted though they had to be refused, or refused though they are
 * right (fault_request.c). */
#define WS_FAULTS_OF_REQUESTS(X)                                                                             \
    X(ANYTHING, "accepts-anything", "takes every request for a handshake", "R6455-4.2.1-02")                 \
    X(ANY_METHOD, "accepts-any-method", "takes handshakes of any method", "R6455-4.2.1-03")                  \
    X(METHOD_CASE, "accepts-get-in-small-letters", "takes GET in letters of either case", "R6455-4.2.1-03")  \
    X(HTTP_1_0, "accepts-http-1.0", "takes handshakes of HTTP/1.0", "R9110-7.8-05")                          \
    X(ANY_VERSION, "accepts-any-http-version", "does not look at the version of HTTP", "R6455-4.2.1-03")     \
    X(NO_HTTP_1_2, "refuses-http-1.2", "refuses minor versions of HTTP that are to come", "R6455-4.2.1-03")  \
    X(ANY_TARGET, "accepts-any-target", "takes any request target", "R9112-3.2-01")                          \
    X(FRAGMENT, "accepts-fragment", "takes a request target with a fragment", "R6455-3-09")                  \
    X(NO_ABSOLUTE, "refuses-absolute-target", "refuses an absolute URI as request target", "R9112-3.2.2-01") \
    X(NO_ABSOLUTE_HTTP, "refuses-absolute-http", "knows no http URIs as request targets", "R6455-4.2.1-04")  \
    X(REFUSES_ALL, "refuses-every-handshake", "answers every handshake with 403", "R6455-4.2.2-01")          \
    X(HOST_BEFORE_URI, "prefers-host-to-uri",                                                                \
      "holds Host to be more than the absolute URI of the request target", "R9112-3.2.2-02")                 \
    X(GONE, "ends-at-unknown-resource", "ends TCP without a response when a resource is not there",          \
      "R6455-4.2.2-12")                                                                                      \
    X(NO_HOST, "accepts-no-host", "does not miss Host", "R6455-4.2.1-05")                                    \
    X(TWO_HOSTS, "accepts-two-hosts", "takes the first of several Host header fields", "R9112-3.2-02")       \
    X(BAD_HOST, "accepts-bad-host", "takes any one Host, whatever it holds", "R9112-3.2-02")                 \
    X(EMPTY_HOST, "accepts-empty-host", "takes an empty Host", "R6455-4.2.1-05")                             \
    X(ANY_UPGRADE, "ignores-upgrade", "does not look at Upgrade", "R9110-7.8-02")                            \
    X(UPGRADE_WITHIN, "accepts-websocket-within", "looks for websocket anywhere in Upgrade",                 \
      "R6455-4.2.1-06")                                                                                      \
    X(UPGRADE_UNICODE, "folds-by-unicode", "folds letters as Unicode does", "R6455-2.1-01")                  \
    X(UPGRADE_CASE, "wants-small-websocket", "wants websocket in small letters", "R6455-4.2.1-06")           \
    X(UPGRADE_ALONE, "wants-websocket-alone", "takes no list in Upgrade", "R6455-4.2.1-06")                  \
    X(ANY_CONNECTION, "ignores-connection", "does not look at Connection", "R6455-4.2.1-07")                 \
    X(CONNECTION_WITHIN, "accepts-upgrade-within", "looks for upgrade anywhere in Connection",               \
      "R6455-4.2.1-07")                                                                                      \
    X(CONNECTION_CASE, "wants-capital-upgrade", "wants Upgrade with a capital letter", "R6455-2.1-01")       \
    X(CONNECTION_ALONE, "wants-upgrade-alone", "takes no list in Connection", "R6455-4.2.1-07")              \
    X(FIRST_LINE, "reads-first-line-only", "reads the first of several header fields of a name only",        \
      "R9110-5.2-01")                                                                                        \
    X(LAST_LINE, "reads-last-line-only", "reads the last of several header fields of a name only",           \
      "R9110-5.2-01")                                                                                        \
    X(NO_EMPTY_MEMBERS, "refuses-empty-members", "refuses lists with empty members", "R9110-5.6.1.2-01")     \
    X(NO_KEY, "accepts-no-key", "does not miss Sec-WebSocket-Key", "R6455-4.2.1-08")                         \
    X(ANY_KEY, "accepts-any-key", "takes any key", "R6455-4.2.1-08")                                         \
    X(KEY_OF_24, "accepts-key-of-24", "takes any 24 characters for a key", "R6455-4.2.1-16")                 \
    X(TWO_KEYS, "accepts-two-keys", "takes the first of several keys", "R6455-11.3.1-02")                    \
    X(NO_VERSION, "accepts-no-version",                                                                      \
      "takes a request without Sec-WebSocket-Version for one of version 13", "R6455-4.2.1-09")               \
    X(OTHER_VERSION, "accepts-other-version", "speaks version 13 whatever version was asked for",            \
      "R6455-4.2.2-11")                                                                                      \
    X(VERSION_AS_NUMBER, "reads-version-as-atoi",                                                            \
      "reads as much of Sec-WebSocket-Version as looks like a number", "R6455-4.3-07")                       \
    X(ANY_VERSION_FORM, "accepts-malformed-version", "takes anything that is no number for version 13",      \
      "R6455-4.2.1-16")                                                                                      \
    X(TWO_VERSIONS, "accepts-two-versions", "takes any of several versions", "R6455-11.3.5-03")              \
    X(BAD_SUBPROTOCOLS, "accepts-malformed-subprotocols",                                                    \
      "does not look at the grammar of Sec-WebSocket-Protocol", "R6455-4.2.1-16")                            \
    X(NO_SUBPROTOCOL_LIST, "refuses-subprotocol-list", "takes one subprotocol only", "R6455-4.2.1-11")       \
    X(BAD_EXTENSIONS, "accepts-malformed-extensions",                                                        \
      "does not look at the grammar of Sec-WebSocket-Extensions", "R6455-9.1-02")                            \
    X(BAD_PARAMETERS, "accepts-malformed-parameters",                                                        \
      "does not look at the grammar of the parameters of extensions", "R6455-9.1-04")                        \
    X(BAD_EXTENSION_NAMES, "accepts-malformed-extension-names",                                              \
      "does not look at the grammar of the names of extensions", "R6455-4.3-05")                             \
    X(BAD_EXTENSIONS_LATER, "accepts-malformed-extension-line", "reads the first line of extensions only",   \
      "R6455-9.1-07")                                                                                        \
    X(ANY_QUOTED, "accepts-any-quoted-value", "takes any text between quotation marks for a parameter",      \
      "R6455-4.3-06")                                                                                        \
    X(NO_UNKNOWN_EXTENSION, "refuses-unknown-extension", "refuses extensions that it does not know",         \
      "R6455-4.2.1-12")                                                                                      \
    X(NO_EXTENSION_LINES, "refuses-extension-lines", "refuses several lines of extensions", "R6455-9.1-01")  \
    X(NO_QUOTED, "refuses-quoted-value", "refuses parameters in quotation marks", "R6455-9.1-05")            \
    X(NO_BACKSLASH, "refuses-quoted-pair", "refuses a backslash within quotation marks", "R9110-5.6.4-01")   \
    X(NO_WHITE_SPACE, "refuses-white-space", "refuses white space around the separators of a list",          \
      "R6455-4.3-01")                                                                                        \
    X(BODY, "ignores-body", "takes the body of the request for frames", "R9112-9.3-01")                      \
    X(ANY_CODING, "ignores-transfer-encoding", "does not look at Transfer-Encoding", "R9112-6.3-02")         \
    X(ANY_LENGTH, "accepts-bad-content-length", "takes a Content-Length that is none for 0", "R9112-6.3-03") \
    X(NO_CONTENT_LENGTH, "refuses-content-length", "refuses every Content-Length", "R6455-4.2.1-13")         \
    X(NO_UNKNOWN_FIELDS, "refuses-unknown-fields", "refuses header fields that it does not know",            \
      "R6455-4.2.1-13")                                                                                      \
    X(NO_COOKIES, "refuses-cookies", "refuses requests with cookies", "R6455-4.2.1-14")                      \
    X(HOST_FIRST, "wants-host-first", "wants Host to be the first header field", "R6455-4.2.1-15")           \
    X(NAME_CASE, "wants-names-as-written", "wants names of header fields as the RFC writes them",            \
      "R6455-4.1-63")                                                                                        \
    X(SPACE_AT_COLON, "wants-space-behind-colon", "wants one space behind the colon of a header field",      \
      "R9110-5.5-01")                                                                                        \
    X(ORIGIN_WITH_500, "refuses-origin-with-500", "answers 500 to origins that it does not like",            \
      "R6455-4.2.2-08")                                                                                      \
    X(ASCII_ONLY, "refuses-obs-text", "refuses octets above 127 in any header field", "R9112-2.2-01")

/* The opening handshake: heads that are read wrong (fault_head.c). */
#define WS_FAULTS_OF_HEADS(X)                                                                                \
    X(SPACE_BEFORE_COLON, "ignores-space-before-colon", "takes white space between a name and its colon",    \
      "R9112-5.1-01")                                                                                        \
    X(CUT_AT_NUL, "cuts-value-at-nul", "takes a NUL for the end of a value", "R9110-5.5-02")                 \
    X(NUL_DROPPED, "drops-nul", "leaves NUL out of values", "R9110-5.5-02")                                  \
    X(CR_ENDS_LINE, "takes-cr-for-line-end", "takes a CR alone for the end of a line", "R9112-2.2-03")       \
    X(CR_DROPPED, "drops-cr", "leaves a CR alone out of values", "R9112-2.2-03")                             \
    X(DROPS_FOLD, "drops-folds", "ends TCP without a response at a folded header field", "R9112-5.2-02")     \
    X(DROPS_CR, "drops-request-with-cr", "ends TCP without a response at a CR alone", "R9112-2.2-03")        \
    X(DROPS_NUL, "drops-request-with-nul", "ends TCP without a response at a NUL", "R9110-5.5-02")           \
    X(DROPS_INDENT, "drops-indented-field",                                                                  \
      "ends TCP without a response at white space before the first header field", "R9112-2.2-05")            \
    X(ANY_LINE, "accepts-any-request-line", "does not look at the request line", "R9112-3.2-01")             \
    X(FOLD_AS_FIELD, "takes-folds-for-fields",                                                               \
      "takes the lines of a folded header field for fields of their own", "R9112-5.2-02")                    \
    X(FOLD_JOINED, "joins-folds", "joins folded lines without a space", "R9112-5.2-02")                      \
    X(INDENTED_FIELD, "takes-indented-field", "takes white space before the first header field for none",    \
      "R9112-2.2-05")                                                                                        \
    X(BAD_LINES, "passes-over-bad-lines", "passes over lines that are no header fields", "R9112-2.2-06")     \
    X(LOOSE_LINE, "accepts-loose-request-line", "takes any white space in the request line", "R9112-3.2-01") \
    X(SPACE_IN_TARGET, "accepts-space-in-target", "takes spaces within the request target for a part of it", \
      "R9112-3.2-01")                                                                                        \
    X(NO_HTTP_VERSION, "accepts-short-request-line", "takes a request line without a version for HTTP/1.1",  \
      "R6455-4.2.1-03")                                                                                      \
    X(UNICODE_LINES, "takes-unicode-line-ends",                                                              \
      "takes U+2028, U+0085 and overlong line feeds for ends of lines", "R9112-2.2-01")                      \
    X(NO_EMPTY_LINE, "refuses-empty-line-first", "refuses an empty line before the request line",            \
      "R9112-2.2-04")                                                                                        \
    X(SHORT_LINE, "refuses-line-of-4096", "takes request lines of at most 4,096 octets", "R9112-3-02")       \
    X(SHORT_HEAD, "refuses-head-of-4096", "takes heads of at most 4,096 octets", "R6455-4.2.1-13")           \
    X(DROPS_GARBAGE, "drops-garbage", "ends TCP without a response at what is no HTTP", "R9112-2.2-06")      \
    X(DROPS_LONG_TARGET, "drops-long-target",                                                                \
      "ends TCP without a response when the request target is too long", "R9112-3-01")                       \
    X(DROPS_LARGE_HEAD, "drops-large-head", "ends TCP without a response when the head is too large",        \
      "R9110-5.4-01")

/* The opening handshake: responses (fault_response.c). */
#define WS_FAULTS_OF_RESPONSES(X)                                                                            \
    X(WRONG_ACCEPT, "wrong-accept", "computes Sec-WebSocket-Accept with a wrong GUID", "R6455-4.2.2-24")     \
    X(ACCEPT_OF_OTHER_KEY, "accept-of-other-key",                                                            \
      "computes Sec-WebSocket-Accept of the key in small letters", "R6455-4.2.2-24")                         \
    X(ACCEPT_WITHOUT_PADDING, "accept-without-padding", "leaves out the = of Sec-WebSocket-Accept",          \
      "R6455-4.2.2-25")                                                                                      \
    X(ACCEPT_WITH_SPACE, "accept-of-untrimmed-key", "takes the white space around the key for a part of it", \
      "R9110-5.5-01")                                                                                        \
    X(NO_ACCEPT, "no-accept", "sends no Sec-WebSocket-Accept", "R6455-4.2.2-24")                             \
    X(ACCEPT_IN_HEX, "accept-in-hex", "writes Sec-WebSocket-Accept in hexadecimal digits", "R6455-4.3-10")   \
    X(TWO_ACCEPTS, "two-accepts", "sends Sec-WebSocket-Accept twice", "R6455-11.3.3-01")                     \
    X(NO_UPGRADE, "no-upgrade", "sends 101 without Upgrade", "R9110-15.2.2-01")                              \
    X(WRONG_UPGRADE, "wrong-upgrade", "sends 101 with Upgrade: WebSocket/13", "R6455-4.2.2-22")              \
    X(ALL_UPGRADES, "upgrade-as-asked", "sends back all protocols that Upgrade of the request names",        \
      "R6455-4.2.2-22")                                                                                      \
    X(NO_CONNECTION, "no-connection", "sends 101 without Connection", "R6455-4.2.2-23")                      \
    X(WRONG_CONNECTION, "wrong-connection", "sends 101 with Connection: keep-alive", "R9110-7.8-04")         \
    X(EMPTY_MEMBER, "empty-member-in-connection", "writes an empty member into Connection",                  \
      "R9110-5.6.1.1-01")                                                                                    \
    X(FOLDED_RESPONSE, "folds-upgrade", "folds a header field of its response", "R9112-5.2-01")              \
    X(TWO_SERVERS, "repeats-server-field", "repeats a header field that is no list", "R9110-5.3-01")         \
    X(STATUS_200, "status-200", "sends 200 where it had to send 101", "R6455-4.2.2-21")                      \
    X(STATUS_HTTP_1_0, "response-of-http-1.0", "answers in HTTP/1.0", "R6455-4.2.2-20")                      \
    X(LENGTH_IN_101, "content-length-in-101", "sends Content-Length: 0 with 101", "R9110-8.6-01")            \
    X(CHUNKED_101, "transfer-encoding-in-101", "sends Transfer-Encoding: chunked with 101", "R9112-6.1-01")  \
    X(BODY_IN_101, "body-in-101", "sends text behind the head of its 101", "R6455-4.2.2-29")                 \
    X(PAGE_IN_101, "page-in-101", "sends a page behind the head of its 101", "R9112-6.3-01")                 \
    X(EXTENSION_NOT_OFFERED, "unoffered-extension", "names an extension that was not offered", "R6455-9-03") \
    X(DEFLATE_ALWAYS, "deflate-without-offer", "names permessage-deflate though nothing was offered",        \
      "R6455-4.2.2-19")                                                                                      \
    X(EXTENSION_ECHOED, "echoes-extensions", "names the extensions that were offered, though it has none",   \
      "R6455-4.2.2-18")                                                                                      \
    X(SUBPROTOCOL_NOT_OFFERED, "unoffered-subprotocol", "names a subprotocol that was not offered",          \
      "R6455-4.2.2-14")                                                                                      \
    X(SUBPROTOCOL_WHEN_NONE_FITS, "own-subprotocol", "names its own subprotocol when others were offered",   \
      "R6455-4.2.2-13")                                                                                      \
    X(SUBPROTOCOLS_ECHOED, "echoes-subprotocols", "sends back the whole list of subprotocols",               \
      "R6455-4.2.2-17")                                                                                      \
    X(EMPTY_SUBPROTOCOL, "empty-subprotocol",                                                                \
      "sends an empty Sec-WebSocket-Protocol when it knows none of those offered", "R6455-4.2.2-16")         \
    X(TWO_SUBPROTOCOLS, "two-subprotocols", "sends Sec-WebSocket-Protocol twice", "R6455-11.3.4-02")         \
    X(SUBPROTOCOL_QUOTED, "quotes-subprotocol", "writes the subprotocol in quotation marks", "R6455-4.3-08") \
    X(NO_SUBPROTOCOL, "no-subprotocol", "selects no subprotocol, though it knows one that was offered",      \
      "R6455-4.2.2-13")                                                                                      \
    X(SUBPROTOCOL_CASE, "subprotocol-in-any-case", "takes subprotocols in letters of either case",           \
      "R7936-2-01")                                                                                          \
    X(SUBPROTOCOL_PART, "subprotocol-by-prefix", "takes a subprotocol that only begins like one it knows",   \
      "R6455-4.2.2-15")                                                                                      \
    X(FRAME_BEFORE_RESPONSE, "frame-before-response", "sends a ping before its response", "R6455-4.2.2-20")  \
    X(NO_INTERIM, "no-continue", "does not send 100 before 101", "R9110-7.8-06")                             \
    X(INTERIM_TO_1_0, "continue-to-http-1.0", "sends 100 to a client of HTTP/1.0", "R9110-15.2-02")          \
    X(NO_VERSION_LIST, "426-without-version", "does not say which versions it speaks", "R6455-4.4-03")       \
    X(EMPTY_VERSION_LIST, "426-with-empty-version", "says that it speaks no version", "R6455-4.3-09")        \
    X(WRONG_VERSION_LIST, "426-with-other-version", "says that it speaks version 8", "R6455-11.3.5-05")      \
    X(NO_UPGRADE_IN_426, "426-without-upgrade", "sends 426 without Upgrade", "R9110-15.5.22-01")             \
    X(NO_CONNECTION_IN_426, "426-without-connection", "sends 426 without Connection", "R9110-7.8-03")        \
    X(REFUSES_WITH_200, "refuses-with-200", "answers 200 to requests that it does not accept",               \
      "R6455-4.2.1-02")                                                                                      \
    X(REFUSES_WITH_401, "refuses-with-401",                                                                  \
      "answers 401 without WWW-Authenticate to requests that it does not accept", "R9110-15.5.2-01")         \
    X(NO_ALLOW, "405-without-allow", "answers 405 without Allow", "R9110-15.5.6-01")                         \
    X(REFUSES_WITH_500, "refuses-with-500", "answers 500 to requests that it does not accept",               \
      "R6455-10.7-04")                                                                                       \
    X(REFUSES_WITHOUT_RESPONSE, "refuses-without-response",                                                  \
      "ends TCP without a response to requests that it does not accept", "R6455-10.7-04")                    \
    X(REFUSAL_LEAVES_TCP, "refusal-leaves-tcp-open", "leaves TCP open when it has refused a request",        \
      "R9112-2.2-06")

/* permessage-deflate (fault_deflate.c, fault_sending.c). */
#define WS_FAULTS_OF_DEFLATE(X)                                                                             \
    X(DEFLATE_WINDOW, "deflate-ignores-window", "uses a window of 15 bits whatever was agreed on",          \
      "R7692-7.2.1-15")                                                                                     \
    X(DEFLATE_WINDOW_8, "deflate-ignores-window-of-8", "agrees to a window of 8 bits and uses one of 15",   \
      "R7692-7-07")                                                                                         \
    X(DEFLATE_CLIENT_WINDOW_9, "deflate-small-client-window",                                               \
      "keeps a window of 8 bits where it agreed to more", "R7692-5-08")                                     \
    X(DEFLATE_CONTEXT_KEPT, "deflate-keeps-context",                                                        \
      "keeps the context from message to message though it agreed not to", "R7692-7.2.1-12")                \
    X(DEFLATE_CONTEXT_LOST, "deflate-loses-context",                                                        \
      "forgets the context of the client after every message", "R7692-7.2.2-06")                            \
    X(DEFLATE_SMALL_WINDOW, "deflate-small-window", "keeps a window of 10 bits for what the client sends",  \
      "R7692-7.2.2-11")                                                                                     \
    X(DEFLATE_NO_RSV1, "deflate-without-rsv1", "does not set RSV1 on what it compresses", "R7692-6-02")     \
    X(DEFLATE_RAW, "deflate-raw-with-rsv1", "sets RSV1 on what it does not compress", "R7692-6.1-01")       \
    X(DEFLATE_LARGE_RAW, "deflate-large-raw",                                                               \
      "sets RSV1 on messages above 1000 octets, which it does not compress", "R7692-7.2.1-01")              \
    X(DEFLATE_SMALL_RAW, "deflate-small-raw",                                                               \
      "sets RSV1 on messages up to 125 octets, which it does not compress", "R7692-6.1-02")                 \
    X(DEFLATE_RSV1_ON_PONG, "deflate-rsv1-on-pong", "sets RSV1 on control frames", "R7692-6.1-03")          \
    X(DEFLATE_RSV1_ON_FRAGMENT, "deflate-rsv1-on-fragments",                                                \
      "sends messages in fragments, with RSV1 on each", "R7692-6.1-03")                                     \
    X(DEFLATE_TAIL_KEPT, "deflate-keeps-tail", "does not cut 00 00 ff ff from the end of a message",        \
      "R7692-7.2.1-03")                                                                                     \
    X(DEFLATE_CUT_TOO_FAR, "deflate-cuts-too-far", "cuts 5 octets from the end of a message",               \
      "R7692-7.2.1-01")                                                                                     \
    X(DEFLATE_ZLIB, "deflate-with-zlib-header", "sends a zlib header in front of the compressed data",      \
      "R7692-7-01")                                                                                         \
    X(DEFLATE_TYPE, "deflate-changes-type", "sends compressed messages back as text", "R7692-6.1-06")       \
    X(DEFLATE_LOSES_OCTET, "deflate-loses-octet", "loses the last octet of compressed messages",            \
      "R7692-6.2-01")                                                                                       \
    X(DEFLATE_RSV1_CONTROL, "deflate-accepts-rsv1-on-control", "takes control frames with RSV1",            \
      "R7692-6.1-04")                                                                                       \
    X(DEFLATE_RSV1_CONTINUATION, "deflate-accepts-rsv1-on-continuation", "takes continuations with RSV1",   \
      "R7692-6.1-05")                                                                                       \
    X(DEFLATE_RSV2, "deflate-accepts-rsv2", "takes RSV2 and RSV3 when compression was agreed on",           \
      "R6455-5.2-05")                                                                                       \
    X(DEFLATE_BAD_DATA, "deflate-ignores-bad-data", "drops messages that cannot be inflated",               \
      "R7692-7.2.2-02")                                                                                     \
    X(DEFLATE_CUT_OFF, "deflate-ignores-cut-off", "drops messages that end inside a block",                 \
      "R7692-7.2.1-02")                                                                                     \
    X(DEFLATE_TEXT, "deflate-accepts-invalid-text", "checks no UTF-8 in compressed text", "R7692-6.1-08")   \
    X(DEFLATE_TEXT_CONTINUED, "deflate-accepts-invalid-continuation",                                       \
      "checks the UTF-8 of the first frame of compressed text", "R7692-6.1-08")                             \
    X(DEFLATE_TEXT_CUT, "deflate-accepts-cut-text", "takes compressed text that ends inside a character",   \
      "R7692-6.1-08")                                                                                       \
    X(DEFLATE_TEXT_BEHIND_64K, "deflate-accepts-invalid-behind-64k",                                        \
      "checks the UTF-8 of the first 64 KiB that a message inflates to", "R7692-6.1-08")                    \
    X(DEFLATE_TEXT_PER_FRAME, "deflate-refuses-cut-character",                                              \
      "wants every frame of compressed text to inflate to whole characters", "R7692-6.1-08")                \
    X(DEFLATE_INFLATES_ALL, "deflate-inflates-all", "inflates messages without RSV1 as well",               \
      "R7692-6.2-02")                                                                                       \
    X(DEFLATE_ONLY, "deflate-refuses-uncompressed",                                                         \
      "refuses uncompressed messages when compression was agreed on", "R7692-6-04")                         \
    X(DEFLATE_HUNDRED, "deflate-refuses-message-100",                                                       \
      "fails the connection on the 100th compressed message", "R7692-5-17")                                 \
    X(DEFLATE_NO_FRAGMENTS, "deflate-refuses-fragments", "refuses compressed messages in fragments",        \
      "R7692-6-03")                                                                                         \
    X(DEFLATE_NO_FINAL, "deflate-refuses-final-block", "refuses data that begins with a final block",       \
      "R7692-7.2.1-07")                                                                                     \
    X(DEFLATE_NO_FIXED, "deflate-refuses-fixed-block",                                                      \
      "refuses data that begins with a block of fixed codes", "R7692-7.2.2-01")                             \
    X(DEFLATE_NO_STORED, "deflate-refuses-stored-block", "refuses data that begins with a stored block",    \
      "R7692-7.2.2-01")                                                                                     \
    X(DEFLATE_NO_FLUSH, "deflate-refuses-flushed-fragment", "refuses fragments that end with 00 00 ff ff",  \
      "R7692-7.2.1-08")                                                                                     \
    X(DEFLATE_BOMB, "fails-512k-with-1011",                                                                 \
      "fails the connection with 1011 when a message is longer than 512 KiB", "R6455-10.4-01")              \
    X(DEFLATE_CONTROL, "deflate-inflates-pings", "inflates the payload of pings, and drops what cannot be", \
      "R7692-6-01")

/* The negotiation of permessage-deflate: what a server accepts and how it answers (fault_deflate.c). */
#define WS_FAULTS_OF_ACCEPTING_DEFLATE(X)                                                                    \
    X(DEFLATE_UNKNOWN, "deflate-accepts-unknown", "accepts offers with parameters that it does not know",    \
      "R7692-7-04")                                                                                          \
    X(DEFLATE_SERVER_BITS, "deflate-accepts-bad-server-bits",                                                \
      "takes any server_max_window_bits for 15 that is no number from 8 to 15", "R7692-7.1.2.1-02")          \
    X(DEFLATE_CLIENT_BITS, "deflate-accepts-bad-client-bits",                                                \
      "takes any client_max_window_bits for 15 that is no number from 8 to 15", "R7692-7.1.2.2-02")          \
    X(DEFLATE_CLIENT_DIGITS, "deflate-reads-client-bits-as-atoi",                                            \
      "takes a client_max_window_bits that is not written in digits", "R7692-7.1.2.2-03")                    \
    X(DEFLATE_ZEROS, "deflate-accepts-leading-zeros", "reads window bits with leading zeros",                \
      "R7692-7.1.2.1-03")                                                                                    \
    X(DEFLATE_SERVER_VALUE, "deflate-accepts-server-takeover-value",                                         \
      "takes server_no_context_takeover with a value", "R7692-7.1.1.1-02")                                   \
    X(DEFLATE_CLIENT_VALUE, "deflate-accepts-client-takeover-value",                                         \
      "takes client_no_context_takeover with a value", "R7692-7.1.1.2-02")                                   \
    X(DEFLATE_REPEATED, "deflate-accepts-repeated", "takes the last of repeated parameters", "R7692-7-06")   \
    X(DEFLATE_ANYTHING, "deflate-accepts-anything",                                                          \
      "accepts any offer of permessage-deflate, whatever its parameters", "R7692-7-05")                      \
    X(DEFLATE_FIRST_ONLY, "deflate-first-offer-only", "looks at the first offer only", "R7692-7-03")         \
    X(DEFLATE_FIRST_LINE, "deflate-first-line-only", "looks for offers on the first line only",              \
      "R6455-9.1-07")                                                                                        \
    X(DEFLATE_NO_TAKEOVER, "deflate-declines-takeover", "declines offers with server_no_context_takeover",   \
      "R7692-7.1.1.1-04")                                                                                    \
    X(DEFLATE_TWICE, "deflate-accepted-twice", "names permessage-deflate twice in its answer", "R7692-5-10") \
    X(DEFLATE_NAMED, "deflate-named-when-declined",                                                          \
      "names permessage-deflate in its answer though it declines it", "R7692-5-14")                          \
    X(DEFLATE_SILENT, "deflate-accepted-silently", "compresses without having said so", "R7692-5-07")        \
    X(DEFLATE_NO_TAKEOVER_ANSWER, "deflate-no-takeover-answer",                                              \
      "does not name the server_no_context_takeover that it accepts", "R7692-7.1.1.1-03")                    \
    X(DEFLATE_NO_BITS_ANSWER, "deflate-no-bits-answer",                                                      \
      "does not name the server_max_window_bits that it accepts", "R7692-7.1.2.1-06")                        \
    X(DEFLATE_BITS_16, "deflate-answers-16-bits", "answers server_max_window_bits=16", "R7692-7.1.2.1-07")   \
    X(DEFLATE_CLIENT_BITS_UNASKED, "deflate-unasked-client-bits",                                            \
      "answers client_max_window_bits to who did not offer it", "R7692-7.1.2.2-07")                          \
    X(DEFLATE_CLIENT_BITS_BARE, "deflate-bare-client-bits",                                                  \
      "answers client_max_window_bits without a value", "R7692-7.1.2.2-06")                                  \
    X(DEFLATE_TAKEOVER_VALUE, "deflate-answers-takeover-value",                                              \
      "answers client_no_context_takeover with a value", "R7692-7.1.1.2-02")                                 \
    X(DEFLATE_CLIENT_BITS_LARGER, "deflate-larger-client-bits",                                              \
      "answers client_max_window_bits=15 to who offered less", "R7692-7.1.2.2-05")                           \
    X(DEFLATE_OWN_PARAMETER, "deflate-own-parameter", "answers with a parameter that is not defined",        \
      "R6455-9.1-09")                                                                                        \
    X(DEFLATE_PARAMETER_TWICE, "deflate-parameter-twice", "answers with a parameter twice", "R6455-9-04")    \
    X(DEFLATE_ANSWERS_9, "deflate-answers-9-for-8", "answers 9 to who asked for a window of 8 bits",         \
      "R7692-7.1.2.1-04")                                                                                    \
    X(DEFLATE_HINT_BINDS, "deflate-hint-binds",                                                              \
      "forgets the context of a client that offered not to need it", "R7692-7.2.2-07")

#endif
