"""The least that a client can do: a bare loop of aiohttp, so many calls in flight, no row, no record, no check.

python benchmarks/text_peer.py URL IN_FLIGHT CALLS
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp


async def asked(url: str, in_flight: int, calls: int) -> None:
    """All calls; each of ``in_flight`` workers sends one when its last was answered."""
    left = iter(range(calls))

    async def worker(session: aiohttp.ClientSession) -> None:
        for number in left:
            content = f"Write about rivers, number {number}."
            body = {"model": "local", "messages": [{"role": "user", "content": content}], "max_tokens": 60, "seed": number}
            async with session.post(f"{url}/chat/completions", data=json.dumps(body).encode()) as response:
                assert json.loads(await response.read())["choices"][0]["message"]["content"]

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(worker(session) for _ in range(in_flight)))


def main() -> None:
    url, in_flight, calls = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    started, before = time.perf_counter(), time.process_time()
    asyncio.run(asked(url, in_flight, calls))
    sys.stdout.write(json.dumps([time.perf_counter() - started, time.process_time() - before]) + "\n")


if __name__ == "__main__":
    main()
