"""What the tests themselves stand on: no network, and programs of Debian packages by one rule."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_other_machines_are_out_of_reach(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as connection, pytest.raises(RuntimeError, match="tests may not reach"):
        connection.connect((address, 80))
    with pytest.raises(RuntimeError, match="tests may not reach"):
        socket.create_connection((address, 80), timeout=1)


def test_this_machine_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        assert connection.getpeername() == server.getsockname()


def test_libraries_use_one_thread() -> None:
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_a_missing_program_skips_with_its_install_command(
    require_debian: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert require_debian("python3", sys.executable) == sys.executable
    wanted = pytest.fail.Exception if os.environ.get("CI") else pytest.skip.Exception
    with pytest.raises(wanted, match="apt-get install no-such-package"):
        require_debian("no-such-package", "no-such-program")
