/* packing.h - a matrix packed into panels of any type, for tests. */
#ifndef TESTS_PACKING_H
#define TESTS_PACKING_H

#include "num.h"

struct packing {
	struct packed p;
	char *panels;
	float *scale;
	int32_t *shift;
	struct coded part[2];      /* kmeans4 */
	int8_t *tables;
};

/* Codebooks of 2, 3 or 4 bits, of the matrix or of rows, or of its halves. */
static inline void
packing_code(struct packing *k, const struct mat *w, int what)
{
	int halves = w->rows % 2 || what % 3 ? 1 : 2, each = w->rows / halves;
	int per_row = what % 5 == 1;
	float entry[TABLE_BYTES];

	k->p.table_rows = per_row ? 1 : each;
	k->tables = xmalloc((size_t)w->rows * TABLE_BYTES);
	for (int i = 0; i < halves; i++)
		k->part[i] = coded_make(FIT_LLOYD, 4 - what % 7 % 3, per_row,
			each, w->n, w->x + (size_t)(i * each) * w->ld, w->ld);
	for (int r = 0; r < w->rows; r++) {
		const struct coded *c = &k->part[r / each];
		coded_book(c, r % each, entry);
		k->scale[r] = table_make(entry, 1 << c->bits, k->tables +
			r / k->p.table_rows * TABLE_BYTES);
	}
	k->p.tables = k->tables;
}

/* Behind the panels stands what would show if it were used. */
static inline struct packing
packing_make(enum dtype t, const struct mat *w, int what)
{
	int n = packed_panels(w->rows);
	size_t one = panels_bytes(t, PANEL, w->n), all = (size_t)n * one;
	struct packing k = { .panels = xaligned(all + PANELS_SLACK),
		.scale = xaligned((size_t)n * PANEL * sizeof(float)),
		.shift = xaligned((size_t)n * PANEL * sizeof(int32_t)) };

	memset(k.panels, 0x7f, all + PANELS_SLACK);
	k.p = (struct packed){ t, w->rows, w->n, NULL, k.panels, k.scale,
		k.shift, NULL, 0 };
	if (t == DTYPE_KMEANS4)
		packing_code(&k, w, what);
	for (int i = 0; i < n; i++) {
		char *to = k.panels + (size_t)i * one;
		if (t == DTYPE_KMEANS4)
			panel_pack_coded(k.part, k.part[0].rows, w->rows, w->n,
				i, k.tables, k.p.table_rows, to, k.shift +
				i * PANEL);
		else
			panel_pack(t, w->rows, w->n, w->x, w->ld, i, to,
				k.scale + i * PANEL, k.shift + i * PANEL);
	}
	return k;
}

static inline void
packing_free(struct packing *k)
{
	free(k->panels);
	free(k->scale);
	free(k->shift);
	free(k->tables);
	coded_free(&k->part[0]);
	coded_free(&k->part[1]);
}

#endif
