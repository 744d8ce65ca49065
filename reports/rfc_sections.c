/* SPDX-License-Identifier: MIT */
/* rfc_sections.c: titles of the sections, as the tables of contents of the RFCs have them, so that a table by
 * section can be read without the RFC at hand. Owns the titles only. */
#include "reports/html.h"

#include <string.h>

struct section_title {
    const char *section, *title;
};

static const struct section_title rfc6455[] = {
    {"1", "Introduction"},
    {"1.1", "Background"},
    {"1.2", "Protocol Overview"},
    {"1.3", "Opening Handshake"},
    {"1.4", "Closing Handshake"},
    {"1.5", "Design Philosophy"},
    {"1.6", "Security Model"},
    {"1.7", "Relationship to TCP and HTTP"},
    {"1.8", "Establishing a Connection"},
    {"1.9", "Subprotocols Using the WebSocket Protocol"},
    {"2", "Conformance Requirements"},
    {"2.1", "Terminology and Other Conventions"},
    {"3", "WebSocket URIs"},
    {"4", "Opening Handshake"},
    {"4.1", "Client Requirements"},
    {"4.2", "Server-Side Requirements"},
    {"4.2.1", "Reading the Client's Opening Handshake"},
    {"4.2.2", "Sending the Server's Opening Handshake"},
    {"4.3", "Collected ABNF for New Header Fields Used in Handshake"},
    {"4.4", "Supporting Multiple Versions of WebSocket Protocol"},
    {"5", "Data Framing"},
    {"5.1", "Overview"},
    {"5.2", "Base Framing Protocol"},
    {"5.3", "Client-to-Server Masking"},
    {"5.4", "Fragmentation"},
    {"5.5", "Control Frames"},
    {"5.5.1", "Close"},
    {"5.5.2", "Ping"},
    {"5.5.3", "Pong"},
    {"5.6", "Data Frames"},
    {"5.7", "Examples"},
    {"5.8", "Extensibility"},
    {"6", "Sending and Receiving Data"},
    {"6.1", "Sending Data"},
    {"6.2", "Receiving Data"},
    {"7", "Closing the Connection"},
    {"7.1", "Definitions"},
    {"7.1.1", "Close the WebSocket Connection"},
    {"7.1.2", "Start the WebSocket Closing Handshake"},
    {"7.1.3", "The WebSocket Closing Handshake is Started"},
    {"7.1.4", "The WebSocket Connection is Closed"},
    {"7.1.5", "The WebSocket Connection Close Code"},
    {"7.1.6", "The WebSocket Connection Close Reason"},
    {"7.1.7", "Fail the WebSocket Connection"},
    {"7.2", "Abnormal Closures"},
    {"7.2.1", "Client-Initiated Closure"},
    {"7.2.2", "Server-Initiated Closure"},
    {"7.2.3", "Recovering from Abnormal Closure"},
    {"7.3", "Normal Closure of Connections"},
    {"7.4", "Status Codes"},
    {"7.4.1", "Defined Status Codes"},
    {"7.4.2", "Reserved Status Code Ranges"},
    {"8", "Error Handling"},
    {"8.1", "Handling Errors in UTF-8-Encoded Data"},
    {"9", "Extensions"},
    {"9.1", "Negotiating Extensions"},
    {"9.2", "Known Extensions"},
    {"10", "Security Considerations"},
    {"10.1", "Non-Browser Clients"},
    {"10.2", "Origin Considerations"},
    {"10.3", "Attacks On Infrastructure (Masking)"},
    {"10.4", "Implementation-Specific Limits"},
    {"10.5", "WebSocket Client Authentication"},
    {"10.6", "Connection Confidentiality and Integrity"},
    {"10.7", "Handling of Invalid Data"},
    {"10.8", "Use of SHA-1 by the WebSocket Handshake"},
    {"11.1.1", "Registration of \"ws\" Scheme"},
    {"11.1.2", "Registration of \"wss\" Scheme"},
    {"11.2", "Registration of the \"WebSocket\" HTTP Upgrade Keyword"},
    {"11.3.1", "Sec-WebSocket-Key"},
    {"11.3.2", "Sec-WebSocket-Extensions"},
    {"11.3.3", "Sec-WebSocket-Accept"},
    {"11.3.4", "Sec-WebSocket-Protocol"},
    {"11.3.5", "Sec-WebSocket-Version"},
    {"11.7", "WebSocket Close Code Number Registry"},
    {"11.8", "WebSocket Opcode Registry"},
    {"11.9", "WebSocket Framing Header Bits Registry"},
};

static const struct section_title rfc3629[] = {
    {"3", "UTF-8 definition"},
    {"4", "Syntax of UTF-8 Byte Sequences"},
    {"6", "Byte order mark (BOM)"},
    {"10", "Security Considerations"},
};

static const struct section_title rfc7692[] = {
    {"4", "WebSocket Per-Message Compression Extension"},
    {"5", "Extension Negotiation"},
    {"5.1", "General Negotiation Flow"},
    {"5.2", "Negotiation Examples"},
    {"6", "Framing"},
    {"6.1", "Compression"},
    {"6.2", "Decompression"},
    {"7", "The \"permessage-deflate\" Extension"},
    {"7.1", "Extension Parameters"},
    {"7.1.1", "Context Takeover Control"},
    {"7.1.1.1", "The \"server_no_context_takeover\" Extension Parameter"},
    {"7.1.1.2", "The \"client_no_context_takeover\" Extension Parameter"},
    {"7.1.2", "Limiting the LZ77 Sliding Window Size"},
    {"7.1.2.1", "The \"server_max_window_bits\" Extension Parameter"},
    {"7.1.2.2", "The \"client_max_window_bits\" Extension Parameter"},
    {"7.1.3", "Examples"},
    {"7.2", "Message Payload Transformation"},
    {"7.2.1", "Compression"},
    {"7.2.2", "Decompression"},
    {"7.2.3", "Examples"},
    {"7.2.3.1", "A Message Compressed Using One Compressed DEFLATE Block"},
    {"7.2.3.2", "Sharing LZ77 Sliding Window"},
    {"7.2.3.3", "Using a DEFLATE Block with No Compression"},
    {"7.2.3.4", "Using a DEFLATE Block with \"BFINAL\" Set to 1"},
    {"7.2.3.5", "Two DEFLATE Blocks in One Message"},
    {"7.2.3.6", "Generating an Empty Fragment"},
    {"7.3", "Implementation Notes"},
    {"8", "Security Considerations"},
};

static const struct section_title rfc7936[] = {
    {"2", "Clarified Instructions"},
};

static const struct section_title rfc9110[] = {
    {"5.1", "Field Names"},
    {"5.2", "Field Lines and Combined Field Value"},
    {"5.3", "Field Order"},
    {"5.4", "Field Limits"},
    {"5.5", "Field Values"},
    {"5.6.1.1", "Sender Requirements"},
    {"5.6.1.2", "Recipient Requirements"},
    {"5.6.4", "Quoted Strings"},
    {"5.6.6", "Parameters"},
    {"7.6.1", "Connection"},
    {"7.8", "Upgrade"},
    {"8.6", "Content-Length"},
    {"15.2", "Informational 1xx"},
    {"15.2.2", "101 Switching Protocols"},
    {"15.5.2", "401 Unauthorized"},
    {"15.5.6", "405 Method Not Allowed"},
    {"15.5.22", "426 Upgrade Required"},
};

static const struct section_title rfc9112[] = {
    {"2.2", "Message Parsing"},       {"3", "Request Line"},        {"3.2", "Request Target"},
    {"3.2.1", "origin-form"},         {"3.2.2", "absolute-form"},   {"5.1", "Field Line Parsing"},
    {"5.2", "Obsolete Line Folding"}, {"6.1", "Transfer-Encoding"}, {"6.3", "Message Body Length"},
    {"9.3", "Persistence"},
};

static const struct {
    const char *rfc;
    const struct section_title *titles;
    size_t count;
} tables[] = {
    {"RFC6455", rfc6455, sizeof rfc6455 / sizeof rfc6455[0]},
    {"RFC3629", rfc3629, sizeof rfc3629 / sizeof rfc3629[0]},
    {"RFC7692", rfc7692, sizeof rfc7692 / sizeof rfc7692[0]},
    {"RFC7936", rfc7936, sizeof rfc7936 / sizeof rfc7936[0]},
    {"RFC9110", rfc9110, sizeof rfc9110 / sizeof rfc9110[0]},
    {"RFC9112", rfc9112, sizeof rfc9112 / sizeof rfc9112[0]},
};

const char *rfc_section_title(const char *rfc, const char *section)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (size_t j = 0; strcmp(tables[i].rfc, rfc) == 0 && j < tables[i].count; j++) {
            if (strcmp(tables[i].titles[j].section, section) == 0)
                return tables[i].titles[j].title;
        }
    }
    return NULL;
}
