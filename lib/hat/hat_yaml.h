/* hat_yaml.h - HAT's YAML files: a SubTransformer (keys that end in
 * "-subtransformer") or a search space (keys that end in "-choice"), told
 * apart by their keys.
 *
 * Both kinds stand in files with training settings, which are not ours and
 * are passed over; what is misspelt among the keys of the two kinds is an
 * error. As in HAT, a list of one may be written without brackets. */
#ifndef HAT_YAML_H
#define HAT_YAML_H

#include "arch/arch.h"
#include "arch/task.h"

struct hat_yaml {
	int is_space;
	struct arch arch;      /* if not */
	struct space space;    /* if so; without a name */
	struct task task;      /* what the file says: super widths, sharing */
	int qkv_dim;           /* what it says, 0: nothing */
};

/* Read the only document of text. qkv_dim goes before the file's; 0: the
 * file's, else 512. 0, or -1 with a reason and its line (0: the whole file). */
int hat_yaml_read(struct hat_yaml *, const char *text, size_t len,
	int qkv_dim, long *line, struct why *);

/* What HAT's train.py reads back. The SuperTransformer's own sizes go with a
 * space: the task's widths, else the widest choices. */
void hat_yaml_print_arch(struct buf *, const struct arch *,
	const struct task *);
void hat_yaml_print_space(struct buf *, const struct space *,
	const struct task *);

#endif
