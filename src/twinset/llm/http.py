"""HTTP for clients: JSON posted and read back within bounds of time and size, failures told apart.

The one module that knows aiohttp (Apache-2.0), chosen for its price: about 0.2 ms of CPU a call, a third of httpx's.
"""

from __future__ import annotations

import asyncio
import json
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

from twinset.core.llm import ModelOptions
from twinset.errors import ProviderError
from twinset.llm.failures import Place

if TYPE_CHECKING:
    import aiohttp

LARGEST_ANSWER = 8 * 2**20


class BusyError(ProviderError):
    """The server asked for a pause, and said for how long."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message, kind="rate", is_retryable=True)
        self.retry_after = retry_after


class Http:
    """A session at one base URL, opened when it is first used; belongs to one event loop."""

    def __init__(self, place: Place, options: ModelOptions) -> None:
        self.place = place
        self._options = options
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: dict[str, Any]) -> Any:
        """The JSON that the server answers to a chat completion; ProviderError for anything else."""
        return await self._ask("POST", "/chat/completions", json.dumps(body, ensure_ascii=False).encode())

    async def get(self, path: str) -> Any:
        return await self._ask("GET", path, None)

    async def _ask(self, method: str, path: str, content: bytes | None) -> Any:
        import aiohttp

        try:
            async with self._opened().request(
                method, self.place.base_url + path, data=content, allow_redirects=False
            ) as response:
                raw = await _bounded(response.content)
                if response.status != 200:
                    raise self._failure(response.status, raw.decode("utf-8", "replace"), response.headers.get("Retry-After"))
        except TimeoutError:
            raise self._error(f"did not answer within {self._options.timeout:g} s", "timeout") from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise ProviderError(f"base_url is no address: {error}", kind="endpoint", is_retryable=False) from None
        except aiohttp.ClientConnectorError as error:
            raise self._error(f"can't be reached ({error.os_error or error}); is the server running?", "endpoint") from None
        except (aiohttp.ClientError, ConnectionError, asyncio.IncompleteReadError) as error:
            raise self._error(f"cut the connection ({type(error).__name__})", "cut") from None
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise self._error("answered with something that is no JSON", "broken") from None

    def _failure(self, status: int, body: str, retry_after: str | None) -> ProviderError:
        error = self.place.failure(status, body)
        if error.is_retryable and retry_after and retry_after.strip().replace(".", "", 1).isdecimal():
            return BusyError(str(error), float(retry_after))
        return error

    def _error(self, what: str, kind: str) -> ProviderError:
        return ProviderError(f"{self.place.base_url} {what}", kind=kind, is_retryable=True)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            import aiohttp

            headers = {"Content-Type": "application/json"}
            if self.place.key:
                headers["Authorization"] = f"Bearer {self.place.key}"
            self._session = aiohttp.ClientSession(
                headers=headers,
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
                timeout=aiohttp.ClientTimeout(total=self._options.timeout, sock_connect=min(10.0, self._options.timeout)),
                proxy=_proxy(self.place.base_url),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _proxy(base_url: str) -> str | None:
    """The proxy that the environment names for an address; asked once, for aiohttp would ask in a thread at every call."""
    address = urllib.parse.urlsplit(base_url)
    if not address.hostname or urllib.request.proxy_bypass(address.hostname):
        return None
    return urllib.request.getproxies().get(address.scheme)


async def _bounded(stream: aiohttp.StreamReader) -> bytes:
    """All of a body, if it has an end."""
    pieces, size = [], 0
    async for piece in stream.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise ProviderError(
                f"an answer has more than {LARGEST_ANSWER >> 20} MiB and no end", kind="endless", is_retryable=True
            )
    return b"".join(pieces)
