# Of the search's results, measured, those that meet the limit, best first: by the
# search's goals; behind them what rules of thumb picked.
include "latency";
within($limit[0]; $reference[0]) | sort_by(.result.rank // infinite, .valid_loss)[]
