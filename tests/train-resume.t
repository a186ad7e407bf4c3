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
logs='--log-interval 1 --validate-interval-updates 1 --valid few --lr 0.01 --warmup-updates 20'
sub="train-sub -q --arch small --inherit super --threads 1 --max-tokens 24 --max-update 400 $logs"
sub+=' --keep-last-epochs 2'
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
logged() { timeless "$@" | sed 's/"file":"[^"]*"/"file":""/'; }
on() { # name: the training of that name, with its journal, to its end
	eval "${2-$run} -o $1.safetensors --resume $1" <"$pairs"
}
whole() { cmp $1.safetensors whole.safetensors; }

eval "$sub -o whole.safetensors" <"$pairs" >whole.log
is    'undisturbed: a line an update and a validation' 'wc -l <whole.log' 801
holds 'with a journal and checkpoints: the same weights' 'on w >log; whole w'
same  'with a journal and checkpoints: the same log' 'logged log' 'logged whole.log'
same  'with a journal and checkpoints: the log is in the journal' 'cat log' 'sed 1d w'
last=$(tail -n 1 log | jq .epoch)   # it ends in the middle of one
files() { # of a finished training
	printf "$1%s\n" '' .epoch$((last - 1)).safetensors .epoch$last.safetensors .safetensors \
		.safetensors.checkpoint
}
is    'at its end its checkpoint is left' 'ls w w.*' "$(files w)"
is    'its checkpoint names the pairs as those of all versions do' \
	'header w.safetensors.checkpoint | jq -r .__metadata__.config | jq -c "[.pairs, .text]"' \
	'[60,"7d296e6280120e02"]'
stat -c '%n %Y %s' w.epoch* >epochs
holds 'once more, it has nothing to do' 'on w >log; whole w'
same  'once more, it logs what it had logged' 'logged log' 'logged <(sed 1d w)'
is    'once more, it lets its epochs be' 'stat -c "%n %Y %s" w.epoch* | diff - epochs' ''
holds 'further updates go on' 'on w "$run --max-update 402" | tail -n 1 | jq -e ".step == 402"'
cp w w.before; cp w.safetensors w.weights
refuses 1 <<R
fewer updates than there were ;; on w "\$run --max-update 401" ;;
	train-sub: w.safetensors.checkpoint: at update 402, beyond --max-update 401
fewer epochs than there were ;; on w "\$run --max-update 402 --max-epoch $((last - 1))" ;;
	train-sub: w.safetensors.checkpoint: in epoch $last, beyond --max-epoch $((last - 1))
R
holds 'what is refused leaves journal and weights' 'cmp w w.before && cmp w.safetensors w.weights'
holds 'as many epochs have nothing to do' \
	'on w "$run --max-update 402 --max-epoch $last" >log; cmp w.safetensors w.weights'
on pt "$run --patience 1" >log
patient=$(tail -n 1 log | jq .step)
same  "patience ended it at $patient of 400 updates: it is over" \
	'[ $patient -lt 400 ] && on pt "$run --patience 1" | logged' 'logged log'
holds 'so it is where that many are wanted' 'on pt "$run --patience 1 --max-update $patient"'
rm w.before w.weights

# kill -9
killed 2 "$sub --save-interval-updates 399 -o k.safetensors --resume k"
is    'killed before the first checkpoint: there is none' '
	echo $code; ls k.*checkpoint k.safetensors 2>/dev/null' 137
between() { local n=$(wc -l <k); [ $n -ge $1 ] && [ $n -lt $2 ]; }
holds 'killed before the first checkpoint: something is in the journal' 'between 1 700'
killed 150 "$run -o k.safetensors --resume k"
holds 'then killed in the middle' '
	[ $code = 137 ] && [ -e k.safetensors.checkpoint ] && [ ! -e k.safetensors ] &&
		between 149 801'
cp k k.before; cp k before.log; cp k.safetensors.checkpoint before
killed 1 "$run -o k.safetensors --resume k"
holds 'then killed while it prints what it had logged' '[ $code = 137 ]'
# as if it had been writing just then
head -c 999 before >.k.safetensors.checkpoint.abcdefghijkl.part
head -c 5000 whole.safetensors >.k.safetensors.abcdefghijkl.part
head -c 300 super >.k.epoch$last.safetensors.abcdefghijkl.part
cp super k.epoch99.safetensors
printf '{"event":"train","st' >>k
holds 'killed three times: it goes on to its end' 'on k >log'
holds 'killed three times: the same weights' 'whole k'
holds 'killed three times: the same epochs' '
	for e in $((last - 1)) $last; do cmp k.epoch$e.safetensors whole.epoch$e.safetensors; done'
same  'killed three times: the same log' 'logged log' 'logged whole.log'
same  'killed three times: the same journal' 'cat log' 'sed 1d k'
is    'killed three times: nothing else is left' '
	rm k.before; ls -d k k.* .k.* 2>/dev/null' "$(files k)"
is    'a lost journal is no lost training' '
	cp before m.safetensors.checkpoint; on m 2>&1 >log | grep -c "log records are lost"
	whole m' 1
is    'then it is in a new one' 'header before | jq -r .__metadata__.config >config
	head -n 1 m | jq -cr ".training | .output, .config" |
		diff - <(echo m.safetensors; cat config)' ''
rm m.safetensors.checkpoint
holds 'a lost checkpoint: it begins from the start' 'on m >log; whole m'
same  'a lost checkpoint: the journal has the whole log' 'cat log' 'sed 1d m'
# a journal of an older version has no first line
sed 1d before.log >x
cp before x.safetensors.checkpoint
holds 'the journal of an older version goes on' 'on x >log; whole x'
same  'the journal of an older version: the same log' 'logged log' 'logged whole.log'
same  'the journal of an older version: is that' 'cat log' 'cat x'

# checkpoints by time, too
timed="$sub --save-interval-updates 1000000 --save-interval-seconds"
killed 150 "$timed 0 -o t.safetensors --resume t"
is    'no time, no checkpoint' 'echo $code; ls t.safetensors.checkpoint 2>/dev/null' 137
rm t
killed 150 "$timed 1e-6 -o t.safetensors --resume t"
is    'any time: a checkpoint an update' \
	'echo $code; ls t.safetensors.checkpoint' $'137\nt.safetensors.checkpoint'
holds 'checkpoints by time: it goes on from them' 'on t "$timed 0.01" >log 2>messages; whole t'
same  'checkpoints by time: the same log' 'logged log' 'logged whole.log'
refuses 2 <<<'a negative time between checkpoints ;; on t "$timed -1" ;; want a number in [0,'

# where stderr is no terminal, how long it will take is told once
rm -f fifo; mkfifo fifo
( eval "exec ${sub/ -q/} --max-update 100000000 -o e" ) <"$pairs" 2>fifo >log &
pid=$!
exec 7<fifo
until ! read -r line <&7 || [[ $line = *' left at '* ]]; do :; done
kill -9 $pid
ended
left='^train-sub: [0-9]+ of 100000000 updates: [0-9]+ minutes left at this rate, [0-9.e+]+/s$'
holds 'a long training says how long it will take' '[[ $line =~ $left ]]'

# a supernet, whose updates draw architectures
super="train-super -q --space \$space --threads 1 --max-tokens 40 --max-update 120 $logs
	--save-interval-updates 7 --update-freq 2"
super=${super//$'\n'/}
eval "$super -o sw" <"$pairs" >sw.log
killed 100 "$super -o s --resume sj"
holds 'a supernet killed' '[ $code = 137 ] && [ -e s.checkpoint ] && [ ! -e s ]'
holds 'a supernet killed: the same weights' "$super -o s --resume sj --threads 2 <\$pairs >log
	cmp s sw"
same  'a supernet killed: the same log' 'logged log' 'logged sw.log'

# signals that can be caught
stopped='train-sub: stopped after [0-9]+ updates; saved'
pairs_to='to go on, give the same pairs to: train-sub'
for sig in TERM INT HUP; do
	# a shell lets what it starts with & ignore SIGINT
	started "env --default-signal $run -o $sig.safetensors --resume $sig"
	lines 150 >log
	kill -$sig $pid
	cat <&7 >>log
	ended
	is    "SIG$sig: it dies of it" "echo $code" $((128 + $(kill -l $sig)))
	holds "SIG$sig: it says how to go on" 'grep -E \
		"$stopped $sig.safetensors.checkpoint; $pairs_to .* --resume $sig$" messages'
	is    "SIG$sig: it has not ended, leaves no part" "
		ls $sig.* .$sig.* 2>/dev/null | grep -v epoch" $sig.safetensors.checkpoint
	holds "SIG$sig: it logs to the last" "sed 1d $sig | cmp - log"
	holds "SIG$sig: it goes on to the same weights" "on $sig >log; whole $sig"
	same  "SIG$sig: it goes on to the same log" 'logged log' 'logged whole.log'
done
started "$sub -o n.safetensors"
lines 1 >log
kill -TERM $pid
cat <&7 >log
ended
holds 'SIGTERM without a journal: it says what is missing' "
	grep 'saved n.safetensors.checkpoint; .* -o n.safetensors --resume n.safetensors.journal$' \
		messages"
holds 'SIGTERM without a journal: it goes on with any' 'on n >log; whole n'

# what is refused
cp before o.safetensors.checkpoint; cp before.log o
sed 's/"encoder_ffn_embed_dim":\[32\]/"encoder_ffn_embed_dim":[48]/' small >bigger
for other in '--lr 0.02' '--seed 2' '--dropout 0.1' '--max-tokens 30' '--update-freq 2' \
	'--clip-norm 1' '--dtype bf16' '--lr-scheduler cosine' '--max-sentences 3' \
	'--lr-scheduler cosine --min-lr 0.001' \
	'--warmup-updates 1' '--warmup-init-lr 0.1' '--attention-dropout 0.1' \
	'--activation-dropout 0.1' '--label-smoothing 0.2' '--weight-decay 0.1' \
	'--adam-beta1 0.5' '--adam-beta2 0.5' '--adam-eps 0.1' \
	'--src-dict dict --share-all-embeddings' '--inherit whole.safetensors' '--arch bigger'; do
	refuses 1 <<R
another training: $other ;; on o "\$run $other"
	;; o.safetensors.checkpoint: is of another training (remove it to start anew)
R
done
cp super precious; cp "$pairs" records; cp w w.before; sed 1d w >older
sed 's/"step":[0-9]*/"step":1/' older >later
instead() { # a checkpoint's content: the training goes on with it in its place
	cat >o.safetensors.checkpoint; on o
}
at() { eval "$run -o p --resume $1" <"$pairs"; }
refuses 1 <<'R'
other pairs ;; tac $pairs | eval "$run -o o.safetensors --resume o"
	;; train-sub: o.safetensors.checkpoint: is of another training (remove it to start anew):
	what the pairs hold differs
two options ;; on o "$run --lr 0.02 --adam-eps 0.1" ;; start anew):
	--lr 0.01 there, 0.02 here; --adam-eps 1e-8 there, 0.1 here
another type of products ;; on o "$run --dtype bf16" ;; start anew): --dtype fp32 there, bf16 here
dictionaries that were not there ;; on o "$run --src-dict dict --share-all-embeddings" ;;
	start anew): dictionaries (--src-dict) here, none there
weights that were there ;; on o "${run/--inherit super}" ;;
	start anew): weights to start from (--inherit, --codebooks) there, none here
another schedule ;; on o "$run --lr-scheduler cosine" ;; start anew):
	--lr-scheduler inverse_sqrt there, cosine here
a broken checkpoint ;; head -c 5000 before | instead ;; train-sub: o.safetensors.checkpoint:
weights as a checkpoint ;; instead <super
	;; train-sub: o.safetensors.checkpoint: is of another training (remove it to start anew):
	no checkpoint
weights as a journal ;; at precious ;; precious: not a journal
pairs as a journal ;; at records ;; records: not a journal of a training
the journal of another output ;; at w ;; train-sub: w:1: the journal is of another training
	(name another file, or remove it): of --output w.safetensors there, p here
the journal of other options ;; mkdir -p d;
	eval "$run --lr 0.02 -o d/w.safetensors --resume w" <$pairs ;;
	train-sub: w:1: the journal is of another training (name another file, or remove it):
	--lr 0.01 there, 0.02 here
the journal of an older version without its checkpoint ;; at older ;;
	train-sub: older: does not say of which training it is, and there is no p.checkpoint (name
	another file, or remove it)
a shorter journal of an older version ;; head -n 9 older >short; cp before p.checkpoint; at short
	;; train-sub: short: not the journal of p.checkpoint, which counts
the journal of an older version beside another checkpoint ;; cp before p.checkpoint; at later ;;
	train-sub: later: not the journal of p.checkpoint, which counts
a journal in a folder that is not there ;; at no/where
	;; train-sub: no/where: No such file or directory
a device as a journal ;; at /dev/null ;; a journal must be a plain file
R
holds 'what is refused leaves the journal' 'cmp o before.log'
holds 'what is refused leaves the journals of others' '
	cmp w w.before && sed 1d w | cmp - older && head -n 9 older | cmp - short'
holds 'what is refused leaves weights and pairs' 'cmp precious super && cmp records $pairs'

# two at once
started "$run -o first.safetensors --resume first"
lines 1 >log
refuses 1 <<'R'
a second training with the same journal ;; eval "$run -o second --resume first" <$pairs
	;; first: another process is writing this journal
a second training with the same output
	;; eval "$run -o first.safetensors --resume second" <$pairs
	;; first.safetensors: another process is writing it
R
holds 'a training of another journal and output beside it' "$run -o third --max-update 1 <\$pairs"
cat <&7 >log
ended
is    'beside others the first training ends well' 'echo $code; whole first' 0
finish
