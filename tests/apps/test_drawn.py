import re

from fastseg_edit import models, registry
from fastseg_edit.apps import drawn
from fastseg_edit.photos import open_photo


def test_every_wish_is_granted_but_the_one_for_what_is_not_there(tmp_path, capsys):
    drawn.run(tmp_path)
    out, told = capsys.readouterr()
    states = [re.search(rf"^{wish}: (\w+)", told, re.MULTILINE)[1] for wish in drawn.WISHES]
    assert states == ["done"] * (len(drawn.WISHES) - 1) + ["unchanged"]
    assert f"look at {tmp_path / 'text_sheet.png'}" in out
    assert open_photo(tmp_path / "text_sheet.png").size[0] > drawn.HEIGHT * len(drawn.WISHES) / 2


def test_without_the_libraries_one_line_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN["segmenter"], "fastsam", "no_such_library:FastSam")
    registry.names.cache_clear()
    models.clear()
    drawn.run(tmp_path)
    registry.names.cache_clear()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("run: pip install 'fastseg-edit[mini]'")
    assert not list(tmp_path.iterdir())
