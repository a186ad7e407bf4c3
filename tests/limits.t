# Limits of address space, processes and CPUs: a line that says what is missing, never a hang.
. "${0%/*}/lib.sh"
[ -z "$TEST_SAN" ] || skip 'sanitizers need address space of their own'
. "$top/tests/search-fixtures.sh"
eval='--weights $weights --valid $valid'
sample-arch -n 5 --space "$space" >archs
# from bash: ulimit, and a run that hangs is killed
under() { echo "(ulimit $1; exec timeout -s KILL 60 $2)"; }
for p in "$MILLINER_BIN"/*; do
	n=${p##*/}
	exits 0 "$n --help in 60 MB of address space" "$(under '-v 60000' "$n --help")"
	exits 0 "$n --version likewise" "$(under '-v 60000' "$n --version")"
done
sub="train-sub -q --arch arch1 --max-tokens 100 --max-update 2"
head -n 1 archs >arch1
for l in v d; do
	exits 1 "a training under ulimit -$l" "$(under "-$l 200000" "$sub -j 1 -o m <\$valid")"
	says  'how much is missing' 'train-sub: OpenBLAS needs 448 MB more of address space for 1 thread: raise the limit'
	exits 1 "eval-arch under ulimit -$l" "$(under "-$l 200000" "eval-arch -q $eval -j 1 <archs")"
	says  'likewise' 'eval-arch: OpenBLAS needs 448 MB more of address space for 1 thread: raise the limit'
done
holds 'leave no file' '[ ! -e m ] && [ ! -e m.part ]'
holds 'with enough of it both run' "$(under '-v 700000' "$sub -j 1 -o m <\$valid") && $(under '-v 700000' "eval-arch -q $eval <archs")"
# Threads that cannot be started: stacks larger than the address space, and no more processes.
rm m
if [ "$(nproc)" -gt 1 ]; then
	sub="$sub -j 2 -o m"
	exits 1 'no address space for a stack' "(ulimit -s 8000000 && $(under '-v 6000000' "$sub <\$valid"))"
	says  'which thread' 'train-sub: cannot start thread 2 of 2: '
	says  'what to do' 'give fewer --threads'
	holds 'leaves no file' '[ ! -e m ] && [ ! -e m.part ]'
	exits 1 'translate likewise' "(ulimit -s 8000000 && $(under '-v 6000000' 'translate -q -j 2 --weights $weights --arch arch1 <$valid'))"
	says  'which thread' 'translate: cannot start thread 2 of 2: '
fi
if [ "$(nproc)" -gt 1 ] && [ "$(id -u)" = 0 ]; then
	chmod 777 . && chmod a+r * && cp -r "$MILLINER_BIN" bin
	exits 1 'no more processes' "timeout -s KILL 60 setpriv --reuid=64123 --clear-groups bash -c 'ulimit -u 1; exec bin/$sub <$valid'"
	says  'which thread' 'train-sub: cannot start thread 2 of 2: '
fi
# One CPU: more threads than that are no use, and no harm.
cpu=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
same  'more threads than CPUs: the same' "eval-arch -q $eval -j 1 <archs" "taskset -c $cpu timeout 60 eval-arch -q $eval -j 64 <archs"
for policy in -b -i; do
	same "chrt $policy" "eval-arch -q $eval -j 2 <archs" "chrt $policy 0 timeout 60 eval-arch -q $eval -j 2 <archs"
done
finish
