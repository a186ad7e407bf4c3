# Of the searches, how much better than random ones and than the rule, in BLEU.
include "means";
def less($other):
	[., $other] | map(bleu | map(.bleu) | mean) as [$a, $b]
	| if $a and $b then
		map(bleu_error($deviation))
		| [$a - $b, if all then map(square) | add | sqrt else null end] | map(n(2))
	else ["-", "-"] end;
["limit", "BLEU of", "minus random", "+-", "minus blind", "+-", "minus deepest", "+-"],
(group_by(.limit)[] | group_by(.strategy) | INDEX(.[0].strategy) as $all
| sort_by(.[0].strategy | order)[] | select(.[0].strategy | IN("random", "blind", "deepest") | not)
| [.[0].limit, .[0].strategy] + less($all.random // []) + less($all.blind // []) +
	less($all.deepest // []))
| @tsv
