"""Recipes: plans of texts to begin with, a file each, in which the model is left open."""

from __future__ import annotations

from importlib.resources import files

from twinset.core.registry import nearest
from twinset.errors import PlanError

_MODEL = "      # MODEL\n"


def names() -> tuple[str, ...]:
    """The recipes there are."""
    return tuple(
        sorted(file.name.removesuffix(".yaml") for file in files(__name__).iterdir() if file.name.endswith(".yaml"))
    )


def recipe(name: str, *, model: str | None = None, base_url: str | None = None) -> str:
    """The text of a plan; ``model`` "local" is the small one of this machine, others are asked at ``base_url``."""
    if name not in names():
        raise PlanError(f"there is no template {name!r}{nearest(name, names())}; known: {', '.join(names())}")
    text = (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")
    return text.replace(_MODEL, _local() if model == "local" else _served(model, base_url))


def _served(model: str | None, base_url: str | None) -> str:
    """Any server that speaks OpenAI's chat completions."""
    address = base_url or "http://127.0.0.1:8000/v1"
    return f"""\
      model:
        model: {_quoted(model or "MODEL")}  # as the server calls it: curl {address}/models
        base_url: {_quoted(address)}  # vLLM 8000, llama.cpp 8080, Ollama 11434, or a hosted one
        # key: OPENAI_API_KEY  # the environment variable that holds the key, never the key itself
        temperature: 0.8
        max_tokens: 400
        concurrency: 16  # calls in flight
        # budget: {{tokens: 1000000, money: 5.0}}  # the run stops when it is spent, and goes on with a larger one
        # price: {{input: 0.15, output: 0.60}}  # US dollars for a million tokens
        # licence: apache-2.0  # the terms of the model's output, for the manifest
"""


def _local() -> str:
    return """\
      model:
        client: local  # llama.cpp in this process; path: MODEL.gguf for weights of your own
        model: smollm2-135m  # a name for the manifest
        temperature: 0.8
        max_tokens: 120
        concurrency: 4
        licence: apache-2.0
"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
