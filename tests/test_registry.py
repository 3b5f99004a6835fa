from dataclasses import fields, is_dataclass
from importlib.metadata import metadata

import pytest

from fastseg_edit import models, profiles, registry
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


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("sam", r"needs 'no_such_library'.*Run: pip install 'fastseg-edit\[sam\]'"),
        ("theirs", r"Install the package that brings 'no_such_library'"),
    ],
)
def test_a_missing_library_comes_with_the_line_that_installs_it(monkeypatch, name, line):
    monkeypatch.setitem(registry.BUILT_IN["segmenter"], name, "no_such_library:Sam")
    registry.names.cache_clear()
    with pytest.raises(ModelError, match=line):
        registry.find("segmenter", name)
    registry.names.cache_clear()


@pytest.mark.parametrize("name", registry.EXTRAS)
def test_an_extra_has_the_name_of_the_model_that_needs_it(name):
    kinds = {profiles.KINDS.get(role, role) for role in profiles.ROLES}
    assert any(name in registry.BUILT_IN[kind] for kind in kinds)
    assert name in metadata("fastseg-edit").get_all("Provides-Extra")


def test_a_profile_file_names_models_with_options(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("segmenter: grabcut\ninpainter: {name: blur, strength: 0.1}\n")
    profile = profiles.load(path)
    assert profile == Profile(str(path), "grabcut", inpainter={"name": "blur", "strength": 0.1})


def test_a_profile_file_says_what_it_takes_from_auto(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("inpainter: blur")
    profile = profiles.load(path)
    assert (profile.segmenter, profile.inpainter) == ("grabcut", "blur")
    assert profile.why == "mine.yaml names no segmenter; it comes from auto: grabcut"
    assert profiles.load(profile) == profile


@pytest.mark.parametrize("role", ["grounder", "ranker"])
def test_words_promise_nothing_of_real_photos(role):
    with pytest.raises(ModelError, match=r"needs a .*ranker, and profile 'classical'") as caught:
        models.get(role)
    assert "--profile mini takes words, but knows only drawn scenes" in caught.value.hint
    assert "fastseg-edit models fetch grounding-dino-tiny" in caught.value.hint


def test_a_role_that_something_could_fill_names_it():
    with pytest.raises(ModelError, match="profile 'bare' names none") as caught:
        Profile("bare").model("segmenter")
    assert "segmenter: grabcut" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("segmentor: grabcut", "no role is called 'segmentor'. Did you mean 'segmenter'"),
        ("segmenter: grabcat", "mine.yaml: no segmenter is called 'grabcat'"),
        ("inpainter: 5", "mine.yaml: a model needs a name"),
        ("inpainter: null", "mine.yaml: a model needs a name"),
        ("inpainter: [blur]", "mine.yaml: a model needs a name"),
        ("inpainter: {name: 3}", "mine.yaml: a model needs a name"),
        ("inpainter: {name: blur, strength: 9}", "mine.yaml: strength must be above 0"),
        ("inpainter: {strength: 1}", "a model needs a name"),
        ("inpainter: {name: blur, power: 1}", "has no option 'power'"),
    ],
)
def test_a_bad_profile_says_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(FastsegError, match=message):
        profiles.load(path)


def test_auto_never_takes_the_mini_pack_for_real_photos():
    assert profiles.auto().name == "classical"
    assert "no weights for photos" in profiles.auto().why
    assert "nothing of the real world" in profiles.load("mini").why


@pytest.mark.parametrize("name", profiles.BUILT_IN)
def test_a_built_in_profile_names_registered_models(name):
    profile = profiles.load(name)
    for role in profiles.ROLES:
        if (spec := getattr(profile, role)) is not None:
            profiles.check(role, spec)


def test_an_unknown_profile_comes_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no profile and no file 'clasical'\. Did you mean"):
        profiles.load("clasical")


@pytest.mark.parametrize("role", profiles.ROLES)
def test_what_the_mini_profile_lacks_is_installed_at_once(monkeypatch, role):
    spec = getattr(profiles.BUILT_IN["mini"], role)
    if spec is None:
        return
    name, _ = profiles.split(spec)
    kind = profiles.KINDS.get(role, role)
    monkeypatch.setitem(registry.BUILT_IN[kind], name, "no_such_library:Model")
    registry.names.cache_clear()
    models.clear()
    with pytest.raises(ModelError, match=r"pip install 'fastseg-edit\[mini\]'"):
        models.get(kind, spec)
    with pytest.raises(ModelError, match=rf"pip install 'fastseg-edit\[{name}\]'"):
        models.get(kind, name)
    registry.names.cache_clear()
