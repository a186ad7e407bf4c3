# Means over the seeds of a search, and standard errors of those means.
def mean: if length == 0 then null else add / length end;
def square: . * .;
def error: length as $n | if $n < 2 then null
	else mean as $m | (map(. - $m | square) | add / ($n - 1) / $n | sqrt) end;
def n($digits): if . == null then "-"
	else . * pow(10; $digits) | round / pow(10; $digits) | tostring end;
def order: . as $s | ["hat", "ours", "finals", "random", "blind", "deepest"] | index($s) // 9;

# Of rows: those with BLEU, the mean of a model's trainings, which are in bleus. Seeds
# that found the same model do not make that mean any surer: the error is that of seeds,
# or that of the trainings, given how they deviate, whichever is larger.
def bleu: map(select(.bleu));
def bleu_error($deviation): bleu | length as $n | if $n == 0 then null else
	[(map(.bleu) | error),
		(group_by(.arch_id)
			| map((length / $n | square) / (.[0].bleus // [0] | length)) | add | sqrt
			| if $deviation then $deviation * . else null end)]
	| map(values) | max end;
