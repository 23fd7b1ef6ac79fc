"""The code and the commands in the page on given rows run."""

import re
import shlex
from pathlib import Path

import pyarrow.csv
from tests.dear_and_cheap import table
from tests.e2e.runs import twinset

PAGE = (Path(__file__).parents[2] / "docs" / "conditions.md").read_text()


def test_the_python_of_the_page_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "conditions.md", "exec"), {})


def test_the_commands_of_the_page_run(tmp_path):
    pyarrow.csv.write_csv(table(), tmp_path / "rows.csv")
    (tmp_path / "given.csv").write_text("kind,size\ndear,\n,7\n")
    commands = re.findall(r"^    twinset (.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        result = twinset(*shlex.split(command), cwd=tmp_path)
        assert result.returncode == 0, result.stderr
