"""A finished run or evaluation, read back from its folder: what went in, as far as the folder tells, and the scores.

A run has a manifest and a plan; an evaluation of a twin from another tool has its scores alone, whose lineage tells less.
Fingerprints of the data lie in private/, which may have been left behind when the folder was handed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twinset.core.manifest import Manifest
from twinset.errors import DataError
from twinset.evaluation.report import Report, load_scores
from twinset.plan import Plan
from twinset.plan import load as load_plan
from twinset.provenance.files import MANIFEST, entry, read_manifest
from twinset.provenance.fingerprints import Fingerprint, read_fingerprints

SCORES = "scores.json"


@dataclass(frozen=True, slots=True)
class Finished:
    """One run: ``reports`` by stage (by the table's name where there is no plan)."""

    place: Path
    reports: Mapping[str, Report]
    manifest: Manifest | None
    plan: Plan | None
    fingerprints: Mapping[str, Fingerprint] | None

    @property
    def versions(self) -> Mapping[str, str]:
        return self.manifest.versions if self.manifest else next(iter(self.reports.values())).lineage.versions

    @property
    def seed(self) -> int:
        return self.manifest.seed if self.manifest else next(iter(self.reports.values())).lineage.seed


def read_finished(place: Path) -> Finished:
    """The run in a folder; DataError where it is none, or where what is read of it was changed since."""
    if not place.is_dir():
        raise DataError(f"{place} is no folder; give the output folder of twinset twin, run or evaluate")
    if (place / MANIFEST).is_file():
        return _run(place)
    if not (place / SCORES).is_file():
        raise DataError(f"{place} holds neither {MANIFEST} nor {SCORES}: it is no output of twinset twin, run or evaluate")
    report = _scores(place / SCORES)
    return Finished(place, {report.lineage.title: report}, None, None, read_fingerprints(place))


def _run(place: Path) -> Finished:
    manifest = read_manifest(place / MANIFEST)
    names = [stage.name for stage in manifest.stages]
    folders = {name: Path() if len(names) == 1 else Path(name) for name in names}
    files = {name: place / folder / SCORES for name, folder in folders.items()}
    judged = {name: path for name, path in files.items() if path.is_file()}
    for path in (place / "plan.yaml", *judged.values()):
        _check(place, path, manifest)
    if not judged:
        raise DataError(f"{place}: no stage of this run was evaluated, so there are no scores to compare")
    reports = {name: _scores(path) for name, path in judged.items()}
    return Finished(place, reports, manifest, load_plan(place / "plan.yaml"), read_fingerprints(place))


def _check(place: Path, path: Path, manifest: Manifest) -> None:
    """The file is the one that the manifest lists."""
    name = path.relative_to(place).as_posix()
    listed = next((one for one in manifest.files if one.path == name), None)
    if listed is None or not path.is_file():
        raise DataError(f"{path} is missing from this output; twinset verify {place} says what else is")
    if entry(place, path) != listed:
        raise DataError(f"{path} was changed after it was written; twinset verify {place} says what else was")


def _scores(path: Path) -> Report:
    try:
        return load_scores(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"can't read {path}: {error}") from error
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
