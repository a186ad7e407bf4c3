# The rows of a table that are not suspect, each with what supernets say of it:
# inherited: {SUPERNET: {loss, nll}}, and of the supernets that differ in their
# seed alone the mean; after: {epoch1: ..}, the losses of its own training.
def mean: add / length;
def seedless: sub("_s[0-9]+$"; "");
($losses | group_by([.arch_id, (.of | seedless)]) | map(select(length > 1)
	| {arch_id: .[0].arch_id, of: (.[0].of | seedless),
		loss: (map(.loss) | mean), nll: (map(.nll) | mean)})) as $means
| ($losses + $means + $tuned | group_by(.arch_id) | map({key: .[0].arch_id,
	value: (map({key: .of, value: ({loss, nll} | with_entries(select(.value)))})
		| from_entries)}) | from_entries) as $by
| .[] | select(.suspect | not)
| . + {inherited: ($by[.arch_id] // {}), after: (.epoch_losses // [] | to_entries
	| map({key: "epoch\(.key + 1)", value}) | from_entries)}
