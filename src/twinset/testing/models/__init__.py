"""A stand-in for a language model's server: OpenAI-compatible, on the loopback, with the faults that real ones have.

    with ModelServer(latency=0.05, faults={"rate": 0.02, "broken": 0.02}) as server:
        ...  # base_url: server.base_url

Answers follow from what is asked (its hash), faults too: the same calls get the same answers, in whatever order they come.
``python -m twinset.testing.models`` runs one until it is stopped.
"""

from twinset.testing.models.behaviour import FAULTS, Behaviour
from twinset.testing.models.server import ModelServer

__all__ = ["FAULTS", "Behaviour", "ModelServer"]
