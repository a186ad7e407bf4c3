"""The elastic Transformer of the golden numbers, written for arrays of NumPy and
tensors of PyTorch alike; float64, or complex where derivatives are taken by a
complex step.

The super weights come from a formula: key = 32-bit FNV-1a of the tensor's name;
element i (row-major in the super tensor) hashes to u in [-0.5, 0.5), see
hashed(). A weight is an affine function of u, see initial(), computed in double
and rounded to float32. Nothing is padded and no dropout is used: each sentence
is computed by itself.
"""
import math
import sys

import numpy as np

EPS = 0.1       # label smoothing
EOS = 2
SIDES = ("encoder", "decoder")

# What several models translate: separate tables, one table.
TASK1 = {
    "src_vocab": 37, "tgt_vocab": 41, "share_all_embeddings": False,
    "super_encoder_embed_dim": 48, "super_decoder_embed_dim": 40}
PAIRS1 = [
    {"src": [5, 36, 17, 5, 9, 2], "tgt": [40, 7, 23, 2]},
    {"src": [11, 2], "tgt": [12, 12, 3, 31, 8, 19, 27, 40, 2]},
    {"src": [30, 4, 22, 3, 13, 36, 28, 9, 2], "tgt": [6, 2]},
    {"src": [14, 25, 7, 2], "tgt": [33, 4, 18, 7, 26, 2]}]
TASK2 = {
    "src_vocab": 43, "tgt_vocab": 43, "share_all_embeddings": True,
    "super_encoder_embed_dim": 41, "super_decoder_embed_dim": 41}
PAIRS2 = [
    {"src": [42, 8, 19, 2], "tgt": [8, 42, 33, 10, 21, 2]},
    {"src": [6, 27, 15, 4, 38, 11, 6, 20, 2], "tgt": [15, 27, 2]},
    {"src": [3, 2], "tgt": [39, 2]},
    {"src": [24, 31, 5, 12, 7, 2], "tgt": [9, 16, 24, 3, 5, 37, 41, 13, 2]}]

# ---------------------------------------------------------- super weights


def shapes(space, task):
    """Names and shapes of all super tensors."""
    q, s = space["qkv_dim"], {}
    width = {side: task[f"super_{side}_embed_dim"] for side in SIDES}
    if task["share_all_embeddings"]:
        assert width["encoder"] == width["decoder"]
        assert task["src_vocab"] == task["tgt_vocab"]
        s["embed_tokens.weight"] = (task["src_vocab"], width["encoder"])
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

    def lsra(at, side, w):
        half, inner = w // 2, q // 2
        heads = max(space[side + "_self_attention_heads_choice"])
        linear(at + "lsra.in_proj", 3 * inner, half)
        s[at + "lsra.out_proj.weight"] = (half, inner)
        linear(at + "lsra.conv_in",
               (1 + space.get("conv_glu", 0)) * inner, w - half)
        s[at + "lsra.conv.weight"] = (
            heads, max(space[side + "_conv_kernel_choice"]))
        s[at + "lsra.conv_out.weight"] = (w - half, inner)
        s[at + "lsra.out.bias"] = (w,)
        norm(at + "lsra_layer_norm", w)

    for side, w in width.items():
        ffn = max(space[side + "_ffn_embed_dim_choice"])
        kernels = space.get(side + "_conv_kernel_choice", [0])
        for i in range(max(space[side + "_layer_num_choice"])):
            at = f"{side}.layers.{i}."
            if 0 in kernels:
                linear(at + "self_attn.in_proj", 3 * q, w)
                linear(at + "self_attn.out_proj", w, q)
                norm(at + "self_attn_layer_norm", w)
            if max(kernels):
                lsra(at, side, w)
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
    """u for each element of a tensor of this name."""
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
    return w.astype(np.float32).astype(np.float64)

# ----------------------------------------------------------------- layers


def lib(x):
    """The library whose array x is."""
    return np if isinstance(x, np.ndarray) else sys.modules["torch"]


def constant(x, array):
    """A constant beside x."""
    return array if lib(x) is np else x.new_tensor(array)


def linear(P, name, x, rows, bias=True):
    """The first rows and columns of a linear layer."""
    y = x @ P[name + ".weight"][:rows, :x.shape[1]].T
    return y + P[name + ".bias"][:rows] if bias else y


def norm(P, name, x):
    n = x.shape[1]
    y = x - x.sum(1)[:, None] / n
    y = y / lib(x).sqrt((y * y).sum(1)[:, None] / n + 1e-5)
    return y * P[name + ".weight"][:n] + P[name + ".bias"][:n]


def softmax(x):
    e = lib(x).exp(x - lib(x).amax(x.real, 1)[:, None])
    return e / e.sum(1)[:, None]


def attention(q, k, v, heads, causal):
    """q [m, qkv], k and v [n, qkv] -> [m, qkv], a block of columns a head."""
    m, n, width, out = q.shape[0], k.shape[0], q.shape[1] // heads, []
    assert width * heads == q.shape[1]
    future = constant(q, np.triu(np.full((m, n), -1e30), 1))
    for j in range(heads):
        c = slice(j * width, (j + 1) * width)
        score = q[:, c] @ k[:, c].T * width**-0.5
        out.append(softmax(score + future if causal else score) @ v[:, c])
    return lib(q).concatenate(out, 1)


def attend(P, at, x, heads, causal):
    """Self-attention before its output projection."""
    qkv = linear(P, at + "in_proj", x, None)
    n = qkv.shape[1] // 3
    return attention(qkv[:, :n], qkv[:, n:2 * n], qkv[:, 2 * n:], heads,
                     causal)


def self_attention(P, at, x, heads, causal):
    return linear(P, at + "out_proj", attend(P, at, x, heads, causal),
                  x.shape[1])


def cross_attention(P, at, x, memory, heads):
    q = linear(P, at + "q_proj", x, None)
    k = linear(P, at + "k_proj", memory, None)
    v = linear(P, at + "v_proj", memory, None)
    return linear(P, at + "out_proj", attention(q, k, v, heads, False),
                  x.shape[1])


def ffn(P, at, x, hidden):
    y = linear(P, at + "fc1", x, hidden)
    return linear(P, at + "fc2", y * (y.real > 0), x.shape[1])


def embed(table, ids, width, super_width):
    half = super_width // 2
    angle = np.arange(2, 2 + len(ids))[:, None] * np.exp(
        -np.arange(half) * math.log(10000) / (half - 1))
    pos = np.zeros((len(ids), super_width))
    pos[:, :half], pos[:, half:2 * half] = np.sin(angle), np.cos(angle)
    return (math.sqrt(width) * table[ids, :width] +
            constant(table, pos[:, :width]))


def plain_first(P, at, arch, side, i, x):
    """The layer's first sub-layer: self-attention."""
    y = self_attention(P, at + "self_attn.", x,
                       arch[side + "_self_attention_heads"][i],
                       side == "decoder")
    return norm(P, at + "self_attn_layer_norm", x + y)


def logits(P, task, arch, src, tgt, first=plain_first):
    """[target length, target vocabulary] of one pair, teacher-forced."""
    shared = task["share_all_embeddings"]
    table = {side: P["embed_tokens.weight" if shared else
                     side + ".embed_tokens.weight"] for side in SIDES}
    out = table["decoder"] if shared else P["decoder.output_projection.weight"]

    def embedded(side, ids):
        return embed(table[side], ids, arch[side + "_embed_dim"],
                     task[f"super_{side}_embed_dim"])

    x, outs = embedded("encoder", src), []
    for i in range(arch["encoder_layer_num"]):
        at = f"encoder.layers.{i}."
        x = first(P, at, arch, "encoder", i, x)
        y = ffn(P, at, x, arch["encoder_ffn_embed_dim"][i])
        x = norm(P, at + "final_layer_norm", x + y)
        outs.append(x)
    x = embedded("decoder", [EOS] + tgt[:-1])
    for i in range(arch["decoder_layer_num"]):
        at = f"decoder.layers.{i}."
        count = {-1: 1, 1: 2, 2: 3}[arch["decoder_arbitrary_ende_attn"][i]]
        assert count <= len(outs)
        memory = lib(x).concatenate(outs[:-count - 1:-1])  # the last first
        x = first(P, at, arch, "decoder", i, x)
        y = cross_attention(P, at + "encoder_attn.", x, memory,
                            arch["decoder_ende_attention_heads"][i])
        x = norm(P, at + "encoder_attn_layer_norm", x + y)
        y = ffn(P, at, x, arch["decoder_ffn_embed_dim"][i])
        x = norm(P, at + "final_layer_norm", x + y)
    return x @ out[:, :x.shape[1]].T


def losses(P, task, arch, pairs, first=plain_first):
    """Tokens, and the batch's mean label-smoothed loss and nll."""
    loss = nll = tokens = 0
    for p in pairs:
        y = softmax(logits(P, task, arch, **p, first=first))
        logp = lib(y).log(y)
        n = -logp[range(len(p["tgt"])), p["tgt"]].sum()
        nll = nll + n
        loss = loss + (1 - EPS) * n - EPS / logp.shape[1] * logp.sum()
        tokens += len(p["tgt"])
    return tokens, loss / tokens, nll / tokens
