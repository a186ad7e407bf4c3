/* bleu - score translations against references: BLEU, chrF, TER.
 * stdin: records with "hyp" and "ref" (a text or several); with -r, lines of
 * text.  stdout: a record with sacreBLEU's keys for each metric; --sentence:
 * the records with their own scores; --paired: a record of each file. */
#include "rec/out.h"
#include "score/score_cli_rec.h"

int
main(int argc, char **argv)
{
	struct score_cli c;

	score_cli_parse(&c, argc, argv);
	if (c.paired)
		score_paired(&c.o, c.files.at, c.files.n, c.refs.at, c.refs.n);
	else
		score_stdin(&c);
	score_cli_free(&c);
	return out_end();
}
