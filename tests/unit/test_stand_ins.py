"""Made-up people in the place of personal data: coherent, as many as there were, and the same however they are made."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import twinset as ts
from twinset.core import types
from twinset.core.request import Request
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import DataError, MissingExtraError, PlanError
from twinset.pipeline.engines import engine_named
from twinset.synthesizers.people.words import packages, words
from twinset.synthesizers.tabular import people
from twinset.synthesizers.tabular.codec import Making, Scope
from twinset.synthesizers.tabular.codecs import PlaceholderCodec
from twinset.synthesizers.tabular.independent import Independent
from twinset.synthesizers.tabular.people import Person
from twinset.testing.bench import FitRecorder

ENGINES = ("independent", "trees")
N = 400
SAID = {
    "name": {"type": "personal", "kind": "name"},
    "first_name": {"type": "personal", "kind": "name"},
    "surname": {"type": "personal", "kind": "name"},
    "email": {"type": "personal", "kind": "email"},
    "phone": {"type": "personal", "kind": "phone"},
    "card": {"type": "personal", "kind": "card"},
    "iban": {"type": "personal", "kind": "iban"},
    "address": {"type": "personal", "kind": "address"},
}


def customers(n=N, per_person=1):
    """Rows of customers, each of whom has several."""
    who = np.arange(n) // per_person
    return pa.table(
        {
            "age": pa.array(20 + who % 50),
            "first_name": [f"Real{chr(97 + one % 20)}" for one in who],
            "surname": [f"Person{one}" for one in who],
            "name": [f"Real Person{one}" for one in who],
            "email": [f"real{one}@mail.test" for one in who],
            "phone": [f"+49 30 {one:07}" for one in who],
            "card": [f"{4000000000000000 + one}" for one in who],
            "iban": [f"DE{one:020}" for one in who],
            "address": [f"Real Street {one}" for one in who],
        }
    )


def data(table, **said):
    """A table with its personal columns declared, as far as it has them."""
    columns = {name: {**SAID, **said}[name] for name in table.column_names if name in SAID or name in said}
    return ts.read(table, columns=columns, name="customers")


def twin(known, n=N, synthesizer="independent", locale="de_DE", seed=1):
    return ts.sample(ts.fit(known, synthesizer=synthesizer, people=locale, seed=1), n, seed=seed).to_arrow()


def letters(text):
    """The letters of a text in ASCII, as German e-mails spell them."""
    spelt = text.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    return "".join(one for one in unicodedata.normalize("NFD", spelt) if "a" <= one <= "z")


@pytest.mark.parametrize("synthesizer", ENGINES)
@pytest.mark.parametrize("per_person", [1, 5])
def test_a_row_is_one_person(synthesizer, per_person):
    rows = twin(data(customers(per_person=per_person)), synthesizer=synthesizer).to_pylist()
    for row in rows:
        assert row["name"] == f"{row['first_name']} {row['surname']}"
        assert letters(row["surname"]) in letters(row["email"].partition("@")[0])
        assert row["iban"].startswith("DE")
        assert row["card"].isdigit()
    assert not {"Real", "Person"} & {word for row in rows for word in row["name"].split()}


def test_keys_and_emails_stay_unique():
    unique = [{"kind": "unique", "columns": ["phone"]}, {"kind": "unique", "columns": ["email"]}]
    sampler = ts.fit(data(customers()), synthesizer="independent", people="en_US", seed=1, constraints=unique)
    made = ts.sample(sampler, 30_000, seed=1).to_arrow()
    assert len(made["email"].unique()) == len(made["phone"].unique()) == 30_000
    assert made["phone"][0].as_py() == "+1-200-555-0100", "no number of people is unique, so that placeholders stand"


@pytest.mark.parametrize("synthesizer", ENGINES)
def test_repeated_values_repeat_as_placeholders_do(synthesizer):
    known = data(customers(2_000, per_person=8))
    plain, made = twin(known, 2_000, synthesizer, ""), twin(known, 2_000, synthesizer)
    for name in ("name", "email", "phone", "iban", "address"):
        n_plain, n_made = (len(one[name].unique()) for one in (plain, made))
        assert abs(n_made - n_plain) < 0.1 * n_plain
    assert len(made.group_by(["name", "email", "phone"]).aggregate([])) == len(made["email"].unique())


def test_the_one_doctor_of_many_patients_is_somebody_else():
    doctors = pa.array([f"Real Doctor{n % 10}" for n in range(N)])
    made = twin(data(customers().append_column("doctor", doctors), doctor=SAID["name"]))
    assert 8 <= len(made["doctor"].unique()) <= 10
    assert made["doctor"].to_pylist() != made["name"].to_pylist()


def test_a_second_column_of_a_field_is_a_second_person():
    table = customers().select(["name", "email"]).rename_columns(["buyer_name", "buyer_email"])
    other = customers().slice(0).select(["name", "email"]).take(pa.array(np.arange(N)[::-1]))
    for name, own in zip(("seller_name", "seller_email"), other.columns, strict=True):
        table = table.append_column(name, own)
    kinds = {name: SAID[name.partition("_")[2]] for name in table.column_names}
    for row in twin(data(table, **kinds)).to_pylist():
        for who in ("buyer", "seller"):
            assert letters(row[f"{who}_name"].split()[-1]) in letters(row[f"{who}_email"])
        assert row["buyer_email"] != row["seller_email"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("first_name", "first_name"), ("FirstName", "first_name"), ("given_name", "first_name"), ("surname", "last_name"),
        ("last_name", "last_name"), ("familyName", "last_name"), ("name", "name"), ("customer", "name"),
        ("first_and_last_name", "name"),
    ],
)  # fmt: skip
def test_a_columns_name_says_which_part_of_a_name_it_is(name, field):
    assert Person.of(Column(name, types.Personal("name"), pa.string()), "de_DE").field == field


def test_missing_stays_missing():
    emails = pa.array([None if n % 4 == 0 else f"r{n}@mail.test" for n in range(N)])
    made = twin(data(pa.table({"email": emails, "name": customers()["name"]})))
    assert 0.15 < made["email"].null_count / N < 0.35
    assert made["name"].null_count == 0


@pytest.mark.parametrize("storage", [pa.int64(), pa.float64(), pa.binary(16)])
def test_placeholders_stand_where_a_storage_holds_no_texts(storage):
    values = pa.array([b"%016d" % n if storage == pa.binary(16) else n for n in range(N)], storage)
    scope = Scope(None, 10, lambda *said: None, people="de_DE")
    codec = PlaceholderCodec.learn(Column("card", types.Personal("card"), storage), values, scope)
    made = codec.join([], Making(0, 3, 3, Seed(1), Seed(2)))
    assert made.type == storage
    assert codec.person is None


@pytest.mark.parametrize(
    "storage", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int16(), pa.string())]
)
def test_people_stand_in_any_storage_of_texts(storage):
    column = Column("email", types.Personal("email"), storage)
    codec = PlaceholderCodec(column, None, 0.0, Person.of(column, "de_DE"))
    made = codec.join([], Making(5, 20, 100, Seed(1), Seed(2)))
    assert made.type == storage
    assert all("@example." in email for email in made.to_pylist())


def test_what_a_country_has_not_is_placeholders():
    made = twin(data(customers()), locale="en_US")
    assert made["iban"][0].as_py().startswith("XX00")


@pytest.mark.parametrize("synthesizer", ENGINES)
def test_ids_that_may_be_a_real_persons_are_placeholders_and_the_report_says_why(synthesizer):
    rows = customers().append_column("cpf", pa.array([f"{n:03}.982.247-25" for n in range(N)]))
    known, recorder = data(rows, cpf={"type": "personal", "kind": "national_id"}), FitRecorder()
    engine_named(synthesizer, {"people": "pt_BR"}).fit(known, schema=known.schema, seed=Seed(1), ctx=recorder)
    notes = {column: text for text, column, _ in recorder.notes}
    assert notes["cpf"].endswith("placeholders stand in its place; people (pt_BR) have none that is surely nobody's")
    made = twin(known, synthesizer=synthesizer, locale="pt_BR")
    assert all(text.startswith("ID-") for text in made["cpf"].to_pylist())
    assert made["email"][0].as_py().partition("@")[2].startswith("example.")


def test_the_report_says_what_stands_there():
    known, recorder = data(customers()), FitRecorder()
    engine_named("trees", {"people": "de_DE"}).fit(known, schema=known.schema, seed=Seed(1), ctx=recorder)
    notes = {column: text for text, column, _ in recorder.notes}
    assert notes["email"] == "personal: made-up people (de_DE) stand in its place; nothing is learned"


@pytest.mark.parametrize("per_person", [1, 5])
def test_rows_follow_from_their_numbers_whatever_the_parts(per_person, monkeypatch):
    monkeypatch.setattr(people, "_CROWD", 30)
    sampler = ts.fit(data(customers(per_person=per_person)), synthesizer="independent", people="de_DE", seed=1)

    def emails(part_rows):
        request = Request({"customers": N}, Seed(3), part_rows=part_rows)
        batches = [one for part in sampler.parts(request) for one in sampler.make(part, request, None)]
        return [email for batch in batches for email in batch.rows["email"].to_pylist()]

    assert emails(N) == emails(7) == emails(64)
    assert abs(len(set(emails(N))) - (N if per_person == 1 else N / 5)) < 10


def test_rows_that_are_drawn_anew_keep_their_person():
    sides = {"left": pa.array(np.arange(N) % 2), "right": pa.array(1 - np.arange(N) % 2)}
    table = pa.table({**{name: customers()[name] for name in ("name", "email")}, **sides})
    apart = {"kind": "condition", "expression": "left != right", "strict": True}
    unique = {"kind": "unique", "columns": ["email"]}
    for constraints in ([apart], [apart, unique]):
        sampler = ts.fit(data(table), synthesizer="independent", people="de_DE", seed=1, constraints=constraints)
        made = ts.sample(sampler, N, seed=1).to_arrow()
        assert len(made["email"].unique()) == N
        for row in made.to_pylist():
            assert letters(row["name"].split()[-1]) in letters(row["email"])


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "customers.csv"
    table = customers().select(["age", "name", "email"])
    pa.csv.write_csv(table, path)
    return path


def command(*words):
    return subprocess.run([Path(sys.executable).with_name("twinset"), *map(str, words)], capture_output=True, text=True)


def test_the_command_makes_the_same_people_with_any_number_of_workers(source, tmp_path):
    done = command("fit", source, "--people", "de_DE", "--synthesizer", "independent", "-o", tmp_path / "m.twin")
    assert done.returncode == 0, done.stderr
    for workers in (1, 3):
        out = tmp_path / f"{workers}.parquet"
        done = command("sample", tmp_path / "m.twin", "-o", out, "-n", 120_000, "--workers", workers)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "3.parquet").read_bytes()
    made = pa.parquet.read_table(tmp_path / "1.parquet")
    assert len(made["email"].unique()) == 120_000
    assert "faker" in json.loads((tmp_path / "1.parquet.manifest.json").read_text())["versions"]


def test_a_twin_says_it_in_its_plan_and_its_manifest(source, tmp_path):
    ts.twin(source, tmp_path / "t", people="de_DE", synthesizer="independent", gate="open")
    manifest = json.loads((tmp_path / "t" / "manifest.json").read_text())
    assert manifest["stages"][0]["options"] == {"people": "de_DE"}
    assert {"faker", "mimesis"} <= set(manifest["versions"])
    assert "people: de_DE" in (tmp_path / "t" / "plan.yaml").read_text()
    assert r"made-up people (de\_DE) stand in its place" in (tmp_path / "t" / "report.md").read_text()


def test_a_saved_sampler_makes_the_same_people(tmp_path):
    sampler = ts.fit(data(customers()), people="de_DE", seed=1)
    ts.save(sampler, tmp_path / "model.twin")
    again = ts.sample(ts.load(tmp_path / "model.twin"), N, seed=2).to_arrow()
    assert again.equals(ts.sample(sampler, N, seed=2).to_arrow())


@pytest.mark.parametrize(
    "person",
    [
        None, 3, {}, {"locale": "de_DD", "who": 0, "n_per_row": 0.0}, {"locale": "de_DE", "who": -1, "n_per_row": 0.0},
        {"locale": "de_DE", "who": True, "n_per_row": 0.0}, {"locale": "de_DE", "who": 0, "n_per_row": 1.5},
        {"locale": ["de_DE"], "who": 0, "n_per_row": 0.0},
    ],
)  # fmt: skip
def test_a_damaged_person_is_refused(person, tmp_path):
    sampler = ts.fit(data(customers()), synthesizer="independent", people="de_DE", seed=1)
    sampler.save(tmp_path)
    assert Independent.load(tmp_path, sampler.schema).layout.codecs[1] == sampler.layout.codecs[1]
    document = json.loads((tmp_path / "sampler.json").read_text())
    held = [codec for codec in document["layout"] if "person" in codec]
    assert len(held) == len(SAID)
    held[0]["person"] = person
    (tmp_path / "sampler.json").write_text(json.dumps(document))
    with pytest.raises(DataError, match="sampler's"):
        Independent.load(tmp_path, sampler.schema)


@pytest.mark.parametrize("synthesizer", ENGINES)
@pytest.mark.parametrize(("locale", "said"), [("de_DD", "did you mean 'de_DE'"), (3, "a locale such as de_DE")])
def test_an_unknown_locale_is_refused(synthesizer, locale, said):
    with pytest.raises(PlanError, match=said):
        ts.fit(customers(), synthesizer=synthesizer, people=locale, seed=1)


def test_an_unknown_locale_ends_the_command_before_anything_is_read(tmp_path):
    done = command("twin", tmp_path / "nowhere.csv", "--people", "de_DD", "-o", tmp_path / "t")
    assert done.returncode == 2
    assert "did you mean 'de_DE'" in done.stderr


@pytest.fixture
def extra_missing(tmp_path, monkeypatch):
    """The packages are not installed, and no words of theirs are kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    reading = (words, packages._folder, packages.mimesis, packages.cities, packages.us_states, packages.module)

    def forget():
        for one in reading:
            one.cache_clear()

    forget()
    with monkeypatch.context() as patch:
        patch.setattr(packages, "find_spec", lambda name: None)
        patch.setitem(sys.modules, "faker", None)
        yield
    forget()


def test_a_missing_extra_is_said_before_anything_is_learned(extra_missing):
    with pytest.raises(MissingExtraError, match=r"pip install 'twinset\[people\]'"):
        ts.fit(customers(), people="de_DE", seed=1)


def test_a_sampler_with_people_loads_without_the_extra_and_says_what_it_needs(tmp_path, request):
    ts.save(ts.fit(data(customers()), synthesizer="independent", people="de_DE", seed=1), tmp_path / "model.twin")
    request.getfixturevalue("extra_missing")
    sampler = ts.load(tmp_path / "model.twin")
    with pytest.raises(MissingExtraError, match=r"pip install 'twinset\[people\]'"):
        ts.sample(sampler, 10, seed=1)


def test_nothing_of_people_is_loaded_where_nobody_asks():
    code = (
        "import sys, pyarrow as pa, twinset as ts;"
        "ts.sample(ts.fit(pa.table({'email': [f'r{n}@mail.test' for n in range(50)]}), seed=1), 5, seed=1);"
        "print(*[name for name in sys.modules if name.startswith('twinset.synthesizers.people') or name == 'faker'])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
