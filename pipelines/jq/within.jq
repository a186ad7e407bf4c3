# Of the search's results, measured, those that meet the limit, best first.
include "latency";
within($limit[0]; $reference[0]) | best_first[]
