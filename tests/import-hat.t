. "${0%/*}/lib.sh"
spaces=$data/spaces
cat >sub.yml <<'END'
# a comment, with a comma
train-subtransformer: True
adam-betas: (0.9, 0.98)
encoder-embed-dim-subtransformer: 8
decoder-embed-dim-subtransformer: 6
encoder-ffn-embed-dim-all-subtransformer: [16, 12]
decoder-ffn-embed-dim-all-subtransformer:
  - 10
encoder-layer-num-subtransformer: 2
decoder-layer-num-subtransformer: 1
encoder-self-attention-heads-all-subtransformer: [2, 1]
decoder-self-attention-heads-all-subtransformer: 1
decoder-ende-attention-heads-all-subtransformer: [4]
decoder-arbitrary-ende-attn-all-subtransformer: [1]
END
arch='{"qkv_dim":512,"encoder_embed_dim":8,"encoder_layer_num":2,"encoder_ffn_embed_dim":[16,12],'\
'"encoder_self_attention_heads":[2,1],"decoder_embed_dim":6,"decoder_layer_num":1,'\
'"decoder_ffn_embed_dim":[10],"decoder_self_attention_heads":[1],'\
'"decoder_ende_attention_heads":[4],"decoder_arbitrary_ende_attn":[1]}'
wide='"super_encoder_embed_dim":640,"super_decoder_embed_dim":640'
cat >space.yml <<'END'
arch: transformersuper_wmt_en_de
share-all-embeddings: True
max-tokens: 4096
encoder-embed-dim: 640
decoder-embed-dim: 640
encoder-layers: 6
qkv-dim: 512
encoder-embed-choice: [640, 512]
decoder-embed-choice: [640, 512]
encoder-ffn-embed-dim-choice: [3072, 2048, 1024]
decoder-ffn-embed-dim-choice: [3072, 2048, 1024]
encoder-layer-num-choice: [6]
decoder-layer-num-choice: [6, 5, 4, 3, 2, 1]
encoder-self-attention-heads-choice: [8, 4]
decoder-self-attention-heads-choice: [8, 4]
decoder-ende-attention-heads-choice: [8, 4]
decoder-arbitrary-ende-attn-choice: [-1, 1, 2]
END
tr -d '\n' >lat.csv <<'END'
encoder_embed_dim,encoder_layer_num,encoder_ffn_embed_dim_avg,
encoder_self_attention_heads_avg,decoder_embed_dim,decoder_layer_num,
decoder_ffn_embed_dim_avg,decoder_self_attention_heads_avg,
decoder_ende_attention_heads_avg,decoder_arbitrary_ende_attn_avg,
latency_mean_encoder,latency_mean_decoder,latency_std_encoder,latency_std_decoder
END
printf '\n640,6,1962.6666666666667,6.0,512,4,1920.0,2.5,5.5,1.5,5.25,124.5,0.1,0\n' >>lat.csv
row='"features":[640,6,1962.6666666666667,6,512,4,1920,2.5,5.5,1.5],'\
'"latency_ms":{"encoder":5.25,"decoder":124.5,"total":129.75},'\
'"latency_std_ms":{"encoder":0.1,"decoder":0}'

usual import-hat "import-hat $tmp/sub.yml"

# --- SubTransformers
mkdir d; cp sub.yml d/a@1.5ms.yml
is    'a SubTransformer becomes a record' 'import-hat <sub.yml' \
	"{\"arch\":$arch,\"task\":{$wide},\"arch_id\":\"npek9wm3qa\"}"
is    'a file gives its name, the options the task' \
	'import-hat --src-vocab 100 --tgt-vocab 90 --super-encoder-embed-dim 32 d/a@1.5ms.yml' \
	"{\"name\":\"a@1.5ms\",\"arch\":$arch,\"task\":{\"src_vocab\":100,\"tgt_vocab\":90,\
${wide/640/32}},\"arch_id\":\"npek9wm3qa\"}"
is    'each file gives a record' \
	'import-hat sub.yml d/a@1.5ms.yml sub.yml | jq -r .name | paste -sd,' \
	'sub,a@1.5ms,sub'
is    '--name, also for stdin' 'import-hat -n "q\"ä" <sub.yml | jq -r .name' 'q"ä'
{ echo qkv-dim: 64; cat sub.yml; } >64.yml
is    'the qkv-dim of a file counts' 'import-hat 64.yml | jq .arch.qkv_dim' 64
is    '--qkv-dim goes before that of a file' \
	'import-hat --qkv-dim 128 64.yml | jq .arch.qkv_dim' 128
is    'shared embeddings: one vocabulary' \
	'import-hat --share-all-embeddings --src-vocab 99 <sub.yml | jq -c .task' \
	"{\"src_vocab\":99,\"tgt_vocab\":99,\"share_all_embeddings\":true,$wide}"
same  'YAML in zstd is read' 'import-hat <sub.yml' 'zstd -q <sub.yml | import-hat'
same  'YAML with CRLF is read' 'import-hat <sub.yml' 'sed "s/$/\r/" sub.yml | import-hat'

# --- spaces
same  'a space among training settings' \
	'import-hat -n wmt14ende-space0 --src-vocab 32768 <space.yml' \
	'cat $spaces/wmt14ende-space0.json'
is    'the name of a space' 'import-hat space.yml | jq -r .space.name' space
is    'super widths: the widest' \
	'sed "/^..coder-embed-dim:/d; s/640/320/" space.yml | import-hat | jq -c "[.task[]]"' \
	'[true,512,512]'
is    'a space can be sampled' \
	'import-hat <space.yml | sample-arch -n 3 | profile-arch | wc -l' 3

# --- latency
is    'a latency data set' 'import-hat <lat.csv' "{$row}"
is    'a latency data set from a file: which one' \
	'zstd -q <lat.csv >d/x_cpu.csv.zst; import-hat d/x_cpu.csv.zst' \
	"{$row,\"data_set\":\"x_cpu\"}"
is    'what is known of its task' 'import-hat -n x --src-vocab 9 --tgt-vocab 9 <lat.csv' \
	"{$row,\"name\":\"x\",\"task\":{\"src_vocab\":9,\"tgt_vocab\":9}}"
paste -d, <(cut -d, -f11- lat.csv) <(printf 'x\ny\n') <(cut -d, -f-10 lat.csv) >b.csv
holds 'columns in another order' 'sed -n 1p b.csv | finds ^latency_mean'
same  'columns in any order' 'import-hat <lat.csv' 'import-hat <b.csv'
same  'a CSV with CRLF and an empty last line is read' 'import-hat <lat.csv' \
	'{ cat lat.csv; echo; } | sed "s/$/\r/" | import-hat'
is    'no rows, no records' 'head -1 lat.csv | import-hat' ''

# --- export
same  'YAML -> record -> YAML -> record' 'import-hat <sub.yml' \
	'import-hat <sub.yml | import-hat --export | import-hat'
other='import-hat --qkv-dim 64 --super-decoder-embed-dim 7 <sub.yml'
same  'a record comes back from YAML, of other widths' \
	"$other" "$other | import-hat -e | import-hat"
same  'a space comes back from YAML' 'import-hat -n x <space.yml' \
	'import-hat <space.yml | import-hat -e | import-hat -n x'
for f in "$spaces"/*.json; do
	grep -q conv_kernel "$f" && continue   # not HAT's
	n=$(basename "$f" .json)
	same "$n comes back from YAML" "jq -c .space $f" \
		"import-hat -e $f | import-hat -n $n | jq -c .space"
done
is    'HAT wants the sizes of the supernet, too' \
	'import-hat <space.yml | import-hat -e | head -10' 'encoder-embed-dim: 640
decoder-embed-dim: 640
qkv-dim: 512
share-all-embeddings: True
encoder-ffn-embed-dim: 3072
decoder-ffn-embed-dim: 3072
encoder-layers: 6
decoder-layers: 6
encoder-attention-heads: 8
decoder-attention-heads: 8'
is    'brackets around lists of one' 'import-hat <sub.yml | import-hat -e | grep decoder-self' \
	'decoder-self-attention-heads-all-subtransformer: [1]'
refuses 1 alone <<'R'
two records to export ;; import-hat sub.yml sub.yml | import-hat -e ;;
	import-hat: stdin:2: want one record only
R
refuses 1 <<'R'
no record to export ;; import-hat -e </dev/null ;; want an arch or a space record
neither arch nor space ;; import-hat lat.csv | import-hat -e ;;
	import-hat: stdin:1: want a record with an "arch"; this is a measured architecture
both arch and space ;; jq -c '. + {arch:{}}' $spaces/wmt14ende-space0.json | import-hat -e ;;
	import-hat: stdin:1: both an "arch" and a "space"
R
refuses 2 <<'R'
two files to export ;; import-hat -e a b ;; import-hat: --export takes one record
another name to export ;; import-hat -e --name a b
	;; --name changes nothing: the record has its own
R
bad_lines import-hat 'import-hat -e'

# --- what is wrong with a file, changed by sed
sub() { sed "$1" sub.yml | import-hat; }
space() { sed "$1" space.yml | import-hat; }
lat() { sed "$1" lat.csv | import-hat; }
refuses 1 alone <<'R'
a missing key ;; sub '/ende-attention/d' ;;
	import-hat: stdin:2: no decoder-ende-attention-heads-all-subtransformer
a short list ;; sub 's/16, 12/16/' ;;
	import-hat: stdin:6: encoder-ffn-embed-dim-all-subtransformer: want 2 integers, one a layer
a long list ;; sub 's/  - 10/&\n  - 11/' ;;
	import-hat: stdin:8: decoder-ffn-embed-dim-all-subtransformer: want 1 integers, one a layer
a list for a number ;; sub '9s/2/[2]/' ;;
	import-hat: stdin:9: encoder-layer-num-subtransformer: want one integer, not a list
a text for a number ;; sub '4s/8/wide/' ;; import-hat: stdin:4:
	encoder-embed-dim-subtransformer: want an integer in [1, 65536], not "wide"
a quoted number ;; sub '4s/8/"8"/' ;; import-hat: stdin:4:
	encoder-embed-dim-subtransformer: want an integer in [1, 65536], not "8"
a fraction ;; sub 's/- 10/- 10.5/' ;; import-hat: stdin:8:
	decoder-ffn-embed-dim-all-subtransformer: want an integer in [1, 65536], not "10.5"
a list in a list ;; sub 's/16, 12/16, [12]/' ;; import-hat: stdin:6:
	encoder-ffn-embed-dim-all-subtransformer: want integers in [1, 65536]
a number that is too large ;; sub '4s/8/99999999999999999999/' ;; import-hat: stdin:4:
	encoder-embed-dim-subtransformer: want an integer in [1, 65536], not "99999999999999999999"
no layers ;; sub '10s/1/0/' ;;
	import-hat: stdin:10: decoder-layer-num-subtransformer: want an integer in [1, 32], not "0"
attention that HAT does not have ;; sub '$s/1/0/' ;; import-hat: stdin:14:
	decoder-arbitrary-ende-attn-all-subtransformer: want -1, 1 and 2 only
attention to more layers than there are ;; sub '$s/1/2/' ;; import-hat: stdin:14:
	arch.decoder_arbitrary_ende_attn: 2 attends to more layers than the encoder's 2
heads that do not divide ;; sub 's/\[2, 1\]/[3, 1]/' ;; import-hat: stdin:11:
	arch.encoder_self_attention_heads: 3 heads do not divide qkv_dim 512
a misspelt key ;; sub 's/layer-num-/layers-/' ;;
	import-hat: stdin:9: unknown key encoder-layers-subtransformer
a key twice ;; sub 's/^qkv.*//; 5p' ;;
	import-hat: stdin:6: decoder-embed-dim-subtransformer stands twice
a mapping for a list ;; sub '8s/- 10/x: 10/' ;; import-hat: stdin:8:
	decoder-ffn-embed-dim-all-subtransformer: want 1 integers, one a layer
a second document ;; sub '$s/$/\n---\na: 1/' ;; import-hat: stdin:16: a second document
broken YAML ;; sub 's/16, 12\]/16, 12/' ;;
	import-hat: stdin:7: broken YAML: did not find expected ',' or ']'
text that is not UTF-8 ;; sub '8s/10/\xff/' ;;
	import-hat: stdin:8: broken YAML: invalid leading UTF-8 octet
a supernet that is too narrow ;; sub '2s/.*/encoder-embed-dim: 4/' ;;
	import-hat: stdin: task: widths 8 and 6 exceed the super widths 4 and 640
a flag that is none ;; sub '2s/.*/share-all-embeddings: maybe/' ;;
	import-hat: stdin:2: share-all-embeddings: want True or False
both kinds ;; cat sub.yml space.yml | import-hat ;;
	import-hat: stdin:2: both *-subtransformer and *-choice keys
neither kind ;; echo 'a: 1' | import-hat ;;
	import-hat: stdin:1: neither *-subtransformer nor *-choice keys
no mapping ;; echo '- 1' | import-hat ;; import-hat: stdin:1: want "key: value" lines
a choice twice ;; space 's/3072, 2048/3072, 3072/' ;;
	import-hat: stdin:10: encoder-ffn-embed-dim-choice: 3072 stands twice
nothing to choose ;; space 's/\[6\]/[]/' ;;
	import-hat: stdin:12: encoder-layer-num-choice: want 1 to 24 integers
a missing choice ;; space /decoder-embed-choice/d ;;
	import-hat: stdin:1: no decoder-embed-choice
a space for a shallow encoder ;; space 's/\[6\]/[1]/; s/\[-1, 1, 2\]/[1]/' ;;
	import-hat: stdin:17: space.decoder_arbitrary_ende_attn_choice:
	nothing to choose for an encoder of 1 layers
a missing column ;; cut -d, -f-13 lat.csv | import-hat ;;
	import-hat: stdin:1: no column latency_std_decoder
a column twice ;; paste -d, lat.csv lat.csv | import-hat ;;
	import-hat: stdin:1: column encoder_embed_dim stands twice
a text in a column ;; lat 2s/5.25/fast/ ;;
	import-hat: stdin:2: latency_mean_encoder: want a number above 0, not "fast"
NaN in a column ;; lat 2s/124.5/nan/ ;;
	import-hat: stdin:2: latency_mean_decoder: want a number above 0, not "nan"
a negative deviation ;; lat 2s/0.1,/-1,/ ;;
	import-hat: stdin:2: latency_std_encoder: want a number from 0, not "-1"
R
nested() { { printf 'a: '; yes "$1" | head -n 30000 | tr -d '\n'; } | import-hat; }
echo 'a: 1' >no.yml
refuses 1 <<'R'
no mapping in the second file ;; import-hat sub.yml no.yml ;;
	import-hat: no.yml:1: neither *-subtransformer nor *-choice keys
a short row ;; { cat lat.csv; echo 1,2; } | import-hat ;;
	import-hat: stdin:3: want 14 columns, not 2
an empty file ;; import-hat </dev/null ;; import-hat: stdin: empty
comments only ;; echo '# nothing' | import-hat ;; import-hat: stdin: empty, want HAT's YAML or CSV
a file that is not there ;; import-hat nowhere.yml ;;
	import-hat: nowhere.yml: No such file or directory
a file that is too long for one ;; yes '# x' | head -c 100000 | import-hat ;;
	import-hat: stdin:1: more than 65536 bytes
truncated zstd data ;;
	head -c 90000 /dev/urandom | base64 | zstd -q | head -c 30000 | import-hat ;;
	import-hat: stdin: truncated zstd data
thousands of [ ;; nested '[' ;; import-hat: stdin: broken YAML: nested more than 100 deep
thousands of { ;; nested '{' ;; import-hat: stdin: broken YAML: nested more than 100 deep
thousands of [{ ;; nested '[{' ;; import-hat: stdin: broken YAML: nested more than 100 deep
R

# --- HAT's own files
hat=$shared/hat
if [ ! -d "$hat" ]; then
	echo "# no $hat: HAT's own files are not tested"
	finish
	exit
fi
# Parameters in M as printed, FLOPs within 0.01 G, for what has a file.
check_published() {
	while IFS=$'\t' read -r model _ _ _ params flops _; do
		local f=$hat/configs/$model.yml len=30
		[ -f "$f" ] || continue
		[[ $model = *iwslt* ]] && len=23
		import-hat "$f" | profile-arch --src-len $len --tgt-len $len |
		jq -r '[.name,.params/1e6,.flops/1e9]|@tsv' |
		awk -F'\t' -v m="$model" -v p="$params" -v f="$flops" '
			{ d = $3 - f
			  good = $1 == m && d <= 0.01 && d >= -0.01 &&
			  	sprintf("%.2f", $2) == sprintf("%.2f", p)
			  print good ? "good" : m " " $2 " " $3 }'
	done < <(tail -n +2 "$hat/published.tsv") | sort | uniq -c
}
is    "HAT's published sizes" check_published '     24 good'
is    "HAT's files, all in one go" \
	"import-hat $hat/configs/*.yml | jq -r .name | sort -u | wc -l" 24
mkdir again
for f in "$hat"/configs/*.yml; do import-hat "$f" | import-hat -e >again/${f##*/}; done
same  "HAT's files and back" "import-hat $hat/configs/*.yml" 'import-hat again/*.yml'
for set in iwslt14deen_gpu_titanxp wmt14ende_cpu_xeon wmt14ende_gpu_titanxp \
	wmt14enfr_cpu_raspberrypi; do
	csv=$hat/latency/$set.csv
	import-hat $csv >rows
	is "$set has 2,000 rows" 'wc -l <rows' 2000
	jq -r '[.features[], .latency_ms.encoder, .latency_ms.decoder,
		.latency_std_ms.encoder, .latency_std_ms.decoder] | @csv' rows >a
	is "$set keeps every value" "paste -d, a <(tail -n +2 $csv) | awk -F, '
		{ for (i = 1; i <= 14; i++) bad += \$i != \$(i + 14) } END { print bad + 0 }'" 0
done
is    'a row of the Raspberry Pi' \
	"sed -n 1p rows | jq -c '[.features[2],.latency_ms.total]'" '[2304,3984.511613845825]'
finish
