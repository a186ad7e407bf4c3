# The median time of the reference, ms.
include "latency";
settled | map(.reference_ms) | sort | .[length / 2 | floor] //
	error("no measurement settled")
