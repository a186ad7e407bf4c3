# One make a run, and a run that ends when its make does, however it is killed.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
[ -e /proc/self/fd ] || skip 'no /proc'
stubs
# A training that logs into a pipe stops where that is full until it is read.
long='--max-update 1500 --max-tokens 60 --lr 0.01 --warmup-updates 5 --log-interval 1 --quiet'
super=$tmp/run/super.safetensors
export long super
trainers() { # pids of the trainings that hold the run's lock
	local p
	for p in /proc/[0-9]*; do
		[ "$p/fd/199" -ef run/.lock ] && grep -qx train-super "$p/comm" &&
			echo "${p#/proc/}"
	done 2>/dev/null
}
start() { # options of make: in $make, when its training has logged something
	mkfifo run/super.log.jsonl 2>/dev/null
	env --default-signal=INT,HUP,TERM make -C "$top" -f "$tmp/mini.mk" \
		train-super.args="$long" "$@" "$super" >said 2>&1 &
	make=$!
	exec 7<run/super.log.jsonl
	read -r line <&7
	train=$(trainers)
	parent=$(ppid)
}
ppid() { sed -n 's/^PPid:\t//p' /proc/$train/status; }
# Reads on when the training has been told to end: its shell is gone by then.
drain() {
	until [ "$(ppid)" != "$parent" ]; do :; done
	cat <&7 >log
}
until_free() { timeout 60 flock run/.lock true; }
touched() { find run -type f -printf '%p %T@ %s %i\n' | grep -v 'checkpoint\|journal' | sort; }

holds 'what a supernet is trained from' \
	"$mini $tmp/run/train.jsonl $tmp/run/valid.jsonl $tmp/run/space.json"
holds 'a training that is not disturbed' \
	"$mini RUN=$tmp/whole train-super.args='$long' $tmp/whole/super.safetensors"
start
touched >before
told="process $make; wait for it, or end it by: kill $make"
refuses 2 <<R
a second make of a run that is being made ;; $mini
	;; hold: $tmp/run: another make is working there, $told
a second make for one file alone ;; $mini $tmp/run/train.jsonl ;; another make is working there
R
is    'a second make touches nothing' 'touched | diff before -' ''
exits 0 'a second make may look: -n' "$mini -n"
is    'a second make may ask: -q' "$mini -q >asked 2>&1; echo \$?" 1
holds 'another run goes on beside it' "$mini RUN=$tmp/other $tmp/other/space.json"
cat <&7 >log
wait $make; code=$?
is    'the first make ends well' "echo $code" 0
holds 'the first make trains what it does alone' "cmp $super whole/super.safetensors"

kept='super.log.jsonl
super.safetensors.checkpoint
super.safetensors.journal'
for sig in TERM INT HUP KILL; do
	rm -f run/super.*
	start
	kill -$sig $make
	drain
	wait $make; code=$?
	is    "SIG$sig to make: it dies of it" "echo $code" $((128 + $(kill -l $sig)))
	holds "SIG$sig to make: nobody works on" 'until_free'
	is    "SIG$sig to make: the training has saved, no more" 'cd run && ls super.*' "$kept"
	rm -f run/super.log.jsonl
	holds "SIG$sig to make: the next make goes on" "$mini train-super.args='$long' $super"
	holds "SIG$sig to make: to the same end" "cmp $super whole/super.safetensors"
done
ln -s run linked
for way in "$tmp/run" "$tmp/linked"; do
	touch run/x.12.milliner.part run/spm.12.milliner.part.{model,vocab}
	mkdir -p run/.devices.abcdefghij/files
	holds "a make after one that was killed: ${way##*/}" "$mini RUN=$way $way/space.json"
	is    "it removes what that left: ${way##*/}" 'ls -A run | grep -E "part|devices"' ''
done
rm linked
# of the makes that it calls, too
children() { local p; for p; do cat /proc/$p/task/$p/children; done | xargs -n 1; }
struck() { # what, pids: killed, a make ends its run all the same
	kill -9 $2
	drain
	wait $make; code=$?
	is    "SIGKILL to $1: make fails" "echo $code" 2
	holds "SIGKILL to $1: the training has saved and ended" \
		'until_free && ls run/super.safetensors.checkpoint'
	rm -f run/super.*
}
rm -f run/super.*
start
struck 'the make within' "$(for p in $(children $(children $make)); do
	grep -q '^make' /proc/$p/comm && echo $p
done)"
start
struck 'the one that holds the lock' "$(children $make)"
exec 7<&-

# killed all at once while one has written a half: that half is no file
mkfifo half
torn="$tmp/torn/train.jsonl $tmp/torn/archs.jsonl"
for p in cat make-dict encode-text sample-arch; do
	rm -f stub/$p
	whole=$real/$p; [ -e "$whole" ] || whole=$(command -v $p)
	cat >stub/$p <<-S
	#!/usr/bin/env bash
	[ $p != cat ] || [ \$# -gt 0 ] || exec $whole   # not what make says
	$whole "\$@" | head -n 3
	echo >$tmp/half
	exec sleep 1000
	S
	chmod +x stub/$p
	setsid make -C "$top" -f "$tmp/mini.mk" RUN="$tmp/torn" $torn >said 2>&1 &
	make=$!
	read -r line <half
	kill -9 -- -$make; wait $make 2>/dev/null
	timeout 60 flock torn/.lock true
	is "$p killed in the middle leaves a part" "find torn -name '*.part' | wc -l" 1
	ln -sf "$whole" stub/$p
done
for f in book.1.part archive.7z.part; do echo precious >torn/$f; done
holds 'after halves the next make works' "$mini RUN=$tmp/torn $torn"
for f in seg/train.src src.dict train.jsonl; do
	holds "after halves $f is whole" "cmp torn/$f whole/$f"
done
holds 'after halves archs.jsonl is whole' '
	sample-arch -n 24 --seed 2 --distinct <whole/space.json | cmp - torn/archs.jsonl'
is    'no parts are left but those of others' 'cd torn; ls -A | grep part; cat *.part' \
'archive.7z.part
book.1.part
precious
precious'

# A file system without flock
cat >stub/flock <<-'S'
	#!/usr/bin/env bash
	echo "flock: $2: Function not implemented" >&2
	exit 71
S
chmod +x stub/flock
start
refuses 2 <<<"without flock: a second make ;; $mini ;; is working there, process $make"
kill $make
drain
wait $make
rm -f run/super.*
holds 'without flock: when that has ended it may work' "$mini $tmp/run/archs.jsonl"
finish
