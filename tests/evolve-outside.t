# Other programs that score candidates (--evaluate) and measure them (--measure).
. "${0%/*}/lib.sh"
command -v jq >/dev/null || skip 'no jq'
. "$top/tests/search-fixtures.sh"
export weights valid mlp space tight loose
small='--population 20 --parents 6 --mutations 10 --crossovers 10 --iterations 4'
inside="evolve -q --weights $weights --valid $valid --predictor $mlp $small"
outside="evolve -q --predictor $mlp $small"
eval_arch="eval-arch -q -j 1 --weights $weights --valid $valid"
scored='jq -c "select(.result | not)"'

refuses 2 <<T
scored here and there ;; $outside --weights $weights --valid $valid --evaluate cat <$space ;; --evaluate takes the place of --weights and --valid
nothing that scores ;; $outside <$space ;; want --weights and --valid, or --evaluate
no limit in the list ;; $inside --limits '' <$space ;; --limits: want a number above 0, not ""
none behind the comma ;; $inside --limits $loose, <$space ;; --limits: want a number above 0, not ""
measured without a prediction ;; evolve --weights $weights --valid $valid --measure cat <$space ;; --measure want a --predictor
T

# --- scores by another program
holds 'scored here' "$inside --limit $loose -k 3 <$space >a"
holds 'scored by eval-arch' "$outside --evaluate '$eval_arch' --limit $loose -k 3 <$space >b"
same  'scored by eval-arch: the same bytes' 'cat a' 'cat b'
# five at a time, the last one first
cat >five <<'S'
#!/usr/bin/env bash
while mapfile -t -n 5 line && [ ${#line[@]} -gt 0 ]; do
	for ((i = ${#line[@]}; i--; )); do printf '%s\n' "${line[i]}"; done
done
S
# so many lines, each when it comes
cat >some <<'S'
#!/usr/bin/env bash
for ((i = 0; i < $1; i++)); do read -r line && printf '%s\n' "$line" || break; done
S
chmod +x five some
backwards="./five | $eval_arch"
same  'answers in another order' 'cat a' "$outside --evaluate '$backwards' --limit $loose -k 3 <$space"
same  'records that come back with other fields, or without theirs' 'cat a' \
	"$outside --evaluate '$eval_arch | jq -c --unbuffered \"del(.arch, .task, .params) | .predicted_ms = 9\"' --limit $loose -k 3 <$space"
holds 'a field of its own' "$outside --evaluate 'jq -c --unbuffered \".score = {bleu: (.params / 1000), of: [1]}\"' --maximize score.bleu --limit $tight <$space >b"
is    'a field of its own: the largest is best' "jq -s '(map(.score.bleu) | max) == .[-1].score.bleu and .[-1].result.rank == 1' b" true
is    'a condition on it' "$outside --evaluate 'jq -c --unbuffered \".bleu = .params / 1000\"' --maximize bleu --where 'bleu<20' --limit $loose <$space | jq -s 'map(select(.bleu >= 20)) | length > 3' && $outside --evaluate 'jq -c --unbuffered \".bleu = .params / 1000\"' --maximize bleu --where 'bleu<20' --limit $loose <$space | jq -c 'select(.result) | .bleu < 20 and .bleu > 17'" 'true
true'
is    'more than a pipe holds, before the first answer' "evolve -q --evaluate 'head -n 900 | tac | jq -c --unbuffered .valid_loss=.params; cat' --population 900 --iterations 1 <$space | wc -l" 901
is    'stdin is closed at the end, stderr is passed on' "$outside --evaluate 'jq -c --unbuffered .valid_loss=1; echo seen >&2; echo over >over' --limit $loose <$space 2>&1 >/dev/null; cat over" 'seen
over'
is    'a status at the end is told' "$outside --evaluate 'jq -c --unbuffered .valid_loss=1; exit 4' --limit $loose <$space 2>&1 >/dev/null; echo \$?" "evolve: --evaluate \"jq -c --unbuffered .valid_loss=1; exit 4\" ended with exit status 4
0"
is    'whatever signals are ignored' "env --ignore-signal=CHLD $outside --evaluate 'jq -c --unbuffered .valid_loss=1; exit 4' --limit $loose <$space 2>&1 >/dev/null" "evolve: --evaluate \"jq -c --unbuffered .valid_loss=1; exit 4\" ended with exit status 4"
own='jq -c --unbuffered "(.valid_loss, .measured_ms) = .params | .note = \"a\u0000b\""'
holds 'fields as those of a search, NULs in texts, a byte order mark' "$outside --evaluate 'printf \"\\357\\273\\277\"; $own' --minimize measured_ms --limit $loose --resume own <$space >b"
same  'are what they are in its journal, too' 'cat b' "$outside --evaluate 'printf \"\\357\\273\\277\"; $own' --minimize measured_ms --limit $loose --resume own <$space"
same  'one that waits for the end of its input' 'cat a' "$outside --batchwise --evaluate 'tac | $eval_arch' --limit $loose -k 3 <$space"
if command -v parallel >/dev/null; then
	same  'parallel spreads them' 'cat a' "$outside --batchwise --evaluate 'parallel --pipe -N 6 -j 2 $eval_arch' --limit $loose -k 3 <$space"
fi
exits 1 'one that leaves some out' "$outside --batchwise --evaluate 'sed 3d | $eval_arch' --limit $loose <$space"
says  'one that leaves some out' 'ended before all had an answer: 1 are left'
exits 2 '--batchwise alone' "$inside --batchwise <$space"

refuses 1 <<T
no such command ;; $outside --evaluate 'no-such-scorer' <$space ;; --evaluate "no-such-scorer" ended with exit status 127 (no such command) before all had an answer: 20 are left (the first: 
one that ends well, but early ;; $outside --evaluate 'true' <$space ;; --evaluate "true" ended before all had an answer: 20 are left
one that is killed ;; $outside --evaluate 'kill -9 \$\$' <$space ;; was killed by signal 9 (Killed) before all had an answer: 20
no JSON ;; $outside --evaluate 'echo x; cat' <$space ;; line 1 of its output: broken JSON
no record ;; $outside --evaluate 'echo [1]; cat' <$space ;; line 1 of its output: no "arch_id": want the record that it was given, with fields added
another architecture ;; $outside --evaluate 'jq -c --unbuffered ".arch_id=\"x\""' <$space ;; line 1 of its output: arch_id "x": it was not given, or has its answer
an answer twice ;; $outside --evaluate 'jq -c --unbuffered ".valid_loss=1 | ., ."' <$space ;; line 2 of its output: arch_id
no score ;; $outside --evaluate 'cat' <$space ;; line 1 of its output: no number "valid_loss" in the record
a NUL byte ;; $outside --evaluate 'jq -c --unbuffered .valid_loss=1 | sed -u "s/1}/1\\x00}/"' <$space ;; line 1 of its output: broken JSON: a NUL byte
one at the end ;; $outside --evaluate 'jq -c --unbuffered .valid_loss=1 | sed -u "s/\$/\\x00/"' <$space ;; line 1 of its output: broken JSON: a NUL byte
one with another name ;; $outside --evaluate 'jq -c --unbuffered .valid_lost=1' <$space ;; did you mean valid_lost?
T

# A scorer that fails as the file "fails" says: after so many answers, so.
cat >scorer <<S
#!/usr/bin/env bash
read -r after how <fails
[ "\$after" ] || exec $eval_arch
./some "\$after" | $eval_arch
eval "\$how"
S
chmod +x scorer
echo >fails
holds 'a scorer' "$outside --evaluate ./scorer --limit $loose -k 3 --resume whole <$space | cmp - a"
for after in 1 7 33; do
	echo $after exit 3 >fails
	exits 1 "one that ends after $after answers" "$outside --evaluate ./scorer --limit $loose -k 3 --resume j$after <$space"
	says  'says so' '--evaluate "./scorer" ended with exit status 3 before all'
	says  'and where its answers are' "all answers are in j$after"
	is    'nothing that was scored is lost' "sed 1d j$after | wc -l" $after
	echo >fails
	holds 'gone on with: the same' "$outside --evaluate ./scorer --limit $loose -k 3 --resume j$after <$space | cmp - a"
	holds 'and the same journal' "cmp j$after whole"
done
exits 1 'another command' "$outside --evaluate '$eval_arch' --limit $loose --resume whole <$space"
says  'is not taken for the same' 'whole:1: the journal is of a search with other options'
# answers out of order: those that wait for an earlier one are in the journal
cat >backscorer <<S
#!/usr/bin/env bash
read -r after how <fails
{ if [ "\$after" ]; then ./some \$after; else cat; fi; } | ./five | $eval_arch
eval "\$how"
S
chmod +x backscorer
echo 30 exit 3 >fails
exits 1 'out of order, then the end' "$outside --evaluate ./backscorer --limit $loose --resume jb <$space"
is    'all are kept' 'sed 1d jb | wc -l' 30
cp jb k; head -n 14 jb >jb.part; mv jb.part jb
echo >fails
holds 'gone on with in the middle of five' "$outside --evaluate ./backscorer --limit $loose -k 3 --resume k <$space | cmp - a"
cat >rest <<S
#!/usr/bin/env bash
exec $eval_arch
S
chmod +x rest
cp rest backscorer
holds 'from the middle of five' "$outside --evaluate ./backscorer --limit $loose -k 3 --resume jb <$space | cmp - a"
is    'without a journal what waits is printed' "printf '#!/bin/sh\nhead -n 3 | sed 1d | $eval_arch\n' >two; chmod +x two; { $outside --evaluate ./two --limit $loose <$space 2>said || :; } | cmp - <(sed -n 2,3p a); echo \$?" 0

# killed in the middle
long="evolve -q --predictor $mlp --population 400 --iterations 3 --limit $loose --evaluate ./scorer"
holds 'a long one' "$long <$space >undisturbed"
killed 9 "$long --resume k9" 50
is    'kill -9' 'echo $code' 137
killed 9 "$long --resume k9" 300
holds 'and again' '[ $code = 137 ] && [ "$(sed 1d k9 | wc -l)" -ge 300 ] && [ "$(sed 1d k9 | wc -l)" -lt 600 ]'
holds 'then resume: the same' "$long --resume k9 <$space | cmp - undisturbed"

# one that hangs, and what it has started
cat >hangs <<'S'
#!/usr/bin/env bash
head -n 3 | jq -c --unbuffered .valid_loss=1
tail -f /dev/null &
echo $$ $! >pids.part; mv pids.part pids
wait
S
chmod +x hangs
for signal in INT TERM; do
	rm -f pids
	( exec env --default-signal=INT $outside --evaluate ./hangs --limit $loose ) <"$space" >printed 2>said &
	pid=$!
	until [ -e pids ]; do :; done
	kill -$signal $pid
	wait $pid 2>/dev/null; code=$?
	is    "SIG$signal while it hangs: dies of it" 'kill -l $code' $signal
	read -r one two <pids
	holds "SIG$signal: so does all that it started" "timeout 60 tail --pid=$one -f /dev/null && timeout 60 tail --pid=$two -f /dev/null"
	is    "SIG$signal: in silence" 'cat said' ''
done
rm -f pids
( exec $outside --evaluate ./hangs --limit $loose ) <"$space" >printed 2>said &
pid=$!
until [ -e pids ]; do :; done
kill -9 $pid; wait $pid 2>/dev/null
read -r one two <pids
holds 'kill -9 while it hangs: the command ends, too' "timeout 60 tail --pid=$one -f /dev/null"
kill $two 2>/dev/null

# --- measured by another program
# A machine that is slower than predicted, by an eighth, by a fifth where the
# encoder is wide.
cat >slower.jq <<'J'
.latency_ms = {total: (.predicted_ms * (if .arch.encoder_embed_dim > 16 then 1.2 else 1.125 end))} | .host = {cpu: "slow"}
J
slow="--measure 'jq -c -f slower.jq'"
holds 'measured' "$inside --limit $loose -k 3 $slow <$space >m"
is    'as many are scored' "$scored m | wc -l" 80
is    'the results meet the limit as measured' "jq -s --argjson l $loose 'map(select(.result.limit)) | length == 3 and all(.measured_ms <= \$l and (.latency_ms.total - .measured_ms | fabs) < 1e-6 and .predicted_ms < .measured_ms and .corrected_ms > .predicted_ms)' m" true
is    'a time of that name is ours, and there once' "$inside --limit $loose --measure 'jq -c \".measured_ms = 7 | .latency_ms.total = .predicted_ms\"' <$space | awk '/\"measured_ms\":7[,}]/ { print 7 } { print gsub(/\"measured_ms\":/, \"\") }' | sort -u | tr '\n' ' '" '0 1 '
printf '#!/bin/sh\n%s | sed -u "s/}\$/,\\"hash\\":99999999999999999999}/"\n' "$eval_arch" >hashed; chmod +x hashed
same  'a number of more digits than a long has' 'cat m' "$outside --evaluate ./hashed --limit $loose -k 3 $slow <$space | sed 's/,\"hash\":9*//'"
is    'with what the program adds' "jq -c 'select(.result.limit) | .host.cpu' m | sort | uniq -c | tr -s ' '" ' 3 "slow"'
is    'they are the best of those that do' "jq -s --argjson l $loose '(map(select(.result.measured)) | map(select(.measured_ms <= \$l).valid_loss) | sort[:3]) == map(select(.result.limit).valid_loss)' m" true
is    'predictions are corrected by the median' "jq -s 'map(select(.result.measured)) | (map(.measured_ms / .predicted_ms) | sort | (.[length / 2 | floor] + .[(length - 1) / 2 | floor]) / 2) as \$r |
	all((.corrected_ms / .predicted_ms - \$r | fabs) < 1e-6)' m" true
is    'nothing is scored that, corrected, is above the limit' "jq -s --argjson l $loose 'map(select(.iteration and .iteration > 2 and (.result | not))) | length > 30 and all(.predicted_ms * 1.124 <= \$l)' m" true
is    'without it there was' "jq -s --argjson l $loose 'any(.predicted_ms * 1.125 > \$l)' a" true
same  'the same again' 'cat m' "$inside --limit $loose -k 3 $slow <$space"
holds 'two limits' "$inside --limits $tight,$loose $slow <$space >m2"
is    'both are met' "jq -sc 'map(select(.result.limit)) | map(.measured_ms <= .result.limit)' m2" '[true,true]'
holds 'with another program that scores' "$outside --evaluate '$eval_arch' --limit $loose -k 3 $slow <$space | cmp - m"
holds 'with --pareto' "$inside --pareto --limit $loose $slow <$space | jq -se --argjson l $loose 'map(select(.result.limit)) | all(.measured_ms <= \$l)'"
holds 'by measure-lat as it is' "$inside --limit 1000 --iterations 2 --elites 2 --measure 'measure-lat -q -n 3 --src-len 4 --tgt-len 4 --accept-unsettled | jq -c \"del(.unsettled)\"' <$space >real"
is    'by measure-lat: with what it adds' "jq -c 'select(.result.limit) | .measured_ms == .latency_ms.total, .workload.tgt_len' real | tr '\n' ' '" 'true 4 '

# a journal
holds 'measured, with a journal' "$inside --limit $loose -k 3 $slow --resume mj <$space | cmp - m"
lines=$(wc -l <mj)
is    'it has what was measured' "grep -c measured_ms mj" "$(jq -c 'select(.result.measured)' m | wc -l)"
for n in 1 20 21 23 25 27 60 $((lines - 1)) $lines; do
	head -n $n mj >k
	# what is in the journal is not measured again
	holds "gone on with from line $n: the same" "$inside --limit $loose -k 3 $slow --resume k <$space | cmp - m && cmp k mj"
done
exits 1 'a journal that measured other ones' "grep -v -m 1 measured_ms mj >k; sed '22d' mj >k; $inside --limit $loose -k 3 $slow --resume k <$space"
exits 1 'another number of elites' "$inside --limit $loose -k 3 $slow --elites 4 --resume mj <$space"
says  'is another search' '"elites":5}}, now'

# what goes wrong
best=$(jq -r 'select(.result.rank == 1).arch_id' a)
echo "if .arch_id == \"$best\" then .unsettled = true else . end | .latency_ms.total = .predicted_ms" >unsure.jq
holds 'one that cannot be measured' "$inside --limit $loose -k 2 --measure 'jq -c -f unsure.jq' <$space >m"
says  'is told' '1 of the best could not be measured undisturbed: it is no result'
is    'and is no result' "jq -c 'select(.result.limit).arch_id' m | grep -c $best" 0
is    'which it were otherwise' "$inside --limit $loose -k 2 --measure 'jq -c .latency_ms.total=.predicted_ms' <$space | jq -c 'select(.result.limit).arch_id' | grep -c $best" 1
refuses 1 <<T
a command that fails ;; $inside --limit $loose --measure 'exit 7' <$space ;; --measure "exit 7" ended with exit status 7, 5 of the architectures that it was given not measured
one that leaves some out ;; $inside --limit $loose --measure 'head -n 2 | jq -c -f slower.jq' <$space ;; ended, 3 of the architectures that it was given not measured
one that measures nothing ;; $inside --limit $loose --measure cat <$space ;; --measure "cat": line 1 of its output: no number "latency_ms.total" in the record
no time ;; $inside --limit $loose --measure 'jq -c .latency_ms.total=0' <$space ;; latency_ms.total: want a number above 0
a limit that nothing meets when measured ;; $inside --limit $tight --measure 'jq -c .latency_ms.total=99' <$space ;; no candidate meets the limit $tight as measured: the fastest takes 99 ms
T
finish
