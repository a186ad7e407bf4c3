# Killed at any moment and started again with the same command, a training ends
# with the same weights and the same log.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
train-super -q --threads 1 --space "$space" -o super --max-update 9 \
	--lr 0.01 --warmup-updates 4 <"$pairs" >log || echo 'not ok 0 - no supernet'
sample-arch --smallest <"$space" >small
head -n 4 "$valid" >few
# A line of the log an update and one a validation: more in all than a pipe
# holds, so that a training whose log nobody reads stands still in the middle.
rest='--threads 1 --max-tokens 24 --max-update 400 --log-interval 1 --validate-interval-updates 1 --valid few --lr 0.01 --warmup-updates 20 --keep-last-epochs 2'
sub="train-sub -q --arch small --inherit super $rest"
run="$sub --save-interval-updates 40"
started() { # command: reads the log from 7, pid
	rm -f fifo; mkfifo fifo
	eval "exec $1" <"$pairs" >fifo 2>messages &
	pid=$!
	exec 7<fifo
}
lines() { # count: no byte more, unlike head
	local i line
	for ((i = 0; i < $1; i++)); do
		IFS= read -r line <&7 && echo "$line"
	done
}
ended() { # -> code
	exec 7<&-
	wait $pid 2>/dev/null; code=$?
}
killed() { # lines of the log, command
	started "$2"
	lines "$1" >/dev/null
	kill -9 $pid
	ended
}
logged() { timeless "$1" | sed 's/"file":"[^"]*"/"file":""/'; }

eval "$sub -o whole.safetensors" <"$pairs" >whole.log
is    'an undisturbed one' 'wc -l <whole.log' 801
holds 'with a journal and checkpoints' "$run -o w.safetensors --resume j <\$pairs >log; cmp w.safetensors whole.safetensors"
same  'logs the same' 'logged log' 'logged whole.log'
same  'to the journal, too' 'cat log' 'cat j'
last=$(($(tail -n 1 log | jq .epoch) - 1))   # it ends in the middle of one
files() { # of a finished training
	printf '%s\n' "$1.epoch$((last - 1)).safetensors" "$1.epoch$last.safetensors" "$1.safetensors" "$1.safetensors.checkpoint"
}
is    'leaves its checkpoint' 'ls w.*' "$(files w)"
stat -c '%n %Y %s' w.epoch* >epochs
holds 'once more, it has nothing to do' "$run -o w.safetensors --resume j <\$pairs >log; cmp w.safetensors whole.safetensors"
same  'logs what it had logged' 'logged log' 'logged j'
is    'and lets its epochs be' 'stat -c "%n %Y %s" w.epoch* | diff - epochs' ''
holds 'further updates go on' "$run -o w.safetensors --resume j --max-update 402 <\$pairs | tail -n 1 | jq -e '.step==402'"

# kill -9
killed 2 "$sub --save-interval-updates 399 -o k.safetensors --resume k"
is    'killed before the first checkpoint' 'echo $code; ls k.*checkpoint k.safetensors 2>/dev/null' 137
holds 'with something in the journal' '[ $(wc -l <k) -ge 1 ] && [ $(wc -l <k) -lt 700 ]'
killed 150 "$run -o k.safetensors --resume k"
holds 'then in the middle' '[ $code = 137 ] && [ -e k.safetensors.checkpoint ] && [ ! -e k.safetensors ] && [ $(wc -l <k) -ge 149 ] && [ $(wc -l <k) -lt 801 ]'
cp k k.before; cp k before.log; cp k.safetensors.checkpoint before
killed 1 "$run -o k.safetensors --resume k"
holds 'then while it prints what it had logged' '[ $code = 137 ]'
# as if it had been writing just then
head -c 999 before >.k.safetensors.checkpoint.abcdefghijkl.part
head -c 5000 whole.safetensors >.k.safetensors.abcdefghijkl.part
head -c 300 super >.k.epoch$last.safetensors.abcdefghijkl.part
cp super k.epoch99.safetensors
printf '{"event":"train","st' >>k
holds 'then to its end' "$run -o k.safetensors --resume k <\$pairs >log"
holds 'the same weights' 'cmp k.safetensors whole.safetensors'
holds 'and epochs' 'for e in $((last - 1)) $last; do cmp k.epoch$e.safetensors w.epoch$e.safetensors; done'
same  'the same log' 'logged log' 'logged whole.log'
same  'the same journal' 'cat log' 'cat k'
is    'nothing else is left' 'rm k.before; ls -d k.* .k.* 2>/dev/null' "$(files k)"
is    'a lost journal is no lost training' "cp before m.checkpoint; $run -o m --resume mj <\$pairs 2>&1 >log | grep -c 'log records are lost'; cmp m whole.safetensors" 1

# checkpoints by time, too
timed="$sub --save-interval-updates 1000000 --save-interval-seconds"
killed 150 "$timed 0 -o t.safetensors --resume t"
is    'no time, no checkpoint' 'echo $code; ls t.safetensors.checkpoint 2>/dev/null' 137
rm t
killed 150 "$timed 1e-6 -o t.safetensors --resume t"
is    'any time: one an update' 'echo $code; ls t.safetensors.checkpoint' $'137\nt.safetensors.checkpoint'
holds 'which the training goes on from' "$timed 0.01 -o t.safetensors --resume t <\$pairs >log 2>messages; cmp t.safetensors whole.safetensors"
same  'with the same log' 'logged log' 'logged whole.log'
exits 2 'an interval is a time' "$timed -1 -o t.safetensors --resume t <\$pairs"

# where stderr is no terminal, how long it will take is told once
rm -f fifo; mkfifo fifo
( eval "exec ${sub/ -q/} --max-update 100000000 -o e" ) <"$pairs" 2>fifo >log &
pid=$!
exec 7<fifo
until ! read -r line <&7 || [[ $line = *' left at '* ]]; do :; done
kill -9 $pid
ended
holds 'a long training says how long it will take' '[[ $line =~ ^train-sub:\ [0-9]+\ of\ 100000000\ updates:\ [0-9]+\ minutes\ left\ at\ this\ rate,\ [0-9.e+]+/s$ ]]'

# a supernet, whose updates draw architectures
super="train-super -q --space \$space --threads 1 --max-tokens 40 --max-update 120 --log-interval 1 --validate-interval-updates 1 --valid few --lr 0.01 --warmup-updates 20 --save-interval-updates 7 --update-freq 2"
eval "$super -o sw" <"$pairs" >sw.log
killed 100 "$super -o s --resume sj"
holds 'a supernet killed' '[ $code = 137 ] && [ -e s.checkpoint ] && [ ! -e s ]'
holds 'goes on' "$super -o s --resume sj --threads 2 <\$pairs >log; cmp s sw"
same  'with the same log' 'logged log' 'logged sw.log'

# signals that can be caught
for sig in TERM INT HUP; do
	# a shell lets what it starts with & ignore SIGINT
	started "env --default-signal $run -o $sig.st --resume $sig"
	lines 150 >log
	kill -$sig $pid
	cat <&7 >>log
	ended
	is    "SIG$sig: dies of it" "echo $code" $((128 + $(kill -l $sig)))
	holds 'says how to go on' "grep -E 'train-sub: stopped after [0-9]+ updates; saved $sig.st.checkpoint; to go on, give the same pairs to: train-sub .* --resume $sig$' messages"
	is    'has not ended, leaves no part' "ls $sig.* .$sig.* 2>/dev/null | grep -v epoch" $sig.st.checkpoint
	holds 'logs to the last' "cmp log $sig"
	holds 'goes on' "$run -o $sig.st --resume $sig <\$pairs >log; cmp $sig.st whole.safetensors"
	same  'with the same log' 'logged log' 'logged whole.log'
done
started "$sub -o n"
lines 1 >log
kill -TERM $pid
cat <&7 >log
ended
holds 'without a journal: says what is missing' "grep 'saved n.checkpoint; .* -o n --resume n.journal$' messages"
holds 'and so it does, with any' "$run -o n --resume nj -q <\$pairs >log; cmp n whole.safetensors"

# what is refused
cp before o.checkpoint; cp before.log oj
for other in '--lr 0.02' '--seed 2' '--dropout 0.1' '--max-tokens 30' '--update-freq 2' \
	'--clip-norm 1' '--dtype bf16' '--lr-scheduler cosine' '--max-sentences 3' '--min-lr 0.1' \
	'--warmup-updates 1' '--warmup-init-lr 0.1' '--attention-dropout 0.1' \
	'--activation-dropout 0.1' '--label-smoothing 0.2' '--weight-decay 0.1' \
	'--adam-beta1 0.5' '--adam-beta2 0.5' '--adam-eps 0.1' \
	'--src-dict dict --share-all-embeddings' '--inherit whole.safetensors' '--arch bigger'; do
	sed 's/"encoder_ffn_embed_dim":\[32\]/"encoder_ffn_embed_dim":[48]/' small >bigger
	exits 1 "another training: $other" "$run -o o --resume oj $other <\$pairs"
	says  "another training: $other: says whose it is" \
		'o.checkpoint: is of another training (remove it to start anew)'
done
exits 1 'other pairs' "tac \$pairs | $run -o o --resume oj"
exits 1 'a broken checkpoint' "head -c 5000 before >o.checkpoint; $run -o o --resume oj <\$pairs"
says  'is named' 'train-sub: o.checkpoint: '
exits 1 'weights in its place' "cp super o.checkpoint; $run -o o --resume oj <\$pairs"
holds 'none of them touched the journal' 'cmp oj before.log'
cp super precious; cp "$pairs" records
exits 1 'weights as a journal' "$run -o p --resume precious <\$pairs"
says  'are refused' 'precious: not a journal'
exits 1 'so are pairs' "$run -o p --resume records <\$pairs"
says  'by name' 'records: not a journal of a training'
holds 'and stay as they are' 'cmp precious super && cmp records $pairs'
exits 1 'a journal in a folder that is not there' "$run -o p --resume no/where <\$pairs"
exits 1 'a device' "$run -o p --resume /dev/null <\$pairs"
says  'is none' 'a journal must be a plain file'

# two at once
started "$run -o first --resume fj"
lines 1 >log
exits 1 'a second one with the same journal' "$run -o second --resume fj <\$pairs"
says  'is refused' 'fj: another process is writing this journal'
exits 1 'a second one with the same output' "$run -o first --resume gj <\$pairs"
says  'is refused' 'first: another process is writing it'
holds 'another one is not' "$run -o third --max-update 1 <\$pairs"
cat <&7 >log
ended
is    'the first one ends well' 'echo $code; cmp first whole.safetensors' 0
finish
