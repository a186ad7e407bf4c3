. "${0%/*}/lib.sh"
tiny='{"space":{"name":"t","qkv_dim":16,"encoder_embed_choice":[24,12],"decoder_embed_choice":[20,10],"encoder_layer_num_choice":[4],"decoder_layer_num_choice":[1,3],"encoder_ffn_embed_dim_choice":[32,16],"decoder_ffn_embed_dim_choice":[32,16],"encoder_self_attention_heads_choice":[4,2],"decoder_self_attention_heads_choice":[4,2],"decoder_ende_attention_heads_choice":[4,2],"decoder_arbitrary_ende_attn_choice":[-1,1,2]},"task":{"src_vocab":40,"tgt_vocab":50,"share_all_embeddings":false,"super_encoder_embed_dim":24,"super_decoder_embed_dim":20}}'
echo "$tiny" >tiny.json
sample-arch -n 5 <tiny.json | sed 's/^{/{ "id": 1.50 , /' >archs
lat='measure-lat --repeat 2 --src-len 6 --tgt-len 5'
usual measure-lat "$lat <archs"
bad_lines measure-lat "$lat"
is    'nothing in, nothing out' "$lat </dev/null" ''
holds 'measures' "$lat <archs >m"
is    'the line is left alone' "sed 's/,\"latency_ms\":.*/}/' m | diff - archs" ''
is    'what is added' "head -n 1 m | jq -c 'keys_unsorted[3:]'" '["latency_ms","repeats","reference_ms","workload","host"]'
is    'latency' "jq -c 'select((.latency_ms|keys_unsorted)!=[\"encoder\",\"decoder\",\"total\",\"p50\",\"p90\",\"p99\",\"ci95\"])' m" ''
is    'numbers that can be' "jq -c 'select((.latency_ms|.encoder>0 and .decoder>0 and ((.encoder+.decoder-.total)|fabs)<1e-6 and .p50<=.p90 and .p90<=.p99 and .ci95[0]<=.p50 and .p50<=.ci95[1])|not)' m" ''
is    'repeats, a reference' "jq -c 'select(.repeats!=2 or .reference_ms<=0)' m" ''
is    'the workload' "jq -c .workload m | uniq" '{"src_len":6,"tgt_len":5,"beam":5,"batch":1,"threads":1,"dtype":"fp32","src_vocab":40,"tgt_vocab":50}'
is    'the host' "jq -c '.host|keys_unsorted' m | uniq" '["cpu","cores","arch","kernel","governor","blas","build"]'
is    'lengths and beam by default' "head -n 1 archs | measure-lat -n 1 | jq -c '.workload|[.src_len,.tgt_len,.beam,.batch,.threads]'" '[30,30,5,1,1]'
is    'a vocabulary by default' "head -n 1 archs | jq -c 'del(.task)' | measure-lat -n 1 | jq -c '.workload|[.src_vocab,.tgt_vocab]'" '[32768,32768]'
is    'an option beats the record' "head -n 1 archs | $lat --tgt-vocab 60 | jq -c .workload.tgt_vocab" 60
is    'measured again' "$lat <m | jq -c 'keys_unsorted' | uniq" '["id","arch","task","latency_ms","repeats","reference_ms","workload","host"]'
is    'without reference' "$lat --reference-every 0 <m | jq -c 'select(has(\"reference_ms\"))'" ''
is    'a reference now and then' "$lat --reference-every 2 <archs | wc -l" 5
is    'the reference is the space'"'"'s largest' "$lat --space tiny.json <archs | wc -l" 5
is    'two tasks' "(head -n 2 archs; sed 's/:50,/:60,/' archs) | $lat | jq .workload.tgt_vocab | uniq -c | awk '{print \$1,\$2}' | paste -sd," '2 50,5 60'
is    'growing architectures' "(sample-arch -n 1 <tiny.json; sed 's/\[24,12\]/[64]/;s/:24/:64/' tiny.json | sample-arch -n 2) | $lat | wc -l" 3
for t in bf16 int8; do
is    "weights in $t" "$lat --dtype $t <archs | jq -c 'select(.latency_ms.decoder>0)|.workload.dtype' | uniq -c | awk '{print \$1,\$2}'" "5 \"$t\""
done
is    'batches, threads, a beam' "head -n 2 archs | $lat --batch 3 --threads 2 --beam 2 | jq -c '.workload|[.batch,.threads,.beam]' | uniq" '[3,2,2]'
is    'one word, one step' 'measure-lat -n 1 --src-len 1 --tgt-len 1 <archs | wc -l' 5
is    'by precision, in time' "measure-lat --precision 50 --min-repeat 3 --max-time 1 <archs | jq 'select(.repeats<3)'" ''
is    'sample-arch | measure-lat' "sample-arch -n 2 <tiny.json | measure-lat -p 20 | jq -s length" 2
exits 2 'a precision of 0' 'measure-lat --precision 0 <archs'
exits 1 'an arch that is none' "echo '{\"arch\":{}}' | $lat"
says  'names the line' 'measure-lat: stdin:1: arch.'
exits 1 'vocabularies that cannot be shared' "jq -c '.task.share_all_embeddings=true' archs | $lat"

# weights
"$MILLINER_BIN"/../helpers/make-weights w.safetensors super
jq -nc '{arch:{qkv_dim:16,encoder_embed_dim:12,encoder_layer_num:2,encoder_ffn_embed_dim:[16,32],encoder_self_attention_heads:[2,4],decoder_embed_dim:10,decoder_layer_num:1,decoder_ffn_embed_dim:[16],decoder_self_attention_heads:[2],decoder_ende_attention_heads:[4],decoder_arbitrary_ende_attn:[1]}}' >arch
is    'of a model' "cat arch arch | $lat --weights w.safetensors | jq -c '.workload.tgt_vocab'" "$(printf '40\n40')"
exits 1 'that it does not fit' "sed s/:12,/:120,/ arch | $lat --weights w.safetensors"
says  'says so' 'stdin:1: does not fit the weights'

# journals
holds 'keeps a journal' "$lat --resume j <archs >a; cmp a j"
same  'prints it again' "$lat --resume j <archs" 'cat j'
is    'goes on behind it' "head -n 2 j >k; printf '{\"id\": 1.50 , \"torn' >>k; $lat --resume k <archs >b; cmp b k; head -n 2 k | cmp - <(head -n 2 j); wc -l <k" 5
is    'records that were measured before' "$lat --resume l <m >a; $lat --resume l <m | cmp - l" ''
exits 1 'other records' "tac archs | $lat --resume j"
says  'names the line' 'j:1: is not the answer to stdin:1'
exits 1 'more than there were' "head -n 2 archs | $lat --resume j"
says  'names it' 'j:3: more records than stdin has'
exits 1 'another host' "sed 's/\"cores\":/&1/' j >h; $lat --resume h <archs"
says  'says which line' 'h:1: measured on another host'
exits 1 'another workload' "$lat --beam 4 --resume j <archs"
says  'says what differs' 'j:1: measured with another workload: "beam" differs'
is    'a record with a NUL in a text' "head -n 1 archs | sed 's/^{/{\"s\":\"\\\\u0000\",/' >z; $lat --resume y <z >a; $lat --resume y <z | cmp - a; wc -l <a" 1
is    'killed and gone on with' "(cat archs; sleep 2) | timeout -s INT 1 $lat --resume n >o; $lat --resume n <archs | cmp - n; wc -l <n" 5
finish
