# The pipelines: each task's file parses, and a miniature of the method runs.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
plan() { # task, variables: what make would do
	make -C "$top" -n -f "pipelines/$1.mk" RUN="$tmp/planned" "${@:2}"
}
lacks() { # stages that are not in the plan
	local s
	for s; do grep -qE "(^|[ ;])(\S*/)?$s " plan || echo "no $s"; done
}
filters='make-dict encode-text train-super sample-arch measure-lat fit-mlp evolve train-sub'
filters+=' translate bleu report.sh'
for task in iwslt14deen wmt14ende wmt14enfr wmt19ende; do
	holds "$task is planned" "plan $task CORPUS=$tmp/corpus >plan"
	is    "$task is planned to its end" 'lacks $filters' ''
	refuses 2 <<<"$task without its text ;; plan $task CORPUS=nowhere ;; nowhere/train."
done
for task in multi30k multi30k-deep; do
	holds "$task is planned" "plan $task DATA=$tmp/corpus >plan"
	is    "$task is planned to its end" 'lacks $filters' ''
done
holds 'multi30k-tiny is planned' "plan multi30k-tiny DATA=$tmp/corpus TGT=fr >plan"
is    'multi30k-tiny: one training, one score' '
	lacks train-sub average-weights translate bleu
	grep -v "^make: " plan | grep -E "train-super|measure-lat|evolve|inherit"' ''
is    'multi30k-tiny: from a supernet' "
	plan multi30k-tiny DATA=$tmp/corpus INHERIT=$tmp/corpus/train.en |
		grep -c -- '--inherit $tmp/corpus/train.en --keep-last-epochs 10'" 2
refuses 2 <<<'multi30k without its text ;; plan multi30k ;; https://github.com/multi30k/dataset'
if command -v spm_train >/dev/null; then
	holds 'demo is planned' 'plan demo >plan'
	is    'demo makes its corpus and subwords' \
		'lacks make-corpus spm_train spm_encode report.sh' ''
	is 'a killed spm_train leaves what the next make removes' \
		'grep -oE "model_prefix=\S+" plan' \
		"model_prefix=$tmp/planned/spm.\$\$.milliner.part"
fi
is    'planning does nothing' 'ls -A planned 2>/dev/null | grep -v args' ''

# the whole method, small
cat >>mini.mk <<'M'
loud:
	@$(call stage,loud,echo loud >&2 && true)
fails:
	@$(call stage,fails,echo 'x: it fails' >&2; false; echo more >&2)
M
times() { find run -type f -printf '%p %T@ %s\n' | sort; }
# of these files, which did the last make write anew?
anew() { for f; do [ "run/$f" -nt before ] && echo "$f"; done | tr '\n' ' '; }
again() { sleep 0.01; touch before; }
archs() { jq -c .arch "run/$1.jsonl"; }
holds 'the method' "$mini"
prints 'it ends in a report' "$(head -n 1 run/report.txt)"
for m in found largest smallest random; do
	is "the report has $m" "
		awk '\$1 == \"$m\" && NF == 10 && \$7 == \"met\"' run/report.txt | wc -l" 1
done
is    'models are measured, predicted and evaluated' "jq -c '[.name, .latency_ms.total > 0,
	.predicted_ms > 0, .valid_loss > 0, .params > 0] | map(tostring) | join(\" \")' \
	-r run/models.jsonl" "$(printf '%s true true true true\n' found largest smallest random)"
is    'two models are trained' 'ls run/*.final.safetensors | wc -l' 2
same  'their last epochs are averaged' 'cat run/found.final.safetensors' '
	average-weights -o mean run/found.epoch2.safetensors run/found.epoch3.safetensors; cat mean'
is    'sizes are those of the task' "jq -c '.task |
	[.src_vocab, .share_all_embeddings, .super_encoder_embed_dim]' run/space.json" \
	'[20,true,32]'
is    'all of the test is translated' 'cat run/found.hyp run/found.inherited.hyp | wc -l' 400
is    'a page with its pictures inside' 'grep -c "<svg" run/report.html' 6
is    'a page that fetches nothing' \
	"grep -oE '(src|href)=.[^#]|url\\([^#\\x27]|@import' run/report.html" ''
is    'test points apart' \
	'cut -f3 run/report/latency.tsv | sort | uniq -c | tr -s " \n" " "' ' 21 0 3 1 '
same  'models are scored on the sentences of the search' \
	'jq -s "map(.valid_tokens) | unique" run/models.jsonl' \
	'jq -s "map(select(.result | not).valid_tokens) | unique" run/search.jsonl'
is    'how the model compares, and how sure that is' "
	jq -c '[.system[-12:], .BLEU.p_value | type]' run/paired.jsonl | tail -n 1" \
	'["string","number"]'
is    'no checkpoint, no part' 'ls run | grep -E "part|checkpoint"' ''
times >before
holds 'make again, with more threads' "$mini THREADS=2"
prints 'it prints the report' "$(tail -n 1 run/report.txt)"
is    'make again, with more threads, does nothing' 'times | diff before -' ''
planned() { $mini -n "$@" | grep -v '^make: .* directory'; }
is    'make -n says in one line that nothing is to be done' \
	planned "make: Nothing to be done for 'run'."
is    'make -n writes nothing' 'times | diff before -' ''
is    'make -q: nothing is to be done, or with another option something' "
	q() { $mini --no-print-directory -q \"\$@\"; echo \$?; }
	q; q bleu.args='--tokenize 13a'" $'0\n1'
stages='^(bleu|fit-mlp|evolve|translate|Nothing) '
is    'make -n with another option says what would be done' "
	planned bleu.args='--tokenize 13a' | grep -oE '$stages' | sort | uniq -c | tr -s ' ' |
		tr '\n' ," ' 7 bleu ,'
is    'make -n with another option writes nothing' 'times | diff before -' ''

# the time of a stage that was killed counts
spent() { # a run of fit-mlp was killed when it had taken this long
	rm run/lat.mlp
	echo '1000000 2000000 3000' >run/time/.fit-mlp
}
spent
holds 'a stage that is gone on with' "$mini $tmp/run/lat.mlp"
is    'a stage that is gone on with has the time of all its runs' "
	jq -c '[.seconds >= 1000, .user >= 2000, .sys >= 3]' run/time/fit-mlp
	ls run/time/.fit-mlp 2>/dev/null" '[true,true,true]'
spent
touch -d '1 day ago' run/time/.fit-mlp
holds 'a stage whose inputs are newer' "$mini $tmp/run/lat.mlp"
is    'a stage whose inputs are newer begins anew' \
	"jq -c '.seconds < 1000' run/time/fit-mlp" true
cat >killed <<-S
	. $top/pipelines/stage.sh
	begin $tmp/run/time/killed
	bash -c 'while kill -0 '\$\$'; do :; done' &
	until grep -qE '^[1-9][0-9]* [1-9][0-9]* ' $tmp/run/time/.killed 2>/dev/null; do
		read -t 0.1 <>never
	done
	kill -9 \$\$
S
cat >quick <<-S
	set -euo pipefail
	. $top/pipelines/stage.sh
	begin $tmp/run/time/quick
	kill() { command kill -9 \$2; }   # before its trap is set
	echo 1.000 2.000 3.000 >took
	finish $tmp/run/time/quick took
	jq -c '[.seconds, .user]' $tmp/run/time/quick; rm $tmp/run/time/quick
S
is    'nobody hears how the clock of a stage ended' 'bash quick 2>&1' '[1,2]'
mkfifo never
is    'what is killed has kept its time' 'bash killed; echo $?' 137
touch before
holds 'the whole again' "$mini"
again
sixty="$mini fit-mlp.args='--steps 60'"
holds 'fit-mlp with another option' "$sixty"
is    'fit-mlp with another option: it and what depends on it is made anew' \
	'anew lat.mlp search.jsonl models.jsonl report.txt' \
	'lat.mlp search.jsonl models.jsonl report.txt '
is    'fit-mlp with another option: nothing else is made anew' '
	anew super.safetensors lats.jsonl archs.jsonl space.json train.jsonl src.dict reference \
		limit largest.safetensors largest.hyp' ''
again
holds 'bleu with another option' "$sixty bleu.args='--tokenize 13a'"
is    'bleu with another option: scores alone are made anew' '
	anew found.bleu largest.bleu report.txt super.safetensors lats.jsonl lat.mlp search.jsonl \
		found.safetensors found.hyp' 'found.bleu largest.bleu report.txt '

# options that no program has as such
stale() { # variables: of these stages, those that make would run
	planned bleu.args='--tokenize 13a' fit-mlp.args='--steps 60' "$@" |
		grep -oE '("== |^|[|] )(make-dict|train-s[a-z]*|evolve|profile-arch|translate)\b' |
		grep -oE '[a-z-]+$' | sort -u | tr '\n' ' '
}
is    'nothing is stale' stale ''
is    'text and space with a new date, all the same: nothing is stale' \
	"touch corpus/* $space; stale" ''
is    'one word more: all is made anew' "
	cp corpus/train.en kept; echo w1 >>corpus/train.en; cp corpus/train.de kept.de
	echo w1 >>corpus/train.de; stale; cp kept corpus/train.en; cp kept.de corpus/train.de" \
	'evolve make-dict profile-arch train-sub train-super translate '
is    'other words with an older date, by mv or by a link: all is made anew' "
	sed 's/w9/w1/' corpus/train.en >older; touch -d '1 year ago' older
	mkdir v2; cp -p corpus/* v2; mv older v2/train.en
	ln -s corpus versions; stale CORPUS=$tmp/versions
	ln -sfn v2 versions; stale CORPUS=$tmp/versions" \
	'evolve make-dict profile-arch train-sub train-super translate '
is    'other words for as many, in the same file with its old date: all is made anew' "
	cp -p corpus/train.en kept; sed 's/w9/w8/' kept >corpus/train.en
	touch -r kept corpus/train.en; stale; cp -p kept corpus/train.en" \
	'evolve make-dict profile-arch train-sub train-super translate '
mkdir spy
cat >spy/sha256sum <<-S
	#!/bin/sh
	readlink /proc/self/fd/0 >>$tmp/read
	exec $(command -v sha256sum)
S
chmod +x spy/sha256sum
texts_read() { : >read; PATH=$tmp/spy:$PATH $mini $tmp/run/sides >log 2>&1; grep -c corpus/ read; }
is    'a text with a new date is read once' "
	touch corpus/*; texts_read; texts_read" $'6\n0'
is    'another space: no text is made anew' "cp $space kept
	sed -i 's/\"name\":\"[^\"]*\"/\"name\":\"other\"/' $space; cmp -s $space kept || stale
	cp kept $space" 'evolve profile-arch train-sub train-super translate '
other_build() { # program: what would be made anew where it is another
	rm -rf other; mkdir other; ln -s "$MILLINER_BIN"/* other; rm "other/$1"
	printf '#!/bin/sh\nexec %s "$@"\n' "$MILLINER_BIN/$1" >"other/$1"; chmod +x "other/$1"
	MILLINER_BIN=$tmp/other $mini -n bleu.args='--tokenize 13a' fit-mlp.args='--steps 60' |
		grep -oE '(>|-o )\S*/run/[^/ ]+' | grep -oE '[^/]+$' | sed 's/[.]\$.*//' | sort -u |
		paste -sd' '
}
is    'another average-weights: means are made anew, and what depends on them' \
	'other_build average-weights' 'found.bleu found.final.safetensors found.hyp '\
'largest.bleu largest.final.safetensors largest.hyp paired.jsonl report.txt time'
is    'another predict-lat: what is predicted is made anew' 'other_build predict-lat' \
	'models.jsonl random.inherited.bleu random.inherited.hyp random.json report.txt'
is    'another space, and the first one again: neither is taken for the other' "
	jq -c '.space.name = \"other\"' $space >other.json
	for s in other.json space.json; do
		$mini SPACE=$tmp/\$s RUN=$tmp/spaces $tmp/spaces/space.json >log 2>&1
		jq -c .space.name spaces/space.json
	done" $'"other"\n"tiny"'
is    'the text under other names: nothing is stale' "
	ln -s corpus linked; cp -r corpus copied; mv copied/valid.en copied/dev.en
	mv copied/valid.de copied/dev.de; stale CORPUS=$tmp/linked
	stale CORPUS=$tmp/copied VALID=dev" ''
sed -i 's/w9/w1/' corpus/train.fr
is    'another language: all is made anew' 'stale TGT=fr' \
	'evolve make-dict profile-arch train-sub train-super translate '
is    'another language, and the first one again: neither is taken for the other' "
	for l in fr de; do
		$mini TGT=\$l RUN=$tmp/spaces $tmp/spaces/seg/train.tgt >log 2>&1
		cmp spaces/seg/train.tgt corpus/train.\$l
	done" ''
is    'a run that was moved, or is reached by a link: nothing is stale' "
	cp -a run moved; ln -s run reached; stale RUN=$tmp/moved; stale RUN=$tmp/reached" ''
is    'two dictionaries in place of one: all is made anew' 'stale JOINED=' \
	'evolve make-dict profile-arch train-sub train-super translate '
is    'words are joined otherwise: all is translated, nothing trained' 'stale REMOVE_BPE=x' \
	'translate '
is    'sizes at another length: models are profiled anew' "stale profile-arch.args='--src-len 9'" \
	'profile-arch '
is    'more finalists than ten: the search has as many results' "
	planned FINALISTS=12 $tmp/run/search.jsonl | grep -oE -- '--top [0-9]+'" '--top 12'
is    'models are scored as the search scores' "
	planned evolve.args='--iterations 2 --label-smoothing  0 --valid-sentences 9' |
		grep -oE 'eval-arch .* --weights'" \
	'eval-arch --threads 1 --valid-sentences=9 --label-smoothing=0 --weights'
is    'the limit must lie between two: nothing is searched for that' 'stale ANY_LIMIT=' ''

# a quarter of the steps
refuses 2 <<<"nobody says what a quarter is ;; $sixty inherit ;;
	QUARTER is not set: options of train-sub for a quarter of its steps"
holds 'what inherited weights are worth' \
	"$sixty bleu.args='--tokenize 13a' QUARTER='--max-epoch 1' inherit"
prints 'four scores' 'the supernet, a quarter of the steps'
is    'another quarter of the steps: both are trained anew' "
	planned fit-mlp.args='--steps 60' QUARTER='--max-epoch 2' inherit |
		grep -oE '== train-sub [a-z.]*' | cut -d' ' -f3 | sort | tr '\n' ' '" \
	'found.quarter found.tuned '
is    'a quarter of the steps, from the supernet and from scratch' "
	jq -s -c 'map(select(.event == \"save\").epoch)' \
		run/found.tuned.log.jsonl run/found.quarter.log.jsonl run/found.log.jsonl" '[1,1,3]'
is    'weights from the supernet and from scratch differ' \
	'cmp -s run/found.tuned.safetensors run/found.quarter.safetensors; echo $?' 1

# more moments
again
holds 'three moments' "$mini ROUNDS=3 $tmp/run/lats.jsonl"
is    'three moments: two more are measured' \
	'anew lats.1.jsonl lats.2.jsonl lats.3.jsonl lats.jsonl' \
	'lats.2.jsonl lats.3.jsonl lats.jsonl '
same  'three moments: all architectures are there, once' 'archs archs | sort' 'archs lats | sort'
is    'three moments: each latency is the middle one' "
	cat run/lats.[123].jsonl run/lats.jsonl |
		jq -sc 'group_by(.arch)[] | map(.latency_ms.total / .reference_ms) |
			select((sort | .[1] == .[2]) | not)'" ''
again
holds 'one moment again' "$sixty ROUNDS=1 $tmp/run/lats.jsonl $tmp/run/lat.mlp"
same  'one moment again: it is the first' 'cat run/lats.1.jsonl' 'cat run/lats.jsonl'

# finalists, and other ways to search
holds 'all of the method again' "$sixty"
again
more="$sixty FINALISTS=2 FINAL='--max-epoch 1' STRATEGIES='random deepest'"
holds 'finalists and strategies' "$more"
is    'finalists: the search is not run again' 'anew search.jsonl super.safetensors lat.mlp' ''
is    'finalists: the two best, and what the rules picked' "
	jq -s '(.[:2] | map(.valid_loss) | . == sort) and (.[2:] | all(.rule)) and length >= 2 and
		(map(.arch_id) | (unique | length) == length)' run/finalists.jsonl" true
is    'finalists: each has its loss' "
	jq -s 'map(.final_loss > 0) | all' run/finals.jsonl
	diff <(archs finals) <(archs finalists)" true
unlike() { # finalists whose loss is not that of their log
	jq -r '[.arch_id, .final_loss] | @tsv' run/finals.jsonl | while read -r id loss; do
		jq -es --argjson loss "$loss" 'map(select(.event == "valid").loss)[-1] == $loss' \
			"run/finalist/$id.log.jsonl" >/dev/null || echo "$id"
	done
}
is    'finalists: the loss is that of the log' unlike ''
is    'finalists: the lowest is taken' "
	jq -sc 'sort_by(.final_loss)[0].arch' run/finals.jsonl |
		diff - <(jq -c .arch run/found.json)" ''
is    'finalists: a stage that is timed' 'jq -c .stage run/time/finalists' '"finalists"'
evaluated() { jq -c 'select(.result | not)' "run/$1.jsonl"; }
same  'strategies: as many are scored blindly' \
	'evaluated search | wc -l' 'evaluated search-random | wc -l'
is    'strategies: one is scored by the rule of thumb' 'evaluated search-deepest | wc -l' 1
same  'strategies: the search begins with the rule of thumb' \
	'evaluated search | jq -c "select(.rule == \"deepest\").arch"' \
	'evaluated search-deepest | jq -c .arch'
is    'the page shows strategies and finalists' \
	"grep -cE 'Other ways to search|Finalists: trained on' run/report.html" 2
is    'the picture has a curve for each strategy' "
	grep -oE '>(random|deepest|the search so far)<' run/report.html | sort -u | tr '\n' ' '" \
	'>deepest< >random< >the search so far< '
lowest='^Lowest loss within the limit: the search [0-9.]+, deepest [0-9.]+, random [0-9.]+'
holds 'the report names the losses' \
	"grep -E '$lowest' run/report.txt && grep -q '^Finalists: ' run/report.txt"
times >undisturbed
holds 'finalists once more' "$more"
is    'finalists once more: nothing is done' 'times | diff undisturbed -' ''
rm run/finals.jsonl run/finalist/"$(jq -r .arch_id run/finalists.jsonl | sed -n 2p)".loss
touch before
holds 'a finalist that was not done' "$more $tmp/run/finals.jsonl"
is    'a finalist that was not done is done, and no other' \
	"find run/finalist -name '*.loss' -newer before | wc -l" 1
again
holds 'no finalists again' "$sixty $tmp/run/found.json"
is    'no finalists again: the lowest inherited loss is taken' "
	jq -c 'select(.result.limit).arch' run/search.jsonl |
		grep -cxF \"\$(jq -c .arch run/found.json)\"" 1

# what is left of a training that was stopped, with other options
train-super -q --threads 1 --space "$space" --max-update 3 --resume run/super.safetensors.journal \
	-o run/super.safetensors <"$pairs" >log
touch -d '1 day ago' run/super.safetensors.checkpoint
again
nine="train-super.args='-q --threads 1 --max-update 9 --max-tokens 200'"
holds 'train-super with another option' "$sixty $nine"
is    'train-super with another option starts anew, and times nothing' \
	'anew super.safetensors search.jsonl report.txt lats.jsonl lat.mlp' \
	'super.safetensors search.jsonl report.txt '
is    'train-super with another option has a log of its own' "
	jq -s -c '[.[-1].event, .[-1].step, (map(.event) | index(\"train\"))]' \
		run/super.log.jsonl" '["save",9,null]'
is    'the report has what this run took, and no stage of other settings' "
	sed -n '/^stage /,/^all /p' run/report.txt | sed '1d; s/ .*//' | tr '\n' ' '" \
	'train-super measure-lat fit-mlp evolve train-sub-found translate-found '\
'train-sub-largest translate-largest all '

# what is found again, what was measured, other goals
again
touch run/search.jsonl
holds 'results measured again' "$sixty $nine"
is    'who is found again is not trained again' "
	grep '^== train' $err; anew found.json found.bleu report.txt" \
	'found.json found.bleu report.txt '
sed -i 's/"p50":[0-9.]*/"p50":777/' run/within.jsonl.journal
rm run/within.jsonl
holds 'measuring that was killed' "$sixty $nine $tmp/run/within.jsonl"
is    'measuring that was killed goes on' \
	'jq -c .latency_ms.p50 run/within.jsonl | sort -u' 777
middle=$(profile-arch <run/archs.jsonl | jq -s 'map(.params) | sort[length / 2 | floor]')
of_size="evolve.args=\"--population 12 --parents 4 --mutations 4 --crossovers 4 --iterations 2
	--maximize params --where 'params<=$middle'\""
of_size=${of_size//$'\n'/}
holds 'a goal and a condition' "$sixty $nine $of_size $tmp/run/models.jsonl"
is    'a goal: the best by it is found' "
	jq -sc 'map(.result.rank) == [range(1; length + 1)]' run/within.jsonl
	sed -n 1p run/within.jsonl | jq -c .arch | diff - <(jq -c .arch run/found.json)" true
is    'a condition: whom chance finds meets it, too' "
	profile-arch <run/random.json | jq '.params <= $middle'" true
holds 'no model trained' "$sixty TRAINED="
is    'no model trained: the pictures are drawn without a warning' "grep -iE 'gnuplot|warn' $err" ''
is    'no model trained: all pictures are there' 'grep -c "<svg" run/report.html' 6

holds 'a stage that says something' "$mini loud"
says  'it is heard' loud
refuses 2 <<<'a stage that fails ;; $mini fails ;; x: it fails'
is    'a stage that fails: nothing else is said' "grep -v '^make' $err" 'x: it fails'
is    'a stage that fails has no time' 'ls run/time | grep fails' ''
is    'a stage that says something is timed' \
	'jq -c "[.stage, .seconds >= 0]" run/time/loud' '["loud",true]'
finish
