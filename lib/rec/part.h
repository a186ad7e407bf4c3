/* part.h - the file that is written beside its target, .NAME.XXXXXXXXXXXX.part.
 *
 * Its name can't be guessed; it is made anew and through no link, locked while
 * it is written, and removed when its process ends. What kill -9 leaves is
 * removed by the next who writes that target. */
#ifndef PART_H
#define PART_H

struct stat;
struct part {
	char *path;
	int fd, handle;     /* handle: of sig.h */
};

/* old: the file in the target's place, whose mode and owner it gets, or NULL.
 * Dies, with shown as the name, where it can't be made or another process
 * writes the target. */
void part_open(struct part *, const char *shown, const char *target,
	const struct stat *old);
/* Put it, complete and synced, in the target's place. 0, or -1 with errno. */
int part_move(const struct part *, const char *target);
void part_close(struct part *);   /* unlocks: not before it is moved */

#endif
