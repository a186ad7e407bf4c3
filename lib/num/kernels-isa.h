/* kernels-isa.h - kernels of the table that are not in kernels.c. ISA is
 * defined by the build. */
#ifndef KERNELS_ISA_H
#define KERNELS_ISA_H

#include "kernels.h"

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define LIKE(member, name) \
	extern __typeof__(*((struct kernels *)0)->member) PASTE(name, ISA)

LIKE(product, product);
LIKE(bf16_pack, bf16_pack);
LIKE(bf16_multiply, bf16_multiply);
LIKE(xent, xent);
LIKE(xent_words, xent_words);
LIKE(xent_logits, xent_logits);
LIKE(log_sum_exp, log_sum_exp);
LIKE(panels, panels);
LIKE(panels, panels_coded);   /* for kmeans4 */
LIKE(quantise, quantise);
LIKE(conv, conv);
LIKE(add_products, add_products);
LIKE(glu, glu);
LIKE(glu_back, glu_back);

#endif
