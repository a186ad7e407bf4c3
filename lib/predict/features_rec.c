#include <stdlib.h>
#include <string.h>
#include "features_rec.h"

struct task
features_rec_get(const struct in *in, const struct rec *r,
	double f[FEATURES], int *qkv_dim, struct buf *id)
{
	const struct task none = task_unknown();
	const json_t *given = json_object_get(r->json, "features");
	struct task task;

	if (json_object_get(r->json, "arch") || !given) {
		struct arch a = arch_rec_get(in, r, &none, &task);
		arch_features(&a, f);
		*qkv_dim = a.qkv_dim;
		if (id)
			arch_id_member(id, r, &a);
		return task;
	}
	if (json_array_size(given) != FEATURES_HAT)
		in_fail(in, "features: want an array of %d numbers",
			FEATURES_HAT);
	features_complete(f);
	*qkv_dim = 0;
	for (size_t i = 0; i < FEATURES_HAT; i++) {
		const json_t *v = json_array_get(given, i);
		if (!json_is_number(v) || !(json_number_value(v) > 0 &&
		    json_number_value(v) < 1e9))
			in_fail(in, "features: want positive numbers");
		f[i] = json_number_value(v);
	}
	return task_rec_get(in, r, &none);
}

struct task
workload_task(const json_t *workload)
{
	struct task t = task_unknown();

	json_int(json_object_get(workload, "src_vocab"), 4, VOCAB_MAX,
		&t.src_vocab);
	json_int(json_object_get(workload, "tgt_vocab"), 4, VOCAB_MAX,
		&t.tgt_vocab);
	return t;
}

/* A JSON number's end, or NULL. */
static const char *
scan_number(const char *p)
{
	const char digits[] = "0123456789";
	size_t n = strspn(p += *p == '-', digits);

	if (!n || (n > 1 && *p == '0') || n > 15)
		return NULL;
	p += n;
	if (*p == '.') {
		if (!(n = strspn(++p, digits)))
			return NULL;
		p += n;
	}
	return *p == 'e' || *p == 'E' ? NULL : p;
}

/* ,"name":number from p on, up to the brace at the end. */
static int
scan_numbers(const char *p, const char *end)
{
	const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";

	while (p && p < end && !strncmp(p, ",\"", 2)) {
		size_t n = strspn(p += 2, letters);
		if (p[n] != '"' || p[n + 1] != ':' || !n ||
		    !strncmp(p, "predicted", 9) || !strncmp(p, "arch", 4) ||
		    !strncmp(p, "task", n) || !strncmp(p, "workload", n))
			return 0;
		p = scan_number(p + n + 2);
	}
	return p == end && *p == '}';
}

int
features_rec_scan(const struct features_known *k, const struct rec *r,
	double f[FEATURES], int *qkv_dim, struct buf *id)
{
	const char start[] = "{\"arch\":", next[] = ",\"task\":";
	const char named[] = ",\"arch_id\":\"";
	const char *p = r->line;
	struct arch a;
	char name[ARCH_ID + 1];

	if (!k->any || strncmp(p, start, sizeof start - 1) ||
	    !(p = arch_scan(&a, p + sizeof start - 1)))
		return 0;
	if (k->task) {
		if (strncmp(p, next, sizeof next - 1) ||
		    strncmp(p + sizeof next - 1, k->task, k->len))
			return 0;
		p += sizeof next - 1 + k->len;
	}
	int has = !strncmp(p, named, sizeof named - 1);
	arch_id(&a, name);
	if (has) {
		p += sizeof named - 1;
		if (strncmp(p, name, ARCH_ID) || p[ARCH_ID] != '"')
			return 0;
		p += ARCH_ID + 1;
	}
	if (!scan_numbers(p, r->line + r->len - 1))
		return 0;
	arch_features(&a, f);
	*qkv_dim = a.qkv_dim;
	if (!has)
		member_text(id, "arch_id", name, ARCH_ID);
	return 1;
}

void
features_rec_know(struct features_known *k, const struct rec *r)
{
	const char *task = rec_span(r->line, "task", &k->len);

	free(k->task);
	k->task = NULL;
	k->any = 1;
	if (!task)
		return;
	k->task = xcalloc(k->len + 1, 1);
	memcpy(k->task, task, k->len);
}

void
features_known_free(struct features_known *k)
{
	free(k->task);
	*k = (struct features_known){ 0 };
}
