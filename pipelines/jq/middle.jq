# Of each architecture's measurements the one in the middle, the drift divided out.
include "latency";
settled | group_by(.arch)[] | sort_by(at(1))[length / 2 | floor]
