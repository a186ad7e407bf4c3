# What the tests of training share: a $space and an $arch narrow enough to be
# quick, $pairs to copy (of 20 words, 16 of them random) and others, $valid.
space=$tmp/space.json arch=$tmp/arch.json pairs=$tmp/pairs valid=$tmp/valid
export space arch pairs valid
narrow_space >"$space"
jq -c . >"$arch" <<'A'
{"arch": {"qkv_dim": 32, "encoder_embed_dim": 32, "encoder_layer_num": 1,
	"encoder_ffn_embed_dim": [32], "encoder_self_attention_heads": [2],
	"decoder_embed_dim": 32, "decoder_layer_num": 1,
	"decoder_ffn_embed_dim": [32], "decoder_self_attention_heads": [2],
	"decoder_ende_attention_heads": [2], "decoder_arbitrary_ende_attn": [-1]},
"task": {"src_vocab": 20, "tgt_vocab": 20, "share_all_embeddings": true}}
A
# By a generator of its own (Park and Miller's): some awks' rand heeds no seed.
make_pairs() { # seed count longest
	awk -v seed="$1" -v n="$2" -v longest="${3:-5}" '
		function word() {
			x = x * 16807 % 2147483647
			return 4 + x % 16
		}
		BEGIN {
			x = 1000003 * seed
			for (i = 0; i < n; i++) {
				s = ""
				for (k = 1 + i % longest; k--; )
					s = s word() ","
				printf "{\"src\":[%s2],\"tgt\":[%s2]}\n", s, s
			}
		}'
}
make_pairs 1 60 >"$pairs"
make_pairs 2 10 >"$valid"
for i in $(seq 16); do echo "w$i $((100 - i))"; done >"$tmp/dict"
# A log without its times.
timeless() {
	sed -E 's/"(tokens_per_s|seconds|core_seconds|peak_mb)":[-+0-9.e]+/"\1":0/g' "$@"
}
# near A B [TOLERANCE]: two numbers, near each other
near() { jq -en "(($1) - ($2)) | fabs < (${3:-1e-6})" >/dev/null; }
