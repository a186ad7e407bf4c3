/* make-corpus - write a German-English parallel corpus from a bilingual
 * grammar.
 * stdin: not read.  stdout: "german TAB english" lines, where no file is
 * named. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "draw.h"
#include "opt.h"
#include "out.h"

/* Where the lexicon is, seen from the folder of this program: installed, and
 * in a build folder. */
static const char *const default_grammar[] = {
	"/../share/milliner/grammar",
	"/../../../data/grammar",
};

enum { TRIES = 200000,    /* draws in a row that may all be refused */
	WORDS_MAX = 30, WORDS_MIN = 3 };

/* A set of strings, by hash: open addressing, doubled at half full. A
 * collision of 64 bits would only cost a sentence. */
struct set {
	uint64_t *at;
	size_t n, cap;
};

static uint64_t
hash(const char *s, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;   /* FNV-1a */

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	h = rng_mix(h);
	return h ? h : 1;
}

static int
set_has(const struct set *s, uint64_t h)
{
	size_t i = s->cap ? h % s->cap : 0;

	if (!s->cap)
		return 0;
	for (; s->at[i]; i = (i + 1) % s->cap)
		if (s->at[i] == h)
			return 1;
	return 0;
}

static void
set_add(struct set *s, uint64_t h)
{
	if (s->n * 2 >= s->cap) {
		struct set big = { NULL, 0, s->cap ? s->cap * 2 : 1 << 12 };
		big.at = xcalloc(big.cap, sizeof *big.at);
		for (size_t i = 0; i < s->cap; i++)
			if (s->at[i])
				set_add(&big, s->at[i]);
		free(s->at);
		*s = big;
	}
	size_t i = h % s->cap;
	for (; s->at[i]; i = (i + 1) % s->cap)
		if (s->at[i] == h)
			return;
	s->at[i] = h;
	s->n++;
}

/* The next word of *p without punctuation, its length, or 0 at the end. */
static size_t
next_word(const char **p)
{
	*p += strspn(*p, " ,.?");
	return strcspn(*p, " ,.?");
}

static long
count_words(const char *s)
{
	long n = 0;

	for (size_t k; (k = next_word(&s)); s += k)
		n++;
	return n;
}

/* The two sides have separate words, so the side is mixed into the hash. */
static int
knows_words(const struct set *words, const char *s, uint64_t side)
{
	for (size_t k; (k = next_word(&s)); s += k)
		if (!set_has(words, hash(s, k) ^ side))
			return 0;
	return 1;
}

static void
add_words(struct set *words, const char *s, uint64_t side)
{
	for (size_t k; (k = next_word(&s)); s += k)
		set_add(words, hash(s, k) ^ side);
}

struct corpus {
	struct draw draw;
	struct set sources, targets;   /* sentences that are taken */
	struct set words;              /* of the training part */
	struct buf de, en;
};

/* A pair of which neither side was there before; words: only such as the
 * training part has. */
static void
next_pair(struct corpus *c, int words)
{
	for (long i = 0; i < TRIES; i++) {
		if (draw_pair(&c->draw, &c->de, &c->en))
			continue;
		uint64_t s = hash(c->de.data, c->de.len);
		uint64_t t = hash(c->en.data, c->en.len);
		long a = count_words(c->de.data), b = count_words(c->en.data);
		if (a < WORDS_MIN || a > WORDS_MAX || b > WORDS_MAX ||
		    set_has(&c->sources, s) || set_has(&c->targets, t))
			continue;
		if (words && !(knows_words(&c->words, c->de.data, 0) &&
		    knows_words(&c->words, c->en.data, 1)))
			continue;
		set_add(&c->sources, s);
		set_add(&c->targets, t);
		return;
	}
	die("no further pair in %d draws%s", TRIES, words ? " that uses only "
		"words of the training part: try a bigger --count" : "");
}

/* n pairs into a buffer; train: their words become known. */
static void
fill(struct corpus *c, struct buf *to, long n, int train)
{
	while (n-- > 0) {
		next_pair(c, !train);
		if (train) {
			add_words(&c->words, c->de.data, 0);
			add_words(&c->words, c->en.data, 1);
		}
		buf_printf(to, "%s\t%s\n", c->de.data, c->en.data);
	}
}

/* The folder beside this program; caller frees. */
static char *
find_grammar(void)
{
	char file[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", file, PATH_MAX - 1);

	while (len > 0 && file[len] != '/')
		len--;
	for (size_t i = 0; i < 2; i++) {
		strcpy(file + (len > 0 ? len : 0), default_grammar[i]);
		if (!access(file, R_OK))
			return xstrdup(file);
	}
	die("the grammar is not installed: name its folder with --grammar");
}

int
main(int argc, char **argv)
{
	const char *path[3] = { NULL, NULL, NULL }, *folder = NULL;
	long n[3] = { 20000, 500, 500 }, seed = 1;
	const struct opt opts[] = {
		OPT_TEXT(0, "train", &path[0], "FILE", "training pairs"),
		OPT_TEXT(0, "valid", &path[1], "FILE", "validation pairs"),
		OPT_TEXT(0, "test", &path[2], "FILE", "test pairs"),
		OPT_LONG('n', "count", &n[0], 1, 1000000, "training pairs"),
		OPT_LONG(0, "valid-count", &n[1], 0, 1000000,
			"validation pairs"),
		OPT_LONG(0, "test-count", &n[2], 0, 1000000, "test pairs"),
		OPT_TEXT(0, "grammar", &folder, "DIR",
			"the lexicon, not the installed one"),
		OPT_SEED(&seed),
		OPT_END
	};
	opt_parse(argc, argv, "[>pairs.tsv]",
		"Write a German-English parallel corpus from a bilingual "
		"grammar.\nNo sentence of either language comes twice; the "
		"held-out parts use only words\nof the training part. Without "
		"files, the training pairs go to stdout.", opts);

	struct lexicon lex;
	struct scene scene;
	struct why why;
	struct buf part = { 0 };
	struct out out[3];
	char *found = folder ? NULL : find_grammar();
	for (int i = 0; i < 3; i++)
		if (path[i])
			out_open(&out[i], path[i]);
	if (lexicon_load(&lex, folder ? folder : found, &why))
		die("%s", why.text);
	struct corpus c = {
		.draw = { &lex, rng_seed((uint64_t)seed), &scene } };
	int files = path[0] || path[1] || path[2];
	int parts = path[2] ? 3 : path[1] ? 2 : 1;
	for (int i = 0; i < parts; i++) {
		buf_clear(&part);
		fill(&c, &part, n[i], i == 0);
		if (path[i])
			out_write(&out[i], part.data, part.len);
		else if (!files)
			fwrite(part.data, 1, part.len, stdout);
	}
	for (int i = 0; i < 3; i++)
		if (path[i])
			out_commit(&out[i]);
	lexicon_free(&lex);
	free(found);
	free(c.sources.at);
	free(c.targets.at);
	free(c.words.at);
	buf_free(&c.de);
	buf_free(&c.en);
	buf_free(&part);
	return out_end();
}
