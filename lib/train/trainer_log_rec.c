/* The records of a training, to stdout and the journal. */
#include <math.h>
#include "base/sig.h"
#include "rec/out.h"
#include "trainer.h"

const struct journal_kind log_journal = { "a training",
	"\"event\":", { { "event", MEMBER_TEXT }, { "step", MEMBER_COUNT },
	{ "epoch", MEMBER_COUNT } }, NULL };

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
