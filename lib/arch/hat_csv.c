#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hat_csv.h"

static const char *const names[HAT_COLUMNS] = {
	"encoder_embed_dim", "encoder_layer_num", "encoder_ffn_embed_dim_avg",
	"encoder_self_attention_heads_avg", "decoder_embed_dim",
	"decoder_layer_num", "decoder_ffn_embed_dim_avg",
	"decoder_self_attention_heads_avg", "decoder_ende_attention_heads_avg",
	"decoder_arbitrary_ende_attn_avg", "latency_mean_encoder",
	"latency_mean_decoder", "latency_std_encoder", "latency_std_decoder",
};
enum { COLUMNS_MAX = 256 };

int
hat_csv_is_header(const char *line)
{
	size_t n = strcspn(line, ",\r");

	for (int i = 0; line[n] == ',' && i < HAT_COLUMNS; i++)
		if (strlen(names[i]) == n && !memcmp(line, names[i], n))
			return 1;
	return 0;
}

/* Cut line at its commas; returns how many cells, at most COLUMNS_MAX + 1. */
static int
split(char *line, char *cell[COLUMNS_MAX])
{
	int n = 0;

	line[strcspn(line, "\r")] = 0;
	for (char *p = line; p; n++) {
		char *comma = strchr(p, ',');
		if (n == COLUMNS_MAX)
			return n + 1;
		if (comma)
			*comma++ = 0;
		cell[n] = p;
		p = comma;
	}
	return n;
}

int
hat_csv_header(struct hat_csv *c, char *line, struct why *why)
{
	char *cell[COLUMNS_MAX];

	c->columns = split(line, cell);
	if (c->columns > COLUMNS_MAX)
		return why_set(why, "more than %d columns", COLUMNS_MAX);
	for (int i = 0; i < HAT_COLUMNS; i++) {
		int found = 0;
		for (int k = 0; k < c->columns; k++)
			if (!strcmp(cell[k], names[i])) {
				c->at[i] = k;
				found++;
			}
		if (found != 1)
			return why_set(why, found ? "column %s stands twice" :
				"no column %s", names[i]);
	}
	return 0;
}

int
hat_csv_row(const struct hat_csv *c, char *line, struct hat_csv_row *row,
	struct why *why)
{
	double v[HAT_COLUMNS];
	char *cell[COLUMNS_MAX], *end;
	int n = split(line, cell);

	if (n != c->columns)
		return why_set(why, "want %d columns, not %d", c->columns, n);
	for (int i = 0; i < HAT_COLUMNS; i++) {
		const char *s = cell[c->at[i]];
		int is_std = i >= FEATURES + 2;
		v[i] = strtod(s, &end);
		if (end == s || *end || !isfinite(v[i]) || v[i] < 0 ||
		    (!is_std && v[i] == 0))
			return why_set(why, "%s: want a number %s 0, not "
				"\"%.40s\"", names[i], is_std ? "from" :
				"above", s);
	}
	memcpy(row->features, v, sizeof row->features);
	row->encoder = v[FEATURES];
	row->decoder = v[FEATURES + 1];
	row->std_encoder = v[FEATURES + 2];
	row->std_decoder = v[FEATURES + 3];
	return 0;
}

static void
print_real(struct buf *b, const char *before, double v)
{
	char text[32];
	int digits = 15;

	do
		snprintf(text, sizeof text, "%.*g", digits, v);
	while (strtod(text, NULL) != v && ++digits <= 17);
	buf_printf(b, "%s%s", before, text);
}

void
hat_csv_print(struct buf *b, const struct hat_csv_row *r)
{
	for (int i = 0; i < FEATURES; i++)
		print_real(b, i ? "," : "\"features\":[", r->features[i]);
	print_real(b, "],\"latency_ms\":{\"encoder\":", r->encoder);
	print_real(b, ",\"decoder\":", r->decoder);
	print_real(b, ",\"total\":", r->encoder + r->decoder);
	print_real(b, "},\"latency_std_ms\":{\"encoder\":", r->std_encoder);
	print_real(b, ",\"decoder\":", r->std_decoder);
	buf_str(b, "}");
}
