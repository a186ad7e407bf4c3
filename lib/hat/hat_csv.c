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

/* Cut off the cell at *at, without its quotes and the blanks around it; *at
 * moves behind its separator, to NULL after the last. NULL where quotes are
 * wrong. */
static char *
cut_cell(char **at, char separator)
{
	char *p = *at + strspn(*at, " "), *cell = p, *to = p;

	if (*p == '"') {
		for (p++; *p && (*p != '"' || p[1] == '"'); *to++ = *p++)
			p += *p == '"';
		if (!*p++)
			return NULL;
		p += strspn(p, " \r");
		if (*p && *p != separator)
			return NULL;
	} else {
		while (*p && *p != separator)
			p++;
		for (to = p; to > cell && strchr(" \r", to[-1]); to--)
			;
	}
	*at = *p ? p + 1 : NULL;
	*to = 0;
	return cell;
}

/* Cut line into its cells; returns how many, at most COLUMNS_MAX + 1; -1 where
 * quotes are wrong. */
static int
split(char *line, char separator, char *cell[COLUMNS_MAX])
{
	int n = 0;

	for (char *p = line, *c; p; n++) {
		if (!(c = cut_cell(&p, separator)))
			return -1;
		if (n < COLUMNS_MAX)
			cell[n] = c;
		else
			return n + 1;
	}
	return n;
}

/* How many columns of ours the line names, if cut at separator. */
static int
count_names(const char *line, char separator)
{
	char *copy = xstrdup(line), *cell[COLUMNS_MAX];
	int n = split(copy, separator, cell), found = 0;

	for (int k = 0; n <= COLUMNS_MAX && k < n; k++)
		for (int i = 0; i < HAT_COLUMNS; i++)
			found += !strcmp(cell[k], names[i]);
	free(copy);
	return found;
}

/* The separator at which a header line names most; 0 if it is none. */
static char
find_separator(const char *line)
{
	int most = 0;
	char best = 0;

	for (const char *s = ",;\t"; *s; s++) {
		int n = strchr(line, *s) ? count_names(line, *s) : 0;
		if (n > most) {
			most = n;
			best = *s;
		}
	}
	return best;
}

int
hat_csv_is_header(const char *line)
{
	return find_separator(line) != 0;
}

int
hat_csv_header(struct hat_csv *c, char *line, struct why *why)
{
	char *cell[COLUMNS_MAX];

	c->separator = find_separator(line);
	c->columns = split(line, c->separator, cell);
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

/* A cell's number; where commas do not separate, they are decimal. */
static int
parse_number(char *text, char separator, double *v)
{
	char *comma = strchr(text, ','), *end;

	if (comma && separator != ',' && !strchr(text, '.'))
		*comma = '.';
	*v = strtod(text, &end);
	return end == text || *end || !isfinite(*v);
}

int
hat_csv_row(const struct hat_csv *c, char *line, struct hat_csv_row *row,
	struct why *why)
{
	double v[HAT_COLUMNS];
	char *cell[COLUMNS_MAX];
	int n = split(line, c->separator, cell);

	if (n < 0)
		return why_set(why, "a quote that is not closed, or text "
			"behind one");
	/* spreadsheets fill up rows with empty cells */
	while (n > c->columns && n <= COLUMNS_MAX && !*cell[n - 1])
		n--;
	if (n != c->columns)
		return why_set(why, "want %d columns, not %d", c->columns, n);
	for (int i = 0; i < HAT_COLUMNS; i++) {
		char *s = cell[c->at[i]];
		int is_std = i >= FEATURES_HAT + 2;
		if (parse_number(s, c->separator, &v[i]) || v[i] < 0 ||
		    (!is_std && v[i] == 0))
			return why_set(why, "%s: want a number %s 0, not "
				"\"%.40s\"", names[i], is_std ? "from" :
				"above", s);
	}
	memcpy(row->features, v, sizeof row->features);
	row->encoder = v[FEATURES_HAT];
	row->decoder = v[FEATURES_HAT + 1];
	row->std_encoder = v[FEATURES_HAT + 2];
	row->std_decoder = v[FEATURES_HAT + 3];
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
	for (int i = 0; i < FEATURES_HAT; i++)
		print_real(b, i ? "," : "\"features\":[", r->features[i]);
	print_real(b, "],\"latency_ms\":{\"encoder\":", r->encoder);
	print_real(b, ",\"decoder\":", r->decoder);
	print_real(b, ",\"total\":", r->encoder + r->decoder);
	print_real(b, "},\"latency_std_ms\":{\"encoder\":", r->std_encoder);
	print_real(b, ",\"decoder\":", r->std_decoder);
	buf_str(b, "}");
}
