# The narrow space, wider and deeper in places: $words, their embeddings shared.
.space += {name: "small", decoder_layer_num_choice: [3, 2, 1],
	encoder_ffn_embed_dim_choice: [64, 48, 32], decoder_ffn_embed_dim_choice: [64, 48, 32]} |
.task = {src_vocab: $words, tgt_vocab: $words, share_all_embeddings: true,
	super_encoder_embed_dim: 32, super_decoder_embed_dim: 32}
