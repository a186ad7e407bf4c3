#!/usr/bin/env python3
"""Golden numbers for the elastic Transformer, computed independently in PyTorch.

For three cases (space, task, arch, four sentence pairs) this builds the super
weights from a formula, runs the SubTransformer forward and backward in float64
on the CPU, and prints one JSON object a line: the mean label-smoothed loss and
the mean nll in nats per target token, the logits of the first target position
of the first pair, and for every super tensor two digests of the gradient of
the mean loss (full shape, zero where the arch does not reach): "norm", its L2
norm, and "dot", its inner product with the weights hashed("dot:" + name).

The formula: key = 32-bit FNV-1a of the tensor's name; element i (row-major in
the super tensor) hashes to u in [-0.5, 0.5), see hashed(). A weight is an
affine function of u, see initial(), computed in double and rounded to float32.
The weights of "dot" are u itself, not rounded.

Nothing is padded and no dropout is used: each sentence is computed by itself.

    pip install torch
    python3 make-golden.py >golden.jsonl
    python3 make-golden.py --check    # compare with torch's attention and with
                                      # finite differences; prints no records
"""
import json
import math
import sys

import torch
import torch.nn.functional as F

EPS = 0.1       # label smoothing
EOS = 2
HEADS = {"self": "self_attention_heads", "ende": "ende_attention_heads"}

# ------------------------------------------------------------------ cases

SPACE1 = {
    "name": "golden-separate", "qkv_dim": 24,
    "encoder_embed_choice": [48, 32], "decoder_embed_choice": [40, 24],
    "encoder_layer_num_choice": [3], "decoder_layer_num_choice": [4, 3, 2, 1],
    "encoder_ffn_embed_dim_choice": [64, 40, 16],
    "decoder_ffn_embed_dim_choice": [56, 40, 16],
    "encoder_self_attention_heads_choice": [4, 2, 1],
    "decoder_self_attention_heads_choice": [4, 2, 1],
    "decoder_ende_attention_heads_choice": [4, 2, 1],
    "decoder_arbitrary_ende_attn_choice": [-1, 1, 2]}
TASK1 = {
    "src_vocab": 37, "tgt_vocab": 41, "share_all_embeddings": False,
    "super_encoder_embed_dim": 48, "super_decoder_embed_dim": 40}
ARCH1 = {
    "qkv_dim": 24,
    "encoder_embed_dim": 32, "encoder_layer_num": 3,
    "encoder_ffn_embed_dim": [40, 64, 16],
    "encoder_self_attention_heads": [2, 4, 1],
    "decoder_embed_dim": 24, "decoder_layer_num": 3,
    "decoder_ffn_embed_dim": [16, 56, 40],
    "decoder_self_attention_heads": [4, 1, 2],
    "decoder_ende_attention_heads": [1, 2, 4],
    "decoder_arbitrary_ende_attn": [2, 1, -1]}
PAIRS1 = [
    {"src": [5, 36, 17, 5, 9, 2], "tgt": [40, 7, 23, 2]},
    {"src": [11, 2], "tgt": [12, 12, 3, 31, 8, 19, 27, 40, 2]},
    {"src": [30, 4, 22, 3, 13, 36, 28, 9, 2], "tgt": [6, 2]},
    {"src": [14, 25, 7, 2], "tgt": [33, 4, 18, 7, 26, 2]}]

# Odd super width: the sinusoids' last column is zero, and the arch uses it.
SPACE2 = {
    "name": "golden-shared", "qkv_dim": 24,
    "encoder_embed_choice": [41, 28], "decoder_embed_choice": [41, 28],
    "encoder_layer_num_choice": [3, 2], "decoder_layer_num_choice": [3, 2],
    "encoder_ffn_embed_dim_choice": [64, 40, 16],
    "decoder_ffn_embed_dim_choice": [48, 32],
    "encoder_self_attention_heads_choice": [8, 3],
    "decoder_self_attention_heads_choice": [4, 2],
    "decoder_ende_attention_heads_choice": [6, 2],
    "decoder_arbitrary_ende_attn_choice": [-1, 1]}
TASK2 = {
    "src_vocab": 43, "tgt_vocab": 43, "share_all_embeddings": True,
    "super_encoder_embed_dim": 41, "super_decoder_embed_dim": 41}
ARCH2 = {
    "qkv_dim": 24,
    "encoder_embed_dim": 28, "encoder_layer_num": 2,
    "encoder_ffn_embed_dim": [40, 16],
    "encoder_self_attention_heads": [3, 8],
    "decoder_embed_dim": 41, "decoder_layer_num": 2,
    "decoder_ffn_embed_dim": [32, 48],
    "decoder_self_attention_heads": [2, 4],
    "decoder_ende_attention_heads": [6, 2],
    "decoder_arbitrary_ende_attn": [1, -1]}
PAIRS2 = [
    {"src": [42, 8, 19, 2], "tgt": [8, 42, 33, 10, 21, 2]},
    {"src": [6, 27, 15, 4, 38, 11, 6, 20, 2], "tgt": [15, 27, 2]},
    {"src": [3, 2], "tgt": [39, 2]},
    {"src": [24, 31, 5, 12, 7, 2], "tgt": [9, 16, 24, 3, 5, 37, 41, 13, 2]}]


def largest(space):
    """The arch with the largest value of every choice."""
    top = {k[:-len("_choice")]: max(v) for k, v in space.items()
           if k.endswith("_choice")}
    arch = {"qkv_dim": space["qkv_dim"]}
    for side, kinds in (("encoder", ("ffn_embed_dim", HEADS["self"])),
                        ("decoder", ("ffn_embed_dim", HEADS["self"],
                                     HEADS["ende"], "arbitrary_ende_attn"))):
        arch[side + "_embed_dim"] = top[side + "_embed"]
        n = arch[side + "_layer_num"] = top[side + "_layer_num"]
        for kind in kinds:
            arch[f"{side}_{kind}"] = [top[f"{side}_{kind}"]] * n
    return arch


CASES = [(SPACE1, TASK1, ARCH1, PAIRS1),
         (SPACE2, TASK2, ARCH2, PAIRS2),
         (SPACE1, TASK1, largest(SPACE1), PAIRS1)]

# ---------------------------------------------------------- super weights


def shapes(space, task):
    """Names and shapes of all super tensors."""
    E, D = task["super_encoder_embed_dim"], task["super_decoder_embed_dim"]
    q = space["qkv_dim"]
    s = {}
    if task["share_all_embeddings"]:
        assert E == D and task["src_vocab"] == task["tgt_vocab"]
        s["embed_tokens.weight"] = (task["src_vocab"], E)
    else:
        s["encoder.embed_tokens.weight"] = (task["src_vocab"], E)
        s["decoder.embed_tokens.weight"] = (task["tgt_vocab"], D)
        s["decoder.output_projection.weight"] = (task["tgt_vocab"], D)

    def linear(name, rows, cols):
        s[name + ".weight"], s[name + ".bias"] = (rows, cols), (rows,)

    def norm(name, n):
        s[name + ".weight"], s[name + ".bias"] = (n,), (n,)

    for side, W in (("encoder", E), ("decoder", D)):
        ffn = max(space[side + "_ffn_embed_dim_choice"])
        for i in range(max(space[side + "_layer_num_choice"])):
            at = f"{side}.layers.{i}."
            linear(at + "self_attn.in_proj", 3 * q, W)
            linear(at + "self_attn.out_proj", W, q)
            norm(at + "self_attn_layer_norm", W)
            if side == "decoder":
                linear(at + "encoder_attn.q_proj", q, D)
                linear(at + "encoder_attn.k_proj", q, E)
                linear(at + "encoder_attn.v_proj", q, E)
                linear(at + "encoder_attn.out_proj", D, q)
                norm(at + "encoder_attn_layer_norm", D)
            linear(at + "fc1", ffn, W)
            linear(at + "fc2", W, ffn)
            norm(at + "final_layer_norm", W)
    return s


def hashed(name, shape):
    """u for each element of a tensor of this name, float64."""
    key = 2166136261
    for c in name.encode():
        key = (key ^ c) * 16777619 & 0xffffffff
    u = []
    for i in range(math.prod(shape)):
        x = key + i * 2654435761 & 0xffffffff
        x = (x ^ x >> 16) * 0x7feb352d & 0xffffffff
        x = (x ^ x >> 15) * 0x846ca68b & 0xffffffff
        u.append((x ^ x >> 16) / 2**32 - 0.5)
    return torch.tensor(u, dtype=torch.float64).reshape(shape)


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
    return w.float().double()

# ------------------------------------------------------------------ model


def linear(P, name, x, rows):
    """The first rows and columns of a linear layer."""
    w, b = P[name + ".weight"], P[name + ".bias"]
    return x @ w[:rows, :x.shape[1]].T + b[:rows]


def norm(P, name, x):
    n = x.shape[1]
    y = x - x.mean(1, keepdim=True)
    y = y / torch.sqrt((y * y).mean(1, keepdim=True) + 1e-5)
    return y * P[name + ".weight"][:n] + P[name + ".bias"][:n]


def attention(q, k, v, heads, causal):
    """q [m, qkv], k and v [n, qkv] -> [m, qkv], a block of columns a head."""
    m, n, width = q.shape[0], k.shape[0], q.shape[1] // heads
    assert width * heads == q.shape[1]
    out = []
    for j in range(heads):
        c = slice(j * width, (j + 1) * width)
        score = (q[:, c] * width**-0.5) @ k[:, c].T
        if causal:
            future = torch.ones(m, n, dtype=torch.bool).triu(1)
            score = score.masked_fill(future, -math.inf)
        out.append(torch.softmax(score, 1) @ v[:, c])
    return torch.cat(out, 1)


def self_attention(P, at, x, heads, causal):
    q, k, v = linear(P, at + "in_proj", x, None).chunk(3, 1)
    y = attention(q, k, v, heads, causal)
    return linear(P, at + "out_proj", y, x.shape[1])


def cross_attention(P, at, x, memory, heads):
    q = linear(P, at + "q_proj", x, None)
    k = linear(P, at + "k_proj", memory, None)
    v = linear(P, at + "v_proj", memory, None)
    y = attention(q, k, v, heads, False)
    return linear(P, at + "out_proj", y, x.shape[1])


def ffn(P, at, x, hidden):
    y = torch.relu(linear(P, at + "fc1", x, hidden))
    return linear(P, at + "fc2", y, x.shape[1])


def embed(table, ids, width, super_width):
    half = super_width // 2
    k = torch.arange(half, dtype=torch.float64)
    p = torch.arange(2, 2 + len(ids), dtype=torch.float64)
    angle = p[:, None] * torch.exp(-k * math.log(10000) / (half - 1))
    pos = torch.zeros(len(ids), super_width, dtype=torch.float64)
    pos[:, :half], pos[:, half:2 * half] = torch.sin(angle), torch.cos(angle)
    return math.sqrt(width) * table[ids, :width] + pos[:, :width]


def logits(P, task, arch, src, tgt):
    """[target length, target vocabulary] of one pair, teacher-forced."""
    if task["share_all_embeddings"]:
        enc_table = dec_table = out_table = P["embed_tokens.weight"]
    else:
        enc_table = P["encoder.embed_tokens.weight"]
        dec_table = P["decoder.embed_tokens.weight"]
        out_table = P["decoder.output_projection.weight"]

    x = embed(enc_table, src, arch["encoder_embed_dim"],
              task["super_encoder_embed_dim"])
    outs = []
    for i in range(arch["encoder_layer_num"]):
        at = f"encoder.layers.{i}."
        y = self_attention(P, at + "self_attn.", x,
                           arch["encoder_self_attention_heads"][i], False)
        x = norm(P, at + "self_attn_layer_norm", x + y)
        y = ffn(P, at, x, arch["encoder_ffn_embed_dim"][i])
        x = norm(P, at + "final_layer_norm", x + y)
        outs.append(x)

    d = arch["decoder_embed_dim"]
    x = embed(dec_table, [EOS] + tgt[:-1], d, task["super_decoder_embed_dim"])
    for i in range(arch["decoder_layer_num"]):
        at = f"decoder.layers.{i}."
        count = {-1: 1, 1: 2, 2: 3}[arch["decoder_arbitrary_ende_attn"][i]]
        assert count <= len(outs)
        memory = torch.cat(outs[:-count - 1:-1])    # the last layer first
        y = self_attention(P, at + "self_attn.", x,
                           arch["decoder_self_attention_heads"][i], True)
        x = norm(P, at + "self_attn_layer_norm", x + y)
        y = cross_attention(P, at + "encoder_attn.", x, memory,
                            arch["decoder_ende_attention_heads"][i])
        x = norm(P, at + "encoder_attn_layer_norm", x + y)
        y = ffn(P, at, x, arch["decoder_ffn_embed_dim"][i])
        x = norm(P, at + "final_layer_norm", x + y)
    return x @ out_table[:, :d].T


def losses(P, task, arch, pairs):
    """Tokens, and the batch's mean label-smoothed loss and nll."""
    loss = nll = tokens = 0
    for p in pairs:
        logp = torch.log_softmax(logits(P, task, arch, **p), 1)
        n = -logp[range(len(p["tgt"])), p["tgt"]].sum()
        nll = nll + n
        loss = loss + (1 - EPS) * n - EPS / logp.shape[1] * logp.sum()
        tokens += len(p["tgt"])
    return tokens, loss / tokens, nll / tokens

# ---------------------------------------------------------------- records


def super_weights(space, task):
    return {name: initial(name, shape).requires_grad_()
            for name, shape in shapes(space, task).items()}


def gradients(P, loss):
    g = torch.autograd.grad(loss, P.values(), allow_unused=True)
    return {name: torch.zeros_like(P[name]) if x is None else x
            for name, x in zip(P, g)}


def record(space, task, arch, pairs):
    P = super_weights(space, task)
    tokens, loss, nll = losses(P, task, arch, pairs)
    grad = {name: {"norm": (g * g).sum().sqrt().item(),
                   "dot": (g * hashed("dot:" + name, g.shape)).sum().item()}
            for name, g in gradients(P, loss).items()}
    return {"space": space, "task": task, "arch": arch, "pairs": pairs,
            "label_smoothing": EPS, "tokens": tokens,
            "loss": loss.item(), "nll": nll.item(),
            "logits_first": logits(P, task, arch, **pairs[0])[0].tolist(),
            "grad": grad}

# ----------------------------------------------------------------- checks


def check_attention():
    """Case 1, decoder layer 0 (width = qkv_dim) against torch's attention."""
    space, task, arch, _ = CASES[0]
    P = super_weights(space, task)
    d, e, at = 24, 32, "decoder.layers.0."
    g = torch.Generator().manual_seed(1)
    x = torch.randn(7, d, dtype=torch.float64, generator=g)
    memory = torch.randn(11, e, dtype=torch.float64, generator=g)
    mask = torch.ones(7, 7, dtype=torch.bool).triu(1)
    worst = 0
    for heads in (1, 2, 4):
        for name, causal in (("self_attn.", False), ("self_attn.", True),
                             ("encoder_attn.", False)):
            w = {k[len(at + name):]: v for k, v in P.items()
                 if k.startswith(at + name)}
            both = dict(embed_dim_to_check=d, num_heads=heads,
                        bias_k=None, bias_v=None, add_zero_attn=False,
                        dropout_p=0.0, need_weights=False,
                        out_proj_weight=w["out_proj.weight"][:d],
                        out_proj_bias=w["out_proj.bias"][:d])
            if name == "self_attn.":
                mine = self_attention(P, at + name, x, heads, causal)
                theirs, _ = F.multi_head_attention_forward(
                    x, x, x, in_proj_weight=w["in_proj.weight"][:, :d],
                    in_proj_bias=w["in_proj.bias"],
                    attn_mask=mask if causal else None, **both)
            else:
                mine = cross_attention(P, at + name, x, memory, heads)
                theirs, _ = F.multi_head_attention_forward(
                    x, memory, memory, in_proj_weight=None,
                    in_proj_bias=torch.cat([w[c + "_proj.bias"]
                                            for c in "qkv"]),
                    use_separate_proj_weight=True,
                    q_proj_weight=w["q_proj.weight"][:, :d],
                    k_proj_weight=w["k_proj.weight"][:, :e],
                    v_proj_weight=w["v_proj.weight"][:, :e], **both)
            worst = max(worst, (mine - theirs).abs().max().item())
    print(f"attention: largest difference {worst:.1e}")
    assert worst < 1e-13


def check_gradient(case):
    """Central differences at two elements of every tensor: the one with the
    largest gradient, and one anywhere (perhaps outside the slice)."""
    space, task, arch, pairs = case
    P = super_weights(space, task)
    grad = gradients(P, losses(P, task, arch, pairs)[1])
    g = torch.Generator().manual_seed(1)
    worst = count = 0
    with torch.no_grad():
        for name, w in P.items():
            anywhere = torch.randint(w.numel(), (), generator=g).item()
            for i in (grad[name].abs().argmax().item(), anywhere):
                flat, was, h, f = w.view(-1), w.view(-1)[i].item(), 1e-5, []
                for step in (h, -h):
                    flat[i] = was + step
                    f.append(losses(P, task, arch, pairs)[1].item())
                flat[i] = was
                got = grad[name].view(-1)[i].item()
                worst = max(worst, abs((f[0] - f[1]) / (2 * h) - got))
                count += 1
    print(f"gradient of {count} elements: largest difference {worst:.1e}")
    assert worst < 1e-8


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--check"]:
        check_attention()
        for case in CASES:
            check_gradient(case)
    elif len(sys.argv) > 1:
        sys.exit("usage: make-golden.py [--check]")
    else:
        for case in CASES:
            print(json.dumps(record(*case)))
