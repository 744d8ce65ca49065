# SPDX-License-Identifier: MIT
"""ws_faults.py: faults for npm's ws, at the version that harness/tests/real/ws/package.json names."""

from fault import Fault

DEFLATE = "lib/permessage-deflate.js"
RECEIVER = "lib/receiver.js"
SENDER = "lib/sender.js"
SERVER = "lib/websocket-server.js"
SOCKET = "lib/websocket.js"
VALIDATION = "lib/validation.js"

# sender.js refuses to write what receiver.js would refuse to read; who forgets one forgets the other.
ANY_CLOSE_CODE = (SENDER, "typeof code !== 'number' || !isValidStatusCode(code)", "typeof code !== 'number'")
ANY_CONTROL_LENGTH = (SENDER, "if (byteLength > 125) {", "if (false) {", 2)

# What several faults change.
PONG = "websocket.pong(data, !this._isServer,"
TEXT_IS_WHOLE = "const buf = concat(fragments, messageLength);\n\n      if (!this._skipUTF8Validation &&"
CLOSE_ANSWER = "  if (code === 1005) websocket.close();\n  else websocket.close(code, reason);\n"
MESSAGE_INFLATED = "    if (this._compressed) {\n      this._state = INFLATING;"
EXTENSION_WANTED = "    if (extensions[PerMessageDeflate.extensionName]) {\n      const params"
TAKEOVER_WANTED = "    if (opts.serverNoContextTakeover) {"
CLOSE_READ = "        this._loop = false;\n        this.emit('conclude', code, buf);\n        this.end();\n"

MASKING = (
    Fault("unmasked-accepted", "takes frames that are not masked", "R6455-5.1-03", "masking",
          "novnc/websockify#164, theturtle32/WebSocket-Node#226",
          ((RECEIVER, "if (!this._masked) {", "if (false) {"),)),
    Fault("unmasked-control-accepted", "takes control frames that are not masked", "R6455-5.1-03", "masking",
          "oven-sh/bun#35526, for the other role",
          ((RECEIVER, "if (!this._masked) {", "if (!this._masked && this._opcode < 0x08) {"),)),
    Fault("mask-bit-not-read", "reads a masking key whether the mask bit is set or not", "R6455-5.1-03", "masking",
          "XX-net/XX-Net#14169",
          ((RECEIVER, "this._masked = (buf[1] & 0x80) === 0x80;", "this._masked = true;"),)),
    Fault("unmasks-second-read-from-0", "begins again with octet 0 of the key where a frame was cut by TCP",
          "R6455-5.3-06", "masking splits/binary-short", "uNetworking/uWebSockets#1407, pocoproject/poco#4838",
          ((RECEIVER, "      data = this.consume(this._payloadLength);\n",
            "      const cut = this._buffers[0].length;\n"
            "      data = this.consume(this._payloadLength);\n"),
           (RECEIVER, "        unmask(data, this._mask);\n",
            "        unmask(data.subarray(0, cut), this._mask);\n"
            "        unmask(data.subarray(cut), this._mask);\n"))),
    Fault("masks-messages", "masks the messages that it sends", "R6455-5.1-05", "messages",
          "jaspervdj/websockets#21",
          ((SOCKET, "      mask: !this._isServer,\n      compress: true,",
            "      mask: true,\n      compress: true,"),)),
)

BITS_AND_OPCODES = (
    Fault("rsv2-rsv3-ignored", "does not look at RSV2 and RSV3", "R6455-5.2-04", "reserved_bits",
          "c4punks/CWIST#143, statianzo/Fleck#33",
          ((RECEIVER, "(buf[0] & 0x30) !== 0x00", "false"),)),
    Fault("rsv1-ignored", "does not look at RSV1 when there is no extension", "R6455-5.2-04", "reserved_bits",
          "ballerina-platform/ballerina-lang#12694",
          ((RECEIVER, "const compressed = (buf[0] & 0x40) === 0x40;",
            "const compressed = (buf[0] & 0x40) === 0x40 && !!this._extensions[PerMessageDeflate.extensionName];"),)),
    Fault("reserved-control-ignored", "passes over frames with opcodes B to F", "R6455-5.2-06", "opcodes",
          "cesanta/mongoose#1293, LadybirdBrowser/ladybird#12031",
          ((RECEIVER, "this._opcode > 0x07 && this._opcode < 0x0b", "this._opcode > 0x07"),)),
    Fault("reserved-data-as-text", "takes opcodes 3 to 7 for text", "R6455-5.2-06", "opcodes",
          "3redronin/mu-server#236",
          ((RECEIVER, "this._opcode === 0x01 || this._opcode === 0x02", "this._opcode < 0x08"),)),
)

LENGTHS = (
    Fault("length-16-signed", "takes 16-bit lengths for signed numbers and refuses half of them", "R6455-5.2-11",
          "messages lengths limits", "croservices/cro-websocket#23",
          ((RECEIVER, "    this._payloadLength = this.consume(2).readUInt16BE(0);\n    this.haveLength(cb);",
            "    this._payloadLength = this.consume(2).readInt16BE(0);\n"
            "    if (this._payloadLength < 0) {\n"
            "      cb(this.createError(RangeError, 'negative length', true, 1002, 'WS_ERR'));\n"
            "      return;\n"
            "    }\n"
            "    this.haveLength(cb);"),)),
    Fault("length-64-modulo-32", "drops the upper half of 64-bit lengths", "R6455-5.2-22", "lengths",
          "ithewei/libhv#852",
          ((RECEIVER, "num > Math.pow(2, 53 - 32) - 1", "false"),
           (RECEIVER, "num * Math.pow(2, 32) + buf.readUInt32BE(4)", "buf.readUInt32BE(4)"))),
    Fault("length-64-shifted-by-8", "shifts the upper half of 64-bit lengths by 8 bits", "R6455-5.2-22", "lengths",
          "nodejs/undici#4875",
          ((RECEIVER, "num > Math.pow(2, 53 - 32) - 1", "false"),
           (RECEIVER, "num * Math.pow(2, 32) + buf.readUInt32BE(4)", "Math.max(0, (num << 8) + buf.readUInt32BE(4))"))),
    Fault("length-64-modulo-53", "keeps 53 bits of 64-bit lengths", "R6455-5.2-22", "lengths",
          "",
          ((RECEIVER, "num > Math.pow(2, 53 - 32) - 1", "false"),
           (RECEIVER, "num * Math.pow(2, 32)", "(num & 0x1fffff) * Math.pow(2, 32)"))),
    Fault("length-64-top-bit-dropped", "drops the top bit of 64-bit lengths", "R6455-5.2-13", "lengths",
          "golang/go#11999",
          ((RECEIVER, "const num = buf.readUInt32BE(0);", "const num = buf.readUInt32BE(0) & 0x7fffffff;"),
           (RECEIVER, "num > Math.pow(2, 53 - 32) - 1", "num > Math.pow(2, 53 - 32) - 1 && buf[0] < 0x80"))),
    Fault("sends-126-in-7-bits", "writes a length of 126 into the 7 bits", "R6455-5.2-11", "messages",
          "dandeliondeathray/DandelionWebSockets.jl#13",
          ((SENDER, "dataLength > 125", "dataLength > 126"),)),
    Fault("sends-125-in-16-bits", "writes a length of 125 into 16 bits", "R6455-5.2-15", "messages", "",
          ((SENDER, "dataLength > 125", "dataLength > 124"),)),
    Fault("sends-65535-in-64-bits", "writes a length of 65,535 into 64 bits", "R6455-5.2-15", "messages", "",
          ((SENDER, "dataLength >= 65536", "dataLength >= 65535"),)),
    Fault("sends-length-16-cut", "writes the 16-bit length of 65,536 octets and more", "R6455-5.2-12", "messages",
          "asterics/FLipMouse-esp32#21",
          ((SENDER, "dataLength >= 65536", "false"),
           (SENDER, "target.writeUInt16BE(dataLength, 2);", "target.writeUInt16BE(dataLength & 0xffff, 2);"))),
)

CONTROL = (
    Fault("long-control-accepted", "takes control frames of more than 125 octets", "R6455-5.5-02", "lengths",
          "stephenberry/glaze#2606, c4punks/CWIST#160",
          ((RECEIVER, "this._payloadLength > 0x7d ||", "false ||"), ANY_CONTROL_LENGTH)),
    Fault("long-pong-accepted", "takes pongs of more than 125 octets", "R6455-5.5-02", "lengths", "",
          ((RECEIVER, "this._payloadLength > 0x7d ||", "(this._payloadLength > 0x7d && this._opcode !== 0x0a) ||"),)),
    Fault("unfinished-control-accepted", "takes control frames with FIN 0 for whole", "R6455-5.4-08", "fragmentation",
          "Kitura/Kitura-WebSocket#29, lalinsky/dusty#173",
          ((RECEIVER, "< 0x0b) {\n      if (!this._fin) {", "< 0x0b) {\n      if (false) {"),
           (RECEIVER, "if (!this._fin && !this._fragmented)",
            "if (!this._fin && !this._fragmented && this._opcode < 8)"))),
    Fault("pong-empty", "answers pings with empty pongs", "R6455-5.5.3-01",
          "ping_pong !ping_pong/ping-lengths",
          "unbit/uwsgi#1690, ASPLes/nopoll#17",
          ((SOCKET, PONG, "websocket.pong('', !this._isServer,"),)),
    Fault("pong-cut-at-nul", "takes the payload of a ping for a string that ends at NUL", "R6455-5.5.3-01",
          "ping_pong !ping_pong/ping-lengths",
          "",
          ((SOCKET, PONG,
            "websocket.pong(data.includes(0) ? data.subarray(0, data.indexOf(0)) : data, !this._isServer,"),)),
    Fault("pong-through-text", "takes the payload of a ping for UTF-8 and repairs it", "R6455-5.5.3-01",
          "ping_pong !ping_pong/ping-lengths",
          "playframework/playframework#14124, for messages",
          ((SOCKET, PONG,
            "websocket.pong(Buffer.from(data.toString()).subarray(0, 125), !this._isServer,"),)),
    Fault("pong-cut-to-124", "copies 124 octets of a ping at most", "R6455-5.5.3-01",
          "ping_pong !ping_pong/ping-lengths", "",
          ((SOCKET, PONG,
            "websocket.pong(data.subarray(0, 124), !this._isServer,"),)),
    Fault("ping-in-message-lost", "does not answer pings in the middle of a message", "R6455-5.4-11",
          "ping_pong fragmentation", "",
          ((SOCKET, "if (websocket._autoPong && ", "if (!this._fragmented && websocket._autoPong && "),)),
    Fault("ping-in-message-joined", "puts the payload of a ping between fragments into the message", "R6455-5.4-11",
          "ping_pong fragmentation", "ninjasource/embedded-websocket#31",
          ((RECEIVER, "    if (this._allowSynchronousEvents) {\n      this.emit(this._opcode === 0x09",
            "    if (this._fragmented && data.length) {\n"
            "      this._fragments.push(data);\n"
            "      this._totalPayloadLength += data.length;\n"
            "    }\n"
            "    if (this._allowSynchronousEvents) {\n      this.emit(this._opcode === 0x09"),)),
    Fault("pong-only-to-first-ping", "answers the first ping of a connection only", "R6455-5.5.2-02", "ping_pong",
          "",
          ((SOCKET, "  websocket._pendingAutoPongs--;\n", "  websocket._autoPong = false;\n"),)),
)

FRAGMENTS = (
    Fault("unfinished-message-in-message", "takes the first fragment of another message for more of this one",
          "R6455-5.4-10", "fragmentation", "aio-libs/aiohttp#13553",
          ((RECEIVER, "if (this._fragmented) {", "if (this._fragmented && this._fin) {"),)),
    Fault("message-drops-message", "forgets the unfinished message when another one begins", "R6455-5.4-10",
          "fragmentation", "lalinsky/dusty#173",
          ((RECEIVER, "if (this._fragmented) {",
            "if (this._fragmented && this._fin) {\n"
            "        this._fragments = [];\n"
            "        this._totalPayloadLength = this._messageLength = 0;\n"
            "      } else if (this._fragmented) {"),)),
    Fault("lone-continuation-as-text", "takes a continuation of nothing for a text message", "R6455-5.4-04",
          "fragmentation", "c4punks/CWIST#158, 7etsuo/tetsuo-pulse#3512",
          ((RECEIVER, "if (!this._fragmented) {", "if (false) {"),
           (RECEIVER, "this._opcode = this._fragmented;", "this._opcode = this._fragmented || 1;"))),
    Fault("lone-continuation-ignored", "passes over a continuation of nothing", "R6455-5.4-04", "fragmentation", "",
          ((RECEIVER, "if (!this._fragmented) {", "if (false) {"),
           (RECEIVER, "this._opcode = this._fragmented;", "this._opcode = this._fragmented || 0x0a;"))),
    Fault("fragments-reversed-type", "takes the type of a message from its last frame, a continuation being binary",
          "R6455-6.2-03", "fragmentation utf8", "",
          ((RECEIVER, "this._opcode = this._fragmented;", "this._opcode = 2;"),)),
    Fault("type-of-fragments-lost", "sends messages that came in fragments back as binary", "R6455-6.2-03",
          "fragmentation messages", "",
          ((RECEIVER, "    if (this._opcode === 2) {\n      let data;",
            "    if (this._opcode === 2 || fragments.length > 1) {\n      let data;"),)),
    Fault("fragments-with-opcode", "sends long messages in two frames, the second with the opcode of the first",
          "R6455-5.4-10", "messages", "",
          ((SENDER, "    if (!compress) {\n      this.sendFrame(Sender.frame(data, options), cb);\n      return;",
            "    if (!compress && data.length > 60000 && options.fin) {\n"
            "      this.sendFrame(Sender.frame(data.subarray(0, 50000), { ...options, fin: false }));\n"
            "      data = data.subarray(50000);\n"
            "    }\n"
            "    if (!compress) {\n      this.sendFrame(Sender.frame(data, options), cb);\n      return;"),)),
)

UTF8 = (
    Fault("text-not-checked", "does not check that text is UTF-8", "R6455-8.1-01",
          "utf8 !utf8/*-at-offset !utf8/table-*",
          "freeunitorg/freeunit#378, ballerina-platform/ballerina-lang#12696",
          ((RECEIVER, TEXT_IS_WHOLE,
            "const buf = concat(fragments, messageLength);\n\n      if (false &&"),)),
    Fault("text-repaired", "puts U+FFFD in the place of what is not UTF-8", "R6455-8.1-01",
          "utf8 !utf8/*-at-offset !utf8/table-*",
          "playframework/playframework#14124",
          ((RECEIVER, "const buf = concat(fragments, messageLength);",
            "const buf = Buffer.from(concat(fragments, messageLength).toString());"),)),
    Fault("text-checked-when-whole", "checks text only when it comes in one frame", "R6455-8.1-01", "utf8",
          "7etsuo/tetsuo-pulse#3512",
          ((RECEIVER, TEXT_IS_WHOLE,
            "const buf = concat(fragments, messageLength);\n\n      if (fragments.length < 2 &&"),)),
    Fault("text-checked-by-frame", "demands that every frame ends behind a character", "R6455-5.6-02", "utf8",
          "denoland/fastwebsockets#122, ballerina-platform/ballerina-lang#12695",
          ((RECEIVER, MESSAGE_INFLATED,
            "    if (this._opcode === 1 && !this._compressed && !isValidUTF8(data)) {\n"
            "      cb(this.createError(Error, 'invalid UTF-8', true, 1007, 'WS_ERR_INVALID_UTF8'));\n"
            "      return;\n"
            "    }\n"
            "    if (this._compressed) {\n      this._state = INFLATING;"),)),
    Fault("binary-checked", "demands UTF-8 of binary messages, too", "R6455-5.6-03", "utf8", "",
          ((RECEIVER, "    if (this._opcode === 2) {\n      let data;",
            "    if (this._opcode === 2 && isValidUTF8(concat(fragments, messageLength))) {\n      let data;"),)),
    Fault("surrogates-accepted", "takes surrogates in UTF-8 (CESU-8)", "R6455-8.1-01", "utf8", "",
          ((VALIDATION, "(buf[i] === 0xed && (buf[i + 1] & 0xe0) === 0xa0)", "false"),)),
    Fault("overlong-accepted", "takes overlong forms of three octets", "R6455-8.1-01", "utf8", "",
          ((VALIDATION, "(buf[i] === 0xe0 && (buf[i + 1] & 0xe0) === 0x80) ||", "false ||"),)),
    Fault("above-10ffff-accepted", "takes code points from U+110000 to U+13FFFF", "R6455-8.1-01", "utf8", "",
          ((VALIDATION, "(buf[i] === 0xf4 && buf[i + 1] > 0x8f) ||", "false ||"),)),
    Fault("short-text-not-checked", "checks text of 24 octets and more only", "R6455-8.1-01",
          "utf8 !utf8/*-at-offset !utf8/table-*", "",
          ((VALIDATION, "buf.length < 24 ? _isValidUTF8(buf) : isUtf8(buf)", "buf.length < 24 || isUtf8(buf)"),)),
    Fault("end-of-text-not-checked", "does not see that a text ends inside a character", "R6455-8.1-01",
          "utf8 !utf8/*-at-offset !utf8/table-*", "",
          ((RECEIVER, "!isValidUTF8(buf)) {\n        const error",
            "!isValidUTF8(buf) && !isValidUTF8(buf.subarray(0, -1)) && !isValidUTF8(buf.subarray(0, -2)) &&\n"
            "        !isValidUTF8(buf.subarray(0, -3))) {\n        const error"),)),
)

CLOSING = (
    Fault("close-code-not-checked", "sends any close code back", "R6455-7.4.1-08", "closing",
          "lalinsky/dusty#173, actix/actix-web#4216",
          ((RECEIVER, "if (!isValidStatusCode(code)) {", "if (false) {"), ANY_CLOSE_CODE)),
    Fault("close-code-1015-accepted", "takes close code 1015", "R6455-7.4.1-19", "closing", "",
          ((VALIDATION, "code <= 1014", "code <= 1015"),)),
    Fault("close-code-0-accepted", "takes close codes below 1000", "R6455-7.4.2-01", "closing",
          "Kitura/Kitura-WebSocket#36",
          ((VALIDATION, "code >= 1000 &&", "code >= 0 &&"),)),
    Fault("close-code-of-1-octet", "takes a body of one octet for none", "R6455-5.5.1-02", "closing",
          "oven-sh/bun#33691, c4punks/CWIST#157, aspnet/WebSockets#17",
          ((RECEIVER, "(this._opcode === 0x08 && this._payloadLength === 1)", "false"),
           (RECEIVER, "if (data.length === 0) {", "if (data.length < 2) {"))),
    Fault("close-reason-not-checked", "does not check that the reason is UTF-8", "R6455-5.5.1-04", "closing",
          "freeunitorg/freeunit#378, actix/actix-web#4216",
          ((RECEIVER, "          data.length - 2\n        );\n\n        if (!this._skipUTF8Validation &&",
            "          data.length - 2\n        );\n\n        if (false &&"),)),
    Fault("close-not-answered", "ends TCP without a Close frame of its own", "R6455-5.5.1-08", "closing",
          "c4punks/CWIST#137, mrniko/netty-socketio#560",
          ((SOCKET, CLOSE_ANSWER,
            "  websocket._socket.end();\n"),)),
    Fault("close-ignored", "does nothing about a Close frame", "R6455-5.5.1-08", "closing/reason closing/empty",
          "eclipse-vertx/vert.x#5610",
          ((SOCKET, CLOSE_ANSWER, ""),)),
    Fault("close-answered-with-1005", "answers a Close frame without a code with 1005", "R6455-7.4.1-07", "closing",
          "nats-io/nats-server#6259",
          ((SOCKET, CLOSE_ANSWER,
            "  websocket.close(code, reason);\n"), ANY_CLOSE_CODE)),
    Fault("tcp-left-open", "does not close TCP behind the Close frames", "R6455-5.5.1-13",
          "closing/reason closing/empty",
          "python-trio/trio-websocket#115, tonyg/racket-rfc6455#21",
          ((SOCKET, "        this._socket.end();\n", "", 2),)),
    Fault("tcp-left-open-when-failed", "sends a Close frame on a violation and leaves TCP open", "R6455-7.1.1-06",
          "after_violation", "",
          ((SOCKET, "        this._closeFrameReceived ||\n        this._receiver._writableState.errorEmitted\n",
            "        this._closeFrameReceived\n"),)),
    Fault("data-behind-its-close", "goes on with what comes behind a Close frame, behind its own", "R6455-5.5.1-07",
          "closing", "snapview/tungstenite-rs#74",
          ((RECEIVER, CLOSE_READ,
            "        this.emit('conclude', code, buf);\n"),
           (SOCKET, "    if (this.readyState !== WebSocket.OPEN) {\n      sendAfterClose(this, data, cb);\n"
            "      return;\n    }\n\n    const opts = {", "    const opts = {"))),
    Fault("second-close-answered", "answers every Close frame", "R6455-5.5.1-17", "closing", "",
          ((RECEIVER, CLOSE_READ,
            "        this.emit('conclude', code, buf);\n"),
           (RECEIVER, "        this._loop = false;\n        this.emit('conclude', 1005, EMPTY_BUFFER);\n"
            "        this.end();\n", "        this.emit('conclude', 1005, EMPTY_BUFFER);\n"),
           (SOCKET, "    if (this.readyState === WebSocket.CLOSING) {\n      if (\n        this._closeFrameSent &&",
            "    if (false) {\n      if (\n        this._closeFrameSent &&"))),
    Fault("goes-on-behind-violation", "answers what comes behind a violation in the same segment", "R6455-7.1.7-07",
          "after_violation", "LadybirdBrowser/ladybird#12031",
          ((RECEIVER, "    this._loop = false;\n    this._errored = true;\n\n    const err",
            "    this._errored = true;\n\n    const err"),)),
)

OPENING = (
    Fault("accept-wrong-guid", "has a slip of the pen in the GUID", "R6455-4.2.2-24", "opening_response messages",
          "Links2004/arduinoWebSockets#423",
          (("lib/constants.js", "C5AB0DC85B11", "C5AB0DC85B12"),)),
    Fault("accept-of-decoded-key", "computes Sec-WebSocket-Accept of the 16 octets, not of their base64",
          "R6455-4.2.2-24", "opening_response", "FreeRDP/FreeRDP#8166",
          ((SERVER, ".update(key + GUID)", ".update(Buffer.from(key, 'base64')).update(GUID)"),)),
    Fault("accept-of-key-without-pad", "computes Sec-WebSocket-Accept of the key without its ==", "R6455-4.2.2-24",
          "opening_response", "",
          ((SERVER, ".update(key + GUID)", ".update(key.slice(0, 22) + GUID)"),)),
    Fault("accept-in-base64url", "writes Sec-WebSocket-Accept with - and _", "R6455-4.2.2-24", "opening_response", "",
          ((SERVER, ".digest('base64');", ".digest('base64').replace(/\\+/g, '-').replace(/\\//g, '_');"),)),
    Fault("version-not-checked", "speaks whatever version is asked for", "R6455-4.2.1-09",
          "opening_negotiation/version-*",
          "c4punks/CWIST#145, oven-sh/bun#35298",
          ((SERVER, "version !== 13 && version !== 8", "false"),)),
    Fault("version-checked-when-there", "speaks 13 when no version is asked for", "R6455-4.2.1-09",
          "opening_negotiation/version-*", "oven-sh/bun#35298",
          ((SERVER, "version !== 13 && version !== 8", "version !== 13 && version !== 8 && !Number.isNaN(version)"),)),
    Fault("versions-not-named", "refuses a version without naming its own", "R6455-4.4-03",
          "opening_negotiation/version-*",
          "websockets/ws#2291",
          ((SERVER, ", 400, message, {\n        'Sec-WebSocket-Version': '13, 8'\n      });", ", 400, message);"),)),
    Fault("key-not-checked", "takes any Sec-WebSocket-Key", "R6455-4.2.1-08", "opening_request/key-*",
          "mtrudel/bandit#686, Theldus/wsServer#119",
          ((SERVER, "key === undefined || !keyRegex.test(key)", "key === undefined"),)),
    Fault("key-checked-for-length", "takes any Sec-WebSocket-Key of 24 characters", "R6455-4.2.1-08",
          "opening_request/key-*", "oven-sh/bun#35298",
          ((SERVER, "!keyRegex.test(key)", "key.length !== 24"),)),
    Fault("upgrade-not-compared", "takes any Upgrade for websocket", "R6455-4.2.1-06", "opening_request/upgrade-*",
          "oven-sh/bun#35298",
          ((SERVER, "upgrade === undefined || upgrade.toLowerCase() !== 'websocket'", "upgrade === undefined"),)),
    Fault("upgrade-searched", "takes any Upgrade that holds the letters of websocket", "R6455-4.2.1-06",
          "opening_request/upgrade-*", "",
          ((SERVER, "upgrade.toLowerCase() !== 'websocket'", "!upgrade.toLowerCase().includes('websocket')"),)),
    Fault("upgrade-case-sensitive", "takes websocket in small letters only", "R6455-4.2.1-06",
          "opening_request/upgrade-*",
          "ninenines/cowboy#74, tarasko/picows#115",
          ((SERVER, "upgrade.toLowerCase() !== 'websocket'", "upgrade !== 'websocket'"),)),
    Fault("connection-not-a-list", "demands that Connection is Upgrade and nothing else", "R6455-4.2.1-07",
          "opening_request/connection-*", "karlseguin/websocket.zig#4, robaho/httpserver#12",
          ((SERVER, "upgrade === undefined ||",
            "upgrade === undefined || req.headers.connection.toLowerCase() !== 'upgrade' ||"),)),
    Fault("connection-case-sensitive", "takes Upgrade in Connection with a capital U only", "R6455-4.2.1-07",
          "opening_request/connection-*", "valyala/fasthttp#483, Links2004/arduinoWebSockets#87",
          ((SERVER, "upgrade === undefined ||",
            "upgrade === undefined || !req.headers.connection.includes('Upgrade') ||"),)),
    Fault("method-not-checked", "shakes hands with any method", "R6455-4.2.1-03", "opening_request/method*", "",
          ((SERVER, "req.method !== 'GET'", "false"),)),
    Fault("crash-on-many-fields", "dies when Upgrade is not among the first 2,000 header fields", "R9110-5.4-01",
          "http_head/too-many-*", "websockets/ws#2230, CVE-2024-37890",
          ((SERVER, "upgrade === undefined || ", ""),)),
    Fault("upgrade-missing-in-response", "answers without Upgrade", "R6455-4.2.2-22", "opening_response", "",
          ((SERVER, "      'Upgrade: websocket',\n", ""),)),
    Fault("early-frames-lost", "loses frames that come in the segment of the request", "R6455-4.2.2-29",
          "opening_response", "oven-sh/bun#33692, zaphoyd/websocketpp#32",
          ((SOCKET, "if (head.length > 0) socket.unshift(head);", ""),)),
    Fault("subprotocols-echoed", "sends the whole list of subprotocols back", "R6455-4.2.2-17",
          "opening_negotiation/subprotocol-*",
          "sitegui/nodejs-websocket#39, cesanta/mongoose#257",
          ((SERVER, "`Sec-WebSocket-Protocol: ${protocol}`",
            "`Sec-WebSocket-Protocol: ${[...protocols].join(', ')}`"),)),
    Fault("subprotocol-not-offered", "names its subprotocol to clients that offered none", "R6455-4.2.2-13",
          "opening_negotiation/subprotocol-* opening_response", "JuliaWeb/HTTP.jl#869",
          ((SERVER, "    if (protocols.size) {",
            "    if (!protocols.size) headers.push('Sec-WebSocket-Protocol: wringer');\n    if (protocols.size) {"),)),
    Fault("subprotocol-empty", "sends an empty Sec-WebSocket-Protocol", "R6455-4.2.2-16",
          "opening_negotiation/subprotocol-*", "",
          ((SERVER, "      if (protocol) {", "      if (true) {"),
           (SERVER, "`Sec-WebSocket-Protocol: ${protocol}`", "`Sec-WebSocket-Protocol: ${protocol || ''}`"))),
    Fault("subprotocol-lower-case", "compares subprotocols without regard to case", "R6455-4.2.2-13",
          "opening_negotiation/subprotocol-*", "",
          ((SERVER, "protocols = subprotocol.parse(secWebSocketProtocol);",
            "protocols = subprotocol.parse(secWebSocketProtocol.toLowerCase());"),)),
    Fault("extension-echoed", "accepts every extension that is offered", "R6455-4.2.2-18",
          "opening_negotiation/extension-*", "",
          ((SERVER, EXTENSION_WANTED,
            "    if (req.headers['sec-websocket-extensions']) {\n"
            "      headers.push(`Sec-WebSocket-Extensions: ${req.headers['sec-websocket-extensions']}`);\n"
            "    } else if (extensions[PerMessageDeflate.extensionName]) {\n      const params"),)),
    Fault("extension-not-offered", "accepts permessage-deflate where it was not offered", "R6455-9-03",
          "opening_negotiation/extension-* opening_response", "skaarj1989/mWebSockets#23",
          ((SERVER, EXTENSION_WANTED,
            "    if (!req.headers['sec-websocket-extensions']) {\n"
            "      headers.push('Sec-WebSocket-Extensions: permessage-deflate');\n"
            "    } else if (extensions[PerMessageDeflate.extensionName]) {\n      const params"),)),
    Fault("extension-named-constructor", "looks extensions up in an object that has a constructor", "R6455-4.2.1-12",
          "opening_negotiation/extension-*",
          "npm advisory 550: ws before 3.3.1 dies of Sec-WebSocket-Extensions: constructor",
          (("lib/extension.js", "const offers = Object.create(null);", "const offers = {};"),)),
)

COMPRESSION = (
    Fault("takeover-kept", "promises server_no_context_takeover and keeps its window", "R7692-7.2.1-12",
          "deflate_messages", "oven-sh/bun#41629",
          ((DEFLATE, "        this._deflate.reset();\n", ""),)),
    Fault("takeover-not-named", "takes server_no_context_takeover without naming it", "R7692-7.1.1.1-03",
          "deflate_negotiation", "oven-sh/bun#41629",
          ((DEFLATE, TAKEOVER_WANTED,
            "    delete accepted.server_no_context_takeover;\n    if (opts.serverNoContextTakeover) {"),)),
    Fault("server-window-ignored", "compresses with a window of 15 bits whatever it agreed to", "R7692-7.2.1-15",
          "deflate_messages/server-window", "python-websockets/websockets#945",
          ((DEFLATE, "      this._deflate = zlib.createDeflateRaw({\n        ...this._options.zlibDeflateOptions,\n"
            "        windowBits\n", "      this._deflate = zlib.createDeflateRaw({\n"
            "        ...this._options.zlibDeflateOptions,\n        windowBits: 15\n"),)),
    Fault("server-window-one-larger", "answers server_max_window_bits with one more than was asked for",
          "R7692-7.1.2.1-06", "deflate_negotiation", "oven-sh/bun#41629: 9 for 8",
          ((DEFLATE, TAKEOVER_WANTED,
            "    if (accepted.server_max_window_bits < 15) accepted.server_max_window_bits++;\n"
            "    if (opts.serverNoContextTakeover) {"),)),
    Fault("client-window-not-offered", "answers with client_max_window_bits where it was not offered",
          "R7692-7.1.2.2-07", "deflate_negotiation", "coder/websocket#443",
          ((DEFLATE, TAKEOVER_WANTED,
            "    if (accepted.client_max_window_bits === undefined) accepted.client_max_window_bits = 15;\n"
            "    if (opts.serverNoContextTakeover) {"),)),
    Fault("client-window-without-value", "answers client_max_window_bits without a value", "R7692-7.1.2.2-06",
          "deflate_negotiation", "Robert-112/Bauglir-WebSocket-2#2",
          ((DEFLATE, "      accepted.client_max_window_bits === true ||\n", ""),)),
    Fault("unknown-parameter-accepted", "passes over parameters that it does not know", "R7692-7-04",
          "deflate_negotiation", "oven-sh/bun#41629",
          ((DEFLATE, "          throw new Error(`Unknown parameter \"${key}\"`);\n",
            "          delete params[key];\n          return;\n"),)),
    Fault("window-of-16-accepted", "takes 16 for a number of window bits", "R7692-7-05", "deflate_negotiation",
          "apache/tomcat#1019",
          ((DEFLATE, "!Number.isInteger(num) || num < 8 || num > 15", "!Number.isInteger(num) || num < 8", 2),
           (DEFLATE, "value = num;\n", "value = Math.min(num, 15);\n", 2))),
    Fault("parameter-twice-accepted", "takes the first of two values of a parameter", "R7692-7-06",
          "deflate_negotiation", "oven-sh/bun#41629",
          ((DEFLATE, "if (value.length > 1) {", "if (false) {"),)),
    Fault("rsv1-on-continuation-accepted", "takes continuations with RSV1", "R7692-6.1-05", "deflate_invalid",
          "python-websockets/websockets#1720, jetty/jetty.project#3159",
          ((RECEIVER, "    if (this._opcode === 0x00) {\n      if (compressed) {",
            "    if (this._opcode === 0x00) {\n      if (false) {"),)),
    Fault("rsv1-on-control-accepted", "takes control frames with RSV1", "R7692-6.1-04", "deflate_invalid",
          "oven-sh/bun#33001",
          ((RECEIVER, "        return;\n      }\n\n      if (compressed) {",
            "        return;\n      }\n\n      if (false) {"),)),
    Fault("rsv1-sticks", "inflates every message behind a compressed one", "R7692-6-04", "deflate_messages",
          "oven-sh/bun#33001, graphform/ratchet#12",
          ((RECEIVER, "      this._compressed = compressed;\n", "      this._compressed ||= compressed;\n"),)),
    Fault("rsv1-on-continuation-sent", "sends compressed messages in two frames, both with RSV1", "R7692-6.1-03",
          "deflate_messages", "python-websockets/websockets#866",
          ((SENDER, "      this.sendFrame(Sender.frame(buf, options), cb);\n      this.dequeue();\n",
            "      const half = buf.length >> 1;\n"
            "      this.sendFrame(Sender.frame(buf.subarray(0, half), { ...options, fin: false }));\n"
            "      this.sendFrame(Sender.frame(buf.subarray(half), { ...options, opcode: 0 }), cb);\n"
            "      this.dequeue();\n"),)),
    Fault("rsv1-on-pong-sent", "sets RSV1 on pongs where compression was agreed on", "R7692-6.1-03",
          "deflate_messages", "",
          ((SENDER, "      opcode: 0x0a,\n      readOnly,\n      rsv1: false\n",
            "      opcode: 0x0a,\n      readOnly,\n      rsv1: !!this._extensions['permessage-deflate']\n"),)),
    Fault("rsv1-not-sent", "compresses messages and does not say so", "R7692-6.1-01", "deflate_messages", "",
          ((SENDER, "    if (options.rsv1) target[0] |= 0x40;\n", ""),)),
    Fault("tail-sent", "does not cut 00 00 FF FF from what it sends", "R7692-7.2.1-03", "deflate_messages", "",
          ((DEFLATE, "data.byteOffset, data.length - 4)", "data.byteOffset, data.length)"),)),
    Fault("tail-of-five", "cuts five octets from what it sends", "R7692-7.2.1-03", "deflate_messages", "",
          ((DEFLATE, "data.byteOffset, data.length - 4)", "data.byteOffset, data.length - 5)"),)),
    Fault("tail-not-appended", "does not append 00 00 FF FF to what it receives", "R7692-7.2.2-01",
          "deflate_messages", "",
          ((DEFLATE, "    if (fin) this._inflate.write(TRAILER);\n", ""),)),
    Fault("tail-behind-every-fragment", "appends 00 00 FF FF to every fragment", "R7692-6-03",
          "deflate_messages", "",
          ((DEFLATE, "if (fin) this._inflate.write(TRAILER);", "this._inflate.write(TRAILER);"),)),
    Fault("fragments-not-inflated", "inflates the first fragment of a message only", "R7692-6-03", "deflate_messages",
          "TooTallNate/Java-WebSocket#1232, graphform/ratchet#12",
          ((RECEIVER, MESSAGE_INFLATED,
            "    if (this._compressed && this._numFragments < 2) {\n      this._state = INFLATING;"),
           (RECEIVER, "      this._messageLength = this._totalPayloadLength;\n",
            "      this._messageLength += data.length;\n"))),
    Fault("client-context-dropped", "forgets the window of the client after each message", "R7692-7.2.2-06",
          "deflate_messages", "oven-sh/bun#33003, Kitura/Kitura-WebSocket-NIO#22",
          ((DEFLATE, "if (fin && this.params[`${endpoint}_no_context_takeover`]) {\n          this._inflate.reset();",
            "if (fin) {\n          this._inflate.reset();"),)),
    Fault("client-window-of-9-bits", "inflates with a window of 9 bits unless another one was agreed on",
          "R7692-7.2.2-11", "deflate_messages", "",
          ((DEFLATE, "          ? zlib.Z_DEFAULT_WINDOWBITS\n          : this.params[key];\n\n"
            "      this._inflate", "          ? 9\n          : this.params[key];\n\n      this._inflate"),)),
    Fault("uncompressed-in-window", "keeps in its window what it then sends uncompressed", "R7692-7-01",
          "deflate_messages", "sockudo/sockudo-ws#14",
          ((SENDER, "      options.readOnly = false;\n",
            "      options.readOnly = false;\n"
            "      if (buf.length >= data.length) {\n"
            "        buf = data;\n"
            "        options.rsv1 = false;\n"
            "      }\n"),)),
    Fault("zlib-header-sent", "sends a zlib stream in place of bare DEFLATE", "R7692-7-01", "deflate_messages", "",
          ((DEFLATE, "zlib.createDeflateRaw({", "zlib.createDeflate({"),)),
    Fault("inflated-text-not-checked", "checks text for UTF-8 only where it came uncompressed", "R7692-6.1-08",
          "deflate_invalid", "freeunitorg/freeunit#378",
          ((RECEIVER, TEXT_IS_WHOLE,
            "const buf = concat(fragments, messageLength);\n\n      if (!this._compressed &&"),)),
    Fault("compressed-text-checked", "checks the compressed octets of text for UTF-8", "R7692-6.1-08",
          "deflate_messages", "",
          ((RECEIVER, MESSAGE_INFLATED,
            "    if (this._opcode === 1 && !isValidUTF8(data)) {\n"
            "      cb(this.createError(Error, 'invalid UTF-8', true, 1007, 'WS_ERR_INVALID_UTF8'));\n"
            "      return;\n"
            "    }\n"
            "    if (this._compressed) {\n      this._state = INFLATING;"),)),
    Fault("bad-data-ignored", "takes what cannot be inflated for nothing", "R7692-7.2.2-02", "deflate_invalid", "",
          ((DEFLATE, "  err[kStatusCode] = 1007;\n  this[kCallback](err);\n",
            "  this[kCallback](null, Buffer.alloc(0));\n"),)),
)

RESOURCES = (
    Fault("announced-length-allocated", "makes room for a frame before any of it is there", "R6455-10.4-01",
          "resources/announced-length", "lalinsky/dusty#173, ithewei/libhv#852",
          ((RECEIVER, "    if (this._payloadLength && this._opcode < 0x08) {",
            "    this._room = Buffer.alloc(Math.min(this._payloadLength, 0x7fffffff), 1);\n"
            "    if (this._payloadLength && this._opcode < 0x08) {"),)),
)

FAULTS = (MASKING + BITS_AND_OPCODES + LENGTHS + CONTROL + FRAGMENTS + UTF8 + CLOSING + OPENING + COMPRESSION
          + RESOURCES)
