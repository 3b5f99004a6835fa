from dataclasses import fields, is_dataclass

import pytest

from fastseg_edit import profiles, registry
from fastseg_edit.errors import FastsegError, ModelError, UnknownNameError
from fastseg_edit.profiles import Profile


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_built_in_name_stands_for_a_class_that_knows_its_name(kind):
    for name in registry.BUILT_IN[kind]:
        found = registry.find(kind, name)
        assert registry.name_of(kind, found) == name
        assert is_dataclass(found)
        assert found.__doc__


def test_every_stage_says_what_it_needs_and_gives():
    for name in registry.BUILT_IN["stage"]:
        stage = registry.find("stage", name)
        assert stage.gives
        assert set(getattr(stage, "roles", {}).values()) <= {f.name for f in fields(stage)}


def test_an_unknown_name_comes_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no inpainter is called 'examplar'\. Did you mean"):
        registry.find("inpainter", "examplar")


def test_a_missing_library_comes_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN["segmenter"], "sam", "no_such_library:Sam")
    registry.names.cache_clear()
    with pytest.raises(ModelError, match=r"Run: pip install 'fastseg-edit\[sam\]'"):
        registry.find("segmenter", "sam")
    registry.names.cache_clear()


def test_a_profile_file_names_models_with_options(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("segmenter: grabcut\ninpainter: {name: blur, strength: 0.1}\n")
    profile = profiles.load(path)
    assert profile == Profile(str(path), "grabcut", inpainter={"name": "blur", "strength": 0.1})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("segmentor: grabcut", "no role is called 'segmentor'. Did you mean 'segmenter'"),
        ("segmenter: grabcat", "no segmenter is called 'grabcat'"),
        ("inpainter: {strength: 1}", "a model needs a name"),
        ("inpainter: {name: blur, power: 1}", "has no option 'power'"),
    ],
)
def test_a_bad_profile_says_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(FastsegError, match=message):
        profiles.load(path)


def test_auto_says_why():
    assert profiles.auto().why
    with pytest.raises(UnknownNameError, match=r"no profile and no file 'clasical'\. Did you mean"):
        profiles.load("clasical")
