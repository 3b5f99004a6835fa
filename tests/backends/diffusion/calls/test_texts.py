"""Text encoders that remember return what they would have returned, and sooner."""

import pytest
import torch
from small_diffusion import hole
from small_encoders import clip_text

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.calls import texts

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

READERS = ["sd15", "sdxl", "sd3", "flux-fill", "qwen-image", "z-image", "kandinsky22"]


class Counted(torch.nn.Module):
    """Counts the rows that reach the weights of an encoder."""

    def __init__(self, encoder):
        super().__init__()
        self.rows = 0
        encoder.register_forward_pre_hook(self.count, with_kwargs=True)

    def count(self, _, inputs, options):
        self.rows += len(inputs[0] if inputs else options["input_ids"])


@pytest.fixture
def encoder():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = clip_text().eval()
    texts.remember(type("Pipeline", (), {"components": {"text_encoder": made}}))
    return made


def rows(*numbers):
    return torch.tensor([[1, number, 2, 2] for number in numbers])


@torch.inference_mode()
def test_every_row_is_what_it_is_alone_to_the_bit(encoder):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        plain = clip_text().eval()
    for asked in (rows(3), rows(4, 3, 4), rows(5, 3)):
        told = encoder(asked, output_hidden_states=True)
        alone = [plain(row[None], output_hidden_states=True) for row in asked]
        for name in ("last_hidden_state", "pooler_output"):
            assert torch.equal(told[name], torch.cat([one[name] for one in alone]))
        for layer, state in enumerate(told.hidden_states):
            assert torch.equal(state, torch.cat([one.hidden_states[layer] for one in alone]))


@torch.inference_mode()
def test_what_was_asked_before_costs_nothing(encoder):
    counted = Counted(encoder)
    for asked in (rows(3, 4, 3), rows(4), rows(3, 4)):
        encoder(asked)
    assert counted.rows == 2


@torch.inference_mode()
def test_another_precision_mask_or_wish_is_another_question(encoder):
    counted = Counted(encoder)
    encoder(rows(3))
    encoder(rows(3), attention_mask=torch.tensor([[1, 1, 0, 0]]))
    encoder(rows(3), output_hidden_states=True)
    assert counted.rows == 3
    assert encoder.to(torch.bfloat16)(rows(3))[0].dtype is torch.bfloat16
    assert encoder.float()(rows(3))[0].dtype is torch.float32
    assert counted.rows == 4


@torch.inference_mode()
def test_what_is_returned_can_be_written_to(encoder):
    first = encoder(rows(3))[0]
    kept = first.clone()
    first.zero_()
    assert torch.equal(encoder(rows(3))[0], kept)


@torch.inference_mode()
def test_no_more_is_kept_than_allowed(encoder):
    counted = Counted(encoder)
    encoder(rows(3))
    encoder.remembered.most = 2 * encoder.remembered.held
    for number in (4, 3, 5):  # 4 is the one not asked for longest
        encoder(rows(number))
    assert encoder.remembered.held == encoder.remembered.most
    counted.rows = 0
    encoder(rows(3, 5))
    assert counted.rows == 0
    encoder(rows(4))
    assert counted.rows == 1


@torch.inference_mode()
def test_what_is_larger_than_all_that_is_allowed_is_not_kept(encoder):
    encoder.remembered.most = 1
    assert torch.equal(encoder(rows(3))[0], encoder(rows(3))[0])
    assert encoder.remembered.held == 0


def test_an_encoder_keeps_its_name_for_what_is_saved(encoder):
    assert type(encoder).__name__ == type(clip_text()).__name__
    assert isinstance(encoder, type(clip_text()))


def encoders(inpainter):
    parts = inpainter.painter.pipeline.components.items()
    return [part for name, part in parts if "text_encoder" in name]


@pytest.mark.parametrize("name", READERS)
def test_the_same_picture_comes_out_to_the_bit(checkpoint, name):
    inpainter = Diffusion(weights=str(checkpoint(name)), steps=1)
    first, again = inpainter.inpaint(hole()), inpainter.inpaint(hole())
    for encoder in encoders(inpainter):
        encoder.__class__ = type(encoder).__mro__[2]  # what it was before it remembered
        assert not isinstance(encoder, texts.Remembering)
    plain = inpainter.inpaint(hole())
    assert (first == plain).all()
    assert (again == plain).all()


@pytest.mark.parametrize("name", READERS)
def test_every_encoder_of_a_family_reads_a_caption_once(checkpoint, name):
    inpainter = Diffusion(weights=str(checkpoint(name)), steps=1)
    inpainter.inpaint(hole())
    counted = [Counted(encoder) for encoder in encoders(inpainter)]
    assert counted
    inpainter.inpaint(hole(seed=9))
    assert sum(one.rows for one in counted) == 0
    inpainter.inpaint(hole("a blue star", seed=9))
    assert all(one.rows == 1 for one in counted)
