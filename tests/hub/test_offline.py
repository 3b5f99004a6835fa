"""What is on this machine is used without a look at the network."""

import os
import socket
import subprocess
import sys

import pytest

from fastseg_edit import catalogue, hub
from fastseg_edit.apps.cli import main
from fastseg_edit.errors import ModelError
from fastseg_edit.hub import lock
from fastseg_edit.weights import Weights

LARGE = "model.safetensors"


@pytest.fixture
def no_network(monkeypatch):
    """Call it, and everything fails that connects to a machine or looks up an address."""

    def refuse(*_, **__):
        raise AssertionError("the network was touched")

    def cut():
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse)

    return cut


@pytest.fixture
def offline(no_network):
    """No network from the start."""
    no_network()


@pytest.fixture
def fetched():
    """The folder of `some/one`, fetched."""
    return catalogue.fetch(catalogue.find("some/one").order())


@pytest.fixture
def kept(fetched, no_network):
    """The folder of `some/one`, fetched, and no network any more."""
    no_network()
    return fetched


def change(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("weights", ["fastsam-s", "no/such", "no/such@v1"])
def test_weights_that_are_not_there_say_what_to_type(weights):
    with pytest.raises(ModelError, match="not on this machine") as caught:
        catalogue.folder(weights)
    assert caught.value.code == "E_MODEL_MISSING"
    assert caught.value.hint == f"Run: fastseg-edit models fetch {weights}"


@pytest.mark.usefixtures("offline")
def test_gated_weights_say_that_they_are():
    with pytest.raises(ModelError, match="licence has to be accepted first, at facebook/sam3"):
        catalogue.folder("sam3")


def test_what_was_fetched_is_found_by_its_id(kept):
    assert catalogue.folder("some/one") == kept
    assert catalogue.folder(f"some/one@{kept.name}") == kept


@pytest.mark.usefixtures("kept")
def test_a_folder_that_is_called_like_an_id_is_taken_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "some" / "one").mkdir(parents=True)
    assert catalogue.folder("some/one").resolve() == tmp_path / "some" / "one"


@pytest.mark.usefixtures("offline")
def test_even_a_download_is_refused_when_the_hub_is_off(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with catalogue.downloads(), pytest.raises(ModelError, match="HF_HUB_OFFLINE is set") as caught:
        catalogue.folder("some/one")
    assert caught.value.code == "E_MODEL_MISSING"


def test_without_the_library_a_download_says_what_to_install(monkeypatch):
    for module in ("fetch", "library"):
        monkeypatch.delitem(sys.modules, f"fastseg_edit.hub.{module}", raising=False)
    monkeypatch.delattr(hub, "library", raising=False)
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with catalogue.downloads(), pytest.raises(ModelError, match="'huggingface_hub'") as caught:
        catalogue.folder("some/one")
    assert caught.value.code == "E_MODEL_MISSING"
    assert caught.value.hint == "Run: pip install huggingface_hub"


def test_downloads_are_allowed_inside_their_block_only():
    with catalogue.downloads():
        assert (catalogue.folder("some/one") / LARGE).is_file()
    with catalogue.downloads(False), pytest.raises(ModelError, match="not on this machine"):
        catalogue.folder("mini/sam")
    with pytest.raises(ModelError, match="not on this machine"):
        catalogue.folder("mini/sam")


def test_a_changed_file_is_found(kept):
    change(kept / LARGE)
    with pytest.raises(ModelError, match=f"{LARGE} of some/one is not the file") as caught:
        catalogue.folder("some/one")
    assert caught.value.code == "E_MODEL_HASH"
    assert caught.value.hint == "Run: fastseg-edit models fetch some/one --force"
    assert (kept / LARGE).is_file()  # it is the user's


def test_a_change_with_the_old_time_is_found_by_a_thorough_look(kept, capsys):
    before = (kept / LARGE).stat()
    change(kept / LARGE)
    os.utime(kept / LARGE, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert catalogue.folder("some/one") == kept
    assert main(["models", "verify", "some/one"]) == 6
    told = capsys.readouterr()
    assert f"WRONG      some/one: {LARGE}" in told.out
    assert "error[E_MODEL_HASH]" in told.err


def test_a_changed_file_can_be_replaced(fetched):
    change(fetched / LARGE)
    assert main(["models", "fetch", "some/one", "--force", "-q"]) == 0
    assert catalogue.folder("some/one") == fetched


def test_a_fetch_without_force_does_not_bless_a_changed_file(fetched):
    change(fetched / LARGE)
    assert main(["models", "fetch", "some/one", "-q"]) == 6


def test_a_file_that_is_gone_is_missed(kept):
    (kept / "config.json").unlink()
    with pytest.raises(ModelError, match=r"some/one lacks its file config.json"):
        catalogue.folder("some/one")


def test_what_another_program_fetched_is_compared_with_what_the_hub_said(kept):
    lock.place(kept).unlink()
    assert catalogue.folder("some/one") == kept
    assert lock.read(kept)[LARGE].checked == "hub"
    lock.place(kept).unlink()
    change(kept / LARGE)
    with pytest.raises(ModelError, match="not the file"):
        catalogue.folder("some/one")


def test_where_nothing_is_known_of_a_file_that_is_said(kept, capsys):
    content = (kept / LARGE).read_bytes()
    (kept / LARGE).unlink()
    (kept / LARGE).write_bytes(content)  # a copy, as where there are no links
    lock.place(kept).unlink()
    assert main(["models", "verify", "some/one"]) == 0
    assert f"unverified some/one: {LARGE}" in capsys.readouterr().out
    change(kept / LARGE)
    assert main(["models", "verify", "some/one"]) == 6  # it has been seen meanwhile


def test_a_spoilt_memory_is_no_obstacle(kept):
    lock.place(kept).write_text("{")
    assert catalogue.folder("some/one") == kept


def test_verify_looks_at_everything_that_is_there(kept, capsys):
    assert main(["models", "verify"]) == 0
    told = capsys.readouterr().out
    assert f"some/one@{kept.name}: {LARGE}, compared with the hub" in told
    assert "clip-mini: merges.txt, compared with the catalogue" in told


@pytest.mark.usefixtures("offline")
def test_verify_names_what_is_not_there(capsys):
    assert main(["models", "verify", "fastsam-s"]) == 6
    assert "fastseg-edit models fetch fastsam-s" in capsys.readouterr().err


def test_the_path_of_one_file_is_the_file(monkeypatch, capsys):
    files = {"config.json": "", LARGE: ""}
    entry = Weights("mine", hub="some/one", loads=LARGE, files=files)
    monkeypatch.setattr(catalogue, "known", lambda: {"mine": entry})
    assert main(["models", "fetch", "mine", "-q"]) == 0
    assert main(["models", "path", "mine"]) == 0
    assert capsys.readouterr().out.strip() == str(entry.place / LARGE)


@pytest.mark.parametrize("variables", [{"HF_HUB_CACHE": "there"}, {"HF_HOME": "home/there"}])
def test_the_cache_lies_where_the_variables_say(tmp_path, monkeypatch, variables):
    for variable, folder in variables.items():
        monkeypatch.setenv(variable, str(tmp_path / folder))
    folder = catalogue.fetch(catalogue.find("some/one").order())
    assert tmp_path / next(iter(variables.values())) in folder.parents
    assert catalogue.folder("some/one") == folder


def test_neither_the_package_nor_its_help_loads_the_library():
    code = (
        "import sys, fastseg_edit\n"
        "from fastseg_edit.apps.cli import main\n"
        "main(['--help']), main(['models', 'list']), main(['models', 'path', 'clip-mini'])\n"
        "print({'huggingface_hub', 'httpx2', 'torch'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "set()"
