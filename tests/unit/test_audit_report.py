"""Reports of a shadow audit: whole, offline, and without real rows; tables that hold nothing to attack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.leaky import Ignoring

from twinset import audit
from twinset.errors import DataError, PlanError
from twinset.evaluation.report.audit import Audit, load_audit, render_html, render_json, render_markdown, summary


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Audit, Path]:
    out = tmp_path_factory.mktemp("audit") / "out"
    draw = np.random.default_rng(3)
    rows = pa.table({
        "secret<b>": [f"who-{draw.integers(10**9)}" for _ in range(240)],
        "salary": draw.integers(10**7, 10**8, 240),
        "team": draw.choice(["red", "blue"], 240),
    })  # fmt: skip
    return audit(rows, out, synthesizer="independent", shadows=4, targets=60, seed=2), out


def test_json_is_read_back(found):
    made, out = found
    assert load_audit(render_json(made)) == made
    assert load_audit((out / "audit.json").read_text()) == made
    with pytest.raises(DataError, match="no audit"):
        load_audit('{"format": "twinset.scores"}')


def test_pages_hold_figures_and_no_real_value(found):
    made, out = found
    page, text = (out / "audit.html").read_text(), (out / "audit.md").read_text()
    assert (page, text) == (render_html(made), render_markdown(made))
    for content in (page, text, render_json(made)):
        assert "who-" not in content
        assert "independent" in content
        assert "secret<b>" not in content or content.startswith("{")
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page
    for score in made.scores:
        assert f"{score.value:.3f}" in page or score.metric.startswith("privacy.shadow_tpr")
    assert len(summary(made)) == 2


def test_nothing_that_can_be_learned_leaks_nothing_and_is_said(tmp_path):
    """Text alone: the twin is made of placeholders, equal to nothing; planted copies are all there is to find."""
    rows = pa.table({"note": [f"this is remark number {i * i} of many that were made" for i in range(300)]})
    made = audit(rows, tmp_path / "a", synthesizer="independent", shadows=4, targets=60)
    assert made.verdict.outcome != "fail"
    assert any("note" in (note.column or "") for note in made.notes)
    assert all(score.value is not None and abs(score.value - 0.5) < 0.05 for score in made.scores if score.baseline == 0.5)


def test_a_table_of_constants_is_unknown(tmp_path):
    rows = pa.table({"one": [1] * 300, "word": ["same"] * 300})
    made = audit(rows, tmp_path / "a", synthesizer="independent", shadows=4, targets=60)
    assert made.verdict.outcome == "unknown"
    assert "would have missed" in made.verdict.answers[0].figure


def test_nested_columns_alone_are_an_error(tmp_path):
    with pytest.raises(DataError, match="nested"):
        audit(pa.table({"many": [[1, 2]] * 300}), tmp_path / "a", synthesizer="independent", shadows=4)


def test_columns_of_every_storage_are_attacked_or_said_to_be_left_out(tmp_path):
    draw = np.random.default_rng(3)
    words = pa.chunked_array([pa.array(["a", "b"] * 75).dictionary_encode(), pa.array(["c", "a"] * 75).dictionary_encode()])
    rows = pa.table({
        "word": words,
        "many": [[1, 2]] * 300,
        "when": pa.array(draw.integers(0, 10**9, 300), pa.timestamp("s")),
        "none": pa.nulls(300, pa.int32()),
        "far": draw.choice([np.inf, -np.inf, np.nan, 1e300, 0.5], 300),
        "is": pa.array([True, None, False] * 100),
    })  # fmt: skip
    made = audit(rows, tmp_path / "a", synthesizer="independent", shadows=4, targets=60)
    assert {"many"} == {note.column for note in made.notes if "not attacked" in note.text}
    assert all(score.value is not None for score in made.scores)


def test_options_go_with_a_name(tmp_path):
    with pytest.raises(PlanError, match="options go with"):
        audit(pa.table({"a": [1] * 300}), tmp_path / "a", synthesizer=Ignoring(), leaf=3)
