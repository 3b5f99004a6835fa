"""Weights as their authors released them, against another library that reads them."""

import os
import pickle
import shutil

import numpy as np
import pytest
import small_sam
import torch
from safetensors.torch import save_file
from ultralytics.models.sam.build import build_mobile_sam
from ultralytics.models.sam.modules.decoders import MaskDecoder
from ultralytics.models.sam.modules.encoders import ImageEncoderViT, PromptEncoder
from ultralytics.models.sam.modules.sam import SAMModel
from ultralytics.models.sam.modules.transformer import TwoWayTransformer

from fastseg_edit import catalogue
from fastseg_edit.backends.sam import Sam, original
from fastseg_edit.errors import ModelError
from fastseg_edit.prompt import Points
from fastseg_edit.weights import Weights

GREY = np.full((30, 40, 3), 128, np.uint8)
CLICKS, LABELS = torch.tensor([[[50.0, 30.0], [100.0, 90.0]]]), torch.tensor([[1, 0]])
BOX = torch.tensor([[10.0, 20.0, 60.0, 100.0]])

# The decoders of both are one, and MobileSAM's has 16 times as many cells.
ONLY_SAM = pytest.mark.parametrize("theirs", ["sam"], indirect=True)


def _first(side):
    """SAM 1 of the other library, smaller than any release."""
    cells = side // 16
    encoder = ImageEncoderViT(
        img_size=side,
        embed_dim=48,
        depth=3,
        num_heads=4,
        out_chans=256,
        use_rel_pos=True,
        window_size=3,
        global_attn_indexes=(1,),
    )
    prompts = PromptEncoder(256, (cells, cells), (side, side), mask_in_chans=16)
    transformer = TwoWayTransformer(depth=2, embedding_dim=256, num_heads=8, mlp_dim=2048)
    return SAMModel(encoder, prompts, MaskDecoder(256, transformer))


@pytest.fixture(scope="module", params=["sam", "mobile_sam"])
def theirs(request):
    torch.manual_seed(0)
    model = _first(128) if request.param == "sam" else build_mobile_sam()
    for name, weight in model.state_dict().items():
        if weight.is_floating_point() and "running_var" not in name:
            weight += 0.02 * torch.randn_like(weight)
    return model.eval()


@pytest.fixture(scope="module")
def state(theirs):
    return {name: weight.clone() for name, weight in theirs.state_dict().items()}


@torch.inference_mode()
def test_the_large_half_sees_the_same(theirs, state):
    photo = torch.randn(1, 3, 128, 128)
    if hasattr(theirs.image_encoder, "set_imgsz"):
        theirs.image_encoder.set_imgsz([128, 128])
    for module in theirs.modules():
        if hasattr(module, "ab"):  # a copy that it made before the weights were changed
            module.ab = module.attention_biases[:, module.attention_bias_idxs]
    ours = original.build(state).eval().get_image_embeddings(photo)
    assert ours == pytest.approx(theirs.image_encoder(photo), abs=2e-3)


@ONLY_SAM
@pytest.mark.parametrize("prompt", ["clicks", "box and mask"])
@torch.inference_mode()
def test_the_small_half_answers_the_same(theirs, state, prompt):
    cells = theirs.prompt_encoder.image_embedding_size[0]
    seen, hint = torch.randn(1, 256, cells, cells), torch.randn(1, 1, 4 * cells, 4 * cells)
    if prompt == "clicks":
        asked = {"points": (CLICKS, LABELS), "boxes": None, "masks": None}
        named = {"input_points": CLICKS[None], "input_labels": LABELS[None]}
    else:
        asked = {"points": None, "boxes": BOX, "masks": hint}
        named = {"input_boxes": BOX[None], "input_masks": hint}
    sparse, dense = theirs.prompt_encoder(**asked)
    masks, scores = theirs.mask_decoder(
        image_embeddings=seen,
        image_pe=theirs.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense,
        multimask_output=True,
    )
    told = original.build(state).eval()(image_embeddings=seen, **named)
    assert told.pred_masks[0].numpy() == pytest.approx(masks.numpy(), abs=1e-3)
    assert told.iou_scores[0].numpy() == pytest.approx(scores.numpy(), abs=1e-3)


@ONLY_SAM
@pytest.mark.usefixtures("theirs")
def test_a_release_answers_a_click_from_every_kind_of_file(state, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    save_file(state, tmp_path / "sam.safetensors")
    torch.save(state, tmp_path / "sam.pth")
    shutil.copy(tmp_path / "sam.safetensors", folder / "any name.safetensors")
    masks = []
    for path in (tmp_path / "sam.safetensors", folder, tmp_path / "sam.pth"):
        sam = Sam(weights=str(path), allow_pickle=path.suffix == ".pth", candidates=1)
        masks.append(sam.predict(sam.encode(GREY), Points.at(20, 9))[0])
    assert np.array_equal(masks[0], masks[1])
    assert np.array_equal(masks[0], masks[2])


@ONLY_SAM
@pytest.mark.usefixtures("theirs")
def test_a_pickle_that_the_catalogue_vouches_for_needs_no_further_word(
    state, tmp_path, monkeypatch
):
    path = tmp_path / "sam.pt"
    torch.save(state, path)
    _refused(path, "pickle")
    known = Weights("theirs", files={"another name.pt": catalogue.digest(path)})
    monkeypatch.setattr(catalogue, "known", lambda: {"theirs": known})
    assert len(Sam(weights=str(path), grid=1).encode(GREY).features)


class _Payload:
    """A pickle of this runs a command when it is read."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def _refused(path, sentence, **options):
    with pytest.raises(ModelError, match=sentence) as failure:
        Sam(weights=str(path), **options).encode(GREY)
    assert failure.value.code == "E_MODEL_MISSING"
    assert "\n" not in str(failure.value)
    assert failure.value.hint


@pytest.mark.parametrize("way", ["torch", "pickle"])
@pytest.mark.parametrize("file", ["sam.pt", "sam.pth", "sam.safetensors"])
@pytest.mark.parametrize("allow_pickle", [False, True])
def test_a_program_in_the_place_of_weights_does_not_run(way, file, allow_pickle, tmp_path):
    mark, path = tmp_path / "it ran", tmp_path / file
    if way == "torch":
        torch.save({"weights": _Payload(mark)}, path)
    else:
        path.write_bytes(pickle.dumps(_Payload(mark)))
    _refused(path, "pickle|more than weights|damaged", allow_pickle=allow_pickle)
    assert not mark.exists()


def test_the_program_of_that_test_does_run_where_pickles_are_trusted(tmp_path):
    mark = tmp_path / "it ran"
    pickle.loads(pickle.dumps(_Payload(mark)))
    assert mark.exists()


@pytest.mark.parametrize("kept", [0, 9, 5000])
def test_a_release_cut_off_is_refused(kept, tmp_path):
    weights = {"weight": torch.zeros(5000)}
    torch.save(weights, tmp_path / "sam.pt")
    save_file(weights, tmp_path / "sam.safetensors")
    for path in (tmp_path / "sam.pt", tmp_path / "sam.safetensors"):
        path.write_bytes(path.read_bytes()[:kept])
        _refused(path, "damaged", allow_pickle=True)


@pytest.mark.parametrize("stored", [[1, 2], {"epoch": 3}, {}, {"weight": torch.zeros(3)}])
def test_a_pickle_of_something_else_is_refused(stored, tmp_path):
    torch.save(stored, tmp_path / "sam.pt")
    _refused(tmp_path / "sam.pt", "something else|no weights of SAM", allow_pickle=True)


@ONLY_SAM
@pytest.mark.usefixtures("theirs")
def test_a_release_that_lacks_a_weight_or_has_another_size_is_refused(state, tmp_path):
    lacking = dict(state)
    del lacking["mask_decoder.iou_token.weight"]
    torch.save(lacking, tmp_path / "sam.pt")
    _refused(tmp_path / "sam.pt", "lacks weights of SAM", allow_pickle=True)
    odd = {**state, "mask_decoder.iou_token.weight": torch.zeros(2, 7)}
    torch.save(odd, tmp_path / "sam.pt")
    _refused(tmp_path / "sam.pt", "lacks weights of SAM", allow_pickle=True)


def test_a_file_of_the_librarys_own_weights_is_refused(tmp_path):
    small_sam.save(small_sam.build("sam"), tmp_path)
    _refused(tmp_path / "model.safetensors", "no weights of SAM or MobileSAM")
    _refused(catalogue.folder("lama-mini") / "model.safetensors", "no weights of SAM")
