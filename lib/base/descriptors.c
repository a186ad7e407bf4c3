#include <fcntl.h>
#include "descriptors.h"

void
descriptors_secure(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* what is opened gets the lowest free number, which is fd */
		if (fd < 2 || open("/dev/null", O_WRONLY) < 0)
			open("/", O_PATH);
	}
}
