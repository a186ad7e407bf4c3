/* Loaded before a program (LD_PRELOAD): whoever shares its stdout has made that
 * non-blocking. */
#include <fcntl.h>

__attribute__((constructor)) static void
make_non_blocking(void)
{
	fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
}
