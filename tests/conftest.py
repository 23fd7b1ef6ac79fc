"""What every test stands on: no network, one thread, examples that repeat, the test samplers among the plugins."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

_PLUGINS = str(Path(__file__).parent / "contract" / "plugins")
_IS_CI = bool(os.environ.get("CI"))

# Before numpy is imported, and for programs that a test starts, too.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [_PLUGINS, os.environ.get("PYTHONPATH")]))
sys.path.insert(0, _PLUGINS)

import socket  # noqa: E402

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

settings.register_profile(
    "twinset",
    max_examples=40,
    deadline=None,
    derandomize=_IS_CI,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("twinset")

_LOOPBACK = ("localhost", "127.", "::1", "0.0.0.0")


class NetworkBlockedError(RuntimeError):
    """A test tried to reach another machine."""


def _refuse_others(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name and not name.startswith(_LOOPBACK):
        raise NetworkBlockedError(f"tests may not reach {name!r}: answer from a file or a server of this machine instead")


def _guarded(method: Callable[..., object]) -> Callable[..., object]:
    def guard(self: socket.socket, *arguments: object) -> object:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_others(arguments[-1][0])  # type: ignore[index]  # the address is last: connect(a), sendto(b, f, a)
        return method(self, *arguments)

    return guard


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Connections to other machines, and questions after their addresses, are errors."""
    look_up = socket.getaddrinfo

    def guarded_look_up(host: object, *arguments: object, **options: object) -> object:
        _refuse_others(host)
        return look_up(host, *arguments, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Words of people are kept in a folder of the tests' own, also by programs that a test starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def _need_debian(package: str, executable: str | None = None) -> str:
    """The path of a Debian package's program; without it the test is skipped, or fails where CI should have it."""
    found = shutil.which(executable or package)
    if found is None:
        reason = f"needs {executable or package}; install it with: apt-get install {package}"
        pytest.fail(reason, pytrace=False) if _IS_CI else pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def require_debian() -> Callable[..., str]:
    """``require_debian(package, executable=None)`` gives the program's path, or ends the test saying how to install it."""
    return _need_debian


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("debian"):
        _need_debian(*marker.args)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long proofs run when they are asked for by ``-m verify`` (or any ``-m`` that names them), and not otherwise."""
    if "verify" in config.option.markexpr:
        return
    if long := [item for item in items if item.get_closest_marker("verify")]:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("verify")]
