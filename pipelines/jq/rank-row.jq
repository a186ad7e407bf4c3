# A training's row: of what it was scored, and of the end of its log.
.[0] + {seed: $seed, bleu: $bleu[0].score} + (.[1] | {core_seconds, kernels})
	+ {pairs: $pairs, settings: $settings}
