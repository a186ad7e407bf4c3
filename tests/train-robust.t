# What can go wrong with a training, and what is left of it then.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
# The SubTransformer starts from a supernet's slice, keeps its last epochs and
# saves often, so that it is saving in most of the moments it is killed at.
sample-arch --smallest <"$space" >small
head -n 4 "$valid" >few
train-super -q --threads 1 --space "$space" -o super --max-update 9 \
	--lr 0.01 --warmup-updates 4 <"$pairs" >log || echo 'not ok 0 - no supernet'
common='-q --threads 1 --max-tokens 60 --max-update 24 --lr 0.01 --warmup-updates 4 --log-interval 1 --valid few'
sub="train-sub --arch small --inherit super $common"
run="$sub --keep-last-epochs 2 --save-interval-updates 2"
super="train-super --space \$space $common --save-interval-updates 2"
told() { sed -n 's/.* pairs to: //p' messages; }   # the command to go on
logged() { timeless "$1" | sed 's/"file":"[^"]*"/"file":""/'; }
clean() { rm -rf k k.* .k.*; }

# at a call that changes a file, a signal; SIGKILL lets a write be half done
sent() { # signal call command: the last call
	rm -f calls
	eval "env --default-signal=INT,HUP,TERM,PIPE KILL_SIGNAL=$1 KILL_AT=$2 KILL_LOG=calls LD_PRELOAD='$MILLINER_BIN/../preload/kill.so' ASAN_OPTIONS='${ASAN_OPTIONS:-}:verify_asan_link_order=0' $3" \
		<"$pairs" 2>messages
	code=$?
	tail -n 1 calls
}
seed=4711
draw() { # of $1, from 1
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$((seed / 65536 % $1 + 1))
}
kinds=('write .k.safetensors.checkpoint.[a-z2-7]*.part' 'rename k.safetensors.checkpoint' 'write k$' 'write .k.epoch')
pick() { # one of the calls of a kind, if there are any
	local at=($(grep -n "$1" all | cut -d: -f1))
	draw $(wc -l <all)
	[ ${#at[@]} = 0 ] || { draw ${#at[@]}; drawn=${at[drawn - 1]}; }
}
differs() { # what differs between a training k and the undisturbed one
	local f
	for f in whole.*safetensors; do cmp $f k${f#whole} 2>&1; done
	diff <(logged k.log) <(logged whole.log)
	cmp k k.log
	ls .k.*part 2>/dev/null
}
undisturbed() { # what command moments
	local i n with='-o k.safetensors --resume k'
	clean; rm -f whole whole.*; : >places; : >different
	eval "$2 -o whole.safetensors --resume whole" <"$pairs" >whole.log
	sent 9 0 "$2 -o k.safetensors --resume k" >log
	n=$(wc -l <calls); counted=$n; cp calls all
	for ((i = 0; i < $3 && ! $(wc -l <different); i++)); do
		clean
		pick "${kinds[i % 4]}"; sent 9 $drawn "$2 $with >log" >>places
		[ $code = 137 ] || echo "call $drawn: exit $code" >>different
		# every other one again while it goes on, if it gets so far
		draw $n; ((i % 2)) || sent 9 $drawn "$2 $with >log" >>places
		eval "$2 $with" <"$pairs" >k.log 2>>different
		differs >>different
	done
	is    "$1 killed at $3 of $n changes of files ends as if not" 'cat different' ''
}
undisturbed 'a supernet' "$super" 6
undisturbed 'a SubTransformer' "$run" 20
for what in "${kinds[@]}"; do
	holds "among them: $what" "grep '$what' places"
done

# signals that can be caught: the command that is printed goes on
k="k.it's a"   # a name that a shell must be told with care
for sig in INT TERM HUP; do
	clean; draw $((counted * 2 / 3)); at=$((counted / 8 + drawn))
	sent $(kill -l $sig) $at "$run -o \"\$k\" --resume k >k.log" >log
	is    "SIG$sig at change $at of $counted: dies of it" 'echo $code; ls k.*a .k.*part 2>/dev/null' $((128 + $(kill -l $sig)))
	holds 'has saved, and says so' "grep -E \"^train-sub: stopped after [0-9]+ updates; saved k.it's a.checkpoint; to go on, give the same pairs to: train-sub --arch small .* --resume k\$\" messages"
	is    'logs to the last' 'cmp k k.log' ''
	holds 'the command goes on' 'eval "$(told)" <$pairs >k.log && cmp "$k" whole.safetensors && cmp k k.log'
	same  'and logs the same' 'logged k.log' 'logged whole.log'
done
mkfifo gone; exec 8<>gone 9>gone 8<&-   # a pipe that nobody reads
clean
sent 9 0 "$run -o k.safetensors --resume k >&9" >log
is    'nobody reads the log: dies of that, and has saved' 'echo $code; ls k.*' $'141\nk.safetensors.checkpoint'
holds 'the command goes on' 'eval "$(told)" <$pairs >k.log; differs >different; [ ! -s different ]'
clean
sent 2 4 "$sub --log-interval 99 --keep-last-epochs 1 -o k.st >&9" >log
is    'SIGINT before that is what it dies of' 'echo $code; ls k*' $'130\nk.st.checkpoint\nk.st.epoch1'
holds 'without a journal the command has one' 'eval "$(told)" <$pairs >k.log && cmp k.st whole.safetensors && cmp k.st.journal k.log'
exec 9>&-

# a loss that is not finite
explode="train-sub --arch small -q --threads 1 --max-tokens 60 --max-update 60 --lr 1e3 --warmup-updates 40 --weight-decay 1e3 --log-interval 1"
clean; cp super k.safetensors
exits 1 'a loss that explodes' "$explode --save-interval-updates 1 --resume k -o k.safetensors <\$pairs"
cp "$err" e
at=$(sed -nE '1s/^train-sub: the (loss|gradient) is not finite at update ([0-9]+), epoch [0-9]+, batch [0-9]+; last good state: k.safetensors.checkpoint, of update ([0-9]+)$/\2 \3/p' e)
is    'one line with step, batch and checkpoint' 'wc -l <e; [ -n "$at" ]; echo $?' $'1\n0'
is    'the checkpoint is the last possible' 'echo $((${at% *} - ${at#* }))' 1
holds 'what was written before stays' 'cmp k.safetensors super && ! ls .*.part'
cp k.safetensors.checkpoint before; cp k journal
exits 1 'goes on from there, and stops there' "$explode --save-interval-updates 1 --resume k -o k.safetensors <\$pairs"
says  'with the same words' "not finite at update ${at% *}, "
holds 'and keeps it' 'cmp before k.safetensors.checkpoint && cmp k journal'
clean
exits 1 'without checkpoints' "$explode --max-tokens 300 --keep-last-epochs 2 -o k.safetensors <\$pairs"
cp "$err" e
holds 'the last epoch is named' 'named=$(sed -nE "s/.*; last good state: weights of epoch [0-9]+, //p" e); [ "$named" = "$(ls -v k.epoch* | tail -n 1)" ] && average-weights -o a $named'
at=$((8 + $(od -An -tu8 -N8 super) + $(header super | jq '.["embed_tokens.weight"].data_offsets[0]')))
cp super nan; printf '\xff\xff\xff\x7f' | dd of=nan bs=1 seek="$at" conv=notrunc status=none
clean
exits 1 'NaN in what is inherited' "${sub/ super / nan } -o k.st <\$pairs"
says  'is noticed at once' 'train-sub: nan: tensor embed_tokens.weight is not finite'
is    'and leaves nothing' 'ls k*' ''

# a full disk
clean
sent 9 $((counted / 2)) "$run -o k.safetensors --resume k >log" >log
cp k.safetensors.checkpoint before
small=$(($(stat -c %s before) / 1024 * 2 / 3))
exits 1 'no file longer than two thirds of a checkpoint' "ulimit -f $small; $run -o k.safetensors --resume k <\$pairs"
cp "$err" e
is    'is said' 'cat e' 'train-sub: k.safetensors.checkpoint: File too large'
holds 'the last one stays' 'cmp before k.safetensors.checkpoint && ! ls .*.part'
holds 'and goes on' "$run -o k.safetensors --resume k <\$pairs >k.log; differs >different; [ ! -s different ]"
clean; cp super k.safetensors
exits 1 'nor longer than half the weights' "ulimit -f $((small / 4)); $sub -o k.safetensors <\$pairs"
cp "$err" e
is    'is said' 'cat e' 'train-sub: k.safetensors: File too large'
is    'the old ones stay' 'cmp k.safetensors super; ls k* .*.part 2>/dev/null' 'k.safetensors'
mkdir disk
if unshare -rm mount -t tmpfs none disk 2>/dev/null; then
	clean
	cat >on-disk <<-S
		set -e
		mount -t tmpfs -o size=$(($(stat -c %s before) * 7 / 4)) none disk
		run() { ${run/--keep-last-epochs 2/} -o disk/k.safetensors --resume disk/k <"$pairs"; }
		run >log && exit 9
		ls disk
		mount -o remount,size=9m disk
		run >k.log
		cmp disk/k.safetensors whole.safetensors
		cmp disk/k k.log
	S
	is    'a disk too small for two checkpoints keeps one' 'unshare -rm bash on-disk' $'k\nk.safetensors.checkpoint'
	is    'is named' 'unshare -rm bash on-disk 2>&1 >/dev/null' 'train-sub: disk/k.safetensors.checkpoint: No space left on device'
	same  'then goes on with the same log' 'logged k.log' 'logged whole.log'
else
	echo '# no tmpfs without being root here: only ulimit -f was tried'
fi

# two trainings of one file
clean; mkfifo reads
eval "exec ${sub/--max-update 24/--max-update 1000000 --keep-last-epochs 1} -o k.safetensors" <"$pairs" >reads 2>messages &
pid=$!
exec 7<reads
read -r line <&7
kill -STOP $pid
until grep -q '^State:.T' /proc/$pid/status; do :; done
ls -l --full-time k.* | grep -v part >there
exits 1 'a second training of a file' "$run -o k.safetensors <\$pairs"
cp "$err" e
is    'is refused by its name' 'cat e' 'train-sub: k.safetensors: another process is writing it'
exits 1 'also by another name of it' "$run -o ../\${tmp##*/}/k.safetensors <\$pairs"
exits 1 'also a supernet' "$super -o k.safetensors <\$pairs"
says  'in the same words' 'train-super: k.safetensors: another process is writing it'
is    'none of them has touched its files' 'ls -l --full-time k.* | grep -v part | diff - there' ''
kill -9 $pid; wait $pid 2>/dev/null
exec 7<&-
holds 'its part is still there' 'ls .k.safetensors.*.part'
holds 'but whose lock it was is dead' "$run -o k.safetensors --resume k <\$pairs >k.log; differs >different; [ ! -s different ]"
finish
