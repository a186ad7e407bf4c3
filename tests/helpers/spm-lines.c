/* spm-lines - lines cut into pieces (spm-lines MODEL), or put together from
 * them (spm-lines MODEL decode), as spm_encode and spm_decode do it. */
#include <limits.h>
#include <stdlib.h>
#include "base/opt.h"
#include "rec/in.h"
#include "rec/out.h"
#include "rec/rec.h"
#include "text/spm.h"

int
main(int argc, char **argv)
{
	struct opt_list words = { 0 };
	const struct opt opts[] = { OPT_OPERANDS(&words, 1, 2), OPT_END };
	struct buf b = { 0 };
	struct why why;
	struct in in;
	size_t len;
	char *line;

	opt_parse(argc, argv, "MODEL [decode] <lines", "For tests.", opts);
	in_open(&in, words.at[0]);
	char *bytes = in_all(&in, &len, INT_MAX);
	in_close(&in);
	struct spm *spm = spm_open(bytes, len, &why);
	if (!spm)
		die("%s", why.text);
	free(bytes);
	in_open(&in, NULL);
	while ((line = in_line(&in, &len))) {
		buf_clear(&b);
		if ((words.n > 1 ? spm_decode : spm_encode)(spm, &b, line, len,
		    &why))
			die("%s", why.text);
		buf_str(&b, "\n");
		rec_put_line(b.data, b.len);
	}
	in_close(&in);
	spm_close(spm);
	buf_free(&b);
	free(words.at);
	return out_end();
}
