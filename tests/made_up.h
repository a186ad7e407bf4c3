/* made_up.h - the files of a made-up machine, under a root of their own. */
#ifndef MADE_UP_H
#define MADE_UP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/die.h"

static char root[] = "/tmp/milliner-root.XXXXXX";

static void
root_make(void)
{
	if (!mkdtemp(root))
		die("no folder");
}

/* A file under the root, its folders made. */
static void
put(const char *path, const char *text)
{
	char whole[500];

	snprintf(whole, sizeof whole, "%s/%s", root, path);
	for (char *c = whole + strlen(root) + 1; (c = strchr(c, '/')); c++) {
		*c = 0;
		mkdir(whole, 0777);
		*c = '/';
	}
	FILE *f = fopen(whole, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		die("%s: cannot be written", whole);
}

static void
root_remove(void)
{
	char command[100];

	snprintf(command, sizeof command, "rm -rf %s", root);
	if (system(command))
		die("%s: cannot be removed", root);
}

#endif
