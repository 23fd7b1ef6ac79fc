"""``python -m twinset.testing.models``: a stand-in on a port of this machine, until it is stopped."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading

from twinset.errors import TwinsetError
from twinset.testing.models import FAULTS, ModelServer


def main() -> None:
    """Serve, and say where."""
    options = argparse.ArgumentParser(prog="python -m twinset.testing.models", description=__doc__)
    options.add_argument("--port", type=int, default=0, help="default: a free one")
    options.add_argument("--latency", type=float, default=0.05, help="seconds an answer takes")
    options.add_argument("--slots", type=int, default=1_000_000, help="answers at once; other calls wait")
    options.add_argument("--fault", action="append", default=[], metavar="KIND=SHARE", help=", ".join(FAULTS))
    said = options.parse_args()
    try:
        faults = {kind: float(share) for kind, _, share in (one.partition("=") for one in said.fault)}
        with ModelServer(said.port, latency=said.latency, slots=said.slots, faults=faults) as server:
            sys.stdout.write(f"{server.base_url}\n")
            sys.stdout.flush()
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    except (TwinsetError, ValueError) as error:
        options.error(str(error))


if __name__ == "__main__":
    main()
