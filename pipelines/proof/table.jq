# Of the searches, a line for each limit and strategy: means over the seeds.
include "means";
["limit", "search", "seeds", "models", "inh. loss", "+-", "own loss", "+-", "BLEU", "+-", "ms",
	"of limit", "met", "core-s"],
(group_by([.limit, .strategy]) | sort_by(.[0].limit, (.[0].strategy | order))[]
| [.[0].limit, .[0].strategy, length, (map(.arch_id) | unique | length),
	(map(.inherited) | mean | n(4)), (map(.inherited) | error | n(4)),
	(map(.own_loss | values) | (mean, error) | n(4)),
	(bleu | map(.bleu) | mean | n(2)), (bleu_error($deviation) | n(2)),
	(map(.ms) | mean | n(2)), (map(.ms / .limit_ms) | mean | n(2)),
	"\(map(select(.met)) | length)/\(length)",
	(map(select(.core_seconds).core_seconds) | mean | n(0))])
| @tsv
