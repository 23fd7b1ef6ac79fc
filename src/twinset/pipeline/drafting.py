"""Plans of tables by rules that follow from something else: a script of DDL, or the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from twinset.contracts import ddl
from twinset.contracts.draft import drafted
from twinset.errors import DataError, TwinsetError
from twinset.pipeline import steps
from twinset.pipeline.maker import Maker
from twinset.pipeline.planning import plan_for
from twinset.pipeline.settings import Settings
from twinset.plan.commented import Commented, plain, written
from twinset.privacy import K

_NO_PEOPLE = (
    "names, e-mails and addresses are letters by chance: pip install 'twinset[people]' and draft again for coherent ones"
)


MOST_TRIED = 300
ROWS_TRIED = 50


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a plan, and what there is to say of it."""

    text: str
    remarks: tuple[str, ...]
    n_tables: int


def from_ddl(path: Path, dialect: str | None, *, seed: int) -> Draft:
    """A plan whose rows a database with this schema takes; DataError or SchemaError where the script can't be read."""
    text = _script(path)
    known = dialect or ddl.guessed(text)
    found = drafted(ddl.describe(text, known), has_people=has_people())
    remarks = [*found.remarks, *([] if has_people() else [_NO_PEOPLE]), *faults(found.tables)]
    head = [
        f"A plan for the tables of {path.name}, read as {known}. Beside each column stands its type, and why it is so.",
        *(["Not honoured, or to be known:"] if remarks else []),
        *(f"- {remark}" for remark in remarks),
    ]
    return Draft(
        written(stage_name(path), found.tables, head=head, seed=seed), tuple(map(plain, remarks)), len(found.tables)
    )


def faults(tables: Mapping[str, Commented]) -> Iterable[str]:
    """What keeps tables from being made as they are, if anything does: a few rows of each are tried."""
    specs = {name: dict(one.data) for name, one in tables.items()}
    maker = Maker({"stages": {"tables": {"synthesizer": "rules", "tables": specs}}})
    try:
        if len(specs) <= MOST_TRIED:
            maker.tables({name: min(rows, ROWS_TRIED) for name, rows in maker.stated.items()})
        else:
            maker.request({}, None)
    except TwinsetError as error:
        yield f"as it is, the plan can't be run: {error}"


def stage_name(path: Path) -> str:
    """What the stage of a file is called."""
    name = re.sub(r"[^A-Za-z0-9_]+", "_", path.name.split(".")[0]).strip("_") or "tables"
    return (name if name[0].isalpha() else f"t_{name}")[:100]


def _script(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"there is no file {str(path)!r}") from None
    except UnicodeDecodeError:
        raise DataError(f"{str(path)!r} is not UTF-8 text; save the schema as UTF-8") from None
    except OSError as error:
        raise DataError(f"can't read {str(path)!r}: {error.strerror}") from error


def from_rows(source: str, *, seed: int, settings: Settings) -> Draft:
    """A plan of rules fitted to the rows of a table, in which no value of few rows stands."""
    from twinset.synthesizers.rules.fitted import fitted

    plan = plan_for(source, rows=None, synthesizer="rules", privacy="default", target=None, seed=seed, gate="standard")
    ((name, stage),) = plan.stages.items()
    data = steps.read_source(stage, settings)
    assert data is not None
    tables, remarks = {}, [] if has_people() else [_NO_PEOPLE]
    for table in data.schema:
        own = data.scan(table.name).read_all()
        word = re.sub(r"[^A-Za-z0-9_]+", "_", table.name)[:60]
        tables[word if word[:1].isalpha() else name[:60]], said = fitted(table, own, has_people=has_people())
        remarks += said
    remarks += faults(tables)
    head = [
        f"Rules fitted to the rows of {Path(source).name}: at least {K} rows stand behind each figure, and no row is in it.",
        *(f"- {remark}" for remark in remarks),
    ]
    return Draft(written(name, tables, head=head, seed=seed), tuple(map(plain, remarks)), len(tables))


def has_people() -> bool:
    """Whether the packages are there from which people's words come."""
    return all(find_spec(name) is not None for name in ("faker", "mimesis"))
