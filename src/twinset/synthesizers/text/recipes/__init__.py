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


def recipe(name: str, *, model: str | None = None, base_url: str | None = None, corpus: str | None = None) -> str:
    """The text of a plan.

    ``model`` "local" is the small one of this machine, "ngram" none at all: it writes from ``corpus``, a file. Others are
    asked at ``base_url``.
    """
    if name not in names():
        raise PlanError(f"there is no template {name!r}{nearest(name, names())}; known: {', '.join(names())}")
    text = (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")
    return text.replace(_MODEL, _said(model, base_url, corpus))


def _said(model: str | None, base_url: str | None, corpus: str | None) -> str:
    if corpus is not None and model != "ngram":
        raise PlanError("a corpus goes with the model ngram, which is none: it writes from the corpus alone")
    if base_url is not None and model in ("local", "ngram"):
        raise PlanError(f"the model {model} is at no address; leave out --url, or name the model as its server does")
    match model:
        case "local":
            return _local()
        case "ngram":
            return _ngram(corpus or "corpus.txt")
    return _served(model, base_url)


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


def _ngram(corpus: str) -> str:
    return f"""\
      model:
        client: ngram  # no language model: words, runs of words and sentences with gaps that ten texts of a corpus share
        model: ngram  # a name for the manifest
        path: {_quoted(corpus)}  # texts of yours: .txt (one a line), .csv, .jsonl, .parquet
        # extra: {{text: text, by: label, k: 10}}  # columns of it: texts, and labels that are looked for in questions
"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
