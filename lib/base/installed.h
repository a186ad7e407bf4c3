/* installed.h - the data files that come with the programs. */
#ifndef INSTALLED_H
#define INSTALLED_H

/* A file or folder seen from the folder of this program: share/milliner/name
 * where it is installed, data/source in a build folder. Its path, which the
 * caller frees, or NULL where neither can be read. */
char *installed_find(const char *name, const char *source);

#endif
