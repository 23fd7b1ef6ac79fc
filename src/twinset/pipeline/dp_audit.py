"""The privacy audit for Python: engines and samplers become plain functions, and neighbours and claim are checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twinset.core.dataset import Dataset
from twinset.core.request import PART_ROWS, Request
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler, Synthesizer
from twinset.errors import PlanError
from twinset.evaluation.dp.claim import Claim, Noise
from twinset.evaluation.dp.neighbours import Neighbours, worst_neighbours
from twinset.evaluation.dp.observe import Mechanism
from twinset.evaluation.dp.result import PrivacyAudit
from twinset.evaluation.dp.trial import Trials, audit
from twinset.pipeline import memory
from twinset.pipeline.threads import one_thread
from twinset.pipeline.watch import Noting, Silent

__all__ = ["Neighbours", "PrivacyAudit", "Trials", "audit_privacy", "worst_neighbours"]

# Every run has the same seed, for an attacker may know it: manifests tell it. Noise that follows from a seed hides nothing.
_KNOWN = Seed(0)


def audit_privacy(
    mechanism: Any,
    neighbours: Neighbours | Sequence[Neighbours],
    *,
    epsilon: float | None = None,
    delta: float = 0.0,
    mu: float | None = None,
    rho: float | None = None,
    noise: Noise = "any",
    trials: Trials = Trials(),
) -> PrivacyAudit:
    """Hold a claim of differential privacy against what many runs on neighbouring inputs give away.

    ``mechanism`` is a function from an input to a vector of numbers, to rows (Arrow table, DataFrame, dataset) or to a
    sampler; or a private engine. ``neighbours`` are the pairs of inputs to tell apart (:func:`worst_neighbours` makes some).
    The claim is ``epsilon`` with ``delta``, or ``mu`` (Gaussian DP), or ``rho`` (zCDP); ``noise="gaussian"`` says that
    (epsilon, delta) comes from Gaussian noise alone. ``trials`` says how many runs and at which confidence.

    The mechanism must draw its noise afresh in each run, so two audits differ by chance. Raises PlanError for a claim, a
    mechanism or neighbours that can't be audited, and DataError where the mechanism fails or its answers have unlike shapes.
    """
    claim = Claim(epsilon, delta, mu, rho, noise)
    pairs = (neighbours,) if isinstance(neighbours, Neighbours) else tuple(neighbours)
    if not pairs or not all(isinstance(pair, Neighbours) for pair in pairs):
        raise PlanError("neighbours are one or more twinset.Neighbours(one, other); worst_neighbours(...) makes some")
    with one_thread():
        return audit(_as_function(mechanism, trials.rows), pairs, claim, trials)


def _as_function(mechanism: Any, n_rows: int) -> Mechanism:
    if isinstance(mechanism, Synthesizer) and not isinstance(mechanism, type):
        return _of_engine(mechanism, n_rows)
    if not callable(mechanism):
        raise PlanError(f"a mechanism is a function of its input or a private engine, not {type(mechanism).__name__}")

    def run(data: Any) -> Any:
        output = mechanism(data)
        return _sampled(output, n_rows) if isinstance(output, Sampler) else output

    return run


def _of_engine(engine: Synthesizer, n_rows: int) -> Mechanism:
    if not engine.traits.is_private:
        raise PlanError(
            f"the engine {type(engine).__name__} does not say that it is differentially private (traits.is_private); "
            "to audit it all the same, give a function that fits it"
        )

    def run(data: Any) -> Any:
        if not isinstance(data, Dataset):
            raise PlanError(
                f"an engine is audited on datasets with a declared schema, not on {type(data).__name__}: "
                "make neighbours with worst_neighbours, or with read(..., columns=...)"
            )
        return _sampled(engine.fit(data, schema=data.schema, seed=_KNOWN.child("fit"), ctx=Noting(Silent())), n_rows)

    return run


def _sampled(sampler: Sampler, n_rows: int) -> Dataset:
    size = {table.name: n_rows for table in sampler.schema}
    return memory.sample(sampler, Request(size, _KNOWN.child("sample"), None, PART_ROWS))
