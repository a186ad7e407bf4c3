# scale.awk - a model of an update by several ranks (tests/bench-scale).
#
# The sums of a layer's gradients begin when its backward pass is through, or when
# the layer before is summed: the link does one after the other. size[1 .. buckets]:
# floats, in their order: the decoder's layers from its last, the encoder's, the
# embedding tables. What a layer's backward pass takes is as its size.

# Layers of equal size: decoder, encoder, and the tables.
function model(decoders, decoder, encoders, encoder, tables,   i) {
	buckets = 0
	for (i = 0; i < decoders; i++) size[++buckets] = decoder
	for (i = 0; i < encoders; i++) size[++buckets] = encoder
	size[++buckets] = tables
	layers = decoders * decoder + encoders * encoder
	floats = layers + tables
}
# Seconds on the link of a sum of n floats: each rank sends its part of the sum's
# terms to all others, then all get all sums. bits: of the link, a second; wire: bytes
# on it for one of a gradient.
function link(n, ranks) { return 2 * (ranks - 1) / ranks * n * 32 * wire / bits }
# And with what is beside the link. latency, message: seconds until one comes, and that
# each costs its sender; handling: of the talking thread for a float, while others are
# on the link.
function sum(n, ranks,   on, by) {
	on = link(n, ranks)
	by = n * handling
	return (on > by ? on : by) + 2 * (latency + (ranks - 1) * message)
}
# Seconds that are waited for sums at the end of a backward pass of so many.
function waiting(ranks, backward,   i, done, through) {
	if (ranks == 1) return 0
	for (i = 1; i <= buckets; i++) {
		through += i < buckets ? size[i] / layers * backward : 0
		done = (done > through ? done : through) + sum(size[i], ranks)
	}
	return done > backward ? done - backward : 0
}
function megabytes(ranks) { return 2 * (ranks - 1) / ranks * floats * 4 / 1e6 }
# of 40,000 updates
function days(update) {
	update *= 40000 / 86400
	return sprintf(update < 100 ? "%.2f" : "%.0f", update)
}
