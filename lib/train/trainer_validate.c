/* The validation of a training. */
#include <math.h>
#include <string.h>
#include "trainer.h"

/* Ranks take the batches in turn; their losses are added in their order, so
 * that the mean is the same whoever computed them. */
static struct eval_result
validate_together(struct trainer *t, const struct arch *arch)
{
	validation_part(&t->valid, &t->w->params, arch, t->peers.rank,
		t->peers.n);
	together_validate(t);
	return validation_mean(&t->valid);
}

static double
validate_one(struct trainer *t, const char *which, const struct arch *arch)
{
	struct eval_result r = validate_together(t, arch);
	struct buf b = { 0 };

	if (!isfinite(r.loss) && !t->peers.rank)
		trainer_diverged(t, "the validation loss is", t->s.update, 0);
	member_string(&b, "which", which);
	member_num(&b, "loss", r.loss);
	member_num(&b, "nll", r.nll);
	member_num(&b, "ppl", exp(r.nll));
	member_int(&b, "tokens", r.tokens);
	trainer_log(t, "valid", b.data);
	buf_free(&b);
	return r.loss;
}

void
trainer_validate(struct trainer *t)
{
	double before = seconds_now(), loss;

	if (!t->o->valid)
		return;
	if (t->w->is_super) {
		struct rng r = rng_stream((uint64_t)t->o->seed, RNG_VALID_ARCH,
			(uint64_t)t->s.update);
		struct arch a = arch_largest(&t->w->space);
		loss = validate_one(t, "largest", &a);
		a = arch_smallest(&t->w->space);
		validate_one(t, "smallest", &a);
		arch_sample(&a, &t->w->space, &r);
		validate_one(t, "random", &a);
	} else
		loss = validate_one(t, "sub", &t->w->params.shape);
	if (loss < t->s.best) {
		t->s.best = loss;
		t->s.bad_validations = 0;
	} else
		t->s.bad_validations++;
	together_state(t);
	t->logged_at += seconds_now() - before;   /* not training time */
}
