"""Plans: what may be said, what is refused, and in which order stages run."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.errors import PlanError
from twinset.pipeline.engines import engine_of
from twinset.plan import Plan, Stage, dump, in_order, load, parse

PLAN = """
twinset: 1
seed: 3
evaluate: {holdout: 0.25, target: churn, gate: strict}
stages:
  people:
    source: people.csv
    columns:
      joined: {type: date, range: [2020-01-01, 2021-12-31], reason: "said by hand"}
      active: {type: boolean, words: ["no", "yes"]}
  visits: {source: visits.csv, needs: [people], rows: 10, given: {rows_of: people}}
"""


def test_a_plan_survives_writing_and_reading():
    plan = parse(PLAN)
    assert plan.stages["people"].columns["joined"]["range"] == ["2020-01-01", "2021-12-31"]
    assert plan.stages["people"].columns["active"]["words"] == ["no", "yes"]
    again = parse(dump(plan))
    assert again == plan
    assert again.fingerprint == plan.fingerprint


def test_layout_does_not_change_the_fingerprint_and_content_does():
    plan = parse(PLAN)
    assert parse("# a remark\n" + PLAN.replace("{type: date,", "{  type:   date,")).fingerprint == plan.fingerprint
    assert parse(PLAN.replace("seed: 3", "seed: 4")).fingerprint != plan.fingerprint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a plan is a mapping"),
        ("stages: {a: {sorce: x}}", "did you mean 'source'?"),
        ("evaluate: {holdot: 1}\nstages: {a: {source: x}}", "did you mean 'holdout'?"),
        ("stages: {a: {source: x, given: {fixd: 1}}}", "did you mean 'fixed'?"),
        ("stages: {a: {source: x, given: {}}}", "exactly one of fixed, rows, rows_of and shares"),
        ("stages: {a: {source: x, given: {rows_of: b}}}", "not in needs"),
        ("stages: {a: {source: x, sampler: y}}", "not both"),
        ("stages: {a: {source: x, rows: -1}}", "greater than or equal to 0"),
        ("stages: {}", "at least 1 item"),
        ("seed: 1.5\nstages: {a: {source: x}}", "seed"),
        ("twinset: 2\nstages: {a: {source: x}}", "twinset"),
        ("seed: 1\nseed: 2\nstages: {a: {source: x}}", "line 2: 'seed' stands twice"),
        ("stages: {a: &x {source: x}, b: *x}", "anchors and aliases are not allowed"),
        ("[" * 200, "at most 40 levels"),
        ("a: !!python/object/apply:os.system ['echo hacked']", "not valid YAML"),
        ("a: [", "not valid YAML"),
    ],
)
def test_what_a_plan_may_not_say_is_named(text, said):
    with pytest.raises(PlanError, match=said.replace("[", r"\[").replace("?", r"\?").replace(".", r"\.")):
        parse(text)


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_fail_otherwise(text):
    try:
        parse(text)
    except PlanError:
        pass


def test_a_missing_plan_says_how_to_get_one(tmp_path):
    with pytest.raises(PlanError, match="twinset init"):
        load(tmp_path / "plan.yaml")


def test_a_plan_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "plan.yaml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(PlanError, match="can't read"):
        load(tmp_path / "plan.yaml")


def test_stages_run_after_those_they_need_and_otherwise_as_written():
    stages = {"c": Stage(source="x", needs=("a",)), "b": Stage(source="x"), "a": Stage(source="x")}
    assert in_order(Plan(stages=stages)) == ("b", "a", "c")


def test_circles_and_unknown_needs_are_named():
    with pytest.raises(PlanError, match="in a circle: a -> b -> a"):
        in_order(Plan(stages={"a": Stage(source="x", needs=("b",)), "b": Stage(source="x", needs=("a",))}))
    with pytest.raises(PlanError, match="did you mean 'people'"):
        in_order(Plan(stages={"people": Stage(source="x"), "b": Stage(source="x", needs=("peopel",))}))


TABLES = "stages: {s: {synthesizer: rules, tables: {t: {rows: 3, columns: {a: sequence}%s}}%s}}"


@pytest.mark.parametrize(
    ("table", "stage", "said"),
    [
        (", rowz: 3", "", "stages.s.tables.t.rowz is not a word of a plan, did you mean 'rows'?; known: rows, per, key"),
        (", per: {table: t, degre: 3}", "", "did you mean 'degree'"),
        (", correlate: {columns: [a, b], rhoo: 1}", "", "did you mean 'rho'"),
        (", correlate: {columns: [a, b]}", "", "give exactly one of rho and matrix"),
        (", correlate: {columns: [a, b], matrix: [[1]]}", "", "a column for each of 2 columns"),
        (", constraints: [{kind: ordr, columns: [a, b]}]", "", "did you mean 'order'"),
        (", constraints: a > 1", "", "t.constraints: Input should be a list, not 'a > 1'"),
        (", per: 5", "", "t.per: Input should be a mapping, not 5"),
        ("", ", source: x.csv", "neither a source nor a sampler"),
        ("", ", constraints: [{kind: unique, columns: [a]}]", "each of the tables has its own"),
        ("", ", locale: english", "a locale is such as en_US or de_DE"),
    ],
)
def test_what_is_wrong_with_tables_is_named(table, stage, said):
    with pytest.raises(PlanError, match=re.escape(said)):
        parse(TABLES % (table, stage))


def test_tables_have_rows_or_belong_to_others_and_an_engine_that_makes_them():
    with pytest.raises(PlanError, match="say how many rows"):
        parse("stages: {s: {synthesizer: rules, tables: {t: {columns: {a: sequence}}}}}")
    plan = parse((TABLES % ("", "")).replace("synthesizer: rules, ", ""))
    with pytest.raises(PlanError, match="say synthesizer: rules"):
        engine_of(plan.stages["s"])
    with pytest.raises(PlanError, match=r"the synthesizer 'rules' has no option 'k'; its options: none"):
        engine_of(parse(TABLES % ("", ", options: {k: 3}")).stages["s"])


def test_mappings_without_text_keys_survive_writing():
    text = "stages: {s: {synthesizer: rules, tables: {t: {rows: 3, columns: {a: {rule: category, values: {1: 3, 2: 1}}}}}}}"
    plan = parse(text)
    assert parse(dump(plan)) == plan
    assert plan.stages["s"].tables["t"].columns["a"]["values"] == [[1, 3], [2, 1]]
