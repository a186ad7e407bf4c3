# Where outputs go, by whatever name: links, devices, stdout, files of others.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
preload() { # library: what to put before a command
	echo "LD_PRELOAD='$MILLINER_BIN/../preload/$1.so' ASAN_OPTIONS='${ASAN_OPTIONS:-}:verify_asan_link_order=0'"
}
rights() { stat -c %a "$@"; }
parts() { ls -d .*.part 2>/dev/null; }

for p in $writers; do
	do="${run[$p]}" from="<${in[$p]}"
	eval "$do want $from >report" || echo "not ok 0 - $p"

	# stdout, in all its names: the file alone, what is printed besides on stderr
	for name in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
		holds "$p $name: the file, nothing else" "$do $name $from >got && cmp got want"
	done
	is    "$p: its report is on stderr then" "$do - $from 2>&1 >got | lasting" "$(lasting <report)"
	is    "$p: no file of that name" 'ls ./- 2>/dev/null' ''
	ln -sf /proc/self/fd/1 std
	holds "$p: a link like /dev/stdout" "$do std $from >got && cmp got want && [ -L std ]"
	holds "$p: what was there before is kept by >>" "echo first >got; $do - $from >>got; { echo first; cat want; } | cmp - got"
	holds "$p: to a pipe" "$do /dev/stdout $from | cmp - want"
	holds "$p: another descriptor" "$do /dev/fd/7 $from 7>got && cmp got want"
	exits 1 "$p: one that is closed" "$do /dev/fd/7 $from 7>&-"
	says  "$p says so" '/dev/fd/7: is not open for writing'
	exits 1 "$p: one that is only read" "$do /dev/fd/7 $from 7<want"
	exits 1 "$p: stdout is full" "$do - $from >/dev/full"
	holds "$p /dev/null" "$do /dev/null $from && [ -c /dev/null ]"
	exits 1 "$p /dev/full" "$do /dev/full $from"
	rm -f fifo; mkfifo fifo
	holds "$p: a FIFO" "{ $do fifo $from & cat fifo | cmp - want && wait \$!; } && [ -p fifo ]"

	# links
	mkdir -p far; rm -f link new far/*
	echo old >far/file; ln -s far/file link
	holds "$p: a link stays, what it names is written" "$do link $from && [ -L link ] && cmp far/file want"
	ln -sf far/none new
	holds "$p: so does one that dangles" "$do new $from && [ -L new ] && cmp far/none want"
	ln -sf new two
	holds "$p: and a link to a link" "$do two $from && [ -L two ] && [ -L new ] && cmp far/none want"
	ln -sf loop loop
	exits 1 "$p: a loop" "$do loop $from"
	says  "$p says so" 'loop: Too many levels of symbolic links'
	echo other >one; ln -f one hard
	is    "$p: a hard link's other name keeps what it had" "$do hard $from >/dev/null; cat one; cmp hard want" other
	exits 1 "$p: a folder" "$do far $from"
	says  "$p says so" 'far: Is a directory'
	exits 1 "$p: a folder that is not there" "$do nowhere/x $from"
	says  "$p says so" 'there is no folder nowhere'
	exits 1 "$p: a folder's name" "$do nowhere/ $from"
	exits 1 "$p: a file as a folder" "$do want/x $from"

	# modes
	rm -f x y
	is    "$p: a new file by umask" "umask 027; $do x $from >/dev/null; rights x" 640
	chmod 604 x
	is    "$p: an old one keeps its mode" "umask 077; $do x $from >/dev/null; rights x" 604
	if [ "$(id -u)" = 0 ]; then
		chown 1234:4321 x
		is "$p: and its owner" "$do x $from >/dev/null; stat -c '%u %g %a' x" '1234 4321 604'
	fi
	# somebody who may read the source's folders, as not in one of root's own
	if [ "$(id -u)" = 0 ] && setpriv --reuid 1234 --clear-groups test -r "$data/spaces/demo.json"; then
		mkdir -p open; chmod 777 open; echo mine >open/x; chmod 444 open/x
		exits 1 "$p: a file that may not be written" "chmod 755 \$tmp; setpriv --reuid 1234 --clear-groups $do open/x $from"
		says  "$p says so" 'open/x: Permission denied'
		is    "$p: it stays" 'cat open/x' mine
		exits 1 "$p: a folder that may not be written" "setpriv --reuid 1234 --clear-groups $do far/y $from"
		says  "$p says so" 'far/y: may not write into the folder far: Permission denied'
	fi

	# the neighbours
	rm -f x x.part victim; echo precious >x.part; echo precious >victim
	is    "$p: x.part is somebody else's" "$do x $from >/dev/null; cat x.part; cmp x want" precious
	rm -f x.part; ln -s victim x.part
	is    "$p: so is a link there" "$do x $from >/dev/null; cat victim; cmp x want; [ -L x.part ]" precious
	ln -sf victim .x.aaaaaaaaaaaa.part
	is    "$p: and one with the name of a part" "$do x $from >/dev/null; cat victim" precious
	rm .x.aaaaaaaaaaaa.part
	echo half >.x.abcdefghijkl.part
	is    "$p: what kill -9 left goes" "$do x $from >/dev/null; parts" ''

	# an output that is something else, too
	cp ${in[$p]} both; cp both before
	if [ -s both ]; then
		exits 1 "$p: an output that is stdin" "$do both <both"
		says  "$p says so" 'both: is also stdin'
		holds "$p: it stays" 'cmp both before'
	fi
	exits 1 "$p: an output that is stdout" "$do both $from >both"
	says  "$p says so" 'both: is also stdout'
	exits 1 "$p: stderr" "$do both $from 2>>both"

	# no locks
	is    "$p without flock: one warning" "rm -f x; env $(preload no-flock) $do x $from 2>&1 >/dev/null | grep -c 'no locks'; cmp x want" 1
	long=$(printf %0250d 0)
	holds "$p: a long name" "$do $long $from && cmp $long want; rm -f $long"
	is    "$p leaves no part" parts ''
done

# files that one command names twice
average-weights super super -o mean
holds 'a mean may take the place of one of its own' 'cp super a; average-weights -o a a super && cmp a mean'
holds 'a training may take that of what it inherits' "cp super a; sample-arch --smallest <space.json >small; train-sub --arch small $train -o a --inherit a <pairs >log && translate -q -w a <few >hyps"
holds 'a predictor that of the one it is adapted from' 'cp mlp a; fit-mlp -q --from a -o a <lats && predict-lat -p a <archs'
cp "$pairs" mine
twice() { # what, message, command
	exits 2 "$1" "$3"
	says  'is refused' "$2"
	holds 'before it does harm' 'cmp mine pairs'
}
t="train-sub --arch arch.json $train"
twice 'validation pairs as output' '--output and --valid are one file, mine' "$t --valid mine -o mine <few"
twice 'through a link' '--output and --valid are one file, mine' "ln -sf mine alias; $t --valid mine -o alias <few"
twice 'a journal that is the output' '--output and --resume are one file, new1' "$t -o ./new1 --resume new1 <few"
twice 'a journal that is the checkpoint' '--resume: new1.checkpoint is the checkpoint of --output' "$t -o new1 --resume new1.checkpoint <few"
twice 'a journal that is an input' '--resume and --arch are one file, arch.json' "$t -o new1 --resume arch.json <few"
twice 'the YAML of a checkpoint' '--output and the input are one file, mine' 'import-hat --weights super -o mine mine'
twice 'two parts of a corpus' '--train and --valid are one file, mine' 'make-corpus --train mine --valid mine'
twice 'on stdout' '--train and --valid are one file, -' 'make-corpus --train - --valid -'
exits 1 'on stdout, by two names' 'make-corpus --train - --valid /dev/stdout'
says  'is refused' 'is named for two outputs'
exits 1 'by two names that lead to one new file' 'ln -sf new2 new3; make-corpus --train new2 --valid new3/../new2 2>&1'
exits 1 'two inputs from stdin' "train-sub --arch - $train -o new1 <arch.json"
says  'are refused' 'stdin: is named for two inputs'
exits 2 'checkpoints beside no file' "$t -o /dev/null --resume j <few"
says  'are refused' '--resume wants a file as --output, not /dev/null'
exits 2 'nor epochs' "$t -o - --keep-last-epochs 2 <few"
exits 2 'an output without a name' 'average-weights super -o ""'
says  'is refused' "--output: want a file's name"
is    'none of them leaves anything' 'ls new?* .*.part /dev/null.checkpoint 2>/dev/null | grep -v new3' ''

# a stdout that somebody has made non-blocking, read slowly
slowly() { while IFS= read -rn 9999 -d '' part; do printf %s "$part"; done; printf %s "$part"; }
sample-arch -q -n 2000 <space.json >want
same  'all is printed into a non-blocking pipe' 'cat want' "env $(preload nonblock) sample-arch -q -n 2000 <space.json | slowly"
same  'weights, too' 'cat super' "env $(preload nonblock) average-weights super -o - | cat"
exits 1 'one that is full' "env $(preload nonblock) sample-arch -q -n 2000 <space.json >/dev/full"
says  'is told' 'sample-arch: stdout: No space left on device'

# a mount in the file's place
echo old >bound; echo >source
cat >on-mount <<-S
	mount --bind source bound && average-weights -q super -o bound 2>/dev/null || average-weights super -o bound
	cmp bound mean1
S
average-weights super -o mean1
if unshare -rm true 2>/dev/null; then
	holds 'a file that is mounted gets the content' 'unshare -rm bash on-mount; cmp source mean1'
	is    'and nothing is left' parts ''
else
	echo '# no mounts without being root here'
fi

# two at once, and what a signal leaves
mkfifo hold
${run[fit-mlp]} held <hold >report 2>messages & pid=$!
exec 8>hold
until parts >/dev/null; do :; done
exits 1 'a second writer' "${run[fit-mlp]} held <lats"
says  'is refused' 'held: another process is writing it'
exits 1 'by another name' "ln -s held alias2; ${run[fit-mlp]} alias2 <lats"
holds 'another file is not' "${run[fit-mlp]} held2 <lats"
for sig in HUP INT TERM XCPU; do
	kill -9 $pid 2>/dev/null; exec 8>&-; wait $pid 2>/dev/null
	env --default-signal=INT,HUP ${run[fit-mlp]} held <hold >report 2>messages & pid=$!
	exec 8>hold
	# its own part, not the last one's, which it removes
	until [ "$(parts | wc -l)" = 1 ] && ! flock -n "$(parts)" true; do :; done
	is    "SIG$sig: no part is left" "kill -$sig $pid; while kill -0 $pid; do :; done 2>/dev/null; parts; ls held" ''
done
exec 8>&-; wait 2>/dev/null
finish
