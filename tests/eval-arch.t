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
says  'names the line and why' 'eval-arch: stdin:1: qkv_dim is 512, in the weights 16'
exits 1 'another task' "sed 's/\"src_vocab\":40/\"src_vocab\":41/;s/true/false/' archs | $run"
says  'says which' 'stdin:1: task.src_vocab is 41'
exits 1 'no arch' "echo '{}' | $run"
finish
