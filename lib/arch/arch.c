#include <string.h>
#include "arch.h"
#include "nearest.h"

static const struct {
	const char *key;
	size_t at;
	enum gene layers;   /* of which stack, for what is chosen per layer */
} fields[GENES] = {
#define FIELD(g, name, stack) \
	[g] = { #name, offsetof(struct arch, name), stack }
	FIELD(GENE_ENCODER_EMBED, encoder_embed_dim, GENES),
	FIELD(GENE_DECODER_EMBED, decoder_embed_dim, GENES),
	FIELD(GENE_ENCODER_LAYERS, encoder_layer_num, GENES),
	FIELD(GENE_DECODER_LAYERS, decoder_layer_num, GENES),
	FIELD(GENE_ENCODER_FFN, encoder_ffn_embed_dim, GENE_ENCODER_LAYERS),
	FIELD(GENE_DECODER_FFN, decoder_ffn_embed_dim, GENE_DECODER_LAYERS),
	FIELD(GENE_ENCODER_HEADS, encoder_self_attention_heads,
		GENE_ENCODER_LAYERS),
	FIELD(GENE_DECODER_HEADS, decoder_self_attention_heads,
		GENE_DECODER_LAYERS),
	FIELD(GENE_ENDE_HEADS, decoder_ende_attention_heads,
		GENE_DECODER_LAYERS),
	FIELD(GENE_ARBITRARY, decoder_arbitrary_ende_attn,
		GENE_DECODER_LAYERS),
#undef FIELD
};

/* The order in which HAT's files name the fields. */
static const enum gene order[GENES] = {
	GENE_ENCODER_EMBED, GENE_ENCODER_LAYERS, GENE_ENCODER_FFN,
	GENE_ENCODER_HEADS, GENE_DECODER_EMBED, GENE_DECODER_LAYERS,
	GENE_DECODER_FFN, GENE_DECODER_HEADS, GENE_ENDE_HEADS, GENE_ARBITRARY,
};

const char *
arch_key(enum gene g)
{
	return fields[g].key;
}

static int
stack_layers(const struct arch *a, enum gene g)
{
	return fields[g].layers == GENE_ENCODER_LAYERS ? a->encoder_layer_num :
		fields[g].layers == GENE_DECODER_LAYERS ? a->decoder_layer_num :
		1;
}

int *
arch_gene(struct arch *a, enum gene g, int *n)
{
	if (n)
		*n = stack_layers(a, g);
	return (int *)((char *)a + fields[g].at);
}

static const int *
gene(const struct arch *a, enum gene g)
{
	return (const int *)((const char *)a + fields[g].at);
}

static int
lowest(enum gene g)
{
	return g == GENE_ARBITRARY ? -1 : 1;
}

static int
highest(enum gene g)
{
	return g == GENE_ARBITRARY ? 2 : g == GENE_ENCODER_LAYERS ||
		g == GENE_DECODER_LAYERS ? LAYERS_MAX : WIDTH_MAX;
}

static int
parse_field(struct arch *a, enum gene g, const json_t *j, struct why *why)
{
	int layered = fields[g].layers != GENES;
	int lo = lowest(g), hi = highest(g), n;
	int *to = arch_gene(a, g, &n);

	if (layered && (!json_is_array(j) || (int)json_array_size(j) != n))
		return why_set(why, "arch.%s: want an array of %d integers, "
			"one a layer", fields[g].key, n);
	for (int i = 0; i < n; i++) {
		const json_t *v = layered ? json_array_get(j, (size_t)i) : j;
		if (json_int(v, lo, hi, &to[i]) ||
		    (g == GENE_ARBITRARY && !to[i]))
			return why_set(why, g == GENE_ARBITRARY ?
				"arch.%s: want -1, 1 and 2 only" :
				"arch.%s: want integers in [%d, %d]",
				fields[g].key, lo, hi);
	}
	return 0;
}

int
arch_check(const struct arch *a, enum gene *at, struct why *why)
{
	enum gene ignored;

	at = at ? at : &ignored;
	for (int g = GENE_ENCODER_HEADS; g <= GENE_ENDE_HEADS; g++)
		for (int i = 0; i < stack_layers(a, *at = (enum gene)g); i++)
			if (a->qkv_dim % gene(a, (enum gene)g)[i])
				return why_set(why, "arch.%s: %d heads do not "
					"divide qkv_dim %d", fields[g].key,
					gene(a, (enum gene)g)[i], a->qkv_dim);
	*at = GENE_ARBITRARY;
	for (int i = 0; i < a->decoder_layer_num; i++)
		if (arbitrary_layers(a->decoder_arbitrary_ende_attn[i]) >
		    a->encoder_layer_num)
			return why_set(why, "arch.decoder_arbitrary_ende_attn: "
				"%d attends to more layers than the encoder's "
				"%d", a->decoder_arbitrary_ende_attn[i],
				a->encoder_layer_num);
	return 0;
}

/* -1 with a reason where the object has a key that an arch has not. */
static int
check_keys(const json_t *j, struct why *why)
{
	const char *key;
	char hint[100];
	json_t *v;

	json_object_foreach((json_t *)j, key, v) {
		struct nearest near = nearest_to(key, strlen(key));
		int g = 0;
		while (g < GENES && strcmp(key, fields[g].key))
			g++;
		if (g < GENES || !strcmp(key, "qkv_dim"))
			continue;
		for (g = 0; g < GENES; g++)
			nearest_try(&near, fields[g].key,
				strlen(fields[g].key));
		nearest_try(&near, "qkv_dim", strlen("qkv_dim"));
		return why_set(why, "arch: unknown key \"%.80s\"%s", key,
			nearest_hint(&near, hint, sizeof hint));
	}
	return 0;
}

int
arch_from_json(struct arch *a, const json_t *j, struct why *why)
{
	size_t known = 0;

	*a = (struct arch){ 0 };
	if (!json_is_object(j))
		return why_set(why, j ? "arch: want an object" :
			"want a record with an \"arch\"");
	const json_t *q = json_object_get(j, "qkv_dim");
	if (!q && check_keys(j, why))
		return -1;
	if (!q || json_int(q, 1, WIDTH_MAX, &a->qkv_dim))
		return why_set(why, "arch.qkv_dim: want an integer in [1, %d]",
			WIDTH_MAX);
	known++;
	/* scalars come first in the enum, so layer counts are known in time */
	for (int g = 0; g < GENES; g++) {
		const json_t *v = json_object_get(j, fields[g].key);
		if (!v && check_keys(j, why))
			return -1;
		if (!v)
			return why_set(why, "arch: no \"%s\"", fields[g].key);
		if (parse_field(a, (enum gene)g, v, why))
			return -1;
		known++;
	}
	if (json_object_size(j) > known && check_keys(j, why))
		return -1;
	return arch_check(a, NULL, why);
}

/* Decimal digits of v to p; returns the end. */
static char *
put_int(char *p, int v)
{
	char digits[12];
	int n = 0;

	if (v < 0) {
		*p++ = '-';
		v = -v;
	}
	do
		digits[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		*p++ = digits[--n];
	return p;
}

void
arch_print(struct buf *b, const struct arch *a)
{
	char text[16 * (6 * LAYERS_MAX + 8) + 512], *p = text;

	p = put_int(stpcpy(p, "{\"qkv_dim\":"), a->qkv_dim);
	for (int k = 0; k < GENES; k++) {
		enum gene g = order[k];
		int layered = fields[g].layers != GENES;
		int n = stack_layers(a, g);
		p = stpcpy(stpcpy(stpcpy(p, ",\""), fields[g].key), "\":");
		if (layered)
			*p++ = '[';
		for (int i = 0; i < n; i++) {
			if (i)
				*p++ = ',';
			p = put_int(p, gene(a, g)[i]);
		}
		if (layered)
			*p++ = ']';
	}
	*p++ = '}';
	buf_add(b, text, (size_t)(p - text));
}

/* Step over text; NULL where something else stands, or p is NULL. */
static const char *
scan_text(const char *p, const char *text)
{
	while (p && *text)
		p = *p == *text++ ? p + 1 : NULL;
	return p;
}

/* A JSON integer of at most six digits in [lo, hi]. */
static const char *
scan_int(const char *p, int lo, int hi, int *v)
{
	int minus = p && *p == '-', n = 0;

	if (!p || (p[minus] == '0' && p[minus + 1] >= '0' &&
	    p[minus + 1] <= '9'))
		return NULL;
	*v = 0;
	for (p += minus; n < 7 && *p >= '0' && *p <= '9'; n++)
		*v = 10 * *v + (*p++ - '0');
	if (minus)
		*v = -*v;
	return n && n < 7 && *v >= lo && *v <= hi ? p : NULL;
}

const char *
arch_scan(struct arch *a, const char *p)
{
	struct why why;

	*a = (struct arch){ 0 };
	p = scan_int(scan_text(p, "{\"qkv_dim\":"), 1, WIDTH_MAX, &a->qkv_dim);
	for (int k = 0; k < GENES && p; k++) {
		enum gene g = order[k];
		int layered = fields[g].layers != GENES;
		int n, *to = arch_gene(a, g, &n);
		p = scan_text(scan_text(scan_text(p, ",\""), fields[g].key),
			layered ? "\":[" : "\":");
		for (int i = 0; i < n && p; i++) {
			p = i ? scan_text(p, ",") : p;
			p = scan_int(p, lowest(g), highest(g), &to[i]);
			if (g == GENE_ARBITRARY && !to[i])
				return NULL;
		}
		p = layered ? scan_text(p, "]") : p;
	}
	p = scan_text(p, "}");
	return p && !arch_check(a, NULL, &why) ? p : NULL;
}

void
arch_sample(struct arch *a, const struct space *s, struct rng *r)
{
	*a = (struct arch){ .qkv_dim = s->qkv_dim };
	for (int g = 0; g < GENES; g++) {
		struct choice c = s->choice[g];
		int n, *to = arch_gene(a, (enum gene)g, &n);
		if (g == GENE_ARBITRARY)
			c = space_arbitrary(s, a->encoder_layer_num);
		for (int i = 0; i < n; i++)
			to[i] = c.at[rng_below(r, (uint64_t)c.n)];
	}
}

static struct arch
extreme(const struct space *s, int (*pick)(const struct choice *))
{
	struct arch a = { .qkv_dim = s->qkv_dim };

	for (int g = 0; g < GENES; g++) {
		struct choice c = s->choice[g];
		int n, *to = arch_gene(&a, (enum gene)g, &n);
		if (g == GENE_ARBITRARY)
			c = space_arbitrary(s, a.encoder_layer_num);
		for (int i = 0; i < n; i++)
			to[i] = pick(&c);
	}
	return a;
}

struct arch
arch_largest(const struct space *s)
{
	return extreme(s, choice_max);
}

struct arch
arch_smallest(const struct space *s)
{
	return extreme(s, choice_min);
}

int
arch_equal(const struct arch *a, const struct arch *b)
{
	return !memcmp(a, b, sizeof *a);
}

uint64_t
arch_hash(const struct arch *a)
{
	uint64_t h = (uint64_t)a->qkv_dim;

	for (int g = 0; g < GENES; g++)
		for (int i = 0; i < stack_layers(a, (enum gene)g); i++)
			h = rng_mix(h * 31 +
				(uint64_t)(gene(a, (enum gene)g)[i] + 2));
	return h;
}

void
arch_id(const struct arch *a, char id[ARCH_ID + 1])
{
	uint64_t h = arch_hash(a) >> 14;

	for (int i = ARCH_ID; i-- > 0; h >>= 5)
		id[i] = "0123456789abcdefghjkmnpqrstvwxyz"[h & 31];
	id[ARCH_ID] = 0;
}

int
arch_in_space(const struct arch *a, const struct space *s, struct why *why)
{
	if (a->qkv_dim != s->qkv_dim)
		return why_set(why, "qkv_dim is %d, in the space %d",
			a->qkv_dim, s->qkv_dim);
	for (int g = 0; g < GENES; g++)
		for (int i = 0; i < stack_layers(a, (enum gene)g); i++)
			if (!choice_has(&s->choice[g],
			    gene(a, (enum gene)g)[i]))
				return why_set(why, "%s: %d is not in the "
					"space", fields[g].key,
					gene(a, (enum gene)g)[i]);
	return 0;
}

int
arch_fits(const struct arch *a, const struct arch *big, struct why *why)
{
	if (a->qkv_dim != big->qkv_dim)
		return why_set(why, "qkv_dim is %d, in the weights %d",
			a->qkv_dim, big->qkv_dim);
	for (int g = 0; g <= GENE_DECODER_FFN; g++)
		for (int i = 0; i < stack_layers(a, (enum gene)g); i++)
			if (gene(a, (enum gene)g)[i] >
			    gene(big, (enum gene)g)[i])
				return why_set(why, "%s: %d exceeds the "
					"weights' %d", fields[g].key,
					gene(a, (enum gene)g)[i],
					gene(big, (enum gene)g)[i]);
	return 0;
}
