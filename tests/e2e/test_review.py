"""Rows reviewed on the page, for real: by keyboard, with hostile cells, by two reviewers, killed in the midst, and written
out.
"""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.csv
import pytest

from tests.e2e.runs import TWINSET, twinset
from tests.e2e.test_report_browser import violations
from tests.models import made as texts_made
from tests.models import plan_of
from twinset.core.seed import Seed
from twinset.pipeline.reviewing import Reviewed
from twinset.provenance.files import read_manifest, verify
from twinset.review.choices import opened
from twinset.review.server import Review, Server
from twinset.testing.models import ModelServer

HOSTILE = '<img src=x onerror="window.hit = true"><script>window.hit = true</script>'
PLAN = f"""
twinset: 1
format: csv
seed: 7
stages:
  notes:
    synthesizer: rules
    tables:
      notes:
        rows: 40
        key: note_id
        columns:
          note_id: sequence
          text: {{rule: category, values: {{"A plain note.": 1, {json.dumps(HOSTILE)}: 1, "Zürich, 日本 \\u202e": 1}}}}
          score: {{rule: integer, low: 1, high: 9}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    (folder / "plan.yaml").write_text(PLAN)
    done = twinset("run", "plan.yaml", "-o", "out", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """A run's output of its own for each test."""
    subprocess.run(["cp", "-a", made, tmp_path / "out"], check=True)
    return tmp_path / "out"


@contextmanager
def running(place: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, which can be killed, and its link."""
    command = [*TWINSET, "review", str(place), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            link = re.search(r"http://\S+", process.stdout.readline())
            assert link is not None
            yield process, link[0]
        finally:
            process.kill()


@contextmanager
def reviewing(place: Path, reviewer: str = "ann") -> Iterator[str]:
    """The same review served by this process; gives its link."""
    of = Reviewed.of(place)
    order = Seed(0).child("review").generator().permutation(of.rows.num_rows).tolist()
    with (
        opened(of.choices / f"{reviewer}.jsonl", reviewer, of.digest) as log,
        Server(Review("data", of.rows, order, log)) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.link
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes


class Page:
    """The page by its requests, as a browser makes them."""

    def __init__(self, link: str) -> None:
        parts = urlsplit(link)
        self.host, self.cookie = parts.netloc, ""
        answer = self.ask("GET", f"{parts.path}?{parts.query}")
        self.status = answer.status
        self.cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]

    def ask(self, method: str, path: str, said: object = None, **headers: str) -> Answer:
        usual = {
            "Cookie": self.cookie,
            "Origin": f"http://{self.host}",
            "Content-Type": "application/json",
            "Connection": "close",
        }
        with closing(http.client.HTTPConnection(self.host, timeout=10)) as connection:
            connection.request(method, path, None if said is None else json.dumps(said), {**usual, **headers})
            with connection.getresponse() as found:
                return Answer(found.status, dict(found.getheaders()), found.read())

    def choose(self, place: int, verb: str, values: object = None, reason: str = "") -> int:
        said = {"place": place, "verb": verb, "values": values or {}, "reason": reason}
        return self.ask("POST", "/choice", said).status


def test_the_link_opens_once_and_nobody_else_gets_in(out: Path) -> None:
    with reviewing(out) as link:
        assert Page(link.replace("/open", "/overview")).status == 403
        page = Page(link)
        assert page.status == 303
        assert page.ask("GET", "/overview").status == 200
        assert Page(link).status == 403
        assert Page(link.replace("token=", "token=x")).status == 403
        assert page.ask("GET", "/overview", Host="evil.example").status == 421
        assert page.ask("GET", "/overview", Cookie="twinset=guess").status == 403
        choice = {"place": 0, "verb": "accept"}
        assert page.ask("POST", "/choice", choice, Origin="http://evil.example").status == 403
        assert page.ask("POST", "/choice", choice, **{"Content-Type": "text/plain"}).status == 403
        for path in ("/../choices.py", "/review.html", "/etc/passwd", "/row?place=40", "/row?place=-1", "/row?place=x"):
            assert page.ask("GET", path).status == 404
        assert page.choose(99, "accept") == 400
        assert page.choose(0, "edit", {"score": "many"}) == 400
        assert page.choose(0, "edit", {"no": "x"}) == 400
        policy = page.ask("GET", "/").headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


def test_only_loopback_is_listened_on(out: Path) -> None:
    with running(out) as (process, link):
        assert urlsplit(link).hostname == "127.0.0.1"
        sockets = {str(file.readlink()) for file in Path(f"/proc/{process.pid}/fd").iterdir()}
        lines = [
            line.split()
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]
        ]
        listening = [words[1] for words in lines if words[3] == "0A" and f"socket:[{words[9]}]" in sockets]
        assert len(listening) == 1
        assert listening[0].startswith("0100007F:")


def test_choices_outlive_kill_9_and_a_torn_line(out: Path) -> None:
    with running(out, "--reviewer", "ann") as (process, link):
        page = Page(link)
        assert [page.choose(place, verb) for place, verb in ((0, "accept"), (1, "reject"), (2, "accept"))] == [200] * 3
        process.send_signal(signal.SIGKILL)
        process.wait()
    log = next((out / "review").rglob("ann.jsonl"))
    with log.open("ab") as file:
        file.write(b'{"row": 3, "ve')
    with reviewing(out) as link:
        page = Page(link)
        assert json.loads(page.ask("GET", "/overview").content)["chosen"][:4] == ["accept", "reject", "accept", "open"]
        assert page.choose(2, "open") == 200
        assert page.choose(3, "accept") == 200
    chosen = Reviewed.of(out).logs["ann"]
    assert sorted(choice.verb for choice in chosen.values()) == ["accept", "accept", "reject"]


def test_a_reviewer_has_one_review_at_a_time(out: Path) -> None:
    with reviewing(out):
        second = twinset("review", out, "--reviewer", "ann", cwd=out.parent)
        assert second.returncode == 1
        assert "ann is reviewing this already" in second.stderr


def test_what_two_reviewers_leave_is_written_with_its_counts(out: Path) -> None:
    verbs = {"ann": "aaaaaarrre", "bob": "aaaaararre"}
    for name, said in verbs.items():
        with running(out, "--reviewer", name, "--rows", "10") as (process, link):
            page = Page(link)
            for place, letter in enumerate(said):
                verb = {"a": "accept", "r": "reject", "e": "edit"}[letter]
                values = {"text": "Mended, said both.", "score": "5"} if verb == "edit" else {}
                assert page.choose(place, verb, values) == 200
            assert page.ask("POST", "/done", {}).status == 200
            assert process.wait(10) == 0
    said = twinset("review", out, "--agreement", cwd=out.parent)
    assert "ann: 6 accepted, 1 edited, 3 rejected" in said.stdout
    assert "agree on 80.0% of 10 rows; Cohen's kappa 0.63" in said.stdout
    done = twinset("review", out, "--write", "kept", cwd=out.parent)
    assert done.returncode == 0, done.stderr
    assert "7 rows stay" not in done.stdout
    kept = out.parent / "kept"
    rows = pyarrow.csv.read_csv(kept / "data.csv")
    stage = read_manifest(kept / "manifest.json").stages[-1]
    assert stage.name == "review"
    assert stage.rows == {"data": 6}
    assert stage.rejects == {"not reviewed": 30, "rejected by a reviewer": 2, "reviewers disagree": 2}
    assert rows.num_rows == 6
    assert rows["text"].to_pylist().count("Mended, said both.") == 1
    assert sum(stage.rows.values()) + sum(stage.rejects.values()) == 40
    assert any("kappa 0.63" in note for note in stage.notes)
    assert not verify(kept).faults
    assert twinset("review", out, "--write", "kept", cwd=out.parent).returncode == 1
    assert twinset("review", out, "--write", "all", "--keep-unseen", cwd=out.parent).returncode == 0
    assert pyarrow.csv.read_csv(out.parent / "all" / "data.csv").num_rows == 36


def test_choices_about_other_data_are_refused(out: Path) -> None:
    with reviewing(out) as link:
        assert Page(link).choose(0, "accept") == 200
    (out / "data.csv").write_bytes((out / "data.csv").read_bytes() + b"41,x,3\n")
    done = twinset("review", out, "--write", "kept", cwd=out.parent)
    assert done.returncode == 1
    assert "was changed after it was made" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reviewer", "../ann"), "makes a file name"), (("--rows", "0"), "at least one row"),
        (("--write", "kept"), "nobody has reviewed"), (("--keep-unseen",), "name its folder"),
        (("--file", "no.csv"), "say with --file"),
    ],
)  # fmt: skip
def test_mistakes_are_said(out: Path, words: tuple[str, ...], said: str) -> None:
    done = twinset("review", out, *words, cwd=out.parent)
    assert done.returncode in (1, 2)
    assert said in done.stderr


@pytest.mark.debian("chromium")
@pytest.mark.debian("chromium-driver", "chromedriver")
class TestBrowser:
    """The page as people use it."""

    @pytest.fixture
    def browse(self, chromium: Any, out: Path) -> Iterator[Callable[..., Any]]:
        with reviewing(out) as link:
            for kind in ("browser", "performance"):
                chromium.get_log(kind)
            chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            chromium.get(link)
            wait(chromium, "return document.querySelector('#card dl') !== null")
            yield chromium

    def test_by_keyboard_alone(self, browse: Any, out: Path) -> None:
        from selenium.webdriver.common.keys import Keys

        keys(browse, "a")
        wait(browse, "return document.querySelector('#position').textContent === 'Row 2 of 40'")
        keys(browse, "r")
        wait(browse, "return document.querySelector('#position').textContent === 'Row 3 of 40'")
        keys(browse, "e")
        field = browse.find_element("css selector", "textarea[data-column=text]")
        field.send_keys(Keys.CONTROL + "a" + Keys.NULL + "Mended.")
        field.send_keys(Keys.CONTROL + Keys.ENTER)
        wait(browse, "return document.querySelector('#position').textContent === 'Row 4 of 40'")
        keys(browse, Keys.ARROW_LEFT)
        wait(browse, "return document.querySelector('.state').textContent === 'Accepted as edited'")
        assert browse.find_element("css selector", "dd.changed").text == "Mended."
        keys(browse, "u")
        wait(browse, "return document.querySelector('.state').textContent === 'Not decided yet'")
        assert browse.find_element("id", "counts").text == "1 accepted, 0 edited, 1 rejected, 38 open"
        assert [choice.verb for choice in Reviewed.of(out).logs["ann"].values()] == ["accept", "reject"]

    def test_hostile_cells_stay_text_and_nothing_leaves(self, browse: Any) -> None:
        seen = set()
        for _ in range(40):
            seen.add(browse.execute_script("return document.querySelectorAll('#card dd')[1].textContent"))
            position = browse.find_element("id", "position").text
            keys(browse, "a")
            wait(browse, f"return document.querySelector('#position').textContent !== {json.dumps(position)}")
        assert HOSTILE in seen
        assert browse.execute_script("return window.hit") is None
        assert browse.execute_script("return document.querySelectorAll('#card img, #card script').length") == 0
        assert browse.find_element("id", "counts").text == "40 accepted, 0 edited, 0 rejected, 0 open"
        events = [json.loads(entry["message"])["message"] for entry in browse.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "about:"))] == []
        assert browse.get_log("browser") == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_conversations_are_shown_in_turns_and_fields_by_name(
        self, chromium: Any, axe: str, tmp_path: Path, scheme: str
    ) -> None:
        talk = {"user": f"You ask. {HOSTILE}", "assistant": "You help."}
        tools = {"find": {"description": "Find it", "parameters": {"number": "integer 1..9"}, "returns": {"state": "text"}}}
        columns = {
            "talk": {"conversation": talk, "turns": 2, "opening": HOSTILE, "tools": tools},
            "facts": {"prompt": "Facts", "as": {"stars": "integer 1..5", "tags": ["text"], "who?": "text"}},
        }
        with ModelServer() as server:
            texts_made(tmp_path, plan_of(server, columns, 3))
        with reviewing(tmp_path / "out") as link:
            chromium.execute_cdp_cmd(
                "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
            )
            chromium.get(link)
            wait(chromium, "return document.querySelectorAll('.turn').length >= 2")
            row = json.loads(chromium.execute_async_script("fetch('/row?place=0').then(a => a.text()).then(arguments[0])"))
            said = [one["content"] for one in json.loads(row["cells"]["talk"]) if one["content"]]
            turns = [one.text for one in chromium.find_elements("css selector", ".turn span")]
            assert turns == said
            assert turns[0] == HOSTILE
            names = [one.text for one in chromium.find_elements("css selector", "dl.fields > dt")]
            assert names[:3] == ["stars", "tags", "who"]
            assert chromium.execute_script("return window.hit") is None
            assert violations(chromium, axe) == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 1280])
    def test_accessible_on_every_screen(self, browse: Any, axe: str, scheme: str, width: int) -> None:
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
        browse.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        browse.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        keys(browse, "e")
        assert violations(browse, axe) == []
        assert browse.execute_script("return document.documentElement.scrollWidth") <= width


def keys(browser: Any, text: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(text).perform()


def wait(browser: Any, script: str) -> None:
    last = time.monotonic() + 20
    while not browser.execute_script(script):
        assert time.monotonic() < last, browser.execute_script("return document.body.innerText")
        time.sleep(0.02)
