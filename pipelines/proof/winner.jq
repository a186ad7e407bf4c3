# Of a search's best, measured, best first, the best that meets the limit: by the loss after
# $finals, where there are any; where none meets it the fastest, which is told.
($finals | INDEX(.arch_id)) as $final
| map(select(.finalist)
	| . + ($final[.arch_id] // {} | {final_loss, final_core_seconds})) as $finalists
| (if $finals == [] or $finalists == [] then . else $finalists end)
| sort_by(if .met then [0, .final_loss // infinite] else [1, .measured_ms] end)[0]
| {arch, task, arch_id, valid_loss, final_loss, measured_ms, limit_ms, met, rule,
	final_core_seconds: (if $finals == [] then 0
		else $finalists | map(.final_core_seconds) | add // 0 end),
	of: {limit: $percent, strategy: $strategy, seed: $seed}}
