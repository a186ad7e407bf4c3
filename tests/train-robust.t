# What can go wrong with a training, and what is left of it then.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
# The SubTransformer starts from a supernet's slice, keeps its last epochs and
# saves often, so that it is saving in most of the moments it is killed at.
sample-arch --smallest <"$space" >small
head -n 4 "$valid" >few
train-super -q --threads 1 --space "$space" -o super --max-update 9 \
	--lr 0.01 --warmup-updates 4 <"$pairs" >log || echo 'not ok 0 - no supernet'
common='-q --threads 1 --max-tokens 60 --max-update 24 --lr 0.01 --warmup-updates 4'
common+=' --log-interval 1 --valid few'
sub="train-sub --arch small --inherit super $common"
run="$sub --keep-last-epochs 2 --save-interval-updates 2"
super="train-super --space \$space $common --save-interval-updates 2"
resume='-o k.safetensors --resume k'
told() { sed -n 's/.* pairs to: //p' messages; }   # the command to go on
logged() { timeless "$1" | sed 's/"file":"[^"]*"/"file":""/'; }
clean() { rm -rf k k.* .k.*; }

# at a call that changes a file, a signal; SIGKILL lets a write be half done
kill_so="LD_PRELOAD='$MILLINER_BIN/../preload/kill.so'"
kill_so+=" ASAN_OPTIONS='${ASAN_OPTIONS:-}:verify_asan_link_order=0'"
sent() { # signal call command: the last call
	rm -f calls
	eval "env --default-signal=INT,HUP,TERM,USR1,PIPE KILL_SIGNAL=$1 KILL_AT=$2 KILL_LOG=calls \
		$kill_so $3" <"$pairs" 2>messages
	code=$?
	tail -n 1 calls
}
seed=4711
draw() { # of $1, from 1
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$((seed / 65536 % $1 + 1))
}
kinds=('write .k.safetensors.checkpoint.[a-z2-7]*.part' 'rename k.safetensors.checkpoint'
	'write k$' 'write .k.epoch')
pick() { # one of the calls of a kind, if there are any
	local at=($(grep -n "$1" all | cut -d: -f1))
	draw $(wc -l <all)
	[ ${#at[@]} = 0 ] || { draw ${#at[@]}; drawn=${at[drawn - 1]}; }
}
differs() { # what differs between a training k and the undisturbed one
	local f
	for f in whole.*safetensors; do cmp $f k${f#whole} 2>&1; done
	diff <(logged k.log) <(logged whole.log)
	sed 1d k | cmp - k.log
	ls .k.*part 2>/dev/null
}
ends() { # command: it ends a training k as if nothing had been
	eval "$1" <"$pairs" >k.log
	differs >different
	[ ! -s different ]
}
undisturbed() { # what command moments
	local i n
	clean; rm -f whole whole.*; : >places; : >different
	eval "$2 -o whole.safetensors --resume whole" <"$pairs" >whole.log
	sent 9 0 "$2 $resume" >log
	n=$(wc -l <calls); counted=$n; cp calls all
	for ((i = 0; i < $3 && ! $(wc -l <different); i++)); do
		clean
		pick "${kinds[i % 4]}"; sent 9 $drawn "$2 $resume >log" >>places
		[ $code = 137 ] || echo "call $drawn: exit $code" >>different
		# every other one again while it goes on, if it gets so far
		draw $n; ((i % 2)) || sent 9 $drawn "$2 $resume >log" >>places
		eval "$2 $resume" <"$pairs" >k.log 2>>different
		differs >>different
	done
	is    "$1 killed at $3 of $n changes of files ends as if not" 'cat different' ''
}
undisturbed 'a supernet' "$super" 6
undisturbed 'a SubTransformer' "$run" 20
for what in "${kinds[@]}"; do
	holds "killed at: $what" "grep '$what' places"
done

# signals that can be caught: the command that is printed goes on
k="k.it's a"   # a name that a shell must be told with care
stopped="^train-sub: stopped after [0-9]+ updates; saved $k.checkpoint; to go on, give the same"
stopped+=" pairs to: train-sub --arch small .* --resume k$"
for sig in INT TERM HUP USR1; do
	clean; draw $((counted * 2 / 3)); at=$((counted / 8 + drawn))
	sent $(kill -l $sig) $at "$run -o \"\$k\" --resume k >k.log" >log
	what="SIG$sig at change $at of $counted"
	is    "$what: it dies of it" \
		'echo $code; ls k.*a .k.*part 2>/dev/null' $((128 + $(kill -l $sig)))
	holds "$what: it has saved, and says so" 'grep -E "$stopped" messages'
	is    "$what: it logs to the last" 'sed 1d k | cmp - k.log' ''
	holds "$what: the command goes on" '
		eval "$(told)" <$pairs >k.log && cmp "$k" whole.safetensors &&
			sed 1d k | cmp - k.log'
	same  "$what: the command logs the same" 'logged k.log' 'logged whole.log'
done
mkfifo gone; exec 8<>gone 9>gone 8<&-   # a pipe that nobody reads
clean
sent 9 0 "$run $resume >&9" >log
is    'nobody reads the log: dies of that, and has saved' \
	'echo $code; ls k.*' $'141\nk.safetensors.checkpoint'
holds 'nobody reads the log: the command goes on' 'ends "$(told)"'
clean
sent 2 4 "$sub --log-interval 99 --keep-last-epochs 1 -o k.st >&9" >log
is    'nobody reads the log: SIGINT before that is what it dies of' \
	'echo $code; ls k*' $'130\nk.st.checkpoint\nk.st.epoch1'
holds 'nobody reads the log: without a journal the command has one' '
	eval "$(told)" <$pairs >k.log && cmp k.st whole.safetensors &&
		sed 1d k.st.journal | cmp - k.log'
exec 9>&-

# a loss that is not finite
explode='train-sub --arch small -q --threads 1 --max-tokens 60 --max-update 60 --lr 1e3'
explode+=' --warmup-updates 40 --weight-decay 1e3 --log-interval 1'
saving="$explode --save-interval-updates 1 $resume"
place='^train-sub: the (loss|gradient) is not finite at update ([0-9]+), epoch [0-9]+,'
place+=' batch [0-9]+; last good state: k.safetensors.checkpoint, of update ([0-9]+)$'
clean; cp super k.safetensors
refuses 1 <<<'a loss that explodes ;; eval "$saving <\$pairs" ;; is not finite at update'
cp "$err" e
at=$(sed -nE "1s/$place/\2 \3/p" e)
is    'a loss that explodes: one line with step, batch and checkpoint' \
	'wc -l <e; [ -n "$at" ]; echo $?' $'1\n0'
is    'a loss that explodes: the checkpoint is the last possible' \
	'echo $((${at% *} - ${at#* }))' 1
holds 'a loss that explodes: what was written before stays' \
	'cmp k.safetensors super && ! ls .*.part'
cp k.safetensors.checkpoint before; cp k journal
refuses 1 <<R
a loss that explodes: it goes on from there, and stops there ;; $saving <\$pairs
	;; not finite at update ${at% *},
R
holds 'a loss that explodes: its checkpoint is kept' \
	'cmp before k.safetensors.checkpoint && cmp k journal'
clean
refuses 1 <<R
a loss that explodes, without checkpoints
	;; $explode --max-tokens 300 --keep-last-epochs 2 -o k.safetensors <\$pairs
	;; is not finite at update
R
cp "$err" e
holds 'a loss that explodes, without checkpoints: the last epoch is named' '
	named=$(sed -nE "s/.*; last good state: weights of epoch [0-9]+, //p" e)
	[ "$named" = "$(ls -v k.epoch* | tail -n 1)" ] && average-weights -o a $named'
first=$(header super | jq '.["embed_tokens.weight"].data_offsets[0]')
cp super nan
printf '\xff\xff\xff\x7f' | dd of=nan bs=1 conv=notrunc status=none \
	seek=$((8 + $(od -An -tu8 -N8 super) + first))
clean
refuses 1 <<R
NaN in what is inherited ;; ${sub/ super / nan } -o k.st <\$pairs
	;; train-sub: nan: tensor embed_tokens.weight is not finite
R
is    'NaN in what is inherited: nothing is left' 'ls k*' ''
# The row of a word that no pair has is the largest float: it leaves the range at once.
jq -c '.task.share_all_embeddings = false' "$space" >apart
train-super -q --threads 1 --space apart -o big --max-update 1 <"$pairs" >log
first=$(header big | jq '.["encoder.embed_tokens.weight"] | .data_offsets[0] + 12 * .shape[1]')
printf '\xff\xff\x7f\x7f' | dd of=big bs=1 conv=notrunc status=none \
	seek=$((8 + $(od -An -tu8 -N8 big) + first))
sample-arch --smallest <apart >apart.arch
refuses 1 <<R
weights that explode ;; train-sub -q --threads 1 --arch apart.arch --inherit big --max-update 1
	--lr 1e3 --weight-decay 1e3 --warmup-updates 0 -o k.st <\$pairs
	;; the weights are not finite at update 1, epoch 1, batch 1
R
is    'weights that explode: nothing is left' 'ls k*' ''

# a full disk
clean
sent 9 $((counted / 2)) "$run $resume >log" >log
cp k.safetensors.checkpoint before
small=$(($(stat -c %s before) / 1024 * 2 / 3))
fails() { # what command message: that one line
	refuses 1 <<<"$1 ;; $2 ;; $3"
	cp "$err" e
	is    "$1: one line says why" 'cat e' "$3"
}
fails 'no file may be longer than two thirds of a checkpoint' \
	"ulimit -f $small; $run $resume <\$pairs" \
	'train-sub: k.safetensors.checkpoint: File too large'
holds 'a checkpoint that cannot be written: the last one stays' \
	'cmp before k.safetensors.checkpoint && ! ls .*.part'
holds 'a checkpoint that cannot be written: it goes on from there' 'ends "$run $resume"'
clean; cp super k.safetensors
fails 'no file may be longer than half the weights' \
	"ulimit -f $((small / 4)); $sub -o k.safetensors <\$pairs" \
	'train-sub: k.safetensors: File too large'
is    'weights that cannot be written: the old ones stay' \
	'cmp k.safetensors super; ls k* .*.part 2>/dev/null' 'k.safetensors'
mkdir disk
if unshare -rm mount -t tmpfs none disk 2>/dev/null; then
	clean
	cat >on-disk <<-S
		set -e
		mount -t tmpfs -o size=$(($(stat -c %s before) * 7 / 4)) none disk
		run() {
			${run/--keep-last-epochs 2/} -o disk/k.safetensors --resume disk/k <"$pairs"
		}
		run >log && exit 9
		ls disk
		mount -o remount,size=9m disk
		run >k.log
		cmp disk/k.safetensors whole.safetensors
		sed 1d disk/k | cmp - k.log
	S
	is    'a disk too small for two checkpoints keeps one' \
		'unshare -rm bash on-disk' $'k\nk.safetensors.checkpoint'
	is    'a disk too small for two checkpoints is named' \
		'unshare -rm bash on-disk 2>&1 >/dev/null' \
		'train-sub: disk/k.safetensors.checkpoint: No space left on device'
	same  'a disk too small for two checkpoints, then larger: the same log' \
		'logged k.log' 'logged whole.log'
else
	echo '# no tmpfs without being root here: only ulimit -f was tried'
fi

# two trainings of one file
clean; mkfifo reads
long="${sub/--max-update 24/--max-update 1000000 --keep-last-epochs 1}"
eval "exec $long -o k.safetensors" <"$pairs" >reads 2>messages &
pid=$!
exec 7<reads
read -r line <&7
kill -STOP $pid
until grep -q '^State:.T' /proc/$pid/status; do :; done
there() { ls -l --full-time k.* | grep -v part; }
there >before
fails 'a second training of a file' "$run -o k.safetensors <\$pairs" \
	'train-sub: k.safetensors: another process is writing it'
refuses 1 <<R
a second training of a file, by another name of it
	;; $run -o ../\${tmp##*/}/k.safetensors <\$pairs ;; another process is writing it
a second training of a file, a supernet ;; $super -o k.safetensors <\$pairs
	;; train-super: k.safetensors: another process is writing it
R
is    'a second training of a file has touched nothing' 'there | diff - before' ''
kill -9 $pid; wait $pid 2>/dev/null
exec 7<&-
holds 'a training killed: its part is still there' 'ls .k.safetensors.*.part'
holds 'a training killed: another may write its file' 'ends "$run $resume"'
finish
