. "${0%/*}/lib.sh"
tiny='{"space":{"name":"t","qkv_dim":16,"encoder_embed_choice":[24,12],"decoder_embed_choice":[20,10],"encoder_layer_num_choice":[4],"decoder_layer_num_choice":[1,3],"encoder_ffn_embed_dim_choice":[32,16],"decoder_ffn_embed_dim_choice":[32,16],"encoder_self_attention_heads_choice":[4,2],"decoder_self_attention_heads_choice":[4,2],"decoder_ende_attention_heads_choice":[4,2],"decoder_arbitrary_ende_attn_choice":[-1,1,2]},"task":{"src_vocab":40,"tgt_vocab":50,"share_all_embeddings":false,"super_encoder_embed_dim":24,"super_decoder_embed_dim":20}}'
echo "$tiny" >tiny.json
sample-arch -n 5 <tiny.json | sed 's/^{/{ "id": 1.50 , /' >archs
lat='measure-lat --repeat 2 --src-len 6 --tgt-len 5'
by_arch() { jq -c .arch "$@" | sort; }
usual measure-lat "$lat <archs"
bad_lines measure-lat "$lat"
is    'nothing in, nothing out' "$lat </dev/null" ''
holds 'measures' "$lat <archs >m"
is    'the line is left alone' "sed 's/,\"latency_ms\":.*/}/' m | sort | diff - <(sort archs)" ''
is    'in an order that a seed draws' "sed 's/,\"latency_ms\":.*/}/' m | cmp -s - archs; echo \$?" 1
same  'the same every time' "jq -c .arch m" "$lat <archs | jq -c .arch"
same  'or as they come' "jq -c .arch archs" "$lat --in-order <archs | jq -c .arch"
holds 'one by one then, while more are awaited' "mkfifo more; ($lat --in-order --reference-every 0 <more >got) & exec 5>more; head -n 1 archs >&5; until [ -s got ]; do :; done; exec 5>&-; wait"
is    'what is added' "head -n 1 m | jq -c 'keys_unsorted[3:]'" '["arch_id","latency_ms","repeats","redone","core_shared","reference_ms","workload","host"]'
is    'latency' "jq -c 'select((.latency_ms|keys_unsorted)!=[\"encoder\",\"decoder\",\"total\",\"trimmed\",\"p50\",\"p90\",\"p99\",\"ci95\"])' m" ''
is    'numbers that can be' "jq -c 'select((.latency_ms|.encoder>0 and .decoder>0 and ((.encoder+.decoder-.total)|fabs)<1e-6 and .p50<=.p90 and .p90<=.p99 and .ci95[0]<=.total and .total<=.ci95[1] and .trimmed>0)|not)' m" ''
is    'repeats, a reference' "jq -c 'select(.repeats!=2 or .redone<0 or .core_shared<0 or .core_shared>1 or .reference_ms<=0)' m" ''
is    'the workload' "jq -c .workload m | uniq" '{"src_len":6,"tgt_len":5,"beam":5,"batch":1,"threads":1,"dtype":"fp32","src_vocab":40,"tgt_vocab":50}'
is    'the host' "jq -c '.host|keys_unsorted' m | uniq" '["cpu","cores","arch","kernel","governor","blas","build","threads","cpus"]'
is    'lengths and beam by default' "head -n 1 archs | measure-lat -n 1 | jq -c '.workload|[.src_len,.tgt_len,.beam,.batch,.threads]'" '[30,30,5,1,1]'
is    'a vocabulary by default' "head -n 1 archs | jq -c 'del(.task)' | measure-lat -n 1 | jq -c '.workload|[.src_vocab,.tgt_vocab]'" '[32768,32768]'
is    'an option beats the record' "head -n 1 archs | $lat --tgt-vocab 60 | jq -c .workload.tgt_vocab" 60
is    'measured again' "$lat <m | jq -c 'keys_unsorted' | uniq" '["id","arch","task","arch_id","latency_ms","repeats","redone","core_shared","reference_ms","workload","host"]'
is    'without reference' "$lat --reference-every 0 <m | jq -c 'select(has(\"reference_ms\"))'" ''
is    'a reference now and then' "$lat --reference-every 2 <archs | wc -l" 5
is    'the reference is the space'"'"'s largest' "$lat --space tiny.json <archs | wc -l" 5
is    'two tasks' "(head -n 2 archs; sed 's/:50,/:60,/' archs) | $lat | jq .workload.tgt_vocab | uniq -c | awk '{print \$1,\$2}' | paste -sd," '2 50,5 60'
is    'growing architectures' "(sample-arch -n 1 <tiny.json; sed 's/\[24,12\]/[64]/;s/:24/:64/' tiny.json | sample-arch -n 2) | $lat | wc -l" 3
for t in bf16 int8 kmeans4 kmeans8; do
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

# real sentences
for i in 3 9 4 4 12 7 2 5 6 8; do
	jq -nc --argjson n $i '{src: [range($n) | 5] , tgt: [range(2 * $n) | 5], ref: "x"}'
done >pairs
is    'the lengths of real sentences' "$lat --pairs pairs --pairs-batches 5 <archs | jq -c '.workload|[.src_len,.tgt_len,.pairs,.batches,(.lengths|length)]' | uniq" '[7.6,14.2,10,5,16]'
is    'in batches' "$lat --pairs pairs --batch 4 <archs | jq -c '.workload|[.src_len,.tgt_len,.batch,.batches]' | uniq" '[7,13,4,3]'
is    'means of a batch' "jq -nc '[range(4)|{src:[5,5,5,5,5],tgt:[5,5,5,5]}][]' >even; $lat --pairs even --pairs-batches 4 <archs | jq -c 'select(.latency_ms | .p50 * 3 < .total or .total * 3 < .p50)'" ''
exits 1 'a file that is not there' "$lat --pairs nowhere <archs"
exits 1 'no pairs' ": >none; $lat --pairs none <archs"
says  'says so' 'measure-lat: none: no pairs'
exits 1 'broken pairs' "echo '{\"src\":[1]}' >half; $lat --pairs half <archs"
says  'names the line' 'measure-lat: half:1:'

# threads on CPUs of their own
cpu=$(taskset -cp $$ 2>/dev/null | sed 's/.*: //;s/[-,].*//')
cpu=${cpu:-0}
is    'pinned' "$lat --pin $cpu <archs | jq -r .host.cpus | uniq" "$cpu"
exits 2 'a list that is none' "$lat --pin 0-x <archs"
says  'says what it wants' 'measure-lat: --pin: want a list of CPUs'
exits 2 'more threads than CPUs' "$lat --pin $cpu --threads 2 <archs"
exits 1 'a CPU that is not there' "$lat --pin 1023 <archs"

# journals
holds 'keeps a journal' "$lat --resume j <archs >a; cmp a j"
same  'prints it again' "$lat --resume j <archs" 'cat j'
is    'goes on behind it' "head -n 2 j >k; printf '{\"id\": 1.50 , \"torn' >>k; $lat --resume k <archs >b; cmp b k; head -n 2 k | cmp - <(head -n 2 j); wc -l <k" 5
same  'every record once' 'by_arch k' 'by_arch archs'
same  'whatever their order' "tac archs | $lat --resume j" 'cat j'
same  'also as they come' "tac archs | $lat --in-order --resume j" 'cp j i; for n in 5 4 3 2 1; do grep -F "$(sed -n ${n}p archs | jq -c .arch)" i; done'
is    'more of them' "(cat archs; sample-arch -n 3 --seed 9 <tiny.json) | $lat --resume i >b; cmp b i; head -n 5 i | cmp - j; wc -l <i" 8
is    'the same record twice' "cat archs archs | $lat --resume j2 >a; (cat archs archs | $lat --resume j2) | cmp - a; wc -l <j2" 10
is    'records that were measured before' "$lat --resume l <m >a; $lat --resume l <m | cmp - l" ''
refuses 1 <<R
an answer too many ;; head -n 2 archs | $lat --resume j ;; : answers no record of stdin
also as they come ;; head -n 2 archs | $lat --in-order --resume j ;; : answers no record of stdin
another host ;; sed '3s/"cores":/&1/' j >h; $lat --resume h <archs ;; h:3: measured on another host: "cores" differs
other threads ;; $lat --threads 2 --resume j <archs ;; j:1: measured on another host: "threads" differs
another workload ;; $lat --beam 4 --resume j <archs ;; : measured with another workload: "beam" differs
no records ;; printf '{]\n' >n; $lat --resume n <archs ;; n: not a journal of measurements
R
rm n
is    'a record with a NUL in a text' "head -n 1 archs | sed 's/^{/{\"s\":\"\\\\u0000\",/' >z; $lat --resume y <z >a; $lat --resume y <z | cmp - a; wc -l <a" 1
is    'what had not settled is measured again' "sed '2s/\"repeats\"/\"unsettled\":true,&/' j >u; $lat --resume u <archs >a; cmp <(sed 2d u) a; wc -l <u; jq -c .arch a | sort | uniq | wc -l" "$(printf '6\n5')"
is    'killed and gone on with' "(cat archs; sleep 2) | timeout -s INT 1 $lat --in-order --resume n >o; $lat --resume n <archs | cmp - n; wc -l <n" 5

# beside other load: two busy processes on every CPU, samples longer than a turn
within='select((.repeats >= 1 and (.latency_ms | .ci95[0] > 0 and .ci95[0] <= .total and .total <= .ci95[1]))|not)'
jq -c '.space |= (.qkv_dim = 512 | .encoder_embed_choice = [512] | .decoder_embed_choice = [512] | .encoder_layer_num_choice = [6] | .encoder_ffn_embed_dim_choice = [2048]) | del(.task)' tiny.json | sample-arch -n 2 >large
hogs=
for c in $(taskset -cp $$ | sed 's/.*: //' | tr , '\n' | sed 's/^\([0-9]*\)$/\1 \1/; s/-/ /' | xargs -n 2 seq); do
	for k in 1 2; do
		mkfifo hog.$c.$k
		"$MILLINER_BIN"/../helpers/hog "$c" 1 >hog.$c.$k & hogs="$hogs $!"
		read -r _ <hog.$c.$k
	done
done
trap 'kill $hogs; rm -rf "$tmp"' EXIT
busy='measure-lat -q --src-len 40 --tgt-len 2 --beam 1 --tgt-vocab 500 -n 1 --max-time 0.1'
exits 1 'what cannot be measured undisturbed' "$busy --reference-every 0 --resume busy <large >m1"
says  'is said' 'measure-lat: 2 of 2 records could not be measured undisturbed (others had the CPU for'
is    'and marked' "jq -c .unsettled m1 | uniq -c | awk '{ print \$1, \$2 }'" '2 true'
is    'is not in the journal' 'wc -c <busy' 0
exits 0 'unless that is accepted' "$busy --reference-every 0 --accept-unsettled <large >m2"
is    'numbers that were seen' "jq -c '$within' m2" ''
is    'whose reference was disturbed, too' "head -n 1 archs | jq -c 'del(.task)' | $busy --space <(jq -c '.space |= (.qkv_dim = 512 | .encoder_ffn_embed_dim_choice = [4096] | .encoder_embed_choice = [512]) | .task.super_encoder_embed_dim = 512' tiny.json) | jq -c .unsettled" true
measure-lat -q --repeat 1 --src-len 6 --tgt-len 5 --accept-unsettled --max-time 0.3 <archs >m3
is    'so with small ones' "wc -l <m3; jq -c '$within' m3" 5
head -n 1 archs | measure-lat -q --repeat 1 --src-len 2 --tgt-len 1 --beam 1 --threads 2 --reference-every 0 --accept-unsettled --max-time 0.1 >m3
is    'and with two threads' "wc -l <m3; jq -c '$within' m3" 1
kill $hogs; wait $hogs 2>/dev/null
trap 'rm -rf "$tmp"' EXIT

# a signal ends it within a record, too, of which nothing stays
for sig in INT TERM HUP; do
	rm -f n
	head -n 1 archs | env --default-signal=INT,HUP,TERM measure-lat -q -n 100000 --src-len 40 --tgt-len 40 --reference-every 0 --resume n >m5 & pid=$!
	# a fifth of a second of work
	until [ "$(cut -d' ' -f14 /proc/$pid/stat)" -gt 20 ]; do kill -0 $pid || break; done
	kill -$sig $pid; wait $pid; code=$?
	is    "SIG$sig within a record: dies of it" 'echo $code; cat m5 n' $((128 + $(kill -l $sig)))
done

# stopped on the way
mkfifo slow
$lat -n 50 --in-order --reference-every 0 <slow >m4 &
stopped=$!
exec 5>slow; head -n 1 archs >&5; until [ -s m4 ]; do :; done
kill -STOP $stopped; tail -n +2 archs >&5; exec 5>&-; kill -CONT $stopped; wait $stopped; code=$?
is    'stopped and gone on' "echo $code; jq -c '$within' m4; wc -l <m4" "$(printf '0\n5')"
finish
