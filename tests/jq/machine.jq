# A made-up machine: ms mostly of decoder layers, J one a decoder layer.
.arch as $a | . + {
	latency_ms: {total: (9 + ($a.encoder_ffn_embed_dim | add) / 1000 +
		([range($a.decoder_layer_num) as $l |
			4 + $a.decoder_embed_dim * $a.decoder_ffn_embed_dim[$l] * 4e-6] | add))},
	energy_j: $a.decoder_layer_num}
