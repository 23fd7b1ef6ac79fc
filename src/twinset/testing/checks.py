"""Contract checks, one by one: whether a synthesizer or a sampler keeps what pipelines rely on.

    for check in check_synthesizer(MyEngine()):
        check.run()

or, a test for each: ``@pytest.mark.parametrize("check", check_synthesizer(MyEngine()), ids=lambda check: check.name)``. A
check that fails raises :class:`BrokenContractError`, whose message says what was promised and what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, TypeVar

from twinset.core import registry
from twinset.core.dataset import Dataset
from twinset.core.people import Provider
from twinset.core.request import Request
from twinset.core.synthesis import Sampler, Synthesizer
from twinset.testing.bench import BrokenContractError, Case
from twinset.testing.example import example
from twinset.testing.file_checks import FILE_CHECKS
from twinset.testing.given_checks import GIVEN_CHECKS
from twinset.testing.provider_checks import PROVIDER_CHECKS
from twinset.testing.sampler_checks import SAMPLER_CHECKS
from twinset.testing.synthesizer_checks import SYNTHESIZER_CHECKS, Subject

Subjected = TypeVar("Subjected")


class Check(NamedTuple):
    """One promise: its name, and the function that raises BrokenContractError if it is not kept."""

    name: str
    run: Callable[[], None]


def check_synthesizer(synthesizer: Synthesizer, data: Dataset | None = None) -> Iterator[Check]:
    """All checks of a synthesizer and of the sampler that it fits, on ``data`` (by default: an example of every type).

    Nothing is fitted before the first check runs.
    """
    subject = Subject(synthesizer, example() if data is None else data)
    for check in SYNTHESIZER_CHECKS:
        yield Check(check.__name__, partial(_run, check, lambda: subject))
    yield from _of_sampler(lambda: subject.case)


def check_sampler(sampler: Sampler, request: Request) -> Iterator[Check]:
    """All checks of a sampler, for one request; its engine is looked up in the registry."""

    def case() -> Case:
        engine = registry.lookup("synthesizers", sampler.engine)
        return Case(sampler, request, engine, engine().traits)

    yield from _of_sampler(case)


def check_provider(provider: Provider) -> Iterator[Check]:
    """All checks of a provider of people."""
    for check in PROVIDER_CHECKS:
        yield Check(check.__name__, partial(_run, check, lambda: provider))


def _of_sampler(case: Callable[[], Case]) -> Iterator[Check]:
    for check in (*SAMPLER_CHECKS, *GIVEN_CHECKS, *FILE_CHECKS):
        yield Check(check.__name__, partial(_run, check, case))


def _run(check: Callable[[Subjected], None], subject: Callable[[], Subjected]) -> None:
    """Whatever an engine raises where it should not is a broken contract, too."""
    try:
        check(subject())
    except BrokenContractError:
        raise
    except Exception as error:
        raise BrokenContractError(f"{check.__name__}: {type(error).__name__}: {error}") from error
