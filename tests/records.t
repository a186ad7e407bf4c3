# Records in files instead of stdin, over several lines, with ids; what a person at a terminal
# and what a name that is nearly right is told.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
records='eval-arch evolve fit-mlp measure-lat predict-lat profile-arch rank-corr sample-arch soft-label train-sub train-super translate'
for f in $records; do jq -c . "${in[$f]}" >"$f.in"; done
cp text encode-text.in
# the filter's command, its output named if it writes one; then further words
command() { echo "${run[$1]} $(is_writer "$1" && echo "$2") ${*:3}"; }

# --- files -------------------------------------------------------------------
for f in $records encode-text make-dict; do
	cp -n "${in[$f]}" "$f.in"
	holds "$f reads a file" "$(command $f a) $f.in >1 && $(command $f b) <$f.in >2 && diff <(lasting <1) <(lasting <2)"
	holds "$f reads - as stdin" "$(command $f a) - <$f.in >1 && diff <(lasting <1) <(lasting <2)"
	exits 1 "$f: no such file" "$(command $f c) nothing-here"
	says  'is named' "$f: nothing-here: No such file or directory"
	exits 1 "$f: a folder" "$(command $f c) ."
	says  'is named' "$f: .: Is a directory"
done
for f in fit-mlp train-sub train-super; do
	cp $f.in own
	exits 2 "$f would replace what it reads" "${run[$f]} own own"
	same  'and does not' 'cat own' "cat $f.in"
done
for f in eval-arch measure-lat predict-lat profile-arch soft-label translate; do
	head -n 1 $f.in >one; tail -n +2 $f.in | zstd -q >rest.zst
	holds "$f reads several, one zstd" "$(command $f a) one rest.zst >1 && $(command $f b) <$f.in >2 && diff <(lasting <1) <(lasting <2)"
	{ cat one; echo '{"arch":3,"src":3}'; } >bad
	exits 1 "$f, a bad record in the second" "$(command $f a) one bad"
	says  'names that file and its line' "$f: bad:2: "
	exits 1 "$f, the second not there" "$(command $f a) one nothing-here"
	is    'has printed nothing' "echo '$(cat "$out")'" ''
done
for f in $records encode-text make-dict; do
	exits 2 "$f: a file without a name" "$(command $f c) ''"
	says  'is no file' "$f: operand 1: want a file's name, not \"\""
done
printf '{"arch":' >torn
exits 1 'a file that ends inside a record' 'profile-arch torn archs'
says  'does not go on in the next' 'profile-arch: torn:1: broken JSON: the record that begins here does not end'
exits 1 'stdin named twice' 'profile-arch - - <archs'
says  'says so' 'stdin: is named for two inputs'
exits 2 'two spaces' 'sample-arch --space space.json space.json'
says  'says so' 'want one space'
exits 2 'two spaces as files' 'sample-arch space.json space.json'
exits 2 'columns and files side by side' 'encode-text --src-dict dict --source text text'
exits 1 'samples of two files' "jq -c '.workload = {threads: 2}' lats >other; jq -c '.workload = {threads: 1}' lats | fit-mlp -q -o m - other"
says  'names both lines' 'other:1: another workload than that of stdin:1'
same  'and of the test part the lines of all' 'fit-mlp -q --steps 20 -o m lats | jq -c .test_lines' '{ head -n 15 lats >a; tail -n +16 lats >b; fit-mlp -q --steps 20 -o m a b | jq -c .test_lines; }'
prints_help() { same "$1 --help tells of files" "$1 --help | grep -c '\[FILE'" 'echo 1'; }
for f in $records encode-text; do prints_help $f; done

# --- over several lines ------------------------------------------------------
lasting_more() { lasting | sed 's/"test_lines":[^]]*\]//'; }   # lines are more then
for f in $records; do
	holds "$f reads what jq prints" "jq . $f.in | $(command $f a) >1 && $(command $f b) <$f.in >2 && diff <(lasting_more <1) <(lasting_more <2)"
done
same  'as a --space, an --arch and --valid' "${run[eval-arch]} archs" 'jq . few >few.many; eval-arch -q --weights super --valid few.many archs'
same  'and one more step' 'sample-arch -n 2 --space space.json' 'jq . space.json >many; sample-arch -n 2 --space many'
same  'white space in texts stays' "printf '{\"arch\":%s,\\n\"x\":\"a  b\\\\n c\"\\n}' \"\$(jq -c .arch archs | head -n 1)\" | profile-arch | jq -c .x" "echo '\"a  b\\n c\"'"
same  'tabs, CRs and one line after another' 'profile-arch archs' "jq --tab . archs | sed 's/\$/\r/' | profile-arch"
is    'a name with escapes is the name' "sed 's/^{/{\"par\\\\u0061ms\":1,\"unsettle\\\\u0064\":true,/' archs | measure-lat -q -n 1 --src-len 3 --tgt-len 3 --accept-unsettled | profile-arch | grep -c u006" 0
same  'records that share lines with others' 'profile-arch archs archs' "for i in 1 2; do jq . archs; echo; done | profile-arch"
exits 1 'an array' 'jq -s . archs | profile-arch'
says  'the cure' "stdin:1: an array: want one record a line, as jq -c '.[]' makes them of it"
exits 1 'an array in one line' 'jq -sc . archs | profile-arch'
says  'likewise' "jq -c '.[]'"
exits 1 'broken in a later line' "{ echo; jq . archs; } | sed '5s/:/;/' | profile-arch"
says  'names where the record begins, and the line' "profile-arch: stdin:2: broken JSON: ':' expected near ';', in line 5"
exits 1 'wrong in a later record' "jq . archs archs | sed '100,\$s/\"qkv_dim\": [0-9]*/\"qkv_dim\": 0/' | profile-arch"
first=$(jq . archs archs | awk '/^{/ { begin = NR } NR >= 100 && /"qkv_dim"/ { print begin; exit }')
says  'names where it begins' "profile-arch: stdin:$first: arch.qkv_dim"
exits 1 'no end' 'jq . archs | head -n 5 | profile-arch'
says  'is told by its beginning' 'stdin:1: broken JSON: the record that begins here does not end'
exits 1 'a torn line before a whole one' '{ head -n 1 archs | cut -c -100; cat archs; } | profile-arch'
says  'is told by its own' 'profile-arch: stdin:1: broken JSON'
exits 1 'a brace lost' '{ head -n 1 archs | sed "s/}\$//"; cat archs; } | profile-arch'
says  'is told by where it was lost' "profile-arch: stdin:1: broken JSON: '}' expected near '{', in line 2"

# --- ids ---------------------------------------------------------------------
jq -c 'del(.arch_id)' archs >old
ids=$(jq -r .arch_id archs)
is    'an id is ten digits and letters' "jq -r .arch_id archs | grep -cE '^[0-9a-hjkmnp-tv-z]{10}\$'" 3
is    'of this architecture it is this one, for good' 'sample-arch --smallest <$data/spaces/wmt14ende-space0.json | jq -r .arch_id' 6zer3vvrjf
for f in eval-arch measure-lat predict-lat profile-arch; do
	is    "$f adds it" "$(command $f) old | jq -r .arch_id" "$ids"
	is    "$f leaves it where it is" "$(command $f) archs | grep -c '},\"arch_id\":\"[^\"]*\",\"[a-z]'" 3
	is    "$f corrects it" "sed 's/\"arch_id\":\"./&x/' archs | $(command $f) | jq -r .arch_id" "$ids"
	is    "$f takes an id of the user's as it is" "jq -c '.id = 5' old | $(command $f) | jq -r '[.id, .arch_id] | join(\" \")'" "$(sed 's/^/5 /' <<<"$ids")"
done
is    'of a predictor that reads without a tree' 'cat old archs old | predict-lat -p mlp | jq -r .arch_id' "$ids"$'\n'"$ids"$'\n'"$ids"
same  'and the same line either way' 'predict-lat -p mlp old' 'predict-lat -p mlp archs'
is    'whatever the order of its members' "jq -cS . old | profile-arch | jq -r .arch_id" "$ids"
is    'and the task' "jq -c 'del(.task)' old | profile-arch | jq -r .arch_id" "$ids"
is    'import-hat adds it' "head -n 1 archs | import-hat --export >a.yml; import-hat a.yml | jq -r .arch_id" "$(head -n 1 <<<"$ids")"
is    'evolve prints it' "${run[evolve]} space.json >found; jq -r .arch_id found | cmp - <(jq -c 'del(.arch_id)' found | profile-arch | jq -r .arch_id)" ''
is    'no two alike' 'sample-arch -d -n 20000 <$data/spaces/wmt14ende-space0.json | jq -r .arch_id | sort -u | wc -l' 20000
is    'of features there is none' "jq -c '{features:[640,6,3072,8,512,2,1024,4,4,1]}' <<<1 | profile-arch | jq .arch_id" null
"${run[predict-lat]%% *}" -p mlp archs >predicted
holds 'two streams are joined by it' "profile-arch old | jq -sc --slurpfile p predicted 'INDEX(\$p[]; .arch_id) as \$of | .[] | .predicted_ms = \$of[.arch_id].predicted_ms' >joined; jq -c .predicted_ms joined | cmp - <(jq -c .predicted_ms predicted)"
# journals of before
measure-lat -q -n 1 --src-len 3 --tgt-len 3 --reference-every 0 old | jq -c 'del(.arch_id)' >journal
cp journal before
is    'a journal of measurements without ids answers records that have them' 'measure-lat -q -n 1 --src-len 3 --tgt-len 3 --reference-every 0 --resume journal archs' "$(cat before)"
is    'and one with ids those that have none' 'measure-lat -q -n 1 --src-len 3 --tgt-len 3 --reference-every 0 --resume j2 archs >a; measure-lat -q -n 1 --src-len 3 --tgt-len 3 --reference-every 0 --resume j2 old | cmp a -' ''
head -n 5 found | jq -c 'del(.arch_id)' >search
holds 'a journal of a search without ids is gone on with' "${run[evolve]} --resume search space.json | jq -c 'del(.arch_id)' | cmp - <(jq -c 'del(.arch_id)' found)"

# --- did you mean ------------------------------------------------------------
hint() { # what, command, text
	exits "${4:-2}" "$1" "$2"
	says  'what was meant' "$3"
}
hint 'an option' 'translate --weigths x' '--weigths: no such option; did you mean --weights?'
hint 'with a value' 'translate --bean=3' '--bean: no such option; did you mean --beam?'
hint 'with the wrong hyphens' 'train-super --max_update 3' 'did you mean --max-update?'
hint 'the beginning of several' 'train-super --max 3' '--max: which one, of --max-update, --max-epoch, --max-tokens, --max-sentences?'
exits 2 'like none' 'translate --frobnicate'
is    'there is nothing to suggest' "echo $(grep -c 'did you mean' "$err")" 0
hint 'a choice' 'measure-lat --dtype in8' 'did you mean int8?'
hint 'a field' "sample-arch -q --where 'parms<1' <space.json" 'no number "parms" in the record; did you mean params?' 1
hint 'a field inside' "predict-lat -p mlp --where 'arch.decoder_layers<9' archs" 'did you mean arch.decoder_layer_num?' 1
hint 'a field without its object' "predict-lat -p mlp --where 'decoder_layer_num<9' archs" 'did you mean arch.decoder_layer_num?' 1
hint 'a target' 'fit-mlp -q -o m --target latency_ms.totl lats' 'did you mean latency_ms.total?' 1
hint 'a key of an arch' "sed 's/qkv_dim/qvk_dim/' archs | profile-arch" 'stdin:1: arch: unknown key "qvk_dim"; did you mean qkv_dim?' 1
hint 'of a space' "sed 's/embed_choice/embd_choice/' space.json | sample-arch" 'did you mean encoder_embed_choice?' 1
hint 'of a task' "sed 's/src_vocab/source_vocab/' archs | profile-arch" 'did you mean src_vocab?' 1

# --- at a terminal -----------------------------------------------------------
for f in bleu encode-text eval-arch fit-mlp import-hat make-dict measure-lat predict-lat profile-arch soft-label train-sub train-super translate; do
	loud=$(command $f t | sed 's/ -q / /')
	holds "$f says what it waits for, once" "{ script -qec '$loud' /dev/null </dev/null; :; } | grep -c '$f: waiting for .* on stdin, which is a terminal' | grep -qx 1"
	[[ $loud = "$(command $f t)" ]] ||
		holds "$f --quiet does not" "! script -qec '$(command $f t)' /dev/null </dev/null | grep 'waiting for'"
	holds "$f does not with a file" "! script -qec '$loud <${in[$f]}' /dev/null </dev/null | grep 'waiting for'"
done
finish
