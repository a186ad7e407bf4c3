#!/usr/bin/env python3
"""Models as Python's safetensors reads them.

read-model.py MODEL FLOATS [COPY]: print a line a matrix of MODEL that is in
codebooks, expanded as quantize(1) says, and how far it is from FLOATS, the same
model as floats; other tensors must be the same bytes. COPY: MODEL as
safetensors writes it.
"""
import json
import sys

import numpy as np
import safetensors
import safetensors.numpy


def expanded(t, name, shape):
    rows, cols = shape
    book, packed = t[name + ".codebook"], t[name + ".indices"]
    bits = book.shape[-1].bit_length() - 1
    all_bits = np.unpackbits(packed, axis=1, bitorder="little")
    each = all_bits[:, : cols * bits].reshape(rows, cols, bits)
    index = (each.astype(int) << np.arange(bits)).sum(-1)
    w = book[index] if book.ndim == 1 else np.take_along_axis(book, index, 1)
    return bits, w


def main(model, floats, copy=None):
    t, want = (safetensors.numpy.load_file(f) for f in (model, floats))
    with safetensors.safe_open(model, "np") as f:
        meta = f.metadata()
    shapes = json.loads(meta.get("codebooks", '{"shapes":{}}'))["shapes"]
    for name, w in want.items():
        if name not in shapes:
            same = t[name].dtype == w.dtype and np.array_equal(t[name], w)
            print(name, *w.shape, "same" if same else "differs")
            continue
        bits, own = expanded(t, name, shapes[name])
        print(name, *own.shape, f"in {bits} bits, off by",
              np.abs(own - w).max() if own.shape == w.shape else "shape")
    if copy:
        safetensors.numpy.save_file(t, copy, metadata=meta)


main(*sys.argv[1:])
