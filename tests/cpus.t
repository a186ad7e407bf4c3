# Machines of 1 to 1024 CPUs: the same results, and threads that fit by themselves where
# address space and processes are limited.
. "${0%/*}/lib.sh"
[ -z "$TEST_SAN" ] || skip 'sanitizers want to be loaded first'
. "$top/tests/search-fixtures.sh"
preload=$MILLINER_BIN/../preload/cpus.so
cpus() { LD_PRELOAD=$preload FEIGNED_CPUS=$1 "${@:2}"; }
cpus 1024 train-sub --help >/dev/null || skip 'no library can be loaded before a program'
sample-arch -n 5 --space "$space" >archs
head -n 1 archs >arch1
jq -c '.latency_ms = {total: .arch.decoder_layer_num}' \
	<(sample-arch -n 40 <"$space") >lat
supernet="--weights $weights"
quick='--population 6 --parents 2 --iterations 2'

# What works with threads: how much address space gives fewer of them than 16, the
# command, and the file that it makes, if it is not stdout that counts.
programs() { cat <<P
700000 - eval-arch $supernet --valid $valid archs
700000 - evolve $supernet --valid $valid $quick <$space
700000 - soft-label $supernet $valid
700000 m train-super --space $space --max-update 4 --max-tokens 40 -o m $valid
700000 m train-sub --arch arch1 --max-update 4 --max-tokens 40 -o m $valid
150000 m train-sub --dtype bf16 --arch arch1 --max-update 4 --max-tokens 40 -o m $valid
150000 - translate $supernet --arch arch1 $valid
150000 m fit-mlp --steps 20 -o m lat
150000 m quantize --bits 4 -o m $weights
P
}
few='CPUs: more would take over half of the address space that is left (ulimit -v, ulimit -d)'
while read -r space_kb file command; do
	what=${command%% *}
	case $command in *bf16*) what="$what in bf16" ;; esac
	made() { # what stands before the command; its options
		eval "$1 $command $2" >printed && cat "${file/#-/printed}"
	}
	for n in 2 16 64 1024; do
		same "$what: $n CPUs change nothing" "made 'cpus 1' '-j 1'" "made 'cpus $n'"
	done
	limited="ulimit -v $space_kb; cpus 16"
	same "$what: threads that fit into ulimit -v" "made 'cpus 1' '-j 1'" "made '$limited'"
	holds "$what: they are named, once" "
		[ \$(grep -c 'threads\\?, not one for each of 16 $few' $err) = 1 ]"
	[ "$what" = quantize ] || {
		holds "$what: fewer threads, with --quiet" "made '$limited' -q"
		silent "$what: fewer threads, with --quiet: nothing is said"
	}
done < <(programs)

# A number that was given is taken, or refused.
eval="eval-arch -q $supernet --valid $valid archs"
holds 'a number that was given fits, if only just' \
	"(ulimit -v 900000; cpus 16 $eval -j 3 && ! cpus 16 $eval -j 16)"
refuses 1 <<R
a number that does not fit ;; (ulimit -v 900000; cpus 16 $eval -j 16) ;;
	eval-arch: OpenBLAS needs 2368 MB more of address space for 16 threads: raise the limit
a number that does not fit, of -d ;; (ulimit -d 900000; cpus 16 $eval -j 16) ;;
	eval-arch: OpenBLAS needs 2368 MB more of address space for 16 threads: raise the limit
R

# OpenBLAS serves so many threads as it was built for.
exits 0 'more threads than OpenBLAS serves' "cpus 1024 $eval -j 1024"
silent 'more threads than OpenBLAS serves: nothing is said of them'

# No more processes.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 777 . && chmod a+r * && cp -r "$MILLINER_BIN" bin && cp "$preload" .
	user='timeout -s KILL 60 setpriv --reuid=64123 --clear-groups'
	some() { $user bash -c "ulimit -u $1; LD_PRELOAD=./cpus.so FEIGNED_CPUS=16 ${*:2}"; }
	same  'threads that ulimit -u leaves' "$eval -j 1" "some 4 bin/${eval/ -q/}"
	says  'they are named' '16 CPUs: no more can be started (ulimit -u'
	refuses 1 <<-R
	more than ulimit -u leaves ;; some 4 bin/$eval -j 16 ;; cannot start thread
	R
else
	echo '# not root: no limit of processes is tested'
fi
finish
