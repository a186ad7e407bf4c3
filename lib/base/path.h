/* path.h - what a file's name stands for. */
#ifndef PATH_H
#define PATH_H

struct stat;

/* Where the links of a name lead: to a file that need not be there. Names of
 * descriptors, such as /dev/stdout, are not followed further. The caller
 * frees it; NULL with errno where links lead nowhere. */
char *path_target(const char *path);
/* The folder of a name, "." or as it stands there; caller frees. */
char *path_folder(const char *path);
const char *path_file(const char *path);   /* what follows it */
/* Of a target: which descriptor of ours it names; -1: none, -2: of another
 * process. */
int path_descriptor(const char *target);
/* Do both name one plain file, be it one that is not there yet? */
int path_same(const char *a, const char *b);
/* "stdin", "stdout" or "stderr" if that is this plain file, else NULL. */
const char *path_standard(const struct stat *);

#endif
