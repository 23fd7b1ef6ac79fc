"""Rows of texts on the screen while they are made: nothing is kept, so that what a model answers is paid for each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from twinset.core.dataset import Batch, Dataset, Dialect, from_batches
from twinset.core.registry import nearest
from twinset.core.request import Made, Part, Reject, Request, State
from twinset.core.schema import Schema
from twinset.core.synthesis import Remarking, Sampler, Sizing, Waiting
from twinset.errors import PlanError
from twinset.execution.threads import Threads
from twinset.pipeline import steps
from twinset.pipeline.engines import engine_of
from twinset.pipeline.printing import FORMATS, Alone, lines_to
from twinset.pipeline.refused import told
from twinset.pipeline.settings import Settings
from twinset.plan import Plan, Stage, in_order

_FEWEST = 16
_PARTS_AT_ONCE = 2


def print_texts(
    plan: Plan, base: Path, out: IO[bytes], table: str | None, format: str | None, say: Callable[[str], None]
) -> None:
    """The rows of one stage of texts as they come, what it needs made before; ``say`` hears what it costs and leaves out.

    They are those that a run of the plan makes, but for rows in the place of some that a check refused: which these are can
    hang on the rows that are looked at together, and here these are fewer.
    """
    name = _wanted(plan, table)
    inputs: dict[str, Dataset] = {}
    for need in _needed(plan, name):
        inputs[need] = _held(plan, need, inputs, base)
    stage = plan.stages[name]
    if stage.source is not None:
        source = steps.read_source(stage, Settings(base=base))
        assert source is not None
        inputs["source"] = source
    sampler, request = _learned(plan, name, inputs)
    if isinstance(sampler, Remarking):
        for remark in sampler.remarks(request):
            say(remark)
    known, counted = sampler.schema.only, Counter[str]()
    with lines_to(out, known, _format(plan, format)) as write, closing(_made(sampler, _early(request, stage))) as items:
        for item in items:
            if isinstance(item, Batch):
                write([item.rows])
                counted["rows"] += item.rows.num_rows
            elif isinstance(item, Reject):
                counted[item.reason] += 1
    for line in told(request.size[known.name], counted.pop("rows", 0), counted):
        say(line)


def _wanted(plan: Plan, table: str | None) -> str:
    texts = [name for name, stage in plan.stages.items() if stage.text is not None]
    if table is None and len(texts) > 1:
        raise PlanError(f"the plan makes texts in several stages; say which to print: --table {' or --table '.join(texts)}")
    if table is not None and table not in texts:
        raise PlanError(
            f"the plan makes no texts in a stage {table!r}{nearest(table, texts)}; it does in: {', '.join(texts)}"
        )
    return table or texts[0]


def _format(plan: Plan, format: str | None) -> str:
    """What is asked for, else the plan's own, where that can be printed, else JSON lines: texts may be nested."""
    return format or (plan.format if plan.format in FORMATS else "jsonl")


def _needed(plan: Plan, name: str) -> list[str]:
    """The stages that one needs, in the order in which they are made."""
    found, open_ = set[str](), [name]
    while open_:
        needs = plan.stages[open_.pop()].needs
        open_ += [need for need in needs if need not in found]
        found |= set(needs)
    return [one for one in in_order(plan) if one in found]


def _held(plan: Plan, name: str, inputs: Mapping[str, Dataset], base: Path) -> Dataset:
    """All rows of a stage that another one needs."""
    stage = plan.stages[name]
    if not stage.tables and (stage.text is None or stage.source is not None):
        raise PlanError(f"-o - prints texts that need rules, texts or a source, and {name!r} is another kind of stage; "
                        "say a folder with -o")  # fmt: skip
    sampler, request = _learned(plan, name, inputs)
    batches = [item for item in _made(sampler, request) if isinstance(item, Batch)]
    return from_batches(sampler.schema, batches, "synthetic", Dialect())


def _learned(plan: Plan, name: str, inputs: Mapping[str, Dataset]) -> tuple[Sampler, Request]:
    stage = plan.stages[name]
    over = None if stage.text is None else stage.text.over
    schema = Schema(()) if over is None else inputs[over.rows_of].schema
    sampler = engine_of(stage).fit(None, schema=schema, seed=steps.seed_of(plan, "fit", name), ctx=Alone())
    size = (
        stage.rows if isinstance(stage.rows, dict) else {} if stage.rows is None else {sampler.schema.only.name: stage.rows}
    )
    request = Request(size, steps.seed_of(plan, "sample", name), None, plan.part_rows, dict(inputs))
    assert isinstance(sampler, Sizing)
    return sampler, sampler.sized(request)


def _early(request: Request, stage: Stage) -> Request:
    """The same in parts of about as many rows as there are calls in flight, so that the first ones come soon."""
    assert stage.text is not None
    most = max(model.concurrency for model in stage.text.models.values())
    return replace(request, part_rows=min(request.part_rows, max(_FEWEST, most)))


@dataclass
class _Job:
    """Makes parts and holds what they give until its turn comes."""

    sampler: Sampler
    request: Request
    made: dict[str, list[Made]] = field(default_factory=dict)

    def __call__(self, part: Part) -> None:
        states = {need: self._state(need) for need in part.needs}
        self.made[part.id] = list(self.sampler.make(part, self.request, _Surroundings(states)))

    def _state(self, part: str) -> bytes:
        return next((item.content for item in self.made[part] if isinstance(item, State)), b"")


@dataclass(frozen=True)
class _Surroundings(Alone):
    """Those of a part that may ask for the states of parts before it."""

    states: Mapping[str, bytes]

    def state_of(self, part: str) -> bytes:
        return self.states[part]


def _made(sampler: Sampler, request: Request) -> Generator[Made, None, None]:
    """What all parts give, in their order."""
    parts, job = list(sampler.parts(request)), _Job(sampler, request)
    if not isinstance(sampler, Waiting):
        for part in parts:
            yield from sampler.make(part, request, Alone())
        return
    place = 0
    with closing(Threads(_PARTS_AT_ONCE, sampler.opened, sampler.give_up).run(parts, job, frozenset())) as ready:
        for _ in ready:
            while place < len(parts) and parts[place].id in job.made:
                yield from job.made[parts[place].id]
                if place:
                    job.made[parts[place - 1].id] = []
                place += 1
