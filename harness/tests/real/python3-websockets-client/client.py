# SPDX-License-Identifier: MIT
"""A client on python3-websockets that sends every message back: client.py URL [CERTIFICATE].

Asks for the number of cases, runs each on a connection of its own, and asks for the reports.
"""

import asyncio
import ssl
import sys

import websockets

AT_ONCE = 16
url = sys.argv[1]
# close_timeout: by default TCP that the server does not close is held for ten seconds, and then for ten more.
options = {"max_size": 64 * 1024 * 1024, "close_timeout": 1}
if len(sys.argv) > 2:
    options["ssl"] = ssl.create_default_context(cafile=sys.argv[2])


async def run_case(number):
    try:
        async with websockets.connect(f"{url}/runCase?case={number}&agent=python3-websockets", **options) as connection:
            async for message in connection:
                await connection.send(message)
    except Exception:  # of websockets, of the system, of zlib: what is wrong with a connection is for the harness to say
        pass


async def run_cases(numbers):
    for number in numbers:
        await run_case(number)


async def main():
    async with websockets.connect(f"{url}/getCaseCount", **options) as connection:
        numbers = iter(range(1, int(await connection.recv()) + 1))
    await asyncio.gather(*(run_cases(numbers) for _ in range(AT_ONCE)))
    async with websockets.connect(f"{url}/updateReports?agent=python3-websockets", **options) as connection:
        await connection.wait_closed()


asyncio.run(main())
