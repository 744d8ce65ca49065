# SPDX-License-Identifier: MIT
"""An echo server on python3-websockets with compression and a subprotocol, for faults to be put in: PORT."""

import asyncio
import logging
import signal
import sys

import websockets


async def echo(connection):
    try:
        async for message in connection:
            await connection.send(message)
    except websockets.ConnectionClosed:
        pass


async def main(port):
    # A library that does wrong on purpose has much to say.
    logging.disable(logging.CRITICAL)
    stop = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set_result, None)
    async with websockets.serve(echo, "127.0.0.1", port, subprotocols=["wringer"], max_size=64 * 1024 * 1024):
        await stop


asyncio.run(main(int(sys.argv[1])))
