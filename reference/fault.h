/* SPDX-License-Identifier: MIT */
/* fault.h: seeded faults: what a server can do wrong, on purpose. A case proves that it can fail by failing a
 * reference with one of these. Owns the list; what each fault does stands in fault_*.c, behind a few seams of
 * the endpoint (faulty.h). Faults are those of a server: a client with one behaves as without.
 *
 * X(NAME, name, sentence, requirement)
 *   name         on the command line: wringer echo --fault NAME
 *   sentence     what the faulty server does
 *   requirement  id in cases/requirements.tsv of the rule that it breaks
 */
#ifndef REFERENCE_FAULT_H
#define REFERENCE_FAULT_H

/* Frames that come in: what is accepted though the connection had to be failed (fault_judgement.c). */
#define WS_FAULTS_OF_JUDGEMENT(X)                                                                            \
    X(UNMASKED, "accepts-unmasked", "takes frames that are not masked", "R6455-5.1-03")                      \
    X(UNMASKED_CONTROL, "accepts-unmasked-control", "takes control frames that are not masked",              \
      "R6455-5.1-03")                                                                                        \
    X(UNMASKED_EMPTY, "accepts-unmasked-empty", "takes empty frames that are not masked", "R6455-5.1-03")    \
    X(UNMASKED_CONTINUATION, "accepts-unmasked-continuation", "takes continuations that are not masked",     \
      "R6455-5.1-03")                                                                                        \
    X(UNMASKED_LATER, "accepts-unmasked-later", "looks at the mask bit of the first message only",           \
      "R6455-5.1-03")                                                                                        \
    X(RSV1, "accepts-rsv1", "takes frames with RSV1 though no extension defines it", "R6455-5.2-04")         \
    X(RSV2, "accepts-rsv2", "takes frames with RSV2", "R6455-5.2-04")                                        \
    X(RSV3, "accepts-rsv3", "takes frames with RSV3", "R6455-5.2-04")                                        \
    X(RSV_ON_CONTROL, "accepts-rsv-on-control", "takes control frames with RSV bits", "R6455-5.2-04")        \
    X(RSV_ON_CONTINUATION, "accepts-rsv-on-continuation", "takes continuations with RSV bits",               \
      "R6455-5.2-04")                                                                                        \
    X(RSV_LATER, "accepts-rsv-later", "looks at the RSV bits of the first message only", "R6455-5.2-04")     \
    X(RESERVED_DATA, "ignores-reserved-data", "passes over frames with opcodes 3 to 7", "R6455-5.2-06")      \
    X(PASSES_OVER_GARBAGE, "passes-over-garbage",                                                            \
      "passes over frames that are wrong in more than one point", "R6455-10.7-01")                           \
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
    X(KEY_IGNORED, "ignores-masking-key", "does not unmask", "R6455-5.3-06")                                 \
    X(KEY_FIRST_OCTET, "unmasks-with-one-octet", "unmasks with the first octet of the key only",             \
      "R6455-5.3-06")                                                                                        \
    X(KEY_OF_ZEROS, "distrusts-zero-key", "takes a masking key of zeros for another", "R6455-5.3-06")        \
    X(NO_KEY_WHEN_EMPTY, "no-key-when-empty", "expects no masking key in front of an empty payload",         \
      "R6455-5.2-18")                                                                                        \
    X(KEY_BY_MESSAGE, "unmasks-by-message", "goes on in the masking key from one fragment to the next",      \
      "R6455-5.3-06")                                                                                        \
    X(KEY_BY_READ, "unmasks-by-read", "begins with the key's first octet at every read", "R6455-1.2-03")     \
    X(KEY_NOT_FOR_CONTROL, "unmasks-no-control", "does not unmask control frames", "R6455-5.3-06")           \
    X(KEY_NOT_IN_64, "unmasks-wrong-in-64-bit-form",                                                         \
      "is off by one in the masking key when the length has 64 bits", "R6455-5.3-06")                        \
    X(KEY_BEHIND_PING, "unmasks-with-ping-key",                                                              \
      "unmasks a message whose fragments a ping parted with the key of the ping", "R6455-5.4-11")            \
    X(LITTLE_ENDIAN_16, "reads-16-bits-reversed", "reads 16-bit lengths in little-endian order",             \
      "R6455-5.2-11")                                                                                        \
    X(LITTLE_ENDIAN_64, "reads-64-bits-reversed", "reads 64-bit lengths in little-endian order",             \
      "R6455-5.2-12")                                                                                        \
    X(LENGTH_8_BITS, "reads-8-of-16-bits", "uses the low octet of a 16-bit length", "R6455-5.2-11")          \
    X(LENGTH_16_BITS, "reads-16-of-64-bits", "uses the low 16 bits of a 64-bit length", "R6455-5.2-12")      \
    X(LENGTH_WITH_KEY, "counts-masking-key", "takes the 4 octets of the masking key for payload",            \
      "R6455-5.3-08")                                                                                        \
    X(EMPTY_DROPPED, "drops-empty-message", "passes over empty messages", "R6455-5.2-21")                    \
    X(TYPE_OF_LAST, "types-by-fragments", "takes a message in fragments for binary", "R6455-5.4-18")         \
    X(FIRST_FRAGMENT_LOST, "loses-first-fragment", "loses the first fragment of a message", "R6455-6.2-04")  \
    X(LAST_FRAGMENT_LOST, "loses-last-fragment",                                                             \
      "loses the last fragment of a message, and with it its end", "R6455-5.4-05")                           \
    X(FIN_MISSED, "misses-fin-of-continuation", "does not see the FIN bit of continuations", "R6455-5.4-03") \
    X(FRAGMENTS_SWAPPED, "swaps-fragments", "exchanges the first two octets of a message of many fragments", \
      "R6455-5.4-09")                                                                                        \
    X(KEY_NOT_FOR_LONG, "unmasks-up-to-64", "does not unmask payloads above 64 octets", "R6455-6.2-08")      \
    X(HTTP_IN_PAYLOAD, "takes-http-in-payload", "ends TCP when a payload looks like HTTP", "R6455-6.2-01")   \
    X(FRAMES_IN_PAYLOAD, "takes-frames-in-payload", "ends TCP when a payload begins like a frame",           \
      "R6455-6.2-01")                                                                                        \
    X(NO_DATA_BEHIND_PINGS, "loses-data-behind-pings", "passes over data behind 100 pings", "R6455-6.2-02")  \
    X(NO_DATA_BEHIND_PONGS, "loses-data-behind-pongs", "passes over data behind 100 pongs", "R6455-6.2-02")  \
    X(EMPTY_FRAGMENT_ENDS, "ends-at-empty-fragment", "takes an empty fragment for the end of a message",     \
      "R6455-5.2-21")

/* Frames that go out (fault_sending.c). */
#define WS_FAULTS_OF_SENDING(X)                                                                             \
    X(MASKS, "masks", "masks what it sends", "R6455-5.1-05")                                                \
    X(MASKS_CONTROL, "masks-control", "masks the control frames that it sends", "R6455-5.1-05")             \
    X(MASKS_LATER, "masks-later", "masks from the second message on", "R6455-5.1-05")                       \
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
    X(ROUNDS_LENGTH, "rounds-length-to-4", "sends a multiple of 4 octets back", "R6455-5.3-07")             \
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
    X(SENDS_1010, "sends-1010", "answers Close frames with 1010", "R6455-7.4.1-16")                       \
    X(SENDS_CLOSE_OF_ONE, "sends-close-of-one-octet", "answers Close frames with a body of one octet",    \
      "R6455-5.5.1-02")                                                                                   \
    X(SENDS_CLOSE_TWICE, "closes-twice", "sends its Close frame twice", "R6455-5.5.1-17")                 \
    X(SENDS_AFTER_CLOSE, "sends-after-close", "sends a message behind its Close frame", "R6455-5.5.1-07") \
    X(SENDS_INVALID_REASON, "sends-invalid-reason", "sends reasons that are not UTF-8", "R6455-5.5.1-04") \
    X(LEAVES_TCP_OPEN, "leaves-tcp-open", "never ends TCP", "R6455-5.5.1-14")                             \
    X(LEAVES_TCP_AFTER_MESSAGE, "leaves-tcp-open-after-message",                                          \
      "does not end TCP when it has echoed something", "R6455-5.5.1-14")                                  \
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
    X(ENDS_WITH_1006, "ends-with-1006", "sends a Close frame with 1006 when the peer's stream ends",      \
      "R6455-7.4.1-09")                                                                                   \
    X(CROSSING_ANSWERED, "answers-crossing-close",                                                        \
      "answers a Close frame that comes when it has failed the connection", "R6455-5.5.1-17")             \
    X(NO_CLOSE_BEHIND_MUCH, "no-close-while-sending",                                                     \
      "ends TCP behind what it is sending, and does not answer the Close frame", "R6455-5.5.1-08")        \
    X(ENDS_AFTER_MESSAGE, "ends-after-message", "ends TCP after three messages, without a Close frame",   \
      "R6455-7.3-03")

/* What is kept and what is lost (fault_resources.c). */
#define WS_FAULTS_OF_RESOURCES(X)                                                                    \
    X(ALLOCATES_ANNOUNCED, "allocates-announced", "takes memory for a payload when it is announced", \
      "R6455-10.4-01")                                                                               \
    X(KEEPS_FRAGMENTS, "keeps-fragments", "keeps 128 octets for every fragment", "R6455-10.4-01")    \
    X(LOSES_WAITING, "loses-waiting", "loses a message when a MiB waits already to be sent", "R6455-6.1-09")

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
    X(ANY_UPGRADE, "ignores-upgrade", "does not look at Upgrade", "R6455-4.2.1-06")                          \
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
      "R9110-7.8-02")                                                                                        \
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
#define WS_FAULTS_OF_DEFLATE(X)                                                                              \
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
    X(DEFLATE_WINDOW, "deflate-ignores-window", "uses a window of 15 bits whatever was agreed on",           \
      "R7692-7.2.1-15")                                                                                      \
    X(DEFLATE_WINDOW_8, "deflate-ignores-window-of-8", "agrees to a window of 8 bits and uses one of 15",    \
      "R7692-7-07")                                                                                          \
    X(DEFLATE_ANSWERS_9, "deflate-answers-9-for-8", "answers 9 to who asked for a window of 8 bits",         \
      "R7692-7.1.2.1-04")                                                                                    \
    X(DEFLATE_CLIENT_WINDOW_9, "deflate-small-client-window",                                                \
      "keeps a window of 8 bits where it agreed to more", "R7692-5-08")                                      \
    X(DEFLATE_CONTEXT_KEPT, "deflate-keeps-context",                                                         \
      "keeps the context from message to message though it agreed not to", "R7692-7.2.1-12")                 \
    X(DEFLATE_CONTEXT_LOST, "deflate-loses-context",                                                         \
      "forgets the context of the client after every message", "R7692-7.2.2-06")                             \
    X(DEFLATE_HINT_BINDS, "deflate-hint-binds",                                                              \
      "forgets the context of a client that offered not to need it", "R7692-7.2.2-07")                       \
    X(DEFLATE_SMALL_WINDOW, "deflate-small-window", "keeps a window of 10 bits for what the client sends",   \
      "R7692-7.2.2-11")                                                                                      \
    X(DEFLATE_NO_RSV1, "deflate-without-rsv1", "does not set RSV1 on what it compresses", "R7692-6-02")      \
    X(DEFLATE_RAW, "deflate-raw-with-rsv1", "sets RSV1 on what it does not compress", "R7692-6.1-01")        \
    X(DEFLATE_LARGE_RAW, "deflate-large-raw",                                                                \
      "sets RSV1 on messages above 1000 octets, which it does not compress", "R7692-7.2.1-01")               \
    X(DEFLATE_SMALL_RAW, "deflate-small-raw",                                                                \
      "sets RSV1 on messages up to 125 octets, which it does not compress", "R7692-6.1-02")                  \
    X(DEFLATE_RSV1_ON_PONG, "deflate-rsv1-on-pong", "sets RSV1 on control frames", "R7692-6.1-03")           \
    X(DEFLATE_RSV1_ON_FRAGMENT, "deflate-rsv1-on-fragments",                                                 \
      "sends messages in fragments, with RSV1 on each", "R7692-6.1-03")                                      \
    X(DEFLATE_TAIL_KEPT, "deflate-keeps-tail", "does not cut 00 00 ff ff from the end of a message",         \
      "R7692-7.2.1-03")                                                                                      \
    X(DEFLATE_CUT_TOO_FAR, "deflate-cuts-too-far", "cuts 5 octets from the end of a message",                \
      "R7692-7.2.1-01")                                                                                      \
    X(DEFLATE_ZLIB, "deflate-with-zlib-header", "sends a zlib header in front of the compressed data",       \
      "R7692-7-01")                                                                                          \
    X(DEFLATE_TYPE, "deflate-changes-type", "sends compressed messages back as text", "R7692-6.1-06")        \
    X(DEFLATE_LOSES_OCTET, "deflate-loses-octet", "loses the last octet of compressed messages",             \
      "R7692-6.2-01")                                                                                        \
    X(DEFLATE_RSV1_CONTROL, "deflate-accepts-rsv1-on-control", "takes control frames with RSV1",             \
      "R7692-6.1-04")                                                                                        \
    X(DEFLATE_RSV1_CONTINUATION, "deflate-accepts-rsv1-on-continuation", "takes continuations with RSV1",    \
      "R7692-6.1-05")                                                                                        \
    X(DEFLATE_RSV2, "deflate-accepts-rsv2", "takes RSV2 and RSV3 when compression was agreed on",            \
      "R6455-5.2-05")                                                                                        \
    X(DEFLATE_BAD_DATA, "deflate-ignores-bad-data", "drops messages that cannot be inflated",                \
      "R7692-7.2.2-02")                                                                                      \
    X(DEFLATE_TEXT, "deflate-accepts-invalid-text", "checks no UTF-8 in compressed text", "R7692-6.1-08")    \
    X(DEFLATE_INFLATES_ALL, "deflate-inflates-all", "inflates messages without RSV1 as well",                \
      "R7692-6.2-02")                                                                                        \
    X(DEFLATE_ONLY, "deflate-refuses-uncompressed",                                                          \
      "refuses uncompressed messages when compression was agreed on", "R7692-6-04")                          \
    X(DEFLATE_HUNDRED, "deflate-refuses-message-100",                                                        \
      "fails the connection on the 100th compressed message", "R7692-5-17")                                  \
    X(DEFLATE_NO_FRAGMENTS, "deflate-refuses-fragments", "refuses compressed messages in fragments",         \
      "R7692-6-03")                                                                                          \
    X(DEFLATE_NO_FINAL, "deflate-refuses-final-block", "refuses data that begins with a final block",        \
      "R7692-7.2.1-07")                                                                                      \
    X(DEFLATE_NO_FIXED, "deflate-refuses-fixed-block",                                                       \
      "refuses data that begins with a block of fixed codes", "R7692-7.2.2-01")                              \
    X(DEFLATE_NO_STORED, "deflate-refuses-stored-block", "refuses data that begins with a stored block",     \
      "R7692-7.2.2-01")                                                                                      \
    X(DEFLATE_NO_FLUSH, "deflate-refuses-flushed-fragment", "refuses fragments that end with 00 00 ff ff",   \
      "R7692-7.2.1-08")                                                                                      \
    X(DEFLATE_BOMB, "fails-512k-with-1011",                                                                  \
      "fails the connection with 1011 when a message is longer than 512 KiB", "R6455-10.4-01")               \
    X(DEFLATE_CONTROL, "deflate-inflates-pings", "inflates the payload of pings, and drops what cannot be",  \
      "R7692-6-01")

#define WS_FAULTS(X)           \
    WS_FAULTS_OF_JUDGEMENT(X)  \
    WS_FAULTS_OF_STRICTNESS(X) \
    WS_FAULTS_OF_DECODING(X)   \
    WS_FAULTS_OF_SENDING(X)    \
    WS_FAULTS_OF_PINGS(X)      \
    WS_FAULTS_OF_CLOSING(X)    \
    WS_FAULTS_OF_RESOURCES(X)  \
    WS_FAULTS_OF_REQUESTS(X)   \
    WS_FAULTS_OF_HEADS(X)      \
    WS_FAULTS_OF_RESPONSES(X)  \
    WS_FAULTS_OF_DEFLATE(X)

enum ws_fault {
    WS_NO_FAULT = 0,
#define WS_FAULT_ENUMERATOR(NAME, name, sentence, requirement) WS_FAULT_##NAME,
    WS_FAULTS(WS_FAULT_ENUMERATOR)
#undef WS_FAULT_ENUMERATOR
        WS_FAULT_COUNT
};

struct ws_fault_facts {
    const char *name;
    const char *sentence;
    const char *requirement;
};

/* What the list says of a fault; {"", "", ""} for WS_NO_FAULT. Never NULL; the strings are static. */
const struct ws_fault_facts *ws_fault_facts(enum ws_fault fault);

/* The fault of that name, or WS_NO_FAULT. */
enum ws_fault ws_fault_find(const char *name);

#endif
