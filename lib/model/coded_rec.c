#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "coded_rec.h"
#include "num/codebook.h"
#include "weights_rec.h"

enum { NAME_BYTES = sizeof ((struct param *)0)->name + 16 };

static const struct tensor *
find_part(const struct tensors *ts, const struct param *t, const char *what)
{
	char name[NAME_BYTES];

	snprintf(name, sizeof name, "%s.%s", t->name, what);
	return tensors_find(ts, name);
}

/* Bits of an index into so many entries; 0: that is no such number. */
static int
bits_of(size_t entries)
{
	int bits = CODED_BITS_MIN;

	while (bits <= CODED_BITS_MAX && (size_t)1 << bits != entries)
		bits++;
	return bits <= CODED_BITS_MAX ? bits : 0;
}

/* Entries that nobody could compute with are refused, as weights are. */
static void
check_finite(const struct coded *c, const struct tensor *book,
	const char *path)
{
	float entry[1 << CODED_BITS_MAX];

	for (int r = 0; r < (c->per_row ? c->rows : 1); r++) {
		coded_book(c, r, entry);
		if (!weights_finite(entry, (size_t)1 << c->bits))
			die("%s: tensor %s is not finite", path, book->name);
	}
}

static struct coded
coded_get(const struct param *t, const struct tensor *indices,
	const struct tensor *book, const char *path)
{
	size_t entries = book->dims ? book->shape[book->dims - 1] : 0;
	struct coded c = { bits_of(entries), book->dims == 2, t->rows, t->cols,
		indices->data, book->data };

	if (book->type != TENSOR_F32 || !c.bits || book->dims > 2 ||
	    (c.per_row && book->shape[0] != (size_t)t->rows))
		die("%s: tensor %s: want F32 of [n] or [%d, n], n 4, 8, .. "
			"256", path, book->name, t->rows);
	if (indices->type != TENSOR_U8 || indices->dims != 2 ||
	    indices->shape[0] != (size_t)t->rows ||
	    indices->shape[1] != coded_row_bytes(c.bits, t->cols))
		die("%s: tensor %s: want U8 of [%d, %zu]", path, indices->name,
			t->rows, coded_row_bytes(c.bits, t->cols));
	check_finite(&c, book, path);
	return c;
}

void
coded_find(struct params *p, const struct tensors *ts)
{
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		const struct tensor *indices = find_part(ts, t, "indices");
		const struct tensor *book = find_part(ts, t, "codebook");
		if (!param_codable(t) || !indices || !book ||
		    tensors_find(ts, t->name))
			continue;
		if (!p->coded)
			p->coded = xcalloc((size_t)p->n, sizeof *p->coded);
		p->coded[i] = coded_get(t, indices, book, ts->path);
	}
	for (int i = 1; i < p->n; i++)
		if (p->param[i].joined && !param_coded(p, i - 1) !=
		    !param_coded(p, i))
			die("%s: want codebooks of %s and %s, or of neither",
				ts->path, p->param[i - 1].name,
				p->param[i].name);
}

static char *
part_name(const struct param *t, const char *what)
{
	char *name = xmalloc(NAME_BYTES);

	snprintf(name, NAME_BYTES, "%s.%s", t->name, what);
	return name;
}

static struct tensor
floats_of(const struct params *p, int i)
{
	const struct param *t = &p->param[i];
	const struct coded *c = param_coded(p, i);

	if (!c)
		return (struct tensor){ .name = t->name, .type = TENSOR_F32,
			.dims = t->cols ? 2 : 1, .shape = { (size_t)t->rows,
				(size_t)t->cols },
			.count = t->count, .data = p->w + t->at };
	size_t n = (size_t)1 << c->bits;
	return (struct tensor){ .name = part_name(t, "codebook"),
		.type = TENSOR_F32, .dims = c->per_row ? 2 : 1,
		.shape = { c->per_row ? (size_t)c->rows : n, n },
		.count = coded_entries(c), .data = c->book };
}

size_t
coded_tensors(const struct params *p, struct tensor *to)
{
	size_t n = 0;

	for (int i = 0; i < p->n; i++)
		to[n++] = floats_of(p, i);
	for (int i = 0; i < p->n; i++) {
		const struct coded *c = param_coded(p, i);
		if (c)
			to[n++] = (struct tensor){ .name = part_name(
				&p->param[i], "indices"), .type = TENSOR_U8,
				.dims = 2, .shape = { (size_t)c->rows,
					coded_row_bytes(c->bits, c->cols) },
				.count = coded_bytes(c), .data = c->indices };
	}
	return n;
}

void
coded_tensors_free(const struct params *p, struct tensor *t)
{
	size_t n = (size_t)p->n;

	for (int i = 0; i < p->n; i++)
		if (param_coded(p, i)) {
			free((void *)t[i].name);
			free((void *)t[n++].name);
		}
	free(t);
}

json_t *
coded_meta(const struct params *p)
{
	if (!p->coded)
		return NULL;
	json_t *all = json_object(), *shapes = json_object();
	for (int i = 0; i < p->n; i++) {
		const struct coded *c = param_coded(p, i);
		if (c)
			json_object_set_new(shapes, p->param[i].name,
				json_pack("[i,i]", c->rows, c->cols));
	}
	json_object_set_new(all, "packing", json_string("rows begin with a "
		"byte; the lowest bits of a byte come first"));
	json_object_set_new(all, "shapes", shapes);
	char *text = json_dumps(all, JSON_COMPACT);
	json_t *meta = json_string(text);
	free(text);
	json_decref(all);
	return meta;
}
