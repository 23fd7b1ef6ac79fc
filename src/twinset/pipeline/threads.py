"""One thread for whatever computes: the same bytes on any number of processors, and no fight over them.

OpenMP's threads spin while they wait. On a machine that is busy with anything else, two of them were measured to cost six
times the CPU seconds of one, for no gain in time. Processes are how Twinset uses several processors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread(*, with_learners: bool = False) -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread; ``with_learners`` also the one that scikit-learn brings, which loads it."""
    from threadpoolctl import threadpool_limits

    if with_learners:
        import sklearn.ensemble  # noqa: F401  a limit holds for libraries that are loaded when it is set

    with threadpool_limits(limits=1):
        yield
