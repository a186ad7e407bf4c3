# What the tests of evolve and eval-arch search in: a supernet's $weights,
# $valid pairs, a $mlp predictor, and $space, narrow enough to be quick.
# STUB: weights and predictor are those of the stubs; to be made by
# train-super and fit-mlp once they are there.
space=$tmp/space.json weights=$tmp/weights valid=$tmp/valid mlp=$tmp/mlp
cat >"$space" <<'S'
{"space":{"name":"small","qkv_dim":16,"encoder_embed_choice":[32,16],"decoder_embed_choice":[32,16],"encoder_layer_num_choice":[2,1],"decoder_layer_num_choice":[3,2,1],"encoder_ffn_embed_dim_choice":[64,48,32],"decoder_ffn_embed_dim_choice":[64,48,32],"encoder_self_attention_heads_choice":[4,2],"decoder_self_attention_heads_choice":[4,2],"decoder_ende_attention_heads_choice":[4,2],"decoder_arbitrary_ende_attn_choice":[-1,1]},"task":{"src_vocab":40,"tgt_vocab":40,"share_all_embeddings":true,"super_encoder_embed_dim":32,"super_decoder_embed_dim":32}}
S
cp "$space" "$weights"
for i in 1 2 3 4 5 6 7 8 9; do
	echo "{\"src\":[$((i + 4)),9,2],\"tgt\":[$((i + 5)),$i,11,2]}"
done >"$valid"
echo '{"bias":1,"slope":[0.1,1,0.05,0.1,0.1,4,0.05,0.1,0.1,1]}' >"$mlp"
# milliseconds; needle: of the smallest architecture, which few others meet
needle=14 tight=22 loose=26 impossible=0.5
