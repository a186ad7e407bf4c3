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
import math

import numpy as np

EPS, EOS, STEP = 0.1, 2, 1e-30

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
TASK1 = {
    "src_vocab": 37, "tgt_vocab": 41, "share_all_embeddings": False,
    "super_encoder_embed_dim": 48, "super_decoder_embed_dim": 40}
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
PAIRS1 = [
    {"src": [5, 36, 17, 5, 9, 2], "tgt": [40, 7, 23, 2]},
    {"src": [11, 2], "tgt": [12, 12, 3, 31, 8, 19, 27, 40, 2]},
    {"src": [30, 4, 22, 3, 13, 36, 28, 9, 2], "tgt": [6, 2]},
    {"src": [14, 25, 7, 2], "tgt": [33, 4, 18, 7, 26, 2]}]

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
TASK2 = {
    "src_vocab": 43, "tgt_vocab": 43, "share_all_embeddings": True,
    "super_encoder_embed_dim": 41, "super_decoder_embed_dim": 41}
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
PAIRS2 = [
    {"src": [42, 8, 19, 2], "tgt": [8, 42, 33, 10, 21, 2]},
    {"src": [6, 27, 15, 4, 38, 11, 6, 20, 2], "tgt": [15, 27, 2]},
    {"src": [3, 2], "tgt": [39, 2]}]

CASES = [(SPACE1, TASK1, ARCH1, PAIRS1), (SPACE2, TASK2, ARCH2, PAIRS2)]


def shapes(space, task):
    """Names and shapes of all super tensors."""
    q, s = space["qkv_dim"], {}
    width = {"encoder": task["super_encoder_embed_dim"],
             "decoder": task["super_decoder_embed_dim"]}
    if task["share_all_embeddings"]:
        s["embed_tokens.weight"] = (task["tgt_vocab"], width["encoder"])
    else:
        s["encoder.embed_tokens.weight"] = (task["src_vocab"],
                                            width["encoder"])
        for name in ("embed_tokens", "output_projection"):
            s[f"decoder.{name}.weight"] = (task["tgt_vocab"],
                                           width["decoder"])

    def linear(name, rows, cols):
        s[name + ".weight"], s[name + ".bias"] = (rows, cols), (rows,)

    def norm(name, n):
        s[name + ".weight"], s[name + ".bias"] = (n,), (n,)

    for side, w in width.items():
        kernels = space[side + "_conv_kernel_choice"]
        heads = max(space[side + "_self_attention_heads_choice"])
        ffn = max(space[side + "_ffn_embed_dim_choice"])
        for i in range(max(space[side + "_layer_num_choice"])):
            at = f"{side}.layers.{i}."
            if 0 in kernels:
                linear(at + "self_attn.in_proj", 3 * q, w)
                linear(at + "self_attn.out_proj", w, q)
                norm(at + "self_attn_layer_norm", w)
            half, inner = w // 2, q // 2
            linear(at + "lsra.in_proj", 3 * inner, half)
            s[at + "lsra.out_proj.weight"] = (half, inner)
            linear(at + "lsra.conv_in",
                   (1 + space.get("conv_glu", 0)) * inner, w - half)
            s[at + "lsra.conv.weight"] = (heads, max(kernels))
            s[at + "lsra.conv_out.weight"] = (w - half, inner)
            s[at + "lsra.out.bias"] = (w,)
            norm(at + "lsra_layer_norm", w)
            if side == "decoder":
                linear(at + "encoder_attn.q_proj", q, w)
                linear(at + "encoder_attn.k_proj", q, width["encoder"])
                linear(at + "encoder_attn.v_proj", q, width["encoder"])
                linear(at + "encoder_attn.out_proj", w, q)
                norm(at + "encoder_attn_layer_norm", w)
            linear(at + "fc1", ffn, w)
            linear(at + "fc2", w, ffn)
            norm(at + "final_layer_norm", w)
    return s


def hashed(name, shape):
    """u in [-0.5, 0.5) for each element: make-golden.py's formula."""
    key = 2166136261
    for c in name.encode():
        key = (key ^ c) * 16777619 & 0xffffffff
    x = (key + np.arange(math.prod(shape), dtype=np.uint64) * 2654435761
         & 0xffffffff)
    x = (x ^ x >> np.uint64(16)) * 0x7feb352d & 0xffffffff
    x = (x ^ x >> np.uint64(15)) * 0x846ca68b & 0xffffffff
    return ((x ^ x >> np.uint64(16)) / 2**32 - 0.5).reshape(shape)


def initial(name, shape):
    u = hashed(name, shape)
    if name.endswith("layer_norm.weight"):
        w = 1 + 0.4 * u
    elif name.endswith(".bias"):
        w = 0.2 * u
    elif name.endswith(("embed_tokens.weight", "output_projection.weight")):
        w = 0.5 * u
    else:
        w = 0.6 * u
    return w.astype(np.float32).astype(np.complex128)


def linear(P, name, x, rows, bias=True):
    y = x @ P[name + ".weight"][:rows, :x.shape[1]].T
    return y + P[name + ".bias"][:rows] if bias else y


def norm(P, name, x):
    n = x.shape[1]
    y = x - x.mean(1, keepdims=True)
    y = y / np.sqrt((y * y).mean(1, keepdims=True) + 1e-5)
    return y * P[name + ".weight"][:n] + P[name + ".bias"][:n]


def softmax(x):
    e = np.exp(x - x.real.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attention(q, k, v, heads, causal):
    width, out = q.shape[1] // heads, []
    for j in range(heads):
        c = slice(j * width, (j + 1) * width)
        score = q[:, c] @ k[:, c].T * width**-0.5
        if causal:
            score[np.triu_indices(len(q), 1)] = -1e30
        out.append(softmax(score) @ v[:, c])
    return np.concatenate(out, 1)


def attend(P, at, x, heads, causal):
    qkv = np.split(linear(P, at + "in_proj", x, None), 3, 1)
    return attention(*qkv, heads, causal)


def convolution(w, v, kernel, heads, causal):
    """Every head's own softmax over its taps; tap by tap, channel by channel."""
    each, out = v.shape[1] // heads, np.zeros_like(v)
    where = [-j if causal else -(j + 1) // 2 if j % 2 else j // 2
             for j in range(kernel)]
    for h in range(heads):
        p = softmax(w[h, :kernel])
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
    heads = arch[side + "_self_attention_heads"][i]
    kernel, causal = arch[side + "_conv_kernel"][i], side == "decoder"
    if kernel:
        y = lsra(P, at + "lsra.", x, heads, kernel, causal,
                 arch.get("conv_glu", 0))
        return norm(P, at + "lsra_layer_norm", x + y)
    y = attend(P, at + "self_attn.", x, heads, causal)
    y = linear(P, at + "self_attn.out_proj", y, x.shape[1])
    return norm(P, at + "self_attn_layer_norm", x + y)


def ffn(P, at, x, hidden):
    y = linear(P, at + "fc1", x, hidden)
    y = linear(P, at + "fc2", np.where(y.real > 0, y, 0), x.shape[1])
    return norm(P, at + "final_layer_norm", x + y)


def embed(table, ids, width, super_width):
    half = super_width // 2
    angle = np.arange(2, 2 + len(ids))[:, None] * np.exp(
        -np.arange(half) * math.log(10000) / (half - 1))
    pos = np.zeros((len(ids), super_width))
    pos[:, :half], pos[:, half:2 * half] = np.sin(angle), np.cos(angle)
    return math.sqrt(width) * table[ids, :width] + pos[:, :width]


def logits(P, task, arch, src, tgt):
    shared = task["share_all_embeddings"]
    table = {side: P["embed_tokens.weight" if shared else
                     side + ".embed_tokens.weight"]
             for side in ("encoder", "decoder")}
    out = table["decoder"] if shared else P["decoder.output_projection.weight"]
    x = embed(table["encoder"], src, arch["encoder_embed_dim"],
              task["super_encoder_embed_dim"])
    outs = []
    for i in range(arch["encoder_layer_num"]):
        at = f"encoder.layers.{i}."
        x = ffn(P, at, first(P, at, arch, "encoder", i, x),
                arch["encoder_ffn_embed_dim"][i])
        outs.append(x)
    d = arch["decoder_embed_dim"]
    x = embed(table["decoder"], [EOS] + tgt[:-1], d,
              task["super_decoder_embed_dim"])
    for i in range(arch["decoder_layer_num"]):
        at = f"decoder.layers.{i}."
        x = first(P, at, arch, "decoder", i, x)
        count = {-1: 1, 1: 2, 2: 3}[arch["decoder_arbitrary_ende_attn"][i]]
        memory = np.concatenate(outs[:-count - 1:-1])
        q = linear(P, at + "encoder_attn.q_proj", x, None)
        k = linear(P, at + "encoder_attn.k_proj", memory, None)
        v = linear(P, at + "encoder_attn.v_proj", memory, None)
        y = attention(q, k, v, arch["decoder_ende_attention_heads"][i], False)
        y = linear(P, at + "encoder_attn.out_proj", y, d)
        x = norm(P, at + "encoder_attn_layer_norm", x + y)
        x = ffn(P, at, x, arch["decoder_ffn_embed_dim"][i])
    return x @ out[:, :d].T


def losses(P, task, arch, pairs):
    loss = nll = tokens = 0
    for p in pairs:
        logp = np.log(softmax(logits(P, task, arch, **p)))
        n = -logp[range(len(p["tgt"])), p["tgt"]].sum()
        nll += n
        loss += (1 - EPS) * n - EPS / logp.shape[1] * logp.sum()
        tokens += len(p["tgt"])
    return tokens, loss / tokens, nll / tokens


def slope(P, name, case):
    was = P[name]
    P[name] = was + 1j * STEP * hashed("dot:" + name, was.shape)
    loss = losses(P, *case)[1]
    P[name] = was
    return loss.imag / STEP


for space, *case in CASES:
    task, arch, pairs = case
    P = {name: initial(name, shape)
         for name, shape in shapes(space, task).items()}
    tokens, loss, nll = losses(P, *case)
    print(json.dumps({
        "space": space, "task": task, "arch": arch, "pairs": pairs,
        "label_smoothing": EPS, "tokens": tokens,
        "loss": loss.real, "nll": nll.real,
        "logits_first": logits(P, task, arch, **pairs[0])[0].real.tolist(),
        "grad": {name: {"dot": slope(P, name, case)} for name in P}}))
