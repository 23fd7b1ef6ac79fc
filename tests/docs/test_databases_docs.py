"""What the page on databases shows runs."""

import re
from pathlib import Path

from tests import shops

PAGE = (Path(__file__).parents[2] / "docs" / "databases.md").read_text()


def test_the_python_of_the_page_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shops.sqlite(tmp_path / "shop.db")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "databases.md", "exec"), {})
    assert "orders 200 ('id',) ['customers', 'customers']" in capsys.readouterr().out
