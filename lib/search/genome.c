#include "genome.h"

/* How many of each gene the deepest architecture has; 0 where the space is
 * without. */
struct gene_counts { int at[GENES]; };

static struct gene_counts
count_genes(const struct space *s)
{
	struct arch big = arch_largest(s);
	struct gene_counts n = { 0 };

	for (enum gene g = 0; g < GENES; g++)
		if (s->choice[g].n)
			arch_gene(&big, g, &n.at[g]);
	return n;
}

/* The depth of the encoder comes before attention to it in the enum, so it is
 * known in time. */
static int
draw_gene(const struct genome *o, enum gene g, const struct space *s,
	struct rng *r)
{
	struct choice c = g == GENE_ARBITRARY ?
		space_arbitrary(s, o->gene[GENE_ENCODER_LAYERS][0]) :
		s->choice[g];

	return c.at[rng_below(r, (uint64_t)c.n)];
}

void
genome_sample(struct genome *o, const struct space *s, struct rng *r)
{
	struct gene_counts n = count_genes(s);

	*o = (struct genome){ 0 };
	for (enum gene g = 0; g < GENES; g++)
		for (int i = 0; i < n.at[g]; i++)
			o->gene[g][i] = draw_gene(o, g, s, r);
}

void
genome_smallest(struct genome *o, const struct space *s)
{
	struct gene_counts n = count_genes(s);

	*o = (struct genome){ 0 };
	for (enum gene g = 0; g < GENES; g++)
		for (int i = 0; i < n.at[g]; i++)
			o->gene[g][i] = choice_min(&s->choice[g]);
}

void
genome_mutate(struct genome *o, const struct genome *parent,
	const struct space *s, double prob, struct rng *r)
{
	struct gene_counts n = count_genes(s);

	*o = *parent;
	for (enum gene g = 0; g < GENES; g++)
		for (int i = 0; i < n.at[g]; i++)
			if (rng_unit(r) < prob)
				o->gene[g][i] = draw_gene(o, g, s, r);
}

void
genome_cross(struct genome *o, const struct genome *a, const struct genome *b,
	const struct space *s, struct rng *r)
{
	struct gene_counts n = count_genes(s);

	*o = *a;
	for (enum gene g = 0; g < GENES; g++)
		for (int i = 0; i < n.at[g]; i++)
			if (rng_below(r, 2))
				o->gene[g][i] = b->gene[g][i];
}

void
genome_arch(struct arch *a, const struct genome *o, const struct space *s)
{
	*a = (struct arch){ .qkv_dim = s->qkv_dim };
	for (enum gene g = 0; g < GENES; g++) {
		int n, *to = arch_gene(a, g, &n);
		for (int i = 0; i < n; i++)
			to[i] = o->gene[g][i];
	}
	arch_gates(a, s->conv_glu);
	struct choice c = space_arbitrary(s, a->encoder_layer_num);
	for (int i = 0; i < a->decoder_layer_num; i++)
		if (!choice_has(&c, a->decoder_arbitrary_ende_attn[i]))
			a->decoder_arbitrary_ende_attn[i] = choice_max(&c);
}
