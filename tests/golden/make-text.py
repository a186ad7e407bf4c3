#!/usr/bin/env python3
"""Golden values for words and dictionaries, from Python's own strings as
fairseq uses them (tokenizer.py, data/dictionary.py), which it does not need.

    python3 make-text.py >text.jsonl

{"separators": [..]}: all characters that part words;
{"dict": "..", "lines": [{"line", "ids"}, ..]}: a dict.txt, and ids of lines;
{"corpus": "..", "args": [..], "dict": ".."}: make-dict's options and its
  dictionary.
"""
import collections
import json
import random
import re

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
ODD = ("\u0085 \u00a0 \u1680 \u2000 \u2009 \u200a \u2028 \u2029 \u202f \u205f "
       "\u3000 \t \x0b \x0c \r \x1c \x1d \x1e \x1f \x01 \x08 \x0e \x1b \x7f "
       "\u0080 \u009f \u200b \u2060 \u180e \ufeff \u00ad \x00").split(" ")
DICTS = ("a 9\nb 8\n\u00e9 7\ne\u0301 6\na\x01b 5\na\u200bb 4\n",
         "a 9\r\nb +8\r\nx y -7 \r\n",
         "a 9\nb 8\na 7 #fairseq:overwrite\nc 6\n</s> 5 #fairseq:overwrite\n",
         "a 9\rb 8\rc 7",
         "\u2581a 9\nb\u00a0 8\u00a0\nb\u2003c 7\t\n# 6\n")


def words(line):
    return re.sub(r"\s+", " ", line).strip().split()


def load(text):
    """Dictionary.add_from_file: the id of each symbol."""
    index, n = {s: i for i, s in enumerate(SPECIALS)}, len(SPECIALS)
    for line in re.split("\r\n|\r|\n", text.rstrip("\r\n")):
        line, field = line.rstrip().rsplit(" ", 1)
        again = field == "#fairseq:overwrite"
        if again:
            line, field = line.rsplit(" ", 1)
        int(field)
        if line in index and not again:
            raise RuntimeError("twice: " + line)
        index[line] = n
        n += 1
    return index


def finalize(corpus, threshold, nwords, factor):
    """Dictionary.finalize; nwords: without the specials."""
    count = collections.Counter(w for w in words(corpus) if w not in SPECIALS)
    kept = [x for x in sorted(count.items(), key=lambda x: (-x[1], x[0]))
            if x[1] >= threshold][:nwords or None]
    n = 0
    while (len(kept) + len(SPECIALS)) % factor:
        kept.append(("madeupword%04d" % n, 0))
        n += 1
    return "".join("%s %d\n" % x for x in kept)


def lines():
    for c in ODD:
        yield "a" + c + "b a"
        yield c + "a b" + c
    yield from ("a b zz c", "  a  b ", "", "a <s> b", "<pad> a", "a </s> b </s>",
                "<unk> zz", "\u00e9 e\u0301", "x y a", "\u2581a b\u2003c # b")


def put(**record):
    print(json.dumps(record, separators=(",", ":")))


def main():
    put(separators=[c for c in range(0x110000)
                    if len(words("a%sb" % chr(c))) == 2])
    for d in DICTS:
        index = load(d)
        put(dict=d, lines=[{"line": x, "ids": [
            index.get(w, 3) for w in words(x)] + [2]} for x in lines()])
    r = random.Random(5)
    corpus = "".join(r.choice(
        ["a", "b", "B", "\u00e9", "e\u0301", "\ufb01", "\U0001f642", "<s>",
         "\uff21", "a\x01", "ab", "w%d" % r.randrange(30)]) + r.choice(
        ["\n", "\u00a0", "\r\n"] + [" "] * 9) for _ in range(400))
    for t, n, f in ((1, 0, 1), (3, 0, 8), (1, 20, 8), (6, 9, 1), (5, 0, 16)):
        put(corpus=corpus, args=["-t", str(t), "-n", str(n), "-p", str(f)],
            dict=finalize(corpus, t, n, f))


main()
