#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/nearest.h"
#include "rec/rec.h"
#include "space.h"

const char *const space_keys[GENES] = {
	"encoder_embed_choice", "decoder_embed_choice",
	"encoder_layer_num_choice", "decoder_layer_num_choice",
	"encoder_ffn_embed_dim_choice", "decoder_ffn_embed_dim_choice",
	"encoder_self_attention_heads_choice",
	"decoder_self_attention_heads_choice",
	"decoder_ende_attention_heads_choice",
	"decoder_arbitrary_ende_attn_choice",
	"encoder_conv_kernel_choice", "decoder_conv_kernel_choice",
};

const struct stack_genes stack_genes[STACKS] = {
	{ GENE_ENCODER_EMBED, GENE_ENCODER_HEADS, GENE_ENCODER_CONV },
	{ GENE_DECODER_EMBED, GENE_DECODER_HEADS, GENE_DECODER_CONV },
};

void
gene_range(enum gene g, int *lo, int *hi)
{
	*lo = g == GENE_ARBITRARY ? -1 : g >= GENES_HAT ? 0 : 1;
	*hi = g == GENE_ARBITRARY ? 2 : g >= GENES_HAT ? KERNEL_MAX :
		g == GENE_ENCODER_LAYERS || g == GENE_DECODER_LAYERS ?
		LAYERS_MAX : WIDTH_MAX;
}

int
choice_max(const struct choice *c)
{
	int max = c->at[0];

	for (int i = 1; i < c->n; i++)
		if (c->at[i] > max)
			max = c->at[i];
	return max;
}

int
choice_min(const struct choice *c)
{
	int min = c->at[0];

	for (int i = 1; i < c->n; i++)
		if (c->at[i] < min)
			min = c->at[i];
	return min;
}

int
choice_has(const struct choice *c, int value)
{
	for (int i = 0; i < c->n; i++)
		if (c->at[i] == value)
			return 1;
	return 0;
}

int
arbitrary_layers(int value)
{
	return value < 0 ? 1 : value + 1;
}

struct choice
space_arbitrary(const struct space *s, int encoder_layers)
{
	const struct choice *all = &s->choice[GENE_ARBITRARY];
	struct choice c = { 0 };

	for (int i = 0; i < all->n; i++)
		if (arbitrary_layers(all->at[i]) <= encoder_layers)
			c.at[c.n++] = all->at[i];
	return c;
}

static const char *
space_key(enum gene g)
{
	return space_keys[g];
}

int
gene_json(const char *what, gene_key *key, enum gene g, const json_t *j,
	int *v, struct why *why)
{
	int lo, hi;

	gene_range(g, &lo, &hi);
	if (json_int(j, lo, hi, v) || (g == GENE_ARBITRARY && !*v))
		return why_set(why, g == GENE_ARBITRARY ?
			"%s.%s: want -1, 1 and 2 only" :
			"%s.%s: want integers in [%d, %d]", what, key(g), lo,
			hi);
	return 0;
}

int
gene_unknown(const char *what, gene_key *key, const char *word,
	struct why *why)
{
	struct nearest near = nearest_to(word, strlen(word));
	char hint[100];

	for (enum gene g = 0; g < GENES; g++)
		nearest_try(&near, key(g), strlen(key(g)));
	nearest_try(&near, "qkv_dim", strlen("qkv_dim"));
	nearest_try(&near, "conv_glu", strlen("conv_glu"));
	return why_set(why, "%s: unknown key \"%.80s\"%s", what, word,
		nearest_hint(&near, hint, sizeof hint));
}

static int
parse_choice(struct choice *c, enum gene g, const json_t *j, struct why *why)
{
	size_t n = json_array_size(j);

	if (!n || n > CHOICES_MAX)
		return why_set(why, "space.%s: want an array of 1 to %d "
			"integers", space_keys[g], CHOICES_MAX);
	for (c->n = 0; c->n < (int)n; c->n++) {
		int v;
		if (gene_json("space", space_key, g, json_array_get(j,
		    (size_t)c->n), &v, why))
			return -1;
		if (choice_has(c, v))
			return why_set(why, "space.%s: %d stands twice",
				space_keys[g], v);
		c->at[c->n] = v;
	}
	return 0;
}

/* Heads share kernels, of half of qkv_dim. */
int
conv_check(const char *what, gene_key *key, enum stack s, int qkv_dim,
	int width, const int *heads, int n, enum gene *at, struct why *why)
{
	const struct stack_genes *g = &stack_genes[s];

	*at = g->conv;
	if (n && width < 2)
		return why_set(why, "%s.%s: a width of 1 has no halves", what,
			key(g->embed));
	for (int i = 0; i < n; i++)
		if (qkv_dim % (2 * heads[i]))
			return why_set(why, "%s.%s: %d heads do not divide "
				"half of qkv_dim %d, as %s wants", what,
				key(g->heads), heads[i], qkv_dim,
				key(g->conv));
	return 0;
}

int
space_check(const struct space *s, enum gene *at, struct why *why)
{
	enum gene ignored;

	at = at ? at : &ignored;
	for (enum gene g = GENE_ENCODER_HEADS; g <= GENE_ENDE_HEADS; g++)
		for (int i = 0; i < s->choice[*at = g].n; i++)
			if (s->qkv_dim % s->choice[g].at[i])
				return why_set(why, "space.%s: %d heads do not "
					"divide qkv_dim %d", space_keys[g],
					s->choice[g].at[i], s->qkv_dim);
	*at = GENE_ARBITRARY;
	int fewest = choice_min(&s->choice[GENE_ENCODER_LAYERS]);
	if (!space_arbitrary(s, fewest).n)
		return why_set(why, "space.%s: nothing to choose for an "
			"encoder of %d layers", space_keys[GENE_ARBITRARY],
			fewest);
	for (enum stack k = ENCODER; k < STACKS; k++) {
		const struct stack_genes *g = &stack_genes[k];
		const struct choice *c = &s->choice[g->conv];
		const struct choice *heads = &s->choice[g->heads];
		if (conv_check("space", space_key, k, s->qkv_dim,
		    choice_min(&s->choice[g->embed]), heads->at,
		    c->n && choice_max(c) ? heads->n : 0, at, why))
			return -1;
	}
	return 0;
}

int
space_from_json(struct space *s, const json_t *j, struct why *why)
{
	const char *key, *name;
	json_t *v;

	*s = (struct space){ 0 };
	if (!json_is_object(j))
		return why_set(why, j ? "space: want an object" :
			"want a record with a \"space\"");
	json_object_foreach((json_t *)j, key, v) {
		int g = 0;
		while (g < GENES && strcmp(key, space_keys[g]))
			g++;
		if (g < GENES) {
			if (parse_choice(&s->choice[g], g, v, why))
				return -1;
		} else if (!strcmp(key, "qkv_dim")) {
			if (json_int(v, 1, WIDTH_MAX, &s->qkv_dim))
				return why_set(why, "space.qkv_dim: want an "
					"integer in [1, %d]", WIDTH_MAX);
		} else if (!strcmp(key, "conv_glu")) {
			if (json_int(v, 0, 1, &s->conv_glu))
				return why_set(why, "space.conv_glu: want 0 or "
					"1");
		} else if (!strcmp(key, "name")) {
			if (!(name = json_string_value(v)) ||
			    strlen(name) >= sizeof s->name)
				return why_set(why, "space.name: want a text "
					"of under %zu bytes", sizeof s->name);
			strcpy(s->name, name);
		} else
			return gene_unknown("space", space_key, key, why);
	}
	for (enum gene g = 0; g < GENES_HAT; g++)
		if (!s->choice[g].n)
			return why_set(why, "space: no \"%s\"", space_keys[g]);
	if (!s->qkv_dim)
		return why_set(why, "space: no \"qkv_dim\"");
	return space_check(s, NULL, why);
}

void
space_print(struct buf *b, const struct space *s)
{
	buf_str(b, "{\"name\":");
	json_text(b, s->name, strlen(s->name));
	buf_printf(b, ",\"qkv_dim\":%d", s->qkv_dim);
	if (s->conv_glu)
		buf_printf(b, ",\"conv_glu\":%d", s->conv_glu);
	for (enum gene g = 0; g < GENES; g++) {
		if (!s->choice[g].n)
			continue;
		buf_printf(b, ",\"%s\":[", space_keys[g]);
		for (int i = 0; i < s->choice[g].n; i++)
			buf_printf(b, "%s%d", i ? "," : "",
				s->choice[g].at[i]);
		buf_str(b, "]");
	}
	buf_str(b, "}");
}

/* Ways to choose a gene that may be missing. */
static double
ways(const struct choice *c)
{
	return c->n ? c->n : 1;
}

int
space_within(const struct space *part, const struct space *all,
	struct why *why)
{
	const struct choice plain = { 1, { 0 } };   /* no convolution */

	if (part->qkv_dim != all->qkv_dim)
		return why_set(why, "qkv_dim is %d there, %d here",
			all->qkv_dim, part->qkv_dim);
	for (enum gene g = 0; g < GENES; g++) {
		const struct choice *own = &part->choice[g];
		const struct choice *most = &all->choice[g];
		if (g >= GENES_HAT && own->n && most->n &&
		    part->conv_glu != all->conv_glu)
			return why_set(why, "conv_glu is %d there, %d here",
				all->conv_glu, part->conv_glu);
		own = own->n ? own : &plain;
		most = most->n ? most : &plain;
		for (int i = 0; i < own->n; i++)
			if (!choice_has(most, own->at[i]))
				return why_set(why, "%s: there is no %d there",
					space_keys[g], own->at[i]);
	}
	return 0;
}

double
space_size(const struct space *s)
{
	const struct choice *c = s->choice;
	double encoders = 0;

	for (int i = 0; i < c[GENE_ENCODER_LAYERS].n; i++) {
		int n = c[GENE_ENCODER_LAYERS].at[i];
		double per = (double)c[GENE_DECODER_FFN].n *
			c[GENE_DECODER_HEADS].n * c[GENE_ENDE_HEADS].n *
			space_arbitrary(s, n).n * ways(&c[GENE_DECODER_CONV]);
		double decoders = 0;
		for (int k = 0; k < c[GENE_DECODER_LAYERS].n; k++)
			decoders += pow(per, c[GENE_DECODER_LAYERS].at[k]);
		encoders += decoders * pow((double)c[GENE_ENCODER_FFN].n *
			c[GENE_ENCODER_HEADS].n * ways(&c[GENE_ENCODER_CONV]),
			n);
	}
	return encoders * c[GENE_ENCODER_EMBED].n * c[GENE_DECODER_EMBED].n;
}
