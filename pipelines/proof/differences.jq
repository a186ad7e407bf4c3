# Of the searches, how much better than random ones and than the rule, in BLEU.
include "means";
def less($other): (bleu | map(.bleu) | mean) as $a | ($other | bleu | map(.bleu) | mean) as $b
	| if $a and $b then [($a - $b | n(2)), ([bleu_error($deviation), ($other | bleu_error($deviation))]
		| if all then (map(square) | add | sqrt) else null end | n(2))] else ["-", "-"] end;
["limit", "BLEU of", "minus random", "+-", "minus deepest", "+-"],
(group_by(.limit)[] | group_by(.strategy) | (map({key: .[0].strategy, value: .}) | from_entries) as $all
| sort_by(.[0].strategy | order)[] | select(.[0].strategy | IN("random", "deepest") | not)
| [.[0].limit, .[0].strategy] + less($all.random // []) + less($all.deepest // []))
| @tsv
