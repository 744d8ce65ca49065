/* SPDX-License-Identifier: MIT */
/* fault_frames.h: the seeded faults of an open connection and of its end, one X for each: see fault.h, which
 * includes this. */
#ifndef REFERENCE_FAULT_FRAMES_H
#define REFERENCE_FAULT_FRAMES_H

/* Frames that come in: what is accepted though the connection had to be failed (fault_judgement.c). */
#define WS_FAULTS_OF_JUDGEMENT(X)                                                                            \
    X(RSV1, "accepts-rsv1", "takes frames with RSV1 though no extension defines it", "R6455-5.2-04")         \
    X(RSV2, "accepts-rsv2", "takes frames with RSV2", "R6455-5.2-04")                                        \
    X(RSV3, "accepts-rsv3", "takes frames with RSV3", "R6455-5.2-04")                                        \
    X(RSV_ON_CONTROL, "accepts-rsv-on-control", "takes control frames with RSV bits", "R6455-5.2-04")        \
    X(RSV_ON_CONTINUATION, "accepts-rsv-on-continuation", "takes continuations with RSV bits",               \
      "R6455-5.2-04")                                                                                        \
    X(RSV_LATER, "accepts-rsv-later", "looks at the RSV bits of the first message only", "R6455-5.2-04")     \
    X(RESERVED_DATA, "ignores-reserved-data", "passes over frames with opcodes 3 to 7", "R6455-5.2-06")      \
    X(RESERVED_CONTROL, "ignores-reserved-control", "passes over frames with opcodes B to F",                \
      "R6455-5.2-06")                                                                                        \
    X(RESERVED_AS_BINARY, "takes-reserved-as-binary", "takes opcodes 3 to 7 for binary messages",            \
      "R6455-5.2-06")                                                                                        \
    X(RESERVED_IN_MESSAGE, "ignores-reserved-in-message",                                                    \
      "passes over reserved opcodes between the fragments of a message", "R6455-5.2-06")                     \
    X(OPCODE_7, "ignores-opcode-7", "passes over frames with opcode 7, which its table leaves out",          \
      "R6455-5.2-06")                                                                                        \
    X(OPCODE_15, "ignores-opcode-15", "passes over frames with opcode F, which its table leaves out",        \
      "R6455-5.2-06")                                                                                        \
    X(PING_UNFINISHED, "accepts-unfinished-ping", "answers pings with FIN 0", "R6455-5.4-08")                \
    X(PONG_UNFINISHED, "accepts-unfinished-pong", "takes pongs with FIN 0", "R6455-5.4-08")                  \
    X(CLOSE_UNFINISHED, "accepts-unfinished-close", "takes Close frames with FIN 0", "R6455-5.4-08")         \
    X(UNFINISHED_IN_MESSAGE, "accepts-unfinished-in-message",                                                \
      "takes control frames with FIN 0 between the fragments of a message", "R6455-5.5-03")                  \
    X(LONG_PING, "accepts-long-ping", "answers pings of more than 125 octets", "R6455-5.5-02")               \
    X(LONG_PONG, "accepts-long-pong", "takes pongs of more than 125 octets", "R6455-5.5-02")                 \
    X(LONG_CLOSE, "accepts-long-close", "takes Close frames of more than 125 octets", "R6455-5.5-02")        \
    X(CONTROL_OF_126, "accepts-control-of-126", "takes control frames of 126 octets: off by one",            \
      "R6455-5.5-02")                                                                                        \
    X(LONGER_FORM, "accepts-longer-form", "takes lengths in a longer form than they need", "R6455-5.2-16")   \
    X(LONGER_FORM_16, "accepts-longer-form-16", "takes 16-bit lengths that 7 bits could carry",              \
      "R6455-5.2-16")                                                                                        \
    X(LONGER_FORM_64, "accepts-longer-form-64", "takes 64-bit lengths that 16 bits could carry",             \
      "R6455-5.2-16")                                                                                        \
    X(LONGER_FORM_ON_CONTROL, "accepts-longer-form-on-control",                                              \
      "takes control frames with a length in a longer form", "R6455-5.2-16")                                 \
    X(LONGER_FORM_125, "accepts-longer-form-125", "takes 125 octets in 16-bit form: off by one",             \
      "R6455-5.2-16")                                                                                        \
    X(LONGER_FORM_65535, "accepts-longer-form-65535", "takes 65535 octets in 64-bit form: off by one",       \
      "R6455-5.2-16")                                                                                        \
    X(TOP_BIT, "accepts-top-bit", "waits for 2^63 octets and more when a length announces them",             \
      "R6455-5.2-13")                                                                                        \
    X(LENGTH_TRUSTED, "trusts-announced-length", "waits for any length that is announced", "R6455-10.4-01")  \
    X(DIES_OF_LENGTH, "dies-of-announced-length", "ends TCP when a payload of 1 GiB or more is announced",   \
      "R6455-10.4-01")                                                                                       \
    X(CRASHES, "crashes",                                                                                    \
      "crashes at a length of 2 GiB or more: over the network, the program ends; in memory, the connection", \
      "R6455-10.4-01")                                                                                       \
    X(LENGTH_SUM_OVERFLOWS, "overflows-message-length",                                                      \
      "has no limit on the sum of the lengths of fragments", "R6455-10.4-01")                                \
    X(CONTINUATION_IGNORED, "ignores-stray-continuation", "passes over a continuation of nothing",           \
      "R6455-5.4-04")                                                                                        \
    X(CONTINUATION_AS_MESSAGE, "takes-stray-continuation", "takes a continuation of nothing for a message",  \
      "R6455-5.4-04")                                                                                        \
    X(CONTINUATION_LATER, "ignores-continuation-later",                                                      \
      "passes over a continuation behind a message that is complete", "R6455-5.4-04")                        \
    X(CONTINUATION_EMPTY, "ignores-empty-continuation", "passes over an empty continuation of nothing",      \
      "R6455-5.4-04")                                                                                        \
    X(INTERLEAVED, "accepts-interleaved", "forgets the unfinished message when another begins",              \
      "R6455-5.4-10")                                                                                        \
    X(INTERLEAVED_JOINED, "joins-interleaved", "takes a message inside a message for a fragment of it",      \
      "R6455-5.4-10")                                                                                        \
    X(INTERLEAVED_EMPTY, "accepts-interleaved-empty", "passes over an empty message inside a message",       \
      "R6455-5.4-10")                                                                                        \
    X(INTERLEAVED_AFTER_PING, "accepts-interleaved-after-ping",                                              \
      "takes a ping between fragments for the end of the message", "R6455-5.4-10")                           \
    X(CLOSE_OF_ONE, "accepts-close-of-one-octet", "takes a Close frame with a body of one octet",            \
      "R6455-5.5.1-02")                                                                                      \
    X(CLOSE_BELOW_1000, "accepts-close-below-1000", "takes close codes below 1000", "R6455-7.4.2-01")        \
    X(CLOSE_999, "accepts-close-999", "takes close code 999: off by one", "R6455-7.4.2-01")                  \
    X(CLOSE_1005, "accepts-close-1005", "takes close code 1005", "R6455-7.4.1-08")                           \
    X(CLOSE_1006, "accepts-close-1006", "takes close code 1006", "R6455-7.4.1-10")                           \
    X(CLOSE_1015, "accepts-close-1015", "takes close code 1015", "R6455-7.4.1-19")                           \
    X(CLOSE_REASON, "accepts-invalid-reason", "takes close reasons that are not UTF-8", "R6455-5.5.1-04")    \
    X(CLOSE_REASON_CUT, "accepts-cut-reason", "takes close reasons that end inside a character",             \
      "R6455-5.5.1-04")                                                                                      \
    X(TEXT, "accepts-invalid-text", "takes text that is not UTF-8", "R6455-8.1-01")                          \
    X(TEXT_LATER, "accepts-invalid-text-later", "checks the UTF-8 of the first message only",                \
      "R6455-8.1-01")                                                                                        \
    X(TEXT_CONTINUED, "accepts-invalid-continuation", "checks the UTF-8 of the first frame of a message",    \
      "R6455-8.1-01")                                                                                        \
    X(TEXT_IN_FRAGMENTS, "accepts-invalid-fragments", "checks the UTF-8 of messages in one frame only",      \
      "R6455-8.1-01")                                                                                        \
    X(TEXT_BEHIND_BINARY, "accepts-invalid-behind-binary",                                                   \
      "checks no UTF-8 any more after a binary message", "R6455-8.1-01")                                     \
    X(TEXT_BEHIND_PING, "accepts-invalid-behind-ping",                                                       \
      "forgets to check UTF-8 when a ping came between the fragments", "R6455-8.1-01")                       \
    X(TEXT_BEHIND_64K, "accepts-invalid-behind-64k", "checks the UTF-8 of the first 64 KiB of a message",    \
      "R6455-8.1-01")                                                                                        \
    X(TEXT_PER_CHUNK, "accepts-invalid-per-chunk",                                                           \
      "checks UTF-8 only within what one read brought: an invalid sequence that is cut in two passes",       \
      "R6455-1.2-03")                                                                                        \
    X(TEXT_CUT, "accepts-cut-text", "takes text that ends inside a character", "R6455-5.6-01")               \
    X(SURROGATES, "accepts-surrogates", "takes UTF-8 forms of surrogates", "R3629-3-01")                     \
    X(OVERLONG_2, "accepts-overlong-2", "takes overlong forms of two octets (C0, C1)", "R3629-4-01")         \
    X(OVERLONG_3, "accepts-overlong-3", "takes overlong forms of three octets", "R3629-4-02")                \
    X(OVERLONG_4, "accepts-overlong-4", "takes overlong forms of four octets", "R3629-4-03")                 \
    X(ABOVE_10FFFF, "accepts-above-10ffff", "takes code points above U+10FFFF in four octets", "R3629-4-03") \
    X(LONG_FORMS, "accepts-five-octets", "takes UTF-8 forms of five and six octets", "R3629-3-03")           \
    X(IMPOSSIBLE, "accepts-fe-ff", "takes the octets FE and FF within text", "R3629-3-02")                   \
    X(STRAY_TAILS, "accepts-stray-tails", "takes tail octets without a lead octet", "R3629-4-04")            \
    X(WRONG_TAILS, "accepts-wrong-tails", "takes any octet behind a lead octet", "R3629-4-04")

/* Frames that come in: what is refused though it is right (fault_judgement.c). */
#define WS_FAULTS_OF_STRICTNESS(X)                                                                          \
    X(TEXT_PER_FRAME, "refuses-cut-character", "wants every frame of a text to end between characters",     \
      "R6455-5.6-02")                                                                                       \
    X(TEXT_PER_READ, "refuses-character-in-two-reads", "begins to check UTF-8 anew with every read",        \
      "R6455-1.2-03")                                                                                       \
    X(BINARY_CHECKED, "checks-binary", "wants binary messages to be UTF-8", "R6455-5.6-03")                 \
    X(CONTINUATION_CHECKED, "checks-binary-continuation", "wants every continuation to be UTF-8",           \
      "R6455-5.4-18")                                                                                       \
    X(NO_NONCHARACTERS, "refuses-noncharacters", "refuses the last two code points of a plane",             \
      "R3629-3-03")                                                                                         \
    X(NO_NUL, "refuses-nul", "refuses U+0000 within text", "R6455-5.6-01")                                  \
    X(NO_FOUR_OCTETS, "refuses-four-octets", "refuses characters outside of the basic plane", "R3629-3-03") \
    X(ASCII_TEXT, "refuses-non-ascii", "refuses characters outside of ASCII", "R6455-5.6-01")               \
    X(NO_EMPTY, "refuses-empty", "fails the connection on an empty data frame", "R6455-5.2-21")             \
    X(NO_EMPTY_CONTROL, "refuses-empty-control", "fails the connection on an empty ping", "R6455-5.5.2-02") \
    X(NO_FRAGMENTS, "refuses-fragments", "fails the connection on a message in fragments", "R6455-5.4-13")  \
    X(NO_TEN_FRAGMENTS, "refuses-ten-fragments", "fails the connection on the 11th fragment of a message",  \
      "R6455-5.4-13")                                                                                       \
    X(NO_CONTROL_IN_MESSAGE, "refuses-control-in-message",                                                  \
      "fails the connection on a control frame between fragments", "R6455-5.4-11")                          \
    X(NO_PONG, "refuses-pong", "fails the connection on a pong that nobody asked for", "R6455-5.5.3-03")    \
    X(NO_125, "refuses-125", "refuses payloads of 125 octets: off by one", "R6455-5.2-10")                  \
    X(NO_126, "refuses-126", "refuses payloads of 126 octets: off by one", "R6455-5.2-11")                  \
    X(NO_65535, "refuses-65535", "refuses payloads of 65535 octets: off by one", "R6455-5.2-11")            \
    X(NO_65536, "refuses-65536", "refuses payloads of 65536 octets: off by one", "R6455-5.2-12")            \
    X(NO_64_BIT, "refuses-64-bit", "knows no 64-bit lengths", "R6455-5.2-12")                               \
    X(SIGNED_16, "refuses-signed-16", "reads 16-bit lengths with a sign: refuses 32768 and more",           \
      "R6455-5.2-11")                                                                                       \
    X(NO_LONG_REASON, "refuses-long-reason", "refuses a close reason of 123 octets: off by one",            \
      "R6455-5.5.1-03")                                                                                     \
    X(LARGE_WITH_1002, "fails-large-with-1002", "takes lengths of 2 GiB and more for malformed",            \
      "R6455-5.2-22")                                                                                       \
    X(NO_REGISTERED_CODE, "refuses-3000", "refuses close codes from 3000 on", "R6455-7.4.1-01")             \
    X(NO_1012, "refuses-1012", "refuses close codes that were registered after RFC 6455", "R6455-11.7-02")  \
    X(NO_CLOSE_IN_MESSAGE, "refuses-close-in-message",                                                      \
      "fails the connection on a Close frame between fragments", "R6455-5.4-11")

/* Frames that come in: what is read wrong (fault_decoding.c). */
#define WS_FAULTS_OF_DECODING(X)                                                                             \
    X(LITTLE_ENDIAN_16, "reads-16-bits-reversed", "reads 16-bit lengths in little-endian order",             \
      "R6455-5.2-11")                                                                                        \
    X(LITTLE_ENDIAN_64, "reads-64-bits-reversed", "reads 64-bit lengths in little-endian order",             \
      "R6455-5.2-12")                                                                                        \
    X(LENGTH_8_BITS, "reads-8-of-16-bits", "uses the low octet of a 16-bit length", "R6455-5.2-11")          \
    X(LENGTH_16_BITS, "reads-16-of-64-bits", "uses the low 16 bits of a 64-bit length", "R6455-5.2-12")      \
    X(EMPTY_DROPPED, "drops-empty-message", "passes over empty messages", "R6455-5.2-21")                    \
    X(TYPE_OF_LAST, "types-by-fragments", "takes a message in fragments for binary", "R6455-5.4-18")         \
    X(FIRST_FRAGMENT_LOST, "loses-first-fragment", "loses the first fragment of a message", "R6455-6.2-04")  \
    X(LAST_FRAGMENT_LOST, "loses-last-fragment",                                                             \
      "loses the last fragment of a message, and with it its end", "R6455-5.4-05")                           \
    X(FIN_MISSED, "misses-fin-of-continuation", "does not see the FIN bit of continuations", "R6455-5.4-03") \
    X(FRAGMENTS_SWAPPED, "swaps-fragments", "exchanges the first two octets of a message of many fragments", \
      "R6455-5.4-09")                                                                                        \
    X(HTTP_IN_PAYLOAD, "takes-http-in-payload", "ends TCP when a payload looks like HTTP", "R6455-6.2-01")   \
    X(FRAMES_IN_PAYLOAD, "takes-frames-in-payload", "ends TCP when a payload begins like a frame",           \
      "R6455-6.2-01")                                                                                        \
    X(EMPTY_FRAGMENT_ENDS, "ends-at-empty-fragment", "takes an empty fragment for the end of a message",     \
      "R6455-5.2-21")

/* Frames that go out (fault_sending.c). */
#define WS_FAULTS_OF_SENDING(X)                                                                             \
    X(SETS_RSV1, "sets-rsv1", "sets RSV1 without an extension", "R6455-5.2-03")                             \
    X(SETS_RSV2, "sets-rsv2", "sets RSV2 on data frames", "R6455-5.2-03")                                   \
    X(SETS_RSV3, "sets-rsv3", "sets RSV3 on control frames", "R6455-5.2-03")                                \
    X(ECHOES_RSV, "sets-rsv-after-64", "sets RSV bits from the 64th frame on", "R6455-5.2-03")              \
    X(SENDS_OPCODE_3, "sends-opcode-3", "sends a frame with opcode 3 before its first message",             \
      "R6455-5.2-07")                                                                                       \
    X(SENDS_OPCODE_11, "sends-opcode-11", "sends a frame with opcode B before its first message",           \
      "R6455-5.2-08")                                                                                       \
    X(SENDS_LONGER_16, "sends-16-bit-form", "writes every length in 16 bits at least", "R6455-5.2-15")      \
    X(SENDS_LONGER_64, "sends-64-bit-form", "writes lengths above 125 in 64 bits", "R6455-5.2-15")          \
    X(SENDS_125_IN_16, "sends-125-in-16-bits", "writes 125 in 16 bits: off by one", "R6455-5.2-15")         \
    X(SENDS_65535_IN_64, "sends-65535-in-64-bits", "writes 65535 in 64 bits: off by one", "R6455-5.2-15")   \
    X(SENDS_TOP_BIT, "sends-top-bit", "sets the top bit of 64-bit lengths", "R6455-5.2-13")                 \
    X(SENDS_REVERSED_16, "sends-16-bits-reversed", "writes 16-bit lengths in little-endian order",          \
      "R6455-5.2-14")                                                                                       \
    X(SENDS_PONG_UNFINISHED, "sends-unfinished-pong", "sends pongs with FIN 0", "R6455-5.4-07")             \
    X(SENDS_CLOSE_UNFINISHED, "sends-unfinished-close", "sends its Close frame with FIN 0", "R6455-5.4-07") \
    X(SENDS_LONG_PONG, "sends-long-pong", "pads pongs to 126 octets", "R6455-5.5-01")                       \
    X(SENDS_LONG_CLOSE, "sends-long-close", "gives reasons of more than 123 octets", "R6455-5.5-01")        \
    X(SENDS_STRAY_CONTINUATION, "sends-stray-continuation", "sends a continuation behind a whole message",  \
      "R6455-5.4-04")                                                                                       \
    X(SENDS_INTERLEAVED, "sends-interleaved", "begins a message before it has ended the one before",        \
      "R6455-5.4-10")                                                                                       \
    X(SENDS_REORDERED, "sends-fragments-reordered",                                                         \
      "sends long messages in fragments, the halves exchanged", "R6455-6.2-04")                             \
    X(SENDS_UNFINISHED, "never-ends-message", "does not set FIN on the last frame of a message",            \
      "R6455-6.1-07")                                                                                       \
    X(SENDS_WRONG_TYPE, "echoes-as-binary", "sends every message back as binary", "R6455-6.2-03")           \
    X(SENDS_TEXT_TYPE, "echoes-as-text", "sends every message back as text", "R6455-5.6-01")                \
    X(LOSES_LAST_OCTET, "drops-last-octet", "loses the last octet of a message", "R6455-6.2-04")            \
    X(ADDS_OCTET, "adds-octet", "adds an octet to every message", "R6455-5.2-17")                           \
    X(ADDS_FIRST, "adds-extension-data", "puts an octet in front of every payload", "R6455-5.2-19")         \
    X(SENDS_AS_CONTINUATION, "sends-as-continuation", "sends messages with opcode 0", "R6455-5.4-02")       \
    X(SENDS_64_AS_16, "sends-64-bits-in-16", "writes the low 16 bits of lengths above 65535",               \
      "R6455-6.1-04")                                                                                       \
    X(KEEPS_TYPE, "keeps-first-type", "sends all messages back with the opcode of the first",               \
      "R6455-6.1-06")                                                                                       \
    X(LOSES_LARGE, "loses-large-message", "does not send messages of 1 MiB and more back", "R6455-6.1-09")  \
    X(LOSES_LAST_OCTET_LONG, "drops-octet-at-65536", "loses the last octet of messages above 65535",        \
      "R6455-5.2-12")                                                                                       \
    X(CHANGES_OCTET, "changes-octet-at-4096", "changes octet 4096 of a message", "R6455-6.2-04")            \
    X(LOSES_MESSAGE, "loses-second-message", "does not send the second message back", "R6455-6.2-05")       \
    X(SENDS_TWICE, "echoes-twice", "sends every message back twice", "R6455-6.2-05")                        \
    X(CUTS_TEXT, "cuts-text-at-64", "cuts text after 64 octets, also inside a character", "R6455-5.6-01")   \
    X(NO_BYTE_ORDER_MARK, "strips-byte-order-mark", "takes away the byte order mark of a text",             \
      "R6455-6.2-03")                                                                                       \
    X(NO_NUL_OCTETS, "cuts-at-nul", "takes a NUL for the end of a message", "R6455-5.6-03")

/* Pings (fault_sending.c). */
#define WS_FAULTS_OF_PINGS(X)                                                                         \
    X(NO_PONGS, "sends-no-pong", "does not answer pings", "R6455-5.5.2-02")                           \
    X(PONG_TO_FIRST, "answers-first-ping", "answers the first ping only", "R6455-5.5.2-02")           \
    X(NO_PONG_IN_MESSAGE, "no-pong-in-message", "answers no ping between the fragments of a message", \
      "R6455-5.4-11")                                                                                 \
    X(NO_PONG_TO_EMPTY, "no-pong-to-empty", "does not answer empty pings", "R6455-5.5.2-02")          \
    X(NO_PONG_TO_LONGEST, "no-pong-to-125", "does not answer pings of 125 octets: off by one",        \
      "R6455-5.5.2-02")                                                                               \
    X(PONG_EMPTY, "pongs-empty", "answers pings with empty pongs", "R6455-5.5.3-01")                  \
    X(PONG_OTHER, "pongs-changed", "changes the payload of pongs", "R6455-5.5.3-01")                  \
    X(PONG_CUT, "pongs-cut", "cuts the payload of pongs after 64 octets", "R6455-5.5.3-01")           \
    X(PONG_TEXT, "pongs-until-nul", "takes a NUL for the end of a ping's payload", "R6455-5.5.3-01")  \
    X(PONG_PREVIOUS, "pongs-previous", "answers each ping with the payload of the one before",        \
      "R6455-5.5.3-01")                                                                               \
    X(PONG_AS_PING, "answers-ping-with-ping", "answers pings with pings", "R6455-5.5.2-02")           \
    X(PONG_TO_PONG, "answers-pong", "answers pongs with pongs", "R6455-5.5.3-03")                     \
    X(PONG_TWICE, "pongs-twice", "answers every ping twice", "R6455-5.5.3-03")

/* The closing handshake and failing (fault_closing.c). */
#define WS_FAULTS_OF_CLOSING(X)                                                                           \
    X(NO_CLOSE_ANSWER, "closes-without-answer", "ends TCP and does not answer Close frames",              \
      "R6455-5.5.1-08")                                                                                   \
    X(CLOSE_IGNORED, "ignores-close", "does nothing when a Close frame comes", "R6455-5.5.1-08")          \
    X(SENDS_1005, "sends-1005", "answers a Close frame without a code with 1005", "R6455-7.4.1-07")       \
    X(SENDS_1006, "sends-1006", "answers Close frames with 1006", "R6455-7.4.1-09")                       \
    X(SENDS_1015, "sends-1015", "answers Close frames with 1015", "R6455-7.4.1-18")                       \
    X(SENDS_CODE_0, "sends-code-0", "answers a Close frame without a code with 0", "R6455-7.4.2-01")      \
    X(SENDS_CLOSE_OF_ONE, "sends-close-of-one-octet", "answers Close frames with a body of one octet",    \
      "R6455-5.5.1-02")                                                                                   \
    X(SENDS_CLOSE_TWICE, "closes-twice", "sends its Close frame twice", "R6455-5.5.1-17")                 \
    X(SENDS_AFTER_CLOSE, "sends-after-close", "sends a message behind its Close frame", "R6455-5.5.1-07") \
    X(SENDS_INVALID_REASON, "sends-invalid-reason", "sends reasons that are not UTF-8", "R6455-5.5.1-04") \
    X(LEAVES_TCP_OPEN, "leaves-tcp-open", "never ends TCP", "R6455-5.5.1-13")                             \
    X(HANGS, "hangs-at-violation", "does nothing any more after a violation", "R6455-7.1.7-03")           \
    X(ECHOES_AFTER_CLOSE, "echoes-after-close", "sends messages back that come behind a Close frame",     \
      "R6455-6.1-02")                                                                                     \
    X(CLOSE_ANSWERED_TWICE, "answers-second-close", "answers the second Close frame as well",             \
      "R6455-5.5.1-17")                                                                                   \
    X(GOES_ON, "goes-on-after-violation",                                                                 \
      "sends its Close frame at a violation, and goes on with what "                                      \
      "comes behind",                                                                                     \
      "R6455-7.1.7-07")                                                                                   \
    X(PONGS_ON, "pongs-after-violation", "answers pings behind a violation", "R6455-7.1.7-07")            \
    X(FAILS_WITH_1000, "fails-with-1000", "fails the connection with 1000", "R6455-5.2-04")               \
    X(FAILS_WITHOUT_TCP, "fails-and-leaves-tcp-open", "sends a Close frame at a violation but keeps TCP", \
      "R6455-7.1.1-06")                                                                                   \
    X(FAILS_NOT_1007, "fails-text-with-1002", "fails the connection with 1002 when text is not UTF-8",    \
      "R6455-8.1-01")                                                                                     \
    X(CROSSING_ANSWERED, "answers-crossing-close",                                                        \
      "answers a Close frame that comes when it has failed the connection", "R6455-5.5.1-17")             \
    X(NO_CLOSE_BEHIND_MUCH, "no-close-while-sending",                                                     \
      "ends TCP behind what it is sending, and does not answer the Close frame", "R6455-5.5.1-08")        \
    X(ENDS_AFTER_MESSAGE, "ends-after-message", "ends TCP after three messages, without a Close frame",   \
      "R6455-7.3-03")

/* What is kept and what is lost (fault_resources.c). */
#define WS_FAULTS_OF_RESOURCES(X)                                                                            \
    X(ALLOCATES_ANNOUNCED, "allocates-announced", "takes memory for a payload when it is announced",         \
      "R6455-10.4-01")                                                                                       \
    X(LOSES_WAITING, "loses-waiting", "loses a message when a MiB waits already to be sent", "R6455-6.1-09") \
    X(TEARS_WAITING, "tears-waiting", "ends TCP inside a message when a MiB waits already to be sent",       \
      "R6455-6.1-09")

/* What only a server can do wrong with frames: masking keys that it takes off, masks that it must not use,
 * the end of TCP that it must not wait for. */
#define WS_FAULTS_OF_SERVER_FRAMES(X)                                                                       \
    X(ENDS_WITH_1006, "ends-with-1006", "sends a Close frame with 1006 when the peer's stream ends",        \
      "R6455-7.4.1-09")                                                                                     \
    X(UNMASKED, "accepts-unmasked", "takes frames that are not masked", "R6455-5.1-03")                     \
    X(UNMASKED_CONTROL, "accepts-unmasked-control", "takes control frames that are not masked",             \
      "R6455-5.1-03")                                                                                       \
    X(UNMASKED_EMPTY, "accepts-unmasked-empty", "takes empty frames that are not masked", "R6455-5.1-03")   \
    X(UNMASKED_CONTINUATION, "accepts-unmasked-continuation", "takes continuations that are not masked",    \
      "R6455-5.1-03")                                                                                       \
    X(UNMASKED_LATER, "accepts-unmasked-later", "looks at the mask bit of the first message only",          \
      "R6455-5.1-03")                                                                                       \
    X(PASSES_OVER_GARBAGE, "passes-over-garbage",                                                           \
      "passes over frames that are wrong in more than one point", "R6455-10.7-01")                          \
    X(KEY_IGNORED, "ignores-masking-key", "does not unmask", "R6455-5.3-06")                                \
    X(KEY_FIRST_OCTET, "unmasks-with-one-octet", "unmasks with the first octet of the key only",            \
      "R6455-5.3-06")                                                                                       \
    X(KEY_OF_ZEROS, "distrusts-zero-key", "takes a masking key of zeros for another", "R6455-5.3-06")       \
    X(NO_KEY_WHEN_EMPTY, "no-key-when-empty", "expects no masking key in front of an empty payload",        \
      "R6455-5.2-18")                                                                                       \
    X(KEY_BY_MESSAGE, "unmasks-by-message", "goes on in the masking key from one fragment to the next",     \
      "R6455-5.3-06")                                                                                       \
    X(KEY_BY_READ, "unmasks-by-read", "begins with the key's first octet at every read", "R6455-1.2-03")    \
    X(KEY_NOT_FOR_CONTROL, "unmasks-no-control", "does not unmask control frames", "R6455-5.3-06")          \
    X(KEY_NOT_IN_64, "unmasks-wrong-in-64-bit-form",                                                        \
      "is off by one in the masking key when the length has 64 bits", "R6455-5.3-06")                       \
    X(KEY_BEHIND_PING, "unmasks-with-ping-key",                                                             \
      "unmasks a message whose fragments a ping parted with the key of the ping", "R6455-5.4-11")           \
    X(LENGTH_WITH_KEY, "counts-masking-key", "takes the 4 octets of the masking key for payload",           \
      "R6455-5.3-08")                                                                                       \
    X(KEY_NOT_FOR_LONG, "unmasks-up-to-64", "does not unmask payloads above 64 octets", "R6455-6.2-08")     \
    X(NO_DATA_BEHIND_PINGS, "loses-data-behind-pings", "passes over data behind 100 pings", "R6455-6.2-02") \
    X(NO_DATA_BEHIND_PONGS, "loses-data-behind-pongs", "passes over data behind 100 pongs", "R6455-6.2-02") \
    X(ROUNDS_LENGTH, "rounds-length-to-4", "sends a multiple of 4 octets back", "R6455-5.3-07")             \
    X(MASKS, "masks", "masks what it sends", "R6455-5.1-05")                                                \
    X(MASKS_CONTROL, "masks-control", "masks the control frames that it sends", "R6455-5.1-05")             \
    X(MASKS_LATER, "masks-later", "masks from the second message on", "R6455-5.1-05")                       \
    X(SENDS_1010, "sends-1010", "answers Close frames with 1010", "R6455-7.4.1-16")                         \
    X(WAITS_FOR_FIN, "waits-for-tcp-to-end",                                                                \
      "leaves it to the client to end TCP after the closing handshake, as long as it has patience",         \
      "R6455-5.5.1-14")                                                                                     \
    X(LEAVES_TCP_AFTER_MESSAGE, "leaves-tcp-open-after-message",                                            \
      "does not end TCP when it has echoed something", "R6455-5.5.1-13")                                    \
    X(KEEPS_FRAGMENTS, "keeps-fragments", "keeps 128 octets for every fragment", "R6455-10.4-01")

#endif
