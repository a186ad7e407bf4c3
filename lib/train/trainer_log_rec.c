/* The records of a training, to stdout and the journal. */
#include <math.h>
#include <string.h>
#include "base/path.h"
#include "base/sig.h"
#include "rec/out.h"
#include "trainer.h"

const struct journal_kind log_journal = { "a training",
	"\"event\":", { { "event", MEMBER_TEXT }, { "step", MEMBER_COUNT },
	{ "epoch", MEMBER_COUNT } }, "training" };

/* The training of a journal: a name that moves with its folder. */
static void
add_head(const struct trainer *t, struct buf *b)
{
	struct buf members = { 0 };

	member_string(&members, "output", path_file(t->o->output));
	member_raw(&members, "config", t->config);
	buf_printf(b, "{\"training\":{%s}}\n", members.data);
	buf_free(&members);
}

static void
check_head(const struct trainer *t, const char *line)
{
	struct buf how = { 0 };
	json_t *was = json_loads(line, 0, NULL);
	const json_t *head = json_object_get(was, "training");
	const char *there = json_string_value(json_object_get(head, "output"));
	const char *here = path_file(t->o->output);

	if (!there || strcmp(there, here))
		buf_printf(&how, "of --output %s there, %s here",
			there ? there : "", here);
	else
		config_tell(&how, json_object_get(head, "config"), t->config);
	if (how.len)
		die("%s:1: the journal is of another training (name another "
			"file, or remove it): %s", t->journal.path, how.data);
	json_decref(was);
}

/* A journal of an older version: has it the records that the checkpoint counts,
 * and are they of its updates? */
static void
check_records(const struct trainer *t)
{
	const char *at = t->journal.text, *end = at + t->journal.len, *nl;
	double last = 0, next = (double)t->s.update;
	long n = 0;

	if (t->last_saved < 0)
		die("%s: does not say of which training it is, and there is "
			"no %s (name another file, or remove it)",
			t->journal.path, t->checkpoint);
	for (; at < end; at = nl + 1) {
		nl = memchr(at, '\n', (size_t)(end - at));
		n++;
		if (n != t->s.lines && n != t->s.lines + 1)
			continue;
		json_t *r = rec_tree(at, (size_t)(nl - at), NULL);
		double step = json_number_value(json_object_get(r, "step"));
		*(n == t->s.lines ? &last : &next) = step;
		json_decref(r);
	}
	if (n < t->s.lines || last > (double)t->s.update ||
	    next < (double)t->s.update)
		die("%s: not the journal of %s, which counts %ld records up "
			"to update %ld (name another file, or remove it)",
			t->journal.path, t->checkpoint, t->s.lines,
			t->s.update);
}

void
log_check(struct trainer *t)
{
	size_t len;

	if (t->journal.headed)
		check_head(t, journal_next(&t->journal, &len));
	else if (t->journal.len)
		check_records(t);
}

void
log_replay(struct trainer *t)
{
	struct buf head = { 0 };
	const char *line;
	size_t len;
	long n = 0;

	for (; n < t->s.lines && (line = journal_next(&t->journal, &len));
	    n++) {
		rec_put_line(line, len);
		rec_put_line("\n", 1);
	}
	journal_cut(&t->journal);
	if (!t->journal.len) {
		add_head(t, &head);
		journal_add(&t->journal, head.data, head.len);
		buf_free(&head);
	}
	if (n < t->s.lines)
		warn("%s: %ld of %ld log records are lost", t->o->resume,
			t->s.lines - n, t->s.lines);
}

/* To stdout; a reader that is gone is a signal, for trainer_interrupted. */
static void
log_line(const char *line, size_t len)
{
	if ((fwrite(line, 1, len, stdout) != len || fflush(stdout)) &&
	    !sig_pending())
		out_flush();
}

void
trainer_log(struct trainer *t, const char *event, const char *members)
{
	struct buf line = { 0 };

	if (t->peers.rank)
		return;
	/* the epoch under way, or the one that has just ended */
	buf_printf(&line, "{\"event\":\"%s\",\"step\":%ld,\"epoch\":%ld%s%s}\n",
		event, t->s.update, t->s.epoch + (t->s.batch > 0),
		*members ? "," : "", members);
	log_line(line.data, line.len);
	journal_add(&t->journal, line.data, line.len);
	t->s.lines++;
	buf_free(&line);
}

void
trainer_log_means(struct trainer *t, double lr)
{
	struct state *s = &t->s;
	double now = seconds_now(), tokens = (double)s->tokens;
	struct buf b = { 0 };

	member_num(&b, "loss", s->loss / tokens);
	member_num(&b, "nll", s->nll / tokens);
	member_num(&b, "ppl", exp(s->nll / tokens));
	if (t->pairs.soft.most || t->largest.weight > 0)
		member_num(&b, "distill_loss", s->taught / tokens);
	member_num(&b, "lr", lr);
	member_num(&b, "gnorm", s->gnorm / (double)s->updates);
	member_int(&b, "tokens", s->tokens);
	member_int(&b, "tokens_per_s", (long)((double)t->logged_tokens /
		fmax(now - t->logged_at, 1e-9)));
	if (t->peers.comm) {
		struct spent spent = peers_spent(&t->peers);
		member_int(&b, "ranks", t->peers.n);
		member_num(&b, "forward_s", t->forward);
		member_num(&b, "backward_s", t->backward);
		member_num(&b, "sums_s", spent.summed);
		member_num(&b, "waited_s", spent.waited);
		member_num(&b, "adam_s", t->adam);
		member_num(&b, "sent_mb", spent.sent / 1e6);
	}
	trainer_log(t, "train", b.data);
	buf_free(&b);
	s->loss = s->nll = s->gnorm = s->taught = 0;
	s->tokens = s->updates = t->logged_tokens = 0;
	t->forward = t->backward = t->adam = 0;
	t->logged_at = now;
}
