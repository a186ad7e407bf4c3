#include <string.h>
#include "arch.h"
#include "base/nearest.h"

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
	FIELD(GENE_ENCODER_CONV, encoder_conv_kernel, GENE_ENCODER_LAYERS),
	FIELD(GENE_DECODER_CONV, decoder_conv_kernel, GENE_DECODER_LAYERS),
#undef FIELD
};

/* The order in which HAT's files name the fields. */
static const enum gene order[GENES] = {
	GENE_ENCODER_EMBED, GENE_ENCODER_LAYERS, GENE_ENCODER_FFN,
	GENE_ENCODER_HEADS, GENE_DECODER_EMBED, GENE_DECODER_LAYERS,
	GENE_DECODER_FFN, GENE_DECODER_HEADS, GENE_ENDE_HEADS, GENE_ARBITRARY,
	GENE_ENCODER_CONV, GENE_DECODER_CONV,
};

const char *
arch_key(enum gene g)
{
	return fields[g].key;
}

static const int *
gene(const struct arch *a, enum gene g)
{
	return (const int *)((const char *)a + fields[g].at);
}

int
stack_layers(const struct arch *a, enum stack s)
{
	return s == ENCODER ? a->encoder_layer_num : a->decoder_layer_num;
}

int
stack_width(const struct arch *a, enum stack s)
{
	return s == ENCODER ? a->encoder_embed_dim : a->decoder_embed_dim;
}

/* How many values of it are in use. */
static int
values(const struct arch *a, enum gene g)
{
	return fields[g].layers == GENES ? 1 : *gene(a, fields[g].layers);
}

int *
arch_gene(struct arch *a, enum gene g, int *n)
{
	if (n)
		*n = values(a, g);
	return (int *)((char *)a + fields[g].at);
}

static int
parse_field(struct arch *a, enum gene g, const json_t *j, struct why *why)
{
	int layered = fields[g].layers != GENES;
	int n, lo, hi, *to = arch_gene(a, g, &n);

	gene_range(g, &lo, &hi);
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

/* Is a gene that may be missing there? */
static int
has_gene(const struct arch *a, enum gene g)
{
	for (int i = 0; i < values(a, g); i++)
		if (gene(a, g)[i])
			return 1;
	return g < GENES_HAT;
}

static int
convolves(const struct arch *a)
{
	return has_gene(a, GENE_ENCODER_CONV) || has_gene(a, GENE_DECODER_CONV);
}

void
arch_gates(struct arch *a, int gates)
{
	a->conv_glu = gates && convolves(a);
}

/* The heads of a stack's layers that convolve. */
static int
check_conv(const struct arch *a, enum stack s, enum gene *at, struct why *why)
{
	const struct stack_genes *g = &stack_genes[s];
	int heads[LAYERS_MAX], n = 0;

	for (int i = 0; i < stack_layers(a, s); i++)
		if (gene(a, g->conv)[i])
			heads[n++] = gene(a, g->heads)[i];
	return conv_check("arch", arch_key, s, a->qkv_dim, stack_width(a, s),
		heads, n, at, why);
}

int
arch_check(const struct arch *a, enum gene *at, struct why *why)
{
	enum gene ignored;

	at = at ? at : &ignored;
	for (enum gene g = GENE_ENCODER_HEADS; g <= GENE_ENDE_HEADS; g++)
		for (int i = 0; i < values(a, *at = g); i++)
			if (a->qkv_dim % gene(a, g)[i])
				return why_set(why, "arch.%s: %d heads do not "
					"divide qkv_dim %d", fields[g].key,
					gene(a, g)[i], a->qkv_dim);
	*at = GENE_ARBITRARY;
	for (int i = 0; i < a->decoder_layer_num; i++)
		if (arbitrary_layers(a->decoder_arbitrary_ende_attn[i]) >
		    a->encoder_layer_num)
			return why_set(why, "arch.decoder_arbitrary_ende_attn: "
				"%d attends to more layers than the encoder's "
				"%d", a->decoder_arbitrary_ende_attn[i],
				a->encoder_layer_num);
	return check_conv(a, ENCODER, at, why) ||
		check_conv(a, DECODER, at, why) ? -1 : 0;
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
		if (g < GENES || !strcmp(key, "qkv_dim") ||
		    !strcmp(key, "conv_glu"))
			continue;
		for (g = 0; g < GENES; g++)
			nearest_try(&near, fields[g].key,
				strlen(fields[g].key));
		nearest_try(&near, "qkv_dim", strlen("qkv_dim"));
		nearest_try(&near, "conv_glu", strlen("conv_glu"));
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
	const json_t *glu = json_object_get(j, "conv_glu");
	if (glu && json_int(glu, 0, 1, &a->conv_glu))
		return why_set(why, "arch.conv_glu: want 0 or 1");
	known += glu != NULL;
	int gates = a->conv_glu;
	/* scalars come first in the enum, so layer counts are known in time */
	for (enum gene g = 0; g < GENES; g++) {
		const json_t *v = json_object_get(j, fields[g].key);
		if (!v && g >= GENES_HAT)
			continue;
		if (!v && check_keys(j, why))
			return -1;
		if (!v)
			return why_set(why, "arch: no \"%s\"", fields[g].key);
		if (parse_field(a, g, v, why))
			return -1;
		known++;
	}
	if (json_object_size(j) > known && check_keys(j, why))
		return -1;
	arch_gates(a, gates);
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
	char text[16 * (8 * LAYERS_MAX + 8) + 512], *p = text;

	p = put_int(stpcpy(p, "{\"qkv_dim\":"), a->qkv_dim);
	if (a->conv_glu)
		p = stpcpy(p, ",\"conv_glu\":1");
	for (int k = 0; k < GENES; k++) {
		enum gene g = order[k];
		int layered = fields[g].layers != GENES;
		int n = values(a, g);
		if (!has_gene(a, g))
			continue;
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
	for (int k = 0; k < GENES_HAT && p; k++) {
		enum gene g = order[k];
		int layered = fields[g].layers != GENES;
		int n, lo, hi, *to = arch_gene(a, g, &n);
		gene_range(g, &lo, &hi);
		p = scan_text(scan_text(scan_text(p, ",\""), fields[g].key),
			layered ? "\":[" : "\":");
		for (int i = 0; i < n && p; i++) {
			p = i ? scan_text(p, ",") : p;
			p = scan_int(p, lo, hi, &to[i]);
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
	for (enum gene g = 0; g < GENES; g++) {
		struct choice c = s->choice[g];
		int n, *to = arch_gene(a, g, &n);
		if (g == GENE_ARBITRARY)
			c = space_arbitrary(s, a->encoder_layer_num);
		for (int i = 0; c.n && i < n; i++)
			to[i] = c.at[rng_below(r, (uint64_t)c.n)];
	}
	arch_gates(a, s->conv_glu);
}

static struct arch
extreme(const struct space *s, int (*pick)(const struct choice *))
{
	struct arch a = { .qkv_dim = s->qkv_dim };

	for (enum gene g = 0; g < GENES; g++) {
		struct choice c = s->choice[g];
		int n, *to = arch_gene(&a, g, &n);
		if (g == GENE_ARBITRARY)
			c = space_arbitrary(s, a.encoder_layer_num);
		for (int i = 0; c.n && i < n; i++)
			to[i] = pick(&c);
	}
	arch_gates(&a, s->conv_glu);
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

	for (enum gene g = 0; g < GENES; g++) {
		if (!has_gene(a, g))
			continue;
		/* which of those that may be missing */
		if (g >= GENES_HAT)
			h = rng_mix(h * 31 + (uint64_t)(g + a->conv_glu *
				GENES));
		for (int i = 0; i < values(a, g); i++)
			h = rng_mix(h * 31 +
				(uint64_t)(gene(a, g)[i] + 2));
	}
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
	if (convolves(a) && a->conv_glu != s->conv_glu)
		return why_set(why, "conv_glu is %d, in the space %d",
			a->conv_glu, s->conv_glu);
	for (enum gene g = 0; g < GENES; g++)
		for (int i = 0; (s->choice[g].n || has_gene(a, g)) &&
		    i < values(a, g); i++)
			if (!choice_has(&s->choice[g],
			    gene(a, g)[i]))
				return why_set(why, "%s: %d is not in the "
					"space", fields[g].key,
					gene(a, g)[i]);
	return 0;
}

static int
fits(const struct arch *a, const struct arch *big, enum gene g, struct why *why)
{
	for (int i = 0; i < values(a, g); i++)
		if (gene(a, g)[i] > gene(big, g)[i])
			return why_set(why, "%s: %d exceeds the weights' %d",
				fields[g].key, gene(a, g)[i], gene(big, g)[i]);
	return 0;
}

int
arch_fits(const struct arch *a, const struct arch *big, struct why *why)
{
	if (a->qkv_dim != big->qkv_dim)
		return why_set(why, "qkv_dim is %d, in the weights %d",
			a->qkv_dim, big->qkv_dim);
	for (enum gene g = 0; g <= GENE_DECODER_FFN; g++)
		if (fits(a, big, g, why))
			return -1;
	for (enum gene g = GENES_HAT; g < GENES; g++)
		if (fits(a, big, g, why))
			return -1;
	if (!convolves(a))
		return 0;
	if (a->conv_glu != big->conv_glu)
		return why_set(why, "conv_glu is %d, in the weights %d",
			a->conv_glu, big->conv_glu);
	/* each head has a kernel of its own */
	for (enum stack s = ENCODER; s < STACKS; s++)
		if (has_gene(a, stack_genes[s].conv) &&
		    fits(a, big, stack_genes[s].heads, why))
			return -1;
	return 0;
}
