/* SPDX-License-Identifier: MIT */
/* test_run_deflate.c: permessage-deflate in a run: what goes out compressed, octet for octet, and what is
 * made of what comes in, in any chunks. The messages are those of RFC 7692 7.2.3. */
#include "harness/tests/scripted_target.h"

#define HEAD(extensions)                                                                \
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Accept: $A\r\n" extensions "\r\n"
#define ANSWER(parameters) HEAD("Sec-WebSocket-Extensions: permessage-deflate" parameters "\r\n")
#define OFFER              "needs deflate\nopen ext \"permessage-deflate; client_max_window_bits\"\n"
#define BYE                " close:1000 eof"

#define HELLO       "x:c107f248cdc9c90700"
#define HELLO_AGAIN "x:c105f200110000"
#define WANT        OFFER "expect text \"Hello\""
#define WANT_TWO    OFFER "expect text \"Hello\"\nexpect text \"Hello\""
/* 300 letters in a stored block, then 3 octets from 300 octets ago */
#define TEN_A        "41414141414141414141"
#define HUNDRED_A    TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A
#define FAR          "x:c17e0135002c01d3fe" HUNDRED_A HUNDRED_A HUNDRED_A "02861500"
#define NOT_TEXT     "x:c103fa0f00"
#define FRAME_OF_ONE "x:c101"

#define ROW(name, steps, script, verdict, closing, violations, wrote, head)     \
    {                                                                           \
        name, steps, script, verdict, closing, NULL, violations, wrote, 0, head \
    }
#define RIGHT(name, steps, script) \
    ROW(name, steps, "head " script BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, ANSWER(""))
#define WRONG(name, steps, script, violation) \
    ROW(name, steps, "head " script BYE, VERDICT_FAILED, CLOSING_NOT_JUDGED, violation, NULL, ANSWER(""))

#define TOO_LONG(name, steps, script)                                                                      \
    {                                                                                                      \
        name, steps, script, VERDICT_ERROR, CLOSING_NOT_JUDGED, "longer than 32768 octets", NULL, NULL, 0, \
            NULL                                                                                           \
    }

/* A client and what it offers; its frames have the masking key 0. */
#define REQUEST(parameters)                                                                      \
    "GET / HTTP/1.1\r\nHost: reference.invalid\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Version: 13\r\n"               \
    "Sec-WebSocket-Extensions: permessage-deflate" parameters "\r\n\r\n"
#define CLIENT_HELLOS "x:c18700000000f248cdc9c90700 x:c18500000000f200110000"
#define CLIENT(name, steps, script, verdict, closing, reason, violations, parameters)                    \
    {                                                                                                    \
        name, steps, script, verdict, closing, reason, violations, NULL, ROW_CLIENT, REQUEST(parameters) \
    }
#define WITH_CONTEXT                                                                  \
    "needs deflate\nopen ext \"permessage-deflate\"\n"                                \
    "expect http 101 without \"permessage-deflate\" \"client_no_context_takeover\"\n" \
    "or http 101 ext \"permessage-deflate\" \"client_no_context_takeover\" -> skip\n" \
    "or http 101 noext -> skip\nsend text x\"f248cdc9c90700\" rsv1\nexpect text \"Hello\""

static const struct row rows[] = {
    /* ---- What is agreed on with a client */
    CLIENT("a client that keeps its context", WANT_TWO, "head " CLIENT_HELLOS BYE, VERDICT_OK, CLOSING_CLEAN,
           NULL, NULL, "; client_max_window_bits"),
    CLIENT("a client whose hint is bound", WANT_TWO, "head " CLIENT_HELLOS, VERDICT_FAILED,
           CLOSING_NOT_JUDGED, NULL, "CLIENT_CONTEXT_TAKEN_OVER",
           "; client_no_context_takeover; client_max_window_bits"),
    CLIENT("a client that takes our context", WITH_CONTEXT, "head x:c18700000000f248cdc9c90700" BYE,
           VERDICT_OK, CLOSING_CLEAN, NULL, NULL, ""),
    CLIENT("a client that does not", WITH_CONTEXT, "head", VERDICT_SKIP, CLOSING_NOT_JUDGED,
           "refer to earlier ones", NULL, "; server_no_context_takeover"),

    /* ---- What cannot be made is our fault, wherever it stands */
    TOO_LONG("a frame of what is too long", "send binary deflate(rand(40000, 1))\nexpect end", "101 eof"),
    TOO_LONG("octets of what is too long", "raw deflate(rand(40000, 1))\nexpect end", "101 eof"),
    TOO_LONG("an answer of what is too long",
             "needs echo\nsend binary \"x\"\nexpect binary deflate(rand(40000, 1))", "101 bin:x"),

    /* ---- What comes in */
    RIGHT("one frame", WANT, HELLO),
    RIGHT("two fragments", WANT, "x:4103f248cd x:8004c9c90700"),
    RIGHT("empty fragments", WANT, "x:4100 x:0000 x:0007f248cdc9c90700 x:8000"),
    RIGHT("a ping between", WANT, "x:4103f248cd ping:k x:8004c9c90700"),
    RIGHT("not compressed", WANT, "text:Hello"),
    RIGHT("the context of the message before", WANT_TWO, HELLO " " HELLO_AGAIN),
    RIGHT("uncompressed between", OFFER "expect text \"Hello\"\nexpect text \"x\"\nexpect text \"Hello\"",
          HELLO " text:x " HELLO_AGAIN),
    RIGHT("a stored block", WANT, "x:c10b000500faff48656c6c6f00"),
    RIGHT("a final block", WANT_TWO, "x:c108f348cdc9c9070000 x:c108f348cdc9c9070000"),
    RIGHT("two blocks", WANT, "x:c10df248050000 x:00ffffcac9c90700"),
    RIGHT("an empty message", OFFER "expect text \"\"", "x:c10100"),
    RIGHT("any", OFFER "expect text any", HELLO),
    WRONG("another text", OFFER "expect text \"Hellp\"", HELLO, NULL),
    WRONG("more than is wanted", OFFER "expect text \"Hell\"", HELLO, NULL),
    WRONG("less than is wanted", OFFER "expect text \"Hello!\"", HELLO, NULL),
    WRONG("no block", WANT, FRAME_OF_ONE "06", "DEFLATE_DATA_INVALID"),
    WRONG("no block, and any text is wanted", OFFER "expect text any", FRAME_OF_ONE "06",
          "DEFLATE_DATA_INVALID"),
    WRONG("a block that does not end", OFFER "expect binary any", "x:c206000600f9ff48",
          "DEFLATE_DATA_INVALID"),
    WRONG("a distance before the start", WANT, HELLO_AGAIN, "DEFLATE_DATA_INVALID"),
    WRONG("behind a message that was lost", OFFER "expect binary any\nexpect text \"Hello\"",
          "x:c20106 " HELLO, "DEFLATE_DATA_INVALID"),
    WRONG("text that is none", WANT, NOT_TEXT, "TEXT_NOT_UTF8"),
    RIGHT("compressed data need not be UTF-8", OFFER "expect binary x\"ff\"", "x:c203fa0f00"),
    ROW("RSV1 on a ping", WANT, "head %ping:k " HELLO BYE, VERDICT_OK, CLOSING_CLEAN, "RSV1_ON_CONTROL_FRAME",
        NULL, ANSWER("")),
    ROW("RSV1 on a continuation", WANT, "head x:4103f248cd x:c004c9c90700" BYE, VERDICT_OK, CLOSING_CLEAN,
        "RSV1_ON_CONTINUATION", NULL, ANSWER("")),
    ROW("a context that was given up", WANT_TWO, "head " HELLO " " HELLO_AGAIN, VERDICT_FAILED,
        CLOSING_NOT_JUDGED, "SERVER_CONTEXT_TAKEN_OVER", NULL, ANSWER("; server_no_context_takeover")),
    ROW("each message alone", WANT_TWO, "head " HELLO " " HELLO BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL,
        ANSWER("; server_no_context_takeover")),
    RIGHT("a distance of 300", OFFER "expect text rep(303, \"A\")", FAR),
    ROW("a distance of 300 in a window of 512", OFFER "expect text rep(303, \"A\")", "head " FAR BYE,
        VERDICT_OK, CLOSING_CLEAN, NULL, NULL, ANSWER("; server_max_window_bits=9")),
    ROW("a distance of 300 in a window of 256", OFFER "expect text rep(303, \"A\")", "head " FAR BYE,
        VERDICT_FAILED, CLOSING_NOT_JUDGED, "SERVER_WINDOW_EXCEEDED", NULL,
        ANSWER("; server_max_window_bits=8")),

    /* ---- What is said to the offer */
    ROW("declined", WANT, "head", VERDICT_SKIP, CLOSING_NOT_JUDGED, NULL, NULL, HEAD("")),
    ROW("declined, and it is the case's subject", OFFER "expect http 101 noext", "head" BYE, VERDICT_OK,
        CLOSING_CLEAN, NULL, NULL, HEAD("")),
    ROW("without", OFFER "expect http 101 without \"permessage-deflate\" \"client_max_window_bits\"",
        "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, ANSWER("; server_no_context_takeover")),
    ROW("not without", OFFER "expect http 101 without \"permessage-deflate\" \"client_max_window_bits\"",
        "head" BYE, VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL, ANSWER("; client_max_window_bits=9")),
    ROW("not without what was declined", OFFER "expect http 101 without \"permessage-deflate\" \"x\"",
        "head" BYE, VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL, HEAD("")),
    ROW("what was not offered", "needs deflate\nopen ext \"permessage-deflate\"\nexpect text any", "head",
        VERDICT_SETUP, CLOSING_NOT_JUDGED, "RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED", NULL,
        ANSWER("; client_max_window_bits=10")),
    ROW("a larger window than was asked for",
        "needs deflate\nopen ext \"permessage-deflate; server_max_window_bits=9\"\nexpect http 101", "head",
        VERDICT_FAILED, CLOSING_NOT_JUDGED, "RESPONSE_DEFLATE_SERVER_WINDOW", NULL,
        ANSWER("; server_max_window_bits=10")),

    /* ---- What goes out */
    ROW("compressed", OFFER "send text \"Hello\" compressed", "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
        "%text:xf248cdc9c90700 close:1000", ANSWER("")),
    ROW("with the context of the message before",
        OFFER "send text \"Hello\" compressed\nsend text \"Hello\" compressed", "head" BYE, VERDICT_OK,
        CLOSING_CLEAN, NULL, "%text:xf248cdc9c90700 %text:xf200110000 close:1000", ANSWER("")),
    ROW("without context", OFFER "send text \"Hello\" compressed\nsend text \"Hello\" compressed", "head" BYE,
        VERDICT_OK, CLOSING_CLEAN, NULL, "%text:xf248cdc9c90700 %text:xf248cdc9c90700 close:1000",
        ANSWER("; client_no_context_takeover")),
    ROW("behind one made by hand",
        OFFER "send text \"Hello\" compressed\nsend text x\"f248cdc9c90700\" rsv1\n"
              "send text \"Hello\" compressed",
        "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
        "%text:xf248cdc9c90700 %text:xf248cdc9c90700 %text:xf248cdc9c90700 close:1000", ANSWER("")),
    ROW("more than is compressed by hand",
        OFFER "send binary deflate(rand(40000, 1)) rsv1\nexpect binary any", "head", VERDICT_ERROR,
        CLOSING_NOT_JUDGED, NULL, NULL, ANSWER("")),
    ROW("behind octets without a frame of ours",
        OFFER
        "send text \"Hello\" compressed\nraw x\"c18700000000f248cdc9c90700\"\nsend text \"Hello\" compressed",
        "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
        "%text:xf248cdc9c90700 %text:xf248cdc9c90700 %text:xf248cdc9c90700 close:1000", ANSWER("")),
    ROW("behind uncompressed ones",
        OFFER "send text \"Hello\" compressed\nsend text \"x\"\nsend text \"Hello\" compressed", "head" BYE,
        VERDICT_OK, CLOSING_CLEAN, NULL, "%text:xf248cdc9c90700 text:x %text:xf200110000 close:1000",
        ANSWER("")),
    ROW("with a context of two messages",
        OFFER "send text \"Hello\" compressed\nsend text rep(300, \"a\") compressed\nsend text \"Hello\" "
              "compressed",
        "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
        "%text:xf248cdc9c90700 %text:x4a1c0544030000 %text:xf200051800 close:1000", ANSWER("")),
    ROW("with a context that lies outside the window",
        OFFER "send text \"Hello\" compressed\nsend text rep(300, \"a\") compressed\nsend text \"Hello\" "
              "compressed",
        "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
        "%text:xf248cdc9c90700 %text:x4a1c0544030000 %text:xf248cdc9c90700 close:1000",
        ANSWER("; client_max_window_bits=8")),
    ROW("by hand, another one in each round", "repeat 2\n" OFFER "send text deflate(\"$round\") rsv1",
        "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL, "%text:x320400 %text:x320200 close:1000", ANSWER("")),
    ROW("in fragments", OFFER "send text \"Hello\" compressed frag=3", "head" BYE, VERDICT_OK, CLOSING_CLEAN,
        NULL, "%text+:xf248cd cont+:xc9c907 cont:x00 close:1000", ANSWER("")),
    ROW("each fragment flushed", OFFER "send text \"He\" fin=0 compressed\nsend cont \"llo\" compressed",
        "head" BYE, VERDICT_OK, CLOSING_CLEAN, NULL, "%text+:xf24805000000ffff cont:xcac9c90700 close:1000",
        ANSWER("")),
    ROW("nothing was agreed on", "open\nexpect http 101\nsend text \"Hello\" compressed", "head" BYE,
        VERDICT_OK, CLOSING_CLEAN, NULL, "text:Hello close:1000", HEAD("")),
};

SCRIPTED_TESTS(rows)

int main(void)
{
    Suite *suite = suite_create("run_deflate");
    TCase *cases = tcase_create("rows");
    add_rows(cases);
    suite_add_tcase(suite, cases);
    return scripted_run(suite);
}
