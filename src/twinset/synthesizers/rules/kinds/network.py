"""Addresses of networks and what goes over them. By default none can reach anybody: they are kept for examples."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.keys import Permutation, hexadecimal, octets, random_words, texts
from twinset.synthesizers.rules.kinds.words import vocabulary
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.weights import Weighted, zipf_ranks

_RESERVED = ("example.com", "example.net", "example.org")


@cache
def _numbers() -> pa.Array:
    return pa.array([str(number) for number in range(256)])


@cache
def _groups() -> pa.Array:
    return pa.array([f"{number:x}" for number in range(1 << 16)])


@dataclass(frozen=True, slots=True)
class _Address(Options):
    """What addresses share: they may be unique, by the number of the row."""

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Identifier("opaque"), pa.string(), origin="declared")

    def n_values(self) -> int | None:
        raise NotImplementedError

    def spelt(self, places: Index, rows: Index, seed: Seed) -> pa.Array:
        raise NotImplementedError

    def at(self, rows: Index, common: Seed) -> pa.Array:
        return self.spelt(Permutation(min(self.n_values() or 1, 2**62), common).at(rows), rows, common)

    def make(self, rows: Rows) -> pa.Array:
        places = rows.seed.generator().integers(0, min(self.n_values() or 1, 2**62), rows.n, dtype=np.int64)
        return self.spelt(places, np.arange(rows.start, rows.start + rows.n), rows.seed)


@dataclass(frozen=True, slots=True)
class Ipv4(_Address):
    """An address of ``network``, by default one for private use."""

    word: ClassVar[str] = "ipv4"
    network: str = "10.0.0.0/8"

    def __post_init__(self) -> None:
        self._network()

    def _network(self) -> ipaddress.IPv4Network:
        try:
            return ipaddress.IPv4Network(options.text(self.network, "network"), strict=False)
        except ValueError as error:
            raise PlanError(f"network is one such as 192.0.2.0/24, not {self.network!r:.60}: {error}") from None

    def n_values(self) -> int | None:
        return self._network().num_addresses

    def spelt(self, places: Index, rows: Index, seed: Seed) -> pa.Array:
        bytes_ = octets((places + int(self._network().network_address)).astype(np.uint64))[:, 4:]
        parts = [_numbers().take(pa.array(np.ascontiguousarray(bytes_[:, place]))) for place in range(4)]
        return pc.binary_join_element_wise(*parts, ".")


@dataclass(frozen=True, slots=True)
class Ipv6(_Address):
    """An address of the range for documentation, or of another ``prefix`` of two groups."""

    word: ClassVar[str] = "ipv6"
    prefix: str = "2001:db8"

    def __post_init__(self) -> None:
        try:
            ipaddress.IPv6Address(options.text(self.prefix, "prefix") + "::")
        except ValueError:
            raise PlanError(f"prefix is two groups such as 2001:db8, not {self.prefix!r:.60}") from None
        if self.prefix.count(":") != 1:
            raise PlanError(f"prefix is two groups such as 2001:db8, not {self.prefix!r:.60}")

    def n_values(self) -> int | None:
        return (2**16 - 1) ** 3

    def spelt(self, places: Index, rows: Index, seed: Seed) -> pa.Array:
        random = random_words(rows, seed.child("groups"))
        groups = [(random >> np.uint64(20 * place)).astype(np.int64) % 65_535 + 1 for place in range(3)]
        groups += [places // 65_535**place % 65_535 + 1 for place in (2, 1, 0)]
        parts = [_groups().take(pa.array(group)) for group in groups]
        return pc.binary_join_element_wise(pa.scalar(self.prefix), *parts, ":")


@dataclass(frozen=True, slots=True)
class Mac(_Address):
    """A hardware address from the range that is given out locally."""

    word: ClassVar[str] = "mac"

    def n_values(self) -> int | None:
        return 2**40

    def spelt(self, places: Index, rows: Index, seed: Seed) -> pa.Array:
        bytes_ = octets(places.astype(np.uint64) | np.uint64(0x02 << 40))[:, 2:]
        letters = np.full((len(places), 17), ord(":"), dtype=np.uint8)
        letters[:, [place + place // 2 for place in range(12)]] = hexadecimal(bytes_)
        return texts(letters)


@dataclass(frozen=True, slots=True)
class Domain(Options):
    """A name of a host: a made-up word below ``under``, by default domains that are kept for examples."""

    word: ClassVar[str] = "domain"
    under: Any = _RESERVED

    def __post_init__(self) -> None:
        for one in options.listed(self.under, "under"):
            options.text(one, "each of under", longest=200)

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Text(), pa.string(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        rng = rows.seed.generator()
        hosts = _words(rng, rows.n)
        under = pa.array(list(self.under)).take(pa.array(rng.integers(0, len(self.under), rows.n)))
        return pc.binary_join_element_wise(hosts, under, ".")


@dataclass(frozen=True, slots=True)
class Url(Options):
    """An address of a page below ``under``, of one to three words."""

    word: ClassVar[str] = "url"
    under: Any = _RESERVED
    scheme: str = "https"

    def __post_init__(self) -> None:
        Domain(self.under)
        options.text(self.scheme, "scheme", longest=20)

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Text(), pa.string(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        rng = rows.seed.generator()
        hosts = [f"{self.scheme}://www.{one}/" for one in self.under]
        host = pa.array(hosts).take(pa.array(rng.integers(0, len(hosts), rows.n)))
        depth = rng.integers(0, 3, rows.n)
        second, third = (_words(rng, rows.n, before="/", hidden=depth < level) for level in (1, 2))
        return pc.binary_join_element_wise(host, _words(rng, rows.n), second, third, "")


@cache
def _spelt(before: str) -> pa.Array:
    """Made-up words after a sign, and nothing at all as the last."""
    return pa.concat_arrays([pc.binary_join_element_wise(before, vocabulary(), ""), pa.array([""])])


def _words(rng: np.random.Generator, n: int, before: str = "", hidden: Any = None) -> pa.Array:
    """Made-up words, the common ones more often; nothing at all where ``hidden``."""
    words = _spelt(before)
    codes = zipf_ranks(n, len(words) - 1, 0.7, rng)
    if hidden is not None:
        codes[hidden] = len(words) - 1
    return words.take(pa.array(codes))


_KIT = "AppleWebKit/{kit} (KHTML, like Gecko)"
_CHROME = f"Mozilla/5.0 ({{os}}) {_KIT.format(kit='537.36')} Chrome/{{v}}.0.0.0 Safari/537.36"
_SAFARI = f"{_KIT.format(kit='605.1.15')} Version/{{v}}.0"
_AGENTS = {
    _CHROME: (60, (118, 139)),
    f"{_CHROME} Edg/{{v}}.0.0.0": (8, (118, 139)),
    "Mozilla/5.0 ({os}; rv:{v}.0) Gecko/20100101 Firefox/{v}.0": (10, (115, 141)),
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_SAFARI} Safari/605.1.15": (10, (15, 19)),
    f"Mozilla/5.0 (iPhone; CPU iPhone OS {{v}}_0 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1": (25, (15, 19)),
}
"""Texts of browsers: their weight, and the versions from and to before which."""

_SYSTEMS = ("Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10_15_7")


@cache
def _agents() -> tuple[pa.Array, Weighted]:
    """Texts of browsers with their weights."""
    found: dict[str, float] = {}
    for text, (weight, (low, high)) in _AGENTS.items():
        own = {text.format(os=os, v=version) for os in _SYSTEMS for version in range(low, high)}
        found |= {one: weight / len(own) for one in sorted(own)}
    return pa.array(list(found)), Weighted.of(list(found.values()))


@dataclass(frozen=True, slots=True)
class UserAgent(Options):
    """What a browser says that it is."""

    word: ClassVar[str] = "user_agent"

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Text(), pa.string(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        agents, weights = _agents()
        return agents.take(pa.array(weights.at(rows.seed.generator().random(rows.n))))
