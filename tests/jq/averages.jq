# HAT's ten features of an architecture: sizes, and means over its layers.
.arch as $a | def mean: add / length;
{features: [$a.encoder_embed_dim, $a.encoder_layer_num, ($a.encoder_ffn_embed_dim | mean),
	($a.encoder_self_attention_heads | mean), $a.decoder_embed_dim, $a.decoder_layer_num,
	($a.decoder_ffn_embed_dim | mean), ($a.decoder_self_attention_heads | mean),
	($a.decoder_ende_attention_heads | mean),
	($a.decoder_arbitrary_ende_attn | map(if . < 0 then 1 else . + 1 end) | mean)],
	task}
