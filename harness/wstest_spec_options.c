/* SPDX-License-Identifier: MIT */
/* wstest_spec_options.c: the names that "options" may have in a spec file, for each role, and the type of
 * each. Of all of them only the timeouts change anything here: how to behave is a matter of the cases. */
#include "harness/wstest_spec_options.h"

#include <string.h>

enum { CLIENT = 1, SERVER = 2, BOTH = 3 };
enum option_type { BOOLEAN, NUMBER, SECONDS, VERSION, TEXT, LIST };
enum { SECONDS_MAX = 60, CLIENT_PATIENCE_MS = 2000, SERVER_PATIENCE_MS = 10000 };

static const struct {
    const char *name;
    unsigned roles;
    enum option_type type;
} known[] = {
    {"version", CLIENT, VERSION},
    {"acceptMaskedServerFrames", CLIENT, BOOLEAN},
    {"maskClientFrames", CLIENT, BOOLEAN},
    {"serverConnectionDropTimeout", CLIENT, SECONDS},
    {"versions", SERVER, LIST},
    {"allowHixie76", SERVER, BOOLEAN},
    {"webStatus", SERVER, BOOLEAN},
    {"maskServerFrames", SERVER, BOOLEAN},
    {"requireMaskedClientFrames", SERVER, BOOLEAN},
    {"serveFlashSocketPolicy", SERVER, BOOLEAN},
    {"flashSocketPolicy", SERVER, TEXT},
    {"allowedOrigins", SERVER, LIST},
    {"maxConnections", SERVER, NUMBER},
    {"utf8validateIncoming", BOTH, BOOLEAN},
    {"applyMask", BOTH, BOOLEAN},
    {"maxFramePayloadSize", BOTH, NUMBER},
    {"maxMessagePayloadSize", BOTH, NUMBER},
    {"autoFragmentSize", BOTH, NUMBER},
    {"failByDrop", BOTH, BOOLEAN},
    {"echoCloseCodeReason", BOTH, BOOLEAN},
    {"openHandshakeTimeout", BOTH, SECONDS},
    {"closeHandshakeTimeout", BOTH, SECONDS},
    {"tcpNoDelay", BOTH, BOOLEAN},
    {"autoPingInterval", BOTH, NUMBER},
    {"autoPingTimeout", BOTH, NUMBER},
    {"autoPingSize", BOTH, NUMBER},
};

static const char *expected(enum option_type type)
{
    switch (type) {
    case BOOLEAN:
        return "true or false";
    case NUMBER:
        return "a number that is not negative";
    case SECONDS:
        return "0 to 60 seconds";
    case VERSION:
        return "a version from 10 to 18";
    case TEXT:
        return "a string";
    case LIST:
        return "a list";
    }
    return "";
}

static bool fits(enum option_type type, const json_t *value)
{
    double number = json_number_value(value); /* 0 when it is none */
    switch (type) {
    case BOOLEAN:
        return json_is_boolean(value);
    case NUMBER:
        return json_is_number(value) && number >= 0;
    case SECONDS:
        return json_is_number(value) && number >= 0 && number <= SECONDS_MAX;
    case VERSION:
        return json_is_integer(value) && number >= 10 && number <= 18;
    case TEXT:
        return json_is_string(value) || json_is_null(value);
    case LIST:
        return json_is_array(value);
    }
    return false;
}

unsigned wstest_patience(const struct wstest_protocol *protocol, bool confirms)
{
    unsigned least = confirms ? CLIENT_PATIENCE_MS : SERVER_PATIENCE_MS;
    return protocol->patience_ms > least ? protocol->patience_ms : least;
}

bool wstest_spec_read_options(struct wstest_protocol *out, enum wstest_spec_kind kind, json_t *options,
                              const char *place, struct text_buffer *errors)
{
    unsigned role = kind == WSTEST_FUZZING_CLIENT ? CLIENT : SERVER;
    *out = (struct wstest_protocol){0};
    for (void *at = json_object_iter(options); at != NULL; at = json_object_iter_next(options, at)) {
        const char *name = json_object_iter_key(at);
        const json_t *value = json_object_iter_value(at);
        size_t i = 0;
        while (i < sizeof known / sizeof known[0] &&
               ((known[i].roles & role) == 0 || strcmp(known[i].name, name) != 0))
            i++;
        if (i == sizeof known / sizeof known[0]) {
            text_print(errors, "%s: there is no option '%s'\n", place, name);
            return false;
        }
        if (!fits(known[i].type, value)) {
            text_print(errors, "%s: %s: expected %s\n", place, name, expected(known[i].type));
            return false;
        }
        unsigned ms = known[i].type == SECONDS ? (unsigned)(json_number_value(value) * 1000) : 0;
        out->patience_ms = ms > out->patience_ms ? ms : out->patience_ms;
    }
    return true;
}
