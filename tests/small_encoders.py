"""Tokenizers and text encoders with random weights, as pipelines of diffusers use them."""

import transformers
from tokenizers.pre_tokenizers import ByteLevel

from fastseg_edit import catalogue

WIDTH = 32
"""Numbers per token, for every text encoder."""


def clip_tokenizer():
    return transformers.CLIPTokenizer.from_pretrained(catalogue.folder("sd-mini") / "tokenizer")


def t5_tokenizer():
    letters = [(letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz"]
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁", -2.0), *letters]
    return transformers.T5Tokenizer(vocab=vocabulary, extra_ids=0)


def qwen_tokenizer():
    vocabulary = {letter: place for place, letter in enumerate(sorted(ByteLevel.alphabet()))}
    vocabulary["<|endoftext|>"] = len(vocabulary)
    tokenizer = transformers.Qwen2Tokenizer(vocab=vocabulary, merges=[])
    tokenizer.chat_template = "user {{ messages[0]['content'] }} assistant"
    return tokenizer


def clip_text(kind=transformers.CLIPTextModel, width=WIDTH):
    return kind(
        transformers.CLIPTextConfig(
            vocab_size=690,
            hidden_size=width,
            intermediate_size=width,
            projection_dim=width,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=16,
            bos_token_id=688,
            eos_token_id=689,
            pad_token_id=689,
        )
    )


def t5_text():
    sizes = {"d_model": WIDTH, "d_ff": WIDTH, "d_kv": 8, "num_layers": 1, "num_heads": 2}
    return transformers.T5EncoderModel(transformers.T5Config(vocab_size=30, **sizes))


def clip_sight():
    sight = transformers.CLIPVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        projection_dim=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
    )
    return transformers.CLIPVisionModelWithProjection(sight)


def qwen_sight():
    text = {
        "vocab_size": 257,
        "hidden_size": WIDTH,
        "intermediate_size": WIDTH,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "bos_token_id": 256,
        "eos_token_id": 256,
        "rope_scaling": {"rope_type": "default", "mrope_section": [2, 3, 3]},
    }
    sight = {
        "depth": 1,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": WIDTH,
    }
    reader = transformers.Qwen2_5_VLConfig(text_config=text, vision_config=sight)
    return transformers.Qwen2_5_VLForConditionalGeneration(reader)


def qwen_text():
    reader = transformers.Qwen3Config(
        vocab_size=257,
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=16,
    )
    return transformers.Qwen3Model(reader)
