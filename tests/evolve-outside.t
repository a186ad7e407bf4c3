# Other programs that score candidates (--evaluate) and measure them (--measure).
. "${0%/*}/lib.sh"
command -v jq >/dev/null || skip 'no jq'
. "$top/tests/search-fixtures.sh"
small='--population 20 --parents 6 --mutations 10 --crossovers 10 --iterations 4'
inside="evolve -q --weights $weights --valid $valid --predictor $mlp $small"
outside="evolve -q --predictor $mlp $small"
eval_arch="eval-arch -q -j 1 --weights $weights --valid $valid"
jqu='jq -c --unbuffered'
script() { { echo '#!/usr/bin/env bash'; cat; } >$1; chmod +x $1; } # name; it on stdin

refuses 2 <<T
scored here and there ;; $outside --weights $weights --valid $valid --evaluate cat <$space ;;
	--evaluate takes the place of --weights and --valid
nothing that scores ;; $outside <$space ;; want --weights and --valid, or --evaluate
no limit in the list ;; $inside --limits '' <$space ;; --limits: want a number above 0, not ""
none behind the comma ;; $inside --limits $loose, <$space ;;
	--limits: want a number above 0, not ""
measured without a prediction ;;
	evolve --weights $weights --valid $valid --measure cat <$space ;;
	--measure want a --predictor
another type of products than the command's ;; $outside --evaluate cat --dtype bf16 <$space ;;
	--dtype changes nothing: --evaluate scores by itself
fewer pairs than the command's ;; $outside --evaluate cat --valid-sentences 3 <$space ;;
	--valid-sentences changes nothing: --evaluate scores by itself
another loss than the command's ;; $outside --evaluate cat --label-smoothing 0 <$space ;;
	--label-smoothing changes nothing: --evaluate scores by itself
--elites alone ;; $inside --elites 5 <$space ;; evolve: --elites wants --measure
more at once than the command's ;; $outside --evaluate cat --max-tokens 9 <$space ;;
	--max-tokens changes nothing: --evaluate scores by itself
--force alone ;; evolve --weights $weights --valid $valid --force <$space ;;
	evolve: --force wants --predictor
--batchwise alone ;; $inside --batchwise <$space ;; evolve: --batchwise wants --evaluate
T

# --- scores by another program
search="$outside --limit $loose -k 3" # --evaluate ..
holds 'a search scored here' "$inside --limit $loose -k 3 <$space >a"
same  'scored by eval-arch: the same bytes' 'cat a' "$search --evaluate '$eval_arch' <$space"
script five <<'S' # five at a time, the last one first
while mapfile -t -n 5 line && [ ${#line[@]} -gt 0 ]; do
	for ((i = ${#line[@]}; i--; )); do printf '%s\n' "${line[i]}"; done
done
S
script some <<'S' # so many lines, each when it comes
for ((i = 0; i < $1; i++)); do read -r line && printf '%s\n' "$line" || break; done
S
same  'answers in another order' 'cat a' "$search --evaluate './five | $eval_arch' <$space"
script other <<S
$eval_arch | $jqu 'del(.arch, .task, .params) | .predicted_ms = 9'
S
same  'records that come back with other fields, or without theirs' 'cat a' \
	"$search --evaluate ./other <$space"
holds 'a field of its own' "$outside --limit $tight --maximize score.bleu \
	--evaluate '$jqu \".score = {bleu: (.params / 1000), of: [1]}\"' <$space >b"
true_of 'a field of its own: the largest is best' b \
	'(map(.score.bleu) | max) == .[-1].score.bleu and .[-1].result.rank == 1'
holds 'a condition on a field of its own' "$outside --limit $loose --maximize bleu \
	--where 'bleu<20' --evaluate '$jqu \".bleu = .params / 1000\"' <$space >b"
true_of 'a condition on a field of its own: it is for the result alone' b \
	'map(select(.bleu >= 20)) | length > 3'
true_of 'a condition on a field of its own: the result meets it' b \
	'.[-1].result and .[-1].bleu < 20 and .[-1].bleu > 17'
is    'more than a pipe holds, before the first answer' "evolve -q --population 900 --iterations 1 \
	--evaluate 'head -n 900 | tac | $jqu .valid_loss=.params; cat' <$space | wc -l" 901
is    'stdin is closed at the end, stderr is passed on' "$outside --limit $loose \
	--evaluate '$jqu .valid_loss=1; echo seen >&2; echo over >over' <$space 2>&1 >/dev/null
	cat over" $'seen\nover'
four="$jqu .valid_loss=1; exit 4"
holds 'a status at the end is no failure' "$outside --limit $loose --evaluate '$four' <$space"
says  'its status is told' "evolve: --evaluate \"$four\" ended with exit status 4"
is    'a status at the end is told whatever signals are ignored' "env --ignore-signal=CHLD \
	$outside --limit $loose --evaluate '$four' <$space 2>&1 >/dev/null" \
	"evolve: --evaluate \"$four\" ended with exit status 4"
script own <<S
printf '\357\273\277'
$jqu '(.valid_loss, .measured_ms) = .params | .note = "a\u0000b"'
S
own="$outside --evaluate ./own --minimize measured_ms --limit $loose --resume own.j <$space"
holds 'fields as those of a search, NULs in texts, a byte order mark' "$own >b"
same  'such fields: the same from its journal' 'cat b' "$own"
same  'a scorer that waits for the end of its input' 'cat a' \
	"$search --batchwise --evaluate 'tac | $eval_arch' <$space"
many='evolve -q --population 1500 --iterations 1' # more than are sent at once
same  'an iteration of several batches' "$many --evaluate '$jqu .valid_loss=.params' <$space" \
	"$many --batchwise --evaluate 'echo >>ran; jq -c .valid_loss=.params' <$space"
is    'an iteration of several batches: the command runs for each' 'wc -l <ran' 2
if command -v parallel >/dev/null; then
	same  'parallel spreads candidates' 'cat a' \
		"$search --batchwise --evaluate 'parallel --pipe -N 6 -j 2 $eval_arch' <$space"
fi
nul="$jqu .valid_loss=1 | sed -u"
refuses 1 <<T
one that leaves an answer out ;;
	$outside --limit $loose --batchwise --evaluate 'sed 3d | $eval_arch' <$space ;;
	ended before all had an answer: 1 are left
no such command ;; $outside --evaluate 'no-such-scorer' <$space ;;
	--evaluate "no-such-scorer" ended with exit status 127 (no such command)
	before all had an answer: 20 are left (the first: 
one that ends well, but early ;; $outside --evaluate 'true' <$space ;;
	--evaluate "true" ended before all had an answer: 20 are left
one that is killed ;; $outside --evaluate 'kill -9 \$\$' <$space ;;
	was killed by signal 9 (Killed) before all had an answer: 20
an answer that is no JSON ;; $outside --evaluate 'echo x; cat' <$space ;;
	line 1 of its output: broken JSON
an answer that is no record ;; $outside --evaluate 'echo [1]; cat' <$space ;;
	line 1 of its output: no "arch_id": want the record that it was given, with fields added
an answer of another architecture ;; $outside --evaluate '$jqu ".arch_id=\"x\""' <$space ;;
	line 1 of its output: arch_id "x": it was not given, or has its answer
an answer twice ;; $outside --evaluate '$jqu ".valid_loss=1 | ., ."' <$space ;;
	line 2 of its output: arch_id
an answer without score ;; $outside --evaluate 'cat' <$space ;;
	line 1 of its output: no number "valid_loss" in the record
a NUL byte in an answer ;; $outside --evaluate '$nul "s/1}/1\\x00}/"' <$space ;;
	line 1 of its output: broken JSON: a NUL byte
a NUL byte behind an answer ;; $outside --evaluate '$nul "s/\$/\\x00/"' <$space ;;
	line 1 of its output: broken JSON: a NUL byte
an answer with another name ;; $outside --evaluate '$jqu .valid_lost=1' <$space ;;
	did you mean valid_lost?
T

# A scorer that fails as the file "fails" says: after so many answers, so.
script scorer <<S
read -r after how <fails
[ "\$after" ] || exec $eval_arch
./some "\$after" | $eval_arch
eval "\$how"
S
echo >fails
holds 'a scorer with a journal' "$search --evaluate ./scorer --resume whole <$space | cmp - a"
for after in 1 7 33; do
	now="$search --evaluate ./scorer --resume j$after <$space"
	echo $after exit 3 >fails
	refuses 1 <<<"a scorer that ends after $after answers ;; $now ;;
	--evaluate \"./scorer\" ended with exit status 3 before all"
	says  'where its answers are' "all answers are in j$after"
	is "after $after answers: nothing that was scored is lost" "sed 1d j$after | wc -l" $after
	echo >fails
	holds "after $after answers: gone on with, the same" "$now | cmp - a"
	holds "after $after answers: the same journal" "cmp j$after whole"
done
refuses 1 <<T
a journal of another command ;; $search --evaluate '$eval_arch' --resume whole <$space ;;
	whole:1: the journal is of another search: "evaluate" is "./scorer" there
T
# answers out of order: those that wait for an earlier one are in the journal
script backscorer <<S
read -r after how <fails
{ if [ "\$after" ]; then ./some \$after; else cat; fi; } | ./five | $eval_arch
eval "\$how"
S
echo 30 exit 3 >fails
refuses 1 <<T
answers out of order, then the end ;; $search --evaluate ./backscorer --resume jb <$space ;;
	evolve: --evaluate "./backscorer" ended with exit status 3 before all had an answer: 10 are
	left (the first: w9mek0cf66); all answers are in jb
T
is    'answers out of order: all are kept' 'sed 1d jb | wc -l' 30
cp jb k; head -n 14 jb >jb.part; mv jb.part jb
echo >fails
holds 'answers out of order: gone on with' \
	"$search --evaluate ./backscorer --resume k <$space | cmp - a"
script backscorer <<<"exec $eval_arch"
holds 'answers out of order: gone on with from the middle of five' \
	"$search --evaluate ./backscorer --resume jb <$space | cmp - a"
script two <<<"head -n 3 | sed 1d | $eval_arch"
same  'without a journal what waits is printed' 'sed -n 2,3p a' \
	"$outside --limit $loose --evaluate ./two <$space || :"

# killed in the middle
long="evolve -q --predictor $mlp --population 400 --iterations 3 --limit $loose --evaluate ./scorer"
holds 'a long search' "$long <$space >undisturbed"
killed 9 "$long --resume k9" 50
is    'kill -9 ends it' 'echo $code' 137
killed 9 "$long --resume k9" 300
holds 'kill -9, later: what was scored is kept' \
	'n=$(sed 1d k9 | wc -l); [ $code = 137 ] && [ $n -ge 300 ] && [ $n -lt 600 ]'
holds 'kill -9, then resume: the same' "$long --resume k9 <$space | cmp - undisturbed"

# one that hangs, and what it has started
script hangs <<'S'
head -n 3 | jq -c --unbuffered .valid_loss=1
tail -f /dev/null &
echo $$ $! >pids.part; mv pids.part pids
wait
S
hung() { # SIGNAL: it is sent while the command hangs; $code, $one and $two were its processes
	rm -f pids
	( exec env --default-signal=INT $outside --evaluate ./hangs --limit $loose ) \
		<"$space" >printed 2>said &
	local pid=$!
	until [ -e pids ]; do :; done
	kill -$1 $pid
	wait $pid 2>/dev/null; code=$?
	read -r one two <pids
}
ends() { timeout 60 tail --pid=$1 -f /dev/null; }
for signal in INT TERM; do
	hung $signal
	is    "SIG$signal while the command hangs: dies of it" 'kill -l $code' $signal
	holds "SIG$signal while the command hangs: so does all that it started" \
		'ends $one && ends $two'
	is    "SIG$signal while the command hangs: in silence" 'cat said' ''
done
hung 9
holds 'kill -9 while the command hangs: it ends, too' 'ends $one'
kill $two 2>/dev/null

# --- measured by another program
# A machine that is slower than predicted, by an eighth, by a fifth where the
# encoder is wide.
cat >slower.jq <<'J'
.latency_ms = {total: (.predicted_ms * (if .arch.encoder_embed_dim > 16 then 1.2 else 1.125 end))} |
.host = {cpu: "slow"}
J
slow="--measure 'jq -c -f slower.jq'"
three="$inside --limit $loose -k 3"
predicted='jq -c .latency_ms.total=.predicted_ms'
holds 'a search that measures' "$three $slow <$space >m"
jq -c 'select(.result.limit)' m >m.results
is    'measured: as many are scored' "jq -c 'select(.result | not)' m | wc -l" 80
true_of 'measured: the results meet the limit' m.results 'length == 3 and
	all(.measured_ms <= $l and (.latency_ms.total - .measured_ms | fabs) < 1e-6 and
	.predicted_ms < .measured_ms and .corrected_ms > .predicted_ms)' --argjson l $loose
is    'measured: the program has the environment that evolve has' "
	OMP_NUM_THREADS=3 OPENBLAS_NUM_THREADS=2 POSIXLY_CORRECT=1 $inside --limit $loose \
		--measure 'env | grep -E \"^(OMP|OPENBLAS|POSIX)\" | sort >variables; $predicted' \
		<$space >b; cat variables" \
	$'OMP_NUM_THREADS=3\nOPENBLAS_NUM_THREADS=2\nPOSIXLY_CORRECT=1'
holds 'a time of the name measured_ms' "$inside --limit $loose \
	--measure '$predicted | jq -c .measured_ms=7' <$space >b"
is    'a time of that name is ours' "grep -c '\"measured_ms\":7[,}]' b" 0
is    'a time of that name is there once, or not' \
	"awk '{ print gsub(/\"measured_ms\":/, \"\") }' b | sort -u" $'0\n1'
script hashed <<<"$eval_arch | sed -u 's/}\$/,\"hash\":99999999999999999999}/'"
same  'a number of more digits than a long has' 'cat m' \
	"$search --evaluate ./hashed $slow <$space | sed 's/,\"hash\":9*//'"
is    'measured: with what the program adds' 'jq -r .host.cpu m.results' $'slow\nslow\nslow'
true_of 'measured: the results are the best of those that meet the limit' m '
	map(select(.result.limit).valid_loss) ==
	(map(select(.result.measured and .measured_ms <= $l).valid_loss) | sort[:3])' \
	--argjson l $loose
true_of 'measured: predictions are corrected by the median' m 'map(select(.result.measured)) |
	(map(.measured_ms / .predicted_ms) | sort |
	(.[length / 2 | floor] + .[(length - 1) / 2 | floor]) / 2) as $r |
	all((.corrected_ms / .predicted_ms - $r | fabs) < 1e-6)'
true_of 'measured: nothing is scored that, corrected, is above the limit' m '
	map(select(.iteration and .iteration > 2 and (.result | not))) |
	length > 30 and all(.predicted_ms * 1.124 <= $l)' --argjson l $loose
true_of 'without measuring, such are scored' a "any(.predicted_ms * 1.125 > $loose)"
same  'measured: the same again' 'cat m' "$three $slow <$space"
holds 'measured, two limits' "$inside --limits $tight,$loose $slow <$space >m2"
is    'measured, two limits: both are met' \
	"jq -c 'select(.result.limit) | .measured_ms <= .result.limit' m2" $'true\ntrue'
holds 'measured, scored by another program' \
	"$search --evaluate '$eval_arch' $slow <$space | cmp - m"
holds 'measured, with --pareto' "$inside --pareto --limit $loose $slow <$space >b"
true_of 'measured, with --pareto: the limit is met' b \
	"map(select(.result.limit)) | all(.measured_ms <= $loose)"
holds 'measured, with --pareto and two parents: it ends' "timeout 60 $inside --pareto \
	--population 2 --limit $loose $slow <$space >b"
script lat <<<"measure-lat -q -n 3 --src-len 4 --tgt-len 4 --accept-unsettled |
	jq -c 'del(.unsettled)'"
holds 'by measure-lat as it is' \
	"$inside --limit 1000 --iterations 2 --elites 2 --measure ./lat <$space >real"
is    'by measure-lat: with what it adds' "jq -c 'select(.result.limit) |
	.measured_ms == .latency_ms.total, .workload.tgt_len' real" $'true\n4'

# a journal
holds 'measured, with a journal' "$three $slow --resume mj <$space | cmp - m"
lines=$(wc -l <mj)
is    'the journal has what was measured' 'grep -c measured_ms mj' \
	"$(jq -c 'select(.result.measured)' m | wc -l)"
for n in 1 20 21 23 25 27 60 $((lines - 1)) $lines; do
	head -n $n mj >k
	# what is in the journal is not measured again
	holds "measured, gone on with from line $n: the same" \
		"$three $slow --resume k <$space | cmp - m && cmp k mj"
done
sed '22d' mj >k
refuses 1 <<T
a journal that measured other ones ;; $three $slow --resume k <$space ;;
	evolve: k:26: not the candidate that this search has there: the journal is of another space,
	limit or plan
a journal of another number of elites ;; $three $slow --elites 4 --resume mj <$space ;;
	"elites" is 5 there, 4 here
T

# what goes wrong
best=$(jq -r 'select(.result.rank == 1).arch_id' a)
echo "if .arch_id == \"$best\" then .unsettled = true else . end |
	.latency_ms.total = .predicted_ms" >unsure.jq
two="$inside --limit $loose -k 2"
results() { jq -r 'select(.result.limit).arch_id' $1 | grep -c $best; }
holds 'an architecture that cannot be measured' "$two --measure 'jq -c -f unsure.jq' <$space >m"
says  'that is told' '1 of the best could not be measured undisturbed: it is no result'
is    'an architecture that cannot be measured is no result' 'results m' 0
free=$($inside -k 1 <$space | jq -r 'select(.result).arch_id' | head -n 1)
sed "s/$best/$free/" unsure.jq >free.jq
is    'nor is it where there is no limit' "
	$inside -k 2 --measure 'jq -c -f free.jq' <$space |
		jq -s 'map(select(.result)) | length > 1 and all(.measured_ms)'" true
holds 'the same one, measured' "$two --measure '$predicted' <$space >m"
is    'the same one, measured: it is a result' 'results m' 1
# Each is unsettled at first, and slow then. "seen": who were measured; "given": what it got.
script warms <<'S'
touch seen
tee given.part | jq -c --argjson seen "$(jq -sc . seen)" 'if IN(.arch_id; $seen[])
	then .latency_ms = {total: .predicted_ms} | del(.unsettled)
	else .latency_ms = {total: 99, cold: true} | .unsettled = true end'
jq .arch_id given.part >>seen; cat given.part >>given
S
warms="$two --measure ./warms --resume"
holds 'measured at the second try' "$warms wj <$space >m"
true_of 'measured at the second try: nothing is left of the first' m 'map(select(.result)) |
	length > 5 and all(.latency_ms.total == .measured_ms and .measured_ms < 30 and
	(.latency_ms.cold or has("unsettled") | not))'
true_of 'measured at the second try: it is given what it was at the first' given \
	'group_by(.arch_id) | map(unique | length) | max == 1'
for n in 21 23 26 48 51 57; do
	head -n $n wj >k
	jq 'select(.unsettled).arch_id' k >seen
	holds "measured at the second try, gone on with from line $n: the same" \
		"$warms k <$space | cmp - m && cmp k wj"
done
refuses 1 <<T
a command that fails ;; $inside --limit $loose --measure 'exit 7' <$space ;;
	--measure "exit 7" ended with exit status 7,
	5 of the architectures that it was given not measured
a command that leaves some out ;;
	$inside --limit $loose --measure 'head -n 2 | jq -c -f slower.jq' <$space ;;
	ended, 3 of the architectures that it was given not measured
a command that measures nothing ;; $inside --limit $loose --measure cat <$space ;;
	--measure "cat": line 1 of its output: no number "latency_ms.total" in the record
a time of 0 ;; $inside --limit $loose --measure 'jq -c .latency_ms.total=0' <$space ;;
	latency_ms.total: want a number above 0
a limit that nothing meets when measured ;;
	$inside --limit $tight --measure 'jq -c .latency_ms.total=99' <$space ;;
	no candidate meets the limit $tight as measured: the fastest takes 99 ms
T
finish
