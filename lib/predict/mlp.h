/* mlp.h - a multilayer perceptron with one output, trained by Adam.
 *
 * Kept free of BLAS so that a program that only predicts stays small. Widths
 * are padded with zeros to whole vectors; padding stays zero in training. The
 * results do not depend on the number of threads. */
#ifndef MLP_H
#define MLP_H

#include <stddef.h>
#include <stdint.h>

enum { MLP_LAYERS_MAX = 17 };

struct mlp {
	int layers;                      /* weight matrices, output included */
	int width[MLP_LAYERS_MAX + 1];   /* inputs, hidden .., 1 */
	float *weight[MLP_LAYERS_MAX];   /* [in x out], rows padded; the last
	                                    one [in padded] */
	float *bias[MLP_LAYERS_MAX];     /* [out padded]; the last one [1] */
	float *block;                    /* all of them */
	size_t size;                     /* floats in the block */
};

/* n rounded up to whole vectors: the length of a row of inputs. */
size_t mlp_padded(int n);

/* All weights zero; hidden layers of the same width. mlp_free. */
void mlp_init(struct mlp *, int inputs, int hidden, int hidden_layers);
void mlp_free(struct mlp *);
/* Weights and biases uniform in +-1/sqrt(inputs of the layer), as PyTorch's
 * Linear draws them. */
void mlp_draw(struct mlp *, uint64_t seed, uint64_t stream);

/* y[rows] from x [rows x mlp_padded(inputs)], padding zero. scratch: as many
 * floats as mlp_scratch says, 64-byte aligned. */
size_t mlp_scratch(const struct mlp *, int rows);
void mlp_predict(const struct mlp *, const float *x, int rows, float *y,
	float *scratch);

struct mlp_plan {
	long steps, batch;
	double lr;
	int anneal;            /* lower the rate to 0 along a cosine */
	double decay;          /* decoupled weight decay, times the rate */
	double huber;          /* 0: squared error; else absolute beyond this */
	uint64_t seed, stream; /* of the batches */
	struct team *team;     /* borrowed; NULL: the caller alone */
	void (*tick)(void *data, long step);   /* after each step, or NULL */
	void *data;
};

/* Fit to n rows of x (as above) and y. Batches are drawn without repetition;
 * Adam (Kingma and Ba, 2015) with beta 0.9, 0.999 and eps 1e-8. */
void mlp_train(struct mlp *, const float *x, const float *y, size_t n,
	const struct mlp_plan *);

/* Mean loss of the rows and, in grad, its gradient, laid out as block. */
double mlp_gradient(const struct mlp *, const float *x, const float *y, int n,
	double huber, float *grad);

#endif
