# Ranks started by mpirun train one model, the one that one process would.
. "${0%/*}/lib.sh"
. "$top/tests/mpi-fixtures.sh"
weights() { # the floats of a model file
	node() { od -An -v -tu8 -N8 "$1" | tr -d ' '; }
	tail -c +$((9 + $(node "$1"))) "$1" | od -An -v -w4 -tf4
}
near() { # two models, how far apart weights may be
	paste <(weights "$1") <(weights "$2") | awk -v d="$3" '
		{ x = $1 - $2; if (x < 0) x = -x; if (x > m) m = x }
		END { exit !(NR > 100 && m <= d) }'
}
steps() { jq -r 'select(.event == "train") | [.step, .tokens, .loss] | @tsv' "$@"; }
agree() { # two logs: how many of how many steps are the same
	paste <(steps "$1") <(steps "$2") | awk '
		{ d = $3 - $6; n += $1 == $4 && $2 == $5 && d * d < 1e-12 } END { print n, NR }'
}

# N ranks of one batch are one process of N batches.
ranks() { mpirun -n "$@" <"$pairs"; }
for n in 2 3 4; do
	holds "$n ranks train what one process does" "
		ranks $n $short -o $n.st >$n.log &&
		$short --update-freq $n -o one.st <\$pairs >one.log && near $n.st one.st 1e-6"
	is    "$n ranks log it once" "agree $n.log one.log" '8 8'
done
holds 'update-freq: batches of each rank' "
	ranks 2 $short --update-freq 2 -o f.st >log && near f.st 4.st 1e-6"
split="$short --subs 3 --split-batches"
holds 'split batches: ranks train what one process does' "
	ranks 2 $split --update-freq 2 -o f.st >log &&
	$split --update-freq 4 -o one.st <\$pairs >log && near f.st one.st 1e-6"
holds 'the same bytes from run to run' "ranks 3 $short -o again.st >log && cmp again.st 3.st"
holds 'the same bytes whatever the threads of a rank' "
	ranks 3 ${short/--threads 1/--threads 2} -o again.st >log && cmp again.st 3.st"
holds 'sums sent in bf16 are near' "
	ranks 3 $short --reduce-dtype bf16 -o b.st >log &&
	near b.st 3.st 1e-3 && ! cmp -s b.st 3.st"
logged() { jq -c 'select(.which == "largest") | [.loss, .nll]' "$1" | tail -n 1; }
evaluated() { # a supernet's largest, by one process
	sample-arch --largest <"$space" |
		eval-arch -q --threads 1 --max-tokens 24 --weights "$1" --valid "$pairs" |
		jq -c '[.valid_loss, .valid_nll]'
}
holds 'a validation is divided, its losses are those of one process' "
	ranks 3 $short --valid \$pairs -o v.st >v.log && diff <(logged v.log) <(evaluated v.st)"
sub='train-sub -q --threads 1 --max-tokens 24 --adam-eps 1'
sample-arch --smallest <"$space" >small
holds 'train-sub: ranks train what one process does' "
	ranks 2 $sub --arch small --max-update 5 -o s2 >log &&
	$sub --arch small --max-update 5 --update-freq 2 -o s1 <\$pairs >log && near s1 s2 1e-6"
quantize -b 2 -o q s1 >log
coded() { # updates: two ranks train codebooks as far, from their last state; as one process
	ranks 2 $sub --codebooks q --max-update $1 --resume q.j -o q2 >log &&
		$sub --codebooks q --max-update $1 --update-freq 2 -o q1 <"$pairs" >log &&
		average-weights -o q1.f q1 && average-weights -o q2.f q2 && near q1.f q2.f 1e-6
}
holds 'codebooks: ranks train what one process does' 'coded 5'
holds 'codebooks: ranks go on with what one process does' 'coded 8'
indices() { ranks 2 $sub --codebooks q --floats s1 --save-interval-updates 2 --max-update "$@"; }
holds 'indices are trained by ranks, and go on' "
	indices 8 -o f1 >log && indices 5 --resume f.j -o f2 >log &&
	indices 8 --resume f.j -o f2 >log && cmp f1 f2"
# Open MPI says what it was set to when it starts.
tcp() { ranks 2 --mca btl tcp,self --mca mpi_show_mca_params enviro "$@" -o t.st 2>&1; }
pieces=btl_tcp_rdma_pipeline_frag_size
holds 'over TCP both ways at once: in pieces, with the same result' "
	tcp $short >log && grep -F $pieces=131072 log && cmp t.st 2.st"
holds 'pieces are as large as the user wants' "
	tcp --mca $pieces 65536 $short >log && grep -F $pieces=65536 log && cmp t.st 2.st"
holds 'pairs from a file' "mpirun -n 2 $short -o p.st \$pairs >log && cmp p.st 2.st"
holds 'a rank alone is no rank' "
	ranks 1 $short -o p.st >log && $short -o q.st <\$pairs >log && cmp p.st q.st"

# Told apart.
different() { # bash that sets $more by $r, the number of a rank: options of that rank
	ranks 2 bash -c "r=\$OMPI_COMM_WORLD_RANK; $1; exec $run --max-update 2 \$more -o o.st"
}
wild='--lr 1e3 --weight-decay 1e3 --max-update 50'
refuses 1 <<'R'
a rank with another option ;; different 'more="--dropout 0.$r"'
	;; rank 1 trains something else than rank 0: --dropout 0 there, 0.1 here
a rank with other kernels ;; different 'more=; [ $r = 0 ] || more="--isa sse2"'
	;; rank 1 trains something else than rank 0: kernels
no pairs ;; mpirun -n 2 $run -o o.st </dev/null ;; train-super: stdin: no pairs
a training that diverges ;; ranks 2 ${run/--clip-norm 1/} $wild -o o.st ;; not finite at update
R
is    'nothing is written of what is refused' 'ls o.st* 2>/dev/null' ''

# What does not divide its work is told so, and does it as often as it is started.
sample-arch -n 3 <"$space" >archs
told='started 2 times by mpirun'
is    'a filter that is no training reads stdin once' "
	mpirun -n 2 profile-arch <archs 2>messages | cmp - <(profile-arch <archs)
	grep -c 'profile-arch: $told: each does all of the work' messages" 1
is    'a filter that is no training reads a file twice' "
	mpirun -n 2 profile-arch archs 2>messages | sort | cmp - <(profile-arch archs archs | sort)
	grep -c '$told' messages" 1
is    'a filter that mpirun starts once is as ever' \
	'mpirun -n 1 profile-arch archs 2>&1 | cmp - <(profile-arch archs)' ''
finish
