. "${0%/*}/lib.sh"
. "$top/tests/search-fixtures.sh"
export space weights valid mlp needle tight loose impossible
small='--population 20 --parents 6 --mutations 10 --crossovers 10 --iterations 6'
base='evolve --weights $weights --valid $valid'
run="$base --predictor \$mlp $small"
usual evolve "$run --limit \$tight <\$space"
bad_lines evolve "$run --limit \$tight"
exits 1 'empty input' "$run --limit \$tight"
says  'says so' 'no space record'
exits 1 'two spaces' "cat \$space \$space | $run"
exits 2 'weights are needed' 'evolve --valid $valid <$space'
exits 2 'a limit needs a predictor' "$base --limit 9 <\$space"
exits 2 'a limit is a number' "$run --limit 9x <\$space"
exits 2 'a broken condition' "$run --where params <\$space"
exits 1 'a field that is not there' "$run --where 'nope<3' <\$space"
exits 1 'weights that are not there' "evolve --weights nowhere --valid \$valid <\$space"
exits 1 'another task' "sed 's/\"src_vocab\":40/\"src_vocab\":41/;s/true/false/' \$space | $run"
holds 'a predictor of another task' "sample-arch -n 40 --src-vocab 99 --tgt-vocab 99 <\$space | jq -c '.latency_ms.total = 1 + .arch.decoder_layer_num' | fit-mlp -q -o other"
exits 1 'is refused' "$base --predictor other --limit 9 <\$space"
says  'says so' 'different tasks'
exits 1 'a space wider than the weights' "sed 's/\[64,48,32\]/[96,32]/' \$space | $run"
says  'says where' 'ffn_embed_dim: 96 exceeds'

holds 'one of wider architectures, of no task' "sample-arch -n 40 <$data/spaces/wmt14ende-space0.json | jq -c 'del(.task) | .latency_ms.total = 60 + .arch.decoder_layer_num' | fit-mlp -q -o wide"
exits 1 'is refused, too' "$base $small --predictor wide --limit 90 <\$space"
says  'in one line' 'evolve: wide does not fit the space: encoder_embed_dim is 16, in the measurements that the predictor was fitted to it is 512 to 640 (--force searches all the same)'
exits 0 'unless forced' "$base $small --force --predictor wide --limit 90 <\$space"
exits 0 'the other task as well' "$base $small --force --predictor other --limit 9 <\$space"

# how long it will take is told once, where stderr is no terminal
mkfifo said
( set +u; eval "exec $base --predictor \$mlp --population 16000000 --iterations 1 --limit \$loose" ) <"$space" 2>said >long &
pid=$!
exec 6<said
until ! read -r line <&6 || [[ $line = *' left at '* ]]; do :; done
kill -9 $pid; wait $pid 2>/dev/null
exec 6<&-
holds 'a long search says how long it will take' '[[ $line =~ ^evolve:\ [0-9]+\ of\ 16000000\ candidates:\ [0-9]+\ minutes\ left\ at\ this\ rate,\ [0-9.e+]+/s$ ]]'

# what it prints
holds 'a search' "$run --limit \$tight -k 3 <\$space >a"
is    'plan: 20 + 5 x 20 candidates, 3 results' "jq -c '.result!=null' a | sort | uniq -c | tr -s ' ' | tr '\n' ,"  ' 120 false, 3 true,'
is    'no candidate twice' "jq -c 'select(.result==null).arch' a | sort | uniq -d" ''
is    'all within the limit' "jq -s --argjson t $tight 'map(select(.predicted_ms>\$t))|length' a" 0
is    'results are the best ones' "jq -s -c 'map(select(.result==null).valid_loss)|sort[:3]' a | diff - <(jq -s -c 'map(select(.result).valid_loss)' a)" ''
is    'the same bytes again' "grep result a | sed 's/,\"result\":.*/}/' | while read -r l; do grep -cxF \"\$l\" a; done | tr '\n' ' '" '1 1 1 '
is    'with limit and rank' "jq -c 'select(.result).result' a | tr '\n' ' '" "{\"limit\":$tight,\"rank\":1} {\"limit\":$tight,\"rank\":2} {\"limit\":$tight,\"rank\":3} "
is    'fields in order' "head -n 1 a | jq -c 'keys_unsorted'" '["arch","task","arch_id","params","flops","params_embedding","flops_output","weight_bytes","predicted_ms","valid_loss","valid_nll","valid_tokens","iteration"]'
is    'iterations' "jq -c 'select(.result==null).iteration' a | uniq -c | tr -s ' ' | tr '\n' ,"  ' 20 1, 20 2, 20 3, 20 4, 20 5, 20 6,'
is    'profiles are as profile-arch prints them' "jq -c '{arch,task,params,flops,weight_bytes}' a >b; jq -c '{arch,task}' a | profile-arch | jq -c '{arch,task,params,flops,weight_bytes}' | diff b -" ''
is    'losses are as eval-arch prints them' "head -n 9 a >b; eval-arch --weights \$weights --valid \$valid <b | jq -c .valid_loss | diff - <(jq -c .valid_loss b)" ''
same  'a seed fixes the search, threads do not' "$run --limit \$tight -j 1 <\$space" "$run --limit \$tight -j 2 --space \$space"
is    'another seed is another search' "$run --limit \$tight -k 3 -s 2 <\$space | cmp -s a -; echo \$?" 1
same  'reads zstd' "$run --limit \$tight <\$space" "zstd -q <\$space | $run --limit \$tight"
is    'candidates are flushed' "mkfifo p; $run --limit \$tight --space \$space >p 2>/dev/null & head -n 1 p | jq .iteration" 1

# limits and conditions
exits 1 'a limit that nothing meets' "$run --limit \$loose --limit \$impossible --resume none <\$space"
says  'says what could be met' 'the smallest predicted'
is    'before anything is scored' 'wc -c <none' 0
exits 1 'conditions that nothing meets' "$run --where 'params<1' <\$space"
holds 'two limits' "$run --limit \$tight --limit \$loose <\$space >b"
is    'one result each' "jq -c 'select(.result).result.limit' b | tr '\n' ' '" "$tight $loose "
is    'the looser one is no worse' "jq -s 'map(select(.result).valid_loss)|.[1]<=.[0]' b" true
is    'scores are shared' "jq -c 'select(.result==null).arch' b | sort | uniq -d" ''
holds 'the first limit as alone' 'head -n 120 a | cmp - <(head -n 120 b)'
holds 'conditions' "$run --limit \$loose --where 'params<=20000' -w 'arch.decoder_layer_num>=2' -w 'predicted_ms>18' <\$space >b"
is    'hold' "jq -s 'map(select(.params>20000 or .arch.decoder_layer_num<2 or .predicted_ms<=18))|length' b" 0
is    'no limit, no predictor' "$base $small --where 'flops<=2e6' <\$space | jq -c 'select(.result)|[.result,.predicted_ms,.flops<=2e6]'" '[{"rank":1},null,true]'
holds 'the Pareto front' "$run --limit \$loose --front <\$space >b"
is    'latency rises, loss falls' "jq -s -c 'map(select(.result.front))|length>1 and (map(.predicted_ms)|.==(sort|unique)) and (map(-.valid_loss)|.==(sort|unique))' b" true

# the baseline
holds 'random' "$run --random --limit \$tight <\$space >r"
is    'scores as many' 'wc -l <r' 121
holds 'begins alike' 'head -n 20 r | cmp - <(head -n 20 a)'
is    'is no better here' "jq -s '(.[0].valid_loss)<=(.[1].valid_loss)' <(grep '\"rank\":1}' a) <(grep result r)" true
same  '--strategy random is --random' "$run --random --limit \$tight <\$space" \
	"$run --strategy random --limit \$tight <\$space"
same  '--strategy hat is the default' 'cat a' "$run --strategy hat --limit \$tight -k 3 <\$space"
exits 2 '--random --strategy hat is refused' "$run --random --strategy hat <\$space"
says  '--random --strategy hat: says which two' '--random and --strategy hat exclude'
holds 'the rule of thumb' "$run --strategy deepest --limit \$tight <\$space >d"
is    'the rule of thumb scores one' "jq -c '.result.rank' d | tr '\n' ' '" 'null 1 '
is    'the rule of thumb: as deep as the limit allows' \
	"jq -s '.[0].arch.decoder_layer_num == (.[1:] | map(.arch.decoder_layer_num) | max)' d a r" true
exits 2 'a strategy that there is not' "$run --strategy best <\$space"
exits 1 'random draws that meet nothing' "$run --random --where 'params<1' <\$space"
says  'say so' 'architectures drawn uniformly none meets'
is    'the search finds a needle' "$run --limit \$needle <\$space | jq -s '.[-1].arch.decoder_layer_num'" 1

# resuming
holds 'with a journal' "$run --limit \$tight -k 3 --resume j <\$space | cmp - a"
holds 'which holds the candidates' 'head -n 120 a | cmp - j'
holds 'a finished one' "$run --limit \$tight -k 3 --resume j <\$space | cmp - a"
holds 'stays as it is' 'head -n 120 a | cmp - j'
holds 'a torn line' "head -c -300 j >k; $run --limit \$tight -k 3 --resume k <\$space | cmp - a"
holds 'is made good' 'cmp j k'
holds 'half of it' "head -n 57 j >k; $run --limit \$tight -k 3 --resume k <\$space | cmp - a"
holds 'is completed' 'cmp j k'
holds 'further iterations go on' "$run --iterations 8 --limit \$tight --resume k <\$space >b; cmp <(head -n 120 b) j"
refuses 1 <<R
fewer do not fit ;; $run --iterations 3 --limit \$tight --resume j <\$space ;; j:61: more candidates than this search has
another limit does not fit ;; $run --limit \$loose --resume j <\$space ;; evolve: j:
another seed does not ;; $run --limit \$tight -s 9 --resume j <\$space ;; another space, limit or plan
R
exits 1 'another space' "sed 's/\[64,48,32\]/[64,32]/g' \$space | $run --limit \$tight --resume j"
refuses 1 <<R
a line that is no candidate ;; sed '7s/"valid_loss":/"x":/' j >k; $run --limit \$tight --resume k <\$space ;; k:7:
one with more words than there are ;; sed -E '7s/"valid_tokens":[0-9]+/"valid_tokens":1e300/' j >k; $run --limit \$tight --resume k <\$space ;; evolve: k:7:
other pairs ;; head -n 57 j >k; $run --limit \$tight --resume k --valid-sentences 3 <\$space ;; k:57: other validation pairs
other losses ;; sed '57s/"valid_loss":./"valid_loss":8/' k >l; $run --limit \$tight --resume l <\$space ;; l:57: other weights
R
exits 1 'a journal in a folder that is not there' "$run --limit \$tight --resume no/where <\$space"

# killed in the middle
plan="--population 100 --iterations 5"   # 500 candidates, 400 kB
long="$base --predictor \$mlp $plan --limit \$loose -k 2 --resume"
eval "$long whole <\$space >undisturbed"
killed 9 "$long k9 -q" 50
holds 'kill -9' '[ $code = 137 ] && [ $(wc -l <k9) -ge 50 ] && [ $(wc -l <k9) -lt 250 ]'
killed 9 "$long k9 -q" 300
holds 'and again, later' '[ $code = 137 ] && [ $(wc -l <k9) -ge 300 ] && [ $(wc -l <k9) -lt 500 ]'
holds 'then resume: the same output' "$long k9 <\$space | cmp - undisturbed"
holds 'and the same journal' 'cmp k9 whole'
killed TERM "$long kt -q" 50
is    'SIGTERM: dies of it' "echo $code" 143
holds 'and loses nothing' "$long kt <\$space | cmp - undisturbed"
finish
