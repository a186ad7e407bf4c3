/* isa_rec.h - the option that chooses the kernels. */
#ifndef ISA_REC_H
#define ISA_REC_H

#include "base/opt.h"
#include "num/kernels.h"

#define OPT_ISA(t) OPT_TEXT(0, "isa", t, "NAME", \
	"kernels for this instruction set, not for the best that the CPU " \
	"has: amx, avx512bf16, avx512vnni, avx512, avx2, sse2; neondot, " \
	"neon; plain. OpenBLAS chooses its own")

/* The kernels of that name, NULL: the best. Dies, of wrong usage, where this
 * CPU cannot run them. */
const struct kernels *isa_get(const char *name);

/* Of products of matrices: for dtype_named. */
#define OPT_PRODUCTS(t) OPT_CHOICE(0, "dtype", t, "fp32|bf16", \
	"type in which matrices are multiplied; sums and weights stay fp32")

#endif
