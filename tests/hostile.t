# Every filter where the system gives little or nothing: it does its work, the same as
# ever, or one line says why it cannot. Nothing half done is left, nothing hangs.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
for p in $filters; do
	eval "${run[$p]} $(is_writer $p && echo want.$p)" <${in[$p]} 2>messages |
		lasting >want.out.$p
done

# What is wrong with how the last run of a filter ended: FILTER CODE [QUIET]. QUIET: where
# stderr is closed or nothing is to be said.
wrong() {
	local p=$1 code=$2 lines
	lines=$(grep -c '' stderr)
	if [ "$code" = 0 ]; then
		lasting <stdout | cmp -s - want.out.$p ||
			echo "$p: exit 0, but it printed something else"
		! is_writer $p || cmp -s out want.$p || echo "$p: exit 0, but its file differs"
	elif [ "$code" != 1 ]; then
		echo "$p: exit $code: $(head -n 1 stderr)"
	elif [ -z "${3-}" ]; then
		[ "$lines" = 1 ] && grep -q "^$p: ." stderr ||
			echo "$p: $lines lines: $(head -n 2 stderr)"
		# a report is printed when its file is there
		! [ -e out ] || grep -q '^[a-z-]*: stdout: ' stderr ||
			echo "$p: exit 1, but there is a file"
	fi
	! ls .*.part >/dev/null 2>&1 || echo "$p: left $(echo .*.part)"
	rm -f .*.part
}
# tried WHAT BEFORE [AFTER]: all filters with something before the command and behind it;
# ended has the exit status of each
tried() {
	local p code faults= quiet=
	case ${3-} in *'2>'*) quiet=1 ;; esac
	ended=
	for p in $filters; do
		rm -f out; code=0
		( set +u; eval "$2 timeout -s KILL 60 ${run[$p]} \
			$(is_writer $p && echo out) <${in[$p]} ${3-}" ) \
			>stdout 2>stderr </dev/null || code=$?
		ended="$ended$p=$code "
		case ${3-} in *'>'*) cp want.out.$p stdout ;; esac
		faults="$faults$(wrong $p $code $quiet)"
	done
	about=$1
	[ -z "$faults" ]; report $? "$1"
	[ -z "$faults" ] || note <<<"$faults"
}
# all_ended CODE FILTER ..: those ended so the last time
all_ended() {
	local p code=$1; shift
	for p; do
		[[ " $ended" = *" $p=$code "* ]] || { echo "$p: ${ended#*"$p="}"; return 1; }
	done
}
filters=$(echo $filters) readers= printers=
for p in $filters; do
	[ ${in[$p]} = /dev/null ] || readers="$readers $p"
	[ ! -s want.out.$p ] || printers="$printers $p"
done

# memory: a part of it suffices for most
if [ -z "$TEST_SAN" ]; then
	for kb in 12000 80000; do
		tried "ulimit -v $kb" "ulimit -v $kb; exec"
	done
	holds 'most work in 20 MB' "ulimit -v 20000
		${run[bleu]} <scored && ${run[predict-lat]} <archs && ${run[make-dict]} <text"
	# too little for a buffer, where exactly depends on the libraries
	scarce() {
		for kb in {40..140}; do
			(ulimit -v ${kb}00; ${run[encode-text]} <text) && return
		done 2>&1
	}
	lacks='encode-text: out of memory: 0[.][0-9]* MB more wanted'
	lacks+=', ulimit -v has 0[.][0-9]* MB left; raise the limit'
	holds 'what lacks and whose limit it is are told' "scarce >told; grep -q '^$lacks' told"
	tried 'ulimit -d 20000' 'ulimit -d 20000; exec'
fi
for kb in 64; do
	tried "ulimit -s $kb" "ulimit -s $kb; exec"
	holds 'is refused by all' "all_ended 1 $filters"
	tried "a stack that may grow from $kb KB" "ulimit -Ss $kb; exec"
	holds 'is no matter' "all_ended 0 $filters"
done

# descriptors: one for a file at a time
for n in 4 6; do
	tried "$n open files" "exec prlimit --nofile=$n:$n"
done
holds '6 are enough for all' "all_ended 0 $filters"
for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	tried "closed: $closed" exec "$closed"
	[[ $closed != *'<&-'* ]] || holds 'those that read stdin fail' "all_ended 1 $readers"
	[[ $closed != *' >&-'* && $closed != '>&-'* ]] ||
		holds "$closed: those that print fail" "all_ended 1 $printers"
	[ "$closed" != '2>&-' ] || holds 'all work' "all_ended 0 $filters"
done
tried 'stdin is a folder' exec '<.'
holds 'those that read it fail' "all_ended 1 $readers"

# outputs that take nothing
tried 'a full disk' exec '>/dev/full'
holds 'fails where anything is printed' "all_ended 1 $printers"
tried 'no longer files than a block' 'ulimit -f 1; exec' '>sized'
mkfifo gone; exec 8<>gone 9>gone 8<&-   # a pipe that nobody reads
tried 'a pipe that nobody reads, SIGPIPE ignored' "trap '' PIPE; exec" '>&9'
holds 'is told by all that print' "all_ended 1 $printers"
for p in $printers; do
	rm -f out
	exits 141 "$p dies of SIGPIPE" "${run[$p]} $(is_writer $p && echo out) <${in[$p]} >&9"
	is    "$p says nothing of it" "grep -v 'to go on, give' $err; ls .*.part 2>/dev/null" ''
	rm -f out*.checkpoint
done
exec 9>&-
if unshare -rm mount -t tmpfs none . 2>/dev/null; then
	mkdir fixed small
	export writers
	declare -p run in >commands
	cat >mounted <<-'S'
		. ./commands
		mount -t tmpfs none fixed; echo old >fixed/there; mount -o remount,ro fixed
		mount -t tmpfs -o size=4k none small; echo old >small/there
		for p in $writers; do
			for f in {fixed,small}/{new,there}; do
				eval "timeout -s KILL 60 ${run[$p]} $f <${in[$p]}" \
					>stdout 2>stderr && echo "$p $f: exit 0"
				[ "$(grep -c "^$p: $f: " stderr) $(grep -c '' stderr)" = '1 1' ] ||
					cat stderr
				[ "$(echo $(ls -A fixed small; cat fixed/there small/there))" = \
					'fixed: there small: there old old' ] || ls -A fixed small
			done
		done
	S
	is 'a file system that is full, or read-only, stays as it was' 'unshare -rm bash mounted' ''
else
	echo '# no mounts without being root here'
fi

# languages: a comma in numbers, an i without a dot
mkdir locale
for l in de_DE tr_TR; do
	localedef -i $l -f UTF-8 locale/$l.UTF-8 2>/dev/null || { echo "# no $l here"; continue; }
	tried "in $l" "exec env LOCPATH=$tmp/locale LC_ALL=$l.UTF-8"
	holds "in $l: all work" "all_ended 0 $filters"
done

# processes: none can be started
if [ "$(nproc)" -gt 1 ] && [ "$(id -u)" = 0 ]; then
	chmod 777 . && chmod a+r * && cp -r "$MILLINER_BIN" bin
	for p in eval-arch evolve fit-mlp measure-lat quantize soft-label train-sub train-super \
			translate; do
		cmd=${run[$p]/--threads 1/}
		rm -f out
		alone="exec bin/$p --threads 2 ${cmd#"$p "} $(is_writer $p && echo out)"
		refuses 1 <<R
$p without a thread ;; timeout -s KILL 60 setpriv --reuid=64123 --clear-groups
	bash -c 'ulimit -u 1; $alone' <${in[$p]} ;; $p: cannot start thread 2 of 2:
R
		is    "$p without a thread: nothing is left" 'ls out .*.part 2>/dev/null' ''
	done
fi
finish
