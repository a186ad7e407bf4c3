# Records in files instead of stdin, over several lines, with ids; what a person at a
# terminal and what a name that is nearly right is told.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
records='eval-arch evolve fit-mlp measure-lat predict-lat profile-arch rank-corr sample-arch
	soft-label train-sub train-super translate'
for f in $records; do jq -c . "${in[$f]}" >"$f.in"; done
cp text encode-text.in
# the filter's command, its output named if it writes one; then further words
command() { echo "${run[$1]} $(is_writer "$1" && echo "$2") ${*:3}"; }
# a filter prints the same of two inputs: filter, input, input, what lasts
alike() {
	local f=$1 lasts=${4:-lasting}
	eval "$(command $f a) $2 >1 && $(command $f b) $3 >2" && diff <($lasts <1) <($lasts <2)
}

# --- files -------------------------------------------------------------------
for f in $records encode-text make-dict; do
	cp -n "${in[$f]}" "$f.in"
	holds "$f reads a file" "alike $f $f.in '<$f.in'"
	holds "$f reads - as stdin" "alike $f '- <$f.in' '<$f.in'"
	refuses 1 <<R
$f: no such file ;; $(command $f c) nothing-here ;; $f: nothing-here: No such file or directory
$f: a folder ;; $(command $f c) . ;; $f: .: Is a directory
R
	refuses 2 <<<"$f: a file without a name ;; $(command $f c) '' ;; $f: operand 1: want a
	file's name, not \"\""
done
for f in fit-mlp train-sub train-super; do
	cp $f.in own
	refuses 2 <<<"$f would replace what it reads ;; ${run[$f]} own own ;; one file, own"
	same  "$f does not replace what it reads" 'cat own' "cat $f.in"
done
for f in eval-arch measure-lat predict-lat profile-arch soft-label translate; do
	head -n 1 $f.in >one; tail -n +2 $f.in | zstd -q >rest.zst
	holds "$f reads several, one zstd" "alike $f 'one rest.zst' '<$f.in'"
	{ cat one; echo '{"arch":3,"src":3}'; } >bad
	refuses 1 <<R
$f, a bad record in the second ;; $(command $f a) one bad ;; $f: bad:2:
$f, the second not there ;; $(command $f a) one nothing-here ;; nothing-here: No such file
R
	is    "$f, the second not there: nothing is printed" "echo '$(cat "$out")'" ''
done
printf '{"arch":' >torn
jq -c '.workload = {threads: 2}' lats >other
refuses 1 <<'R'
a file that ends inside a record does not go on in the next ;; profile-arch torn archs
	;; profile-arch: torn:1: broken JSON: the record that begins here does not end
stdin named twice ;; profile-arch - - <archs ;; stdin: is named for two inputs
samples of two files ;; jq -c '.workload = {threads: 1}' lats | fit-mlp -q -o m - other
	;; other:1: another workload than that of stdin:1
R
refuses 2 <<'R'
two spaces ;; sample-arch --space space.json space.json ;; want one space
two spaces as files ;; sample-arch space.json space.json
	;; sample-arch: unexpected operand "space.json"
columns and files side by side ;; encode-text --src-dict dict --source text text
	;; encode-text: text: --source is what is read
R
head -n 15 lats >a; tail -n +16 lats >b
same  'lines of the test part are those of all files' \
	'fit-mlp -q --steps 20 -o m lats | jq -c .test_lines' \
	'fit-mlp -q --steps 20 -o m a b | jq -c .test_lines'
for f in $records encode-text; do
	is "$f --help tells of files" "$f --help | grep -c '\[FILE'" 1
done

# --- over several lines ------------------------------------------------------
lasting_more() { lasting | sed 's/"test_lines":[^]]*\]//'; }   # lines are more then
for f in $records; do
	jq . $f.in >$f.many
	holds "$f reads what jq prints" "alike $f '<$f.many' '<$f.in' lasting_more"
done
jq . few >few.many
same  'what jq prints as --valid' \
	"${run[eval-arch]} archs" 'eval-arch -q --weights super --valid few.many archs'
same  'what jq prints as --space' \
	'sample-arch -n 2 --space space.json' 'sample-arch -n 2 --space sample-arch.many'
is    'white space in texts stays' '
	printf "{\"arch\":%s,\n\"x\":\"a  b\\\\n c\"\n}" "$(head -n 1 archs | jq -c .arch)" |
		profile-arch | jq -c .x' '"a  b\n c"'
same  'tabs, CRs and one line after another' \
	'profile-arch archs' "jq --tab . archs | sed 's/\$/\r/' | profile-arch"
measure='measure-lat -q -n 1 --src-len 3 --tgt-len 3'
is    'a name with escapes is the name' "
	sed 's/^{/{\"par\\\\u0061ms\":1,\"unsettle\\\\u0064\":true,/' archs |
		$measure --accept-unsettled | profile-arch | grep -c u006" 0
same  'records that share lines with others' \
	'profile-arch archs archs' 'for i in 1 2; do jq . archs; echo; done | profile-arch'
jq . archs archs >many
zero() { sed '100,$s/"qkv_dim": [0-9]*/"qkv_dim": 0/' many; }
first=$(awk '/^{/ { begin = NR } NR >= 100 && /"qkv_dim"/ { print begin; exit }' many)
refuses 1 <<R
an array ;; jq -s . archs | profile-arch
	;; stdin:1: an array: want one record a line, as jq -c '.[]' makes them of it
an array in one line ;; jq -sc . archs | profile-arch ;; jq -c '.[]'
broken in a later line ;; { echo; cat many; } | sed '5s/:/;/' | profile-arch
	;; profile-arch: stdin:2: broken JSON: ':' expected near ';', in line 5
wrong in a later record, named by where it begins ;; zero | profile-arch
	;; profile-arch: stdin:$first: arch.qkv_dim
no end ;; head -n 5 many | profile-arch
	;; stdin:1: broken JSON: the record that begins here does not end
a torn line before a whole one ;; { head -n 1 archs | cut -c -100; cat archs; } | profile-arch
	;; profile-arch: stdin:1: broken JSON
a brace lost ;; { head -n 1 archs | sed "s/}\\\$//"; cat archs; } | profile-arch
	;; profile-arch: stdin:1: broken JSON: '}' expected near '{', in line 2
R

# --- ids ---------------------------------------------------------------------
jq -c 'del(.arch_id)' archs >old
ids() { jq -r .arch_id "$@"; }
ids=$(ids archs)
wmt=$data/spaces/wmt14ende-space0.json
is    'an id is ten digits and letters' "ids archs | grep -cE '^[0-9a-hjkmnp-tv-z]{10}\$'" 3
is    'an id stays the same for good' 'sample-arch --smallest $wmt | ids' 6zer3vvrjf
for f in eval-arch measure-lat predict-lat profile-arch; do
	do=$(command $f)
	[ $f = measure-lat ] && do="$do --in-order"
	is    "$f adds the id" "$do old | ids" "$ids"
	is    "$f leaves the id where it is" "
		$do archs | grep -c '},\"arch_id\":\"[^\"]*\",\"[a-z]'" 3
	is    "$f corrects the id" "sed 's/\"arch_id\":\"./&x/' archs | $do | ids" "$ids"
	is    "$f takes an id of the user's as it is" "
		jq -c '.id = 5' old | $do | jq -r '\"\\(.id) \\(.arch_id)\"'" \
		"$(sed 's/^/5 /' <<<"$ids")"
done
is    'ids of a predictor that reads without a tree' \
	'cat old archs old | predict-lat -p mlp | ids' "$(printf '%s\n' "$ids" "$ids" "$ids")"
same  'ids: the same line either way' 'predict-lat -p mlp old' 'predict-lat -p mlp archs'
is    'an id does not depend on the order of members' 'jq -cS . old | profile-arch | ids' "$ids"
is    'an id does not depend on the task' 'jq -c "del(.task)" old | profile-arch | ids' "$ids"
is    'import-hat adds the id' '
	head -n 1 archs | import-hat --export >a.yml
	import-hat a.yml | ids' "$(head -n 1 <<<"$ids")"
eval "${run[evolve]} space.json" >found
same  'evolve prints the id' \
	'ids found' "jq -c 'del(.arch_id)' found | profile-arch | ids"
is    'no two ids are alike' 'sample-arch -d -n 20000 $wmt | ids | sort -u | wc -l' 20000
is    'of features there is no id' '
	echo "{\"features\":[640,6,3072,8,512,2,1024,4,4,1]}" | profile-arch | jq .arch_id' null
predict-lat -p mlp archs >predicted
cat >join.jq <<'J'
INDEX($p[]; .arch_id) as $of | .[] | .predicted_ms = $of[.arch_id].predicted_ms
J
same  'two streams are joined by the id' 'jq -c .predicted_ms predicted' '
	profile-arch old | jq -sc --slurpfile p predicted -f join.jq | jq -c .predicted_ms'
# journals of before
measure+=' --reference-every 0'
$measure old | jq -c 'del(.arch_id)' >journal
cp journal before
same  'a journal of measurements without ids answers records that have them' \
	'cat before' "$measure --resume journal archs"
same  'a journal of measurements with ids answers records that have none' \
	"$measure --resume j2 archs" "$measure --resume j2 old"
head -n 5 found | jq -c 'del(.arch_id)' >search
same  'a journal of a search without ids is gone on with' "jq -c 'del(.arch_id)' found" \
	"${run[evolve]} --resume search space.json | jq -c 'del(.arch_id)'"

# --- did you mean ------------------------------------------------------------
refuses 2 <<'R'
an option nearly right ;; translate --weigths x
	;; --weigths: no such option; did you mean --weights?
an option nearly right, with a value ;; translate --bean=3
	;; --bean: no such option; did you mean --beam?
an option with the wrong hyphens ;; train-super --max_update 3 ;; did you mean --max-update?
the beginning of several options ;; train-super --max 3
	;; --max: which one, of --max-update, --max-epoch, --max-tokens, --max-sentences?
a choice nearly right ;; measure-lat --dtype in8 ;; did you mean int8?
R
refuses 2 <<<'an option like none ;; translate --frobnicate ;; --frobnicate: no such option'
is    'an option like none: there is nothing to suggest' \
	"echo $(grep -c 'did you mean' "$err")" 0
refuses 1 <<'R'
a field nearly right ;; sample-arch -q --where 'parms<1' <space.json
	;; no number "parms" in the record; did you mean params?
a field inside nearly right ;; predict-lat -p mlp --where 'arch.decoder_layers<9' archs
	;; did you mean arch.decoder_layer_num?
a field without its object ;; predict-lat -p mlp --where 'decoder_layer_num<9' archs
	;; did you mean arch.decoder_layer_num?
a target nearly right ;; fit-mlp -q -o m --target latency_ms.totl lats
	;; did you mean latency_ms.total?
a key of an arch nearly right ;; sed 's/qkv_dim/qvk_dim/' archs | profile-arch
	;; stdin:1: arch: unknown key "qvk_dim"; did you mean qkv_dim?
a key of a space nearly right ;; sed 's/embed_choice/embd_choice/' space.json | sample-arch
	;; did you mean encoder_embed_choice?
a key of a task nearly right ;; sed 's/src_vocab/source_vocab/' archs | profile-arch
	;; did you mean src_vocab?
R

# --- at a terminal -----------------------------------------------------------
typed() { script -qec "$1" /dev/null </dev/null; }
waits() { grep -c "$1: waiting for .* on stdin, which is a terminal"; }
for f in bleu encode-text eval-arch fit-mlp import-hat make-dict measure-lat predict-lat \
	profile-arch soft-label train-sub train-super translate; do
	quiet=$(command $f t)
	loud=${quiet/ -q / }
	is    "$f says what it waits for, once" "typed '$loud' | waits $f" 1
	[ "$loud" = "$quiet" ] ||
		is "$f --quiet does not say what it waits for" "typed '$quiet' | waits $f" 0
	is    "$f says nothing of waiting with a file" "typed '$loud <${in[$f]}' | waits $f" 0
done
finish
