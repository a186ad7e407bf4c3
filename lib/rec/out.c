#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include "base/descriptors.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/sig.h"
#include "out.h"

enum { LEVEL = 9 };

/* A descriptor that was handed to us. What is printed besides must not get
 * into what is written to stdout. */
static int
take_descriptor(const char *path, int fd)
{
	int flags = fcntl(fd, F_GETFD), how = fcntl(fd, F_GETFL);

	/* what we open ourselves is closed on exec, and so is a stdout that
	 * is taken */
	if (fd == 1 && flags > 0 && flags & FD_CLOEXEC)
		die("%s: is named for two outputs", path);
	if (flags < 0 || flags & FD_CLOEXEC || how & O_PATH ||
	    (how & O_ACCMODE) == O_RDONLY)
		die("%s: is not open for writing", path);
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (own < 0)
		die("%s: %s", path, strerror(errno));
	if (fd == 1) {
		fflush(stdout);
		dup2(2, 1);
		fcntl(1, F_SETFD, FD_CLOEXEC);
	}
	return own;
}

/* The file at the target: 1 if there is one, into st. Dies where it must not
 * be replaced. */
static int
find_old(const struct out *o, struct stat *st)
{
	if (stat(o->target, st)) {
		if (errno != ENOENT)
			die("%s: %s", o->path, strerror(errno));
		if (!*path_file(o->target))
			die("%s: %s", o->path, strerror(EISDIR));
		return 0;
	}
	if (S_ISDIR(st->st_mode))
		die("%s: %s", o->path, strerror(EISDIR));
	if (access(o->target, W_OK))
		die("%s: %s", o->path, strerror(errno));
	if (path_standard(st))
		die("%s: is also %s", o->path, path_standard(st));
	return 1;
}

/* Open what the path stands for. */
static void
open_target(struct out *o)
{
	struct stat st;

	if (!strcmp(o->path, "-")) {
		o->path = "stdout";
		o->fd = take_descriptor(o->path, 1);
		return;
	}
	if (!(o->target = path_target(o->path)))
		die("%s: %s", o->path, strerror(errno));
	int given = path_descriptor(o->target);
	if (given >= 0)
		o->fd = take_descriptor(o->path, given);
	else {
		int old = find_old(o, &st);
		if (given == -1 && (!old || S_ISREG(st.st_mode))) {
			part_open(&o->part, o->path, o->target, old ? &st :
				NULL);
			o->fd = o->part.fd;
			return;
		}
		o->fd = open(o->target, O_WRONLY | O_TRUNC | O_NOCTTY |
			O_CLOEXEC);
		if (o->fd < 0)
			die("%s: %s", o->path, strerror(errno));
	}
	free(o->target);
	o->target = NULL;
}

void
out_open(struct out *o, const char *path)
{
	*o = (struct out){ .path = path, .fd = -1 };
	open_target(o);
	if (ends_in(path, ".zst")) {
		o->zstd = ZSTD_createCCtx();
		ZSTD_CCtx_setParameter(o->zstd, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(o->zstd, ZSTD_c_checksumFlag, 1);
		o->packed_cap = ZSTD_CStreamOutSize();
		o->packed = xmalloc(o->packed_cap);
	}
}

int
out_is_file(const struct out *o)
{
	return o->target != NULL;
}

static void
put_all(const struct out *o, const void *bytes, size_t n)
{
	if (write_all(o->fd, bytes, n))
		die("%s: %s", o->path, strerror(errno));
}

static void
pack(struct out *o, const void *bytes, size_t n, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = { bytes, n, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { o->packed, o->packed_cap, 0 };
		left = ZSTD_compressStream2(o->zstd, &out, &in, how);
		if (ZSTD_isError(left))
			die("%s: zstd: %s", o->path, ZSTD_getErrorName(left));
		put_all(o, o->packed, out.pos);
	} while (how == ZSTD_e_end ? left > 0 : in.pos < in.size);
}

void
out_write(struct out *o, const void *bytes, size_t n)
{
	if (o->zstd)
		pack(o, bytes, n, ZSTD_e_continue);
	else
		put_all(o, bytes, n);
}

void
out_commit(struct out *o)
{
	if (o->zstd)
		pack(o, NULL, 0, ZSTD_e_end);
	if (o->target) {
		if (fsync(o->fd) || part_move(&o->part, o->target))
			die("%s: %s", o->path, strerror(errno));
		part_close(&o->part);
	} else if (close(o->fd))
		die("%s: %s", o->path, strerror(errno));
	ZSTD_freeCCtx(o->zstd);
	free(o->packed);
	free(o->target);
	*o = (struct out){ .fd = -1 };
}

void
out_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return;
	/* who notes signals dies of this one like all others */
	if (errno == EPIPE && sig_pending() == SIGPIPE)
		sig_die(SIGPIPE);
	die("stdout: %s", errno == EBADF ? "is closed" : strerror(errno));
}

int
out_end(void)
{
	out_flush();
	if (fclose(stdout))
		die("stdout: %s", strerror(errno));
	return 0;
}
