#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "base/mem.h"
#include "in.h"
#include "out.h"
#include "rec.h"
#include "tensors.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors are little-endian, and so must this machine be"
#endif

enum { HEADER_MAX = 100 << 20 };   /* as the reference implementation */

static const struct { const char *name; size_t size; } types[] = {
	[TENSOR_F32] = { "F32", 4 }, [TENSOR_F64] = { "F64", 8 },
	[TENSOR_I64] = { "I64", 8 }, [TENSOR_U8] = { "U8", 1 },
	[TENSOR_F16] = { "F16", 2 },
};

/* One header entry; 0, or -1 with a reason. data_len: bytes after the
 * header. */
static int
parse_entry(struct tensor *t, const json_t *j, const char *data,
	size_t data_len, size_t *begin, size_t *end, struct why *why)
{
	const char *type = json_string_value(json_object_get(j, "dtype"));
	const json_t *shape = json_object_get(j, "shape"), *dim;
	const json_t *at = json_object_get(j, "data_offsets");
	size_t i, k = 0, bytes;

	while (type && k < sizeof types / sizeof *types &&
	    strcmp(type, types[k].name))
		k++;
	if (!type || k == sizeof types / sizeof *types)
		return why_set(why, "tensor %s: dtype is not one of F32, F64, "
			"I64, U8, F16", t->name);
	t->type = (enum tensor_type)k;
	if (!json_is_array(shape) || json_array_size(shape) > TENSOR_DIMS)
		return why_set(why, "tensor %s: broken shape", t->name);
	t->dims = (int)json_array_size(shape);
	t->count = 1;
	json_array_foreach(shape, i, dim) {
		json_int_t n = json_integer_value(dim);
		if (!json_is_integer(dim) || n < 0 ||
		    __builtin_mul_overflow(t->count, (size_t)n, &t->count))
			return why_set(why, "tensor %s: broken shape", t->name);
		t->shape[i] = (size_t)n;
	}
	json_int_t b = json_integer_value(json_array_get(at, 0));
	json_int_t e = json_integer_value(json_array_get(at, 1));
	if (json_array_size(at) != 2 || b < 0 || e < b ||
	    (size_t)e > data_len)
		return why_set(why, "tensor %s: data outside the file, "
			"which is cut off or broken", t->name);
	if (__builtin_mul_overflow(t->count, types[k].size, &bytes) ||
	    bytes != (size_t)(e - b))
		return why_set(why, "tensor %s: shape and data differ in size",
			t->name);
	t->data = data + b;
	*begin = (size_t)b;
	*end = (size_t)e;
	return 0;
}

static int
by_data(const void *a, const void *b)
{
	const struct tensor *s = a, *t = b;
	uintptr_t x = (uintptr_t)s->data, y = (uintptr_t)t->data;

	if (x != y)
		return x < y ? -1 : 1;
	return (s->count > t->count) - (s->count < t->count);
}

static int
parse(struct tensors *ts, size_t len, struct why *why)
{
	uint64_t head;
	json_error_t e;
	const char *key;
	json_t *j;
	size_t total = 0;

	if (len >= 4 && (!memcmp(ts->bytes, "PK\3\4", 4) ||
	    !memcmp(ts->bytes, "\x80\2", 2)))
		return why_set(why, "a file of PyTorch: want safetensors (man "
			"import-hat shows how to make such)");
	if (len < 8)
		return why_set(why, "not a safetensors file: too short");
	memcpy(&head, ts->bytes, 8);
	if (head > HEADER_MAX || head > len - 8)
		return why_set(why, "not a safetensors file: header of %llu "
			"bytes in a file of %zu: cut off, or of another kind",
			(unsigned long long)head, len);
	ts->header = json_loadb(ts->bytes + 8, (size_t)head,
		JSON_REJECT_DUPLICATES, &e);
	if (!json_is_object(ts->header))
		return why_set(why, "broken safetensors header: %s", e.text);
	ts->at = xcalloc(json_object_size(ts->header), sizeof *ts->at);
	json_object_foreach(ts->header, key, j) {
		size_t begin = 0, end = 0;
		if (!strcmp(key, "__metadata__")) {
			ts->meta = j;
			continue;
		}
		struct tensor *t = &ts->at[ts->n++];
		t->name = key;
		if (parse_entry(t, j, ts->bytes + 8 + head, len - 8 -
		    (size_t)head, &begin, &end, why))
			return -1;
		total += end - begin;
	}
	qsort(ts->at, ts->n, sizeof *ts->at, by_data);
	const char *at = ts->bytes + 8 + head;
	for (size_t i = 0; i < ts->n; i++) {
		if (ts->at[i].data != at)
			return why_set(why, "tensor %s: data overlap or leave "
				"a hole", ts->at[i].name);
		at += ts->at[i].count * types[ts->at[i].type].size;
	}
	if (total != len - 8 - (size_t)head)
		return why_set(why, "%zu bytes of data, %zu in the header",
			len - 8 - (size_t)head, total);
	return 0;
}

int
tensors_try(struct tensors *ts, const char *path, struct why *why)
{
	struct in in;
	size_t len;

	*ts = (struct tensors){ .path = path };
	in_open(&in, path);
	ts->bytes = in_map(&in, &ts->mapped);
	len = ts->mapped;
	if (!ts->bytes)
		ts->bytes = in_all(&in, &len, SIZE_MAX / 4);
	in_close(&in);
	if (!parse(ts, len, why))
		return 0;
	tensors_free(ts);
	return -1;
}

void
tensors_load(struct tensors *ts, const char *path)
{
	struct why why;

	if (tensors_try(ts, path, &why))
		die("%s: %s", path, why.text);
}

void
tensors_free(struct tensors *ts)
{
	if (ts->mapped)
		munmap(ts->bytes, ts->mapped);
	else
		free(ts->bytes);
	free(ts->at);
	json_decref(ts->header);
	*ts = (struct tensors){ 0 };
}

const struct tensor *
tensors_find(const struct tensors *ts, const char *name)
{
	for (size_t i = 0; i < ts->n; i++)
		if (!strcmp(ts->at[i].name, name))
			return &ts->at[i];
	return NULL;
}

const char *
tensors_meta(const struct tensors *ts, const char *key)
{
	return json_string_value(json_object_get(ts->meta, key));
}

void
tensors_write(struct out *out, const struct tensor *t, size_t n,
	const json_t *meta)
{
	struct buf head = { 0 };
	size_t at = 0;
	char *text = json_dumps(meta, JSON_COMPACT);

	buf_printf(&head, "{\"__metadata__\":%s", text);
	free(text);
	for (size_t i = 0; i < n; i++) {
		size_t bytes = t[i].count * types[t[i].type].size;
		member_key(&head, t[i].name);
		buf_printf(&head, "{\"dtype\":\"%s\",\"shape\":[",
			types[t[i].type].name);
		for (int k = 0; k < t[i].dims; k++)
			buf_printf(&head, "%s%zu", k ? "," : "", t[i].shape[k]);
		buf_printf(&head, "],\"data_offsets\":[%zu,%zu]}", at,
			at + bytes);
		at += bytes;
	}
	buf_str(&head, "}");
	while (head.len % 8)
		buf_str(&head, " ");
	uint64_t len = head.len;
	out_write(out, &len, 8);
	out_write(out, head.data, head.len);
	for (size_t i = 0; i < n; i++)
		out_write(out, t[i].data, t[i].count * types[t[i].type].size);
	buf_free(&head);
}

void
tensors_save(const char *path, const struct tensor *t, size_t n,
	const json_t *meta)
{
	struct out out;

	out_open(&out, path);
	tensors_write(&out, t, n, meta);
	out_commit(&out);
}
