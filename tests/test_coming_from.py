"""Every command of ours in the page for those who come from other tools is one."""

import re
import shlex
from pathlib import Path

import click
import pytest

from fastseg_edit.apps.commands import group

PAGE = (Path(__file__).parents[1] / "examples" / "coming_from.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [
    line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line.strip()
]


@pytest.mark.parametrize("line", COMMANDS, ids=lambda line: " ".join(line.split()[1:3]))
def test_a_command_has_flags_and_values_that_exist(line):
    program, name, *rest = shlex.split(line)
    assert program == "fastseg-edit"
    command = group.get_command(click.Context(group), name)
    while isinstance(command, click.Group):
        name, *rest = rest
        command = command.get_command(click.Context(command), name)
    context = command.make_context(name, rest)
    assert context.params.get("photo") or context.params["job"]


def test_the_page_has_a_command_for_each_script():
    scripts = re.findall(r"\*\*`([\w/]+\.py)`\*\*", PAGE)
    assert len(scripts) == len(set(scripts)) == 6
    assert len(COMMANDS) > len(scripts)


def test_the_python_on_the_page_names_what_there_is():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    compile(code, "coming_from.md", "exec")
    for line in (line for line in code.splitlines() if line.startswith("from fastseg_edit")):
        exec(line)
