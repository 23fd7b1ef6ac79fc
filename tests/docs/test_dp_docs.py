"""The code in the page on privacy audits runs, and asserts what it says. It fails by chance in 2 of 1,000 runs at most."""

import re
from pathlib import Path


def test_the_python_of_the_page_runs(capsys):
    page = Path(__file__).parents[2] / "docs" / "dp-audit.md"
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    exec(compile(code, page.name, "exec"), {})
    assert "fail: epsilon = 1, delta = 0 claimed" in capsys.readouterr().out
