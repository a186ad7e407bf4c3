. "${0%/*}/lib.sh"
. "$top/tests/search-fixtures.sh"
small='--population 20 --parents 6 --mutations 10 --crossovers 10 --iterations 6'
base="evolve --weights $weights --valid $valid"
run="$base --predictor $mlp $small"
search="$run --limit $tight"
usual evolve "$search <$space"
bad_lines evolve "$search"

sample-arch -n 40 --src-vocab 99 --tgt-vocab 99 <"$space" |
	jq -c '.latency_ms.total = 1 + .arch.decoder_layer_num' | fit-mlp -q -o other >report ||
	echo 'not ok 0 - no predictor of another task'
sample-arch -n 40 <$data/spaces/wmt14ende-space0.json |
	jq -c 'del(.task) | .latency_ms.total = 60 + .arch.decoder_layer_num' |
	fit-mlp -q -o wide >report || echo 'not ok 0 - no predictor of wider architectures'
sample-arch -n 40 <"$space" | jq -c '.latency_ms.decoder = 1 + .arch.decoder_layer_num' |
	fit-mlp -q --target decoder -o decoders >report ||
	echo 'not ok 0 - no predictor of decoders'
sed 's/"qkv_dim":[0-9]*/"qkv_dim":512/' "$space" | sample-arch -n 40 |
	jq -c '.latency_ms.total = 1 + .arch.decoder_layer_num' | fit-mlp -q -o attends >report ||
	echo 'not ok 0 - no predictor of wider attention'
refuses 2 <<R
no weights ;; evolve --valid $valid <$space ;; evolve: want --weights and --valid, or --evaluate
a limit without a predictor ;; $base --limit 9 <$space ;;
	evolve: --limit, --front and --measure want a --predictor
a limit that is no number ;; $run --limit 9x <$space ;;
	evolve: --limit: want a number above 0, not "9x"
a negative label smoothing ;; $search --label-smoothing -0.5 <$space ;;
	evolve: --label-smoothing: want a number in [0, 0.99], or -1, not -0.5
a broken condition ;; $run --where params <$space ;;
	evolve: --where: want 'FIELD<=NUMBER' (or < > >= == !=), not "params"
--random --strategy hat ;; $run --random --strategy hat <$space ;;
	--random and --strategy hat exclude
a strategy that there is not ;; $run --strategy best <$space ;;
	evolve: --strategy: want one of hat|nsga2|random|deepest, not "best"
R
refuses 1 <<R
empty input ;; $search ;; no space record
two spaces ;; cat $space $space | $run ;; evolve: stdin:2: want one space record only
a condition on a field that is not there ;; $run --where 'nope<3' <$space ;;
	evolve: --where: no number "nope" in the record
weights that are not there ;; evolve --weights nowhere --valid $valid <$space ;;
	evolve: nowhere: No such file or directory
another task ;; sed 's/"src_vocab":40/"src_vocab":41/;s/true/false/' $space | $run ;;
	evolve: the space does not fit $weights: task.src_vocab is 41 here
	and 40 there
a predictor of the decoder alone ;; $base --predictor decoders --limit 9 <$space ;;
	evolve: decoders predicts latency_ms.decoder, and limits are of the total latency (--force
	searches all the same)
a predictor of another task ;; $base --predictor other --limit 9 <$space ;; different tasks
a space wider than the weights ;; sed 's/\[64,48,32\]/[96,32]/' $space | $run ;;
	evolve: the space does not fit $weights: encoder_ffn_embed_dim_choice: there is no 96 there
a width that the weights do not have ;; sed 's/\[64,48,32\]/[64,40]/' $space | $run ;;
	_choice: there is no 40 there
a predictor of wider architectures, of no task ;;
	$base $small --predictor wide --limit 90 <$space ;;
	evolve: wide does not fit the space: encoder_embed_dim is 16, in the measurements
	that the predictor was fitted to it is 512 to 640 (--force searches all the same)
a predictor of wider attention ;; $base --predictor attends --limit 9 <$space ;;
	evolve: attends does not fit the space: qkv_dim is $(jq .space.qkv_dim $space),
	in the measurements that the predictor was fitted to it is 512 (--force searches all
conditions that nothing meets ;; $run --where 'params<1' <$space ;;
	evolve: of 2001 architectures drawn none meets all conditions
random draws that meet nothing ;; $run --random --where 'params<1' <$space ;;
	architectures drawn uniformly none meets
R
holds 'a predictor of wider architectures where it is forced' \
	"$base $small --force --predictor wide --limit 90 <$space"
holds 'a predictor of another task where it is forced' \
	"$base $small --force --predictor other --limit 9 <$space"

# how long it will take is told once, where stderr is no terminal
mkfifo said
eval "exec $base --predictor $mlp --population 16000000 --iterations 1 --limit $loose" \
	<"$space" 2>said >long &
pid=$!
exec 6<said
until ! read -r line <&6 || [[ $line = *' left at '* ]]; do :; done
kill -9 $pid; wait $pid 2>/dev/null
exec 6<&-
left='^evolve: [0-9]+ of 16000000 candidates: [0-9]+ minutes left at this rate, [0-9.e+]+/s$'
holds 'a long search says how long it will take' '[[ $line =~ $left ]]'

# what it prints
scored='select(.result==null)' found='select(.result)'
holds 'a search with one limit' "$search -k 3 <$space >a"
true_of 'plan: 20 + 5 x 20 candidates, 3 results' a \
	'map(.result != null) == [range(120) | false] + [range(3) | true]'
is    'no candidate twice' "jq -c '$scored.arch' a | sort | uniq -d" ''
true_of 'all within the limit' a "all(.predicted_ms <= $tight)"
true_of 'results are the best ones' a \
	'map(select(.result).valid_loss) == (map(select(.result==null).valid_loss) | sort[:3])'
is    'results are candidates, the same bytes again' "grep result a |
	sed 's/,\"result\":.*/}/' | while read -r l; do grep -cxF \"\$l\" a; done" $'1\n1\n1'
true_of 'results have limit and rank' a \
	'map(select(.result).result) == ([1, 2, 3] | map({limit: $l, rank: .}))' --argjson l $tight
is    'fields stand in order' "head -n 1 a | jq -r 'keys_unsorted | join(\" \")'" \
	'arch task arch_id params flops params_embedding flops_output weight_bytes predicted_ms '\
'valid_loss valid_nll valid_tokens iteration'
true_of 'candidates name their iteration' \
	a 'map(select(.result==null).iteration) == [range(1; 7) | range(20) as $_ | .]'
profiled() { jq -c '{arch,task,params,flops,weight_bytes}' "$@"; }
same  'profiles are as profile-arch prints them' 'profiled a' \
	"jq -c '{arch,task}' a | profile-arch | profiled"
head -n 9 a >nine
same  'losses are as eval-arch prints them' 'jq -c .valid_loss nine' \
	"eval-arch --weights $weights --valid $valid <nine | jq -c .valid_loss"
same  'a seed fixes the search, threads do not' "$search -j 1 <$space" \
	"$search -j 2 --space $space"
is    'another seed is another search' "$search -k 3 -s 2 <$space | cmp -s a -; echo \$?" 1
same  'a space in zstd is read' "$search <$space" "zstd -q <$space | $search"
is    'candidates are flushed' \
	"mkfifo p; $search --space $space >p 2>/dev/null & head -n 1 p | jq .iteration" 1

# limits and conditions
refuses 1 <<R
a limit that nothing meets ;; $run --limit $loose --limit $impossible --resume none <$space ;;
	the smallest predicted
R
is    'a limit that nothing meets is told before anything is scored' 'wc -c <none' 0
holds 'two limits' "$run --limit $tight --limit $loose <$space >b"
is    'two limits: one result each' "jq -c '$found.result.limit' b" $tight$'\n'$loose
true_of 'two limits: the looser one is no worse' b \
	'map(select(.result).valid_loss) | .[1] <= .[0]'
is    'two limits: scores are shared' "jq -c '$scored.arch' b | sort | uniq -d" ''
same  'two limits: the first as alone' 'head -n 120 a' 'head -n 120 b'
holds 'a search with three conditions' \
	"$run --limit $loose --where 'params<=20000' -w 'arch.decoder_layer_num>=2' \
	-w 'predicted_ms>18' <$space >b"
true_of 'conditions hold' b \
	'all(.params <= 20000 and .arch.decoder_layer_num >= 2 and .predicted_ms > 18)'
is    'a search without limit and predictor' "$base $small --where 'flops<=2e6' <$space |
	jq -c '$found | [.result, .predicted_ms, .flops <= 2e6]'" '[{"rank":1},null,true]'
holds 'the Pareto front' "$run --limit $loose --front <$space >b"
true_of 'the Pareto front: latency rises, loss falls' b 'map(select(.result.front)) |
	length > 1 and (map(.predicted_ms) | . == (sort | unique)) and
	(map(-.valid_loss) | . == (sort | unique))'

# the baseline
holds 'a random search' "$run --random --limit $tight <$space >r"
is    'random: scores as many' 'wc -l <r' 121
same  'random: begins alike' 'head -n 20 r' 'head -n 20 a'
true_of 'random: no better here' 'a r' \
	'map(select(.result.rank == 1).valid_loss) | length == 2 and .[0] <= .[1]'
same  '--strategy random is --random' "$run --random --limit $tight <$space" \
	"$run --strategy random --limit $tight <$space"
same  '--strategy hat is the default' 'cat a' "$search --strategy hat -k 3 <$space"
holds 'the rule of thumb' "$search --strategy deepest <$space >d"
is    'the rule of thumb scores one' "jq -c '.result.rank' d" $'null\n1'
true_of 'the rule of thumb: as deep as the limit allows' 'd a r' \
	'map(.arch.decoder_layer_num) | .[0] == (.[1:] | max)'
is    'the search finds a needle' \
	"$run --limit $needle <$space | jq -s '.[-1].arch.decoder_layer_num'" 1

# resuming
resumed="$search -k 3 --resume"
holds 'with a journal: the same' "$resumed j <$space | cmp - a"
same  'the journal holds the candidates' 'head -n 120 a' 'sed 1d j'
holds 'a finished journal: the same' "$resumed j <$space | cmp - a"
same  'a finished journal stays as it is' 'head -n 120 a' 'sed 1d j'
holds 'a torn line: the same' "head -c -300 j >k; $resumed k <$space | cmp - a"
holds 'a torn line is made good' 'cmp j k'
holds 'half of a journal: the same' "head -n 57 j >k; $resumed k <$space | cmp - a"
holds 'half of a journal is completed' 'cmp j k'
holds 'further iterations go on from a journal' \
	"$run --iterations 8 --limit $tight --resume k <$space >b; cmp <(head -n 120 b) <(sed 1d j)"
spoilt() { sed -E "$1" j >k; eval "$search --resume k <$space"; }
head -n 57 j >h
train-super -q --space $space -o again --max-update 2 --threads 1 <$valid >log ||
	echo 'not ok 0 - no other supernet'
refuses 1 <<R
a journal of more iterations ;; $run --iterations 3 --limit $tight --resume j <$space ;;
	j:62: more candidates than this search has
a journal of another limit ;; $run --limit $loose --resume j <$space ;; evolve: j:
a journal of another seed ;; $search -s 9 --resume j <$space ;; another space, limit or plan
a journal of another space ;;
	sed 's/\[64,48,32\]/[64,32]/g' $space | $search --resume j ;;
	evolve: j:2: not the candidate that this search has there: the journal is of another space,
	limit or plan
a line that is no candidate ;; spoilt '7s/"valid_loss":/"x":/' ;; k:7:
more words than there are ;; spoilt '7s/"valid_tokens":[0-9]+/"valid_tokens":1e300/' ;;
	evolve: k:7:
fewer pairs ;; $search --resume h --valid-sentences 3 <$space ;;
	evolve: h:1: the journal is of another search: "sentences" is 9 there, 3 here
other pairs ;; tac $valid >other; $search --valid other --resume h <$space ;;
	evolve: h:1: the journal is of another search: "pairs" is "
another supernet ;; $search --weights again --resume h <$space ;;
	evolve: h:1: the journal is of another search: "weights" is "
another label smoothing ;; $search --label-smoothing 0.25 --resume h <$space ;;
	evolve: h:1: the journal is of another search: "label_smoothing" is 0.1 there, 0.25 here
another type ;; $search --dtype bf16 --resume h <$space ;;
	evolve: h:1: the journal is of another search: "dtype" is "fp32" there, "bf16" here
another supernet, and nothing left to score ;; $search --weights again --resume j <$space ;;
	evolve: j:1: the journal is of another search: "weights" is "
other pairs in the journal of an older version ;;
	sed 1d h >k; $search --resume k --valid-sentences 3 <$space ;; k:56: other validation pairs
other losses ;; spoilt '58,\$d; 57s/"valid_loss":./"valid_loss":8/' ;; k:57: other weights
a journal in a folder that is not there ;; $search --resume no/where <$space ;;
	evolve: no/where: No such file or directory
R
holds 'what is refused leaves the journal' 'head -n 57 j | cmp - h'
holds 'as many pairs as there are: the same' \
	"cp h k; $resumed k --valid-sentences 99 <$space | cmp - a"
silent 'as many pairs as there are: nothing to warn of'
holds 'other batches' "cp h k; $search --resume k --max-tokens 30 <$space"
says  'last digits may differ' \
	'k: "max_tokens" is 4096 there, 30 here: last digits may differ'
holds 'a journal of an older version: the same' "sed 1d h >k; $resumed k <$space | cmp - a"
says  'what is not compared' 'evolve: k: does not say of which weights and pairs it is'

# killed in the middle
plan="--population 100 --iterations 5"   # 500 candidates, 400 kB
long="$base --predictor $mlp $plan --limit $loose -k 2 --resume"
eval "$long whole <$space" >undisturbed
# kept FROM TO: it was killed with that many candidates in the journal
kept() { [ $code = 137 ] && [ $(wc -l <k9) -ge $1 ] && [ $(wc -l <k9) -lt $2 ]; }
killed 9 "$long k9 -q" 50
holds 'kill -9: what was scored is in the journal' 'kept 50 250'
killed 9 "$long k9 -q" 300
holds 'kill -9 again, later: so is what was scored since' 'kept 300 500'
holds 'kill -9, then resume: the same output' "$long k9 <$space | cmp - undisturbed"
holds 'kill -9, then resume: the same journal' 'cmp k9 whole'
killed TERM "$long kt -q" 50
is    'SIGTERM: dies of it' "echo $code" 143
holds 'SIGTERM: loses nothing' "$long kt <$space | cmp - undisturbed"
finish
