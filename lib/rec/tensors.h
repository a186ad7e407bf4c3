/* tensors.h - named tensors in a file: safetensors.
 *
 * 8 bytes little-endian header length, a JSON header, row-major little-endian
 * data without holes; zstd around all of it where the name ends in .zst.
 * https://github.com/huggingface/safetensors */
#ifndef TENSORS_H
#define TENSORS_H

#include <jansson.h>
#include <stddef.h>
#include "base/die.h"

enum { TENSOR_DIMS = 4 };

enum tensor_type {
	TENSOR_F32, TENSOR_F64, TENSOR_I64, TENSOR_U8, TENSOR_F16
};

struct tensor {
	const char *name;         /* owned by the file's header */
	enum tensor_type type;
	int dims;
	size_t shape[TENSOR_DIMS];
	size_t count;             /* elements */
	const void *data;         /* 8-byte aligned if the header is padded */
};

struct tensors {
	const char *path;
	char *bytes;              /* the whole file */
	size_t mapped;            /* bytes of it, if they are a mapping */
	json_t *header;
	json_t *meta;             /* "__metadata__", borrowed from header, or
	                             NULL */
	struct tensor *at;
	size_t n;
};

/* Dies with a reason that names the file when it can't be read or lies. */
void tensors_load(struct tensors *, const char *path);
/* The same, but -1 with a reason where what it holds is no safetensors. */
int tensors_try(struct tensors *, const char *path, struct why *);
void tensors_free(struct tensors *);
const struct tensor *tensors_find(const struct tensors *, const char *name);
const char *tensors_meta(const struct tensors *, const char *key); /* or NULL */

struct out;
/* Write n tensors and metadata (object of strings, borrowed). */
void tensors_write(struct out *, const struct tensor *, size_t n,
	const json_t *meta);
/* The same as a file, whole or not at all. */
void tensors_save(const char *path, const struct tensor *, size_t n,
	const json_t *meta);

#endif
