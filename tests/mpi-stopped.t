# Ranks that are stopped or killed: the job ends, says where it can be gone on with,
# and goes on to the same bytes.
. "${0%/*}/lib.sh"
. "$top/tests/mpi-fixtures.sh"
mpirun -n 2 $long -o whole.st --resume whole.j <"$pairs" >whole.log
for what in rank TERM INT 0 1; do
	begun mpirun -n 2 $what
	case $what in
	rank) kill -TERM "$(cat "$what.pid1")" ;;
	[0-9]) kill -9 "$(cat "$what.pid$what")" ;;
	*) kill -"$what" $pid ;;
	esac
	ended
	checkpoint=$what.st.checkpoint
	saved="saved $checkpoint; to go on, give the same pairs to: mpirun -n 2 train-super"
	state="last good state: $checkpoint, of update [0-9]+\$"
	holds "stopped by $what: ends, not well" '[ $code != 0 ]'
	[ $what != rank ] || holds "stopped by $what: all have saved first" \
		"grep 'stopped after [0-9]* updates; saved' messages"
	holds "stopped by $what: leaves no output" '[ ! -e $what.st ]'
	holds "stopped by $what: names what can be gone on with" 'grep -E "$saved|$state" messages'
	holds "stopped by $what: goes on to the same bytes" "
		mpirun -n 2 $long -o $what.st --resume $what.j <\$pairs >log &&
		cmp $what.st whole.st"
done
holds 'one process goes on where two were' "
	$run --update-freq 2 --max-update 361 -o whole.st --resume whole.j <\$pairs |
		tail -n 1 | jq -e '.step == 361'"
finish
