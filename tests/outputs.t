# Where outputs go, by whatever name: links, devices, stdout, files of others.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
rights() { stat -c %a "$@"; }
said_there() { # command: what it says on stderr is in both, and said again
	local code=0
	"$@" 2>>both || code=$?
	cat both >&2
	return $code
}
parts() { ls -d .*.part 2>/dev/null; }
other='setpriv --reuid 1234 --clear-groups'
# somebody who may read the source's folders, as not in one of root's own
root=
[ "$(id -u)" != 0 ] || root=1
[ -z "$root" ] || $other test -r "$data/spaces/demo.json" || other=
mkdir far open; chmod 777 open
ln -s loop loop
long=$(printf %0250d 0)

for p in $writers; do
	do="${run[$p]}" from="<${in[$p]}"
	eval "$do want $from >report" || echo "not ok 0 - $p"

	# stdout, in all its names: the file alone, what is printed besides on stderr
	for name in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
		holds "$p $name: the file, nothing else" "$do $name $from >got && cmp got want"
	done
	is    "$p: its report is on stderr then" \
		"$do - $from 2>&1 >got | lasting" "$(lasting <report)"
	is    "$p: no file named -" 'ls ./- 2>/dev/null' ''
	ln -sf /proc/self/fd/1 std
	holds "$p: a link like /dev/stdout" "$do std $from >got && cmp got want && [ -L std ]"
	holds "$p: what was there before is kept by >>" "
		echo first >got; $do - $from >>got; { echo first; cat want; } | cmp - got"
	holds "$p: to a pipe" "$do /dev/stdout $from | cmp - want"
	holds "$p: another descriptor" "$do /dev/fd/7 $from 7>got && cmp got want"
	holds "$p /dev/null" "$do /dev/null $from && [ -c /dev/null ]"
	rm -f fifo; mkfifo fifo
	holds "$p: a FIFO" "
		{ $do fifo $from & cat fifo | cmp - want && wait \$!; } && [ -p fifo ]"

	# links
	rm -f link new far/*
	echo old >far/file; ln -s far/file link
	holds "$p: a link stays, what it names is written" "
		$do link $from && [ -L link ] && cmp far/file want"
	ln -sf far/none new
	holds "$p: a link that dangles stays, what it names is written" "
		$do new $from && [ -L new ] && cmp far/none want"
	ln -sf new two
	holds "$p: a link to a link stays, what it names is written" "
		$do two $from && [ -L two ] && [ -L new ] && cmp far/none want"
	echo other >one; ln -f one hard
	is    "$p: a hard link's other name keeps what it had" "
		$do hard $from >/dev/null; cat one; cmp hard want" other

	cp ${in[$p]} both; cp both before
	refuses 1 <<R
$p: a descriptor that is closed ;; $do /dev/fd/7 $from 7>&- ;; /dev/fd/7: is not open for writing
$p: a descriptor that is only read ;; $do /dev/fd/7 $from 7<want
	;; /dev/fd/7: is not open for writing
$p: a stdout that is full ;; $do - $from >/dev/full ;; $p: stdout: No space left on device
$p: /dev/full ;; $do /dev/full $from ;; $p: /dev/full: No space left on device
$p: a loop of links ;; $do loop $from ;; loop: Too many levels of symbolic links
$p: a folder ;; $do far $from ;; far: Is a directory
$p: a folder that is not there ;; $do nowhere/x $from ;; there is no folder nowhere
$p: a folder's name ;; $do nowhere/ $from ;; $p: nowhere/: Is a directory
$p: a file as a folder ;; $do want/x $from ;; $p: want/x: Not a directory
$p: an output that is stdout ;; $do both $from >both ;; both: is also stdout
$p: an output that is stderr ;; said_there $do both $from ;; both: is also stderr
R
	cp before both
	if [ -s both ]; then
		refuses 1 <<<"$p: an output that is stdin ;; $do both <both ;; both: is also stdin"
		holds "$p: an output that is stdin stays" 'cmp both before'
	fi

	# modes
	rm -f x y
	is    "$p: a new file by umask" "umask 027; $do x $from >/dev/null; rights x" 640
	chmod 604 x
	is    "$p: an old file keeps its mode" "umask 077; $do x $from >/dev/null; rights x" 604
	if [ "$root" ]; then
		chown 1234:4321 x
		is "$p: an old file keeps its owner" "
			$do x $from >/dev/null; stat -c '%u %g %a' x" '1234 4321 604'
	fi
	if [ "$root" ] && [ "$other" ]; then
		rm -f open/x; echo mine >open/x; chmod 444 open/x; chmod 755 "$tmp"
		refuses 1 <<R
$p: a file that may not be written ;; $other $do open/x $from ;; open/x: Permission denied
$p: a folder that may not be written ;; $other $do far/y $from
	;; far/y: may not write into the folder far: Permission denied
R
		is "$p: a file that may not be written stays" 'cat open/x' mine
	fi

	# the neighbours
	rm -f x x.part victim; echo precious >x.part; echo precious >victim
	is    "$p: x.part is somebody else's" "
		$do x $from >/dev/null; cat x.part; cmp x want" precious
	rm -f x.part; ln -s victim x.part
	is    "$p: a link x.part is somebody else's" "
		$do x $from >/dev/null; cat victim; cmp x want; [ -L x.part ]" precious
	ln -sf victim .x.aaaaaaaaaaaa.part
	is    "$p: a link with the name of a part is somebody else's" "
		$do x $from >/dev/null; cat victim" precious
	rm .x.aaaaaaaaaaaa.part
	echo half >.x.abcdefghijkl.part
	is    "$p: what kill -9 left goes" "$do x $from >/dev/null; parts" ''

	# no locks
	is    "$p without flock: one warning" "
		rm -f x; env $(preload no-flock) $do x $from 2>&1 >/dev/null | grep -c 'no locks'
		cmp x want" 1
	holds "$p: a long name" "$do $long $from && cmp $long want; rm -f $long"
	is    "$p leaves no part" parts ''
done

# files that one command names twice
average-weights super super -o mean
holds 'a mean may take the place of one of its own' '
	cp super a; average-weights -o a a super && cmp a mean'
sample-arch --smallest <space.json >small
holds 'a training may take that of what it inherits' "
	cp super a; train-sub --arch small $train -o a --inherit a <pairs >log &&
		translate -q -w a <few >hyps"
holds 'a predictor may take that of the one it is adapted from' '
	cp mlp a; fit-mlp -q --from a -o a <lats && predict-lat -p a <archs'
cp "$pairs" mine
mkdir was; cp mine arch.json super was
ln -s mine alias
ln -s new2 new3
cp super kept.epoch3.safetensors; ln -s kept.epoch3.safetensors kept.link
t="train-sub --arch arch.json $train"
refuses 2 <<'R'
validation pairs as output ;; $t --valid mine -o mine <few
	;; --output and --valid are one file, mine
validation pairs as output, through a link ;; $t --valid mine -o alias <few
	;; --output and --valid are one file, mine
a journal that is the output ;; $t -o ./new1 --resume new1 <few
	;; --output and --resume are one file, new1
a journal that is the checkpoint ;; $t -o new1 --resume new1.checkpoint <few
	;; --resume: new1.checkpoint is the checkpoint of --output
a journal that is an epoch ;; $t -o new1 --keep-last-epochs 1 --resume new1.epoch2 <few
	;; --resume: --keep-last-epochs removes new1.epoch2, an epoch of --output: rename it
validation pairs that are the checkpoint ;; $t -o new1.st --valid new1.st.checkpoint <few
	;; --valid: new1.st.checkpoint is the checkpoint of --output
pairs that are the checkpoint ;; $t -o new1.st ./new1.st.checkpoint
	;; input: ./new1.st.checkpoint is the checkpoint of --output
weights of an epoch that would be removed
	;; $t -o kept.safetensors --keep-last-epochs 2 --inherit ./kept.epoch3.safetensors <few
	;; --inherit: --keep-last-epochs removes ./kept.epoch3.safetensors, an epoch of --output
a link to one ;; $t -o kept.safetensors --keep-last-epochs 2 --inherit kept.link <few
	;; --inherit: --keep-last-epochs removes kept.link, an epoch of --output: rename it
a supernet's pairs that would be removed
	;; train-super --space space.json $train --keep-last-epochs 2 -o kept.safetensors
	kept.epoch3.safetensors ;; input: --keep-last-epochs removes kept.epoch3.safetensors
a journal that is an input ;; $t -o new1 --resume arch.json <few
	;; --resume and --arch are one file, arch.json
the YAML of a checkpoint ;; import-hat --weights super -o mine mine
	;; --output and the input are one file, mine
two parts of a corpus ;; make-corpus --train mine --valid mine
	;; --train and --valid are one file, mine
two parts of a corpus on stdout ;; make-corpus --train - --valid -
	;; --train and --valid are one file, -
checkpoints beside no file ;; $t -o /dev/null --resume j <few
	;; --resume wants a file as --output, not /dev/null
epochs beside no file ;; $t -o - --keep-last-epochs 2 <few
	;; --keep-last-epochs wants a file as --output, not -
two names that lead to one new file ;; make-corpus --train new2 --valid new3
	;; --train and --valid are one file, new3
an output without a name ;; average-weights super -o "" ;; --output: want a file's name
R
refuses 1 <<'R'
two outputs on stdout, by two names ;; make-corpus --train - --valid /dev/stdout
	;; is named for two outputs
two inputs from stdin ;; train-sub --arch - $train -o new1 <arch.json
	;; stdin: is named for two inputs
R
for file in mine arch.json super; do
	holds "$file is not harmed by what is refused" "cmp $file was/$file"
done
holds 'weights of an epoch stay' 'cmp super kept.epoch3.safetensors'
holds 'weights of an epoch, when no epochs are kept' "
	train-sub --arch small $train -o kept.safetensors --inherit kept.epoch3.safetensors \
		<few >log"
holds 'weights of an epoch of another file' "
	train-sub --arch small $train -o kep.safetensors --keep-last-epochs 2 \
		--inherit kept.epoch3.safetensors <few >log
	cmp super kept.epoch3.safetensors"
is    'what is refused leaves nothing' \
	'ls new?* .*.part /dev/null.checkpoint 2>/dev/null | grep -v new3' ''

# a stdout that somebody has made non-blocking, read slowly
slowly() {
	while IFS= read -rn 9999 -d '' part; do printf %s "$part"; done
	printf %s "$part"
}
sample-arch -q -n 2000 <space.json >want
nonblock="env $(preload nonblock)"
same  'all is printed into a non-blocking pipe' \
	'cat want' "$nonblock sample-arch -q -n 2000 <space.json | slowly"
same  'weights are printed into a non-blocking pipe' \
	'cat super' "$nonblock average-weights super -o - | cat"
refuses 1 <<'R'
a non-blocking stdout that is full
	;; eval "$nonblock" sample-arch -q -n 2000 <space.json >/dev/full
	;; sample-arch: stdout: No space left on device
R

# a mount in the file's place
echo old >bound; echo >source
cat >on-mount <<-S
	mount --bind source bound &&
		average-weights -q super -o bound 2>/dev/null || average-weights super -o bound
	cmp bound mean1
S
average-weights super -o mean1
if unshare -rm true 2>/dev/null; then
	holds 'a file that is mounted gets the content' \
		'unshare -rm bash on-mount; cmp source mean1'
	is    'a file that is mounted: no part is left' parts ''
else
	echo '# no mounts without being root here'
fi

# two at once, and what a signal leaves
mkfifo hold
${run[fit-mlp]} held <hold >report 2>messages & pid=$!
exec 8>hold
until parts >/dev/null; do :; done
ln -s held alias2
refuses 1 <<'R'
a second writer ;; ${run[fit-mlp]} held <lats ;; held: another process is writing it
a second writer, by another name ;; ${run[fit-mlp]} alias2 <lats
	;; alias2: another process is writing it
R
holds 'a writer of another file is not refused' "${run[fit-mlp]} held2 <lats"
for sig in HUP INT TERM XCPU QUIT USR1 USR2 ALRM VTALRM; do
	kill -9 $pid 2>/dev/null; exec 8>&-; wait $pid 2>/dev/null
	env --default-signal=INT,HUP,QUIT ${run[fit-mlp]} held <hold >report 2>messages & pid=$!
	exec 8>hold
	# its own part, not the last one's, which it removes
	until [ "$(parts | wc -l)" = 1 ] && ! flock -n "$(parts)" true; do :; done
	is    "SIG$sig: no part is left" "
		kill -$sig $pid; while kill -0 $pid; do :; done 2>/dev/null; parts; ls held" ''
done
exec 8>&-; wait 2>/dev/null
finish
