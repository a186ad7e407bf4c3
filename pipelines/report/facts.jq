# facts.jq - everything that a run's report says, as one object, from the run's
# files. Latencies are at the median time of the reference: a machine that was
# slower for a while does not decide.
include "latency";

def median: sort | .[length / 2 | floor];
# Points that no other beats in both coordinates.
def front: sort_by(.ms, .loss) | reduce .[] as $p ([];
	if length == 0 or $p.loss < .[-1].loss then . + [$p] else . end);
# The lowest loss within the limit, after so many were scored.
def best_so_far($limit): [foreach to_entries[] as $c (infinite;
	if $c.value.valid_loss < . and $c.value.predicted_ms <= $limit
		then $c.value.valid_loss else . end;
	{scored: ($c.key + 1), loss: .})] | map(select(.loss < infinite));
def score($name): $scores[] | select(.name == $name);

$reference[0] as $ref | $limit[0] as $limit |
($search | map(select(.result | not))) as $asked |
{
	run: $run, limit: $limit, reference: $ref, remove_bpe: $remove_bpe,
	trained: ($trained | split(" ")), teacher: $teacher,
	workload: $models[0].workload, host: $models[0].host,
	device: $models[0].device,   # null: here
	models: [$models[] | . as $m | {
		name, arch, params, flops, weight_bytes, predicted_ms,
		valid_loss, unsettled: (.unsettled // false), of_search: (.of_search // false),
		ms: at($ref),
		ci95: [.latency_ms.ci95[] * $ref / $m.reference_ms]
	} + ([score($m.name)] | add // {})],
	paired: [$paired[] | {model: (.system | sub(".*[ /]"; "") | sub("\\.hyp$"; "")),
		score: .BLEU.score, p: .BLEU.p_value}],
	chosen: ([$within[] | select(.arch == $found[0].arch) | at($ref)][0]),
	predictor: $fit[0],
	lats: [$lats | to_entries[] | select(.value.unsettled | not) | {
		ms: (.value | at($ref)),
		predicted: .value.predicted_ms,
		test: ((.key + 1) as $line | $fit[0].test_lines // [] | index($line) != null)}],
	search: {
		scored: ($asked | length),
		iterations: ($asked | map(.iteration) | max),
		candidates: [$asked[] | {ms: .predicted_ms, loss: .valid_loss, iteration}],
		front: ($asked | map({ms: .predicted_ms, loss: .valid_loss}) | front),
		rules: [$asked[] | select(.rule) | {rule, ms: .predicted_ms, loss: .valid_loss}],
		best: ($asked | best_so_far($limit))
	},
	strategies: [$strategies | group_by(.strategy)[] |
		{name: .[0].strategy, scored: length, best: best_so_far($limit)}],
	finalists: [$finals[] | {arch_id, rule: (.rule // null), ms: at($ref),
		loss: .valid_loss, final: .final_loss, taken: (.arch == $found[0].arch)}],
	stages: $stages
}
