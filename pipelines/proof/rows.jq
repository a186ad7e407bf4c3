# A row a search: whom it chose, what that is worth, what the search took.
# $scores: a line a training. $from: strategies that go on from another's search,
# {STRATEGY: SEARCH}.
include "means";
($scores | group_by(.arch_id) | INDEX(.[0].arch_id)) as $score
| ($costs | INDEX(.stage)) as $cost
| ($measured | INDEX(.arch_id)) as $timed
| .[]
| $timed[.arch_id] as $t
| $cost["proof-\(.of.limit).\($from[.of.strategy] // .of.strategy).\(.of.seed)"] as $c
| ($score[.arch_id] // []) as $trained
| (if $t then $t.latency_ms.total * $reference[0] / $t.reference_ms else .measured_ms end) as $ms
| {limit: .of.limit, strategy: .of.strategy, seed: .of.seed, arch_id, params: $t.params,
	inherited: .valid_loss, final_loss, rule,
	own_loss: ($trained | map(.own_loss | values) | mean), bleu: ($trained | map(.bleu) | mean),
	bleus: (if $trained == [] then null else $trained | map(.bleu) end), ms: $ms, limit_ms,
	met: ($ms <= .limit_ms),
	core_seconds: (if $c then $c.user + $c.sys + .final_core_seconds else null end), arch}
| with_entries(select(.value != null))
