#include <string.h>
#include "arch.h"

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

const char *
arch_key(enum gene g)
{
	return fields[g].key;
}

const int *
arch_gene_of(const struct arch *a, enum gene g)
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

int
arch_values(const struct arch *a, enum gene g)
{
	return gene_layered(g) ? *arch_gene_of(a, fields[g].layers) : 1;
}

int *
arch_gene(struct arch *a, enum gene g, int *n)
{
	if (n)
		*n = arch_values(a, g);
	return (int *)((char *)a + fields[g].at);
}

int
arch_has(const struct arch *a, enum gene g)
{
	for (int i = 0; i < arch_values(a, g); i++)
		if (arch_gene_of(a, g)[i])
			return 1;
	return g < GENES_HAT;
}

static int
convolves(const struct arch *a)
{
	return arch_has(a, GENE_ENCODER_CONV) || arch_has(a, GENE_DECODER_CONV);
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
		if (arch_gene_of(a, g->conv)[i])
			heads[n++] = arch_gene_of(a, g->heads)[i];
	return conv_check("arch", arch_key, s, a->qkv_dim, stack_width(a, s),
		heads, n, at, why);
}

int
arch_check(const struct arch *a, enum gene *at, struct why *why)
{
	enum gene ignored;

	at = at ? at : &ignored;
	for (enum gene g = GENE_ENCODER_HEADS; g <= GENE_ENDE_HEADS; g++)
		for (int i = 0; i < arch_values(a, *at = g); i++)
			if (a->qkv_dim % arch_gene_of(a, g)[i])
				return why_set(why, "arch.%s: %d heads do not "
					"divide qkv_dim %d", fields[g].key,
					arch_gene_of(a, g)[i], a->qkv_dim);
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

/* By chance, or, r NULL, each the largest or the smallest. */
static struct arch
choose(const struct space *s, struct rng *r, int largest)
{
	struct arch a = { .qkv_dim = s->qkv_dim };

	for (enum gene g = 0; g < GENES; g++) {
		struct choice c = s->choice[g];
		int n, *to = arch_gene(&a, g, &n);
		if (g == GENE_ARBITRARY)
			c = space_arbitrary(s, a.encoder_layer_num);
		for (int i = 0; c.n && i < n; i++)
			to[i] = r ? c.at[rng_below(r, (uint64_t)c.n)] :
				largest ? choice_max(&c) : choice_min(&c);
	}
	arch_gates(&a, s->conv_glu);
	return a;
}

void
arch_sample(struct arch *a, const struct space *s, struct rng *r)
{
	*a = choose(s, r, 0);
}

struct arch
arch_largest(const struct space *s)
{
	return choose(s, NULL, 1);
}

struct arch
arch_smallest(const struct space *s)
{
	return choose(s, NULL, 0);
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
		if (!arch_has(a, g))
			continue;
		/* which of those that may be missing */
		if (g >= GENES_HAT)
			h = rng_mix(h * 31 + (uint64_t)(g + a->conv_glu *
				GENES));
		for (int i = 0; i < arch_values(a, g); i++)
			h = rng_mix(h * 31 +
				(uint64_t)(arch_gene_of(a, g)[i] + 2));
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
		for (int i = 0; (s->choice[g].n || arch_has(a, g)) &&
		    i < arch_values(a, g); i++)
			if (!choice_has(&s->choice[g],
			    arch_gene_of(a, g)[i]))
				return why_set(why, "%s: %d is not in the "
					"space", fields[g].key,
					arch_gene_of(a, g)[i]);
	return 0;
}

static int
fits(const struct arch *a, const struct arch *big, enum gene g, struct why *why)
{
	const int *own = arch_gene_of(a, g), *most = arch_gene_of(big, g);

	for (int i = 0; i < arch_values(a, g); i++)
		if (own[i] > most[i])
			return why_set(why, "%s: %d exceeds the weights' %d",
				fields[g].key, own[i], most[i]);
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
		if (arch_has(a, stack_genes[s].conv) &&
		    fits(a, big, stack_genes[s].heads, why))
			return -1;
	return 0;
}
