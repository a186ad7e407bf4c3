. "${0%/*}/lib.sh"
. "$top/tests/search-fixtures.sh"
export space weights valid
sample-arch -n 5 --space "$space" >archs
run='eval-arch --weights $weights --valid $valid'
usual eval-arch "$run <archs"
bad_lines eval-arch "$run"
exits 2 'weights are needed' 'eval-arch --valid $valid <archs'
exits 2 'pairs are needed' 'eval-arch --weights $weights <archs'
exits 1 'weights that are not there' 'eval-arch --weights nowhere --valid $valid <archs'
says  'are named' 'nowhere'
exits 1 'pairs that are not there' 'eval-arch --weights $weights --valid nowhere <archs'
is    'nothing in, nothing out' "$run </dev/null" ''
holds 'a line with odd bytes' "sed 's/^{/{  \"\u00e9\\\\u00e9\":[1.50e+0, 12345678901234567890,\"}\"] , /' archs >a; $run <a >b"
is    'leaves the line alone' "sed 's/,\"valid_loss\":.*/}/' b | diff - a" ''
is    'adds losses and tokens' "jq -s 'map(select(.valid_loss>0 and .valid_nll>0 and .valid_tokens==(.valid_tokens|floor) and .valid_tokens>0))|length' b" 5
is    'twice is once' "$run <b | diff b -" ''
is    'architectures differ' 'jq .valid_loss b | sort -u | wc -l' 5
same  'whatever the threads' "$run -j 1 <archs" "$run -j 2 <archs"
is    'fewer sentences, fewer tokens' "$run --valid-sentences 3 <archs | jq -s '.[0].valid_tokens' >a; $run <archs | jq -s '.[0].valid_tokens' >b; [ \$(<a) -lt \$(<b) ]; echo \$?" 0
same  'more sentences than there are' "$run --valid-sentences 1000 <archs" "$run <archs"
is    'an architecture at a time' "mkfifo p; $run <archs >p & head -n 1 p | jq -r '.valid_loss|type'" number
exits 1 'what does not fit the weights' "sample-arch -n 1 <$data/spaces/wmt14ende-space0.json | jq -c 'del(.task)' | $run"
says  'names the line and why' "eval-arch: stdin:1: does not fit $tmp/weights: qkv_dim is 512, in the weights 16"
exits 1 'another task' "sed 's/\"src_vocab\":40/\"src_vocab\":41/;s/true/false/' archs | $run"
says  'says which' 'weights: task.src_vocab is 41'
# the loss is smoothed as in the supernet's training
train() { train-super -q --space "$space" --max-update 2 --threads 1 -o "$@" <"$valid" >/dev/null; }
loss() { head -n 1 archs | eval-arch --weights "$@" --valid "$valid" | jq .valid_loss; }
train plain; train half --label-smoothing 0.5; train none --label-smoothing 0
header() { head -c $((8 + $(od -An -tu8 -N8 "$1"))) "$1" | tail -c +9; }
is    'weights say how they were smoothed' 'for w in plain half none; do header $w | jq -r .__metadata__.label_smoothing; done' $'0.1\n0.5\n0'
is    'none: the nll' "head -n 1 archs | eval-arch --weights none --valid \$valid | jq '(.valid_loss-.valid_nll|fabs)<1e-6'" true
is    'half: more than that' "head -n 1 archs | eval-arch --weights half --valid \$valid | jq '.valid_loss>.valid_nll+0.01'" true
same  'an option comes first' 'loss half --label-smoothing 0.1' 'sed s/label_smoothing.:.0.5/label_smoothing\":\"0.1/ half >tenth; loss tenth'
same  'weights that do not say: 0.1' 'sed "s/label_smoothing/some_other_text/" half >old; loss old' 'loss tenth'
exits 1 'one that is none' 'sed "s/label_smoothing.:.0.5/label_smoothing\":\"5.0/" half >odd; loss odd'
says  'is named' 'odd: metadata "label_smoothing": want a number in [0, 1)'
is    'evolve as eval-arch' "evolve -q --weights half --valid \$valid --population 2 --parents 1 --iterations 1 <\$space | head -n 1 >one; jq -c '{arch,task}' one | eval-arch --weights half --valid \$valid | jq -s --slurpfile o one '.[0].valid_loss==\$o[0].valid_loss'" true
exits 1 'average of two kinds' 'average-weights -o mean plain half'
says  'is refused' 'half: trained with another label smoothing than plain'
exits 1 'no arch' "echo '{}' | $run"
finish
