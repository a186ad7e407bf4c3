#include <string.h>
#include "base/nearest.h"
#include "json.h"
#include "task.h"

static const struct {
	const char *key;
	size_t at;
	int lo, hi;
} fields[] = {
	{ "src_vocab", offsetof(struct task, src_vocab), 4, VOCAB_MAX },
	{ "tgt_vocab", offsetof(struct task, tgt_vocab), 4, VOCAB_MAX },
	{ "super_encoder_embed_dim",
	  offsetof(struct task, super_encoder_embed_dim), 1, WIDTH_MAX },
	{ "super_decoder_embed_dim",
	  offsetof(struct task, super_decoder_embed_dim), 1, WIDTH_MAX },
};
enum { FIELDS = sizeof fields / sizeof *fields };

static int *
field(struct task *t, int i)
{
	return (int *)((char *)t + fields[i].at);
}

static int
value(const struct task *t, int i)
{
	return *(const int *)((const char *)t + fields[i].at);
}

int
task_width(const struct task *t, enum stack s)
{
	return s == ENCODER ? t->super_encoder_embed_dim :
		t->super_decoder_embed_dim;
}

struct task
task_unknown(void)
{
	return (struct task){ .share_all_embeddings = -1 };
}

static int
unknown_key(const char *key, struct why *why)
{
	struct nearest near = nearest_to(key, strlen(key));
	const char *share = "share_all_embeddings";
	char hint[100];

	for (int i = 0; i < FIELDS; i++)
		nearest_try(&near, fields[i].key, strlen(fields[i].key));
	nearest_try(&near, share, strlen(share));
	return why_set(why, "task: unknown key \"%.80s\"%s", key,
		nearest_hint(&near, hint, sizeof hint));
}

int
task_from_json(struct task *t, const json_t *j, struct why *why)
{
	const char *key;
	json_t *v;

	*t = task_unknown();
	if (!j)
		return 0;
	if (!json_is_object(j))
		return why_set(why, "task: want an object");
	json_object_foreach((json_t *)j, key, v) {
		int i = 0;
		if (!strcmp(key, "share_all_embeddings")) {
			if (!json_is_boolean(v))
				return why_set(why, "task.%s: want true or "
					"false", key);
			t->share_all_embeddings = json_is_true(v);
			continue;
		}
		while (i < FIELDS && strcmp(key, fields[i].key))
			i++;
		if (i == FIELDS)
			return unknown_key(key, why);
		if (json_int(v, fields[i].lo, fields[i].hi, field(t, i)))
			return why_set(why, "task.%s: want an integer in "
				"[%d, %d]", key, fields[i].lo, fields[i].hi);
	}
	return 0;
}

int
task_check(const struct task *t, int encoder_embed, int decoder_embed,
	struct why *why)
{
	if (t->share_all_embeddings > 0 && t->src_vocab && t->tgt_vocab &&
	    t->src_vocab != t->tgt_vocab)
		return why_set(why, "task: shared embeddings need one "
			"vocabulary, not %d and %d words", t->src_vocab,
			t->tgt_vocab);
	if ((t->super_encoder_embed_dim &&
	    encoder_embed > t->super_encoder_embed_dim) ||
	    (t->super_decoder_embed_dim &&
	    decoder_embed > t->super_decoder_embed_dim))
		return why_set(why, "task: widths %d and %d exceed the super "
			"widths %d and %d", encoder_embed, decoder_embed,
			t->super_encoder_embed_dim, t->super_decoder_embed_dim);
	return 0;
}

void
task_fill(struct task *a, const struct task *b)
{
	for (int i = 0; i < FIELDS; i++)
		if (!value(a, i))
			*field(a, i) = value(b, i);
	if (a->share_all_embeddings < 0)
		a->share_all_embeddings = b->share_all_embeddings;
}

int
task_complete(struct task *t, int encoder_embed, int decoder_embed,
	struct why *why)
{
	if (!t->src_vocab)
		t->src_vocab = t->share_all_embeddings && t->tgt_vocab ?
			t->tgt_vocab : VOCAB_DEFAULT;
	if (!t->tgt_vocab)
		t->tgt_vocab = t->share_all_embeddings ? t->src_vocab :
			VOCAB_DEFAULT;
	if (t->share_all_embeddings < 0)
		t->share_all_embeddings = t->src_vocab == t->tgt_vocab;
	if (!t->super_encoder_embed_dim)
		t->super_encoder_embed_dim = encoder_embed;
	if (!t->super_decoder_embed_dim)
		t->super_decoder_embed_dim = decoder_embed;
	return task_check(t, encoder_embed, decoder_embed, why);
}

int
task_agree(const struct task *a, const struct task *b, struct why *why)
{
	for (int i = 0; i < FIELDS; i++) {
		int x = value(a, i), y = value(b, i);
		if (x && y && x != y)
			return why_set(why, "task.%s is %d here and %d there",
				fields[i].key, x, y);
	}
	if (a->share_all_embeddings >= 0 && b->share_all_embeddings >= 0 &&
	    a->share_all_embeddings != b->share_all_embeddings)
		return why_set(why, "task.share_all_embeddings is %s here and "
			"%s there", a->share_all_embeddings ? "true" : "false",
			b->share_all_embeddings ? "true" : "false");
	return 0;
}

int
task_join(struct task *a, const struct task *b, const struct task *option,
	struct why *why)
{
	struct task asked = *b;

	for (int i = 0; i < FIELDS; i++)
		if (value(option, i))
			*field(&asked, i) = 0;
	if (option->share_all_embeddings >= 0)
		asked.share_all_embeddings = -1;
	if (task_agree(a, &asked, why))
		return -1;
	task_fill(a, b);
	return 0;
}

void
task_print(struct buf *b, const struct task *t)
{
	const char *comma = "";

	buf_str(b, "{");
	for (int i = 0; i < FIELDS; i++) {
		if (i == 2 && t->share_all_embeddings >= 0) {
			buf_printf(b, "%s\"share_all_embeddings\":%s", comma,
				t->share_all_embeddings ? "true" : "false");
			comma = ",";
		}
		if (value(t, i)) {
			buf_printf(b, "%s\"%s\":%d", comma, fields[i].key,
				value(t, i));
			comma = ",";
		}
	}
	buf_str(b, "}");
}
