# The records of measure-lat whose numbers cannot be.
select((.latency_ms | .encoder > 0 and .decoder > 0 and
	((.encoder + .decoder - .total) | fabs) < 1e-6 and
	.p50 <= .p90 and .p90 <= .p99 and .ci95[0] <= .total and .total <= .ci95[1] and
	.trimmed > 0) | not)
