# More memory than there is: every filter says what it lacks, and takes none of it.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
cp "$arch" arch
sed 's/\[32\]/[65536]/g; s/":32,/":65536,/g' arch >huge
wide=$data/spaces/wmt14ende-space0.json
jq -c '.space.qkv_dim = 65536 | del(.task) |
	.space.encoder_layer_num_choice = [32] | .space.decoder_layer_num_choice = [32] |
	reduce ("encoder_embed", "decoder_embed", "encoder_ffn_embed_dim", "decoder_ffn_embed_dim")
		as $size (.; .space[$size + "_choice"] = [65536])' "$space" >big.json
lat='measure-lat -q --repeat 1 --src-len 2 --tgt-len 2'
most='--batch 4096 --src-len 65536 --tgt-len 65536 --beam 1000 --threads 1000'
words='--src-vocab 16777216 --tgt-vocab 16777216'

train-super --space $wide --src-vocab 3000 --tgt-vocab 3000 --threads 1 --max-tokens 256 \
	--max-update 2 -o t <"$pairs" 2>said >log || echo 'not ok 0 - nothing was trained'
promised() { # MB of weights, tokens, validation
	sed -n 's/.* Adam \([0-9]*\) MB.* tokens \([0-9]*\) MB, validation \([0-9]*\) MB/\1 \2 \3/p'
}
is    'the number promised is what is taken' '
	promised <said | awk -v peak="$(tail -n 1 log | jq .peak_mb)" "
		{ n = \$1 + \$2 + \$3 }
		END { print (peak < 1.1 * n && peak > 0.9 * n) ? \"near\" : n \" \" peak }"' near
refuses 1 <<'R'
a record that no machine could measure ;; cat arch huge | $lat
	;; measure-lat: stdin:2: measuring this needs
one among others as they come
	;; cat arch arch huge arch | $lat --in-order --reference-every 9 >few
	;; measure-lat: stdin:3: measuring this needs
a workload that none could hold ;; $lat $most --dtype int8 <huge
	;; measure-lat: stdin:1: measuring this needs 5
a supernet that no machine could train
	;; train-super --space big.json $words --max-tokens 16777216 -o super <$pairs
	;; train-super: this training needs
a batch of validation that is too large
	;; eval-arch --weights t --valid $pairs --max-tokens 16777216 </dev/null
	;; : a batch of 16777216 tokens needs
R
is    'records before one that cannot be measured are' 'wc -l <few' 2
is    'no file is left of what cannot be trained' 'ls | grep super' ''

# real limits
"$MILLINER_BIN"/../helpers/make-weights m dict
{ echo w5 w6; yes w5 | head -n 300000 | paste -sd' '; echo w7; } >text
limited() { (ulimit -v $1; "${@:2}"); }
training="train-super --space $wide --max-tokens 4096 -o u"
if [ -z "$TEST_SAN" ]; then   # they take address space of their own
	translate='translate -q -t -w m --max-len-a 0 --max-len-b'
	longest() { head -c 400000000 /dev/zero | tr '\0' a; }
	refuses 1 <<'R'
a training beyond ulimit -v ;; limited 1500000 $training <$pairs
	;; train-super: this training needs
ulimit -v is named ;; limited 1500000 $training <$pairs ;; GB of memory, ulimit -v has
a sentence that is too long to translate ;; limited 400000 $translate 10 <text >first
	;; translate: stdin:2: translating this needs
a translation that may become too long ;; echo w5 | limited 400000 $translate 1000000
	;; translate: stdin:1: translating this needs
a line of 400 MB ;; longest | limited 700000 make-dict >line
	;; make-dict: out of memory: the next step needs
R
	same  'the sentence before one too long is translated' 'cat first' \
		"head -n 1 text | $translate 10"
	is    'nothing is printed of a line too long' 'cat line' ''
	for i in {1..300}; do echo "w5 w$((i % 9)) w7"; done >many
	same  'a batch that is too large is made smaller' \
		"limited 90000 $translate 20 --beam 35 --batch 4096 -j 1 <many" \
		"$translate 20 --beam 35 -j 1 <many"
fi
group=
for c in /sys/fs/cgroup/memory /sys/fs/cgroup; do
	[ -z "$group" ] || continue
	mkdir "$c/milliner-test.$$" 2>/dev/null || continue
	group=$c/milliner-test.$$
	for limit in memory.limit_in_bytes memory.max; do
		echo 100M 2>/dev/null >"$group/$limit" && continue 2
	done
	rmdir "$group"; group=
done
if [ -n "$group" ]; then
	trap 'rmdir "$group"; rm -rf "$tmp"' EXIT
	inside() { (echo $BASHPID >"$group/cgroup.procs"; exec "$@"); }
	sample-arch --largest <$wide >largest
	refuses 1 <<'R'
a training beyond its control group ;; inside $training <$pairs
	;; of memory, the control group (container) has
measuring beyond it ;; inside $lat <largest
	;; measure-lat: stdin:1: measuring this needs
R
	exits 0 'what fits into a control group is done' "inside $lat --accept-unsettled <arch"
	for i in {1..30}; do echo "w5 w$((i % 9)) w7"; done >many
	[ "$TEST_SAN" ] || same 'a batch that does not fit into a control group is made smaller' \
		"echo 25M >$group/$limit; inside $translate 100 --beam 35 --batch 4096 -j 1 <many" \
		"$translate 100 --beam 35 -j 1 <many"
else
	echo '# SKIP no control group with a limit of memory can be made'
fi
finish
