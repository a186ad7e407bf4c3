/* hat_rec.h - HAT's files as records of a stream, and back.
 *
 * The functions here print, and die with "prog: FILE:LINE: reason", as those
 * of rec.h. */
#ifndef HAT_REC_H
#define HAT_REC_H

#include "arch/arch_rec.h"

struct hat_setup {
	const char *name;    /* of the record; NULL: the file's */
	long qkv_dim;        /* 0: not given */
	struct task task;    /* what was given */
};

/* A file's name as that of what is in it, "" of stdin; caller owns. */
char *hat_base_name(const char *path);
int hat_name_fits(const char *name);   /* is it UTF-8? */
/* A file of HAT's, told apart by its content, as records. NULL: stdin. */
void hat_import(const struct hat_setup *, const char *path);
/* The only record of a file, an arch or a space, as YAML. */
void hat_export(const char *path);

#endif
