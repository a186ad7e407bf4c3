# A supernet's update of several SubTransformers, and what it may learn from its
# largest.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-super --quiet --threads 1 --dropout 0 --lr 0.01 --warmup-updates 4 --max-tokens 200 --log-interval 1'
run="$base --max-update 6 --space $space"
log() { jq -c 'select(.event=="train")|[.loss,.nll,.gnorm]' "$@"; }
same  'one is the default' "$run -o w <\$pairs | timeless; cat w" "$run --subs 1 --sandwich 0 --inplace-distill none -o w <\$pairs | timeless; cat w"
is    'each counts its tokens' "for o in '' '--subs 3' '--sandwich 4'; do $run \$o -o w <\$pairs | jq -s '.[0].tokens'; done | tr '\n' ' ' | awk '{ print \$2 / \$1, \$3 / \$1 }'" '3 4'
for o in '--subs 3' '--subs 2 --sample larger' '--sandwich 4' '--sandwich 3 --inplace-distill kl' '--sandwich 3 --inplace-distill alpha'; do
	same "$o: threads change no byte" "$run $o --dropout 0.2 -o w <\$pairs | timeless; cat w" "$run $o --dropout 0.2 --threads 2 -o w <\$pairs | timeless; cat w"
	same "$o: nor do activations formed again" "$run $o --dropout 0.2 -o w <\$pairs >l; cat w" "$run $o --dropout 0.2 --checkpoint-activations -o w <\$pairs >l; cat w"
	is "$o: it is another training" "$run -o v <\$pairs >l; $run $o -o w <\$pairs >l; cmp -s v w; echo \$?" 1
done

# a space of one architecture: N of it have N times its gradient
jq -c '.space |= with_entries(if .key | endswith("choice") then .value |= .[:1] else . end)' "$space" >one
first() { eval "$base --max-update 1 --space one $1 -o w" <"$pairs" | log | head -n 1; }
holds 'gradients are added' "first >a; first '--subs 3' >b; first '--sandwich 3' >c; jq -en --slurpfile a a --slurpfile b b --slurpfile c c 'def off(\$x; \$y): (\$x - \$y) / \$y | fabs < 1e-6; [\$b[0], \$c[0]] | all(off(.[0]; \$a[0][0]) and off(.[1]; \$a[0][1]) and off(.[2]; 3 * \$a[0][2]))'"
holds 'dropout has masks of its own for each' "first '--dropout 0.3' >a; first '--dropout 0.3 --subs 3' >b; jq -en --slurpfile a a --slurpfile b b '(\$b[0][0] - \$a[0][0] | fabs > 1e-4) and \$b[0][2] < 2.9 * \$a[0][2]'"

# what is in a sandwich, seen with weights that stand still
still="$base --max-update 1 --max-tokens 400 --lr 0 --warmup-init-lr 0 --weight-decay 0 --space $space"
means() { # architectures: their mean loss
	eval-arch --weights w --valid "$pairs" | jq -s 'map(.valid_loss) | add / length'
}
holds 'two: the largest and the smallest' "$still --sandwich 2 -o w <\$pairs | log | jq '.[0]' >a; sample-arch --largest --smallest <\$space | means >b; near \$(<a) \$(<b) 1e-5"
holds 'three: a random one, too' "$still --sandwich 3 -o w <\$pairs | log | jq '.[0] * 3' >c; jq -n '(\$c - 2 * \$b)' --argjson c \$(<c) --argjson b \$(<b) >d; sample-arch -n 3000 <\$space | eval-arch --weights w --valid \$pairs | jq --argjson d \$(<d) 'select(.valid_loss - \$d | fabs < 1e-4)' | grep -q ."

# the largest teaches: where all are the largest, there is nothing to learn
holds 'no loss where they agree' "first >a; for k in kl alpha; do first \"--sandwich 3 --inplace-distill \$k\" >b; jq -en --slurpfile a a --slurpfile b b '(\$b[0][0] * 3 - \$a[0][0] | fabs < 1e-4) and (\$b[0][1] - \$a[0][1] | fabs < 1e-5) and (\$b[0][2] / \$a[0][2] - 1 | fabs < 1e-3)'; done"
holds 'a share of the loss' "first >a; for k in kl alpha; do first \"--sandwich 3 --inplace-distill \$k --distill-weight 0.5\" >b; jq -en --slurpfile a a --slurpfile b b '(\$b[0][0] * 3 - \$a[0][0] * 2 | fabs < 1e-4) and (\$b[0][2] / \$a[0][2] / 2 - 1 | fabs < 1e-3)'; done"
same  'all of it is the default' "$run --sandwich 3 --inplace-distill kl -o w <\$pairs | timeless; cat w" "$run --sandwich 3 --inplace-distill kl --distill-weight 1 -o w <\$pairs 2>told | timeless; cat w"
is    'and no option for what is not there' 'cat told' ''
holds 'it learns from it' "for k in none kl alpha; do make_pairs 3 500 | $run --max-update 200 --warmup-updates 40 --label-smoothing 0 --sandwich 3 --inplace-distill \$k -o w >l || exit; sample-arch --smallest <\$space | eval-arch --weights w --valid \$valid | jq .valid_nll; done >n; jq -es 'all(.[]; . < 2.4)' n"
is    'each in its way' 'sort -u n | wc -l' 3

# averages of a supernet
holds 'epochs of a supernet' "$run --subs 2 --max-update 100 --max-epoch 4 --keep-last-epochs 3 -o s <\$pairs && average-weights -o mean s.epoch2 s.epoch3 s.epoch4"
is    'their mean is a supernet' 'sample-arch -n 3 <$space | eval-arch --weights mean --valid $valid | jq -s "map(.valid_loss > 0) | all"' true
exits 1 'one of another space is none of it' "sed 's/\\[2,1\\],\"decoder_layer/[2],\"decoder_layer/' \$space >other; $run --space other -o o <\$pairs && average-weights -o mean s o"
says  'which is told' 'o: another space than s'

# going on
run="$base --max-update 40 --dropout 0.1 --sandwich 3 --inplace-distill alpha --space $space --save-interval-updates 8"
holds 'undisturbed' "$run -o whole <\$pairs | timeless >whole.log"
rm -f w j fifo; mkfifo fifo
eval "exec $run -o w --resume j" <"$pairs" >fifo 2>messages & pid=$!
exec 7<fifo
for i in $(seq 19); do read -r line <&7; done
kill -9 $pid; exec 7<&-; wait $pid 2>/dev/null
holds 'killed' '[ -e w.checkpoint ] || [ -e w ]'
holds 'and gone on with' "$run -o w --resume j <\$pairs | timeless >log && cmp w whole && sed 's/\"w\"/\"whole\"/' log | cmp - whole.log"
exits 1 'not with another number of them' "${run/--sandwich 3/--sandwich 4} -o w --resume j <\$pairs"
says  'which is told' 'there "sandwich 3", here "sandwich 4"'
exits 1 'nor with another teacher' "${run/alpha/kl} -o w --resume j <\$pairs"
says  'which is told' 'there "distill alpha", here "distill kl"'
exits 1 'nor with another share' "$run --distill-weight 0.5 -o w --resume j <\$pairs"
says  'which is told' 'is of another training'
holds 'a training of before, which names neither' "$base --max-update 4 --space \$space -o b --resume jb <\$pairs"
is    'has neither in its checkpoint' 'header b.checkpoint | jq -r .__metadata__.config | grep -cE "subs|sandwich|distill|init"' 0

# how matrices begin
begin() { eval "$still $1 -o w" <"$pairs" >l; }
values() { # file, tensor
	header "$1" | jq -r --arg t "$2" '.[$t].data_offsets | @tsv' | { read -r a b; head -c $((8 + $(header "$1" | wc -c) + b)) "$1" | tail -c $((b - a)) | od -An -v -tf4 -w4; }
}
begin ''; mv w xavier; begin '--init depth-scaled'; mv w deep
for l in 0 1; do
	is "layer $l begins with 1 / sqrt($((l + 1))) of Xavier's" "paste <(values deep decoder.layers.$l.fc1.weight) <(values xavier decoder.layers.$l.fc1.weight) | awk '{ d = \$1 * sqrt($l + 1) / \$2 - 1; if (d * d > 1e-10) n++ } END { print n + 0, NR }'" '0 1536'
done
same  'tables as ever' 'values deep embed_tokens.weight' 'values xavier embed_tokens.weight'

refuses 2 <<'T'
a sandwich of one ;; train-super --space $space --sandwich 1 -o w <$pairs ;; --sandwich 1: want 2 or more: the largest and the smallest
both ;; train-super --space $space --sandwich 3 --subs 2 -o w <$pairs ;; --subs and --sandwich: want one of them
a teacher that is not trained ;; train-super --space $space --subs 3 --inplace-distill kl -o w <$pairs ;; --inplace-distill wants --sandwich
no such teacher ;; train-super --space $space --sandwich 3 --inplace-distill js -o w <$pairs ;; --inplace-distill: want one of none|kl|alpha
too many ;; train-super --space $space --subs 65 -o w <$pairs ;; want an integer in [1, 64]
of one architecture ;; train-sub --arch $arch --subs 2 -o w <$pairs ;; --subs: no such option
T
finish
