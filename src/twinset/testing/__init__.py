"""For whoever writes a synthesizer: contract checks, Hypothesis strategies, and small samplers to test a pipeline with.

It knows the contract alone (:mod:`twinset.core`), but for :mod:`twinset.testing.plans`: rows for the tests of any program.
Hypothesis is needed by that and by :mod:`twinset.testing.strategies` only, and comes with the extra ``testing``.
"""

from twinset.testing.bench import BrokenContractError
from twinset.testing.checks import Check, check_provider, check_sampler, check_synthesizer
from twinset.testing.example import example

__all__ = ["BrokenContractError", "Check", "check_provider", "check_sampler", "check_synthesizer", "example"]
