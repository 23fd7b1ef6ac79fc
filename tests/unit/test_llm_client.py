"""Clients of models: what goes wrong is told apart, tried again where that helps, bounded; keys stay where they are."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time

import pytest

from twinset.core.llm import Answer, Call, Message, ModelOptions
from twinset.errors import DataError, PlanError, ProviderError
from twinset.llm import patience
from twinset.llm.budget import Budget
from twinset.llm.limiter import Limiter
from twinset.llm.openai_compatible import OpenAICompatible
from twinset.llm.recorded import Recorded, merged
from twinset.testing.models import FAULTS, ModelServer

SCHEMA = {
    "type": "object",
    "properties": {"stars": {"type": "integer", "minimum": 1, "maximum": 5}},
    "required": ["stars"],
    "additionalProperties": False,
}
KEY = "sk-secret-0123456789"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.005)


def call(text: str = "Hello.", seed: int = 1, **more) -> Call:
    return Call((Message("user", text),), more.pop("max_tokens", 40), seed, **more)


def ask(options: ModelOptions, *calls: Call) -> list[Answer]:
    """The answers to calls that are made at once."""

    async def run() -> list[Answer]:
        client = OpenAICompatible(options)
        try:
            return await asyncio.gather(*(client.ask(one) for one in calls))
        finally:
            await client.close()

    return asyncio.run(run())


def options(server: ModelServer, **more) -> ModelOptions:
    return ModelOptions("stand-in", server.base_url, **more)


def test_equal_calls_have_equal_answers_and_seeds_tell_them_apart():
    with ModelServer() as server:
        one, same, other = ask(options(server), call(), call(), call(seed=2))
    assert one == same
    assert other.text != one.text
    assert one.completion_tokens == len(one.text.split())


@pytest.mark.parametrize("kind", ["rate", "server", "cut", "no_json", "timeout", "endless"])
def test_what_passes_is_tried_again(kind):
    with ModelServer(faults={kind: 0.5}) as server:
        many = [call(seed=seed) for seed in range(12)]
        answers = ask(options(server, timeout=0.5, concurrency=12), *many)
        assert server.behaviour.n_faults[kind] > 1
        assert server.behaviour.n_answers == len(many)
    with ModelServer() as server:
        assert answers == ask(options(server), *many)


def test_tries_are_bounded():
    with ModelServer(say=lambda body: None, faults={"server": 1.0}) as server:
        server.behaviour._seen = _Nothing()
        with pytest.raises(ProviderError, match=r"failed \(500\)") as caught:
            ask(options(server, retries=4), call())
        assert server.behaviour.n_calls == 5
    assert caught.value.kind == "server"


class _Nothing(set):
    """Faults that don't pass: nothing has been seen before."""

    def add(self, _):
        pass


def test_a_server_that_is_not_there_is_given_up_soon():
    started = time.monotonic()
    with pytest.raises(ProviderError, match=r"can't be reached .*is the server running"):
        ask(ModelOptions("m", "http://127.0.0.1:9/v1", retries=8), call())
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        ({"key": KEY}, "auth", r"does not accept the key \(401\); say key: NAME"),
        (
            {"models": ("other", "stand_in")},
            "model",
            "no model 'stand-in'.*did you mean 'stand_in'.*it has: other, stand_in",
        ),
        ({"context": 3}, "context", "longer than the model's context"),
    ],
)
def test_what_does_not_pass_is_told_at_once(behaviour, kind, words):
    with ModelServer(**behaviour) as server:
        with pytest.raises(ProviderError, match=words) as caught:
            ask(options(server), call())
        assert server.behaviour.n_calls == 1
    assert caught.value.kind == kind
    assert not caught.value.is_retryable


def test_an_address_that_is_none_is_told():
    with pytest.raises(ProviderError, match="base_url is no address"):
        ask(ModelOptions("m", "nonsense"), call())
    with pytest.raises(ProviderError, match="say base_url"):
        OpenAICompatible(ModelOptions("m"))


def test_keys_come_from_the_environment_and_are_never_said(monkeypatch):
    monkeypatch.setenv("SOME_KEY", KEY)
    with ModelServer(key=KEY) as server:
        assert ask(options(server, key="SOME_KEY"), call())[0].text
        monkeypatch.setenv("SOME_KEY", "sk-wrong-0123456789")
        with pytest.raises(ProviderError) as caught:
            ask(options(server, key="SOME_KEY"), call())
    said = repr(caught.value) + repr(caught.value.__cause__) + repr(options(server, key="SOME_KEY"))
    assert "SOME_KEY" in str(caught.value)
    assert "sk-wrong" not in said
    monkeypatch.delenv("SOME_KEY")
    with pytest.raises(PlanError, match="environment variable SOME_KEY, which is not set"):
        ask(options(server, key="SOME_KEY"), call())


@pytest.mark.parametrize("forms", [("json_schema", "json_object"), ("json_object",), ()])
def test_structured_output_is_negotiated(forms):
    with ModelServer(forms=forms, is_keeping=True) as server:
        answers = ask(options(server, concurrency=1), *(call(seed=seed, schema=SCHEMA) for seed in range(3)))
        bodies = server.behaviour.bodies
    assert all(1 <= json.loads(answer.text)["stars"] <= 5 for answer in answers)
    assert len(bodies) == 3 + 2 - len(forms)  # each form that is unknown is asked for once
    last = bodies[-1].get("response_format", {}).get("type")
    assert last == (forms[0] if forms else None)


def test_the_newer_word_for_the_limit_is_found():
    with ModelServer(limit="max_completion_tokens", is_keeping=True) as server:
        first, second = ask(options(server, concurrency=1), call(max_tokens=3), call(seed=2, max_tokens=3))
        assert [first.is_cut, second.is_cut] == [True, True]
        assert [body.get("max_completion_tokens") for body in server.behaviour.bodies] == [None, 3, 3]


def test_calls_in_flight_are_as_many_as_allowed_and_fewer_where_it_is_too_much():
    with ModelServer(latency=0.02) as server:
        ask(options(server, concurrency=7), *(call(seed=seed) for seed in range(40)))
        assert server.behaviour.most_in_flight == 7
    with ModelServer(latency=0.02, slots=3, is_refusing=True) as server:
        answers = ask(options(server, concurrency=24, retries=12), *(call(seed=seed) for seed in range(80)))
        assert len({answer.text for answer in answers}) == 80
        assert server.behaviour.n_calls < 4 * 80


def test_the_first_calls_set_out_one_after_another():
    async def all_() -> list[float]:
        limiter, loop = Limiter(1000), asyncio.get_running_loop()
        started = loop.time()

        async def one() -> float:
            await limiter.acquire()
            return loop.time() - started

        return sorted(await asyncio.gather(*(one() for _ in range(200))))

    times = asyncio.run(all_())
    assert times[0] < 0.05
    assert all(time >= 0.0005 * place - 0.002 for place, time in enumerate(times))  # a thousand within half a second


def test_a_limit_falls_where_many_are_refused_and_comes_back():
    async def round_(limiter: Limiter, n_refused: int) -> None:
        n_calls = int(limiter.limit)
        for _ in range(n_calls):
            await limiter.acquire()
        for number in range(n_calls):
            limiter.release(is_refused=number < n_refused)

    async def run() -> None:
        limiter = Limiter(64)
        await round_(limiter, 64)
        assert limiter.limit == 32
        await round_(limiter, 8)
        assert limiter.limit == 24
        await round_(limiter, 1)
        assert 24 < limiter.limit < 28, "one now and then is no reason"
        for _ in range(12):
            await round_(limiter, 0)
        assert limiter.limit == 64

    asyncio.run(run())


class Counting:
    """A model that answers with a number that grows."""

    model = "stand-in"

    def __init__(self) -> None:
        self.n = 0

    async def ask(self, call: Call) -> Answer:
        self.n += 1
        return Answer(f"{self.n} é\n", 10, 5, is_cut=self.n % 2 == 0)

    async def close(self) -> None: ...


def recorded(folder, calls, inner, part="p-0", **more):
    async def run():
        whole = Recorded(ModelOptions("stand-in", **more), inner, folder)
        client = whole.part(part)
        try:
            return [await client.ask(one) for one in calls], whole.budget
        finally:
            await client.close()

    return asyncio.run(run())


def plain(answers):
    return [dataclasses.replace(answer, is_new=True) for answer in answers]


def test_answers_are_kept_and_replayed(tmp_path):
    calls, inner = [call(seed=seed) for seed in range(5)], Counting()
    first, _ = recorded(tmp_path / "a", calls, inner)
    again, budget = recorded(tmp_path / "a", calls, inner)
    assert inner.n == 5
    assert plain(again) == first
    assert (budget.tokens, budget.prompt_tokens) == (75, 50)
    assert merged(tmp_path / "a", tmp_path / "all.answers.jsonl") == 5
    replayed, _ = recorded(None, calls, None, answers=tmp_path / "all.answers.jsonl")
    assert plain(replayed) == first
    with pytest.raises(ProviderError, match="no answer of 'stand-in' is recorded"):
        recorded(None, [call(seed=9)], None, answers=tmp_path)


def test_a_half_written_answer_is_asked_again(tmp_path):
    calls, inner = [call(seed=seed) for seed in range(3)], Counting()
    first, _ = recorded(tmp_path, calls, inner)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        n_whole = whole[:length].count(b"\n")
        inner.n = n_whole
        again, _ = recorded(tmp_path, calls, inner)
        assert plain(again) == first
        assert file.read_bytes() == whole


def test_damaged_recordings_are_told(tmp_path):
    (tmp_path / "x.answers.jsonl").write_text('["key", 1]\n')
    with pytest.raises(DataError, match="no recorded answer"):
        recorded(None, [call()], None, answers=tmp_path)


def test_recordings_are_the_owners_alone(tmp_path):
    recorded(tmp_path / "a", [call()], Counting())
    (file,) = (tmp_path / "a").iterdir()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("limits", [{"tokens": 1000}, {"money": 0.001, "price_input": 1.0, "price_output": 1.0}])
def test_a_budget_is_never_passed(limits):
    """Whatever is in flight together: what they can cost at most is set aside before they are sent."""

    async def run() -> tuple[int, Budget]:
        budget = Budget(ModelOptions("m", **limits))
        n_asked = 0

        async def one(seed: int) -> None:
            nonlocal n_asked
            aside = await budget.reserve(call(seed=seed))
            n_asked += 1
            await asyncio.sleep(0.001)
            budget.settle(aside, Answer("x", 10, 40))

        done = await asyncio.gather(*(one(seed) for seed in range(50)), return_exceptions=True)
        assert all(error.kind == "budget" for error in done if isinstance(error, ProviderError))
        assert any(isinstance(error, ProviderError) for error in done)
        return n_asked, budget

    n_asked, budget = asyncio.run(run())
    assert budget.tokens == 50 * n_asked
    assert 900 <= budget.tokens <= 1000


def test_the_stand_in_knows_its_faults():
    with pytest.raises(PlanError, match=f"known: {', '.join(FAULTS)}"):
        ModelServer(faults={"earthquake": 1})
