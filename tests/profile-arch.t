. "${0%/*}/lib.sh"
space=$data/spaces/wmt14ende-space0.json
averages() { jq -c -f "$top/tests/jq/averages.jq" "$@"; }
costs() { jq -c '[.params, .flops, .params_embedding, .flops_output, .weight_bytes]'; }
sample-arch -n 50 <$space >archs
head -n 3 archs >few
usual profile-arch 'profile-arch few'
bad_lines profile-arch profile-arch
is    'nothing in, nothing out' 'profile-arch </dev/null' ''
odd='s/^{/{  "é\\u00e9":[1.50e+0, 12345678901234567890,"}"] , /'
holds 'a line with odd bytes' 'sed "$odd" few >a; profile-arch <a >b'
is    'a line with odd bytes is left alone' "sed 's/,\"params\":.*/}/' b | diff - a" ''
same  'profiled twice is profiled once' 'profile-arch few' 'profile-arch few | profile-arch'
is    'parameters are counted as HAT does' 'profile-arch <<"A" | jq .params
	{"arch": {"qkv_dim": 4,
		"encoder_embed_dim": 8, "encoder_layer_num": 1, "encoder_ffn_embed_dim": [16],
		"encoder_self_attention_heads": [2],
		"decoder_embed_dim": 6, "decoder_layer_num": 1, "decoder_ffn_embed_dim": [10],
		"decoder_self_attention_heads": [1], "decoder_ende_attention_heads": [4],
		"decoder_arbitrary_ende_attn": [-1]}}
A
' 876
same  "HAT's features do as well" \
	'profile-arch archs | costs' 'averages archs | profile-arch | costs'
holds "HAT's features with another qkv_dim" '
	averages few >f; profile-arch --qkv-dim 256 f >a; profile-arch f >b
	paste a b | jq -se "length == 6 and .[0].params < .[1].params"'
refuses 1 <<'R'
features that are none ;; echo '{"features":[1,2]}' | profile-arch
	;; stdin:1: features: want an array of 10 numbers
R
finish
