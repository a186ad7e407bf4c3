/* space.h - a search space: what may be chosen for each part of a
 * SubTransformer. A plain value. Keys are HAT's, with underscores. */
#ifndef SPACE_H
#define SPACE_H

#include <jansson.h>
#include "base/die.h"
#include "base/mem.h"
#include "json.h"
#include "stack.h"

enum { CHOICES_MAX = 24 };

/* What can be chosen, in the order of HAT's files. ENCODER_FFN and what
 * follows is chosen per layer. */
enum gene {
	GENE_ENCODER_EMBED, GENE_DECODER_EMBED,
	GENE_ENCODER_LAYERS, GENE_DECODER_LAYERS,
	GENE_ENCODER_FFN, GENE_DECODER_FFN,
	GENE_ENCODER_HEADS, GENE_DECODER_HEADS, GENE_ENDE_HEADS,
	GENE_ARBITRARY, GENES_HAT,
	/* what HAT lacks: a space may do without */
	GENE_ENCODER_CONV = GENES_HAT, GENE_DECODER_CONV, GENES
};
static inline int
gene_layered(enum gene g)
{
	return g >= GENE_ENCODER_FFN;
}
enum { KERNEL_MAX = 64 };   /* of a convolution, see struct arch */

struct choice {
	int n, at[CHOICES_MAX];
};

struct space {
	char name[64];
	int qkv_dim;
	int conv_glu;               /* 1: convolutions have gates */
	struct choice choice[GENES];
};

extern const char *const space_keys[GENES];
/* The genes that both stacks have. */
struct stack_genes {
	enum gene embed, heads, conv;
};
extern const struct stack_genes stack_genes[STACKS];
/* The least and the largest that a gene can be. */
void gene_range(enum gene, int *lo, int *hi);

/* j: the object behind "space". 0, or -1 with a reason. */
int space_from_json(struct space *, const json_t *j, struct why *);
/* Do its parts fit together? As arch_check. */
int space_check(const struct space *, enum gene *at, struct why *);
/* What both ask. what: "space" or "arch"; key: what it calls its genes. */
typedef const char *gene_key(enum gene);
/* May layers with one of these n numbers of heads convolve, in a stack so
 * wide? */
int conv_check(const char *what, gene_key *, enum stack, int qkv_dim,
	int width, const int *heads, int n, enum gene *at, struct why *);
/* A gene's value; -1 with a reason. */
int gene_json(const char *what, gene_key *, enum gene, const json_t *,
	int *v, struct why *);
/* -1 with the reason that it has no key of this name. */
int gene_unknown(const char *what, gene_key *, const char *word, struct why *);
void space_print(struct buf *, const struct space *);  /* {"name":..} */
int choice_max(const struct choice *);
int choice_min(const struct choice *);
int choice_has(const struct choice *, int value);
/* Attention to n encoder layers: -1, 1, 2 mean 1, 2, 3. */
int arbitrary_layers(int value);
/* The choices of arbitrary attention that an encoder of n layers has. */
struct choice space_arbitrary(const struct space *, int encoder_layers);
/* Is each architecture of part one of all? -1 with a reason if not, else 0. */
int space_within(const struct space *part, const struct space *all,
	struct why *);
double space_size(const struct space *);   /* how many architectures */

#endif
