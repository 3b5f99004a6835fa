"""Jobs as YAML, JSON, JSONL and CSV: all say the same, and what is wrong is told with its place."""

import contextlib
import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit.batching.manifests import listing, manifest
from fastseg_edit.errors import DocumentError, InputError, SpecError
from fastseg_edit.requests import Problems

ENTRIES = [
    {"photo": "a.jpg", "prompt": [{"point": "3,4"}], "operation": "remove", "seed": 3},
    {"photo": "b c.png", "prompt": [{"text": "a, b"}, {"mask": "m.png"}], "operation": "segment"},
    {"photos": "x/*.jpg", "prompt": [{"ref": "r.png@1,2,9,9"}], "operation": "remove"},
]
HEAD = {"version": 1, "root": "in", "out": "new", "defaults": {"profile": "classical"}}
CSV = """photo;photos;point;text;mask;ref;operation;seed
a.jpg;;3,4;;;;remove;3
b c.png;;;a, b;m.png;;segment;

;x/*.jpg;;;;r.png@1,2,9,9;remove;
"""


def entries(job):
    problems = Problems()
    found = [entry for _, entry in job.items.each(problems)]
    problems.refuse("job")
    return found


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def as_lines(head, listed):
    return "\n".join(json.dumps(each) for each in (head, *listed))


def test_every_form_of_a_job_says_the_same(tmp_path):
    document = {**HEAD, "items": ENTRIES}
    paths = [
        written(tmp_path, "job.json", json.dumps(document)),
        written(tmp_path, "job.yaml", yaml.safe_dump(document)),
        written(tmp_path, "job.jsonl", "\ufeff" + as_lines(HEAD, ENTRIES) + "\n\n"),
        written(tmp_path, "job.yml", yaml.safe_dump({**HEAD, "items": "rows.csv"})),
    ]
    written(tmp_path, "rows.csv", CSV)
    jobs = [manifest.load(path) for path in paths]
    for job in jobs:
        assert entries(job) == ENTRIES == entries(job)
        assert (job.photos.path, job.results.path) == (tmp_path / "in", tmp_path / "new")
        assert job.defaults == HEAD["defaults"]
    assert entries(manifest.load(tmp_path / "rows.csv")) == ENTRIES


def test_lines_may_be_items_alone(tmp_path):
    path = written(tmp_path, "job.jsonl", as_lines(*ENTRIES[:1], ENTRIES[1:]))
    assert entries(manifest.load(path)) == ENTRIES


def test_cells_are_values_and_texts_stay_texts(tmp_path):
    rows = "photo,caption,dilate,fill_holes,sidecar,gates,id\n"
    rows += '1.png,12,2%,3,false,"{count: [1, 2]}",007\n'
    (entry,) = entries(manifest.load(written(tmp_path, "job.csv", rows)))
    assert entry == {
        "photo": "1.png",
        "caption": "12",
        "dilate": "2%",
        "fill_holes": 3,
        "sidecar": False,
        "gates": {"count": [1, 2]},
        "id": "007",
    }


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*manifest.KEYS, "photo", "id", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@given(st.dictionaries(st.sampled_from([*manifest.KEYS, "x"]), values, max_size=5))
def test_whatever_a_document_holds_it_is_read_or_refused(home, document):
    problems = Problems()
    with contextlib.suppress(DocumentError, InputError):
        list(listing.items(manifest.read(document, home), problems))
        problems.refuse("job")


@settings(max_examples=25)
@given(values)
def test_whatever_an_item_holds_it_is_read_or_refused(home, value):
    for key in ("photo", "photos", "exclude", "id", "name", "steps", "gates", "save", "prompt"):
        problems = Problems()
        entry = {"photo": "a.png", "operation": "remove", "prompt": [{"point": [1, 2]}]}
        list(listing.items(manifest.read({"items": [{**entry, key: value}]}, home), problems))
        assert all(each.place.startswith("/items/0") for each in problems.found)


@pytest.mark.parametrize(
    ("document", "place", "code"),
    [
        ({"rot": "a"}, "/rot", "E_SPEC"),
        ({"version": 2}, "/version", "E_SPEC"),
        ({"version": "1"}, "/version", "E_SPEC"),
        ({"version": True}, "/version", "E_SPEC"),
        ({"root": ".."}, "/root", "E_PATH_ESCAPES"),
        ({"out": "/elsewhere"}, "/out", "E_PATH_ESCAPES"),
        ({"out": "a\0b"}, "/out", "E_INPUT_MISSING"),
        ({"root": 3}, "/root", "E_SPEC"),
        ({"name": "{file}"}, "/name", "E_SPEC"),
        ({"seed": "mine"}, "/seed", "E_SPEC"),
        ({"defaults": {"photo": "a"}}, "/defaults/photo", "E_SPEC"),
        ({"defaults": []}, "/defaults", "E_SPEC"),
        ({"limits": {"timeout": 0}}, "/limits/timeout", "E_SPEC"),
        ({"limits": {"retries": 1.5}}, "/limits/retries", "E_SPEC"),
        ({"items": {"photo": "a"}}, "/items", "E_SPEC"),
        ({"items": "rows.txt"}, "/items", "E_SPEC"),
        ({"items": "../rows.csv"}, "/items", "E_PATH_ESCAPES"),
    ],
)
def test_a_mistake_has_its_place_and_its_code(tmp_path, document, place, code):
    with pytest.raises(DocumentError) as caught:
        manifest.read(document, tmp_path)
    assert [(each.place, each.code) for each in caught.value.problems] == [(place, code)]


def test_links_do_not_lead_out_either(tmp_path):
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    (home / "out").symlink_to(other, target_is_directory=True)
    with pytest.raises(DocumentError) as caught:
        manifest.read({"out": "out"}, home)
    assert caught.value.code == "E_PATH_ESCAPES"
    assert manifest.read({"out": "out"}, home, free=True).results.path == home / "out"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", '{"items": [{"photo": "a", "photo": "b"}]}', "/items/0/photo: key 'photo'"),
        ("a.json", '{"items": [1, 2', "not JSON"),
        ("a.json", '{"items": [NaN]}', "NaN is no number"),
        ("a.json", "[]", "a mapping with items was wanted, got a list"),
        ("a.json", "[" * 100_000, "not JSON"),
        ("a.yaml", "items: [a\n", "not YAML"),
        ("a.yaml", "items: []\nitems: []\n", "twice"),
        ("a.jsonl", '{"version": 1, "items": []}\n', "line 1/items"),
        ("a.jsonl", '{"photo": "a"}\n{"photo": \n', "line 2: not JSON"),
        ("a.jsonl", '{"photo": "a"}\n{"id": 1, "id": 2}\n', "line 2/id: key 'id'"),
        ("a.csv", "photo,photo\na,b\n", "line 1: a column"),
        ("a.csv", "photo,id\na,1\nb,2,3\n", "line 3: 2 cells"),
        ("a.csv", 'photo,id\na,"1\n', "not CSV"),
        ("a.csv", "photo,gates\na,{x\n", "line 2/gates"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(tmp_path, name, text, said):
    with pytest.raises(SpecError) as caught:
        entries(manifest.load(written(tmp_path, name, text)))
    assert said in str(caught.value)
    assert caught.value.status == 2


def test_files_that_cannot_be_read_are_refused(tmp_path):
    (tmp_path / "bytes.csv").write_bytes(b"photo\n\xff\xfe\n")
    for name in ("missing.json", "missing.jsonl", "missing.csv", "missing.yaml", "bytes.csv"):
        with pytest.raises(InputError):
            entries(manifest.load(tmp_path / name))


@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
@pytest.mark.parametrize("key", ["id", "caption", "name"])
def test_half_a_character_is_refused_with_its_place(tmp_path, form, key):
    entry = json.dumps({"photo": "a.jpg", key: "x\ud800y"})
    text = entry if form == "jsonl" else f'{{"items": [{entry}]}}'
    path = written(tmp_path, f"job.{form}", text)
    with pytest.raises(DocumentError, match=rf"(line 1|/items/0)/{key}: .ud800 is half"):
        entries(manifest.load(path))


def test_names_of_files_may_stand_for_bytes_that_are_no_unicode(tmp_path):
    path = written(tmp_path, "job.json", json.dumps({"items": [{"photo": "\udcff.jpg"}]}))
    assert entries(manifest.load(path)) == [{"photo": "\udcff.jpg"}]


def test_two_jobs_in_one_folder_write_into_folders_of_their_own(tmp_path):
    entry = '{"photo": "a.jpg"}'
    for name, out in (("one.jsonl", "one-edited"), ("two.b.json", "two.b-edited")):
        text = entry if name.endswith("l") else f'{{"items": [{entry}]}}'
        assert manifest.load(written(tmp_path, name, text)).results.path == tmp_path / out
    said = written(tmp_path, "three.yaml", "{out: new, items: [{photo: a.jpg}]}")
    assert manifest.load(said).results.path == tmp_path / "new"


def test_an_empty_file_is_told_to_be_one(tmp_path):
    with pytest.raises(SpecError, match=r"job.yaml is empty"):
        manifest.load(written(tmp_path, "job.yaml", " \n"))


def test_a_line_is_told_once(tmp_path):
    path = written(tmp_path, "job.jsonl", '{"photo": "a.jpg"}\n{"photo": }')
    with pytest.raises(DocumentError, match=r"line 2: not JSON: Expecting value \(column 11\)$"):
        entries(manifest.load(path))
