#include <math.h>
#include <string.h>
#include "trainer.h"

double
schedule_lr(const struct train_opts *o, long done)
{
	double warm = (double)o->warmup_updates, at = (double)done;

	if (done < o->warmup_updates)
		return o->warmup_init_lr +
			at * (o->lr - o->warmup_init_lr) / warm;
	if (!strcmp(o->schedule, "cosine")) {
		double span = (double)o->max_update - warm;
		double part = span > 0 ? (at - warm) / span : 1;
		return o->min_lr + 0.5 * (o->lr - o->min_lr) *
			(1 + cos(3.141592653589793 * fmin(part, 1)));
	}
	return o->lr * sqrt(fmax(warm, 1) / fmax(at, 1));
}
