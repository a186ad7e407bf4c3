# Means over the seeds of a search, and standard errors of those means.
def mean: add / length;
def error: length as $n | if $n < 2 then null
	else mean as $m | (map(. - $m | . * .) | add / ($n - 1) / $n | sqrt) end;
def n($digits): if . == null then "-"
	else . * pow(10; $digits) | round / pow(10; $digits) | tostring end;
group_by([.limit, .strategy])
| sort_by(.[0].limit, (.[0].strategy as $s | ["hat", "ours", "random", "deepest"] | index($s) // 9))
| .[]
| map(select(.bleu).bleu) as $bleu
| [.[0].limit, .[0].strategy, length, (map(.arch_id) | unique | length),
	(map(.inherited) | mean | n(4)), (map(.inherited) | error | n(4)),
	(if $bleu == [] then null else $bleu | mean end | n(2)), ($bleu | error | n(2)),
	(map(.ms) | mean | n(2)), (map(.ms / .limit_ms) | mean | n(2)),
	"\(map(select(.met)) | length)/\(length)",
	(map(select(.core_seconds).core_seconds) | if . == [] then null else mean end | n(0))]
| @tsv
