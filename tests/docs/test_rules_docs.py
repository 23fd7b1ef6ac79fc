"""docs/rules.md and examples/shop.yaml: their plans run, and the tables know every rule with all its options."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from twinset.pipeline import api
from twinset.plan import load, parse
from twinset.synthesizers.rules.kinds import KINDS, kind

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text()
PLANS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
CITIES = "city,latitude,longitude,people\nBerlin,52.52,13.405,3.7\nLyon,45.764,4.836,0.5\n"


@pytest.mark.parametrize("text", PLANS, ids=range(len(PLANS)))
def test_the_plans_run(tmp_path, text):
    (tmp_path / "cities.csv").write_text(CITIES)
    (tmp_path / "plan.yaml").write_text(text)
    api.run(tmp_path / "plan.yaml", tmp_path / "out")
    (stage,) = parse(text).stages.values()
    for name, table in stage.tables.items():
        rows = pq.read_table(tmp_path / "out" / f"{name if len(stage.tables) > 1 else 'data'}.parquet")
        assert rows.num_rows == table.rows or table.per


def test_the_tables_know_every_rule_with_all_its_options():
    rows = dict(re.findall(r"^\| `(\w+)` \| (?:[^|]*) \| ([^|]*)\|$", PAGE, re.MULTILINE))
    assert set(rows) == set(KINDS)
    for name, said in rows.items():
        options = {field.name.rstrip("_") for field in dataclasses.fields(kind(name))}
        assert set(re.findall(r"`(\w+)`", said)) == options, name


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    place = tmp_path_factory.mktemp("shop") / "out"
    api.run(ROOT / "examples" / "shop.yaml", place)
    return {path.stem: pq.read_table(path).to_pandas() for path in place.glob("*.parquet")}


def test_the_shop_has_its_tables_and_their_keys(shop):
    (stage,) = load(ROOT / "examples" / "shop.yaml").stages.values()
    assert set(shop) == set(stage.tables)
    for name, table in stage.tables.items():
        assert not shop[name].duplicated(list(table.key)).any(), name
        if table.per:
            parent, (own,) = table.per.table, stage.tables[table.per.table].key
            assert set(shop[name][own]) <= set(shop[parent][own])
    assert set(shop["items"].sku) <= set(shop["products"].sku)
    assert len(shop["payments"]) == len(shop["orders"])


def test_the_shop_hangs_together(shop):
    orders = shop["orders"].merge(shop["customers"], on="customer_id").merge(shop["payments"], on="order_id")
    assert (orders.ordered_at >= orders.signup).all()
    assert (orders.paid_at >= orders.ordered_at).all()
    assert (orders.delivered_on.notna() == orders.status.isin(["delivered", "returned"])).all()
    assert orders.discount[orders.tier == "none"].isna().all()
    assert orders.groupby("customer_id").ordered_at.apply(lambda moments: moments.is_monotonic_increasing).all()
    there = orders.dropna(subset="delivered_on")
    days = there.delivered_on.map(lambda day: day.toordinal()) - there.ordered_at.map(lambda moment: moment.toordinal())
    assert days.between(1, 10).all()
    items = shop["items"].merge(shop["products"], on="sku", suffixes=("", "_there"))
    assert (items.price == items.price_there).all()
    assert all(total == price * n for total, price, n in zip(items.total, items.price, items.quantity, strict=True))
    counts = Counter(shop["items"].sku)
    assert counts.most_common(1)[0][1] > 10 * len(shop["items"]) / len(shop["products"])
    assert shop["products"][["price", "weight_g"]].astype(float).corr("spearman").iloc[0, 1] > 0.25
    assert shop["customers"].email.str.fullmatch(r"[a-z]+\d+@[a-z]+\.example\.(com|net|org)").all()
