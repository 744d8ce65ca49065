# SPDX-License-Identifier: MIT
"""An echo server on python3-websockets, set up as its documentation advises: echo.py PORT [CERTIFICATE KEY]."""

import asyncio
import signal
import ssl
import sys

import websockets


async def echo(connection):
    # Iterating ends quietly when the peer closes; text arrives as str and is sent back as text.
    try:
        async for message in connection:
            await connection.send(message)
    except websockets.ConnectionClosedError:
        pass


async def main(port, certificate=None, key=None):
    stop = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set_result, None)
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
    # max_size: the default is 1 MiB; all our targets accept 64 MiB. permessage-deflate is accepted by default.
    async with websockets.serve(echo, "127.0.0.1", port, subprotocols=["Wringer.example"], max_size=64 * 1024 * 1024,
                                ssl=tls):
        await stop


asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))
