# A training's row: of what it was scored, and of its log: validation losses at
# epochs' ends, what it took.
.[0] + {seed: $seed, bleu: $bleu[0].score, epoch_losses: map(select(.event == "valid").loss)}
	+ (map(select(.event == "save"))[-1] | {core_seconds, kernels})
	+ {pairs: $pairs, settings: $settings}
