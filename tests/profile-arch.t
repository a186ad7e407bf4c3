. "${0%/*}/lib.sh"
space=$data/spaces/wmt14ende-space0.json
usual profile-arch 'sample-arch -n 1 <$space | profile-arch'
bad_lines profile-arch profile-arch
is    'nothing in, nothing out' 'profile-arch </dev/null' ''
holds 'a line with odd bytes' "sample-arch -n 3 <\$space | sed 's/^{/{  \"\u00e9\\\\u00e9\":[1.50e+0, 12345678901234567890,\"}\"] , /' >a; profile-arch <a >b"
is    'leaves the line alone' "sed 's/,\"params\":.*/}/' b | diff - a" ''
is    'twice is once' 'sample-arch -n 3 <$space | profile-arch >a; profile-arch <a | diff a -' ''
is    'counts parameters as HAT does' 'echo "{\"arch\":{\"qkv_dim\":4,\"encoder_embed_dim\":8,\"encoder_layer_num\":1,\"encoder_ffn_embed_dim\":[16],\"encoder_self_attention_heads\":[2],\"decoder_embed_dim\":6,\"decoder_layer_num\":1,\"decoder_ffn_embed_dim\":[10],\"decoder_self_attention_heads\":[1],\"decoder_ende_attention_heads\":[4],\"decoder_arbitrary_ende_attn\":[-1]}}" | profile-arch | jq .params' 876
averages='.arch as $a | def mean: add / length; {features: [$a.encoder_embed_dim, $a.encoder_layer_num, ($a.encoder_ffn_embed_dim | mean), ($a.encoder_self_attention_heads | mean), $a.decoder_embed_dim, $a.decoder_layer_num, ($a.decoder_ffn_embed_dim | mean), ($a.decoder_self_attention_heads | mean), ($a.decoder_ende_attention_heads | mean), ($a.decoder_arbitrary_ende_attn | map(if . < 0 then 1 else . + 1 end) | mean)], task}'
same  'HAT'\''s features do as well' 'sample-arch -n 50 <$space | profile-arch | jq -c "[.params,.flops,.params_embedding,.flops_output,.weight_bytes]"' "sample-arch -n 50 <\$space | jq -c '$averages' | profile-arch | jq -c '[.params,.flops,.params_embedding,.flops_output,.weight_bytes]'"
holds 'with another qkv_dim' "sample-arch -n 9 <\$space | jq -c '$averages' >f; profile-arch --qkv-dim 256 <f >a; profile-arch <f >b; paste a b | jq -se 'length == 18 and .[0].params < .[1].params'"
exits 1 'features that are none' 'echo "{\"features\":[1,2]}" | profile-arch'
says  'says how many it wants' 'stdin:1: features: want an array of 10 numbers'
finish
