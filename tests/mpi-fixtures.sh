# What the tests of ranks share: small trainings, and how they are begun, stopped.
command -v mpirun >/dev/null || skip 'no mpirun (make deps-mpi)'
. "$top/tests/train-fixtures.sh"
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_ALLOW_RUN_AS_ROOT=1 \
	OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_odls_base_sigkill_timeout=8
run="train-super -q --threads 1 --space $space --max-tokens 24 --lr 0.01 --warmup-updates 4 \
	--clip-norm 1 --log-interval 1"
# Adam's epsilon is so large that a step is as long as the gradient.
short="$run --max-update 8 --adam-eps 1"
# one to be stopped: its log fills a pipe that is not read before it ends
head -n 4 "$valid" >few
long="$run --max-update 360 --valid few --validate-interval-updates 40 \
	--save-interval-updates 20 --keep-last-epochs 2"
# begun MPIRUN.. NAME: is under way, has saved, and logs to 7
begun() {
	local i line name=${*: -1}
	rm -f fifo; mkfifo fifo
	eval "exec ${*:1:$#-1} bash -c 'echo \$\$ >$name.pid\$OMPI_COMM_WORLD_RANK
		exec $long -o $name.st --resume $name.j'" \
		<"$pairs" >fifo 2>messages &
	pid=$!
	exec 7<fifo
	for ((i = 0; i < 45; i++)); do read -r line <&7; done
}
ended() { # -> code
	cat <&7 >/dev/null; exec 7<&-
	wait $pid; code=$?
}
