"""The commands in the page on linked tables run, and its plan is one."""

import re
import shlex
from pathlib import Path

import pyarrow.parquet as pq
import yaml
from tests.e2e.runs import twinset
from tests.linked_shop import shop

from twinset.plan import load
from twinset.plan.linked import KeySpec

PAGE = (Path(__file__).parents[2] / "docs" / "linked-tables.md").read_text()


def test_the_commands_of_the_page_run(tmp_path):
    (tmp_path / "shop").mkdir()
    data = shop(200)
    for name in ("countries", "products", "customers", "orders", "items", "reviews"):
        pq.write_table(data.to_arrow(name), tmp_path / "shop" / f"{name}.parquet")
    (tmp_path / "rows.csv").write_text("id,country,age\n7,de,30\n8,,80\n")
    commands = re.findall(r"^    twinset (.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        result = twinset(*shlex.split(command), cwd=tmp_path)
        assert result.returncode in (0, 3), result.stderr
    assert (tmp_path / "more" / "customers.parquet").exists()
    assert pq.read_table(tmp_path / "done" / "customers.parquet").column("id").to_pylist() == [7, 8]
    assert (tmp_path / "judged" / "tables" / "orders.html").exists()


def test_the_plan_of_the_page_is_one(tmp_path):
    (plan,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "plan.yaml").write_text(plan)
    items = load(tmp_path / "plan.yaml").stages["shop"].linked["items"]
    assert items.owner == "orders"
    assert items.foreign_keys[1].table == "products"
    (key,) = re.findall(r"`({columns: .*when: .*})`", PAGE)
    assert KeySpec.model_validate(yaml.safe_load(key)).when == {"commentable_type": "Post"}
