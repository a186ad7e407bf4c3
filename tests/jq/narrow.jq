# A space narrow enough to be quick, of a task of 20 words.
{space: {name: "tiny", qkv_dim: 16,
	encoder_embed_choice: [32, 16], decoder_embed_choice: [32, 16],
	encoder_layer_num_choice: [2, 1], decoder_layer_num_choice: [2, 1],
	encoder_ffn_embed_dim_choice: [48, 32], decoder_ffn_embed_dim_choice: [48, 32],
	encoder_self_attention_heads_choice: [4, 2], decoder_self_attention_heads_choice: [4, 2],
	decoder_ende_attention_heads_choice: [4, 2], decoder_arbitrary_ende_attn_choice: [-1, 1]},
task: {src_vocab: 20, tgt_vocab: 20, share_all_embeddings: true}}
