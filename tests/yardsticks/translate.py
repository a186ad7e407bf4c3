#!/usr/bin/env python3
"""Throughput of `translate` beside CTranslate2's: same weights, same text.

For each model, type, beam and number of cores, sentences and target tokens
(</s> counted) a second from the first sentence handed over to the last one
received, by a process that has loaded its model and answered a sentence, and
the share of equal hypotheses. CTranslate2 runs with the best of several batch
sizes and of its ways to use threads, found on a part of the text. The best of
--rounds, taken in turns.

Models: `tiny` (128/256, 4+4 layers, vocabulary 10,000) and `mid` (512/2048,
6+6, 32,000), both with random weights, every sentence decoded for as many
steps as the option says; or one of your own, with its text, to its own ends.
"""
import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

BIN = os.environ.get("MILLINER_BIN", "build/cc/bin")
CT2 = [sys.executable, os.path.join(os.path.dirname(__file__), "ct2.py")]
SHAPES = {  # width, FFN, layers, heads, vocabulary, source words, steps
    "tiny": (128, 256, 4, 4, 10000, (4, 24), 15),
    "mid": (512, 2048, 6, 8, 32000, (8, 48), 28),
}


def arch(width, ffn, layers, heads):
    a = {"qkv_dim": width}
    for side in "encoder", "decoder":
        a[side + "_embed_dim"] = width
        a[side + "_layer_num"] = layers
        a[side + "_ffn_embed_dim"] = [ffn] * layers
        a[side + "_self_attention_heads"] = [heads] * layers
    a["decoder_ende_attention_heads"] = [heads] * layers
    a["decoder_arbitrary_ende_attn"] = [-1] * layers
    return {"arch": a}


def make(name, folder):
    """A model with the weights that training starts from, and a text."""
    width, ffn, layers, heads, vocab, words, steps = SHAPES[name]
    path = os.path.join(folder, name)
    rng = random.Random(1)
    with open(path + ".dict", "w") as f:
        f.writelines(f"w{i} 1\n" for i in range(vocab - 4))
    with open(path + ".arch", "w") as f:
        json.dump(arch(width, ffn, layers, heads), f)
    subprocess.run(
        [BIN + "/train-sub", "-q", "--arch", path + ".arch", "--src-dict",
         path + ".dict", "--share-all-embeddings", "--max-update", "1",
         "--lr", "1e-9", "-o", path + ".safetensors"],
        input=b'{"src":[5,2],"tgt":[5,2]}\n', check=True,
        stdout=subprocess.DEVNULL)
    text = [" ".join(f"w{rng.randrange(vocab - 4)}" for _ in range(
        rng.randint(*words))) for _ in range(3000)]
    return path + ".safetensors", text, steps


def ours(weights, text, o):
    """Hypotheses, seconds to translate, seconds of the whole process."""
    length = (["--max-len-a", "0", "--max-len-b", str(o["steps"] - 1),
               "--min-len", str(o["steps"] - 1)] if o["steps"]
              else ["--max-len-a", "0", "--max-len-b", "255"])
    start = time.monotonic()
    p = subprocess.Popen(
        [BIN + "/translate", "-q", "-t", "-w", weights, "--beam",
         str(o["beam"]), "--dtype", {"float32": "fp32"}.get(
             o["type"], o["type"]), "--threads", str(o["cores"])]
        + (["--batch", "1"] if o["singly"] else [])
        + (["--isa", o["isa"]] if o["isa"] else []) + length,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    p.stdin.write(text[0] + "\n")
    p.stdin.flush()
    p.stdout.readline()
    loaded = time.monotonic()

    def feed():
        p.stdin.write("\n".join(text) + "\n")
        p.stdin.close()
    threading.Thread(target=feed).start()
    out = [line.split() for line in p.stdout]
    done = time.monotonic()
    if p.wait():
        sys.exit("translate failed")
    return out, done - loaded, time.monotonic() - start


def theirs(folder, text, o, way):
    batch_type, batch, inter = way
    run = dict(o, inter=inter, intra=o["cores"] // inter, batch=batch,
               batch_type=batch_type, lenpen=1,
               min=o["steps"] or 1, max=o["steps"] or 256)
    isa = (o["isa"] or "").upper()
    p = subprocess.run(
        CT2 + ["run", folder, json.dumps(run)], text=True,
        input="\n".join(text) + "\n", capture_output=True,
        env=dict(os.environ, CT2_FORCE_CPU_ISA=isa, ONEDNN_MAX_CPU_ISA=isa,
                 MKL_ENABLE_INSTRUCTIONS=isa) if isa else None)
    if p.returncode:
        sys.exit(p.stderr)
    times = json.loads(p.stderr.splitlines()[-1])
    out = [line.split() for line in p.stdout.splitlines()]
    return out, times["seconds"], times["load"] + times["seconds"]


def best_way(folder, text, o):
    if o["singly"]:
        return "examples", 1, 1
    ways = [(t, b, i) for (t, b), i in itertools.product(
        [("examples", 16), ("examples", 32), ("examples", 64),
         ("tokens", 1024), ("tokens", 2048)],
        sorted({1, o["cores"]}))]
    return min(ways, key=lambda way: theirs(folder, text, o, way)[1])


def row(model, weights, folder, text, o, tune):
    way = best_way(folder, text[:tune], o)
    runs = [(ours(weights, text, o), theirs(folder, text, o, way))
            for _ in range(o["rounds"])]   # in turns: the machine drifts
    (a, a_s, a_all), (b, b_s, b_all) = [
        min(side, key=lambda run: run[1]) for side in zip(*runs)]
    if o["steps"]:     # what is forced to end differs in its last word
        a, b = [x[:o["steps"] - 1] for x in a], [x[:o["steps"] - 1] for x in b]
        tokens = len(text) * o["steps"], len(text) * o["steps"]
    else:
        tokens = [sum(len(x) + 1 for x in side) for side in (a, b)]
    equal = 100 * sum(x == y for x, y in zip(a, b)) / len(text)
    print(f"{model:8} {o['type']:8} {o['beam']:4} {o['cores']:5} "
          f"{len(text) / a_s:8.1f} {len(text) / b_s:8.1f} "
          f"{tokens[0] / a_s:9.0f} {tokens[1] / b_s:9.0f} {b_s / a_s:6.2f} "
          f"{a_all:8.2f} {b_all:8.2f} {equal:6.1f}%  "
          f"{way[0]} {way[1]}, {way[2]} x {o['cores'] // way[2]}",
          flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.
                                RawDescriptionHelpFormatter)
    p.add_argument("--models", default="tiny,mid")
    p.add_argument("--weights", help="a model of your own")
    p.add_argument("--text", help="segmented text for it")
    p.add_argument("--types", default="float32,int8")
    p.add_argument("--beams", default="1,5")
    p.add_argument("--cores", default="1,2")
    p.add_argument("--sentences", type=int, default=3000)
    p.add_argument("--singly", action="store_true",
                   help="a sentence at a time, as a user waits for it")
    p.add_argument("--isa", choices=["avx2"],
                   help="both as on a CPU with no more than that")
    p.add_argument("--rounds", type=int, default=2,
                   help="the best of so many, in turns")
    p.add_argument("--tune", type=int, default=320,
                   help="sentences to choose CTranslate2's batches on")
    o = p.parse_args()
    try:
        import ctranslate2
    except ImportError:
        print("bench-translate: skipped: Python has no ctranslate2")
        return
    print(f"CTranslate2 {ctranslate2.__version__}; ratio: its time over ours; "
          f"all s: with loading (its Python not counted)")
    print("model    type     beam cores   sent/s     CT2     tok/s       CT2 "
          " ratio    all s      CT2   equal  CT2's batches, threads")
    with tempfile.TemporaryDirectory() as folder:
        for model in [o.weights] if o.weights else o.models.split(","):
            if o.weights:
                with open(o.text) as f:
                    text = [line for line in f.read().splitlines() if line]
                made = o.weights, text, 0
            else:
                made = make(model, folder)
            weights, text, steps = made
            ct2 = os.path.join(folder, "ct2")
            subprocess.run(CT2 + ["convert", weights, ct2], check=True)
            for kind, beam, cores in itertools.product(
                    o.types.split(","), o.beams.split(","),
                    o.cores.split(",")):
                row(os.path.basename(model)[:8], weights, ct2,
                    text[:o.sentences], {
                        "type": kind, "beam": int(beam), "cores": int(cores),
                        "steps": steps, "rounds": o.rounds,
                        "singly": o.singly, "isa": o.isa}, o.tune)


main()
