. "${0%/*}/lib.sh"
cp "$top/tests/spaces/uneven.json" space.json
sample-arch -n 5 <space.json | sed 's/^{/{ "id": 1.50 , /' >archs
head -n 1 archs >one
lat='measure-lat --repeat 2 --src-len 6 --tgt-len 5'
usual measure-lat "$lat <archs"
bad_lines measure-lat "$lat"

by_arch() { jq -c .arch "$@" | sort; }
unmeasured() { sed 's/,"latency_ms":.*/}/' "$@"; }
# distinct lines of the workloads, or of what else is printed
workload() { jq -c ".workload | $1" | uniq; }
counted() { uniq -c | awk '{ print $1, $2 }' | paste -sd,; }
is    'nothing in, nothing out' "$lat </dev/null" ''
holds 'records are measured' "$lat <archs >m"
same  'each line is left alone' 'sort archs' 'unmeasured m | sort'
is    'they come in an order that a seed draws' 'unmeasured m | cmp -s - archs; echo $?' 1
same  'the order is the same every time' 'jq -c .arch m' "$lat <archs | jq -c .arch"
same  '--in-order: as they come' 'jq -c .arch archs' "$lat --in-order <archs | jq -c .arch"
holds '--in-order: one by one, while more are awaited' "
	mkfifo more; ($lat --in-order --reference-every 0 <more >got) & exec 5>more
	cat one >&5; until [ -s got ]; do :; done; exec 5>&-; wait"
added='"latency_ms","repeats","redone","core_shared","reference_ms","reference_id","workload"'
added=$added,'"host"'
is    'what is added' "head -n 1 m | jq -c 'keys_unsorted[3:]'" "[\"arch_id\",$added]"
is    'what a latency has' "jq -c '.latency_ms | keys_unsorted' m | uniq" \
	'["encoder","decoder","total","trimmed","p50","p90","p99","ci95"]'
is    'latencies that can be' "jq -c -f $top/tests/jq/measured.jq m" ''
is    'repeats, a reference' "jq -c '
	select(.repeats != 2 or .redone < 0 or .core_shared < 0 or .core_shared > 1 or
		.reference_ms <= 0)' m" ''
sizes='"src_len":6,"tgt_len":5,"beam":5,"batch":1'
is    'the workload' 'workload . <m' \
	"{$sizes,\"threads\":1,\"dtype\":\"fp32\",\"src_vocab\":40,\"tgt_vocab\":50}"
is    'the host' "jq -c '.host|keys_unsorted' m | uniq" \
	'["cpu","cores","arch","kernel","governor","blas","build","threads","cpus"]'
is    'lengths and beam by default' '
	measure-lat -n 1 <one | workload "[.src_len, .tgt_len, .beam, .batch, .threads]"' \
	'[30,30,5,1,1]'
is    'a vocabulary by default' '
	jq -c "del(.task)" one | measure-lat -n 1 | workload "[.src_vocab, .tgt_vocab]"' \
	'[32768,32768]'
is    'an option beats the record' "$lat --tgt-vocab 60 <one | workload .tgt_vocab" 60
is    'measured again: nothing twice' "$lat <m | jq -c keys_unsorted | uniq" \
	"[\"id\",\"arch\",\"task\",\"arch_id\",$added]"
is    'without a reference' "$lat --reference-every 0 <m | jq -c 'select(has(\"reference_ms\"))'" ''
is    'a reference now and then' "$lat --reference-every 2 <archs | wc -l" 5
beside() { jq -r .reference_id | counted; }   # which references
largest=$(sample-arch --largest space.json | jq -r .arch_id) first=$(jq -r .arch_id one)
is    "the reference is the space's largest" "$lat --space space.json <archs | beside" "5 $largest"
is    'without a space it is the first record' "$lat <archs | beside" "5 $first"
is    'two tasks' "
	(head -n 2 archs; sed 's/:50,/:60,/' archs) | $lat -q | jq .workload.tgt_vocab | counted" \
	'2 50,5 60'
is    'another reference is told of once' "cat $err" \
	'measure-lat: stdin:3: another vocabulary than before: each has a reference of its own'
wide() { sed 's/\[24,12\]/[64]/;s/:24/:64/' space.json; }
is    'growing architectures have one reference' "
	(cat one; wide | sample-arch -n 2) | $lat -q | beside" "3 $first"
silent 'no second one is told of'
for t in bf16 int8 kmeans4 kmeans8; do
	is "weights in $t" "$lat --dtype $t <archs |
		jq -c 'select(.latency_ms.decoder > 0) | .workload.dtype' | counted" "5 \"$t\""
done
is    'batches, threads, a beam' "head -n 2 archs |
	$lat --batch 3 --threads 2 --beam 2 | workload '[.batch, .threads, .beam]'" '[3,2,2]'
is    'one word, one step' 'measure-lat -n 1 --src-len 1 --tgt-len 1 <archs | wc -l' 5
is    'by precision, in time' '
	measure-lat --precision 50 --min-repeat 3 --max-time 1 <archs |
		jq "select(.repeats < 3)"' ''
is    'sample-arch | measure-lat' 'sample-arch -n 2 space.json | measure-lat -p 20 | wc -l' 2

# weights
"$MILLINER_BIN"/../helpers/make-weights w.safetensors super
jq -c . "$top/tests/spaces/sub.json" >bare
is    'weights of a model' "
	cat bare bare | $lat --weights w.safetensors | jq -c .workload.tgt_vocab" $'40\n40'

# real sentences
for i in 3 9 4 4 12 7 2 5 6 8; do
	jq -nc --argjson n $i '{src: [range($n) | 5] , tgt: [range(2 * $n) | 5], ref: "x"}'
done >pairs
for i in 1 2 3 4; do echo '{"src":[5,5,5,5,5],"tgt":[5,5,5,5]}'; done >even
is    'the lengths of real sentences' "$lat --pairs pairs --pairs-batches 5 <archs |
	workload '[.src_len, .tgt_len, .pairs, .batches, (.lengths | length)]'" '[7.6,14.2,10,5,16]'
is    'real sentences in batches' "$lat --pairs pairs --batch 4 <archs |
	workload '[.src_len, .tgt_len, .batch, .batches]'" '[7,13,4,3]'
is    'real sentences: means of a batch' "$lat --pairs even --pairs-batches 4 <archs |
	jq -c 'select(.latency_ms | .p50 * 3 < .total or .total * 3 < .p50)'" ''

# threads on CPUs of their own
cpu=$(taskset -cp $$ 2>/dev/null | sed 's/.*: //;s/[-,].*//')
cpu=${cpu:-0}
is    'pinned' "$lat --pin $cpu <archs | jq -r .host.cpus | uniq" "$cpu"
: >none
echo '{"src":[1]}' >half
refuses 1 <<'R'
an arch that is none ;; echo '{"arch":{}}' | $lat ;; measure-lat: stdin:1: arch.
vocabularies that cannot be shared ;; jq -c '.task.share_all_embeddings=true' archs | $lat
	;; measure-lat: stdin:1: task: shared embeddings need one vocabulary, not 40 and 50 words
weights that it does not fit ;; sed s/:12,/:120,/ bare | $lat --weights w.safetensors
	;; stdin:1: does not fit the weights
a file of pairs that is not there ;; $lat --pairs nowhere <archs
	;; measure-lat: nowhere: No such file or directory
no pairs ;; $lat --pairs none <archs ;; measure-lat: none: no pairs
broken pairs ;; $lat --pairs half <archs ;; measure-lat: half:1:
a CPU that is not there ;; $lat --pin 1023 <archs
	;; measure-lat: --pin 1023: not all of these CPUs can be used, only
R
refuses 2 <<'R'
a precision of 0 ;; measure-lat --precision 0 <archs
	;; measure-lat: --precision: want a number in [0.001, 100], not "0"
a list of CPUs that is none ;; $lat --pin 0-x <archs ;; measure-lat: --pin: want a list of CPUs
more threads than CPUs ;; $lat --pin $cpu --threads 2 <archs
	;; measure-lat: --pin: 1 CPU for 2 threads
batches of no pairs ;; $lat --pairs-batches 3 <archs ;; --pairs-batches wants --pairs
R
jq -c 'del(.task)' archs >untold
exits 0 'no vocabulary is known' "$lat <untold"
is    'which is told, once' 'grep -c "measuring with 32768 words" "$err"' 1

# journals
torn='{"id": 1.50 , "torn'
holds 'a journal is what is printed' "$lat --resume j <archs >a; cmp a j"
same  'a journal is printed again' "$lat --resume j <archs" 'cat j'
is    'a torn journal is gone on with' "
	head -n 2 j >k; printf '$torn' >>k
	$lat --resume k <archs >b
	cmp b k; cmp <(head -n 2 k) <(head -n 2 j); wc -l <k" 5
same  'every record is in the journal once' 'by_arch k' 'by_arch archs'
same  'a journal, whatever the order of the records' "tac archs | $lat --resume j" 'cat j'
same  'a journal is printed as records come' "tac archs | $lat --in-order --resume j" '
	cp j i; for n in 5 4 3 2 1; do grep -F "$(sed -n ${n}p archs | jq -c .arch)" i; done'
is    'more records go behind the others' "
	(cat archs; sample-arch -n 3 --seed 9 space.json) | $lat --resume i >b
	cmp b i; head -n 5 i | cmp - j; wc -l <i" 8
is    'a journal of an older version, which does not name its reference' "
	head -n 3 j | sed 's/\"reference_id\":\"[^\"]*\",//' >k
	$lat --space space.json --resume k <archs | beside" "3 null,2 $largest"
is    'another reference where nothing is left to measure' \
	"tac archs | $lat --space space.json --resume j | beside" "5 $first"
is    'the same record twice' "
	cat archs archs | $lat --resume j2 >a
	(cat archs archs | $lat --resume j2) | cmp - a; wc -l <j2" 10
same  'records that were measured before' "$lat --resume l <m >a; $lat --resume l <m" 'cat l'
refuses 1 <<'R'
an answer too many ;; head -n 2 archs | $lat --resume j ;; : answers no record of stdin
one too many, as records come ;; head -n 2 archs | $lat --in-order --resume j
	;; : answers no record of stdin
another host ;; sed '3s/"cores":/&1/' j >h; $lat --resume h <archs
	;; h:3: measured on another host: "cores" differs
other threads ;; $lat --threads 2 --resume j <archs
	;; j:1: measured on another host: "threads" differs
another workload ;; $lat --beam 4 --resume j <archs
	;; : measured with another workload: "beam" differs
no records ;; printf '{]\n' >n; $lat --resume n <archs ;; n: not a journal of measurements
R
refuses 1 <<R
another reference ;; head -n 3 j >k; $lat --space space.json --resume k <archs
	;; : measured beside another reference ($first) than this one ($largest): give
	the same --space
another first record, as records come ;; tac archs | $lat --in-order --resume k
	;; : measured beside another reference ($first) than this one (
R
rm n
is    'a record with a NUL in a text' "
	sed 's/^{/{\"s\":\"\\\\u0000\",/' one >z
	$lat --resume y <z >a; $lat --resume y <z | cmp - a; wc -l <a" 1
is    'what had not settled is measured again' "
	sed '2s/\"repeats\"/\"unsettled\":true,&/' j >u; $lat --resume u <archs >a
	cmp <(sed 2d u) a; wc -l <u; by_arch a | uniq | wc -l" $'6\n5'
is    'killed and gone on with' "
	(cat archs; sleep 2) | timeout -s INT 1 $lat --in-order --resume n >o
	$lat --resume n <archs | cmp - n; wc -l <n" 5

# beside other load: two busy processes on every CPU, samples longer than a turn
cat >odd.jq <<'J'
select((.repeats >= 1 and
	(.latency_ms | .ci95[0] > 0 and .ci95[0] <= .total and .total <= .ci95[1])) | not)
J
cat >slow.jq <<'J'
.space |= (.qkv_dim = 512 | .encoder_embed_choice = [512] | .decoder_embed_choice = [512] |
	.encoder_layer_num_choice = [6] | .encoder_ffn_embed_dim_choice = [2048]) | del(.task)
J
cat >slow-reference.jq <<'J'
.space |= (.qkv_dim = 512 | .encoder_ffn_embed_dim_choice = [4096] |
	.encoder_embed_choice = [512]) | .task.super_encoder_embed_dim = 512
J
jq -c -f slow.jq space.json | sample-arch -n 2 >large
cpus() { # a number a line, of a list such as 0-3,6
	taskset -cp $$ | sed 's/.*: //' | tr , '\n' | sed 's/^\([0-9]*\)$/\1 \1/; s/-/ /' |
		xargs -n 2 seq
}
hogs=
for c in $(cpus); do
	for k in 1 2; do
		mkfifo hog.$c.$k
		"$MILLINER_BIN"/../helpers/hog "$c" 1 >hog.$c.$k & hogs="$hogs $!"
		read -r _ <hog.$c.$k
	done
done
trap 'kill $hogs; rm -rf "$tmp"' EXIT
busy='measure-lat -q --src-len 40 --tgt-len 2 --beam 1 --tgt-vocab 500 -n 1 --max-time 0.1'
refuses 1 <<'R'
what others disturb ;; $busy --reference-every 0 --resume busy <large >m1
	;; measure-lat: 2 of 2 records could not be measured undisturbed (others had the CPU for
R
is    'what was disturbed is marked' 'jq -c .unsettled m1 | counted' '2 true'
is    'what was disturbed is not in the journal' 'wc -c <busy' 0
exits 0 'what was disturbed is accepted where asked for' \
	"$busy --reference-every 0 --accept-unsettled <large >m2"
is    'disturbed: numbers that were seen' 'jq -c -f odd.jq m2' ''
is    'a reference that was disturbed' "jq -c 'del(.task)' one |
	$busy --space <(jq -c -f slow-reference.jq space.json) | jq -c .unsettled" true
small='measure-lat -q --repeat 1 --accept-unsettled'
$small --src-len 6 --tgt-len 5 --max-time 0.3 <archs >m3
is    'disturbed: small ones' 'wc -l <m3; jq -c -f odd.jq m3' 5
$small --src-len 2 --tgt-len 1 --beam 1 --threads 2 --reference-every 0 --max-time 0.1 <one >m3
is    'disturbed: two threads' 'wc -l <m3; jq -c -f odd.jq m3' 1
kill $hogs; wait $hogs 2>/dev/null
trap 'rm -rf "$tmp"' EXIT

# a signal ends it within a record, too, of which nothing stays
long='measure-lat -q -n 100000 --src-len 40 --tgt-len 40 --reference-every 0'
for sig in INT TERM HUP; do
	rm -f n
	env --default-signal=INT,HUP,TERM $long --resume n <one >m5 & pid=$!
	# a fifth of a second of work
	until [ "$(cut -d' ' -f14 /proc/$pid/stat)" -gt 20 ]; do kill -0 $pid || break; done
	kill -$sig $pid; wait $pid; code=$?
	is "SIG$sig within a record: dies of it" 'echo $code; cat m5 n' $((128 + $(kill -l $sig)))
done
# .. and while the rest of one is awaited: of a line, of several, of a zstd frame
mkfifo rest
begun='{"arch":{"qkv_dim":'
for way in "$begun" "$begun"$'\n'; do
	env --default-signal=TERM $lat --in-order --reference-every 0 -q <rest >m6 2>said & pid=$!
	exec 5>rest; printf '%s\n%s' "$(head -n 1 one)" "$way" >&5
	until [ -s m6 ]; do kill -0 $pid || break; done
	kill -TERM $pid; wait $pid; code=$?; exec 5>&-
	is 'a signal while the rest of a record is awaited: dies of it' \
		'echo $code; wc -l <m6; cat said' $'143\n1'
done
(head -n 1 one; head -c 300000 /dev/urandom | base64 -w 0) | zstd -q >packed
env --default-signal=TERM $lat --in-order --reference-every 0 -q <rest >m6 2>said & pid=$!
exec 5>rest; head -c 200000 packed >&5
until [ -s m6 ]; do kill -0 $pid || break; done
kill -TERM $pid; wait $pid; code=$?; exec 5>&-
is    'a signal in the middle of a zstd frame: dies of it' 'echo $code; cat said' 143

# stopped on the way
mkfifo slow
$lat -n 50 --in-order --reference-every 0 <slow >m4 &
stopped=$!
exec 5>slow; cat one >&5; until [ -s m4 ]; do :; done
kill -STOP $stopped; tail -n +2 archs >&5; exec 5>&-; kill -CONT $stopped; wait $stopped; code=$?
is    'stopped and gone on' 'echo $code; jq -c -f odd.jq m4; wc -l <m4' $'0\n5'
finish
