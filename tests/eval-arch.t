. "${0%/*}/lib.sh"
. "$top/tests/search-fixtures.sh"
sample-arch -n 5 --space "$space" >archs
run="eval-arch --weights $weights --valid $valid"
usual eval-arch "$run <archs"
bad_lines eval-arch "$run"
is    'nothing in, nothing out' "$run </dev/null" ''
holds 'a line with odd bytes' "sed 's/^{/{  \"\u00e9\\\\u00e9\":[1.50e+0, \
12345678901234567890,\"}\"] , /' archs >a; $run <a >b"
is    'a line with odd bytes stays as it is' "sed 's/,\"valid_loss\":.*/}/' b | diff - a" ''
true_of 'adds losses and tokens' b 'length == 5 and all(.valid_loss > 0 and .valid_nll > 0 and
	.valid_tokens == (.valid_tokens | floor) and .valid_tokens > 0)'
is    'scored twice: the same record' "$run <b | diff b -" ''
is    'architectures differ' 'jq .valid_loss b | sort -u | wc -l' 5
same  'threads change no loss' "$run -j 1 <archs" "$run -j 2 <archs"
same  'in bf16 threads change no loss' "$run --dtype bf16 -j 1 <archs" \
	"$run --dtype bf16 -j 2 <archs"
is    'in bf16 losses are close, but not the same' "jq -s '
	map(.valid_loss) | (.[:5], .[5:]) | select(length == 5)' -c <($run <archs; \
	$run --dtype bf16 <archs) | jq -s -c '. as [\$a, \$b] | [range(5) |
	(\$a[.] - \$b[.] | fabs)] | [max < 0.01, min > 0]'" '[true,true]'
head -n 1 archs >arch1
holds '--valid-sentences 3' "$run --valid-sentences 3 <arch1 >three"
holds 'without --valid-sentences' "$run <arch1 >all"
true_of 'fewer sentences, fewer tokens' 'three all' '.[0].valid_tokens < .[1].valid_tokens'
same  'more sentences than there are' "$run --valid-sentences 1000 <archs" "$run <archs"
is    'a record is printed before the next is scored' \
	"mkfifo p; $run <archs >p & head -n 1 p | jq -r '.valid_loss|type'" number
refuses 2 <<R
no weights ;; eval-arch --valid $valid <archs ;; eval-arch: want --weights and --valid
no pairs ;; eval-arch --weights $weights <archs ;; eval-arch: want --weights and --valid
a negative label smoothing ;; $run --label-smoothing -0.5 <archs ;;
	eval-arch: --label-smoothing: want a number in [0, 0.99], or -1, not -0.5
R
refuses 1 <<R
weights that are not there ;; eval-arch --weights nowhere --valid $valid <archs ;; nowhere
a pair longer than a batch ;; $run --max-tokens 3 <archs ;;
	eval-arch: $valid:1: 4 tokens, more than --max-tokens 3
pairs that are not there ;; eval-arch --weights $weights --valid nowhere <archs ;;
	eval-arch: nowhere: No such file or directory
what does not fit the weights ;; sample-arch -n 1 <$data/spaces/wmt14ende-space0.json |
	jq -c 'del(.task)' | $run ;;
	eval-arch: stdin:1: does not fit $tmp/weights: qkv_dim is 512, in the weights 16
another task ;; sed 's/"src_vocab":40/"src_vocab":41/;s/true/false/' archs | $run ;;
	weights: task.src_vocab is 41
no architecture ;; echo '{}' | $run ;; eval-arch: stdin:1: want a record with an "arch"
R
# the loss is smoothed as in the supernet's training
train() {
	train-super -q --space "$space" --max-update 2 --threads 1 -o "$@" <"$valid" >/dev/null
}
with() { eval-arch --weights "$@" --valid "$valid"; }
loss() { with "$@" <arch1 | jq .valid_loss; }
train plain; train half --label-smoothing 0.5; train none --label-smoothing 0
smoothed() { header $1 | jq -r .__metadata__.label_smoothing; }
is    'weights say how they were smoothed' 'smoothed plain; smoothed half; smoothed none' \
	$'0.1\n0.5\n0'
with none <arch1 >none.loss; with half <arch1 >half.loss
true_of 'no smoothing: the loss is the nll' none.loss '.[0].valid_loss-.[0].valid_nll|fabs<1e-6'
true_of 'smoothing by half: it is more than that' half.loss \
	'.[0].valid_loss > .[0].valid_nll + 0.01'
# half, but for what it says
saying() { sed "s/label_smoothing.:.0.5/$1/" half >other; }
same  'an option comes before what the weights say' 'loss half --label-smoothing 0.1' \
	'saying "label_smoothing\":\"0.1"; loss other'
same  'weights that do not say were smoothed by 0.1' 'loss half --label-smoothing 0.1' \
	'saying "other_smoothing\":\"0.5"; loss other'
holds 'a candidate of evolve' "evolve -q --weights half --valid $valid --population 2 --parents 1 \
	--iterations 1 <$space | head -n 1 >one; jq -c '{arch,task}' one | with half >again"
true_of 'evolve smooths as eval-arch' 'one again' '.[0].valid_loss == .[1].valid_loss'
holds 'a candidate of evolve in bf16' "evolve -q --weights half --valid $valid --population 2 \
	--parents 1 --iterations 1 --dtype bf16 <$space | head -n 1 >one
	jq -c '{arch,task}' one | with half --dtype bf16 >again"
true_of 'evolve in bf16 as eval-arch' 'one again' '.[0].valid_loss == .[1].valid_loss'
refuses 1 <<'R'
a smoothing that is none ;; saying 'label_smoothing":"5.0'; loss other ;;
	other: metadata "label_smoothing": want a number in [0, 1)
the mean of two smoothings ;; average-weights -o mean plain half ;;
	half: trained with another label smoothing than plain
R
finish
