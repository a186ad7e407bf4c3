# Of architectures drawn, measured, the first that meets the limit. Where none of them
# does, one of the search's results stands in, and says so.
include "latency";
within($limit[0]; $reference[0])[0] // ($within | min_by(.arch_id) | .of_search = true) |
{arch, task} + if .of_search then {of_search} else {} end
