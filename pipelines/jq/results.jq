# A search's results, and with $rules what the rules of thumb picked, each once.
map(select(.result.limit)) as $best |
$best + map(select($rules and .rule and (.result | not)) |
	select(.arch_id | IN($best[].arch_id) | not)) | .[]
