#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "die.h"
#include "mem.h"
#include "opt.h"
#include "sig.h"

#ifndef VERSION
#define VERSION "0"
#endif

enum { OPTIONS_MAX = 80, LONG_BASE = 256 };

static void
print_default(const struct opt *o)
{
	if (o->kind == OPT_KIND_LONG && (double)*(long *)o->target >= o->lo &&
	    *(long *)o->target < LONG_MAX)
		printf(" [%ld]", *(long *)o->target);
	else if (o->kind == OPT_KIND_REAL && isfinite(*(double *)o->target))
		printf(" [%g]", *(double *)o->target);
	else if ((o->kind == OPT_KIND_TEXT || o->kind == OPT_KIND_CHOICE) &&
	    *(const char **)o->target)
		printf(" [%s]", *(const char **)o->target);
}

static void
print_help(const char *synopsis, const char *about, const struct opt *opts)
{
	printf("usage: %s [option ..] %s\n\n%s\n\noptions:\n",
		program_invocation_short_name, synopsis, about);
	for (const struct opt *o = opts; o->kind; o++) {
		char left[128];
		const char *value = o->choices ? o->choices : o->value;
		if (o->kind == OPT_KIND_OPERANDS)
			continue;
		int n = o->letter ?
			snprintf(left, sizeof left, "-%c, ", o->letter) :
			snprintf(left, sizeof left, "    ");
		snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s",
			o->name, value ? " " : "", value ? value : "");
		printf("  %-30s ", left);
		if (strlen(left) > 30)
			printf("\n%33s", "");
		fputs(o->help, stdout);
		print_default(o);
		if (o->kind == OPT_KIND_LIST)
			fputs(" (may be repeated)", stdout);
		putchar('\n');
	}
	puts("  -h, --help                     print this help\n"
	     "      --version                  print the version");
}

/* "[1, inf)": the range in words, for messages. */
static const char *
range_text(const struct opt *o, char *text, size_t size)
{
	int whole = o->kind == OPT_KIND_LONG;

	if (o->hi >= (whole ? (double)LONG_MAX : HUGE_VAL))
		snprintf(text, size, "%.17g or more", o->lo);
	else
		snprintf(text, size, "in [%.17g, %.17g]", o->lo, o->hi);
	return text;
}

static int
is_choice(const char *set, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = set; p; p = strchr(p, '|')) {
		p += *p == '|';
		if (!strncmp(p, word, n) && (!p[n] || p[n] == '|'))
			return n > 0;
	}
	return 0;
}

static void
opt_set(const struct opt *o, const char *arg)
{
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
				o->name, range_text(o, range, sizeof range), arg);
		*(long *)o->target = v;
		break;
	}
	case OPT_KIND_REAL: {
		double v = strtod(arg, &end);
		if (!*arg || *end || !(v >= o->lo && v <= o->hi))
			die_usage("--%s: want a number %s, not \"%s\"",
				o->name, range_text(o, range, sizeof range), arg);
		*(double *)o->target = v;
		break;
	}
	case OPT_KIND_CHOICE:
		if (!is_choice(o->choices, arg))
			die_usage("--%s: want one of %s, not \"%s\"",
				o->name, o->choices, arg);
		/* FALLTHROUGH */
	case OPT_KIND_TEXT:
		*(const char **)o->target = arg;
		break;
	default:
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
		opt_set(operands, argv[i]);
}

void
opt_parse(int argc, char **argv, const char *synopsis, const char *about,
	const struct opt *opts)
{
	struct option longs[OPTIONS_MAX + 3];
	char shorts[2 * OPTIONS_MAX + 4] = "h";
	const struct opt *operands = NULL;
	int n = 0, c;

	sig_init();
	/* options may follow operands, whatever the user's shell exports */
	unsetenv("POSIXLY_CORRECT");
	for (; opts[n].kind; n++) {
		const struct opt *o = &opts[n];
		int arg = o->kind != OPT_KIND_FLAG;
		if (o->kind == OPT_KIND_OPERANDS)
			operands = o;
		longs[n] = (struct option){ o->name ? o->name : "",
			arg, NULL, LONG_BASE + n };
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
			exit(fflush(stdout) ? 1 : 0);
		} else if (c == 1) {
			printf("%s (Milliner) %s\n",
				program_invocation_short_name, VERSION);
			exit(fflush(stdout) ? 1 : 0);
		} else if (c >= LONG_BASE) {
			opt_set(&opts[c - LONG_BASE], optarg);
			continue;
		}
		const struct opt *o = opts;
		while (o->kind && o->letter != c)
			o++;
		if (c == '?' || !o->kind) {
			fprintf(stderr, "try: %s --help\n",
				program_invocation_short_name);
			exit(2);
		}
		opt_set(o, optarg);
	}
	take_operands(argc, argv, operands);
}
