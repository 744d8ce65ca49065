# SPDX-License-Identifier: MIT
"""A client on python3-websocket (websocket-client) that sends every message back: client.py URL [CERTIFICATE].

Asks for the number of cases, runs each on a connection of its own, and asks for the reports.
"""

import concurrent.futures
import sys

import websocket

# Few, since masking in Python takes seconds for a large message, and threads share one core.
AT_ONCE = 2
url = sys.argv[1]
options = {"sslopt": {"ca_certs": sys.argv[2]}} if len(sys.argv) > 2 else {}


def run_case(number):
    try:
        connection = websocket.create_connection(f"{url}/runCase?case={number}&agent=websocket-client", **options)
    except (websocket.WebSocketException, OSError):
        return  # what is wrong with a connection is for the harness to say
    # Errors are raised, and closing with a fitting code is left to the application.
    try:
        while True:
            opcode, message = connection.recv_data()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                break
            connection.send(message, opcode)
    except websocket.WebSocketPayloadException:
        connection.close(websocket.STATUS_INVALID_PAYLOAD)
    except websocket.WebSocketProtocolException:
        connection.close(websocket.STATUS_PROTOCOL_ERROR)
    except (websocket.WebSocketException, OSError):
        pass
    connection.shutdown()


connection = websocket.create_connection(f"{url}/getCaseCount", **options)
count = int(connection.recv())
connection.close()
with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
    list(threads.map(run_case, range(1, count + 1)))
websocket.create_connection(f"{url}/updateReports?agent=websocket-client", **options).close()
