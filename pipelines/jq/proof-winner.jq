# Of a search's best, measured, the best that meets the limit; where none does, the
# fastest, which is told.
include "latency";
($reference[0] * $percent / 100) as $limit
| map(at($reference[0]) as $ms | . + {measured_ms: $ms, met: ($ms <= $limit)})
| sort_by(if .met then [0, .valid_loss] else [1, .measured_ms] end)[0]
| {arch, task, arch_id, valid_loss, measured_ms, limit_ms: $limit, met,
	of: {limit: $percent, strategy: $strategy, seed: $seed}}
