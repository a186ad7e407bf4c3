# Ranks started by mpirun train one model, the one that one process would.
. "${0%/*}/lib.sh"
. "$top/tests/mpi-fixtures.sh"
weights() { # the floats of a model file
	node() { od -An -v -tu8 -N8 "$1" | tr -d ' '; }
	tail -c +$((9 + $(node "$1"))) "$1" | od -An -v -w4 -tf4
}
near() { # two models, how far apart weights may be
	paste <(weights "$1") <(weights "$2") | awk -v d="$3" '{ x = $1 - $2; if (x > m || -x > m) m = x < 0 ? -x : x } END { exit !(NR > 100 && m <= d) }'
}

# N ranks of one batch are one process of N batches.
for n in 2 3 4; do
	one="$short --update-freq $n"
	holds "$n ranks train what one process does" \
		"mpirun -n $n $short -o $n.st <\$pairs >$n.log && $one -o one.st <\$pairs >one.log && near $n.st one.st 1e-6"
	is    'and log it once' "paste <(jq -r 'select(.event==\"train\")|[.step,.tokens,.loss]|@tsv' $n.log) <(jq -r 'select(.event==\"train\")|[.step,.tokens,.loss]|@tsv' one.log) | awk '{ d = \$3 - \$6; n += \$1 == \$4 && \$2 == \$5 && d * d < 1e-12 } END { print n, NR }'" '8 8'
done
holds 'update-freq: batches of each rank' "mpirun -n 2 $short --update-freq 2 -o f.st <\$pairs >log && near f.st 4.st 1e-6"
holds 'the same bytes from run to run' "mpirun -n 3 $short -o again.st <\$pairs >log && cmp again.st 3.st"
holds 'whatever the threads of a rank' "mpirun -n 3 ${short/--threads 1/--threads 2} -o again.st <\$pairs >log && cmp again.st 3.st"
holds 'sums sent in bf16 are near' "mpirun -n 3 $short --reduce-dtype bf16 -o b.st <\$pairs >log && near b.st 3.st 1e-3 && ! cmp -s b.st 3.st"
holds 'a validation is divided, its losses are those of one process' "mpirun -n 3 $short --valid \$pairs -o v.st <\$pairs >v.log && diff <(jq -c 'select(.which == \"largest\") | [.loss, .nll]' v.log | tail -n 1) <(sample-arch --largest <\$space | eval-arch -q --threads 1 --max-tokens 24 --weights v.st --valid \$pairs | jq -c '[.valid_loss, .valid_nll]')"
holds 'train-sub, too' "sample-arch --smallest <\$space >small && mpirun -n 2 train-sub -q --threads 1 --arch small --max-tokens 24 --max-update 5 --adam-eps 1 -o s2 <\$pairs >log && train-sub -q --threads 1 --arch small --max-tokens 24 --max-update 5 --adam-eps 1 --update-freq 2 -o s1 <\$pairs >log && near s1 s2 1e-6"
holds 'codebooks, too' "quantize -b 2 -o q s1 >log && mpirun -n 2 train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 5 --adam-eps 1 --resume q.j -o q2 <\$pairs >log && train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 5 --adam-eps 1 --update-freq 2 -o q1 <\$pairs >log && average-weights -o q1.f q1 && average-weights -o q2.f q2 && near q1.f q2.f 1e-6"
holds 'that go on, too' "mpirun -n 2 train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 8 --adam-eps 1 --resume q.j -o q2 <\$pairs >log && train-sub -q --threads 1 --codebooks q --max-tokens 24 --max-update 8 --adam-eps 1 --update-freq 2 -o q1 <\$pairs >log && average-weights -o q1.f q1 && average-weights -o q2.f q2 && near q1.f q2.f 1e-6"
# Open MPI says what it was set to when it starts.
tcp='--mca btl tcp,self --mca mpi_show_mca_params enviro'
holds 'over TCP both ways at once: in pieces, with the same result' "mpirun -n 2 $tcp $short -o t.st <\$pairs >log 2>set && grep -F btl_tcp_rdma_pipeline_frag_size=131072 log set && cmp t.st 2.st"
holds 'as large as the user wants' "mpirun -n 2 $tcp --mca btl_tcp_rdma_pipeline_frag_size 65536 $short -o t.st <\$pairs >log 2>set && grep -F btl_tcp_rdma_pipeline_frag_size=65536 log set && cmp t.st 2.st"
holds 'pairs from a file' "mpirun -n 2 $short -o p.st \$pairs >log && cmp p.st 2.st"
is    'a rank alone is no rank' "mpirun -n 1 $short -o p.st <\$pairs >log && $short -o q.st <\$pairs >log && cmp p.st q.st; echo \$?" 0

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
finish
