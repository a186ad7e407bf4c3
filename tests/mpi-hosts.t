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
holds 'three hosts train what three ranks here do' "$over $short -o h.st <\$pairs >log && mpirun -n 3 $short -o 3.st <\$pairs >log && cmp h.st 3.st"
lively='--mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 2'
begun "$over $lively" killed
kill -9 "$(cat killed.pid2)"
ended
holds 'a rank of another host killed: ends, not well' '[ $code != 0 ]'
holds 'names the last good state' "grep -E 'last good state: killed.st.checkpoint, of update [0-9]+' messages"
holds 'goes on to the same bytes' "$over $long -o killed.st --resume killed.j <\$pairs >log && cmp killed.st whole.st"
begun "$over $lively" cut
ip link set ${net}3 down
ended
holds 'a host that is cut off: ends, not well' '[ $code != 0 ]'
holds 'says why' "cat messages >&2; grep -E 'lost communication|no word from the other ranks: one may have ended; last good state: cut.st.checkpoint, of update [0-9]+' messages"
ip link set ${net}3 up
holds 'goes on to the same bytes' "$over $long -o cut.st --resume cut.j <\$pairs >log && cmp cut.st whole.st"
finish
