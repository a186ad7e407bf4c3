. "${0%/*}/lib.sh"
space=$data/spaces/wmt14ende-space0.json
usual sample-arch 'sample-arch <$space'
same  'the same seed, the same draw' \
	'sample-arch -s 7 -n 9 <$space' 'sample-arch -s 7 -n 9 --space $space'
is    'another seed, another draw' '
	sample-arch -s 7 <$space >a; sample-arch -s 8 <$space >b; ! cmp -s a b; echo $?' 0
is    '200 are drawn' 'sample-arch <$space | wc -l' 200
is    'zstd is read' 'zstd -q <$space | sample-arch | wc -l' 200
same  'the default space' 'sample-arch' 'sample-arch <$space'
holds 'the default space is told' 'sample-arch -n 1'
says  'by name' 'wmt14ende-space0.json'
same  'the task stays' "sample-arch -n 1 <\$space | jq -c .task" 'jq -c .task $space'
is    '--where holds' "
	sample-arch --where 'params<=3e7' -w 'arch.decoder_layer_num>=3' <\$space | profile-arch |
		jq -s 'map(select(.params > 3e7 or .arch.decoder_layer_num < 3)) | length'" 0
jq -c . >tiny.json <<'S'
{"space": {"name": "t", "qkv_dim": 8,
	"encoder_embed_choice": [8, 4], "decoder_embed_choice": [8],
	"encoder_layer_num_choice": [1], "decoder_layer_num_choice": [1, 2],
	"encoder_ffn_embed_dim_choice": [8], "decoder_ffn_embed_dim_choice": [8],
	"encoder_self_attention_heads_choice": [2], "decoder_self_attention_heads_choice": [2, 1],
	"decoder_ende_attention_heads_choice": [2], "decoder_arbitrary_ende_attn_choice": [-1]}}
S
is    '--distinct ends with the space' 'sample-arch -d <tiny.json | sort -u | wc -l' 12
bad_lines sample-arch 'sample-arch'
with() { sed "$1" tiny.json | sample-arch; }
refuses 1 <<'R'
a pipe from a program that failed ;; : | sample-arch -n 1 ;; sample-arch: stdin: no space record
an empty file ;; : >empty; sample-arch -n 1 <empty ;; sample-arch: stdin: no space record
a condition on a field that is not there ;; sample-arch --where 'nope<=3' <$space
	;; sample-arch: --where: no number "nope" in the record
a condition that nothing meets ;; sample-arch -w 'arch.qkv_dim<1' <$space
	;; sample-arch: no further architecture in 100000 draws: none that meets --where
a space file that is not there ;; sample-arch --space nowhere
	;; sample-arch: nowhere: No such file or directory
heads that do not divide qkv_dim ;; with 's/\[2,1\]/[3]/' ;; sample-arch: stdin:1:
	space.decoder_self_attention_heads_choice: 3 heads do not divide qkv_dim 8
an unknown key ;; with s/qkv_dim/qkv/ ;; sample-arch: stdin:1: space: unknown key "qkv"
a missing key ;; with 's/"qkv_dim":8,//' ;; sample-arch: stdin:1: space: no "qkv_dim"
a key of the wrong type ;; with 's/:8,/:"8",/'
	;; sample-arch: stdin:1: space.qkv_dim: want an integer in [1, 65536]
no attention for a shallow encoder ;; with 's/\[-1\]/[1]/' ;; sample-arch: stdin:1:
	space.decoder_arbitrary_ende_attn_choice: nothing to choose for an encoder of 1 layers
R
refuses 2 <<'R'
a broken condition ;; sample-arch --where params <$space
	;; sample-arch: --where: want 'FIELD<=NUMBER' (or < > >= == !=), not "params"
no architectures ;; sample-arch -n 0 <$space ;; --count: want an integer 1 or more, not "0"
R
is    'the ends of the space' "
	sample-arch --largest --smallest <tiny.json |
		jq -c '[.arch.encoder_embed_dim, .arch.decoder_layer_num]'" $'[8,2]\n[4,1]'
is    'the end of the space, and draws' 'sample-arch --largest -n 3 <tiny.json | wc -l' 4
is    'an end that --where excludes is left out' "
	sample-arch --largest --smallest -w 'arch.decoder_layer_num<2' <tiny.json |
		jq .arch.decoder_layer_num" 1
is    'no architecture twice, ends and draws' "
	sample-arch -q --largest --smallest -n 9999 --distinct <tiny.json >a
	sort -u a | wc -l; wc -l <a
	jq -c '[.arch.encoder_embed_dim, .arch.decoder_layer_num]' a | sed 2q" \
	$'12\n12\n[8,2]\n[4,1]'
is    'one end, where a space has one architecture' "
	sed 's/\[\([^],]*\),[^]]*\]/[\1]/g' tiny.json |
		sample-arch --largest --smallest --distinct | wc -l" 1
refuses 1 alone <<'R'
an end that --where excludes, and nothing else ;;
	sample-arch --largest -w 'arch.qkv_dim<1' <tiny.json ;;
	sample-arch: no end of the space that is asked for meets --where
R
finish
