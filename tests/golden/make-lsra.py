#!/usr/bin/env python3
"""Golden numbers for long-short range attention (Lite Transformer's sub-layer
of two branches), computed independently in NumPy, in double precision.

Records as make-golden.py's, of models in which a layer's self-attention may be
LSRA: half of the channels through attention, the others through linear (gated
or not), a lightweight convolution and linear; one behind the other. Of the
gradient there is "dot" alone: the derivative of the mean loss along the weights
hashed("dot:" + name), by a complex step (Squire and Trapp 1998), which has no
rounding error to speak of.

    pip install numpy
    python3 make-lsra.py >lsra.jsonl
"""
import json

import numpy as np

from elastic import (EPS, PAIRS1, PAIRS2, TASK1, TASK2, attend, hashed, initial, linear, logits, losses,
                     norm, plain_first, shapes, softmax)

STEP = 1e-30

# Both kinds of layers in one space, gates, odd halves (width 30 -> 15).
SPACE1 = {
    "name": "golden-lsra", "qkv_dim": 24, "conv_glu": 1,
    "encoder_embed_choice": [48, 30], "decoder_embed_choice": [40, 26],
    "encoder_layer_num_choice": [3], "decoder_layer_num_choice": [4, 3],
    "encoder_ffn_embed_dim_choice": [48, 16],
    "decoder_ffn_embed_dim_choice": [40, 16],
    "encoder_self_attention_heads_choice": [4, 2, 1],
    "decoder_self_attention_heads_choice": [4, 2, 1],
    "decoder_ende_attention_heads_choice": [4, 2, 1],
    "decoder_arbitrary_ende_attn_choice": [-1, 1, 2],
    "encoder_conv_kernel_choice": [0, 3, 7],
    "decoder_conv_kernel_choice": [0, 2, 5]}
ARCH1 = {
    "qkv_dim": 24, "conv_glu": 1,
    "encoder_embed_dim": 30, "encoder_layer_num": 3,
    "encoder_ffn_embed_dim": [16, 48, 16],
    "encoder_self_attention_heads": [2, 4, 1],
    "decoder_embed_dim": 26, "decoder_layer_num": 3,
    "decoder_ffn_embed_dim": [16, 40, 16],
    "decoder_self_attention_heads": [4, 1, 2],
    "decoder_ende_attention_heads": [1, 2, 4],
    "decoder_arbitrary_ende_attn": [2, 1, -1],
    "encoder_conv_kernel": [3, 0, 7], "decoder_conv_kernel": [5, 2, 0]}

# No gates, convolutions everywhere, odd widths, one table.
SPACE2 = {
    "name": "golden-lsra-shared", "qkv_dim": 24,
    "encoder_embed_choice": [41, 27], "decoder_embed_choice": [41, 27],
    "encoder_layer_num_choice": [2], "decoder_layer_num_choice": [2],
    "encoder_ffn_embed_dim_choice": [40, 16],
    "decoder_ffn_embed_dim_choice": [48, 32],
    "encoder_self_attention_heads_choice": [6, 3],
    "decoder_self_attention_heads_choice": [4, 2],
    "decoder_ende_attention_heads_choice": [6, 2],
    "decoder_arbitrary_ende_attn_choice": [-1, 1],
    "encoder_conv_kernel_choice": [31, 4],
    "decoder_conv_kernel_choice": [3, 1]}
ARCH2 = {
    "qkv_dim": 24,
    "encoder_embed_dim": 27, "encoder_layer_num": 2,
    "encoder_ffn_embed_dim": [40, 16],
    "encoder_self_attention_heads": [3, 6],
    "decoder_embed_dim": 41, "decoder_layer_num": 2,
    "decoder_ffn_embed_dim": [32, 48],
    "decoder_self_attention_heads": [2, 4],
    "decoder_ende_attention_heads": [6, 2],
    "decoder_arbitrary_ende_attn": [1, -1],
    "encoder_conv_kernel": [31, 4], "decoder_conv_kernel": [3, 1]}

CASES = [(SPACE1, TASK1, ARCH1, PAIRS1), (SPACE2, TASK2, ARCH2, PAIRS2[:3])]


def convolution(w, v, kernel, heads, causal):
    """Every head's own softmax over its taps; tap by tap, channel by channel."""
    each, out = v.shape[1] // heads, np.zeros_like(v)
    where = [-j if causal else -(j + 1) // 2 if j % 2 else j // 2
             for j in range(kernel)]
    for h in range(heads):
        p = softmax(w[h:h + 1, :kernel])[0]
        for t in range(len(v)):
            for j, o in enumerate(where):
                if 0 <= t + o < len(v):
                    c = slice(h * each, (h + 1) * each)
                    out[t, c] += p[j] * v[t + o, c]
    return out


def lsra(P, at, x, heads, kernel, causal, glu):
    half = x.shape[1] // 2
    near, far = x[:, half:], x[:, :half]
    a = attend(P, at, far, heads, causal)
    v = linear(P, at + "conv_in", near, None)
    if glu:
        v, gate = np.split(v, 2, 1)
        v = v / (1 + np.exp(-gate))
    c = convolution(P[at + "conv.weight"], v, kernel, heads, causal)
    y = np.concatenate([
        linear(P, at + "out_proj", a, half, False),
        linear(P, at + "conv_out", c, x.shape[1] - half, False)], 1)
    return y + P[at + "out.bias"][:x.shape[1]]


def first(P, at, arch, side, i, x):
    """The layer's first sub-layer, normalised."""
    kernel = arch[side + "_conv_kernel"][i]
    if not kernel:
        return plain_first(P, at, arch, side, i, x)
    y = lsra(P, at + "lsra.", x, arch[side + "_self_attention_heads"][i],
             kernel, side == "decoder", arch.get("conv_glu", 0))
    return norm(P, at + "lsra_layer_norm", x + y)


def slope(P, name, case):
    was = P[name]
    P[name] = was + 1j * STEP * hashed("dot:" + name, was.shape)
    loss = losses(P, *case, first=first)[1]
    P[name] = was
    return loss.imag / STEP


if __name__ == "__main__":
    for space, *case in CASES:
        task, arch, pairs = case
        P = {name: initial(name, shape).astype(np.complex128)
             for name, shape in shapes(space, task).items()}
        tokens, loss, nll = losses(P, *case, first=first)
        print(json.dumps({
            "space": space, "task": task, "arch": arch, "pairs": pairs,
            "label_smoothing": EPS, "tokens": tokens,
            "loss": loss.real, "nll": nll.real,
            "logits_first": logits(P, task, arch, **pairs[0],
                                   first=first)[0].real.tolist(),
            "grad": {name: {"dot": slope(P, name, case)} for name in P}}))
