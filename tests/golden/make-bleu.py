#!/usr/bin/env python3
"""Golden values for BLEU and its tokenizer, from sacreBLEU.

    pip install sacrebleu==2.6.0
    python3 make-bleu.py >bleu.jsonl

Two kinds of lines. {"text", "lowercase", "13a": [tokens], "none": [tokens]}:
a text and how it is split. {"hyps", "refs", "scores": [{"tokenize", "smooth",
"smooth_value", "lowercase", "score", "verbose"}]}: a corpus (refs: a list for
every hypothesis) and its scores, all digits of them.
"""
import json
import random

from sacrebleu.metrics import BLEU

# Parted by |, escapes are JSON's; the first is empty.
TEXTS = r"""
|.|,|..|...|,.,|-|--|1-2|1-|-1|1 - 2|a-b|1.5|1,5|1.|.5|1.a|a.1|1..2|1.,2
a,b|a.b.c|3,141.59|10,000,000|U.S.A.|Mr. O'Neill's|don't|rock 'n' roll|e.g.,
(a)|[b]|{c}|a/b|a+b=c|x_y|`q`|"q"|#1|$5.00|50%|a&b|*|a:b;c|<b>|a@b.de|^~|\\|!?
&quot;|&amp;|&lt;a&gt;|&amp;lt;|&amp;quot;|&amp;amp;|&|&apos;|&quot|&lt;skipped&gt;
<skipped>|a<skipped>b|<skip<skipped>ped>|<SKIPPED>|<skipped>.<skipped>5
a-\nb|a\nb|a - \n b|-\n|a-\n|\n|1-\n2|1.\n2|1-\n\nb
Grüße, Ärger.|é.|1é.|.é|é,1|ÀÉÎ ÖSSZ|straße STRASSE|ẞ|İstanbul IĞDIR
ΣΊΣΥΦΟΣ ΟΔΟΣ.|ΑΣ ΣΑ Σ|ΑΣ'Β ΑΣ.|ДА–НЕТ|Ǆ ǅ ǆ|Ａ，Ｂ。|你好，世界。1.5|日本語-テスト
 a\u00a0b\u2003c\u3000d |a\u2028b\u0085c|\ta\u000bb\u000cc\r|\u200ba\u200b|a\u001fb\u001cc
😀.😀,1|👨‍👩‍👧-1-|a\u0301.1|\u00ad-5|“quoted,” she said…|'|''a''|1'000,5|--1--2--|1 ,5|5 .
100.000,00-€|9-9.9,9/9|http://a.b/c-d?e=1&f=2.0|a\u007cb,|a\u0000b.\u00001
"""

WORDS = ("the a cat dog sat on mat . , house - 1.5 2,000 red Blue GREEN is "
         "was very old (new) 5-6 don't &amp; Straße ÉTÉ 😀").split()


def texts():
    for line in TEXTS.strip("\n").split("\n"):
        for text in line.split("|"):
            yield json.loads('"%s"' % text.replace('"', '\\"'))


def sentence(r, low=0, high=12):
    return " ".join(r.choice(WORDS) for _ in range(r.randint(low, high)))


def corrupt(r, text):
    out = []
    for word in text.split():
        x = r.random()
        if x < .1:
            continue
        out.append(r.choice(WORDS) if x < .25 else word)
        if x > .95:
            out.append(word)
    return " ".join(out)


def corpora():
    """Small ones with something odd about them, then random ones."""
    yield ["the cat"], [["the cat"]]
    yield ["the cat sat on the mat"], [["the cat sat on the mat"]]
    yield ["the the the the the the the"], [["the cat is on the mat",
                                             "there is a cat on the mat"]]
    yield ["a b c d e"], [["v w x y z"]]
    yield ["a b c d e"], [["a w x y z"]]
    yield ["a b c"], [["a b c d e f g"]]
    yield [""], [["a b"]]
    yield ["a b"], [[""]]
    yield [""], [[""]]
    yield ["", "a b c d e"], [["x"], ["a b c d e"]]
    yield ["a b c d"], [["a b c", "a b c d e"]]        # equally close
    yield ["a b c d"], [["a b c d e", "a b c"]]
    yield ["a b c d", "a b"], [["a b c d"], ["a b", "a c", "b"]]   # nrefs:var
    yield ["a a b b a a"], [["a a b", "b a a a"]]
    yield ["x a b c d y"], [["a b c d"]]
    yield ["A b. C, d"], [["a B . c , D"]]
    yield ["the cat", "sat on", "the mat"], [["the cat"], ["sat on"], ["mat"]]
    yield ["a b c d e f"], [["a b c x e f"]]
    yield ["a b x d e x g"], [["a b c d e f g"]]
    for seed in range(24):
        r = random.Random(seed)
        n = r.randint(1, 12)
        nrefs = r.choice([1, 1, 2, 3])
        refs = [[sentence(r, 1) for _ in range(
            nrefs if seed % 6 else r.randint(1, 3))] for _ in range(n)]
        yield [corrupt(r, r.choice(x)) for x in refs], refs


def score(hyps, refs, tokenize, smooth, smooth_value, lowercase):
    most = max(map(len, refs))
    streams = [[x[i] if i < len(x) else None for x in refs]
               for i in range(most)]
    metric = BLEU(tokenize=tokenize, smooth_method=smooth,
                  smooth_value=smooth_value, lowercase=lowercase, force=True)
    s = metric.corpus_score(hyps, streams)
    return s.score, s._verbose


def put(**record):
    print(json.dumps(record, ensure_ascii=True))


def main():
    for text in texts():
        for lowercase in (False, True):
            split = {t: BLEU(tokenize=t, lowercase=lowercase, force=True)
                     ._preprocess_segment(text).split()
                     for t in ("13a", "none")}
            put(text=text, lowercase=lowercase, **split)
    for i, (hyps, refs) in enumerate(corpora()):
        scores = []
        for smooth, value in (("exp", None), ("none", None), ("floor", None),
                              ("floor", .01), ("add-k", None), ("add-k", .5)):
            o = {"tokenize": ("13a", "none")[(i + (value is None)) % 2],
                 "smooth": smooth, "smooth_value": value,
                 "lowercase": i % 3 == 2}
            bleu, verbose = score(hyps, refs, **o)
            scores.append({**o, "score": bleu, "verbose": verbose})
        put(hyps=hyps, refs=refs, scores=scores)


main()
