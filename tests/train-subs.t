# A supernet's update of several SubTransformers, and what it may learn from its
# largest.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-super --quiet --threads 1 --dropout 0 --lr 0.01 --warmup-updates 4 --max-tokens 200'
base+=' --log-interval 1'
run="$base --max-update 6 --space $space"
train() { eval "$* -o w" <"$pairs"; }
made() { train "$@" >made.log; cat w; }
logged() { train "$@" | timeless; cat w; }
log() { jq -c 'select(.event == "train") | [.loss, .nll, .gnorm]' "$@"; }
same  'one SubTransformer is the default' \
	"logged $run" "logged $run --subs 1 --sandwich 0 --inplace-distill none"
is    'each SubTransformer counts its tokens' "
	for o in '' '--subs 3' '--sandwich 4'; do train $run \$o | jq -s '.[0].tokens'; done |
		paste -s | awk '{ print \$2 / \$1, \$3 / \$1 }'" '3 4'
for o in '--subs 3' '--subs 2 --sample larger' '--sandwich 4' \
	'--sandwich 3 --inplace-distill kl' '--sandwich 3 --inplace-distill alpha' \
	'--sandwich 3 --split-batches --update-freq 4'; do
	drop="$run $o --dropout 0.2"
	same "$o: threads change no byte" "logged $drop" "logged $drop --threads 2"
	same "$o: activations formed again change no byte" \
		"made $drop" "made $drop --checkpoint-activations"
	is "$o: it is another training" "made $run >v; made $run $o | cmp -s v -; echo \$?" 1
done

# a space of one architecture: N of it have N times its gradient
jq -c '.space |= with_entries(
	if .key | endswith("choice") then .value |= .[:1] else . end)' "$space" >one
first() { train $base --max-update 1 --space one "$@" | log | head -n 1; }
# compared CONDITION: of $a .. , the first log lines in files a ..
compared() {
	jq -en --slurpfile a a --slurpfile b b --slurpfile c c '$a[0] as $a | $b[0] as $b |
		$c[0] as $c | def near($x; $y): $x - $y | fabs < 1e-4;
		def off($x; $y): ($x - $y) / $y | fabs < 1e-6; '"$1"
}
first >a
first --subs 3 >b
first --sandwich 3 >c
holds 'gradients are added' 'compared "
	[\$b, \$c] | all(off(.[0]; \$a[0]) and off(.[1]; \$a[1]) and off(.[2]; 3 * \$a[2]))"'
same  'split batches: each token is learnt once' \
	'first --update-freq 3' 'first --subs 3 --split-batches --update-freq 3'
is    'split batches: each token counts once' "
	for o in '' '--subs 3 --split-batches'; do
		train $run --update-freq 3 \$o | jq -s '.[0].tokens'
	done | uniq | wc -l" 1
first --dropout 0.3 >c
first --dropout 0.3 --subs 3 >b
holds 'each SubTransformer has dropout masks of its own' \
	'compared "(\$b[0] - \$c[0] | fabs > 1e-4) and \$b[2] < 2.9 * \$c[2]"'

# what is in a sandwich, seen with weights that stand still
still="$base --max-update 1 --max-tokens 400 --lr 0 --warmup-init-lr 0 --weight-decay 0"
still+=" --space $space"
losses() { eval-arch --weights w --valid "$pairs" | jq .valid_loss; }
sandwich() { train "$still --sandwich $1" | log | jq ".[0] * $1"; }   # the sum of its losses
both() { sample-arch --largest --smallest <"$space" | losses | jq -s add; }
holds 'a sandwich of two: the largest and the smallest' \
	'sandwich 2 >two; both >ends; near $(<two) $(<ends) 2e-5'
holds 'a sandwich of three: a random one, too' '
	third=$(jq -n "$(sandwich 3) - $(<ends)")
	sample-arch -n 3000 <$space | losses | jq "select(. - $third | fabs < 1e-4)" | finds .'

# a sandwich of two on two batches, all of it less what each does not learn from
jq -c '.space |= with_entries(if .key | endswith("choice") then .value |= [max] else . end)' \
	"$space" >widest
sum() { train "$still --max-tokens 200 $*" | jq -s '.[0] | .loss * .tokens'; }
holds 'split batches: the largest has the first, the smallest the second' '
	both=$(sum --sandwich 2 --update-freq 2) first=$(sum --sandwich 2)
	largest=$(sum --space widest --update-freq 2) its_first=$(sum --space widest)
	its_second=$(jq -n "$largest - $its_first")
	split=$(sum --sandwich 2 --split-batches --update-freq 2)
	near $split $(jq -n "$its_first + $both - $first - $its_second") 1e-3'

# the largest teaches: where all are the largest, there is nothing to learn
for k in kl alpha; do
	first --sandwich 3 --inplace-distill $k >b
	holds "$k: no loss where they agree" 'compared "near(\$b[0] * 3; \$a[0]) and
		(\$b[1] - \$a[1] | fabs < 1e-5) and (\$b[2] / \$a[2] - 1 | fabs < 1e-3)"'
	first --sandwich 3 --inplace-distill $k --distill-weight 0.5 >b
	holds "$k: a share of the loss" 'compared "near(\$b[0] * 3; \$a[0] * 2) and
		(\$b[2] / \$a[2] / 2 - 1 | fabs < 1e-3)"'
done
taught="$run --sandwich 3 --inplace-distill kl"
same  'all of the loss is the default' \
	"logged $taught" "logged $taught --distill-weight 1 2>told"
is    'an option of the default is no option that says something' 'cat told' ''
make_pairs 3 500 >many
for k in none kl alpha; do
	$run --max-update 200 --warmup-updates 40 --label-smoothing 0 --sandwich 3 \
		--inplace-distill $k -o w <many >log
	sample-arch --smallest <"$space" | eval-arch --weights w --valid "$valid" | jq .valid_nll
done >n
holds 'the smallest learns from the largest' 'jq -es "length == 3 and all(.[]; . < 2.4)" n'
is    'the smallest learns in each way another thing' 'sort -u n | wc -l' 3

# averages of a supernet
holds 'epochs of a supernet' '
	train $run --subs 2 --max-update 100 --max-epoch 4 --keep-last-epochs 3 >log &&
		average-weights -o mean w.epoch2 w.epoch3 w.epoch4'
is    'the mean of epochs is a supernet' '
	sample-arch -n 3 <$space | eval-arch --weights mean --valid $valid |
		jq -s "map(.valid_loss > 0) | all"' true
sed 's/\[2,1\],"decoder_layer/[2],"decoder_layer/' "$space" >other
$run --space other -o o <"$pairs" >log
refuses 1 <<<'a mean of two spaces ;; average-weights -o mean w o ;; o: another space than w'

# going on
run="$base --max-update 40 --dropout 0.1 --sandwich 3 --inplace-distill alpha --space $space"
run+=' --save-interval-updates 8'
holds 'a sandwich undisturbed' "$run -o whole <\$pairs | timeless >whole.log"
rm -f w w.* fifo; mkfifo fifo
eval "exec $run -o w --resume j" <"$pairs" >fifo 2>messages & pid=$!
exec 7<fifo
for i in $(seq 19); do read -r line <&7; done
kill -9 $pid; exec 7<&-; wait $pid 2>/dev/null
holds 'a sandwich killed' '[ -e w.checkpoint ] || [ -e w ]'
holds 'a sandwich killed: the same weights and log' '
	train $run --resume j | timeless >log && cmp w whole &&
		sed "s/\"w\"/\"whole\"/" log | cmp - whole.log'
refuses 1 <<'R'
resumed with another number of SubTransformers ;; train ${run/--sandwich 3/--sandwich 4} --resume j
	;; start anew): --sandwich 3 there, 4 here
resumed with another teacher ;; train ${run/alpha/kl} --resume j
	;; start anew): --inplace-distill alpha there, kl here
resumed with another share ;; train $run --distill-weight 0.5 --resume j ;; is of another training
R

# how matrices begin
train "$still" >log; mv w xavier
train "$still --init depth-scaled" >log; mv w deep
values() { # file, tensor
	local a b
	read -r a b < <(header "$1" | jq -r --arg t "$2" '.[$t].data_offsets | @tsv')
	head -c $((8 + $(header "$1" | wc -c) + b)) "$1" | tail -c $((b - a)) | od -An -v -tf4 -w4
}
for l in 0 1; do
	t=decoder.layers.$l.fc1.weight
	is "layer $l begins with 1 / sqrt($((l + 1))) of Xavier's" "
		paste <(values deep $t) <(values xavier $t) | awk '
			{ d = \$1 * sqrt($l + 1) / \$2 - 1; if (d * d > 1e-10) n++ }
			END { print n + 0, NR }'" '0 1536'
done
same  'tables begin as ever' \
	'values deep embed_tokens.weight' 'values xavier embed_tokens.weight'

run="train-super --space $space -o w"
refuses 2 <<'T'
a sandwich of one ;; $run --sandwich 1 <$pairs
	;; --sandwich 1: want 2 or more: the largest and the smallest
random ones of none ;; $run --sandwich 2 --sample larger <$pairs
	;; --sample changes nothing: no SubTransformer of --sandwich 2 is drawn
a sandwich and subs ;; $run --sandwich 3 --subs 2 <$pairs ;; --subs and --sandwich: want one of them
a teacher that is not trained ;; $run --subs 3 --inplace-distill kl <$pairs
	;; --inplace-distill wants --sandwich
a teacher on other batches ;; $run --sandwich 3 --split-batches --update-freq 3
	--inplace-distill kl <$pairs ;; --split-batches and --inplace-distill: the largest teaches
	on batches of its own only
fewer batches than learn from them ;; $run --subs 4 --split-batches --update-freq 3 <$pairs
	;; --split-batches: 4 SubTransformers share 3 batches of an update out: want a larger
	--update-freq
no such teacher ;; $run --sandwich 3 --inplace-distill js <$pairs
	;; --inplace-distill: want one of none|kl|alpha
too many SubTransformers ;; $run --subs 65 <$pairs ;; want an integer in [1, 64]
SubTransformers of one architecture ;; train-sub --arch $arch --subs 2 -o w <$pairs
	;; --subs: no such option
T
finish
