"""What servers say when they fail, as ProviderErrors that say what to do next; keys are never in them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from twinset.errors import ProviderError

_OVERFLOW = re.compile(r"context|too long|maximum.{0,20}length|exceed.{0,30}(token|ctx)|n_ctx", re.IGNORECASE)
_REFUSED = re.compile(r"content.?(policy|filter|management)|moderation|safety", re.IGNORECASE)
_FORMAT = re.compile(r"response_format|json_schema|json_object|grammar|guided|structured", re.IGNORECASE)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is asked: what errors may say of it."""

    base_url: str
    model: str
    key_name: str | None
    key: str = ""

    def plain(self, text: str) -> str:
        """A server's text, short, on one line, without the key."""
        if self.key:
            text = text.replace(self.key, "***")
        return " ".join(re.sub(r"(sk-|Bearer )\S+", "***", text).split())[:_LONGEST]

    def failure(self, status: int, body: str) -> ProviderError:
        """The error for an answer that is not 200."""
        said = self.plain(_message(body))
        match status:
            case 401 | 403:
                return self._denied(status)
            case 404 if not (said and "model" in said.lower()):
                return _error(f"{self.base_url} has no chat completions (404); base_url usually ends in /v1", "endpoint")
            case 404:
                return self._no_model(said)
            case 408 | 504:
                return _error(f"{self.base_url} did not answer in time ({status})", "timeout", is_retryable=True)
            case 402:
                return _error(f"{self.base_url} asks to be paid first (402): {said}", "quota")
            case 429 if "insufficient_quota" in body:
                return _error(f"the account at {self.base_url} has no quota left: {said}", "quota")
            case 429:
                return _error(f"{self.base_url} asks for fewer calls (429): {said}", "rate", is_retryable=True)
            case _ if status >= 500:
                return _error(f"{self.base_url} failed ({status}): {said}", "server", is_retryable=True)
        return self._refused(status, said)

    def _denied(self, status: int) -> ProviderError:
        if self.key_name is None:
            what = "say key: NAME, the environment variable that holds it"
        else:
            what = f"check the environment variable {self.key_name}"
        return _error(f"{self.base_url} does not accept the key ({status}); {what}", "auth")

    def _no_model(self, said: str) -> ProviderError:
        return _error(f"{self.base_url} has no model {self.model!r}: {said}", "model")

    def _refused(self, status: int, said: str) -> ProviderError:
        if _FORMAT.search(said):
            return _error(f"{self.base_url} knows no such structured output ({status}): {said}", "format")
        if _OVERFLOW.search(said):
            return _error("the prompt is longer than the model's context", "context")
        if _REFUSED.search(said):
            return _error("the provider refused the prompt", "refused")
        if "model" in said.lower() and re.search(r"not (found|exist)|unknown|does not exist|no such", said, re.IGNORECASE):
            return self._no_model(said)
        return _error(f"{self.base_url} refused the call ({status}): {said}", "call")


def _error(text: str, kind: str, *, is_retryable: bool = False) -> ProviderError:
    return ProviderError(text, kind=kind, is_retryable=is_retryable)


def _message(body: str) -> str:
    """What an error's body says, in whichever of the usual places."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return body
    error = said.get("error", said) if isinstance(said, dict) else said
    if isinstance(error, dict):
        return " ".join(str(error[word]) for word in ("message", "detail", "code", "type") if error.get(word))
    return str(error)
