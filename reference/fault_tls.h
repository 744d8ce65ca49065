/* SPDX-License-Identifier: MIT */
/* fault_tls.h: the seeded faults of a server's TLS, one X for each: see fault.h, which includes this. An
 * endpoint knows nothing of TLS and behaves as without; who carries its octets does them
 * (harness/tls_fault.h).
 */
#ifndef REFERENCE_FAULT_TLS_H
#define REFERENCE_FAULT_TLS_H

#define WS_FAULTS_OF_TLS(X)                                                                                  \
    X(TLS_ALPN_NOT_OFFERED, "tls-alpn-not-offered", "selects a protocol by ALPN that was not offered",       \
      "R6455-4.2.2-02")                                                                                      \
    X(TLS_ALPN_H2, "tls-alpn-h2", "selects h2 by ALPN wherever it is offered, and speaks HTTP/1.1",          \
      "R6455-4.2.2-02")                                                                                      \
    X(TLS_WANTS_ALPN, "tls-wants-alpn", "refuses TLS handshakes without ALPN", "R6455-4.2.2-02")             \
    X(TLS_HANGS_AT_ALPN, "tls-hangs-at-alpn",                                                                \
      "falls silent in the TLS handshake when ALPN does not offer http/1.1", "R6455-4.2.2-02")               \
    X(TLS_HANGS_AT_NAME, "tls-hangs-at-name",                                                                \
      "falls silent in the TLS handshake when another name than localhost is asked for", "R6455-4.2.2-02")   \
    X(TLS_WANTS_NAME, "tls-hangs-without-name",                                                              \
      "falls silent in the TLS handshake when no name is asked for", "R6455-4.2.2-02")                       \
    X(TLS_KEEPS_TCP, "tls-keeps-tcp", "leaves TCP open when the TLS handshake has failed", "R6455-4.2.2-02") \
    X(TLS_SERVES_PLAIN, "tls-serves-plain", "serves in clear on the TLS port who does not begin with TLS",   \
      "R6455-4.2.2-04")                                                                                      \
    X(TLS_RESPONDS_PLAIN, "tls-responds-in-clear", "sends its response past the tunnel, in clear",           \
      "R6455-4.2.2-04")                                                                                      \
    X(TLS_FRAMES_PLAIN, "tls-frames-in-clear", "sends past the tunnel, in clear, what follows the response", \
      "R6455-4.2.2-04")                                                                                      \
    X(TLS_LOSES_REST, "tls-loses-rest-of-record", "reads 1024 octets of each TLS record, no more",           \
      "R6455-10.6-01")                                                                                       \
    X(TLS_WAITS, "tls-waits-for-tcp",                                                                        \
      "reads 1024 octets out of TLS when TCP brings some, and leaves the rest until TCP brings more",        \
      "R6455-10.6-01")                                                                                       \
    X(TLS_LOSES_OCTET, "tls-loses-records-of-one", "takes TLS records of one octet for empty",               \
      "R6455-10.6-01")                                                                                       \
    X(TLS_LOSES_LONG, "tls-loses-long-records", "takes TLS records of less than 16 KiB only",                \
      "R6455-10.6-01")                                                                                       \
    X(TLS_NO_NOTIFY, "tls-sends-no-close-notify", "ends TCP without close_notify", "R6455-7.1.1-01")         \
    X(TLS_IGNORES_NOTIFY, "tls-ignores-close-notify", "does not end when the client sends close_notify",     \
      "R6455-7.1.1-01")                                                                                      \
    X(TLS_IGNORES_FIN, "tls-ignores-truncation", "does not end when TCP ends without close_notify",          \
      "R6455-7.1.1-01")

#endif
