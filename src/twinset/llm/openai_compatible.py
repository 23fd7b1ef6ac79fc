"""Any server that speaks OpenAI's chat completions: vLLM, Ollama, llama.cpp, a hosted one.

Structured output is asked for in the strongest form that the server knows: a JSON schema, else any JSON object, else in
words alone; a form that is refused is not asked for again. Answers are checked by whoever asked.
"""

from __future__ import annotations

import json
from typing import Any

from twinset.core.llm import Answer, Call, ModelOptions
from twinset.core.optional import require
from twinset.core.registry import nearest
from twinset.errors import ProviderError
from twinset.llm.failures import Place
from twinset.llm.http import Http
from twinset.llm.keys import read_key
from twinset.llm.limiter import Limiter
from twinset.llm.patience import Patience

_FORMS = ("json_schema", "json_object", "prompt")
_NEWER = "max_completion_tokens"
"""What some servers call the limit of an answer, and say so when they are asked with ``max_tokens``."""


class OpenAICompatible:
    """A client of one model at one base URL."""

    def __init__(self, options: ModelOptions) -> None:
        require("aiohttp", extra="llm")
        if not options.base_url:
            raise ProviderError(
                "no endpoint is known: say base_url, such as http://127.0.0.1:8000/v1", kind="endpoint", is_retryable=False
            )
        self.options = options
        place = Place(options.base_url.rstrip("/"), options.model, options.key, read_key(options.key))
        self._http = Http(place, options)
        self._patience = Patience(Limiter(options.concurrency), options.retries)
        self._limit = "max_tokens"
        self._form = 0 if options.structured == "auto" else _FORMS.index(options.structured)

    @property
    def model(self) -> str:
        return self.options.model

    @property
    def n_retries(self) -> int:
        return self._patience.n_retries

    async def ask(self, call: Call) -> Answer:
        try:
            return await self._patience.ask(lambda: self._once(call), call.seed)
        except ProviderError as error:
            if error.kind != "model":
                raise
            raise ProviderError(f"{error}{await self._listed()}", kind="model", is_retryable=False) from None

    async def _listed(self) -> str:
        """The models that the server has, as the end of a sentence; nothing where it does not say."""
        try:
            names = [str(one["id"]) for one in (await self._http.get("/models"))["data"]]
        except (ProviderError, KeyError, TypeError):
            return ""
        return f"{nearest(self.model, names)}; it has: {', '.join(names[:20])}" if names else ""

    async def _once(self, call: Call) -> Answer:
        """One answer; a form or a word that the server does not know is left for good once another one is answered."""
        form, limit = self._form, self._limit
        while True:
            word = _FORMS[form] if call.schema is not None else ""
            try:
                answer = _answer(await self._http.post(_body(call, self.options, word, limit)))
            except ProviderError as error:
                if error.kind == "call" and _NEWER in str(error) and limit != _NEWER:
                    limit = _NEWER
                    continue
                is_last = word in ("", "prompt") or self.options.structured != "auto"
                if error.kind not in ("format", "call") or is_last:
                    raise
                form += 1
                continue
            self._form, self._limit = max(form, self._form), limit
            return answer

    async def close(self) -> None:
        await self._http.close()


def _body(call: Call, options: ModelOptions, form: str, limit: str) -> dict[str, Any]:
    messages = [{"role": one.role, "content": one.content} for one in call.messages]
    if call.schema is not None and (form != "json_schema" or call.is_again):
        _spell_out(messages, call.schema)
    body: dict[str, Any] = {"model": options.model, "messages": messages, limit: call.max_tokens, "seed": call.seed}
    said = {"temperature": call.temperature, "top_p": call.top_p, "stop": list(call.stop) or None}
    body |= {name: value for name, value in said.items() if value is not None}
    if form == "json_schema":
        schema = {"name": "answer", "strict": True, "schema": call.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif form == "json_object":
        body["response_format"] = {"type": "json_object"}
    return {**body, **call.extra}


def _spell_out(messages: list[dict[str, str]], schema: Any) -> None:
    """Ask for JSON in words, in the system message."""
    words = f"Answer with JSON alone, which keeps to this JSON schema: {json.dumps(schema, ensure_ascii=False)}"
    if messages[0]["role"] == "system":
        messages[0] = {"role": "system", "content": f"{messages[0]['content']}\n\n{words}"}
    else:
        messages.insert(0, {"role": "system", "content": words})


def _answer(said: Any) -> Answer:
    """The answer in a body; ProviderError where it is none."""
    try:
        choice = said["choices"][0]
        text, usage = choice["message"].get("content") or "", said.get("usage") or {}
        refusal = choice["message"].get("refusal")
        tokens = int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise ProviderError("the server's answer is no chat completion", kind="broken", is_retryable=True) from None
    if refusal or choice.get("finish_reason") == "content_filter":
        raise ProviderError("the model refused to answer", kind="refused", is_retryable=False)
    return Answer(str(text), *tokens, is_cut=choice.get("finish_reason") == "length")
