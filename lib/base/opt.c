#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "descriptors.h"
#include "die.h"
#include "mem.h"
#include "nearest.h"
#include "opt.h"
#include "path.h"
#include "ranks.h"
#include "sig.h"
#include "stack.h"

#ifndef VERSION
#define VERSION "0"
#endif

enum { OPTIONS_MAX = 80, LONG_BASE = 256, WIDTH = 79, HELP_COLUMN = 33 };

static void
add_default(struct buf *b, const struct opt *o)
{
	if (o->kind == OPT_KIND_LONG && (double)*(long *)o->target >= o->lo &&
	    *(long *)o->target < LONG_MAX)
		buf_printf(b, " [%ld]", *(long *)o->target);
	else if (o->kind == OPT_KIND_REAL && isfinite(*(double *)o->target))
		buf_printf(b, " [%g]", *(double *)o->target);
	else if ((o->kind == OPT_KIND_TEXT || o->kind == OPT_KIND_CHOICE) &&
	    *(const char **)o->target)
		buf_printf(b, " [%s]", *(const char **)o->target);
}

/* In lines that end before WIDTH, all but the first indented. */
static void
print_wrapped(const char *words, int column)
{
	for (int at = column; *words;) {
		int n = (int)strcspn(words, " ");
		if (at > column && at + 1 + n > WIDTH) {
			printf("\n%*s", column, "");
			at = column;
		}
		at += printf("%s%.*s", at > column ? " " : "", n, words);
		words += n;
		words += strspn(words, " ");
	}
	putchar('\n');
}

static void
print_option(const struct opt *o)
{
	struct buf left = { 0 }, help = { 0 };
	const char *value = o->choices ? o->choices : o->value;

	if (o->letter)
		buf_printf(&left, "-%c, ", o->letter);
	buf_printf(&left, "%s--%s%s%s", o->letter ? "" : "    ", o->name,
		value ? " " : "", value ? value : "");
	printf("  %-30s ", left.data);
	if (left.len > 30)
		printf("\n%*s", HELP_COLUMN, "");
	buf_str(&help, o->help);
	add_default(&help, o);
	if (o->kind == OPT_KIND_LIST)
		buf_str(&help, " (may be repeated)");
	print_wrapped(help.data, HELP_COLUMN);
	buf_free(&left);
	buf_free(&help);
}

static const struct opt *
operands_of(const struct opt *o)
{
	while (o->kind && o->kind != OPT_KIND_OPERANDS &&
	    o->kind != OPT_KIND_INPUTS)
		o++;
	return o->kind ? o : NULL;
}

static void
print_help(const char *synopsis, const char *about, const struct opt *opts)
{
	const struct opt *in = operands_of(opts);
	const char *some = !in || in->kind != OPT_KIND_INPUTS ? "" :
		in->hi > 1 ? "[FILE ..] " : "[FILE] ";

	struct buf usage = { 0 };
	int before = (int)strcspn(synopsis, "<>");

	buf_printf(&usage, "%s [option ..] %.*s%s%s",
		program_invocation_short_name, before, synopsis, some,
		synopsis + before);
	printf("usage: ");
	print_wrapped(usage.data, 7);
	buf_free(&usage);
	printf("\n%s\n%s\noptions:\n", about, !*some ?
		"" : in->hi > 1 ? "FILE ..: read one after another instead of "
		"stdin; - is stdin.\n" : "FILE: read instead of stdin.\n");
	for (const struct opt *o = opts; o->kind; o++)
		if (o != in)
			print_option(o);
	puts("  -h, --help                     print this help\n"
	     "      --version                  print the version");
}

/* "[1, inf)": the range in words, for messages. */
static const char *
range_text(const struct opt *o, char *text, size_t size)
{
	int whole = o->kind == OPT_KIND_LONG;

	if (o->hi >= (whole ? (double)LONG_MAX : HUGE_VAL))
		snprintf(text, size, "%.15g or more", o->lo);
	else
		snprintf(text, size, "in [%.15g, %.15g]", o->lo, o->hi);
	return text;
}

static void
check_choice(const struct opt *o, const char *word)
{
	struct nearest near = nearest_to(word, strlen(word));
	char hint[100];

	for (const char *p = o->choices; ; p++) {
		size_t n = strcspn(p, "|");
		if (n && n == near.word_len && !strncmp(p, word, n))
			return;
		nearest_try(&near, p, n);
		p += n;
		if (!*p)
			break;
	}
	die_usage("--%s: want one of %s, not \"%s\"%s", o->name, o->choices,
		word, nearest_hint(&near, hint, sizeof hint));
}

static int
is_written(const struct opt *o)
{
	return o->kind == OPT_KIND_OUTPUT || o->kind == OPT_KIND_JOURNAL;
}

/* Is its value a file that is read or written? */
static int
is_file(const struct opt *o)
{
	return o->value && !strcmp(o->value, "FILE");
}

/* What a shell variable that is not set leaves is no name. */
static void
want_name(const struct opt *o, const char *arg)
{
	static const char *const names[][2] = {
		{ "FILE", "a file's name" }, { "WEIGHTS", "a file's name" },
		{ "PREDICTOR", "a file's name" }, { "DIR", "a folder's name" },
		{ "CMD", "a command" },
	};

	for (size_t i = 0; o->value && !*arg &&
	    i < sizeof names / sizeof *names; i++)
		if (!strcmp(o->value, names[i][0]))
			die_usage("--%s: want %s", o->name, names[i][1]);
}

/* The options that were given, once each. */
static const struct opt *given[OPTIONS_MAX];
static size_t given_n;

static int
is_given(const char *name)
{
	for (size_t i = 0; i < given_n; i++)
		if (!strcmp(given[i]->name, name))
			return 1;
	return 0;
}

void
opt_wants(int there, const char *name, const char *what)
{
	if (!there && is_given(name))
		die_usage("--%s wants %s", name, what);
}

void
opt_idle(int idle, const char *name, const char *why)
{
	if (idle && is_given(name))
		die_usage("--%s changes nothing: %s", name, why);
}

static void
opt_set(const struct opt *o, const char *arg)
{
	if (o->name && !is_given(o->name))
		given[given_n++] = o;
	char *end, range[80];
	struct opt_list *list = o->target;

	errno = 0;
	switch (o->kind) {
	case OPT_KIND_FLAG:
		*(int *)o->target = 1;
		break;
	case OPT_KIND_LONG: {
		long v = strtol(arg, &end, 10);
		if (!*arg || *end || errno || (double)v < o->lo ||
		    (double)v > o->hi)
			die_usage("--%s: want an integer %s, not \"%s\"",
				o->name, range_text(o, range, sizeof range),
				arg);
		*(long *)o->target = v;
		break;
	}
	case OPT_KIND_REAL: {
		double v = strtod(arg, &end);
		if (!*arg || *end || !(v >= o->lo && v <= o->hi))
			die_usage("--%s: want a number %s, not \"%s\"",
				o->name, range_text(o, range, sizeof range),
				arg);
		*(double *)o->target = v;
		break;
	}
	case OPT_KIND_CHOICE:
		check_choice(o, arg);
		/* FALLTHROUGH */
	case OPT_KIND_TEXT:
	case OPT_KIND_OUTPUT:
	case OPT_KIND_JOURNAL:
		want_name(o, arg);
		*(const char **)o->target = arg;
		break;
	default:
		want_name(o, arg);
		list->at = xrealloc(list->at, list->n + 1, sizeof *list->at);
		list->at[list->n++] = arg;
	}
}

static void
take_operands(int argc, char **argv, const struct opt *operands)
{
	long n = argc - optind;
	double lo = operands ? operands->lo : 0;
	double hi = operands ? operands->hi : 0;

	if ((double)n > hi)
		die_usage("unexpected operand \"%s\"",
			argv[optind + (int)hi]);
	if ((double)n < lo)
		die_usage("want at least %g operand%s", lo, lo > 1 ? "s" : "");
	for (int i = optind; i < argc; i++)
		if (!*argv[i])
			die_usage("operand %d: want a file's name, not \"\"",
				i - optind + 1);
	if (operands && operands->kind == OPT_KIND_INPUTS)
		*(struct opt_list *)operands->target = (struct opt_list){
			(const char **)argv + optind, (size_t)n };
	else
		for (int i = optind; i < argc; i++)
			opt_set(operands, argv[i]);
}

static int
is_list(const struct opt *o)
{
	return o->kind == OPT_KIND_LIST || o->kind == OPT_KIND_INPUTS;
}

/* The files that an option names: how many. */
static size_t
files_of(const struct opt *o, const char *const **at)
{
	const struct opt_list *list = o->target;

	if (!o->value || (strcmp(o->value, "FILE") &&
	    strcmp(o->value, "WEIGHTS")))
		return 0;
	*at = is_list(o) ? list->at : o->target;
	return is_list(o) ? list->n : **at != NULL;
}

const char *
opt_find_file(const struct opt *opts,
	int (*is)(const char *file, const void *arg), const void *arg,
	const char **option)
{
	const char *const *at;

	for (const struct opt *o = opts; o->kind; o++) {
		*option = o->name;
		for (size_t n = files_of(o, &at); n-- > 0;)
			if (o->kind != OPT_KIND_OUTPUT && is(at[n], arg))
				return at[n];
	}
	return NULL;
}

/* A file that is written must be none that another option names. Where an
 * output may take an input's place, the input's value is not called FILE. */
static void
check_files(const struct opt *opts)
{
	const char *const *a, *const *b;

	for (const struct opt *o = opts; o->kind; o++)
		for (const struct opt *p = opts; p->kind; p++) {
			if (o == p || !is_written(o) || !files_of(o, &a) ||
			    (is_written(p) && p < o))
				continue;
			for (size_t n = is_file(p) ? files_of(p, &b) : 0;
			    n-- > 0;)
				if (path_same(a[0], b[n]) ||
				    (!strcmp(a[0], "-") && is_written(p) &&
				    !strcmp(b[n], "-")))
					die_usage("--%s and %s%s are one "
						"file, %s", o->name, p->name ?
						"--" : "", p->name ? p->name :
						"the input", b[n]);
		}
}

/* "--max" begins --max-update, --max-epoch .. */
static _Noreturn void
several(const struct option *longs, const char *word, size_t len)
{
	struct buf b = { 0 };

	for (; longs->name; longs++)
		if (!strncmp(longs->name, word + 2, len - 2))
			buf_printf(&b, "%s--%s", b.len ? ", " : "",
				longs->name);
	die_usage("%.*s: which one, of %s?", (int)len, word, b.data);
}

/* A long option that is none, or the beginning of several. */
static _Noreturn void
no_long(const struct option *longs, const char *word)
{
	size_t len = strcspn(word, "=");
	struct nearest near = nearest_to(word + 2, len - 2);
	char name[80], hint[100];
	int begin = 0;

	for (const struct option *o = longs; o->name; o++) {
		begin += len > 2 && !strncmp(o->name, word + 2, len - 2);
		nearest_try(&near, o->name, strlen(o->name));
	}
	if (begin > 1)
		several(longs, word, len);
	if (near.len) {
		snprintf(name, sizeof name, "--%s", near.name);
		near.name = name;
		near.len += 2;
	}
	die_usage("%.*s: no such option%s", (int)len, word,
		nearest_hint(&near, hint, sizeof hint));
}

/* What getopt does not take; it would print it with its control characters. */
static _Noreturn void
wrong_option(const struct option *longs, int c, const char *word)
{
	int is_long = !strncmp(word, "--", 2);

	if (c == ':' && is_long)
		die_usage("%s: its value is missing", word);
	if (c == ':')
		die_usage("-%c: its value is missing", optopt);
	if (!is_long)
		die_usage("no option -%c", optopt);
	if (optopt)
		die_usage("%.*s: takes no value", (int)strcspn(word, "="),
			word);
	no_long(longs, word);
}

/* What was printed must have got out. */
static _Noreturn void
end_printed(void)
{
	if (fflush(stdout) || ferror(stdout))
		die("stdout: %s", errno == EBADF ? "is closed" :
			strerror(errno));
	exit(0);
}

void
opt_parse(int argc, char **argv, const char *synopsis, const char *about,
	const struct opt *opts)
{
	struct option longs[OPTIONS_MAX + 3];
	char shorts[2 * OPTIONS_MAX + 4] = ":h";
	int n = 0, c;

	given_n = 0;
	descriptors_secure();
	sig_init();
	opterr = 0;
	/* options may follow operands, whatever the user's shell exports */
	char *posix = getenv("POSIXLY_CORRECT");
	unsetenv("POSIXLY_CORRECT");
	for (int i = 0; opts[i].kind; i++) {
		const struct opt *o = &opts[i];
		int arg = o->kind != OPT_KIND_FLAG;
		if (!o->name)   /* operands: "--=x" would be their option */
			continue;
		longs[n++] = (struct option){ o->name, arg, NULL,
			LONG_BASE + i };
		if (o->letter)
			sprintf(shorts + strlen(shorts), "%c%s", o->letter,
				arg ? ":" : "");
	}
	longs[n] = (struct option){ "help", 0, NULL, 'h' };
	longs[n + 1] = (struct option){ "version", 0, NULL, 1 };
	longs[n + 2] = (struct option){ 0 };
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == 'h') {
			print_help(synopsis, about, opts);
			end_printed();
		} else if (c == 1) {
			printf("%s (Milliner) %s\n",
				program_invocation_short_name, VERSION);
			end_printed();
		} else if (c >= LONG_BASE) {
			opt_set(&opts[c - LONG_BASE], optarg);
			continue;
		}
		const struct opt *o = opts;
		while (o->kind && o->letter != c)
			o++;
		if (c == '?' || c == ':' || !o->kind)
			wrong_option(longs, c, argv[optind - 1]);
		opt_set(o, optarg);
	}
	if (posix)   /* for those that we start */
		setenv("POSIXLY_CORRECT", posix, 1);
	stack_check();
	ranks_warn();
	take_operands(argc, argv, operands_of(opts));
	check_files(opts);
}
