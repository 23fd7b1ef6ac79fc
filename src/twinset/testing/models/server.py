"""The server: HTTP/1.1 with kept connections, in a thread of its own, on a free port of the loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from types import TracebackType
from typing import Any

from twinset.errors import OutputError
from twinset.testing.models.behaviour import Behaviour, parsed

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests", 500: "Error"}


class ModelServer:
    """Runs while it is entered; options are those of :class:`Behaviour`."""

    def __init__(self, port: int = 0, **options: Any) -> None:
        self.behaviour = Behaviour(**options)
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._transports: set[asyncio.Transport] = set()
        self._in_service = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> ModelServer:
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except OSError as error:
            raise OutputError(f"no server can listen on port {self.port}: {error.strerror}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self._slots = asyncio.Semaphore(self.behaviour.slots)
        self._server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in list(self._transports):
            transport.abort()
        await asyncio.sleep(0)

    def take(self, connection: _Connection, path: str, authorization: str, content: bytes) -> None:
        """Answer one request in its own time."""
        task = self._loop.create_task(self._answer(connection, path, authorization, content))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, connection: _Connection, path: str, authorization: str, content: bytes) -> None:
        behaviour = self.behaviour
        if path.endswith("/models"):
            connection.send(200, {"data": [{"id": name} for name in behaviour.models]})
            return
        body = parsed(content)
        if body is None or not path.endswith("/chat/completions"):
            connection.send(404 if body else 400, {"error": {"message": "no such call"}})
            return
        behaviour.n_calls += 1
        if behaviour.is_keeping:
            behaviour.bodies.append(body)
        if refusal := behaviour.refusal(body, authorization):
            connection.send(*refusal)
            return
        if behaviour.is_refusing and self._in_service >= behaviour.slots:
            connection.send(429, {"error": {"message": "too many requests"}}, "Retry-After: 0.05\r\n")
            return
        await self._served(connection, content, body)

    async def _served(self, connection: _Connection, content: bytes, body: dict[str, Any]) -> None:
        self._in_service += 1
        self.behaviour.most_in_flight = max(self.behaviour.most_in_flight, self._in_service)
        try:
            async with self._slots:
                if self.behaviour.latency:
                    await asyncio.sleep(self.behaviour.latency)
            fault = self.behaviour.fault(content)
            if fault in ("timeout", "endless"):
                await connection.never_end(is_silent=fault == "timeout")
                return
            self._send(connection, content, body, fault)
        finally:
            self._in_service -= 1

    def _send(self, connection: _Connection, content: bytes, body: dict[str, Any], fault: str) -> None:
        match fault:
            case "rate":
                connection.send(429, {"error": {"message": "slow down"}}, "Retry-After: 0.05\r\n")
            case "server":
                connection.send(500, {"error": {"message": "out of memory"}})
            case "cut":
                connection.cut()
            case "no_json":
                connection.send_raw(200, b"<html>Bad gateway</html>")
            case _:
                self.behaviour.n_answers += 1
                connection.send(200, self.behaviour.completion(content, body, fault))


class _Connection(asyncio.Protocol):
    """One connection: requests with a Content-Length, one after another."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server._transports.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server._transports.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._held[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            stop = end + 4 + int(headers.get("content-length", "0"))
            if len(self._held) < stop:
                return
            content, self._held = self._held[end + 4 : stop], self._held[stop:]
            self._server.take(self, first.split(" ")[1], headers.get("authorization", ""), content)

    def send(self, status: int, body: dict[str, Any], more: str = "") -> None:
        self.send_raw(status, json.dumps(body).encode(), more)

    def send_raw(self, status: int, content: bytes, more: str = "") -> None:
        head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n{more}"
        self._transport.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)

    def cut(self) -> None:
        """Half an answer, and no more."""
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
        self._transport.close()

    async def never_end(self, *, is_silent: bool) -> None:
        """Nothing at all, or blanks without end, for as long as the other side listens."""
        if not is_silent:
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not self._transport.is_closing():
            if not is_silent and self._transport.get_write_buffer_size() < 1 << 20:
                self._transport.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            await asyncio.sleep(0.001 if not is_silent else 0.05)
