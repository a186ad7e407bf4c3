# The pipelines: each task's file parses, and a miniature of the method runs.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
plan() { # task, variables: what make would do
	make -C "$top" -n -f "pipelines/$1.mk" RUN="$tmp/planned" "${@:2}"
}
for task in iwslt14deen wmt14ende wmt14enfr wmt19ende; do
	holds "$task" "plan $task CORPUS=$tmp/corpus >plan"
	is    'is planned to its end' 'for s in make-dict encode-text train-super sample-arch measure-lat fit-mlp evolve train-sub translate bleu report.sh; do grep -q "$s" plan || echo "no $s"; done' ''
	exits 2 'says what is missing' "plan $task CORPUS=nowhere"
	says  'by name' 'nowhere/train.'
done
holds 'multi30k' "plan multi30k DATA=$tmp/corpus >plan"
holds 'multi30k-tiny' "plan multi30k-tiny DATA=$tmp/corpus TGT=fr >plan"
is    'one training, one score' 'for s in train-sub average-weights translate bleu; do grep -qE "(^|[ ;])$s " plan || echo "no $s"; done; grep -v "^make: " plan | grep -E "train-super|measure-lat|evolve|inherit"' ''
is    'or from a supernet' "plan multi30k-tiny DATA=$tmp/corpus INHERIT=$tmp/corpus/train.en | grep -c -- '--inherit $tmp/corpus/train.en --keep-last-epochs 10'" 2
exits 2 'multi30k without its text' 'plan multi30k'
says  'says where it is' 'https://github.com/multi30k/dataset'
if command -v spm_train >/dev/null; then
	holds 'demo' 'plan demo >plan'
	is    'makes its corpus and subwords' 'for s in make-corpus spm_train spm_encode report.sh; do grep -q "$s" plan || echo "no $s"; done' ''
fi
is    'planning does nothing' 'ls -A planned 2>/dev/null | grep -v args' ''

# the whole method, small
cat >>mini.mk <<'M'
loud:
	@$(call stage,loud,echo loud >&2 && true)
M
times() { find run -type f -printf '%p %T@ %s\n' | sort; }
# of these files, which did the last make write anew?
anew() { for f; do [ "run/$f" -nt before ] && echo "$f"; done | tr '\n' ' '; }
holds 'the method' "$mini"
prints 'ends in a report' "$(head -n 1 run/report.txt)"
for m in found largest smallest random; do
	is "the report has $m" "awk '\$1 == \"$m\" && NF == 10 && \$7 == \"met\"' run/report.txt | wc -l" 1
done
is    'models measured, predicted and evaluated' "jq -c '[.name,.latency_ms.total>0,.predicted_ms>0,.valid_loss>0,.params>0]' run/models.jsonl | tr '\n' ' '" '["found",true,true,true,true] ["largest",true,true,true,true] ["smallest",true,true,true,true] ["random",true,true,true,true] '
is    'two are trained' 'ls run/*.final.safetensors | wc -l' 2
same  'and the last epochs averaged' 'cat run/found.final.safetensors' 'average-weights -o mean run/found.epoch2.safetensors run/found.epoch3.safetensors; cat mean'
is    'sizes are those of the task' "jq -c '.task|[.src_vocab,.share_all_embeddings,.super_encoder_embed_dim]' run/space.json" '[20,true,32]'
is    'all of the test is translated' 'cat run/found.hyp run/found.inherited.hyp | wc -l' 400
is    'a page with its pictures inside' "grep -c '<svg' run/report.html" 6
is    'that fetches nothing' "grep -oE '(src|href)=.[^#]|url\\([^#\\x27]|@import' run/report.html" ''
is    'test points apart' 'cut -f3 run/report/latency.tsv | sort | uniq -c | tr -s " \n" " "' ' 21 0 3 1 '
same  'models scored on the sentences of the search' 'jq -s "map(.valid_tokens) | unique" run/models.jsonl' 'jq -s "map(select(.result | not).valid_tokens) | unique" run/search.jsonl'
is    'how it compares, and how sure that is' "jq -c '[.system[-12:],.BLEU.p_value|type]' run/paired.jsonl | tail -n 1" '["string","number"]'
is    'no checkpoint, no part' 'ls run | grep -E "part|checkpoint"' ''
times >before
holds 'once more, with more threads' "$mini THREADS=2"
prints 'prints the report' "$(tail -n 1 run/report.txt)"
is    'does nothing' 'times | diff before -' ''
planned() { $mini -n "$@" | grep -v '^make: .* directory'; }
is    'make -n says so in one line' 'planned' "make: Nothing to be done for 'run'."
is    'and writes nothing' 'times | diff before -' ''
is    'with another option it says what would be done' "planned bleu.args='--tokenize 13a' | grep -oE '^(bleu|fit-mlp|evolve|translate|Nothing) ' | sort | uniq -c | tr -s ' ' | tr '\n' ,"  ' 7 bleu ,'
is    'and writes nothing' 'times | diff before -' ''

# the time of a stage that was killed counts
rm run/lat.mlp
echo '1000000 2000000 3000' >run/time/.fit-mlp
holds 'a stage that is gone on with' "$mini $tmp/run/lat.mlp"
is    'has the time of all its runs' "jq -c '[.seconds >= 1000, .user >= 2000, .sys >= 3]' run/time/fit-mlp; ls run/time/.fit-mlp 2>/dev/null" '[true,true,true]'
rm run/lat.mlp
echo '1000000 2000000 3000' >run/time/.fit-mlp
touch -d '1 day ago' run/time/.fit-mlp
holds 'one whose inputs are newer' "$mini $tmp/run/lat.mlp"
is    'begins anew' "jq -c '.seconds < 1000' run/time/fit-mlp" true
cat >killed <<-S
	. $top/pipelines/stage.sh
	begin $tmp/run/time/killed
	bash -c 'while kill -0 '\$\$'; do :; done' &
	until grep -qE '^[1-9][0-9]* [1-9][0-9]* ' $tmp/run/time/.killed 2>/dev/null; do read -t 0.1 <>never; done
	kill -9 \$\$
S
mkfifo never
is    'what is killed has kept its time' 'bash killed; echo $?' 137
touch before
holds 'the whole again' "$mini"
sleep 0.01; touch before
holds 'fit-mlp with another option' "$mini fit-mlp.args='--steps 60'"
is    'reruns it and what depends on it' 'anew lat.mlp search.jsonl models.jsonl report.txt' 'lat.mlp search.jsonl models.jsonl report.txt '
is    'and nothing else' 'anew super.safetensors lats.jsonl archs.jsonl space.json train.jsonl src.dict reference limit largest.safetensors largest.hyp' ''
sleep 0.01; touch before
holds 'a score with another option' "$mini fit-mlp.args='--steps 60' bleu.args='--tokenize 13a'"
is    'scores alone' 'anew found.bleu largest.bleu report.txt super.safetensors lats.jsonl lat.mlp search.jsonl found.safetensors found.hyp' 'found.bleu largest.bleu report.txt '

# a quarter of the steps
holds 'what inherited weights are worth' "$mini fit-mlp.args='--steps 60' bleu.args='--tokenize 13a' QUARTER='--max-epoch 1' inherit"
prints 'four scores' 'the supernet, a quarter of the steps'
is    'of a quarter, from the supernet and from scratch' "jq -s -c 'map(select(.event==\"save\").epoch)' run/found.tuned.log.jsonl run/found.quarter.log.jsonl run/found.log.jsonl" '[1,1,3]'
is    'which differ' 'cmp -s run/found.tuned.safetensors run/found.quarter.safetensors; echo $?' 1

# more moments
sleep 0.01; touch before
holds 'three moments' "$mini ROUNDS=3 $tmp/run/lats.jsonl"
is    'two more are measured' 'anew lats.1.jsonl lats.2.jsonl lats.3.jsonl lats.jsonl' 'lats.2.jsonl lats.3.jsonl lats.jsonl '
is    'all architectures are there, once' "diff <(jq -c .arch run/archs.jsonl | sort) <(jq -c .arch run/lats.jsonl | sort)" ''
is    'each at the middle one' "cat run/lats.[123].jsonl run/lats.jsonl | jq -sc 'group_by(.arch)[] | map(.latency_ms.total / .reference_ms) | select((sort | .[1] == .[2]) | not)'" ''
sleep 0.01; touch before
holds 'one again' "$mini ROUNDS=1 fit-mlp.args='--steps 60' $tmp/run/lats.jsonl $tmp/run/lat.mlp"
same  'is the first' 'cat run/lats.1.jsonl' 'cat run/lats.jsonl'

# finalists, and other ways to search
holds 'all of that again' "$mini fit-mlp.args='--steps 60'"
sleep 0.01; touch before
more="$mini fit-mlp.args='--steps 60' FINALISTS=2 FINAL='--max-epoch 1' STRATEGIES='random deepest'"
holds 'finalists and strategies' "$more"
is    'the search is not run again' 'anew search.jsonl super.safetensors lat.mlp' ''
is    'the two best are trained on, and what the rules picked' "jq -s '(.[:2] | map(.valid_loss) | . == sort) and (.[2:] | all(.rule)) and length >= 2 and (map(.arch_id) | (unique | length) == length)' run/finalists.jsonl" true
is    'each has its loss' "jq -s 'map(.final_loss > 0) | all' run/finals.jsonl; diff <(jq -c .arch run/finals.jsonl) <(jq -c .arch run/finalists.jsonl)" true
is    'which is that of its log' "jq -c '[.arch_id, .final_loss]' run/finals.jsonl | while IFS=, read -r id loss; do id=\${id#??}; [ \"\${loss%]}\" = \"\$(jq -s 'map(select(.event == \"valid\").loss)[-1]' run/finalist/\${id%\\\"}.log.jsonl)\" ] || echo differs; done" ''
is    'the lowest is taken' "jq -sc 'sort_by(.final_loss)[0].arch' run/finals.jsonl | diff - <(jq -c .arch run/found.json)" ''
is    'it cost what a stage costs' "jq -c '.stage' run/time/finalists" '"finalists"'
is    'as many are scored blindly' "jq -c 'select(.result | not)' run/search-random.jsonl | wc -l" "$(jq -c 'select(.result | not)' run/search.jsonl | wc -l)"
is    'and one by the rule of thumb' "jq -c 'select(.result | not)' run/search-deepest.jsonl | wc -l" 1
is    'the search begins with it' "diff <(jq -c 'select(.rule == \"deepest\" and (.result | not)).arch' run/search.jsonl) <(jq -c 'select(.result | not).arch' run/search-deepest.jsonl)" ''
is    'the page shows all of it' "grep -cE 'Other ways to search|Finalists: trained on' run/report.html" 2
is    'the picture has a curve for each' "grep -oE '>(random|deepest|the search so far)<' run/report.html | sort -u | tr '\n' ' '" '>deepest< >random< >the search so far< '
holds 'the report names the losses' "grep -E '^Lowest loss within the limit: the search [0-9.]+, deepest [0-9.]+, random [0-9.]+' run/report.txt && grep -q '^Finalists: ' run/report.txt"
times >undisturbed
holds 'once more' "$more"
is    'does nothing' 'times | diff undisturbed -' ''
rm run/finals.jsonl run/finalist/"$(jq -r .arch_id run/finalists.jsonl | sed -n 2p)".loss
touch before
holds 'one that was not done' "$more $tmp/run/finals.jsonl"
is    'is done, and no other' "find run/finalist -name '*.loss' -newer before | wc -l" 1
sleep 0.01; touch before
holds 'none again' "$mini fit-mlp.args='--steps 60' $tmp/run/found.json"
is    'takes the lowest inherited loss' "jq -c 'select(.result.limit).arch' run/search.jsonl | grep -cxF \"\$(jq -c .arch run/found.json)\"" 1

# what is left of a training that was stopped, with other options
train-super -q --threads 1 --space "$space" --max-update 3 --resume run/super.safetensors.journal -o run/super.safetensors <"$pairs" >log
touch -d '1 day ago' run/super.safetensors.checkpoint
sleep 0.01; touch before
holds 'train-super with another option' "$mini fit-mlp.args='--steps 60' train-super.args='-q --threads 1 --max-update 9 --max-tokens 200'"
is    'starts anew, and times nothing' 'anew super.safetensors search.jsonl report.txt lats.jsonl lat.mlp' 'super.safetensors search.jsonl report.txt '
is    'has a log of its own' "jq -s -c '[.[-1].event,.[-1].step,([.[].event]|index(\"train\"))]' run/super.log.jsonl" '["save",9,null]'

holds 'a stage that says something' "$mini loud"
says  'is heard' loud
is    'and timed' 'jq -c "[.stage, .seconds >= 0]" run/time/loud' '["loud",true]'
finish
