#!/usr/bin/env python3
"""Golden numbers for learning from a teacher, computed independently in NumPy,
in double precision.

Records as make-lsra.py's, of its models, with "distill": the teacher's weight
w, the temperature T, and either "soft" in the pairs, [id, parts, ..] for each
target token, or "in_place": the teacher is the largest SubTransformer of the
same weights, which gets no gradient. The loss of a token is

    (1 - w) x label-smoothed loss + w x T^2 x C

where C is the cross-entropy of the soft targets, which sum up to 1, with
softmax(logits / T); a pair without them, and a token whose list is empty, has
the smoothed loss alone. In place C is the KL divergence of softmax(logits / T)
from the teacher's. "taught" is the mean of T^2 x C over all target tokens.

    pip install numpy
    python3 make-distill.py >distill.jsonl
"""
import importlib.machinery
import json
import os

import numpy as np

from elastic import EPS, hashed, initial, logits, shapes, softmax

here = os.path.dirname(os.path.abspath(__file__))
lsra = importlib.machinery.SourceFileLoader(
    "lsra", os.path.join(here, "make-lsra.py")).load_module()


def largest(space):
    """The arch with the largest value of every choice."""
    top = {k[:-len("_choice")]: max(v) for k, v in space.items()
           if k.endswith("_choice")}
    arch = {k: space[k] for k in ("qkv_dim", "conv_glu") if k in space}
    for key, value in top.items():
        side, gene = key.split("_", 1)
        if gene in ("embed", "layer_num"):
            arch[key + "_dim" * (gene == "embed")] = value
        else:
            arch[key] = [value] * top[side + "_layer_num"]
    return arch


def soft_targets(pair, vocab, most):
    """Up to most words of each token, the right one among most of them."""
    u = hashed("soft:" + str(pair), (len(pair["tgt"]), 2 * most + 1))
    lists = []
    for word, row in zip(pair["tgt"], (u + 0.5).tolist()):
        ids = [word] + [int(x * vocab) for x in row[1:most + 1]]
        ids = list(dict.fromkeys(ids[int(row[1] < 0.2):]))
        left, words = 10000, []
        for i, x in zip(ids[:int(row[0] * (most + 1))], row[most + 1:]):
            parts = max(1, int(left * x))
            left -= parts
            words += [i, parts]
        lists.append(words)
    return lists


def cases():
    for i, (weight, temperature, most) in enumerate(
            ((0.9, 1, 5), (0.6, 2.5, 3), (0.7, 1.5, 0))):
        space, task, arch, pairs = lsra.CASES[i % 2]
        pairs = [dict(p) for p in pairs]
        for p in pairs[1:] if most else []:    # the first has none
            p["soft"] = soft_targets(p, task["tgt_vocab"], most)
        yield space, task, arch, pairs, {
            "weight": weight, "temperature": temperature,
            "in_place": not most}


def run(P, task, arch, pair):
    return logits(P, task, arch, pair["src"], pair["tgt"], first=lsra.first)


def teachers(P, space, task, pair, distill):
    """Of each token the probabilities that the teacher gives, or None."""
    if distill["in_place"]:
        z = run(P, task, largest(space), pair)
        return list(softmax(z.real / distill["temperature"]))
    given = []
    for words in pair.get("soft", [[]] * len(pair["tgt"])):
        q = np.zeros(task["tgt_vocab"])
        q[words[::2]] = words[1::2]
        given.append(q / q.sum() if words else None)
    return given


def losses(P, task, arch, pairs, distill, taught_by):
    w, T = distill["weight"], distill["temperature"]
    loss = nll = taught = tokens = 0
    for p, teacher in zip(pairs, taught_by):
        x = run(P, task, arch, p)
        hard, soft = np.log(softmax(x)), np.log(softmax(x / T))
        for t, q in enumerate(teacher):
            n = -hard[t, p["tgt"][t]]
            plain = (1 - EPS) * n - EPS * hard[t].mean()
            nll += n
            tokens += 1
            if q is None:
                loss += plain
                continue
            c = -(q * soft[t]).sum()
            if distill["in_place"]:
                c += (q * np.log(q)).sum()
            loss += (1 - w) * plain + w * T * T * c
            taught += T * T * c
    return tokens, loss / tokens, nll / tokens, taught / tokens


def slope(P, name, *case):
    was = P[name]
    P[name] = was + 1j * lsra.STEP * hashed("dot:" + name, was.shape)
    loss = losses(P, *case)[1]
    P[name] = was
    return loss.imag / lsra.STEP


def record(space, task, arch, pairs, distill):
    P = {name: initial(name, shape).astype(np.complex128)
         for name, shape in shapes(space, task).items()}
    taught_by = [teachers(P, space, task, p, distill) for p in pairs]
    case = task, arch, pairs, distill, taught_by
    tokens, loss, nll, taught = losses(P, *case)
    first = run(P, task, arch, pairs[0])[0]
    return {"space": space, "task": task, "arch": arch, "pairs": pairs,
            "label_smoothing": EPS, "distill": distill, "tokens": tokens,
            "loss": loss.real, "nll": nll.real, "taught": float(taught.real),
            "logits_first": first.real.tolist(),
            "grad": {name: {"dot": slope(P, name, *case)} for name in P}}


if __name__ == "__main__":
    for case in cases():
        print(json.dumps(record(*case)))
