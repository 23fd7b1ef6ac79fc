"""Databases for tests, which take rows by the very schema that a plan was drafted from."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

POSTGRES = pytest.mark.debian("postgresql", "pg_ctl")


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
    """A server of the tests' own in a folder, reached by a socket there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.binaries = Path(os.path.realpath(shutil.which("pg_ctl") or "")).parent
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres")
            for place in (folder, *folder.parents):
                if place.stat().st_uid == os.geteuid() and place != Path("/"):
                    place.chmod(place.stat().st_mode | 0o011)
        self._run("initdb", "-D", folder / "data", "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
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
