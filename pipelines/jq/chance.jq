# Of architectures drawn, measured, the first that meets the limit.
include "latency";
within($limit[0]; $reference[0])[0] //
	error("no drawn architecture meets the limit") |
{arch, task}
