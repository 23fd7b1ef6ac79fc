"""The page's server: on loopback, for one person who has the link, until they end it.

The link holds a token that opens once: it is exchanged for a cookie that no script can read. Every request must bring the
cookie and name this very host and port; those that change something must come from this very page. Nothing is served but
three files of our own and the rows as JSON, which the page shows as text.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa

from twinset.errors import DataError, OutputError
from twinset.review.cells import is_document, shown, typed
from twinset.review.choices import VERBS, Choice, Log

_HOST = "127.0.0.1"
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_MOST_BYTES = 4 << 20


@dataclass
class Review:
    """What is shown, in which order, and where choices go."""

    title: str
    rows: pa.Table
    order: list[int]
    log: Log
    lock: threading.Lock = field(default_factory=threading.Lock)

    def overview(self) -> dict[str, object]:
        """The columns, how many rows there are, and what was chosen so far."""
        with self.lock:
            chosen = [self.log.chosen[row].verb if row in self.log.chosen else "open" for row in self.order]
        columns = [{"name": one.name, "type": str(one.type), "json": is_document(one.type)} for one in self.rows.schema]
        return {"title": self.title, "reviewer": self.log.reviewer, "columns": columns, "chosen": chosen}

    def at(self, place: int) -> dict[str, object]:
        """One row by its place in the order, as made and as edited."""
        row = self.order[place]
        (cells,) = self.rows.slice(row, 1).to_pylist()
        with self.lock:
            choice = self.log.chosen.get(row)
        edits = dict(choice.values) if choice is not None else {}
        return {
            "place": place, "row": row, "cells": {name: shown(value) for name, value in cells.items()}, "edits": edits,
            "verb": choice.verb if choice is not None else "open", "reason": choice.reason if choice is not None else "",
        }  # fmt: skip

    def choose(self, said: Mapping[str, Any]) -> None:
        """Keep a choice; DataError where it is none."""
        place, verb, values, reason = (said.get(name) for name in ("place", "verb", "values", "reason"))
        if type(place) is not int or not 0 <= place < len(self.order) or verb not in VERBS:
            raise DataError("this is no choice about a row that is shown")
        values, reason = values or {}, reason or ""
        if not isinstance(values, dict) or not isinstance(reason, str) or len(reason) > 1000:
            raise DataError("a choice has values by column, and a reason of at most 1,000 characters")
        for name, value in values.items():
            if name not in self.rows.column_names or not (value is None or isinstance(value, str)):
                raise DataError(f"there is no column {name!r:.60} to be edited, or its value is no text")
            typed(value, self.rows.schema.field(name).type, name)
        with self.lock:
            self.log.add(Choice(self.order[place], verb, values if verb == "edit" else {}, reason))

    def counts(self) -> dict[str, int]:
        """How many rows were accepted, edited, rejected."""
        return dict(Counter(choice.verb for choice in self.log.chosen.values()))


class Server(ThreadingHTTPServer):
    """Serves one review."""

    daemon_threads = True

    def __init__(self, review: Review, port: int = 0) -> None:
        self.review = review
        self.token, self.cookie = secrets.token_urlsafe(32), ""
        self.lock = threading.Lock()
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:
            raise OutputError(f"can't listen on port {port} of this machine: {error.strerror}; say another --port") from None
        self.host = f"{_HOST}:{self.server_address[1]}"

    @property
    def link(self) -> str:
        """The address that opens the review, once."""
        return f"http://{self.host}/open?token={self.token}"

    def admit(self, token: str) -> str:
        """The cookie for the token, which is worth nothing afterwards; empty for any other."""
        with self.lock:
            if not self.token or not hmac.compare_digest(token.encode(), self.token.encode()):
                return ""
            self.token, self.cookie = "", secrets.token_urlsafe(32)
            return self.cookie

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the midst of an answer is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30

    def version_string(self) -> str:
        return "twinset"

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is written of who asked for what: the link holds a secret."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self.headers.get("Host") != self.server.host:
            return self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "this server answers to its own address alone")
        if parts.path == "/open":
            return self._open(parse_qs(parts.query).get("token", [""])[0])
        if not self._is_known():
            return self._refuse(HTTPStatus.FORBIDDEN, "open the link that the command has printed; it opens once")
        if parts.path in ("/", "/review.css", "/review.js"):
            return self._file(parts.path.lstrip("/") or "review.html")
        if parts.path == "/overview":
            return self._json(self.server.review.overview())
        if parts.path == "/row":
            return self._row(parse_qs(parts.query).get("place", [""])[0])
        return self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

    def do_POST(self) -> None:
        is_own = self.headers.get("Origin") == f"http://{self.server.host}" and self.headers.get("Host") == self.server.host
        if not is_own or not self._is_known() or self.headers.get_content_type() != "application/json":
            return self._refuse(HTTPStatus.FORBIDDEN, "choices are made on the page alone")
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _MOST_BYTES:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "this choice is too large")
        content = self.rfile.read(int(length))
        if self.path == "/done":
            self._json({"counts": self.server.review.counts()})
            threading.Thread(target=self.server.shutdown, daemon=True).start()
            return None
        if self.path != "/choice":
            return self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")
        return self._choice(content)

    def _choice(self, content: bytes) -> None:
        try:
            said = json.loads(content)
            if not isinstance(said, dict):
                raise DataError("this is no choice about a row that is shown")
            self.server.review.choose(said)
        except (DataError, ValueError, RecursionError) as error:
            return self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        return self._json(self.server.review.at(said["place"]))

    def _row(self, place: str) -> None:
        if not place.isdigit() or int(place) >= len(self.server.review.order):
            return self._refuse(HTTPStatus.NOT_FOUND, "there is no such row")
        return self._json(self.server.review.at(int(place)))

    def _open(self, token: str) -> None:
        cookie = self.server.admit(token)
        if not cookie:
            return self._refuse(HTTPStatus.FORBIDDEN, "this link was opened before, or is not the one that was printed")
        said = {"Location": "/", "Set-Cookie": f"twinset={cookie}; HttpOnly; SameSite=Strict; Path=/"}
        return self._answer(HTTPStatus.SEE_OTHER, b"", "text/plain", said)

    def _is_known(self) -> bool:
        cookies = dict(part.strip().partition("=")[::2] for part in self.headers.get("Cookie", "").split(";"))
        own = self.server.cookie
        return bool(own) and hmac.compare_digest(cookies.get("twinset", "").encode(), own.encode())

    def _file(self, name: str) -> None:
        content = files("twinset.review").joinpath("page", name).read_bytes()
        self._answer(HTTPStatus.OK, content, f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8", {})

    def _json(self, value: object) -> None:
        content = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        self._answer(HTTPStatus.OK, content, "application/json; charset=utf-8", {})

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.close_connection = True
        self._answer(status, why.encode(), "text/plain; charset=utf-8", {"Connection": "close"})

    def _answer(self, status: HTTPStatus, content: bytes, kind: str, more: Mapping[str, str]) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind, "Content-Length": str(len(content)), "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", **more,
        }  # fmt: skip
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def serve(review: Review, port: int, tell: Callable[[str], None]) -> None:
    """Serve a review until it is ended on the page, or by an interrupt; ``tell`` gets the link."""
    with Server(review, port) as server:
        tell(server.link)
        try:
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            return
