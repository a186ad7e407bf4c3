"""Time PyTorch on the models of `measure-lat`: stdin arch records, stdout the
same + "torch":{"encoder","decoder" (medians in ms),"threads","version"}.

As generous as a benchmark can be: inference mode, projections of q, k, v in
one product, caches of keys and values written in place, and of what follows
the output layer nothing (no softmax, no top-k, no reordering of beams)."""
import argparse
import json
import statistics
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("torch-decode.py: no torch here")

p = argparse.ArgumentParser()
p.add_argument("--src-len", type=int, default=30)
p.add_argument("--tgt-len", type=int, default=30)
p.add_argument("--beam", type=int, default=5)
p.add_argument("--threads", type=int, default=1)
p.add_argument("--max-time", type=float, default=4)
p.add_argument("--device", default="cpu", help="cpu, cuda, xpu, ..")
p.add_argument("--half", action="store_true")
o = p.parse_args()
torch.set_num_threads(o.threads)
torch.set_default_device(o.device)
if o.half:
    torch.set_default_dtype(torch.float16)


def now():
    if o.device != "cpu":
        getattr(torch, o.device).synchronize()
    return time.perf_counter()


def linear(rows, columns, bias=True):
    return (torch.randn(rows, columns) * 0.04,
            torch.zeros(rows) if bias else None)


def norm(width):
    return torch.ones(width), torch.zeros(width)


def heads(x, n):                      # [B, T, Q] -> [B, n, T, Q / n]
    return x.view(x.shape[0], x.shape[1], n, -1).transpose(1, 2)


def attend(q, k, v):
    x = F.scaled_dot_product_attention(q, k, v)
    return x.transpose(1, 2).flatten(2)


def add_norm(x, y, n):
    return F.layer_norm(x + y, (x.shape[-1],), n[0], n[1])


class Model:
    def __init__(self, a, task):
        q, e, d = a["qkv_dim"], a["encoder_embed_dim"], a["decoder_embed_dim"]
        self.a = a
        self.table = torch.randn(task["tgt_vocab"], d) * 0.04
        self.source = torch.randn(1, o.src_len, e)
        self.encoder = [dict(
            qkv=linear(3 * q, e), out=linear(e, q), fc1=linear(f, e),
            fc2=linear(e, f), n1=norm(e), n2=norm(e), heads=h)
            for f, h in zip(a["encoder_ffn_embed_dim"],
                            a["encoder_self_attention_heads"])]
        self.decoder = [dict(
            qkv=linear(3 * q, d), out=linear(d, q), q=linear(q, d),
            kv=linear(2 * q, e), cross=linear(d, q), fc1=linear(f, d),
            fc2=linear(d, f), n1=norm(d), n2=norm(d), n3=norm(d), heads=h,
            cross_heads=c, segments=1 if s < 1 else s + 1,
            keys=torch.zeros(o.beam, h, o.tgt_len, q // h),
            values=torch.zeros(o.beam, h, o.tgt_len, q // h))
            for f, h, c, s in zip(a["decoder_ffn_embed_dim"],
                                  a["decoder_self_attention_heads"],
                                  a["decoder_ende_attention_heads"],
                                  a["decoder_arbitrary_ende_attn"])]

    def encode(self):
        x, outputs = self.source, []
        for l in self.encoder:
            q, k, v = (heads(t, l["heads"]) for t in
                       F.linear(x, *l["qkv"]).chunk(3, -1))
            x = add_norm(x, F.linear(attend(q, k, v), *l["out"]), l["n1"])
            y = F.linear(F.relu(F.linear(x, *l["fc1"])), *l["fc2"])
            x = add_norm(x, y, l["n2"])
            outputs.append(x)
        self.memory = []
        for l in self.decoder:
            m = torch.cat(outputs[::-1][:l["segments"]], 1)
            k, v = F.linear(m, *l["kv"]).chunk(2, -1)
            self.memory.append([heads(t, l["cross_heads"]).expand(
                o.beam, -1, -1, -1) for t in (k, v)])

    def step(self, t):
        x = self.table[4 + t:4 + t + o.beam].unsqueeze(1) * 22
        for l, (mk, mv) in zip(self.decoder, self.memory):
            q, k, v = (heads(y, l["heads"]) for y in
                       F.linear(x, *l["qkv"]).chunk(3, -1))
            l["keys"][:, :, t:t + 1] = k
            l["values"][:, :, t:t + 1] = v
            y = attend(q, l["keys"][:, :, :t + 1], l["values"][:, :, :t + 1])
            x = add_norm(x, F.linear(y, *l["out"]), l["n1"])
            y = attend(heads(F.linear(x, *l["q"]), l["cross_heads"]), mk, mv)
            x = add_norm(x, F.linear(y, *l["cross"]), l["n2"])
            y = F.linear(F.relu(F.linear(x, *l["fc1"])), *l["fc2"])
            x = add_norm(x, y, l["n3"])
        return F.linear(x, self.table)


for line in sys.stdin:
    record = json.loads(line)
    task = {"tgt_vocab": 32768, **record.get("task", {})}
    encoder, decoder = [], []
    with torch.inference_mode():
        model = Model(record["arch"], task)
        end = None
        while end is None or time.perf_counter() < end or len(decoder) < 3:
            a = now()
            model.encode()
            b = now()
            for t in range(o.tgt_len):
                model.step(t)
            c = now()
            if end is None:            # the first is a warm-up
                end = c + o.max_time
                continue
            encoder.append(1e3 * (b - a))
            decoder.append(1e3 * (c - b))
    record["torch"] = {"encoder": statistics.median(encoder),
                       "decoder": statistics.median(decoder),
                       "threads": o.threads, "version": torch.__version__}
    print(json.dumps(record, separators=(",", ":")), flush=True)
