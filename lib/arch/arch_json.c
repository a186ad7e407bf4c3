/* Architectures as JSON. */
#include <string.h>
#include "arch.h"

/* The order in which HAT's files name the fields. */
static const enum gene order[GENES] = {
	GENE_ENCODER_EMBED, GENE_ENCODER_LAYERS, GENE_ENCODER_FFN,
	GENE_ENCODER_HEADS, GENE_DECODER_EMBED, GENE_DECODER_LAYERS,
	GENE_DECODER_FFN, GENE_DECODER_HEADS, GENE_ENDE_HEADS, GENE_ARBITRARY,
	GENE_ENCODER_CONV, GENE_DECODER_CONV,
};

static int
parse_field(struct arch *a, enum gene g, const json_t *j, struct why *why)
{
	int layered = gene_layered(g);
	int n, *to = arch_gene(a, g, &n);

	if (layered && (!json_is_array(j) || (int)json_array_size(j) != n))
		return why_set(why, "arch.%s: want an array of %d integers, "
			"one a layer", arch_key(g), n);
	for (int i = 0; i < n; i++) {
		const json_t *v = layered ? json_array_get(j, (size_t)i) : j;
		if (gene_json("arch", arch_key, g, v, &to[i], why))
			return -1;
	}
	return 0;
}

/* -1 with a reason where the object has a key that an arch has not. */
static int
check_keys(const json_t *j, struct why *why)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)j, key, v) {
		int g = 0;
		while (g < GENES && strcmp(key, arch_key(g)))
			g++;
		if (g == GENES && strcmp(key, "qkv_dim") &&
		    strcmp(key, "conv_glu"))
			return gene_unknown("arch", arch_key, key, why);
	}
	return 0;
}

int
arch_from_json(struct arch *a, const json_t *j, struct why *why)
{
	size_t known = 0;

	*a = (struct arch){ 0 };
	if (!json_is_object(j))
		return why_set(why, j ? "arch: want an object" :
			"want a record with an \"arch\"");
	const json_t *q = json_object_get(j, "qkv_dim");
	if (!q && check_keys(j, why))
		return -1;
	if (!q)
		return why_set(why, "arch.qkv_dim is missing");
	if (json_int(q, 1, WIDTH_MAX, &a->qkv_dim))
		return why_set(why, "arch.qkv_dim: want an integer in [1, %d]",
			WIDTH_MAX);
	known++;
	const json_t *glu = json_object_get(j, "conv_glu");
	if (glu && json_int(glu, 0, 1, &a->conv_glu))
		return why_set(why, "arch.conv_glu: want 0 or 1");
	known += glu != NULL;
	int gates = a->conv_glu;
	/* scalars come first in the enum, so layer counts are known in time */
	for (enum gene g = 0; g < GENES; g++) {
		const json_t *v = json_object_get(j, arch_key(g));
		if (!v && g >= GENES_HAT)
			continue;
		if (!v && check_keys(j, why))
			return -1;
		if (!v)
			return why_set(why, "arch: no \"%s\"", arch_key(g));
		if (parse_field(a, g, v, why))
			return -1;
		known++;
	}
	if (json_object_size(j) > known && check_keys(j, why))
		return -1;
	arch_gates(a, gates);
	return arch_check(a, NULL, why);
}

/* Decimal digits of v to p; returns the end. */
static char *
put_int(char *p, int v)
{
	char digits[12];
	int n = 0;

	if (v < 0) {
		*p++ = '-';
		v = -v;
	}
	do
		digits[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		*p++ = digits[--n];
	return p;
}

void
arch_print(struct buf *b, const struct arch *a)
{
	char text[16 * (8 * LAYERS_MAX + 8) + 512], *p = text;

	p = put_int(stpcpy(p, "{\"qkv_dim\":"), a->qkv_dim);
	if (a->conv_glu)
		p = stpcpy(p, ",\"conv_glu\":1");
	for (int k = 0; k < GENES; k++) {
		enum gene g = order[k];
		int layered = gene_layered(g);
		int n = arch_values(a, g);
		if (!arch_has(a, g))
			continue;
		p = stpcpy(stpcpy(stpcpy(p, ",\""), arch_key(g)), "\":");
		if (layered)
			*p++ = '[';
		for (int i = 0; i < n; i++) {
			if (i)
				*p++ = ',';
			p = put_int(p, arch_gene_of(a, g)[i]);
		}
		if (layered)
			*p++ = ']';
	}
	*p++ = '}';
	buf_add(b, text, (size_t)(p - text));
}

/* Step over text; NULL where something else stands, or p is NULL. */
static const char *
scan_text(const char *p, const char *text)
{
	while (p && *text)
		p = *p == *text++ ? p + 1 : NULL;
	return p;
}

/* A JSON integer of at most six digits in [lo, hi]. */
static const char *
scan_int(const char *p, int lo, int hi, int *v)
{
	int minus = p && *p == '-', n = 0;

	if (!p || (p[minus] == '0' && p[minus + 1] >= '0' &&
	    p[minus + 1] <= '9'))
		return NULL;
	*v = 0;
	for (p += minus; n < 7 && *p >= '0' && *p <= '9'; n++)
		*v = 10 * *v + (*p++ - '0');
	if (minus)
		*v = -*v;
	return n && n < 7 && *v >= lo && *v <= hi ? p : NULL;
}

const char *
arch_scan(struct arch *a, const char *p)
{
	struct why why;

	*a = (struct arch){ 0 };
	p = scan_int(scan_text(p, "{\"qkv_dim\":"), 1, WIDTH_MAX, &a->qkv_dim);
	for (int k = 0; k < GENES_HAT && p; k++) {
		enum gene g = order[k];
		int layered = gene_layered(g);
		int n, lo, hi, *to = arch_gene(a, g, &n);
		gene_range(g, &lo, &hi);
		p = scan_text(scan_text(scan_text(p, ",\""), arch_key(g)),
			layered ? "\":[" : "\":");
		for (int i = 0; i < n && p; i++) {
			p = i ? scan_text(p, ",") : p;
			p = scan_int(p, lo, hi, &to[i]);
			if (g == GENE_ARBITRARY && !to[i])
				return NULL;
		}
		p = layered ? scan_text(p, "]") : p;
	}
	p = scan_text(p, "}");
	return p && !arch_check(a, NULL, &why) ? p : NULL;
}
