/* opt.h - one table declares an option.
 *
 * Long and short name, target, range, default and help come from the table;
 * parsing, --help, --version and the manual pages cannot drift apart.  The
 * default is what the target holds when opt_parse is called. */
#ifndef OPT_H
#define OPT_H

#include <limits.h>
#include <stddef.h>

enum opt_kind {
	OPT_KIND_END, OPT_KIND_FLAG, OPT_KIND_LONG, OPT_KIND_REAL,
	OPT_KIND_TEXT, OPT_KIND_CHOICE, OPT_KIND_LIST, OPT_KIND_OPERANDS,
	OPT_KIND_OUTPUT, OPT_KIND_JOURNAL,   /* texts: files to write */
	OPT_KIND_INPUTS,
};

/* A list of texts, one for each time that the option was given. */
struct opt_list {
	const char **at;
	size_t n;
};

struct opt {
	enum opt_kind kind;
	char letter;          /* short name, 0 if none */
	const char *name;     /* long name */
	void *target;
	const char *value;    /* what the help calls the value; FILE: a file
	                       * that no output may replace; WEIGHTS: one that
	                       * it may */
	double lo, hi;        /* inclusive range; operands: how many */
	const char *help;
	const char *choices;  /* "a|b|c" */
};

#define OPT_FLAG(c, n, t, h) \
	{ OPT_KIND_FLAG, c, n, (int *){ t }, NULL, 0, 0, h, NULL }
#define OPT_LONG(c, n, t, lo, hi, h) \
	{ OPT_KIND_LONG, c, n, (long *){ t }, "N", lo, (double)(hi), h, NULL }
#define OPT_REAL(c, n, t, lo, hi, h) \
	{ OPT_KIND_REAL, c, n, (double *){ t }, "X", lo, hi, h, NULL }
#define OPT_TEXT(c, n, t, v, h) \
	{ OPT_KIND_TEXT, c, n, (const char **){ t }, v, 0, 0, h, NULL }
#define OPT_OUTPUT(c, n, t, h) \
	{ OPT_KIND_OUTPUT, c, n, (const char **){ t }, "FILE", 0, 0, h, NULL }
#define OPT_JOURNAL(t, h) \
	{ OPT_KIND_JOURNAL, 0, "resume", (const char **){ t }, "FILE", 0, 0, \
	  h, NULL }
#define OPT_CHOICE(c, n, t, set, h) \
	{ OPT_KIND_CHOICE, c, n, (const char **){ t }, NULL, 0, 0, h, set }
#define OPT_LIST(c, n, t, v, h) \
	{ OPT_KIND_LIST, c, n, (struct opt_list *){ t }, v, 0, 0, h, NULL }
/* What follows the options: between lo and hi of them, into a list. */
#define OPT_OPERANDS(t, lo, hi) \
	{ OPT_KIND_OPERANDS, 0, NULL, (struct opt_list *){ t }, NULL, lo, hi, \
	  NULL, NULL }
/* What is read instead of stdin: at most hi files, for in_open_list; the list
 * points into argv. */
#define OPT_INPUTS(t, hi) \
	{ OPT_KIND_INPUTS, 0, NULL, (struct opt_list *){ t }, "FILE", 0, hi, \
	  NULL, NULL }
enum { INPUTS_MAX = 1 << 20 };
#define OPT_END { OPT_KIND_END, 0, NULL, NULL, NULL, 0, 0, NULL, NULL }

/* The options that nearly every filter has. */
#define OPT_SEED(t)    OPT_LONG('s', "seed", t, 0, LONG_MAX, "random seed")
#define OPT_THREADS(t) OPT_LONG('j', "threads", t, 0, 1024, \
	"threads, at most one a CPU; 0: as many as CPUs, CPU quota and " \
	"ulimit allow")
#define OPT_QUIET(t)   OPT_FLAG('q', "quiet", t, "no progress on stderr")

/* Parse argv by the table (ended by OPT_END).  synopsis: what follows
 * "usage: prog [option ..]"; about: what the filter does, in the help.
 * Wrong usage exits 2, --help and --version exit 0. What is written must be
 * no other file of the table. To be called first: secures descriptors 0 to 2
 * and installs the signal handlers of sig.h. */
void opt_parse(int argc, char **argv, const char *synopsis,
	const char *about, const struct opt *);

/* Usage errors of options that would change nothing. One that was given though
 * what it wants is not there: "--elites wants --measure". One that another
 * makes idle: "--tgt-vocab changes nothing: the model has its own". */
void opt_wants(int there, const char *name, const char *what);
void opt_idle(int idle, const char *name, const char *why);

/* The first FILE or WEIGHTS of the table, but for outputs, of which
 * is(file, arg) holds, and which option names it; NULL if there is none. */
const char *opt_find_file(const struct opt *,
	int (*is)(const char *file, const void *arg), const void *arg,
	const char **option);

#endif
