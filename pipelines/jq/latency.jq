# Measurements that no other load disturbed (see measure-lat --help), of an array.
def settled: map(select(.unsettled | not));
# ms at the time that the reference took, which divides the machine's drift out
def at($reference): .latency_ms.total * $reference / .reference_ms;
# of an array, those whose latency as measured meets the limit
def within($limit; $reference): settled | map(select(at($reference) <= $limit));
# of a search's results the best first, by its goals; behind them what rules of thumb picked
def best_first: sort_by(.result.rank // infinite, .valid_loss);
