/* /proc/self/cgroup says in which group, as seen from the hierarchy's root or
 * the namespace's; /proc/self/mountinfo says where which part of a hierarchy
 * can be seen. man 7 cgroups, man 5 proc. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cgroup.h"

/* A mount of one of the process' hierarchies. */
struct mount {
	char *root, *point;      /* into the line */
};

static FILE *
open_under(const char *root, const char *path)
{
	char whole[PATH_MAX];
	int n = snprintf(whole, sizeof whole, "%s%s", root, path);

	return n < 0 || (size_t)n >= sizeof whole ? NULL : fopen(whole, "re");
}

/* Is the word one of a list with commas? */
static int
listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; *list; list += *list == ',') {
		size_t len = strcspn(list, ",");
		if (len == n && !strncmp(list, word, n))
			return 1;
		list += len;
	}
	return 0;
}

/* The group of "number:controllers:group". Caller frees; NULL: none. */
static char *
group_name(const char *root, const char *controller)
{
	FILE *f = open_under(root, "/proc/self/cgroup");
	char *line = NULL, *name = NULL;
	size_t cap = 0;

	while (f && !name && getline(&line, &cap, f) > 0) {
		char *list = strchr(line, ':');
		char *group = list ? strchr(++list, ':') : NULL;
		if (!group)
			continue;
		*group++ = 0;
		group[strcspn(group, "\n")] = 0;
		if (controller ? listed(list, controller) : !*list)
			name = strdup(group);
	}
	free(line);
	if (f)
		fclose(f);
	return name;
}

/* "\040" and the like become what they stand for. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s; s++, to++) {
		unsigned c;
		if (*s == '\\' && sscanf(s + 1, "%3o", &c) == 1) {
			*to = (char)c;
			s += 3;
		} else
			*to = *s;
	}
	*to = 0;
}

/* A line of mountinfo: is it of the controller's hierarchy? */
static int
parse_mount(char *line, const char *controller, struct mount *m)
{
	char *field[5], *word, *rest, *next;

	line[strcspn(line, "\n")] = 0;
	char *tail = strstr(line, " - ");
	if (!tail)
		return 0;
	*tail = 0;
	rest = line;
	for (int i = 0; i < 5; i++)
		if (!(field[i] = strtok_r(rest, " ", &next)))
			return 0;
		else
			rest = NULL;
	word = strtok_r(tail + 3, " ", &next);
	if (!word || strcmp(word, controller ? "cgroup" : "cgroup2"))
		return 0;
	/* its device, then its options */
	word = strtok_r(NULL, " ", &next) ? strtok_r(NULL, "", &next) : NULL;
	if (controller && (!word || !listed(word, controller)))
		return 0;
	m->root = field[3];
	m->point = field[4];
	unescape(m->root);
	unescape(m->point);
	return 1;
}

/* What of the group lies below the mount's root; NULL: it is elsewhere. */
static const char *
below(const struct mount *m, const char *group)
{
	size_t n = strlen(m->root);

	if (!strcmp(m->root, "/"))
		return strcmp(group, "/") ? group : "";
	if (strncmp(group, m->root, n) || (group[n] && group[n] != '/'))
		return NULL;
	return group + n;
}

static int
set_path(struct cgroup *g, const char *root, const struct mount *m,
	const char *rest)
{
	int top = snprintf(g->path, sizeof g->path, "%s%s", root, m->point);

	if (top < 0 || (size_t)top + strlen(rest) >= sizeof g->path)
		return -1;
	g->top = (size_t)top;
	strcpy(g->path + top, rest);
	return 0;
}

int
cgroup_find(struct cgroup *g, const char *root, const char *controller)
{
	char *group = group_name(root, controller), *line = NULL;
	FILE *f = group ? open_under(root, "/proc/self/mountinfo") : NULL;
	size_t cap = 0;
	int found = 0;

	while (f && found < 2 && getline(&line, &cap, f) > 0) {
		struct mount m;
		if (!parse_mount(line, controller, &m))
			continue;
		/* outside of what can be seen: then what can be seen is a
		 * group around it */
		const char *rest = strstr(group, "/..") ? NULL :
			below(&m, group);
		if (rest && !set_path(g, root, &m, rest))
			found = 2;
		else if (!found && !set_path(g, root, &m, ""))
			found = 1;
	}
	free(group);
	free(line);
	if (f)
		fclose(f);
	return found ? 0 : -1;
}

int
cgroup_up(struct cgroup *g)
{
	size_t n = strlen(g->path);

	if (n <= g->top)
		return 0;
	while (n > g->top && g->path[--n] != '/')
		;
	g->path[n] = 0;
	return 1;
}

static FILE *
open_file(const struct cgroup *g, const char *file)
{
	char name[NAME_MAX + 2];

	snprintf(name, sizeof name, "/%s", file);
	return open_under(g->path, name);
}

int
cgroup_number(const struct cgroup *g, const char *file, int nth,
	double *value)
{
	FILE *f = open_file(g, file);
	char word[64], *end = word;

	*word = 0;
	for (; f && nth >= 0; nth--)
		if (fscanf(f, "%63s", word) != 1)
			*word = 0;
	if (f)
		fclose(f);
	double v = strtod(word, &end);
	if (end == word || *end || !isfinite(v))
		return -1;
	*value = v;
	return 0;
}

int
cgroup_field(const struct cgroup *g, const char *file, const char *key,
	double *value)
{
	FILE *f = open_file(g, file);
	char word[64];
	double v;
	int found = 0;

	while (f && !found && fscanf(f, "%63s %lf", word, &v) == 2)
		found = !strcmp(word, key);
	if (f)
		fclose(f);
	if (!found)
		return -1;
	*value = v;
	return 0;
}
