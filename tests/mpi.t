# Ranks started by mpirun train one model: on this machine, and on three hosts
# (network namespaces) of which one is killed or cut off.
. "${0%/*}/lib.sh"
command -v mpirun >/dev/null || skip 'no mpirun (make deps-mpi)'
. "$top/tests/train-fixtures.sh"
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_ALLOW_RUN_AS_ROOT=1 \
	OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_odls_base_sigkill_timeout=5
run="train-super -q --threads 1 --space $space --max-tokens 24 --lr 0.01 --warmup-updates 4 --clip-norm 1 --log-interval 1"
weights() { # the floats of a model file
	node() { od -An -v -tu8 -N8 "$1" | tr -d ' '; }
	tail -c +$((9 + $(node "$1"))) "$1" | od -An -v -w4 -tf4
}
near() { # two models, how far apart weights may be
	paste <(weights "$1") <(weights "$2") | awk -v d="$3" '{ x = $1 - $2; if (x > m || -x > m) m = x < 0 ? -x : x } END { exit !(NR > 100 && m <= d) }'
}

# N ranks of one batch are one process of N batches. Adam's epsilon is so large
# that a step is as long as the gradient.
for n in 2 3 4; do
	one="$run --max-update 8 --adam-eps 1 --update-freq $n"
	holds "$n ranks train what one process does" \
		"mpirun -n $n $run --max-update 8 --adam-eps 1 -o $n.st <\$pairs >$n.log && $one -o one.st <\$pairs >one.log && near $n.st one.st 1e-6"
	is    'and log it once' "paste <(jq -r 'select(.event==\"train\")|[.step,.tokens,.loss]|@tsv' $n.log) <(jq -r 'select(.event==\"train\")|[.step,.tokens,.loss]|@tsv' one.log) | awk '{ d = \$3 - \$6; n += \$1 == \$4 && \$2 == \$5 && d * d < 1e-12 } END { print n, NR }'" '8 8'
done
holds 'update-freq: batches of each rank' "mpirun -n 2 $run --max-update 8 --adam-eps 1 --update-freq 2 -o f.st <\$pairs >log && near f.st 4.st 1e-6"
holds 'the same bytes from run to run' "mpirun -n 3 $run --max-update 8 --adam-eps 1 -o again.st <\$pairs >log && cmp again.st 3.st"
holds 'whatever the threads of a rank' "mpirun -n 3 ${run/--threads 1/--threads 2} --max-update 8 --adam-eps 1 -o again.st <\$pairs >log && cmp again.st 3.st"
holds 'sums sent in bf16 are near' "mpirun -n 3 $run --max-update 8 --adam-eps 1 --reduce-dtype bf16 -o b.st <\$pairs >log && near b.st 3.st 1e-3 && ! cmp -s b.st 3.st"
holds 'train-sub, too' "sample-arch --smallest <\$space >small && mpirun -n 2 train-sub -q --threads 1 --arch small --max-tokens 24 --max-update 5 --adam-eps 1 -o s2 <\$pairs >log && train-sub -q --threads 1 --arch small --max-tokens 24 --max-update 5 --adam-eps 1 --update-freq 2 -o s1 <\$pairs >log && near s1 s2 1e-6"
holds 'codebooks, too' "quantize -b 2 -o q s1 >log && mpirun -n 2 train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 5 --adam-eps 1 --resume q.j -o q2 <\$pairs >log && train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 5 --adam-eps 1 --update-freq 2 -o q1 <\$pairs >log && average-weights -o q1.f q1 && average-weights -o q2.f q2 && near q1.f q2.f 1e-6"
holds 'that go on, too' "mpirun -n 2 train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 8 --adam-eps 1 --resume q.j -o q2 <\$pairs >log && train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 8 --adam-eps 1 --update-freq 2 -o q1 <\$pairs >log && average-weights -o q1.f q1 && average-weights -o q2.f q2 && near q1.f q2.f 1e-6"
holds 'pairs from a file' "mpirun -n 2 $run --max-update 8 --adam-eps 1 -o p.st \$pairs >log && cmp p.st 2.st"
is    'a rank alone is no rank' "mpirun -n 1 $run --max-update 8 --adam-eps 1 -o p.st <\$pairs >log && $run --max-update 8 --adam-eps 1 -o q.st <\$pairs >log && cmp p.st q.st; echo \$?" 0

# Killed and started again.
head -n 4 "$valid" >few
long="$run --max-update 600 --valid few --validate-interval-updates 50 --save-interval-updates 60 --keep-last-epochs 2"
mpirun -n 2 $long -o whole.st --resume whole.j <"$pairs" >whole.log
# begun MPIRUN.. NAME: a training that logs to 7 and is under way
begun() {
	local i line name=${*: -1}
	rm -f fifo; mkfifo fifo
	eval "exec ${*:1:$#-1} bash -c 'echo \$\$ >$name.pid\$OMPI_COMM_WORLD_RANK; exec $long -o $name.st --resume $name.j'" \
		<"$pairs" >fifo 2>messages &
	pid=$!
	exec 7<fifo
	for ((i = 0; i < 200; i++)); do read -r line <&7; done
}
ended() { # -> code
	cat <&7 >/dev/null; exec 7<&-
	wait $pid; code=$?
}
for what in TERM INT 0 1; do
	begun mpirun -n 2 $what
	case $what in
	[0-9]) kill -9 "$(cat "$what.pid$what")" ;;
	*) kill -"$what" $pid ;;
	esac
	ended
	holds "stopped by $what: ends, not well" '[ $code != 0 ]'
	holds 'leaves no output' '[ ! -e $what.st ]'
	holds 'names what can be gone on with' "grep -E 'saved $what.st.checkpoint; to go on, give the same pairs to: mpirun -n 2 train-super|last good state: $what.st.checkpoint, of update [0-9]+\$' messages"
	holds 'goes on to the same bytes' "mpirun -n 2 $long -o $what.st --resume $what.j <\$pairs >log && cmp $what.st whole.st"
done
holds 'one process goes on where two were' "$run --update-freq 2 --max-update 601 -o whole.st --resume whole.j <\$pairs | tail -n 1 | jq -e '.step == 601'"

# Told apart.
exits 1 'a rank with another option' "mpirun -n 2 bash -c 'exec $run --max-update 2 --dropout 0.\$OMPI_COMM_WORLD_RANK -o o.st' <\$pairs"
says  'says which' 'rank 1 trains something else than rank 0: there "dropout 0", here "dropout 0.1"'
exits 1 'a rank with other kernels' "mpirun -n 2 bash -c 'i=(--isa sse2); exec $run --max-update 2 \${i[@]:0:\$((2 * OMPI_COMM_WORLD_RANK))} -o o.st' <\$pairs"
says  'says which' 'rank 1 trains something else than rank 0: there "kernels'
exits 1 'no pairs' "mpirun -n 2 $run -o o.st </dev/null"
says  'says so once' 'train-super: stdin: no pairs'
exits 1 'a training that diverges' "mpirun -n 2 ${run/--clip-norm 1/} --lr 1e3 --weight-decay 1e3 --max-update 50 -o o.st <\$pairs"
says  'names the last good state' 'not finite at update'
is    'and nothing is written' 'ls o.st* 2>/dev/null' ''

# --- three hosts -------------------------------------------------------------

hosts() {
	command -v ip >/dev/null && [ "$(id -u)" = 0 ] || return
	net=mn$$
	ip link add $net type bridge 2>/dev/null && ip link set $net up || return
	for h in 1 2 3; do
		ip netns add $net-$h && ip link add $net$h type veth peer name e0 netns $net-$h &&
			ip link set $net$h master $net up &&
			ip -n $net-$h addr add 10.77.0.$h/24 dev e0 &&
			ip -n $net-$h link set e0 up && ip -n $net-$h link set lo up || return
	done
	printf '%s\n' '#!/bin/bash' 'while [ "${1#-}" != "$1" ]; do shift; done' 'host=$1; shift' \
		"export TMPDIR=$tmp/tmp.\${host##*.}; mkdir -p \$TMPDIR" \
		"exec ip netns exec $net-\${host##*.} sh -c \"\$*\"" >agent
	chmod +x agent
}
unhosts() {
	local h
	for h in 1 2 3; do ip netns del $net-$h 2>/dev/null; done
	ip link del $net 2>/dev/null
}
if ! hosts; then
	[ -z "${net-}" ] || unhosts
	echo '# no network namespaces here: three hosts are not tried'
	finish; exit
fi
trap 'unhosts; rm -rf "${made[@]}"' EXIT
# each host has a folder for what is temporary
mkdir tmp.1
over="env TMPDIR=$tmp/tmp.1 ip netns exec $net-1 mpirun --host 10.77.0.1,10.77.0.2,10.77.0.3 --mca plm_rsh_agent $tmp/agent --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 -x PATH"
lively='--mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 2'
holds 'three hosts train what three ranks here do' "$over $run --max-update 8 --adam-eps 1 -o h.st <\$pairs >log && cmp h.st 3.st"
$over $long -o hosts.st --resume hosts.j <"$pairs" >hosts.log
begun "$over $lively" killed
kill -9 "$(cat killed.pid2)"
ended
holds 'a rank of another host killed: ends, not well' '[ $code != 0 ]'
holds 'goes on to the same bytes' "$over $long -o killed.st --resume killed.j <\$pairs >log && cmp killed.st hosts.st"
begun "$over $lively" cut
ip link set ${net}3 down
ended
holds 'a host that is cut off: ends, not well' '[ $code != 0 ]'
holds 'says why' "cat messages >&2; grep -E 'lost communication|no word from the other ranks: one may have ended; last good state: cut.st.checkpoint, of update [0-9]+' messages"
ip link set ${net}3 up
holds 'goes on to the same bytes' "$over $long -o cut.st --resume cut.j <\$pairs >log && cmp cut.st hosts.st"
finish
