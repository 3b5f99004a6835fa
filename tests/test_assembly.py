"""Settings reach the stage and the model that they are meant for."""

import pytest

from fastseg_edit import assembly
from fastseg_edit.errors import SpecError

OWN = """
stages:
  - segment
  - select
  - inpaint: {model: {name: diffusion, weights: sd-mini, steps: 3}}
  - composite
"""


def inpainter(options):
    _, painting = assembly.build("remove", options)
    return next(stage for stage in painting if hasattr(stage, "max_coverage"))


def test_steps_go_to_the_model_that_the_recipe_names(tmp_path):
    recipe = tmp_path / "own.yaml"
    recipe.write_text(OWN)
    stage = inpainter({"recipe": recipe, "steps": 7, "guidance": 2.0})
    assert stage.model == {"name": "diffusion", "weights": "sd-mini", "steps": 7, "guidance": 2.0}


def test_steps_go_to_the_model_of_the_profile_and_of_the_user():
    _, words = assembly.build("fill", {"profile": "mini", "steps": 7}, caption="a red cup")
    assert words[0].model == {"name": "diffusion", "weights": "sd-mini", "steps": 7}
    with pytest.raises(SpecError, match="'lama' has no option 'steps'"):
        inpainter({"profile": "mini", "steps": 7})
    chosen = {"overrides": {"inpaint.model": "diffusion"}, "steps": 7}
    assert inpainter(chosen).model == {"name": "diffusion", "steps": 7}


def test_steps_are_refused_by_a_model_that_takes_none():
    with pytest.raises(SpecError, match="no option 'steps'"):
        assembly.build("remove", {"steps": 7})


def test_a_dry_run_ends_before_the_first_stage_that_paints():
    whole = assembly.build("remove", {})
    dry = assembly.build("remove", {"dry_run": True})
    assert dry[0] == whole[0]
    assert "result" not in whole[0].gives
    assert "result" in whole[1][0].gives
    assert not dry[1]
    assert assembly.build("segment", {"dry_run": True}) == assembly.build("segment", {})
