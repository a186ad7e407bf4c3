#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "answers_rec.h"
#include "arch/arch.h"
#include "base/rng.h"
#include "rec/field.h"

static const char *const members[] = { "arch_id", "latency_ms", "unsettled",
	"repeats", "redone", "core_shared", "launches", "reference_ms",
	"reference_id", "workload", "host", NULL };
const char *const *const measured_members = members + 1;

static const struct journal_kind measurements = { "measurements",
	"\"arch\":", { { "latency_ms.total", MEMBER_NUMBER },
	{ "repeats", MEMBER_COUNT }, { "workload", MEMBER_OBJECT },
	{ "host", MEMBER_OBJECT } }, NULL };

/* Of the record's own bytes, but for an id that it may have or not: as a new
 * answer to it would begin. */
static uint64_t
key_of(const char *line, size_t len)
{
	struct buf b = { 0 };

	rec_merge(&b, line, len, "\"host\":0", members);
	uint64_t key = rng_hash(0, b.data, b.len);
	buf_free(&b);
	return key;
}

/* Such a record is measured again. */
static int
is_unsettled(const struct answers *a, long no, const char *line, size_t len)
{
	json_t *j = rec_tree(line, len, NULL);
	struct why why;
	int yes = field_flag(j, "unsettled", &why);

	if (yes < 0)
		die("%s:%ld: %s", a->journal.path, no, why.text);
	json_decref(j);
	return yes;
}

/* Dies where a member of the answer is not what is given. */
static void
check_same(const struct answers *a, const struct answer *own,
	const char *member, const char *want)
{
	json_t *was = rec_tree(own->line, own->len, NULL);
	json_t *now = rec_tree(want, strlen(want), NULL);

	const char *key = field_differing(json_object_get(was, member), now);
	if (key)
		die("%s:%ld: measured %s %s: \"%s\" differs", a->journal.path,
			own->no, !strcmp(member, "host") ? "on another" :
			"with another", member, key);
	json_decref(was);
	json_decref(now);
}

/* The reference that the answer was measured beside, if it is of this workload
 * and says it, else "". */
static void
reference_of(const struct answer *own, json_t *workload, char id[ARCH_ID + 1])
{
	json_t *was = rec_tree(own->line, own->len, NULL);
	const char *text = json_string_value(json_object_get(was,
		"reference_id"));

	if (field_differing(json_object_get(was, "workload"), workload))
		text = NULL;
	snprintf(id, ARCH_ID + 1, "%s", text ? text : "");
	json_decref(was);
}

static int
by_key(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? 1 : -1;
	return (x->no > y->no) - (x->no < y->no);
}

static int
by_number(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;

	return (x->no > y->no) - (x->no < y->no);
}

void
answers_open(struct answers *a, const char *path, const char *host)
{
	const char *line;
	size_t len, cap = 0;

	*a = (struct answers){ 0 };
	journal_open(&a->journal, path, &measurements);
	for (long no = 1; path && (line = journal_next(&a->journal, &len));
	    no++) {
		if (is_unsettled(a, no, line, len))
			continue;
		a->at = xroom(a->at, &cap, a->n + 1, sizeof *a->at);
		struct answer *own = &a->at[a->n];
		*own = (struct answer){ .line = line, .len = len,
			.no = no };
		a->n++;
		check_same(a, own, "host", host);
		own->key = key_of(line, len);
	}
	if (a->n)
		qsort(a->at, a->n, sizeof *a->at, by_key);
}

struct answer *
answers_take(struct answers *a, const char *line, size_t len,
	const char *workload)
{
	size_t from = 0, to = a->n;

	if (!a->n)
		return NULL;
	uint64_t key = key_of(line, len);
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (a->at[mid].key < key)
			from = mid + 1;
		else
			to = mid;
	}
	while (from < a->n && a->at[from].key == key && a->at[from].taken)
		from++;
	if (from == a->n || a->at[from].key != key)
		return NULL;
	check_same(a, &a->at[from], "workload", workload);
	a->at[from].taken = 1;
	return &a->at[from];
}

void
answers_check_reference(const struct answers *a, const char *id,
	const char *workload)
{
	json_t *now = rec_tree(workload, strlen(workload), NULL);
	char was[ARCH_ID + 1];

	for (size_t i = 0; i < a->n; i++) {
		reference_of(&a->at[i], now, was);
		if (*was && strcmp(was, id))
			die("%s:%ld: measured beside another reference (%s) "
				"than this one (%s): give the same --space, "
				"or another journal", a->journal.path,
				a->at[i].no, was, id);
	}
	json_decref(now);
}

void
answers_check(const struct answers *a, const char *name)
{
	const struct answer *first = NULL;

	for (size_t i = 0; i < a->n; i++)
		if (!a->at[i].taken && (!first || a->at[i].no < first->no))
			first = &a->at[i];
	if (first)
		die("%s:%ld: answers no record of %s", a->journal.path,
			first->no, name);
}

void
answers_sort(struct answers *a)
{
	if (a->n)
		qsort(a->at, a->n, sizeof *a->at, by_number);
}

void
answers_close(struct answers *a)
{
	journal_close(&a->journal);
	free(a->at);
}
