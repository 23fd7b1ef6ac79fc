"""Databases for tests, which take rows by the very schema that a plan was drafted from."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

POSTGRES = pytest.mark.debian("postgresql", "pg_ctl")
MARIADB = pytest.mark.debian("mariadb-server", "mariadbd")


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for a server, apart from pytest's, whose rights another session of pytest takes back."""
    folder = Path(tempfile.mkdtemp(prefix="twinset-server-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def open_folders(folder: Path, user: str) -> None:
    """Let another user into a folder, and give it to them."""
    shutil.chown(folder, user)
    for place in (folder, *folder.parents):
        if place.stat().st_uid == os.geteuid() and place != Path("/"):
            place.chmod(place.stat().st_mode | 0o011)


def load_sqlite(schema: str, files: Sequence[Path]) -> sqlite3.Connection:
    """A database of this schema with all rows in it, foreign keys and checks on."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    base.executescript(f"PRAGMA foreign_keys = ON;\n{schema}")
    base.executescript(
        "BEGIN; PRAGMA defer_foreign_keys = ON;\n" + "\n".join(path.read_text() for path in files) + "\nCOMMIT;"
    )
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    return base


class Postgres:
    """A server of the tests' own in a folder, reached by a socket there, and with a password by the loopback's port."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder, self.port = folder, port
        self.binaries = Path(os.path.realpath(shutil.which("pg_ctl") or "")).parent
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self._as:
            open_folders(folder, "postgres")
        auth = ("--auth-local=trust", "--auth-host=scram-sha-256")
        self._run("initdb", "-D", folder / "data", *auth, "-U", "tester", "-E", "UTF8", "--no-sync")
        reached = f"listen_addresses='127.0.0.1' -c port={port}" if port else "listen_addresses=''"
        settings = f"-c {reached} -c unix_socket_directories='{folder}' -c fsync=off"
        self._run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", settings, "start")

    def _run(self, program: str, *arguments: object) -> None:
        words = [*self._as, str(self.binaries / program), *map(str, arguments)]
        done = subprocess.run(
            words, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr

    def sql(self, text: str, base: str = "postgres") -> str:
        """What psql prints; an error of any statement ends it."""
        words = [
            str(self.binaries / "psql"),
            "-h",
            str(self.folder),
            "-p",
            str(self.port or 5432),
            "-U",
            "tester",
            "-d",
            base,
            "-v",
            "ON_ERROR_STOP=1",
            "-qAtX",
        ]
        done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")


class MariaDb:
    """A server of the tests' own in a folder, reached by a socket there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket = folder, folder / "socket"
        as_user = ["setpriv", "--reuid=mysql", "--regid=mysql", "--clear-groups"] if os.geteuid() == 0 else []
        if as_user:
            open_folders(folder, "mysql")
        data = f"--datadir={folder / 'data'}"
        made = ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"]
        done = subprocess.run([*as_user, *made], cwd=folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        options = (f"--socket={self.socket}", "--skip-networking", f"--pid-file={folder / 'pid'}", "--skip-log-bin")
        light = ("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--performance-schema=OFF")
        with (folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [*as_user, "mariadbd", "--no-defaults", data, *options, *light], cwd=folder, stdout=log, stderr=log
            )
        for _ in range(300):
            if self.socket.exists():
                return
            time.sleep(0.1)
        raise AssertionError((folder / "log").read_text())

    def sql(self, text: str, base: str = "") -> str:
        """What the client prints; an error of any statement ends it."""
        words = ["mariadb", "--no-defaults", "-uroot", "-S", str(self.socket), "-N", *([base] if base else [])]
        done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        self._server.kill()  # nothing of it is kept
        self._server.wait(60)
