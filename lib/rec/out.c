#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include "die.h"
#include "mem.h"
#include "out.h"
#include "sig.h"

enum { LEVEL = 9 };

static int
ends_in(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && !strcmp(s + n - m, tail);
}

static char *
part_name(const char *path)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s.part", path);
	return b.data;
}

/* Open and lock the part file. A crashed writer's leftover is reused; one
 * that another process has renamed away meanwhile is not. */
static int
open_part(const char *path, const char *part)
{
	struct stat ours, there;

	for (;;) {
		int fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
		if (fd < 0)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB))
			die("%s: %s", path, errno == EWOULDBLOCK ?
				"another process is writing it" :
				strerror(errno));
		if (!fstat(fd, &ours) && !stat(part, &there) &&
		    ours.st_ino == there.st_ino)
			return ftruncate(fd, 0) ? -1 : fd;
		close(fd);
	}
}

void
out_open(struct out *o, const char *path)
{
	struct stat st;

	*o = (struct out){ .path = path, .fd = -1, .handle = -1 };
	if (stat(path, &st) || S_ISREG(st.st_mode)) {
		o->part = part_name(path);
		o->fd = open_part(path, o->part);
	} else
		o->fd = open(path, O_WRONLY | O_CLOEXEC);
	if (o->fd < 0)
		die("%s: %s", path, strerror(errno));
	if (o->part)
		o->handle = sig_part_add(o->part);
	if (ends_in(path, ".zst")) {
		o->zstd = ZSTD_createCCtx();
		ZSTD_CCtx_setParameter(o->zstd, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(o->zstd, ZSTD_c_checksumFlag, 1);
		o->packed_cap = ZSTD_CStreamOutSize();
		o->packed = xmalloc(o->packed_cap);
	}
}

static void
write_all(struct out *o, const char *p, size_t n)
{
	while (n) {
		ssize_t put = write(o->fd, p, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			die("%s: %s", o->path, strerror(errno));
		p += put;
		n -= (size_t)put;
	}
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
		write_all(o, o->packed, out.pos);
	} while (how == ZSTD_e_end ? left > 0 : in.pos < in.size);
}

void
out_write(struct out *o, const void *bytes, size_t n)
{
	if (o->zstd)
		pack(o, bytes, n, ZSTD_e_continue);
	else
		write_all(o, bytes, n);
}

static void
out_free(struct out *o)
{
	sig_part_done(o->handle);
	ZSTD_freeCCtx(o->zstd);
	free(o->packed);
	free(o->part);
	o->part = NULL;
}

/* Make a rename durable. */
static void
sync_folder(const char *path)
{
	struct buf dir = { 0 };
	const char *slash = strrchr(path, '/');

	if (!slash)
		buf_str(&dir, ".");
	else
		buf_add(&dir, path, (size_t)(slash - path) + (slash == path));
	int fd = open(dir.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	buf_free(&dir);
}

void
out_commit(struct out *o)
{
	if (o->zstd)
		pack(o, NULL, 0, ZSTD_e_end);
	if (o->part && fsync(o->fd))
		die("%s: %s", o->path, strerror(errno));
	if (o->part) {
		if (rename(o->part, o->path))
			die("%s: %s", o->path, strerror(errno));
		sync_folder(o->path);
	}
	if (close(o->fd))   /* unlocks, so not before the rename */
		die("%s: %s", o->path, strerror(errno));
	out_free(o);
}

void
out_abandon(struct out *o)
{
	if (o->part)
		unlink(o->part);
	close(o->fd);
	out_free(o);
}

void
out_check(const char *path)
{
	struct stat st;
	struct out o;

	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		if (S_ISDIR(st.st_mode) || access(path, W_OK))
			die("%s: %s", path, strerror(S_ISDIR(st.st_mode) ?
				EISDIR : errno));
		return;
	}
	out_open(&o, path);
	out_abandon(&o);
}

void
out_flush(void)
{
	if (fflush(stdout) || ferror(stdout))
		die("stdout: %s", strerror(errno));
}

int
out_end(void)
{
	out_flush();
	if (fclose(stdout))
		die("stdout: %s", strerror(errno));
	return 0;
}
