#!/usr/bin/env python3
"""CTranslate2 as a yardstick of `translate`: the same weights, the same text.

ct2.py convert MODEL.safetensors FOLDER
    CTranslate2's form of a model of one width whose decoder layers attend to
    the last encoder layer.
ct2.py run FOLDER OPTIONS.json <text >hypotheses
    OPTIONS: type, inter, intra, and of translate_batch: batch, batch_type,
    beam, lenpen, min, max.  On stderr one JSON line: seconds to load and to
    translate, target tokens with </s>.
"""
import json
import os
import sys
import time

import numpy as np


def read(path):
    """Tensors by name and the metadata of a safetensors file."""
    with open(path, "rb") as f:
        size = int.from_bytes(f.read(8), "little")
        header = json.loads(f.read(size))
        data = f.read()
    types = {"F32": np.float32, "U8": np.uint8}
    meta = header.pop("__metadata__")
    tensors = {}
    for name, h in header.items():
        at, end = h["data_offsets"]
        tensors[name] = np.frombuffer(
            data[at:end], types[h["dtype"]]).reshape(h["shape"])
    return tensors, {k: json.loads(v) for k, v in meta.items()
                     if k in ("arch", "task")}


def positions(count, width):
    """fairseq's sinusoids, from its first position, 2, on."""
    half = width // 2
    step = np.exp(np.arange(half) * -(np.log(10000) / (half - 1)))
    x = np.arange(2, count + 2)[:, None] * step[None, :]
    return np.concatenate([np.sin(x), np.cos(x)], 1).astype(np.float32)


def put(spec, t, name):
    spec.weight = t[name + ".weight"]
    spec.bias = t[name + ".bias"]


def put_norm(spec, t, name):
    spec.gamma = t[name + ".weight"]
    spec.beta = t[name + ".bias"]


def put_cross(spec, t, name):
    put(spec.linear[0], t, name + ".q_proj")
    for what in "weight", "bias":
        setattr(spec.linear[1], what, np.concatenate(
            [t[f"{name}.{p}_proj.{what}"] for p in "kv"]))
    put(spec.linear[2], t, name + ".out_proj")


def put_layer(spec, t, name, cross):
    put(spec.self_attention.linear[0], t, name + ".self_attn.in_proj")
    put(spec.self_attention.linear[1], t, name + ".self_attn.out_proj")
    put_norm(spec.self_attention.layer_norm, t,
             name + ".self_attn_layer_norm")
    if cross:
        put_cross(spec.attention, t, name + ".encoder_attn")
        put_norm(spec.attention.layer_norm, t,
                 name + ".encoder_attn_layer_norm")
    put(spec.ffn.linear_0, t, name + ".fc1")
    put(spec.ffn.linear_1, t, name + ".fc2")
    put_norm(spec.ffn.layer_norm, t, name + ".final_layer_norm")


def symbols(t, side):
    lines = t[side + "_dict"].tobytes().decode().splitlines()
    return ["<s>", "<pad>", "</s>", "<unk>"] + [
        line.rsplit(" ", 1)[0] for line in lines]


def convert(path, folder):
    from ctranslate2.specs import common_spec, transformer_spec
    t, meta = read(path)
    a, task = meta["arch"], meta["task"]
    layers = a["encoder_layer_num"], a["decoder_layer_num"]
    heads = {int(h) for k in a if k.endswith("heads") for h in a[k]}
    width = int(a["encoder_embed_dim"])
    if (len(heads) > 1 or {int(w) for w in a["decoder_arbitrary_ende_attn"]}
            != {-1} or a["qkv_dim"] != width
            or a["decoder_embed_dim"] != width
            or task["super_encoder_embed_dim"] != width
            or task["super_decoder_embed_dim"] != width):
        sys.exit(f"{path}: not of one width and number of heads")
    spec = transformer_spec.TransformerSpec.from_config(
        tuple(map(int, layers)), heads.pop(), pre_norm=False,
        activation=common_spec.Activation.RELU)
    shared = t.get("embed_tokens.weight")
    for side, stack, n in (("encoder", spec.encoder, layers[0]),
                           ("decoder", spec.decoder, layers[1])):
        table = shared if shared is not None else t[
            side + ".embed_tokens.weight"]
        at = stack.embeddings
        (at[0] if isinstance(at, list) else at).weight = table
        stack.scale_embeddings = True
        stack.position_encodings.encodings = positions(1024, width)
        for i in range(int(n)):
            put_layer(stack.layer[i], t, f"{side}.layers.{i}",
                      side == "decoder")
    spec.decoder.projection.weight = (
        shared if shared is not None
        else t["decoder.output_projection.weight"])
    spec.register_source_vocabulary(symbols(t, "src"))
    spec.register_target_vocabulary(symbols(t, "tgt"))
    spec.config.decoder_start_token = spec.config.eos_token
    spec.config.add_source_eos = True
    os.makedirs(folder, exist_ok=True)
    spec.validate()
    spec.save(folder)


def run(folder, o):
    import ctranslate2
    lines = [line.split() for line in sys.stdin]
    start = time.monotonic()
    t = ctranslate2.Translator(
        folder, device="cpu", compute_type=o["type"],
        inter_threads=o["inter"], intra_threads=o["intra"])
    t.translate_batch(lines[:1], beam_size=o["beam"], max_decoding_length=2)
    loaded = time.monotonic()
    out = t.translate_batch(
        lines, max_batch_size=o["batch"], batch_type=o["batch_type"],
        beam_size=o["beam"], length_penalty=o["lenpen"],
        min_decoding_length=o["min"], max_decoding_length=o["max"],
        max_input_length=0, return_scores=True)
    done = time.monotonic()
    for h in out:
        print(" ".join(h.hypotheses[0]))
    print(json.dumps({
        "load": loaded - start, "seconds": done - loaded,
        "tokens": sum(len(h.hypotheses[0]) + 1 for h in out),
        "scores": [h.scores[0] for h in out] if o.get("scores") else None,
    }), file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1] == "convert":
        convert(*sys.argv[2:])
    else:
        run(sys.argv[2], json.loads(sys.argv[3]))
