"""The registry: plugins by name, from entry points, with the nearest names for a slip of the pen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twinset.core import registry
from twinset.core.optional import require
from twinset.errors import InternalError, MissingExtraError, PlanError

Plugin = Callable[[str, str], None]


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    """``plugin(distribution, entry_points)`` installs a distribution for the length of a test."""

    def install(name: str, points: str) -> None:
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(points)

    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    yield install
    forget()


def forget() -> None:
    """What is installed is looked for again."""
    registry._installed.cache_clear()
    registry._points.cache_clear()


def test_a_plugin_is_found_and_loaded_when_asked_for(plugin: Plugin) -> None:
    plugin("good", "[twinset.metrics]\nroot = math:sqrt\nbad = no_such_module:Thing\n")
    assert {"bad", "root"} <= set(registry.names("metrics"))
    assert registry.lookup("metrics", "root")(9) == 3


def test_what_can_not_be_loaded_says_where_it_is(plugin: Plugin) -> None:
    plugin("broken", "[twinset.metrics]\nbad = no_such_module:Thing\nworse = math:no_such_name\n")
    for name, where in (("bad", "no_such_module"), ("worse", "math:no_such_name")):
        with pytest.raises(PlanError, match=where):
            registry.lookup("metrics", name)


def test_two_plugins_of_one_name_are_an_error(plugin: Plugin) -> None:
    plugin("one", "[twinset.metrics]\nsame = math:sqrt\n")
    plugin("two", "[twinset.metrics]\nsame = math:cbrt\n")
    with pytest.raises(PlanError, match="two plugins call themselves 'same'"):
        registry.names("metrics")


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(PlanError, match=r"no 'parqet' among the exporters, did you mean 'parquet'\?; known: .*csv"):
        registry.lookup("exporters", "parqet")
    with pytest.raises(PlanError, match="no 'zzz' among the exporters; known"):
        registry.lookup("exporters", "zzz")
    with pytest.raises(InternalError, match="unknown registry group"):
        registry.names("exporter")


def test_nearest() -> None:
    assert registry.nearest("indpendent", ["independent", "trees"]) == ", did you mean 'independent'?"
    assert registry.nearest("q", ["independent", "trees"]) == ""


def test_a_missing_package_names_its_install_command() -> None:
    assert require("math", extra="x").sqrt(4) == 2
    with pytest.raises(MissingExtraError, match=r"pip install 'twinset\[video\]'") as caught:
        require("no_such_package.inner", extra="video")
    assert isinstance(caught.value, ImportError)


def test_a_fault_inside_a_package_is_not_taken_for_a_missing_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_there.py").write_text("import no_such_package\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError) as caught:
        require("half_there", extra="video")
    assert not isinstance(caught.value, MissingExtraError)
