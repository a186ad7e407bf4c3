/* arch.h - one SubTransformer, a point in the search space.
 *
 * An arch is a plain value: copy it with =, compare it with arch_equal, never
 * free it. Layer arrays are zero past their layer count. Nothing here prints
 * or exits. */
#ifndef ARCH_H
#define ARCH_H

#include <jansson.h>
#include <stdint.h>
#include "base/die.h"
#include "base/mem.h"
#include "base/rng.h"
#include "json.h"
#include "space.h"
#include "stack.h"

struct arch {
	int qkv_dim;
	int encoder_embed_dim, encoder_layer_num;
	int decoder_embed_dim, decoder_layer_num;
	int encoder_ffn_embed_dim[LAYERS_MAX];
	int encoder_self_attention_heads[LAYERS_MAX];
	int decoder_ffn_embed_dim[LAYERS_MAX];
	int decoder_self_attention_heads[LAYERS_MAX];
	int decoder_ende_attention_heads[LAYERS_MAX];
	int decoder_arbitrary_ende_attn[LAYERS_MAX];   /* -1, 1, 2 */
	/* Self-attention of half of the channels beside a convolution of the
	 * others (Lite Transformer's LSRA), with so wide a kernel; 0: of all.
	 * Not printed where they are all 0. */
	int conv_glu;       /* 1: they have gates; 0 where there are none */
	int encoder_conv_kernel[LAYERS_MAX];
	int decoder_conv_kernel[LAYERS_MAX];
};

/* j: the object behind "arch". 0, or -1 with a reason. */
int arch_from_json(struct arch *, const json_t *j, struct why *);
/* Do its parts fit together? -1 with a reason, *at (or NULL) then names the
 * part, else 0. The ranges of single values are not looked at. */
int arch_check(const struct arch *, enum gene *at, struct why *);
/* The same from the bytes that arch_print writes, twenty times as fast. Returns
 * their end, or NULL for what is written otherwise, or wrong, or has
 * convolutions: arch_from_json then says what. */
const char *arch_scan(struct arch *, const char *text);
/* Set conv_glu of an arch that is complete otherwise. */
void arch_gates(struct arch *, int gates);
const char *arch_key(enum gene);   /* "encoder_embed_dim" .. */
void arch_print(struct buf *, const struct arch *);   /* {"qkv_dim":..} */

/* Each choice drawn uniformly; of arbitrary attention, among what the drawn
 * encoder has. */
void arch_sample(struct arch *, const struct space *, struct rng *);
struct arch arch_largest(const struct space *);
struct arch arch_smallest(const struct space *);

int arch_equal(const struct arch *, const struct arch *);
/* Of its values alone, and the same for good: ids are made of it. */
uint64_t arch_hash(const struct arch *);
/* A short name of it, whatever the task: 50 bits of the hash, in digits and
 * letters without i, l, o and u. */
enum { ARCH_ID = 10 };
void arch_id(const struct arch *, char id[ARCH_ID + 1]);
/* Is it a point of the space? -1 with a reason if not, else 0. */
int arch_in_space(const struct arch *, const struct space *, struct why *);
/* Does it fit into weights stored for largest? Likewise. */
int arch_fits(const struct arch *, const struct arch *largest, struct why *);

int stack_layers(const struct arch *, enum stack);
int stack_width(const struct arch *, enum stack);

/* The per-layer genes of one arch: GENE_ENCODER_FFN and what follows, or the
 * scalar ones as arrays of one. n: how many are in use. */
int *arch_gene(struct arch *, enum gene, int *n);
const int *arch_gene_of(const struct arch *, enum gene);
int arch_values(const struct arch *, enum gene);   /* that n */
/* Is a gene there that may be missing? Others are. */
int arch_has(const struct arch *, enum gene);

#endif
