/* replay BIN PROG [WORD ..] -- CASE .. - run a filter as each case says.
 *
 * WORDs are added to those of the case (tests/fuzz/case.h). A run must end by
 * itself with 0, 1 or 2, within 10 s of CPU time and 4 GiB of address space,
 * and say why when it fails. Prints what did not; exits 1 then. */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../fuzz/case.h"

enum { CPU_S = 10, WALL_S = 300 };

static const rlim_t SPACE = (rlim_t)4 << 30;

static char *
slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = malloc(1 << 20);

	if (!f || !text) {
		perror(path);
		exit(2);
	}
	*len = fread(text, 1, 1 << 20, f);
	fclose(f);
	return text;
}

static _Noreturn void
become(const char *bin, struct fuzz_case *c, int in, int err)
{
	const char *san = getenv("TEST_SAN");
	int slow = san && *san ? 4 : 1;
	rlim_t most = (rlim_t)(slow * CPU_S);
	struct rlimit cpu = { most, most + 1 }, space = { SPACE, SPACE };
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", bin, c->argv[0]);
	dup2(in, 0);
	dup2(open("/dev/null", O_WRONLY), 1);
	dup2(err, 2);
	setrlimit(RLIMIT_CPU, &cpu);
	/* sanitizers reserve terabytes */
	if (slow == 1)
		setrlimit(RLIMIT_AS, &space);
	alarm((unsigned)slow * WALL_S);
	execv(path, c->argv);
	_exit(127);
}

static int
drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	return at->level ? remove(path) : 0;
}

/* 0 if the run was well. */
static int
replay(const char *bin, struct fuzz_case *c, const char *name)
{
	int in = memfd_create("stdin", MFD_CLOEXEC);
	int err = memfd_create("stderr", MFD_CLOEXEC), status;
	pid_t pid = in < 0 || err < 0 || case_write(c, in) ? -1 : fork();

	if (!pid)
		become(bin, c, in, err);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("replay");
		return 1;
	}
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	int mute = code > 0 && !lseek(err, 0, SEEK_END);
	close(in);
	close(err);
	if (code >= 0 && code <= 2 && !mute)
		return 0;
	if (WIFSIGNALED(status))
		printf("%s: signal %d\n", name, WTERMSIG(status));
	else
		printf("%s: exit %d%s\n", name, code, mute ? ", no reason" : "");
	return 1;
}

int
main(int argc, char **argv)
{
	char folder[] = "/tmp/replay-XXXXXX", added[4096] = "";
	int i, failed = 0;

	for (i = 3; i < argc && strcmp(argv[i], "--"); i++) {
		strncat(added, argv[i], sizeof added - strlen(added) - 2);
		strcat(added, " ");
	}
	if (argc < 3 || !mkdtemp(folder)) {
		fputs("usage: replay BIN PROG [WORD ..] -- CASE ..\n", stderr);
		return 2;
	}
	for (i++; i < argc; i++) {
		struct fuzz_case c;
		size_t len;
		char *text = slurp(argv[i], &len);
		int bad = case_parse(&c, (uint8_t *)text, len, argv[2], added);
		if (bad)
			printf("%s: no case\n", argv[i]);
		else if (chdir(folder) || replay(argv[1], &c, argv[i]))
			bad = 1;
		failed |= bad != 0;
		case_free(&c);
		free(text);
		nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
	}
	rmdir(folder);
	return failed;
}
