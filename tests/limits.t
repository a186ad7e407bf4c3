# Limits of address space, processes and CPUs: a line that says what is missing, never a hang.
. "${0%/*}/lib.sh"
[ -z "$TEST_SAN" ] || skip 'sanitizers need address space of their own'
. "$top/tests/search-fixtures.sh"
sample-arch -n 5 --space "$space" >archs
head -n 1 archs >arch1
eval="eval-arch -q --weights $weights --valid $valid"
sub="train-sub -q --arch arch1 --max-tokens 100 --max-update 2"
# from bash: ulimit, and a run that hangs is killed
under() { echo "(ulimit $1; exec timeout -s KILL 60 $2)"; }
for p in "$MILLINER_BIN"/*; do
	n=${p##*/}
	exits 0 "$n --help in 60 MB of address space" "$(under '-v 60000' "$n --help")"
	exits 0 "$n --version in 60 MB of address space" "$(under '-v 60000' "$n --version")"
done
few='OpenBLAS needs 448 MB more of address space for 1 thread: raise the limit'
refuses 1 <<R
a training under ulimit -v ;; $(under '-v 200000' "$sub -j 1 -o m <$valid") ;; train-sub: $few
a training under ulimit -d ;; $(under '-d 200000' "$sub -j 1 -o m <$valid") ;; train-sub: $few
eval-arch under ulimit -v ;; $(under '-v 200000' "$eval -j 1 <archs") ;; eval-arch: $few
eval-arch under ulimit -d ;; $(under '-d 200000' "$eval -j 1 <archs") ;; eval-arch: $few
R
holds 'trainings that are refused leave no file' '[ ! -e m ] && [ ! -e m.part ]'
holds 'a training with enough address space' "$(under '-v 700000' "$sub -j 1 -o m <$valid")"
holds 'eval-arch with enough address space' "$(under '-v 700000' "$eval <archs")"
# Stacks: what ulimit -s says is neither too little nor too much for threads.
for s in 64 100 1000 unlimited; do
	holds "trains with ulimit -s $s" "(ulimit -Ss $s; $sub -j 2 -o m <$valid)"
	holds "beams as wide as can be with ulimit -s $s" \
		"(ulimit -Ss $s; translate -q -b 1000 --weights $weights --arch arch1 <$valid)"
done
refuses 1 <<R
a stack that cannot grow ;; (ulimit -s 100; $sub -o m2 <$valid) ;;
	train-sub: the stack may have 100 KB (ulimit -s), want 512 or more
R
# Threads that cannot be started: no address space for their stacks, and no more processes.
rm -f m
if [ "$(nproc)" -gt 1 ]; then
	sub="$sub -j 2 -o m"
	holds 'stacks are not as large as that of the first thread may be' \
		"(ulimit -s 8000000 && $(under '-v 6000000' "$sub <$valid"))"
	rm -f m
fi
if [ "$(nproc)" -gt 1 ] && [ "$(id -u)" = 0 ]; then
	chmod 777 . && chmod a+r * && cp -r "$MILLINER_BIN" bin
	user='timeout -s KILL 60 setpriv --reuid=64123 --clear-groups'
	refuses 1 <<<"no more processes ;;
	$user bash -c 'ulimit -u 1; exec bin/$sub <$valid' ;;
	train-sub: cannot start thread 2 of 2:"
fi
# One CPU: more threads than that are no use, and no harm.
cpu=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
same  'more threads than CPUs: the same' "$eval -j 1 <archs" \
	"taskset -c $cpu timeout 60 $eval -j 64 <archs"
for policy in -b -i; do
	same "chrt $policy: the same" "$eval -j 2 <archs" \
		"chrt $policy 0 timeout 60 $eval -j 2 <archs"
done
finish
