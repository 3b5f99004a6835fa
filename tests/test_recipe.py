import pickle
from typing import ClassVar

import pytest

from fastseg_edit import Edit, Points, library, load_recipe, recipe, registry
from fastseg_edit.errors import FastsegError, PipelineError, RecipeError
from fastseg_edit.pipeline import Pipeline
from fastseg_edit.profiles import BUILT_IN, Profile
from fastseg_edit.settings import OPERATIONS
from fastseg_edit.stages import Composite, Dilate, Inpaint, Segment, Select


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_recipe_survives_dump_and_build(name):
    pipeline = load_recipe(name)
    assert recipe.build(recipe.dump(pipeline)) == pipeline


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_recipe_says_what_it_is_about_and_needs_a_prompt(name):
    assert library.known()[name]
    assert set(load_recipe(name).needs) == {"image", "prompt"}


def test_a_pipeline_survives_pickle():
    pipeline = load_recipe("remove")
    assert pickle.loads(pickle.dumps(pipeline)) == pipeline


@pytest.mark.parametrize(
    ("override", "stage", "expected"),
    [
        ({"dilate.radius": "2%"}, 7, Dilate("2%")),
        ({"8.radius": 8}, 7, Dilate(8)),
        ({"inpaint.model": {"name": "blur", "strength": 0.1}}, 8,
         Inpaint({"name": "blur", "strength": 0.1})),
    ],
)  # fmt: skip
def test_an_override_reaches_its_stage(override, stage, expected):
    assert load_recipe("remove", override)[stage] == expected


@pytest.mark.parametrize("stages", [["dilate", "dilate", "inpaint"], ["segment", "select"]])
def test_what_only_the_user_can_give_is_the_users_to_give(stages):
    pipeline = recipe.build({"stages": stages})
    assert len(pipeline) == len(stages)
    assert recipe.dump(pipeline) == {"stages": stages}


def test_defaults_fill_only_what_the_recipe_leaves_out():
    document = {"stages": ["dilate", {"dilate": {"radius": 8}}, {"dilate": {"least": 1}}]}
    defaults = {"dilate.radius": 0, "smooth.radius": 5}
    pipeline = recipe.build(document, {"3.radius": 2}, defaults=defaults)
    assert pipeline == Pipeline(Dilate(0), Dilate(8), Dilate(2, least=1))
    assert document["stages"][1] == {"dilate": {"radius": 8}}


class Own:
    """A stage that is no dataclass."""

    needs = ("image",)
    gives = ("mask",)
    roles: ClassVar = {"inpainter": "model"}

    def __init__(self, side, *, model=None):
        self.side, self.model = side, model

    def __call__(self, _, /):
        return self.side


@pytest.fixture
def own(monkeypatch):
    """A recipe with a stage that is no dataclass."""
    monkeypatch.setitem(registry.BUILT_IN["stage"], "own", f"{__name__}:Own")
    registry.names.cache_clear()
    yield {"stages": [{"own": {"side": 3, "model": "blur"}}]}
    registry.names.cache_clear()


def test_a_stage_may_be_of_any_class(own):
    assert recipe.dump(recipe.build(own)) == own
    stage = recipe.build({"stages": [{"own": {"side": 3}}]}, profile="classical")[0]
    assert (stage.side, stage.model) == (3, "exemplar")
    for options, message in [
        ({"sides": 3}, "own has no option 'sides'. Did you mean 'side'"),
        ({}, "own needs the option 'side'"),
        ({"side": 3, "model": "blue"}, "no inpainter is called 'blue'"),
    ]:
        with pytest.raises(RecipeError, match=message):
            recipe.build({"stages": [{"own": options}]})


def test_a_stage_that_returns_no_edit_is_named(photo):
    with pytest.raises(PipelineError, match=r"stage 1 of 1, .*Own.* must return an Edit, got int"):
        Pipeline(Own(3))(Edit(photo))


def test_a_profile_that_leaves_a_role_out_is_completed():
    pipeline = load_recipe("remove", profile=Profile("mine", inpainter="blur"))
    assert pipeline[0] == Segment("grabcut", fallback=())
    assert pipeline[8] == Inpaint("blur")


def test_the_profile_fills_in_the_models():
    pipeline = load_recipe("remove", profile=BUILT_IN["classical"])
    assert pipeline[0] == Segment("grabcut", fallback=())
    assert pipeline[8] == Inpaint("exemplar", "exemplar")
    mini = load_recipe("remove", profile="mini")[8]
    assert (mini.painter("a cup")["name"], mini.painter(" ")["name"]) == ("diffusion", "lama")


TWICE = {"stages": ["segment", "select", {"dilate": {"radius": 3}}, "dilate"]}


def test_stages_of_one_name_are_addressed_by_number():
    assert recipe.build(TWICE, {"3.radius": 8})[2] == Dilate(8)
    with pytest.raises(RecipeError, match=r"several stages 'dilate'. Say which one: 3.radius or 4"):
        recipe.build(TWICE, {"dilate.radius": 8})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"stages": ["composite"]}, "no stage before gives result"),
        ({"stages": ["inpaint", "segment", "select"]},
         r"stage 1: inpaint needs mask, .* given by stage 3, select, which comes later"),
        ({"stages": ["dilate", "segment", "select"]}, "stage 1: dilate needs mask"),
        ({"stages": 5}, "wants a list under 'stages', got 5"),
        ({"stages": [{}]}, "stage 1: wants a name"),
        ({"stages": ["segment", "select", {"inpaint": {"model": {"name": "blur", "strength": 9}}}]},
         "strength must be above 0 and at most 0.5, got 9"),
        ({"stages": ["dilatte"]}, "stage 1: no stage is called 'dilatte'. Did you mean 'dilate'"),
        ({"stages": [{"dilate": {"radios": 3}}]}, "no option 'radios'. Did you mean 'radius'"),
        ({"stages": [{"dilate": {"radius": "wide"}}]}, "radius: a length is pixels or a share"),
        ({"stages": [{"select": {"top": 0}}]}, "top must be at least 1, got 0"),
        ({"stages": ["segment", "select", {"inpaint": {"model": "examplar"}}]}, "'exemplar'"),
        ({"stages": ["segment", "select", {"inpaint": {"model": {"name": "blur", "x": 1}}}]},
         "inpainter 'blur' has no option 'x'"),
        ({"stages": [{"dilate": 3}]}, "wants a name, or one name with its options"),
        ({"stages": [{"dilate": {}, "erode": {}}]}, "wants a name, or one name"),
        ({"stages": [None]}, "wants a name"),
        ({"stages": []}, "wants a list under 'stages'"),
        ({"stage": ["dilate"]}, "no key 'stage' in a recipe. Did you mean 'stages'"),
        ({"stages": ["os.system"]}, "no stage is called 'os.system'"),
    ],
)  # fmt: skip
def test_a_bad_recipe_says_what_is_wrong(document, message):
    with pytest.raises(RecipeError, match=message):
        recipe.build(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stages: [dilate", "not YAML"),
        ("- dilate", "wants a mapping"),
        ("", "wants a mapping"),
        ("about: x\nabout: y\nstages: [dilate]", "key 'about' twice"),
        ("a: &a [x]\nstages: *a", "aliases"),
        ("stages: !!python/object/apply:os.system ['true']", "not YAML"),
        ("1: x", "words as keys"),
        ("\x00", "not YAML"),
        ("[" * 20_000, "not YAML"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused(tmp_path, text, message):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_recipe(path)


def test_an_unknown_recipe_names_the_nearest():
    with pytest.raises(RecipeError, match="Did you mean 'remove'"):
        load_recipe("remov")


@pytest.mark.parametrize("override", [{"dilat.radius": 3}, {"11.radius": 3}, {"dilate": 3}])
def test_an_override_without_a_stage_is_refused(override):
    with pytest.raises(FastsegError, match=r"remove.yaml has no stage for"):
        load_recipe("remove", override)


def test_a_pipeline_refuses_before_any_stage_runs(photo):
    with pytest.raises(PipelineError, match="need prompt"):
        load_recipe("remove")(Edit(photo))


def test_an_error_names_the_stage(photo):
    with pytest.raises(FastsegError) as caught:
        load_recipe("remove")(Edit(photo, Points.at(500, 5)))
    assert caught.value.__notes__[0].startswith("in stage 1 of 10, Segment(")


def test_a_slice_previews_the_mask_and_the_rest_goes_on(photo):
    pipeline = load_recipe("remove", {"inpaint.model": "blur"})
    preview = pipeline[:8](Edit(photo, Points.at(80, 60)))
    assert preview.result is None
    done = pipeline[8:](preview)
    assert done.result is not None
    assert len(done.history) == len(pipeline) == 10


def test_pipelines_nest_and_stay_flat():
    inner = Pipeline(Segment(), Select())
    outer = Pipeline(inner, Dilate(3), Pipeline(Inpaint("blur"), Composite(0)))
    assert len(outer) == 5
    assert outer.needs == ("image", "prompt")
    assert outer.gives == ("candidates", "mask", "result")
