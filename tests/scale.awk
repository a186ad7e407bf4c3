# Seconds of an update: a rank's passes over freq batches, the sums of floats
# over a link of so many bits a second, Adam. Sums begin when the first layer of
# the last batch is through its backward pass, which is two thirds of a pass;
# the embedding tables come last, and nothing hides them: a tenth of all.
function update(passes, adam, floats, ranks, freq, bits, latency,   sums, hidden, last) {
	if (ranks == 1) return passes + adam
	sums = 2 * (ranks - 1) / ranks * floats * 32 / bits + 40 * latency
	last = 0.1 * sums
	hidden = 2 / 3 * passes / freq
	return passes + (sums - last > hidden ? sums - hidden : last) + adam
}
