# Of the search's results, measured, the best that meets the limit.
include "latency";
within($limit[0]; $reference[0]) | sort_by(.valid_loss)[0] //
	error("no result meets the limit") |
{arch, task, chosen_ms: at($reference[0])}
