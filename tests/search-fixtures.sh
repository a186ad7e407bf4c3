# What the tests of evolve and eval-arch search in: a supernet's $weights,
# $valid pairs, a $mlp predictor, and $space, narrow enough to be quick.
space=$tmp/space.json weights=$tmp/weights valid=$tmp/valid mlp=$tmp/mlp
small_space 40 >"$space"
for i in 1 2 3 4 5 6 7 8 9; do
	echo "{\"src\":[$((i + 4)),9,2],\"tgt\":[$((i + 5)),$i,11,2]}"
done >"$valid"
train-super --quiet --space "$space" -o "$weights" --max-update 40 --lr 0.01 \
	--warmup-updates 5 --threads 1 <"$valid" >"$tmp/train.jsonl" ||
	echo "not ok 0 - no supernet to search in"
# A made-up latency, mostly of decoder layers: milliseconds
sample-arch -n 400 <"$space" | jq -c '.latency_ms.total =
	1 + 4 * .arch.decoder_layer_num + .arch.encoder_layer_num
	+ 0.1 * (.arch.encoder_embed_dim + .arch.decoder_embed_dim)
	+ 0.02 * (.arch.decoder_ffn_embed_dim | add)' |
	fit-mlp --quiet -o "$mlp" >"$tmp/fit.json" ||
	echo "not ok 0 - no predictor to search with"
# milliseconds; needle: of the smallest architecture, which few others meet
needle=10 tight=14 loose=22 impossible=0.5

# killed SIGNAL COMMAND LINES: it searches in $space and is killed while its stdout waits
# for a reader, so surely in the middle, when LINES have been read; its status is $code
killed() {
	rm -f f; mkfifo f
	( set +u; eval "exec env --default-signal=INT,PIPE $2" ) >f 2>killed.said <"$space" &
	local pid=$!
	exec 7<f
	head -n "$3" <&7 >/dev/null
	kill -"$1" $pid
	wait $pid 2>/dev/null; code=$?
	exec 7<&-
}
