#!/usr/bin/env python3
"""Golden numbers for the elastic Transformer, computed independently in PyTorch.

For three cases (space, task, arch, four sentence pairs) this builds the super
weights from a formula, runs the SubTransformer forward and backward in float64
on the CPU, and prints one JSON object a line: the mean label-smoothed loss and
the mean nll in nats per target token, the logits of the first target position
of the first pair, and for every super tensor two digests of the gradient of
the mean loss (full shape, zero where the arch does not reach): "norm", its L2
norm, and "dot", its inner product with the weights hashed("dot:" + name).

The formula of the weights and the model: elastic.py. The weights of "dot" are
hashed("dot:" + name), not rounded.

    pip install numpy torch
    python3 make-golden.py >golden.jsonl
    python3 make-golden.py --check    # compare with torch's attention and with
                                      # finite differences; prints no records
"""
import json
import sys

import torch
import torch.nn.functional as F

from elastic import (EPS, PAIRS1, PAIRS2, TASK1, TASK2, cross_attention, hashed, initial, logits, losses,
                     self_attention, shapes)

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

# ---------------------------------------------------------------- records


def super_weights(space, task):
    return {name: torch.tensor(initial(name, shape)).requires_grad_()
            for name, shape in shapes(space, task).items()}


def gradients(P, loss):
    g = torch.autograd.grad(loss, P.values(), allow_unused=True)
    return {name: torch.zeros_like(P[name]) if x is None else x
            for name, x in zip(P, g)}


def record(space, task, arch, pairs):
    P = super_weights(space, task)
    tokens, loss, nll = losses(P, task, arch, pairs)
    grad = {name: {"norm": (g * g).sum().sqrt().item(),
                   "dot": (g * torch.tensor(hashed("dot:" + name, g.shape)))
                   .sum().item()}
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
