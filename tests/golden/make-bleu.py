#!/usr/bin/env python3
"""Golden values for bleu, from sacreBLEU.

    pip install sacrebleu==2.6.0 numpy==2.4.6      (Python 3.11)
    python3 make-bleu.py >bleu.jsonl

Kinds of lines:
{"text", "tokens": {tokenizer: [..]}}: a text and how it is split;
{"classes": [[last, "counts"], ..]}: for all characters up to last (those not
  yet in Unicode 14 left out: counts "-"), into how many tokens intl splits
  three texts with that character;
{"lower": hash}: of all characters' lower case, alone and beside a sigma;
{"numbers"}: what NumPy's generator draws;
{"hyps", "refs", "others", "cases": [{"args", ..}]}: a corpus (refs: a list for
  each hypothesis, others: more systems) and what sacreBLEU says of it; args
  are bleu's own options, numbers have 12 decimals.
"""
import argparse
import json
import os
import random
import sys
import unicodedata

import numpy
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

# Parted by |, escapes are JSON's; the first is empty.
TEXTS = r"""
|.|,|..|...|,.,|-|--|1-2|1-|-1|1 - 2|a-b|1.5|1,5|1.|.5|1.a|a.1|1..2|1.,2
a,b|a.b.c|3,141.59|10,000,000|U.S.A.|Mr. O'Neill's|don't|rock 'n' roll|e.g.,
(a)|[b]|{c}|a/b|a+b=c|x_y|`q`|"q"|#1|$5.00|50%|a&b|*|a:b;c|<b>|a@b.de|^~|\\|!?
&quot;|&amp;|&lt;a&gt;|&amp;lt;|&amp;quot;|&amp;amp;|&|&apos;|&quot|&lt;skipped&gt;
<skipped>|a<skipped>b|<skip<skipped>ped>|<SKIPPED>|<skipped>.<skipped>5
a-\nb|a\nb|a - \n b|-\n|a-\n|\n|1-\n2|1.\n2|1-\n\nb|a\n-b|\n-\n-|'s\n
Grüße, Ärger.|é.|1é.|.é|é,1|ÀÉÎ ÖSSZ|straße STRASSE|ẞ|İstanbul IĞDIR|ǅ|ⅣⓀK
ΣΊΣΥΦΟΣ ΟΔΟΣ.|ΑΣ ΣΑ Σ|ΑΣ'Β ΑΣ.|ДА–НЕТ|Ǆ ǅ ǆ|Ａ，Ｂ。|你好，世界。1.5|日本語-テスト
 a\u00a0b\u2003c\u3000d |a\u2028b\u0085c|\ta\u000bb\u000cc\r|\u200ba\u200b|a\u001fb\u001cc
😀.😀,1|👨‍👩‍👧-1-|a\u0301.1|\u00ad-5|“quoted,” she said…|'|''a''|1'000,5|--1--2--|1 ,5|5 .
100.000,00-€|9-9.9,9/9|http://a.b/c-d?e=1&f=2.0|a\u007cb,|a\u0000b.\u00001|½.½|①,②|٣.٤
5.|.5.|中5.|5.中|中.5|（a）|a「b」c|ｱｲｳ｡|ひらがな|カタカナ、ー|㈱㌀|𠀀𪜶|！？：；|“a”—b…€5
the dog's|dogs' 's|'s 's.|it's, it's-|5's .5's|O'S 'S|(x's)|a's\tb's|...1...|1...|..1..,..|¿Qué?|«a», ‹b›
(hi)|hi)|(hi|)|((|a))|.a.|'é'|é'|中,|,中|ʰΣ ªΣ ᾼΣ|ΑΣ\u0301|Α\u0301Σ Α.Σ Α:Σ.Β|ΑΣ\u00adb|🅰Σ Ⓐ Σ
"""

LATIN = ("the a cat dog sat on mat . , house - 1.5 2,000 red Blue GREEN is was "
         "very old (new) 5-6 don't &amp; Straße ÉTÉ 😀 dog's x-ray").split()
MIXED = ("κόσμε ΣΊΣΥΦΟΣ ΟΔΟΣ Привет, МИР! 你好，世界。 日本語 テスト、 مرحبا ٣.٤ "
         "हिन्दी한국어 cafe\u0301 e\u0301 👨\u200d👩\u200d👧 🇩🇪 €5,00 ½ “so” … — "
         "&quot;x&quot; a\u00a0b c\u3000d e\tf İĞ ǅ ㈱ ｱｲｳ｡ （x） (y). 𠀀").split(" ")
# What TER's tokenizer splits once more when it is given its own tokens.
TWICE = ("..5 ...50 .,5 x..5. 5-6-7 -5- the dog's\u00a0bone it's\u2003's 's.'s "
         "&amp;amp; &amp;quot; ..'s s's\tx a b c").split(" ")


def sentence(r, words, most=14):
    return " ".join(r.choice(words) for _ in range(r.randint(0, most)))


def noisy(r, text, words, rate):
    """What a translator might have made of it: lost, changed, moved words."""
    w = text.split(" ")
    for _ in range(int(rate * len(w)) + (r.random() < .3)):
        what, i = r.randrange(4), r.randrange(len(w) + 1)
        if what == 0:
            del w[i:i + 1]
        elif what == 1:
            w.insert(i, r.choice(words))
        elif what == 2:
            w[i:i + 1] = [r.choice(words)]
        else:
            block, w = w[i:i + r.randint(1, 4)], w[:i] + w[i + 4:]
            i = r.randrange(len(w) + 1)
            w[i:i] = block
        if not w:
            w = [r.choice(words)]
    return " ".join(w)


def drawn(seed, n, words, nrefs, rate, most=14):
    """A corpus and two more systems."""
    r = random.Random(seed)
    refs, systems = [], [[], [], []]
    for _ in range(n):
        first = sentence(r, words, most)
        k = nrefs if nrefs else r.randint(1, 3)
        refs.append([first] + [noisy(r, first, words, .3)
                               for _ in range(k - 1)])
        for i, s in enumerate(systems):
            s.append(noisy(r, first, words, rate + .1 * i))
    return systems[0], refs, systems[1:]


def corpora():
    """hyps, refs of each, other systems."""
    yield ["the cat sat on the mat .", "hello world"], [
        ["the cat sat on a mat .", "a cat sat on a mat ."],
        ["hello there world", "hello there"]], [
        ["the cat sat on a mat .", "hello there"]]
    yield [""], [["a b"]], []
    yield ["a b"], [[""]], []
    yield [""], [[""]], []
    yield ["", "a b c d e"], [["x"], ["a b c d e"]], [["x", "a b c"]]
    yield ["a b c d"], [["a b c", "a b c d e"]], []        # equally close
    yield ["a b c d"], [["a b c d e", "a b c"]], []
    yield ["a b c d", "a b"], [["a b c d"], ["a b", "a c", "b"]], [
        ["a b", "a b"]]                                     # nrefs:var
    yield ["a a b b a a"], [["a a b", "b a a a"]], []
    yield ["x a b c d y"], [["a b c d"]], []
    yield ["A b. C, d"], [["a B . c , D"]], []
    yield ["p q r s", "t u v"], [["a b c d"], ["e f g"]], [
        ["a q r s", "t u v"]]                               # no match
    yield ["a", "b", "", "c"], [["a"], ["x"], ["y"], [""]], [
        ["a", "x", "y", ""]]                                # one word
    yield ["d a b c", "e c d a b x"], [["a b c d"], ["a b c d e"]], [
        ["a b c d", "c d e a b"]]                           # moved
    long = random.Random(77)
    words = [long.choice(LATIN) for _ in range(420)]
    moved = words[300:304] + words[40:300] + ["y"] * 30 + words[:40]
    yield [" ".join(moved), "a"], [[" ".join(words)], ["a"]], [
        [" ".join(words[:150]), "b"]]
    yield ["z " * 70 + "a b c"], [["a b c"]], []            # one very short
    yield ["a b c"], [["z " * 120 + "a b c"]], []
    yield ["b a " * 45], [["a b " * 40 + "c"]], []          # 1000 shifts tried
    for seed, (n, mixed, nrefs, rate) in enumerate((
            (1, 0, 1, .2), (5, 0, 1, .2), (9, 0, 2, .3), (12, 0, 3, .1),
            (20, 0, 1, .5), (20, 0, 0, .2), (40, 0, 1, .15), (64, 0, 1, .3),
            (3, 1, 1, .2), (8, 1, 2, .2), (15, 1, 1, .3), (30, 1, 0, .2),
            (40, 1, 1, .1), (65, 1, 2, .3), (10, 2, 1, .2), (25, 2, 2, .3),
            (50, 2, 1, .2), (70, 2, 0, .15), (130, 2, 1, .25))):
        yield drawn(seed, n, (LATIN, MIXED, LATIN + MIXED)[mixed], nrefs, rate)
    for seed in range(4):
        yield drawn(50 + seed, 12, TWICE, 1 + seed % 2, .2)


def options(r, i):
    """bleu's options for the i-th corpus."""
    smooths = (["-s", "exp"], ["-s", "none"], ["-s", "floor"], ["-s", "add-k"],
               ["-s", "floor", "--smooth-value", "0.01"],
               ["-s", "add-k", "--smooth-value", "0.5"])
    yield ["-m", "bleu"]
    for k, tok in enumerate(("none", "13a", "intl", "char", "zh")):
        yield ["-t", tok]
        a = ["-m", "bleu", "-t", tok] + smooths[(i + k) % 6]
        a += ["-l"] * (r.random() < .4) + ["--effective-order"] * (
            r.random() < .3)
        order = r.choice((0, 0, 0, 1, 2, 3, 6, 9))
        yield a + (["--max-ngram-order", str(order)] if order else [])
    for smooth in r.sample(smooths, 2):
        yield ["-m", "bleu"] + smooth
    yield ["-m", "chrf"]
    yield ["-m", "chrf", "--chrf-word-order", "2"]
    for _ in range(3):
        a = ["-m", "chrf", "--chrf-char-order", str(r.randint(1, 8)),
             "--chrf-word-order", str(r.randint(0, 3)),
             "--chrf-beta", str(r.choice((1, 2, 3)))]
        for o in ("whitespace", "lowercase", "eps-smoothing"):
            a += ["--chrf-" + o] * r.randrange(2)
        yield a
    yield ["-m", "ter"]
    for _ in range(3):
        a = ["-m", "ter"]
        for o in ("case-sensitive", "normalized", "no-punct", "asian-support"):
            a += ["--ter-" + o] * r.randrange(2)
        yield a


def significance(r, i, others):
    """The same with intervals and tests."""
    metrics = (["-m", "bleu"], ["-m", "chrf"], ["-m", "ter"],
               ["-m", "bleu", "-s", "add-k", "--smooth-value", "0.5"],
               ["-m", "bleu", "-t", "char", "-s", "floor"],
               ["-m", "chrf", "--chrf-word-order", "2"],
               ["-m", "chrf", "--chrf-eps-smoothing"],
               ["-m", "bleu", "-s", "none", "--max-ngram-order", "2"],
               ["-m", "ter", "--ter-normalized"])
    for k in range(3):
        n = r.choice((50, 100, 137, 300))
        a = metrics[(i + 3 * k) % 9] + ["--confidence"]
        yield a + ["--confidence-n", str(n)]
        if not others:
            continue
        yield metrics[(i + 3 * k + 1) % 9] + [
            "--paired-bs", "--paired-bs-n", str(n)]
        yield metrics[(i + 3 * k + 2) % 9] + [
            "--paired-ar", "--paired-ar-n", str(n)] + (
            ["--confidence", "--confidence-n", "90"] if k == 1 else [])
    if i % 4 == 0:
        yield metrics[i % 9] + ["--confidence", "--confidence-n", "60",
                                "--seed", str(i + (i << 33))]


def parse(args):
    p = argparse.ArgumentParser()
    p.add_argument("-m", default="bleu")
    p.add_argument("-t")
    p.add_argument("-s", default="exp")
    p.add_argument("--smooth-value", type=float)
    p.add_argument("-l", action="store_true")
    p.add_argument("--effective-order", action="store_true")
    p.add_argument("--sentence", action="store_true")
    p.add_argument("--max-ngram-order", type=int, default=4)
    p.add_argument("--chrf-char-order", type=int, default=6)
    p.add_argument("--chrf-word-order", type=int, default=0)
    p.add_argument("--chrf-beta", type=int, default=2)
    for o in ("chrf-whitespace", "chrf-lowercase", "chrf-eps-smoothing",
              "ter-case-sensitive", "ter-normalized", "ter-no-punct",
              "ter-asian-support", "confidence", "paired-bs", "paired-ar"):
        p.add_argument("--" + o, action="store_true")
    for o in ("confidence-n", "paired-bs-n", "paired-ar-n"):
        p.add_argument("--" + o, type=int)
    p.add_argument("--seed", type=int, default=12345)
    return p.parse_args(args)


def make_metric(o):
    if o.m == "bleu":
        return BLEU(lowercase=o.l, force=True, tokenize=o.t,
                    smooth_method=o.s, smooth_value=o.smooth_value,
                    max_ngram_order=o.max_ngram_order,
                    effective_order=o.effective_order or o.sentence)
    if o.m == "chrf":
        return CHRF(o.chrf_char_order, o.chrf_word_order, o.chrf_beta,
                    o.chrf_lowercase, o.chrf_whitespace,
                    o.chrf_eps_smoothing)
    return TER(o.ter_normalized, o.ter_no_punct, o.ter_asian_support,
               o.ter_case_sensitive)


def text(x):
    return format(float(x), ".12f")


def signature(metric):
    return str(metric.get_signature()).rsplit("|version", 1)[0]


def paired(o, args, hyps, streams, others):
    systems = [(str(i), s) for i, s in enumerate([hyps] + others)]
    test = PairedTest(systems, {"m": make_metric(o)}, streams,
                      "bs" if o.paired_bs else "ar",
                      o.paired_bs_n or o.paired_ar_n,
                      o.confidence_n if o.confidence else -1)
    signatures, scores = test()
    name = list(signatures)[0]
    sig = str(signatures[name]).rsplit("|version", 1)[0]
    return {"args": args, "name": name, "signature": sig, "systems": [
        {k: text(v) for k, v in vars(x).items() if v is not None}
        for x in scores[name]]}


def single(o, args, hyps, streams):
    metric = make_metric(o)
    s = metric.corpus_score(hyps, streams, o.confidence_n or 1)
    case = {"args": args, "name": s.name, "score": text(s.score),
            "signature": signature(metric)}
    if o.confidence:
        case.update(mean=text(s._mean), ci=text(s._ci))
    if o.m == "bleu":
        case.update(verbose=s._verbose, bp=text(s.bp), hyp_len=s.sys_len,
                    ref_len=s.ref_len,
                    precisions=[text(p) for p in s.precisions])
    if o.m == "ter":
        case.update(edits=s.num_edits, ref_len=text(s.ref_length))
    return case


def sentences(o, args, hyps, refs):
    metric = make_metric(o)
    return {"args": args, "sentences": [
        text(metric.sentence_score(h, r).score)
        for h, r in zip(hyps, refs)]}


def cases(i, hyps, refs, others):
    r = random.Random(1000 + i)
    most = max(map(len, refs))
    streams = [[x[k] if k < len(x) else None for x in refs]
               for k in range(most)]
    for args in list(options(r, i)) + list(significance(r, i, others)):
        o = parse(args)
        os.environ["SACREBLEU_SEED"] = str(o.seed)
        try:
            yield (paired(o, args, hyps, streams, others)
                   if o.paired_bs or o.paired_ar else
                   single(o, args, hyps, streams))
        except TypeError as e:   # its mean of singles and Python's numbers
            print(i, args, e, file=sys.stderr)
    for m in ("bleu", "chrf", "ter"):
        args = ["--sentence", "-m", m] + (
            ["-s", "floor", "-t", "intl"] if m == "bleu" and i % 2 else [])
        yield sentences(parse(args), args, hyps, refs)


def texts():
    for line in TEXTS.strip("\n").split("\n"):
        for t in line.split("|"):
            yield json.loads('"%s"' % t.replace('"', '\\"'))


def tokens(t):
    split = {}
    for name in ("none", "13a", "intl", "char", "zh"):
        for low in ("", "-l"):
            split[name + low] = BLEU(tokenize=name, lowercase=bool(low),
                                     force=True)._preprocess_segment(t).split()
    for bits in range(8):
        key = "ter" + "".join(f for b, f in enumerate("npa")
                              if bits >> b & 1)
        split[key] = TER(bool(bits & 1), bool(bits & 2), bool(bits & 4),
                         False)._preprocess_segment(t).split()
    split["chrf"] = CHRF()._remove_punctuation(t)
    return split


def classes():
    """Runs of characters that intl splits alike in three texts."""
    intl, runs = BLEU(tokenize="intl", force=True), []
    for c in range(0x20000):
        x = chr(c)
        if unicodedata.category(x) in ("Cn", "Cs"):
            key = "-"
        else:
            key = "".join(str(len(intl._preprocess_segment(s).split()))
                          for s in ("a%s1" % x, "1%s1" % x, ",%s1" % x))
        if runs and runs[-1][1] == key:
            runs[-1][0] = c
        else:
            runs.append([c, key])
    return runs


def fnv(h, data):
    for byte in data:
        h = (h ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return h


def lower():
    h = 0xcbf29ce484222325
    for c in range(1, 0x20000):
        if not 0xd800 <= c < 0xe000:
            x = chr(c)
            for s in (x, x + "Σ", "a%sΣ" % x, "aΣ" + x, "aΣ%sa" % x):
                h = fnv(h, s.lower().encode())
    return "%016x" % h


def put(**record):
    print(json.dumps(record, ensure_ascii=True, separators=(",", ":")))


def main():
    for t in texts():
        put(text=t, tokens=tokens(t))
    put(classes=classes())
    put(lower=lower())
    for seed in (12345, 0, 1, 2**40 + 7):
        rng = numpy.random.default_rng(seed)
        put(numbers=str(seed),
            bits="".join("01"[int(b)] for b in rng.integers(2, size=70, dtype=bool)),
            choice=rng.choice(3000000000, 40).tolist(),
            more=rng.choice(7, 40).tolist())
    for i, (hyps, refs, others) in enumerate(corpora()):
        hyps = [h.rstrip() for h in hyps]
        refs = [[x.rstrip() for x in r] for r in refs]
        others = [[h.rstrip() for h in s] for s in others]
        put(hyps=hyps, refs=refs, others=others,
            cases=list(cases(i, hyps, refs, others)))


main()
