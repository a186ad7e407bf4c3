# The sentences, but for near ties, whose hypotheses have other words than HAT's, or
# scores that differ by more than rounding.
$case[0] as $hat |
[range($hat.nbest | length) | select(. as $s | $hat.near_ties | index($s) | not) |
[[$hyps[.] | .nbest[]? // .], $hat.nbest[.]] as [$our, $want] |
select(($our | map(.hyp_tokens)) != ($want | map(.hyp_tokens)) or
	([$our, $want] | transpose | any((.[0].score - .[1].score | fabs) >
	2e-6 * (1 + (.[1].score | fabs)))))]
