#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>
#include "hat_yaml.h"

enum { QKV_DEFAULT = 512, KEY_SIZE = 64, DEPTH_MAX = 100 };

static const char sub_end[] = "-subtransformer", choice_end[] = "-choice";

/* What else is read; all but the last are integers. */
enum { SUPER_ENCODER, SUPER_DECODER, QKV_DIM, SHARE, EXTRAS };
static const char *const extras[EXTRAS] = {
	"encoder-embed-dim", "decoder-embed-dim", "qkv-dim",
	"share-all-embeddings",
};

/* What genes are in: a SubTransformer's values, a space's choices. */
enum kind { VALUE, CHOICE, KINDS };

/* A file while it is read. */
struct reader {
	yaml_document_t *doc;
	const yaml_node_t *gene[KINDS][GENES_HAT], *extra[EXTRAS];
	long first;   /* line of the mapping */
	long *line;
	struct why *why;
};

/* The key of a gene in HAT's files, into key[KEY_SIZE]. */
static const char *
hat_key(char *key, enum kind kind, enum gene g)
{
	if (kind == CHOICE)
		snprintf(key, KEY_SIZE, "%s", space_keys[g]);
	else
		snprintf(key, KEY_SIZE, "%s%s%s", arch_key(g),
			gene_layered(g) ? "-all" : "", sub_end);
	for (char *p = key; *p; p++)
		if (*p == '_')
			*p = '-';
	return key;
}

static long
line_of(const yaml_node_t *n)
{
	return (long)n->start_mark.line + 1;
}

/* A scalar's text, or NULL; a NUL inside makes it no text of ours. */
static const char *
scalar(const yaml_node_t *n)
{
	const char *s = n && n->type == YAML_SCALAR_NODE ?
		(const char *)n->data.scalar.value : NULL;

	return s && strlen(s) == n->data.scalar.length ? s : NULL;
}

/* Where the value of a key is kept, or NULL if the key is not ours. */
static const yaml_node_t **
place(struct reader *r, const char *key)
{
	char name[KEY_SIZE];

	for (enum kind k = VALUE; k < KINDS; k++)
		for (enum gene g = 0; g < GENES_HAT; g++)
			if (!strcmp(key, hat_key(name, k, g)))
				return &r->gene[k][g];
	for (int i = 0; i < EXTRAS; i++)
		if (!strcmp(key, extras[i]))
			return &r->extra[i];
	return NULL;
}

/* Sort the values of the top-level mapping by their keys. */
static int
collect(struct reader *r, const yaml_node_t *root)
{
	const yaml_node_pair_t *p = root->data.mapping.pairs.start;

	*r->line = r->first = line_of(root);
	if (root->type != YAML_MAPPING_NODE)
		return why_set(r->why, "want \"key: value\" lines");
	for (; p < root->data.mapping.pairs.top; p++) {
		const yaml_node_t *k = yaml_document_get_node(r->doc, p->key);
		const char *key = scalar(k);
		const yaml_node_t **to = key ? place(r, key) : NULL;
		*r->line = line_of(k);
		if (to && *to)
			return why_set(r->why, "%s stands twice", key);
		if (to)
			*to = yaml_document_get_node(r->doc, p->value);
		else if (key && strcmp(key, "train-subtransformer") &&
		    (ends_in(key, sub_end) || ends_in(key, choice_end)))
			return why_set(r->why, "unknown key %.80s", key);
	}
	*r->line = r->first;
	return 0;
}

/* An integer in [lo, hi] as it stands in HAT's files: decimal, unquoted. */
static int
read_int(struct reader *r, const char *key, const yaml_node_t *n, int lo,
	int hi, int *v)
{
	const char *s = scalar(n);
	char *end = NULL;
	long x = 0;

	*r->line = line_of(n);
	if (s && n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    strspn(s, "-0123456789") == strlen(s))
		x = strtol(s, &end, 10);
	if (!end || end == s || *end || x < lo || x > hi)
		return why_set(r->why, "%s: want %s in [%d, %d]%s%.40s%s", key,
			n->type == YAML_SCALAR_NODE ? "an integer" : "integers",
			lo, hi, s ? ", not \"" : "", s ? s : "", s ? "\"" : "");
	*v = (int)x;
	return 0;
}

/* The integers of a gene. want: how many, 0 for 1 to max. Returns how many,
 * or -1. */
static int
read_gene(struct reader *r, enum kind kind, enum gene g, int want, int max,
	int *to)
{
	const yaml_node_t *n = r->gene[kind][g];
	int is_list = n && n->type == YAML_SEQUENCE_NODE, count = 1, lo, hi;
	char key[KEY_SIZE];

	gene_range(g, &lo, &hi);
	hat_key(key, kind, g);
	*r->line = n ? line_of(n) : r->first;
	if (!n)
		return why_set(r->why, "no %s", key);
	if (is_list && kind == VALUE && !gene_layered(g))
		return why_set(r->why, "%s: want one integer, not a list", key);
	if (is_list)
		count = (int)(n->data.sequence.items.top -
			n->data.sequence.items.start);
	if (n->type == YAML_MAPPING_NODE || (want && count != want))
		return why_set(r->why, "%s: want %d integers, one a layer",
			key, want);
	if (!count || count > max)
		return why_set(r->why, "%s: want 1 to %d integers", key, max);
	for (int i = 0; i < count; i++) {
		const yaml_node_t *v = is_list ? yaml_document_get_node(r->doc,
			n->data.sequence.items.start[i]) : n;
		if (read_int(r, key, v, lo, hi, &to[i]))
			return -1;
		if (g == GENE_ARBITRARY && !to[i])
			return why_set(r->why, "%s: want -1, 1 and 2 only",
				key);
	}
	return count;
}

static int
read_arch(struct reader *r, struct arch *a)
{
	enum gene at;

	/* scalars come first in the enum, so layer counts are known in time */
	for (enum gene g = 0; g < GENES_HAT; g++) {
		int n, *to = arch_gene(a, g, &n);
		if (read_gene(r, VALUE, g, n, LAYERS_MAX, to) < 0)
			return -1;
	}
	if (!arch_check(a, &at, r->why))
		return 0;
	*r->line = line_of(r->gene[VALUE][at]);
	return -1;
}

static int
read_space(struct reader *r, struct space *s)
{
	enum gene at;

	for (enum gene g = 0; g < GENES_HAT; g++) {
		int all[CHOICES_MAX];
		struct choice *c = &s->choice[g];
		int n = read_gene(r, CHOICE, g, 0, CHOICES_MAX, all);
		if (n < 0)
			return -1;
		for (c->n = 0; c->n < n; c->n++) {
			char key[KEY_SIZE];
			if (choice_has(c, all[c->n]))
				return why_set(r->why, "%s: %d stands twice",
					hat_key(key, CHOICE, g), all[c->n]);
			c->at[c->n] = all[c->n];
		}
	}
	if (!space_check(s, &at, r->why))
		return 0;
	*r->line = line_of(r->gene[CHOICE][at]);
	return -1;
}

/* HAT's own words for a flag (ConfigArgParse). */
static int
read_share(struct reader *r, int *v)
{
	static const char *const words[] = { "false", "true", "no", "yes" };
	const char *s = scalar(r->extra[SHARE]);

	for (int i = 0; s && i < 4; i++)
		if (!strcasecmp(s, words[i])) {
			*v = i % 2;
			return 0;
		}
	*r->line = line_of(r->extra[SHARE]);
	return why_set(r->why, "%s: want True or False", extras[SHARE]);
}

static int
read_extras(struct reader *r, int qkv_dim, struct hat_yaml *y)
{
	int v[SHARE] = { 0 };

	for (int i = 0; i < SHARE; i++)
		if (r->extra[i] && read_int(r, extras[i], r->extra[i], 1,
		    WIDTH_MAX, &v[i]))
			return -1;
	y->task = task_unknown();
	y->task.super_encoder_embed_dim = v[SUPER_ENCODER];
	y->task.super_decoder_embed_dim = v[SUPER_DECODER];
	y->qkv_dim = v[QKV_DIM];
	y->arch.qkv_dim = y->space.qkv_dim = qkv_dim ? qkv_dim :
		v[QKV_DIM] ? v[QKV_DIM] : QKV_DEFAULT;
	return r->extra[SHARE] ? read_share(r, &y->task.share_all_embeddings) :
		0;
}

static int
read_document(struct reader *r, int qkv_dim, struct hat_yaml *y)
{
	const yaml_node_t *root = yaml_document_get_root_node(r->doc);
	int n[KINDS] = { 0 };

	if (!root)
		return why_set(r->why, "empty, want HAT's YAML or CSV");
	if (collect(r, root))
		return -1;
	for (enum kind k = VALUE; k < KINDS; k++)
		for (enum gene g = 0; g < GENES_HAT; g++)
			n[k] += r->gene[k][g] != NULL;
	if (!n[VALUE] == !n[CHOICE])
		return why_set(r->why, n[VALUE] ? "both *%s and *%s keys" :
			"neither *%s nor *%s keys", sub_end, choice_end);
	y->is_space = n[CHOICE] > 0;
	if (read_extras(r, qkv_dim, y))
		return -1;
	return y->is_space ? read_space(r, &y->space) :
		read_arch(r, &y->arch);
}

/* The next document of text, to be deleted. */
static int
load(yaml_document_t *doc, yaml_parser_t *p, const char *text, long *line,
	struct why *why)
{
	if (yaml_parser_load(p, doc))
		return 0;
	*line = (long)p->problem_mark.line + 1;
	/* broken UTF-8 has an offset only */
	if (p->error == YAML_READER_ERROR) {
		*line = 1;
		for (size_t i = 0; i < p->problem_offset; i++)
			*line += text[i] == '\n';
	}
	return why_set(why, "broken YAML: %s", p->problem ? p->problem :
		"out of memory");
}

/* So many brackets are open at once. */
static int
depth(const char *text, size_t len)
{
	int open = 0, most = 0;

	for (size_t i = 0; i < len; i++) {
		open += (text[i] == '[' || text[i] == '{') -
			(text[i] == ']' || text[i] == '}');
		most = open > most ? open : most;
	}
	return most;
}

int
hat_yaml_read(struct hat_yaml *y, const char *text, size_t len, int qkv_dim,
	long *line, struct why *why)
{
	yaml_document_t doc;
	yaml_parser_t p;
	struct reader r = { .doc = &doc, .line = line, .why = why };

	*y = (struct hat_yaml){ 0 };
	*line = 0;
	/* for each bracket libyaml looks at all that are open */
	if (depth(text, len) > DEPTH_MAX)
		return why_set(why, "broken YAML: nested more than %d deep",
			DEPTH_MAX);
	if (!yaml_parser_initialize(&p))
		return why_set(why, "out of memory");
	yaml_parser_set_input_string(&p, (const unsigned char *)text, len);
	int bad = load(&doc, &p, text, line, why);
	if (!bad) {
		bad = read_document(&r, qkv_dim, y);
		yaml_document_delete(&doc);
	}
	if (!bad && !(bad = load(&doc, &p, text, line, why))) {
		const yaml_node_t *root = yaml_document_get_root_node(&doc);
		if (root) {
			*line = line_of(root);
			bad = why_set(why, "a second document");
		}
		yaml_document_delete(&doc);
	}
	yaml_parser_delete(&p);
	return bad;
}

static void
print_list(struct buf *b, const char *key, const int *x, int n, int brackets)
{
	buf_printf(b, "%s: %s", key, brackets ? "[" : "");
	for (int i = 0; i < n; i++)
		buf_printf(b, "%s%d", i ? ", " : "", x[i]);
	buf_str(b, brackets ? "]\n" : "\n");
}

static void
print_super(struct buf *b, const struct task *t, int qkv_dim)
{
	const int v[SHARE] = { t->super_encoder_embed_dim,
		t->super_decoder_embed_dim, qkv_dim };

	for (int i = 0; i < SHARE; i++)
		if (v[i])
			buf_printf(b, "%s: %d\n", extras[i], v[i]);
	if (t->share_all_embeddings >= 0)
		buf_printf(b, "%s: %s\n", extras[SHARE],
			t->share_all_embeddings ? "True" : "False");
}

void
hat_yaml_print_arch(struct buf *b, const struct arch *a, const struct task *t)
{
	char key[KEY_SIZE];

	print_super(b, t, a->qkv_dim);
	for (enum gene g = 0; g < GENES_HAT; g++)
		print_list(b, hat_key(key, VALUE, g), arch_gene_of(a, g),
			arch_values(a, g), gene_layered(g));
}

void
hat_yaml_print_space(struct buf *b, const struct space *s,
	const struct task *task)
{
	const struct choice *c = s->choice;
	struct task t = *task;
	int heads = choice_max(&c[GENE_DECODER_HEADS]);
	int ende = choice_max(&c[GENE_ENDE_HEADS]);
	char key[KEY_SIZE];

	if (!t.super_encoder_embed_dim)
		t.super_encoder_embed_dim = choice_max(&c[GENE_ENCODER_EMBED]);
	if (!t.super_decoder_embed_dim)
		t.super_decoder_embed_dim = choice_max(&c[GENE_DECODER_EMBED]);
	print_super(b, &t, s->qkv_dim);
	buf_printf(b, "encoder-ffn-embed-dim: %d\ndecoder-ffn-embed-dim: %d\n"
		"encoder-layers: %d\ndecoder-layers: %d\n"
		"encoder-attention-heads: %d\ndecoder-attention-heads: %d\n",
		choice_max(&c[GENE_ENCODER_FFN]),
		choice_max(&c[GENE_DECODER_FFN]),
		choice_max(&c[GENE_ENCODER_LAYERS]),
		choice_max(&c[GENE_DECODER_LAYERS]),
		choice_max(&c[GENE_ENCODER_HEADS]),
		heads > ende ? heads : ende);
	for (enum gene g = 0; g < GENES_HAT; g++)
		print_list(b, hat_key(key, CHOICE, g), c[g].at, c[g].n, 1);
}
