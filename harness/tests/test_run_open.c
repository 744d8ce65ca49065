/* SPDX-License-Identifier: MIT */
/* test_run_open.c: the opening handshake of a run: the request and its edits, and every kind of response. */
#include "harness/tests/scripted_target.h"

#define PING                 "send ping \"p\"\nexpect pong \"p\""
#define BYE                  "close:1000 eof"
#define CONTINUE             "HTTP/1.1 100 Continue\r\n\r\n"
#define STATUS               "HTTP/1.1 101 Switching Protocols\r\n"
#define UPGRADE              "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define ACCEPT               "Sec-WebSocket-Accept: $A\r\n"
#define RIGHT                STATUS UPGRADE ACCEPT
#define OPEN                 "open\nexpect http 101"
#define EXTENSION(condition) "open ext \"x-a; b=7; c, x-d\"\nexpect http 101 " condition
#define UNSENDABLE(name, edit, why)                                                                         \
    {                                                                                                       \
        name, "open " edit "\nexpect http 101", "101", VERDICT_ERROR, CLOSING_NOT_JUDGED, why, NULL, "", 0, \
            NULL                                                                                            \
    }
#define SETUP(name, script, reason, violations, head)                                          \
    {                                                                                          \
        name, PING, script, VERDICT_SETUP, CLOSING_NOT_JUDGED, reason, violations, "", 0, head \
    }

static const struct row rows[] = {
    /* The handshake is not what the case is about */
    {"right", PING, "head pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "ping:p close:1000", 0,
     RIGHT "\r\n"},
    {"frames behind the head in one chunk", PING, "101& pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL,
     NULL, 0, NULL},
    {"an interim response first", PING, "head pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
     CONTINUE RIGHT "\r\n"},
    {"several interim responses", PING, "head pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
     CONTINUE "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" CONTINUE RIGHT "\r\n"},
    {"only an interim response", PING, "head", VERDICT_SETUP, CLOSING_NOT_JUDGED,
     "no complete response to the opening handshake within 6000 ms", NULL, NULL, 0, CONTINUE},
    SETUP("400", "head", "answered with HTTP 400, not 101", NULL,
          "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    SETUP("200 with a body", "head text:x", "answered with HTTP 200, not 101", NULL,
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    SETUP("wrong accept", "head", "does not fit the key", "RESPONSE_ACCEPT_WRONG",
          STATUS UPGRADE "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
    SETUP("no accept", "head", "needs a Sec-WebSocket-Accept", "RESPONSE_ACCEPT_MISSING",
          STATUS UPGRADE "\r\n"),
    SETUP("no upgrade", "head", "needs an Upgrade", "RESPONSE_UPGRADE_MISSING",
          STATUS "Connection: Upgrade\r\n" ACCEPT "\r\n"),
    SETUP("an extension of its own", "head", "extension that was not offered",
          "RESPONSE_EXTENSION_NOT_OFFERED", RIGHT "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
    SETUP("a subprotocol of its own", "head", "subprotocol that was not offered",
          "RESPONSE_SUBPROTOCOL_NOT_OFFERED", RIGHT "Sec-WebSocket-Protocol: chat\r\n\r\n"),
    SETUP("a body", "head", "Content-Length", "RESPONSE_LENGTH_PRESENT", RIGHT "Content-Length: 0\r\n\r\n"),
    SETUP("garbage", "x:00ff00ff", "not an HTTP/1.1 response", NULL, NULL),
    SETUP("a frame", "text:hello", "not an HTTP/1.1 response", NULL, NULL),
    SETUP("a bare line feed", "head", "not an HTTP/1.1 response", NULL,
          "HTTP/1.1 101 X\nUpgrade: websocket\n\n"),
    {"TLS", PING, "x:15030100020228", VERDICT_SETUP, CLOSING_NOT_JUDGED, "wss://", NULL, "", ROW_ORDERED,
     NULL},
    SETUP("silence", "", "no complete response to the opening handshake within 6000 ms", NULL, NULL),
    SETUP("half a head", "head", "no complete response", NULL,
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs"),
    SETUP("end", "eof", "ended (eof) before the response", NULL, NULL),
    SETUP("end inside the head", "head eof", "ended (eof) before the response", NULL,
          "HTTP/1.1 101 Switching Pro"),
    SETUP("reset", "rst", "ended (rst) before the response", NULL, NULL),
    SETUP("refused", "refused", "no connection", NULL, NULL),
    {"the offered subprotocol", PING, "head pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL,
     ROW_OFFERS, RIGHT "Sec-WebSocket-Protocol: superchat\r\n\r\n"},

    /* The handshake is what the case is about */
    {"open alone", "open", "101 " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close:1000", 0, NULL},
    {"101 wanted", OPEN, "101 " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close:1000", 0, NULL},
    {"101 wanted, with frames behind it", OPEN "\nexpect ping \"k\"", "101& ping:k " BYE, VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"101 wanted, octet by octet", OPEN, "101 " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close:1000",
     ROW_OCTET, NULL},
    {"101 wanted, 400 came", OPEN, "head", VERDICT_FAILED, CLOSING_NOT_JUDGED, "got HTTP 400", NULL, NULL, 0,
     "HTTP/1.1 400 X\r\n\r\n"},
    {"101 wanted, a wrong one came", OPEN, "head", VERDICT_FAILED, CLOSING_NOT_JUDGED,
     "HTTP 101 that a client must not accept", "RESPONSE_ACCEPT_WRONG", NULL, 0,
     STATUS UPGRADE "Sec-WebSocket-Accept: x\r\n\r\n"},
    {"101 wanted, a wrong one came, as a SHOULD", OPEN, "head", VERDICT_NON_STRICT, CLOSING_NOT_JUDGED, NULL,
     "RESPONSE_ACCEPT_MISSING", NULL, ROW_SHOULD, STATUS UPGRADE "\r\n"},
    {"400 wanted", "open del \"Sec-WebSocket-Key\"\nexpect http 400..499\nor http 500..599 -> non-strict",
     "head", VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL, "", 0, "HTTP/1.1 404 X\r\n\r\nbody"},
    {"400 wanted, 500 came",
     "open del \"Sec-WebSocket-Key\"\nexpect http 400..499\nor http 500..599 -> non-strict", "head",
     VERDICT_NON_STRICT, CLOSING_NOT_JUDGED, NULL, NULL, "", 0, "HTTP/1.1 500 X\r\n\r\n"},
    {"400 wanted, 101 came", "open path \"/x\"\nexpect http 400..499", "101", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, "got HTTP 101", NULL, NULL, 0, NULL},
    {"400 wanted, the end came", "open path \"/x\"\nexpect http 400\nor end -> non-strict", "eof",
     VERDICT_NON_STRICT, CLOSING_NOT_JUDGED, NULL, NULL, "", 0, NULL},
    {"400 wanted, the end came inside the head", "open path \"/x\"\nexpect http 400", "head eof",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "got the end of TCP", NULL, "", 0, "HTTP/1.1 400 "},
    {"400 wanted, nothing came", "open path \"/x\"\nexpect http 400", "", VERDICT_FAILED, CLOSING_NOT_JUDGED,
     "got nothing more for", NULL, "", 0, NULL},
    {"400 wanted, garbage came", "open path \"/x\"\nexpect http 400", "x:ff", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, "not an HTTP/1.1 response", NULL, "", 0, NULL},
    {"400 wanted or quiet, nothing came", "open unended\nexpect http 400\nor quiet 300ms -> info", "",
     VERDICT_INFORMATIONAL, CLOSING_NOT_JUDGED, "quiet 300ms", NULL, "", 0, NULL},
    {"400 wanted or a longer quiet, nothing came", "open unended\nexpect http 400\nor quiet 60s -> info", "",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "nothing more", NULL, "", 0, NULL},
    {"an INFO wanted, garbage came", "open path \"/x\"\nexpect http 400", "x:ff", VERDICT_INFORMATIONAL,
     CLOSING_NOT_JUDGED, NULL, NULL, "", ROW_INFO, NULL},
    {"400 wanted, a folded one with two Server fields came", "open path \"/x\"\nexpect http 400", "head",
     VERDICT_OK, CLOSING_NOT_JUDGED, NULL, "RESPONSE_FIELD_FOLDED RESPONSE_FIELD_REPEATED", "", 0,
     "HTTP/1.1 400 X\r\nServer: a\r\n b\r\nServer: c\r\n\r\n"},
    {"a right 101 with a fold", PING, "head pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
     "RESPONSE_FIELD_FOLDED", NULL, 0, RIGHT "X-A: a\r\n b\r\n\r\n"},
    {"a folded interim response", PING, "head pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
     "RESPONSE_FIELD_FOLDED", NULL, 0, "HTTP/1.1 103 X\r\nX-A: a\r\n b\r\n\r\n" RIGHT "\r\n"},
    {"not what would have been skipped", "open\nexpect http 404\nor http 405 -> skip\nor http 406", "101",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "expected http 404 or http 406; got HTTP 101", NULL, NULL, 0, NULL},
    {"skip", "open\nexpect http 101 has \"X-A\"\nor http 101 -> skip", "101", VERDICT_SKIP,
     CLOSING_NOT_JUDGED, NULL, NULL, "", 0, NULL},

    /* TLS */
    {"the protocol that was wanted", "open alpn \"h2,http/1.1\"\nexpect http 101 alpn \"http/1.1\"",
     "alpn:http/1.1 101 " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"another protocol", "open alpn \"h2,http/1.1\"\nexpect http 101 alpn \"http/1.1\"", "alpn:h2 101",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "got HTTP 101", NULL, NULL, 0, NULL},
    {"no protocol", "open alpn \"h2\"\nexpect http 101 alpn \"\"", "101 " BYE, VERDICT_OK, CLOSING_CLEAN,
     NULL, NULL, NULL, 0, NULL},
    UNSENDABLE("a protocol without a name", "alpn \",\"", "1 to 255 octets"),
    UNSENDABLE("a comma too many", "alpn \"h2,\"", "1 to 255 octets"),
    UNSENDABLE("two commas", "alpn \"h2,,http/1.1\"", "1 to 255 octets"),
    UNSENDABLE("a protocol's name of 256 octets", "alpn rep(256, \"a\")", "1 to 255 octets"),
    UNSENDABLE("64 KiB of protocols", "alpn rep(32768, \"a,\") \"a\"", "1 to 255 octets"),
    UNSENDABLE("a protocol with a NUL", "alpn \"h2\" x\"00\"", "NUL"),
    UNSENDABLE("a server name of 256 octets", "sni rep(256, \"a\")", "255 octets at most"),
    UNSENDABLE("a field of 5 MiB", "set \"A\" rep(5242880, \"a\")", "longer than 4 MiB"),
    UNSENDABLE("three fields of 2 MiB",
               "add \"A\" rep(2097152, \"a\") add \"B\" rep(2097152, \"a\") add \"C\" \"\"",
               "longer than 4 MiB"),
    {"a protocol's name of 255 octets", "open alpn \"h2,\" rep(255, \"a\")\nexpect http 101",
     "alpn:h2 101 " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"frames of HTTP/2", "open alpn \"h2\"\nexpect http 101\nor end", "alpn:h2 x:000018040000 eof",
     VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL, "", 0, NULL},
    {"TLS refused where that is the subject", "open sni \"x\"\nexpect http 101\nor end", "no-tls", VERDICT_OK,
     CLOSING_NOT_JUDGED, NULL, NULL, "", 0, NULL},
    {"TLS refused where it is not", "open path \"/x\"\nexpect http 101\nor end", "no-tls", VERDICT_SETUP,
     CLOSING_NOT_JUDGED, "no connection", NULL, "", 0, NULL},
    {"silence in TLS where that is the subject", "open sni \"x\"\nexpect end\nor http 101", "hangs",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "got nothing more for", NULL, "", 0, NULL},
    {"silence in TLS where it is not", "open path \"/x\"\nexpect end\nor http 101", "hangs", VERDICT_SETUP,
     CLOSING_NOT_JUDGED, "no connection", NULL, "", 0, NULL},
    {"an alert to plain HTTP", "open plain\nexpect end\nor http 400..499", "x:15030100020228 eof", VERDICT_OK,
     CLOSING_NOT_JUDGED, NULL, NULL, "", 0, NULL},
    {"an alert to plain HTTP, TCP left open", "open plain\nexpect end\nor http 400..499",
     "x:15030100020228 101", VERDICT_FAILED, CLOSING_NOT_JUDGED, "got nothing more for", NULL, "", 0, NULL},
    {"a 400 to plain HTTP", "open plain\nexpect end\nor http 400..499", "head", VERDICT_OK,
     CLOSING_NOT_JUDGED, NULL, NULL, "", 0, "HTTP/1.1 400 X\r\n\r\n"},
    {"a 101 to plain HTTP", "open plain\nexpect end\nor http 400..499", "101", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, "got HTTP 101", NULL, NULL, 0, NULL},

    /* Conditions */
    {"has", "open\nexpect http 101 has \"server\" no \"X-A\" value \"server\" \"me\"", "head " BYE,
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, RIGHT "Server: me\r\n\r\n"},
    {"has not", "open\nexpect http 101 has \"server\"", "101", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL,
     NULL, 0, NULL},
    {"has what it should not", "open\nexpect http 101 no \"server\"", "head", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, RIGHT "Server: me\r\n\r\n"},
    {"another value", "open\nexpect http 101 value \"server\" \"me\"", "head", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, RIGHT "Server: Me\r\n\r\n"},
    {"once", "open\nexpect http 101 once \"SERVER\" lists \"Connection\" \"upgrade\"", "head " BYE,
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, RIGHT "Server: me\r\n\r\n"},
    {"twice", "open\nexpect http 101 once \"x-b\"", "head", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL,
     NULL, 0, RIGHT "X-A: me\r\nx-b: me\r\nX-B: me\r\n\r\n"},
    {"never", "open\nexpect http 101 once \"server\"", "101", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL,
     NULL, 0, NULL},
    {"listed in a second line", "open\nexpect http 426 lists \"X-A\" \"13\"", "head", VERDICT_OK,
     CLOSING_NOT_JUDGED, NULL, NULL, "", 0, "HTTP/1.1 426 X\r\n" UPGRADE "X-A: 8\r\nX-A: 7 ,13\r\n\r\n"},
    {"not listed", "open\nexpect http 400 lists \"X-A\" \"13\"", "head", VERDICT_FAILED, CLOSING_NOT_JUDGED,
     NULL, NULL, "", 0, "HTTP/1.1 400 X\r\nX-A: 113, 1\r\n\r\n"},
    {"an interim response wanted", "open\nexpect http 101 interim 100", "head " BYE, VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, NULL, 0, "HTTP/1.1 103 X\r\n\r\n" CONTINUE RIGHT "\r\n"},
    {"another interim response", "open\nexpect http 101 interim 100", "head", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, "HTTP/1.1 103 X\r\n\r\n" RIGHT "\r\n"},
    {"some interim response", "open\nexpect http 101 interim any", "head " BYE, VERDICT_OK, CLOSING_CLEAN,
     NULL, NULL, NULL, 0, CONTINUE RIGHT "\r\n"},
    {"an interim response is missing", "open\nexpect http 101 interim any", "101", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, NULL},
    {"no interim response", "open\nexpect http 101 interim none", "101 " BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
     NULL, NULL, 0, NULL},
    {"an interim response where there should be none", "open\nexpect http 101 interim none", "head",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, CONTINUE RIGHT "\r\n"},
    {"extension", EXTENSION("ext \"x-a\""), "head " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
     RIGHT "Sec-WebSocket-Extensions: x-a;b\r\n\r\n"},
    {"another extension", EXTENSION("ext \"x-a\""), "head", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL,
     NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-d\r\n\r\n"},
    {"the second extension", EXTENSION("ext \"x-a\" \"b\" 7..8"), "head " BYE, VERDICT_OK, CLOSING_CLEAN,
     NULL, NULL, NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-d, x-a; c; b=8\r\n\r\n"},
    {"a parameter out of its range", EXTENSION("ext \"x-a\" \"b\" 7..8"), "head", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-a; b=9\r\n\r\n"},
    {"a parameter that is no number", EXTENSION("ext \"x-a\" \"b\" 0..999999999"), "head", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-a; b=Z\r\n\r\n"},
    {"a quoted parameter", EXTENSION("ext \"x-a\" \"b\" 7"), "head " BYE, VERDICT_OK, CLOSING_CLEAN, NULL,
     NULL, NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-a; b=\"7\"\r\n\r\n"},
    {"a parameter with any value", EXTENSION("ext \"x-a\" \"b\""), "head " BYE, VERDICT_OK, CLOSING_CLEAN,
     NULL, NULL, NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-a; b=z\r\n\r\n"},
    {"a parameter without a value", EXTENSION("ext \"x-a\" \"b\" none"), "head " BYE, VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-a; b\r\n\r\n"},
    {"a parameter with a value where there should be none", EXTENSION("ext \"x-a\" \"b\" none"), "head",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0,
     RIGHT "Sec-WebSocket-Extensions: x-a; b=1\r\n\r\n"},
    {"no parameter", EXTENSION("ext \"x-a\" \"b\""), "head", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL,
     NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-a; c\r\n\r\n"},
    {"no extension", EXTENSION("noext"), "101 " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"an extension where there should be none", EXTENSION("noext"), "head", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, RIGHT "Sec-WebSocket-Extensions: x-d\r\n\r\n"},

    /* The response is judged by the request as it was edited */
    {"an added extension", "open add \"Sec-WebSocket-Extensions\" \"x-e\"\nexpect http 101 ext \"x-e\"",
     "head " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
     RIGHT "Sec-WebSocket-Extensions: x-e\r\n\r\n"},
    {"another key", "open set \"Sec-WebSocket-Key\" \" dGhlIHNhbXBsZSBub25jZQ== \"\nexpect http 101",
     "head " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
     STATUS UPGRADE "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"},
    {"a key in a folded line",
     "open set \"Sec-WebSocket-Key\" \"\\r\\n dGhlIHNhbXBsZSBub25jZQ==\"\nexpect http 101", "head " BYE,
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
     STATUS UPGRADE "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"},
    {"two keys", "open add \"Sec-WebSocket-Key\" \"dGhlIHNhbXBsZSBub25jZQ==\"\nexpect http 400", "head",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "HTTP 101", NULL, "", 0,
     STATUS UPGRADE "Sec-WebSocket-Accept: x\r\n\r\n"},
    {"a key in two parts",
     "open set \"Sec-WebSocket-Key\" \"dGhlIHNhbXBs\\r\\n ZSBub25jZQ==\"\nexpect http 400", "head",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "HTTP 101", NULL, "", 0,
     STATUS UPGRADE "Sec-WebSocket-Accept: x\r\n\r\n"},
    {"two keys and no accept", "open add \"Sec-WebSocket-Key\" \"dGhlIHNhbXBsZSBub25jZQ==\"\nexpect http 400",
     "head", VERDICT_FAILED, CLOSING_NOT_JUDGED, "HTTP 101", "RESPONSE_ACCEPT_MISSING", "", 0,
     STATUS UPGRADE "\r\n"},
    {"an offered subprotocol", "open proto \"a, b\"\nexpect http 101 value \"Sec-WebSocket-Protocol\" \"b\"",
     "head " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, RIGHT "Sec-WebSocket-Protocol: b\r\n\r\n"},
    {"a subprotocol that is no longer offered", "open del \"Sec-WebSocket-Protocol\"\nexpect http 101",
     "head", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, "RESPONSE_SUBPROTOCOL_NOT_OFFERED", NULL, ROW_OFFERS,
     RIGHT "Sec-WebSocket-Protocol: chat\r\n\r\n"},

    /* Octets behind the head, in the same write */
    {"early", "open early x\"89 81 00 00 00 00 70\"\nexpect http 101\nexpect pong \"p\"", "101 pong:p " BYE,
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "ping:p close:1000", 0, NULL},
    {"early, a part of a frame",
     "open early x\"89 81 00\"\nexpect http 101\nraw x\"00 00 00 70\"\nexpect pong \"p\"",
     "101 ping:k pong:p " BYE, VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "ping:p pong:k close:1000", ROW_ORDERED,
     NULL},
};

SCRIPTED_TESTS(rows)

/* The response may trickle in octet by octet, together with what comes behind it. */
START_TEST(response_in_two_chunks)
{
    static const char *const heads[] = {RIGHT "\r\n", CONTINUE RIGHT "Server: x\r\n\r\n"};
    struct row row = {"trickle",
                      OPEN "\nsend ping \"p\"\nexpect pong \"p\"",
                      "",
                      VERDICT_OK,
                      CLOSING_CLEAN,
                      NULL,
                      NULL,
                      NULL,
                      0,
                      NULL};
    static struct scripted s;
    for (size_t h = 0; h < sizeof heads / sizeof heads[0]; h++) {
        size_t size = 1;
        for (size_t at = 0; at < size; at++) {
            scripted_begin(&s, &row, CHUNK_WORDS, 0);
            run_connected(s.run, s.now);
            scripted_pump(&s);
            scripted_add_head(&s, heads[h]);
            scripted_frame(&s, "ping:k");
            size = s.pending_size;
            if (at == 0) {
                for (size_t i = 0; i < size; i++)
                    scripted_arrive(&s, s.pending + i, 1);
            } else {
                scripted_arrive(&s, s.pending, at);
                scripted_arrive(&s, s.pending + at, size - at);
            }
            s.pending_size = 0;
            s.pending_head = false;
            scripted_do(&s, "pong:p");
            scripted_do(&s, "close:1000");
            scripted_do(&s, "eof");
            scripted_check(&s, &row, "trickling");
            ck_assert_str_eq(s.wrote.text + (s.wrote.text[1] == 'o' ? 0 : 7),
                             s.wrote.text[1] == 'o' ? "pong:k ping:p close:1000" : "pong:k close:1000");
            ck_assert_uint_eq(run_response(s.run).size,
                              strlen(strstr(heads[h], "HTTP/1.1 101")) - 2 + WS_ACCEPT_SIZE);
            scripted_free(&s);
        }
    }
}
END_TEST

/* A head that never ends is given up, and does not grow. */
START_TEST(endless_head)
{
    struct row row = {"endless", PING, "", VERDICT_SETUP, CLOSING_NOT_JUDGED, "not an HTTP/1.1 response",
                      NULL,      NULL, 0,  NULL};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_WORDS, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    scripted_arrive(&s, (const uint8_t *)"HTTP/1.1 101 X\r\n", 16);
    uint8_t line[1024];
    memset(line, 'a', sizeof line);
    memcpy(line, "X-A: ", 5);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    size_t given = 0;
    for (; given < 1000 && !s.over; given++)
        scripted_arrive(&s, line, sizeof line);
    ck_assert_uint_le(given, 64);
    scripted_check(&s, &row, "endless");
    scripted_free(&s);
}
END_TEST

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: reference.invalid\r\n"
#define FIELDS \
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: KEY\r\nSec-WebSocket-Version: 13\r\n"

static const struct {
    const char *edits, *request;
    unsigned flags;
} requests[] = {
    {"", LINE HOST FIELDS "\r\n", 0},
    {"", LINE HOST FIELDS "Sec-WebSocket-Protocol: chat, superchat\r\n\r\n", ROW_OFFERS},
    {"line \"PUT /x HTTP/1.0\"", "PUT /x HTTP/1.0\r\n" HOST FIELDS "\r\n", 0},
    {"line \"\"", "\r\n" HOST FIELDS "\r\n", 0},
    {"path \"/a?b=c\"", "GET /a?b=c HTTP/1.1\r\n" HOST FIELDS "\r\n", 0},
    {"set \"Host\" \"a\"", LINE "Host: a\r\n" FIELDS "\r\n", 0},
    {"set \"hOST\" \"\"", LINE "hOST: \r\n" FIELDS "\r\n", 0},
    {"set \"X-A\" \"1\"", LINE HOST FIELDS "X-A: 1\r\n\r\n", 0},
    {"add \"Host\" \"a\"", LINE HOST FIELDS "Host: a\r\n\r\n", 0},
    {"add \"Host\" \"a\" set \"host\" \"b\"", LINE "host: b\r\n" FIELDS "\r\n", 0},
    {"add \"Host\" \"a\" del \"HOST\"", LINE FIELDS "\r\n", 0},
    {"del \"Hos\"", LINE HOST FIELDS "\r\n", 0},
    {"del \"Host\" del \"Upgrade\"",
     LINE "Connection: Upgrade\r\nSec-WebSocket-Key: KEY\r\nSec-WebSocket-Version: 13\r\n\r\n", 0},
    {"ext \"x-a\"", LINE HOST FIELDS "Sec-WebSocket-Extensions: x-a\r\n\r\n", 0},
    {"ext \"x-a\" ext \"x-b\"", LINE HOST FIELDS "Sec-WebSocket-Extensions: x-b\r\n\r\n", 0},
    {"proto \"a, b\"", LINE HOST FIELDS "Sec-WebSocket-Protocol: a, b\r\n\r\n", ROW_OFFERS},
    {"set \"X-A\" $key", LINE HOST FIELDS "X-A: KEY\r\n\r\n", 0},
    {"set \"X-A\" \"a\\rb\" set \"X-B\" \"2\"", LINE HOST FIELDS "X-A: a\rb\r\nX-B: 2\r\n\r\n", 0},
    {"set \"X-A\" \"a\\r\\n b\" set \"X-B\" \"2\"", LINE HOST FIELDS "X-A: a\r\n b\r\nX-B: 2\r\n\r\n", 0},
    {"path $scheme \"://$host$target\" set \"X-A\" \"$subprotocol.\"",
     "GET http://reference.invalid/ HTTP/1.1\r\n" HOST FIELDS "X-A: .\r\n\r\n", 0},
    {"unended set \"X-A\" \"1\"", LINE HOST FIELDS "X-A: 1\r\n", 0},
    {"unended early \"abc\"", LINE HOST FIELDS "abc", 0},
    {"early \"abc\" early \"def\"", LINE HOST FIELDS "\r\nabcdef", 0},
    {"early \"abc\" set \"X-A\" \"1\"", LINE HOST FIELDS "X-A: 1\r\n\r\nabc", 0},
};

/* The request as it goes out, with KEY for the key. */
START_TEST(edits_of_the_request)
{
    char steps[256];
    snprintf(steps, sizeof steps, "open %s\nexpect http any", requests[_i].edits);
    struct row row = {.name = requests[_i].edits, .steps = steps, .script = "", .flags = requests[_i].flags};
    static struct scripted s;
    for (int octet = 0; octet < 2; octet++) {
        row.flags = requests[_i].flags | (octet ? ROW_OCTET : 0U);
        scripted_begin(&s, &row, CHUNK_WORDS, 0);
        run_connected(s.run, s.now);
        scripted_pump(&s);
        char request[1024];
        ck_assert_uint_lt(s.sent_size, sizeof request);
        memcpy(request, s.sent, s.sent_size);
        request[s.sent_size] = '\0';
        char *key = strstr(request, "Sec-WebSocket-Key: "), text[WS_KEY_SIZE + 1] = "";
        ck_assert_ptr_nonnull(key);
        memcpy(text, key + 19, WS_KEY_SIZE);
        ck_assert_uint_eq(strcspn(key + 19, "\r"), WS_KEY_SIZE);
        for (char *at; (at = strstr(request, text)) != NULL;) {
            memcpy(at, "KEY", 3);
            memmove(at + 3, at + WS_KEY_SIZE, strlen(at + WS_KEY_SIZE) + 1);
        }
        ck_assert_str_eq(request, requests[_i].request);
        scripted_free(&s);
    }
}
END_TEST

/* Octets that no text holds go out as well. */
START_TEST(edits_with_a_nul)
{
    struct row row = {
        .name = "nul",
        .steps = "open line \"GET /\" x\"00\" \" HTTP/1.1\" set \"X-A\" \"a\" x\"00\" \"b\"\nexpect http any",
        .script = ""};
    static const char line[] = "GET /\0 HTTP/1.1\r\n", field[] = "X-A: a\0b\r\n\r\n";
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_WORDS, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    ck_assert_mem_eq(s.sent, line, sizeof line - 1);
    ck_assert_mem_eq(s.sent + s.sent_size - (sizeof field - 1), field, sizeof field - 1);
    scripted_free(&s);
    row.steps = "open path \"/a\" x\"00\" \"b\"\nexpect http any";
    scripted_begin(&s, &row, CHUNK_WORDS, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    ck_assert_mem_eq(s.sent, "GET /a\0b HTTP/1.1\r\n", 19);
    scripted_free(&s);
}
END_TEST

/* A request that is not the subject goes out in one write, whatever the delivery. */
START_TEST(a_request_in_one_write)
{
    struct row row = {.name = "one write", .steps = PING, .script = "", .flags = ROW_OCTET};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_WORDS, 0);
    run_connected(s.run, s.now);
    struct run_action action = run_next(s.run, s.now);
    ck_assert_int_eq(action.kind, RUN_WRITE);
    scripted_take_write(&s, action.octets);
    ck_assert_uint_eq(s.request_size, action.octets.size);
    ck_assert_int_eq(run_next(s.run, s.now).kind, RUN_WAIT);
    scripted_free(&s);
}
END_TEST

/* With a gap an octet goes out at a time, until the target or our patience has had enough. */
START_TEST(an_octet_at_a_time)
{
    struct row row = {.name = "gap",
                      .steps = "open add \"X-A\" rep(1000, \"a\") unended gap 100ms\n"
                               "expect http 400\nor quiet 1s -> info",
                      .script = "",
                      .head = "HTTP/1.1 400 X\r\n\r\n"};
    static struct scripted s;
    for (size_t answered_at = 0; answered_at <= 21; answered_at += 21) {
        scripted_begin(&s, &row, CHUNK_WORDS, 0);
        run_connected(s.run, s.now);
        scripted_pump(&s);
        run_time begun = s.now;
        for (size_t sent = 1; !s.over && sent != answered_at; sent++) {
            ck_assert_uint_eq(s.sent_size, sent);
            ck_assert_uint_le(run_deadline(s.run), begun + sent * 100 * 1000);
            s.now = run_deadline(s.run);
            run_tick(s.run, s.now);
            scripted_pump(&s);
        }
        if (answered_at > 0)
            scripted_do(&s, "head");
        ck_assert(s.over);
        ck_assert_uint_eq(s.now - begun, answered_at > 0 ? 20 * 100 * 1000 : 2 * s.settings.patience);
        ck_assert_int_eq(run_verdict(s.run)->verdict, answered_at > 0 ? VERDICT_OK : VERDICT_INFORMATIONAL);
        char note[80];
        snprintf(note, sizeof note, "%zu of the request's ", s.sent_size);
        struct transcript *transcript = (struct transcript *)run_transcript(s.run);
        bool noted = false;
        for (size_t i = 0; i < transcript->number; i++)
            noted = noted || strncmp(transcript_at(transcript, i)->note, note, strlen(note)) == 0;
        ck_assert(noted);
        scripted_free(&s);
    }
}
END_TEST

/* What is sent early still goes out when the response was quicker. */
START_TEST(early_behind_the_response)
{
    struct row row = {.name = "early",
                      .steps = "open early x\"89 81 00 00 00 00 70\"\nexpect http 101\nexpect pong \"p\"",
                      .script = "",
                      .verdict = VERDICT_OK,
                      .closing = CLOSING_CLEAN,
                      .flags = ROW_OCTET};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_WORDS, 0);
    run_connected(s.run, s.now);
    while (s.request_size == 0) {
        struct run_action action = run_next(s.run, s.now);
        ck_assert_int_eq(action.kind, RUN_WRITE);
        ck_assert_uint_eq(action.octets.size, 1);
        scripted_take_write(&s, action.octets);
    }
    scripted_do(&s, "101");
    ck_assert_str_eq(s.wrote.text, "ping:p");
    scripted_do(&s, "pong:p");
    scripted_do(&s, "close:1000");
    scripted_do(&s, "eof");
    scripted_check(&s, &row, "early");
    scripted_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("opening handshake of runs");
    TCase *cases = tcase_create("rows");
    add_rows(cases);
    tcase_add_test(cases, response_in_two_chunks);
    tcase_add_test(cases, endless_head);
    tcase_add_loop_test(cases, edits_of_the_request, 0, (int)(sizeof requests / sizeof requests[0]));
    tcase_add_test(cases, edits_with_a_nul);
    tcase_add_test(cases, an_octet_at_a_time);
    tcase_add_test(cases, early_behind_the_response);
    tcase_add_test(cases, a_request_in_one_write);
    suite_add_tcase(suite, cases);
    return scripted_run(suite);
}
