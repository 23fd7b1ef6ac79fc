"""Documentation that runs: the README's code, commands and targets, and the claims that can go stale."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer.main

from twinset.cli.main import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    draw = np.random.Generator(np.random.Philox(1))
    age = draw.integers(18, 90, 2000)
    income = np.where(age + draw.normal(0, 15, 2000) > 50, "high", "low")
    pq.write_table(
        pa.table({"age": age, "hours": draw.integers(10, 60, 2000), "income": income}), tmp_path / "adult.parquet"
    )
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code.replace("50_000", "2_000"), "README.md", "exec"), {})
    assert (tmp_path / "evidence" / "report.html").exists()


def test_each_command_of_the_readme_exists_with_its_options():
    group = typer.main.get_command(app())
    shown = dict(re.findall(r"^    twinset (\w+)(.*)$", README, re.MULTILINE))
    assert set(shown) == set(group.commands)
    for name, words in shown.items():
        options = {option for parameter in group.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<!\w)--?[a-z]+", words)) <= options


def test_each_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"make ([a-z-]+) ", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_links_between_documents_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!http)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_each_folder_of_the_house_is_in_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text()
    folders = [path.name for path in (ROOT / "src" / "twinset").iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert all(f"`{name}/`" in page for name in folders)


def test_modules_and_their_public_parts_say_what_they_are():
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text()
        assert not text or text.startswith('"""'), f"{path} has no docstring"
        assert len(text.splitlines()) <= 300, f"{path} is too long to be read in one go"
