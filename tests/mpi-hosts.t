# Ranks on three hosts, network namespaces with an sshd each, by which mpirun starts
# them; one is killed, one is cut off.
. "${0%/*}/lib.sh"
. "$top/tests/mpi-fixtures.sh"
. "$top/tests/ssh-fixtures.sh"
. "$top/tests/hosts-fixtures.sh"
trap 'unhosts; rm -rf "${made[@]}"' EXIT
hosts mn$$ || { unhosts; skip "three hosts cannot be had here: $said"; }
over="$tmp/hosts 3"
mpirun -n 3 $long -o whole.st --resume whole.j <"$pairs" >whole.log
holds 'three hosts train what three ranks here do' "
	$over $short -o h.st <\$pairs >log && mpirun -n 3 $short -o 3.st <\$pairs >log &&
		cmp h.st 3.st"
lively='--mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1'
lively+=' --mca oob_tcp_keepalive_probes 2'
goes_on() { # WHAT NAME: the training of that name, to its end
	holds "$1: goes on to the same bytes" "
		$over $long -o $2.st --resume $2.j <\$pairs >log && cmp $2.st whole.st"
}
begun "$over $lively" killed
kill -9 "$(cat killed.pid2)"
ended
what='a rank of another host killed'
holds "$what: ends, not well" '[ $code != 0 ]'
holds "$what: the last good state is named" \
	"cat messages >&2
	grep -E 'last good state: killed.st.checkpoint, of update [0-9]+' messages"
goes_on "$what" killed
begun "$over $lively" cut
ip link set ${net}3 down
ended
what='a host that is cut off'
lost='no word from the other ranks: one may have ended'
holds "$what: ends, not well" '[ $code != 0 ]'
holds "$what: it says why" "
	cat messages >&2
	grep -E 'lost communication|$lost; last good state: cut.st.checkpoint, of update [0-9]+' \
		messages"
ip link set ${net}3 up
goes_on "$what" cut
finish
