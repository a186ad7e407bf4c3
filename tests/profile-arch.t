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

# files of weights
. "$top/tests/train-fixtures.sh"
train-super --space $space -o super.st --max-update 2 --max-tokens 64 <$pairs >log 2>&1
sample-arch -n 1 --seed 3 <$space >drawn
train-sub --arch drawn --inherit super.st -o sub.st --max-update 1 <$pairs >log 2>&1
quantize --bits 3 -o coded.st sub.st >log
of() { jq -c "[$1]" <<<"$(profile-arch -w "$2")"; }
same  'what a model is, from its file' 'profile-arch -w sub.st |
	jq -S "del(.weights, .file_bytes, .task)"' 'profile-arch drawn | jq -S "del(.task)"'
is    "it may be measured" 'profile-arch -w sub.st -w coded.st |
	measure-lat -q -n 1 --accept-unsettled -w sub.st | wc -l' 2
is    'its name and size' 'of ".weights, .file_bytes" sub.st' "[\"sub.st\",$(stat -c %s sub.st)]"
is    'whether it is in codebooks' 'of .codebook_bits coded.st; of .codebook_bits sub.st' '[3]
[null]'
is    'whether it is a supernet, and its largest' 'of ".supernet, .arch_id" super.st' \
	"[true,$(sample-arch --largest <$space | jq .arch_id)]"
is    'supernet: a model is none' 'of .supernet sub.st' '[null]'
refuses 2 <<'R'
a file of weights and records ;; profile-arch -w sub.st drawn ;; drawn: --weights takes no records
another vocabulary than the model's ;; profile-arch -w sub.st --tgt-vocab 9
	;; --tgt-vocab changes nothing: the model has its own
R
refuses 1 <<'R'
weights that are none ;; profile-arch -w drawn ;; profile-arch: drawn:
weights that are not there ;; profile-arch -w none ;; profile-arch: none: No such file
features that are none ;; echo '{"features":[1,2]}' | profile-arch
	;; stdin:1: features: want an array of 10 numbers
R
finish
