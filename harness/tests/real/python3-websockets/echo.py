# SPDX-License-Identifier: MIT
"""An echo server on python3-websockets, set up as its documentation advises: echo.py PORT."""

import asyncio
import signal
import sys

import websockets


async def echo(connection):
    # Iterating ends quietly when the peer closes; text arrives as str and is sent back as text.
    try:
        async for message in connection:
            await connection.send(message)
    except websockets.ConnectionClosedError:
        pass


async def main(port):
    stop = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set_result, None)
    # max_size: the default is 1 MiB; all our targets accept 64 MiB. compression: offered by default.
    async with websockets.serve(echo, "127.0.0.1", port, max_size=64 * 1024 * 1024, compression=None):
        await stop


asyncio.run(main(int(sys.argv[1])))
