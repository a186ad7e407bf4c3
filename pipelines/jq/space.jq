# A space with the vocabularies $src, $tgt of this task; $shared: one for both.
.task = {src_vocab: $src, tgt_vocab: $tgt, share_all_embeddings: $shared,
	super_encoder_embed_dim: (.space.encoder_embed_choice | max),
	super_decoder_embed_dim: (.space.decoder_embed_choice | max)}
