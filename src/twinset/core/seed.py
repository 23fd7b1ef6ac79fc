"""Seeds addressed by name: the same path gives the same stream, whoever asks, in whatever order.

Names are hashed (BLAKE2b) into a ``numpy.random.SeedSequence`` that keys a Philox generator, so that two paths never
share a stream and adding a stage never shifts another one. Global random state is neither read nor set.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from twinset.errors import PlanError

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Seed:
    """A place in the tree of random streams: a root number and the names that lead to it."""

    root: int
    path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.root, bool) or not isinstance(self.root, int) or not 0 <= self.root <= _LARGEST:
            raise PlanError(f"a seed is a whole number from 0 to 2^63 - 1, not {self.root!r}")

    def child(self, *names: str | int) -> Seed:
        """The seed below this one under the given names."""
        return Seed(self.root, self.path + tuple(str(name) for name in names))

    def generator(self) -> np.random.Generator:
        """A fresh Philox generator; two calls give equal generators."""
        words = np.frombuffer(self._digest(), dtype="<u4").tolist()
        return np.random.Generator(np.random.Philox(np.random.SeedSequence([self.root, *words])))

    def number(self) -> int:
        """A number below 2^31 from this place, by its hash alone: for those who want one number and no stream of them."""
        digest = hashlib.blake2b(self._digest(), digest_size=4, key=self.root.to_bytes(8, "little"))
        return int.from_bytes(digest.digest(), "little") >> 1

    def _digest(self) -> bytes:
        digest = hashlib.blake2b(digest_size=32)
        for name in self.path:
            encoded = name.encode()
            digest.update(len(encoded).to_bytes(8, "little"))
            digest.update(encoded)
        return digest.digest()

    def integer(self) -> int:
        """A number below 2^31 from this stream, for libraries that want an int as a seed."""
        return int(self.generator().integers(2**31 - 1))
