# A search's best, measured, and what rules of thumb picked: does each meet the
# limit, and is it a finalist? These are the $finalists best that meet it, and rules.
include "latency";
($reference[0] * $percent / 100) as $limit
| map(at($reference[0]) as $ms | . + {measured_ms: $ms, limit_ms: $limit, met: ($ms <= $limit)})
| best_first | (map(select(.met))[:$finalists] | map(.arch_id)) as $first
| .[] | . + {finalist: (.met and (.rule != null or (.arch_id | IN($first[]))))}
