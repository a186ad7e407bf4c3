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
arch='"arch":{"qkv_dim":512,"encoder_embed_dim":8,"encoder_layer_num":2,"encoder_ffn_embed_dim":[16,12],"encoder_self_attention_heads":[2,1],"decoder_embed_dim":6,"decoder_layer_num":1,"decoder_ffn_embed_dim":[10],"decoder_self_attention_heads":[1],"decoder_ende_attention_heads":[4],"decoder_arbitrary_ende_attn":[1]},"task"'
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
{
	echo encoder_embed_dim,encoder_layer_num,encoder_ffn_embed_dim_avg,encoder_self_attention_heads_avg,decoder_embed_dim,decoder_layer_num,decoder_ffn_embed_dim_avg,decoder_self_attention_heads_avg,decoder_ende_attention_heads_avg,decoder_arbitrary_ende_attn_avg,latency_mean_encoder,latency_mean_decoder,latency_std_encoder,latency_std_decoder
	echo 640,6,1962.6666666666667,6.0,512,4,1920.0,2.5,5.5,1.5,5.25,124.5,0.1,0
} >lat.csv
row='"features":[640,6,1962.6666666666667,6,512,4,1920,2.5,5.5,1.5],"latency_ms":{"encoder":5.25,"decoder":124.5,"total":129.75},"latency_std_ms":{"encoder":0.1,"decoder":0}'

usual import-hat "import-hat $tmp/sub.yml"

# --- SubTransformers
is    'a SubTransformer' 'import-hat <sub.yml' \
	"{$arch:{\"super_encoder_embed_dim\":640,\"super_decoder_embed_dim\":640},\"arch_id\":\"npek9wm3qa\"}"
is    'a file gives its name, the options the task' \
	'mkdir -p d; cp sub.yml d/a@1.5ms.yml; import-hat --src-vocab 100 --tgt-vocab 90 --super-encoder-embed-dim 32 d/a@1.5ms.yml' \
	"{\"name\":\"a@1.5ms\",$arch:{\"src_vocab\":100,\"tgt_vocab\":90,\"super_encoder_embed_dim\":32,\"super_decoder_embed_dim\":640},\"arch_id\":\"npek9wm3qa\"}"
is    'a record a file' 'import-hat sub.yml d/a@1.5ms.yml sub.yml | jq -r .name | paste -sd,' 'sub,a@1.5ms,sub'
is    '--name, also for stdin' 'import-hat -n "q\"ä" <sub.yml | jq -r .name' 'q"ä'
is    'the file has a qkv-dim' '{ echo qkv-dim: 64; cat sub.yml; } | import-hat | jq .arch.qkv_dim' 64
is    '--qkv-dim goes before it' '{ echo qkv-dim: 64; cat sub.yml; } | import-hat --qkv-dim 128 | jq .arch.qkv_dim' 128
is    'shared embeddings: one vocabulary' 'import-hat --share-all-embeddings --src-vocab 99 <sub.yml | jq -c .task' \
	'{"src_vocab":99,"tgt_vocab":99,"share_all_embeddings":true,"super_encoder_embed_dim":640,"super_decoder_embed_dim":640}'
same  'reads zstd' 'import-hat <sub.yml' 'zstd -q <sub.yml | import-hat'
same  'reads CRLF' 'import-hat <sub.yml' 'sed "s/$/\r/" sub.yml | import-hat'

# --- spaces
is    'a space among training settings' "import-hat -n wmt14ende-space0 --src-vocab 32768 <space.yml | diff - $spaces/wmt14ende-space0.json" ''
is    'its name' 'import-hat space.yml | jq -r .space.name' space
is    'super widths: the widest' 'grep -v "^..coder-embed-dim:" space.yml | sed s/640/320/ | import-hat | jq -c "[.task[]]"' '[true,512,512]'
is    'it can be sampled' 'import-hat <space.yml | sample-arch -n 3 | profile-arch | wc -l' 3

# --- latency
is    'a latency data set' 'import-hat <lat.csv' "{$row}"
is    'from a file: which one' 'zstd -q <lat.csv >d/x_cpu.csv.zst; import-hat d/x_cpu.csv.zst' "{$row,\"data_set\":\"x_cpu\"}"
is    'what is known of its task' 'import-hat -n x --src-vocab 9 --tgt-vocab 9 <lat.csv' "{$row,\"name\":\"x\",\"task\":{\"src_vocab\":9,\"tgt_vocab\":9}}"
same  'columns in any order' 'import-hat <lat.csv' 'paste -d, <(cut -d, -f11- lat.csv) <(printf "x\ny\n") <(cut -d, -f-10 lat.csv) >b.csv; sed -n 1p b.csv | grep -q ^latency_mean && import-hat <b.csv'
same  'CRLF and an empty last line' 'import-hat <lat.csv' '{ cat lat.csv; echo; } | sed "s/$/\r/" | import-hat'
is    'no rows, no records' 'head -1 lat.csv | import-hat' ''

# --- export
same  'YAML -> record -> YAML -> record' 'import-hat <sub.yml' 'import-hat <sub.yml | import-hat --export | import-hat'
same  'also with other widths' 'import-hat --qkv-dim 64 --super-decoder-embed-dim 7 <sub.yml' 'import-hat --qkv-dim 64 --super-decoder-embed-dim 7 <sub.yml | import-hat -e | import-hat'
same  'also a space' 'import-hat -n x <space.yml' 'import-hat <space.yml | import-hat -e | import-hat -n x'
for f in "$spaces"/*.json; do
	grep -q conv_kernel "$f" && continue   # not HAT's
	n=$(basename "$f" .json)
	same "also $n" "jq -c .space $f" "import-hat -e $f | import-hat -n $n | jq -c .space"
done
is    'HAT wants the sizes of the supernet, too' 'import-hat <space.yml | import-hat -e | head -10 | paste -sd" "' \
	'encoder-embed-dim: 640 decoder-embed-dim: 640 qkv-dim: 512 share-all-embeddings: True encoder-ffn-embed-dim: 3072 decoder-ffn-embed-dim: 3072 encoder-layers: 6 decoder-layers: 6 encoder-attention-heads: 8 decoder-attention-heads: 8'
is    'brackets around lists of one' 'import-hat <sub.yml | import-hat -e | grep decoder-self' 'decoder-self-attention-heads-all-subtransformer: [1]'
exits 1 'one record only' 'import-hat sub.yml sub.yml | import-hat -e'
says  'and says so' 'import-hat: stdin:2: want one record only'
is    'nothing is written then' 'import-hat sub.yml sub.yml | import-hat -e 2>&1 | wc -l' 1
exits 1 'none' 'import-hat -e </dev/null'
says  'says what it wants' 'want an arch or a space record'
exits 1 'neither arch nor space' 'import-hat lat.csv | import-hat -e'
exits 1 'both' "jq -c '. + {arch:{}}' $spaces/wmt14ende-space0.json | import-hat -e"
exits 2 'one file only' 'import-hat -e a b'
bad_lines import-hat 'import-hat -e'

# --- what is wrong with a file. refuses 'what' 'sed script' 'message'
refuses() {
	is "$1" "sed '$2' sub.yml | import-hat 2>&1; echo \$?" \
		"import-hat: stdin:$3"$'\n1'
}
refuses 'a missing key' '/ende-attention/d' '2: no decoder-ende-attention-heads-all-subtransformer'
refuses 'a short list' 's/16, 12/16/' '6: encoder-ffn-embed-dim-all-subtransformer: want 2 integers, one a layer'
refuses 'a long list' 's/  - 10/&\n  - 11/' '8: decoder-ffn-embed-dim-all-subtransformer: want 1 integers, one a layer'
refuses 'a list for a number' '9s/2/[2]/' '9: encoder-layer-num-subtransformer: want one integer, not a list'
refuses 'a text for a number' '4s/8/wide/' '4: encoder-embed-dim-subtransformer: want an integer in [1, 65536], not "wide"'
refuses 'a quoted number' '4s/8/"8"/' '4: encoder-embed-dim-subtransformer: want an integer in [1, 65536], not "8"'
refuses 'a fraction' 's/- 10/- 10.5/' '8: decoder-ffn-embed-dim-all-subtransformer: want an integer in [1, 65536], not "10.5"'
refuses 'a list in a list' 's/16, 12/16, [12]/' '6: encoder-ffn-embed-dim-all-subtransformer: want integers in [1, 65536]'
refuses 'a number that is too large' '4s/8/99999999999999999999/' '4: encoder-embed-dim-subtransformer: want an integer in [1, 65536], not "99999999999999999999"'
refuses 'no layers' '10s/1/0/' '10: decoder-layer-num-subtransformer: want an integer in [1, 32], not "0"'
refuses 'attention that HAT does not have' '$s/1/0/' '14: decoder-arbitrary-ende-attn-all-subtransformer: want -1, 1 and 2 only'
refuses 'attention to more layers than there are' '$s/1/2/' '14: arch.decoder_arbitrary_ende_attn: 2 attends to more layers than the encoder'\''s 2'
refuses 'heads that do not divide' 's/\[2, 1\]/[3, 1]/' '11: arch.encoder_self_attention_heads: 3 heads do not divide qkv_dim 512'
refuses 'a misspelt key' 's/layer-num-/layers-/' '9: unknown key encoder-layers-subtransformer'
refuses 'a key twice' 's/^qkv.*//; 5p' '6: decoder-embed-dim-subtransformer stands twice'
refuses 'a mapping for a list' '8s/- 10/x: 10/' '8: decoder-ffn-embed-dim-all-subtransformer: want 1 integers, one a layer'
refuses 'a second document' '$s/$/\n---\na: 1/' '16: a second document'
refuses 'broken YAML' 's/16, 12\]/16, 12/' '7: broken YAML: did not find expected '\'','\'' or '\'']'\'
refuses 'text that is not UTF-8' '8s/10/\xff/' '8: broken YAML: invalid leading UTF-8 octet'
refuses 'a supernet that is too narrow' '2s/.*/encoder-embed-dim: 4/' ' widths 8 and 6 exceed the super widths 4 and 640'
refuses 'a flag that is none' '2s/.*/share-all-embeddings: maybe/' '2: share-all-embeddings: want True or False'
is    'both kinds' 'cat sub.yml space.yml | import-hat 2>&1' 'import-hat: stdin:2: both *-subtransformer and *-choice keys'
is    'neither kind' 'echo "a: 1" | import-hat 2>&1' 'import-hat: stdin:1: neither *-subtransformer nor *-choice keys'
is    'no mapping' 'echo "- 1" | import-hat 2>&1' 'import-hat: stdin:1: want "key: value" lines'
is    'a choice twice' 'sed "s/3072, 2048/3072, 3072/" space.yml | import-hat 2>&1' 'import-hat: stdin:10: encoder-ffn-embed-dim-choice: 3072 stands twice'
is    'nothing to choose' 'sed "s/\[6\]/[]/" space.yml | import-hat 2>&1' 'import-hat: stdin:12: encoder-layer-num-choice: want 1 to 24 integers'
is    'a missing choice' 'sed /decoder-embed-choice/d space.yml | import-hat 2>&1' 'import-hat: stdin:1: no decoder-embed-choice'
is    'a space for a shallow encoder' 'sed "s/\[6\]/[1]/; s/\[-1, 1, 2\]/[1]/" space.yml | import-hat 2>&1' 'import-hat: stdin:17: space.decoder_arbitrary_ende_attn_choice: nothing to choose for an encoder of 1 layers'
is    'the file is named' 'echo "a: 1" >no.yml; import-hat sub.yml no.yml 2>&1 >/dev/null' 'import-hat: no.yml:1: neither *-subtransformer nor *-choice keys'
exits 1 'an empty file' 'import-hat </dev/null'
says  'says so' 'import-hat: stdin: empty'
exits 1 'comments only' 'echo "# nothing" | import-hat'
exits 1 'a file that is not there' 'import-hat nowhere.yml'
exits 1 'a file that is too long for one' 'yes "# x" | head -c 100000 | import-hat'
exits 1 'truncated zstd' 'head -c 90000 /dev/urandom | base64 | zstd -q | head -c 30000 | import-hat'
is    'a column is missing' 'cut -d, -f-13 lat.csv | import-hat 2>&1' 'import-hat: stdin:1: no column latency_std_decoder'
is    'a column stands twice' 'paste -d, lat.csv lat.csv | import-hat 2>&1' 'import-hat: stdin:1: column encoder_embed_dim stands twice'
is    'a short row' '{ cat lat.csv; echo 1,2; } | import-hat 2>&1 | tail -1' 'import-hat: stdin:3: want 14 columns, not 2'
is    'no number' 'sed 2s/5.25/fast/ lat.csv | import-hat 2>&1' 'import-hat: stdin:2: latency_mean_encoder: want a number above 0, not "fast"'
for open in '[' '{' '[{'; do
	exits 1 "thousands of $open" "{ printf 'a: '; yes '$open' | head -n 30000 | tr -d '\n'; } | import-hat"
	says  'are nested too deep' 'import-hat: stdin: broken YAML: nested more than 100 deep'
done
is    'NaN' 'sed 2s/124.5/nan/ lat.csv | import-hat 2>&1' 'import-hat: stdin:2: latency_mean_decoder: want a number above 0, not "nan"'
is    'a negative deviation' 'sed 2s/0.1,/-1,/ lat.csv | import-hat 2>&1' 'import-hat: stdin:2: latency_std_encoder: want a number from 0, not "-1"'

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
is    'all in one go' "import-hat $hat/configs/*.yml | jq -r .name | sort -u | wc -l" 24
same  'and back' "import-hat $hat/configs/*.yml" "mkdir -p again
	for f in $hat/configs/*.yml; do import-hat \$f | import-hat -e >again/\${f##*/}; done; import-hat again/*.yml"
for set in iwslt14deen_gpu_titanxp wmt14ende_cpu_xeon wmt14ende_gpu_titanxp \
	wmt14enfr_cpu_raspberrypi; do
	is "$set has 2,000 rows" "import-hat $hat/latency/$set.csv | jq -s length" 2000
	is "$set keeps every value" "import-hat $hat/latency/$set.csv | jq -r '[.features[],.latency_ms.encoder,.latency_ms.decoder,.latency_std_ms.encoder,.latency_std_ms.decoder]|@csv' >a
		tail -n +2 $hat/latency/$set.csv >b
		paste -d, a b | awk -F, '{ for (i = 1; i <= 14; i++) bad += \$i != \$(i + 14) } END { print bad + 0 }'" 0
done
is    'a row' "import-hat $hat/latency/wmt14enfr_cpu_raspberrypi.csv | sed -n 1p | jq -c '[.features[2],.latency_ms.total]'" '[2304,3984.511613845825]'
finish
