"""Train by PyTorch on the updates of training-batches: stdin its records,
the first --warm not timed. stdout: {"tokens_per_s","peak_mb","loss",
"threads","version"}. bf16: its autocast.

A SubTransformer's weights are slices of the largest's. As good as stock
PyTorch gets: projections of q, k, v in one product, its own attention, fused
Adam."""
import argparse
import json
import resource
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("train.py: no torch here")

p = argparse.ArgumentParser()
p.add_argument("--warm", type=int, default=3)
p.add_argument("--threads", type=int, default=1)
p.add_argument("--dtype", choices=["fp32", "bf16"], default="fp32")
p.add_argument("--dropout", type=float, default=0.3)
p.add_argument("--src-vocab", type=int, required=True)
p.add_argument("--tgt-vocab", type=int, required=True)
p.add_argument("--share", action="store_true")
p.add_argument("--largest", type=argparse.FileType(), required=True)
o = p.parse_args()
torch.set_num_threads(o.threads)
torch.manual_seed(1)
big = json.load(o.largest)["arch"]
Q, E, D = (big[k] for k in ("qkv_dim", "encoder_embed_dim",
                            "decoder_embed_dim"))
PAD = 1


def matrix(rows, columns, normal=False):
    w = torch.empty(rows, columns)
    if normal:
        torch.nn.init.normal_(w, std=columns ** -0.5)
    else:
        torch.nn.init.xavier_uniform_(w)
    return w.requires_grad_()


def linear(rows, columns):
    return matrix(rows, columns), torch.zeros(rows, requires_grad=True)


def norm(width):
    return (torch.ones(width, requires_grad=True),
            torch.zeros(width, requires_grad=True))


def positions(width, n=1024):
    half = width // 2
    f = torch.exp(torch.arange(half) * -(torch.log(torch.tensor(1e4)) /
                                         (half - 1)))
    x = torch.arange(n).unsqueeze(1) * f
    return torch.cat([x.sin(), x.cos(), torch.zeros(n, width % 2)], 1)


tgt_table = matrix(o.tgt_vocab, D, True)
src_table = tgt_table if o.share else matrix(o.src_vocab, E, True)
output = tgt_table if o.share else matrix(o.tgt_vocab, D, True)
encoder = [dict(qkv=linear(3 * Q, E), out=linear(E, Q), fc1=linear(f, E),
                fc2=linear(E, f), n1=norm(E), n2=norm(E))
           for f in big["encoder_ffn_embed_dim"]]
decoder = [dict(qkv=linear(3 * Q, D), out=linear(D, Q), q=linear(Q, D),
                kv=linear(2 * Q, E), cross=linear(D, Q), fc1=linear(f, D),
                fc2=linear(D, f), n1=norm(D), n2=norm(D), n3=norm(D))
           for f in big["decoder_ffn_embed_dim"]]
sites = {"src": positions(E), "tgt": positions(D)}
params = list({id(t): t for t in [tgt_table, src_table, output] + [
    t for l in encoder + decoder for pair in l.values() for t in pair]}
    .values())
adam = torch.optim.Adam(params, lr=5e-4, betas=(0.9, 0.98), fused=True)


def apply(x, l, out, width):
    return F.linear(x, l[0][:out, :width], l[1][:out])


def heads(x, n):
    return x.view(x.shape[0], x.shape[1], n, -1).transpose(1, 2)


def attend(q, k, v, n, mask, causal=False):
    x = F.scaled_dot_product_attention(heads(q, n), heads(k, n), heads(v, n),
                                       mask, is_causal=causal)
    return x.transpose(1, 2).flatten(2)


def add_norm(x, y, n, p):
    d = x.shape[-1]
    return F.layer_norm(x + F.dropout(y, p), (d,), n[0][:d], n[1][:d])


def embed(ids, table, width, where, p):
    at = where[2:2 + ids.shape[1], :width]
    return F.dropout(F.embedding(ids, table[:, :width]) * width ** 0.5 + at, p)


def ffn(x, l, f, n, p):
    d = x.shape[-1]
    return add_norm(x, apply(F.relu(apply(x, l["fc1"], f, d)), l["fc2"], d, f),
                    n, p)


def loss_of(a, src, tgt):
    e, d = a["encoder_embed_dim"], a["decoder_embed_dim"]
    pe, pd = o.dropout * e / E, o.dropout * d / D
    real = src.ne(PAD)[:, None, None, :]
    x, outputs = embed(src, src_table, e, sites["src"], pe), []
    for l, f, h in zip(encoder, a["encoder_ffn_embed_dim"],
                       a["encoder_self_attention_heads"]):
        q, k, v = apply(x, l["qkv"], 3 * Q, e).chunk(3, -1)
        x = add_norm(x, apply(attend(q, k, v, h, real), l["out"], e, Q),
                     l["n1"], pe)
        x = ffn(x, l, f, l["n2"], pe)
        outputs.append(x)
    before = torch.cat([torch.full_like(tgt[:, :1], 2), tgt[:, :-1]], 1)
    x = embed(before, tgt_table, d, sites["tgt"], pd)
    for l, f, h, c, s in zip(decoder, a["decoder_ffn_embed_dim"],
                             a["decoder_self_attention_heads"],
                             a["decoder_ende_attention_heads"],
                             a["decoder_arbitrary_ende_attn"]):
        q, k, v = apply(x, l["qkv"], 3 * Q, d).chunk(3, -1)
        x = add_norm(x, apply(attend(q, k, v, h, None, True), l["out"], d, Q),
                     l["n1"], pd)
        n = 1 if s < 1 else s + 1
        memory = torch.cat(outputs[::-1][:n], 1)
        k, v = apply(memory, l["kv"], 2 * Q, e).chunk(2, -1)
        y = attend(apply(x, l["q"], Q, d), k, v, c, real.repeat(1, 1, 1, n))
        x = add_norm(x, apply(y, l["cross"], d, Q), l["n2"], pd)
        x = ffn(x, l, f, l["n3"], pd)
    # only real targets go through the output layer
    keep = tgt.ne(PAD)
    return F.cross_entropy(F.linear(x[keep], output[:, :d]), tgt[keep],
                           reduction="sum", label_smoothing=0.1)


def padded(rows):
    return torch.nn.utils.rnn.pad_sequence(
        [torch.tensor(r) for r in rows], True, PAD)


updates = [(u["arch"], padded(u["src"]), padded(u["tgt"]), u["tokens"])
           for u in map(json.loads, sys.stdin)]
tokens = total = 0
for i, (a, src, tgt, n) in enumerate(updates):
    if i == o.warm:
        start = time.perf_counter()
    adam.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, o.dtype == "bf16"):
        loss = loss_of(a, src, tgt)
    (loss / n).backward()
    adam.step()
    if i >= o.warm:
        tokens += n
        total += loss.item()
json.dump({"tokens_per_s": tokens / (time.perf_counter() - start),
           "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss *
           1024 / 1e6, "loss": total / tokens, "threads": o.threads,
           "version": torch.__version__}, sys.stdout)
print()
