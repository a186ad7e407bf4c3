# A row a search: whom it chose, what that is worth, what the search took.
# $from: strategies that go on from another's search, {STRATEGY: SEARCH}.
($scores | INDEX(.arch_id)) as $score
| ($losses | INDEX(.arch_id)) as $own
| ($costs | INDEX(.stage)) as $cost
| ($measured | INDEX(.arch_id)) as $timed
| .[]
| $timed[.arch_id] as $t
| $cost["proof-\(.of.limit).\($from[.of.strategy] // .of.strategy).\(.of.seed)"] as $c
| (if $t then $t.latency_ms.total * $reference[0] / $t.reference_ms else .measured_ms end) as $ms
| {limit: .of.limit, strategy: .of.strategy, seed: .of.seed, arch_id, params: $t.params,
	inherited: .valid_loss, final_loss, rule, own_loss: $own[.arch_id].valid_loss,
	bleu: $score[.arch_id].bleu, ms: $ms, limit_ms,
	met: ($ms <= .limit_ms),
	core_seconds: (if $c then $c.user + $c.sys + .final_core_seconds else null end), arch}
| with_entries(select(.value != null))
