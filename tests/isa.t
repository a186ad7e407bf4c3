# Whole programs with every table of kernels that this CPU runs: each the same
# bytes whatever stands beside a sentence, whatever the threads and after a
# break; between tables the same words, and losses but for rounding.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
"$MILLINER_BIN/../helpers/make-weights" m.safetensors dict
for i in $(seq 30); do echo "{\"src\":[$(seq -s, 4 $((4 + i * 7 % 31))),2]}"; done >lines
sample-arch -n 3 --space "$space" >archs
sample-arch --smallest --space "$space" >small
steps='--max-tokens 60 --lr 0.01 --warmup-updates 4'
super="train-super -q --space $space --max-update 12 $steps"
sub="train-sub -q --arch small $steps --valid $valid"
scores="eval-arch --weights super --valid $valid"
search="evolve -q --weights super --valid $valid --population 6 --parents 3 --mutations 3 \
	--crossovers 3 --iterations 2"
measure='measure-lat -q -n 2 --src-len 3 --tgt-len 3 --beam 2'
words='translate -q --max-len-b 8 -w m.safetensors'
eval "$super -o super" <"$pairs" >log || echo 'not ok 0 - no supernet'
untimed() { timeless "$@" | sed 's/"file":"[^"]*"/"file":""/'; }
same_log() { cmp <(untimed $1) <(untimed $2); }
losses() { jq -c 'select(.event!="save")|[.loss,.nll,.gnorm]|map(numbers)' "$1"; }
# alike A B: lists of lists of numbers, equal but for so many parts
alike() { # file file most
	jq -ne --slurpfile a "$1" --slurpfile b "$2" --argjson most "$3" \
		'[$a, $b] | map(flatten) | (.[0] | length) > 0 and (map(length) | .[0] == .[1]) and
		(transpose | all((.[0] - .[1] | fabs) <= $most * (.[1] | fabs)))'
}

# programs of EMULATE=1 take any CPU for one that has all, which OpenBLAS does not
known=never
case $MILLINER_BIN in *-emulated/bin) known='OpenBLAS uses kernels older' ;; esac

refuses 2 <<'R'
kernels that there are not ;; translate -w m.safetensors --isa sse9 <lines ;;
	translate: --isa: this CPU runs
R
tables=$(sed -n '1s/.*this CPU runs \(.*\), not "sse9"\(;.*\)*$/\1/p' "$err" | tr -d ,)
holds 'there are some kernels' '[ "$tables" ]'
best=${tables%% *}
for p in "$scores" "evolve --weights super --valid $valid" "$super -o x" "$sub -o x" measure-lat; do
	refuses 2 <<<"${p%% *}: kernels that there are not ;; $p --isa sse9 <$pairs ;;
	${p%% *}: --isa: this CPU runs ${tables// /, }, not \"sse9\""
done
for k in amx avx512bf16 avx512vnni avx512 avx2 sse2 neondot neon plain; do
	case " $tables " in *" $k "*) continue ;; esac
	refuses 2 <<<"$k, which this CPU lacks ;; translate -w m.safetensors --isa $k <lines ;;
	translate: --isa: this CPU runs ${tables// /, }, not \"$k\""
done

for k in $tables; do
	for t in fp32 bf16 int8 kmeans4 kmeans8; do
		run="$words --isa $k --dtype $t"
		holds "$k, $t: translates" "$run <lines >$k.$t"
		for o in '--batch 1' '--batch 7' '-j 2' '-j 3 --batch 5' '-j 3 --batch 1'; do
			same "$k, $t: $o" "$run $o <lines" "cat $k.$t"
		done
	done
	for t in fp32 bf16; do
		run="$sub --isa $k --dtype $t --max-update 24 --log-interval 4"
		holds "$k: trains in $t" "$run -j 1 -o $k.$t.st <$pairs >$k.$t.log"
		is    "$k: the log of $t says with which kernels" \
			"jq -r 'select(.event==\"save\").kernels' $k.$t.log | cut -d, -f1" $k
		for o in '-j 2' '-j 3' --checkpoint-activations; do
			holds "$k, $t: $o" "$run $o -o o.st <$pairs >log
				cmp o.st $k.$t.st && same_log log $k.$t.log"
		done
		run="$run -j 2 -o o.st --resume j"
		holds "$k, $t: in two parts" "rm -f j o.st*; $run --max-update 12 <$pairs
			$run <$pairs; cmp o.st $k.$t.st"
	done
	holds "$k: a supernet" "$super -j 2 --isa $k -o o.st <$pairs >$k.super
		$super -j 3 --isa $k -o p.st <$pairs; cmp o.st p.st"
	holds "$k: losses of archs" "$scores --isa $k <archs >$k.eval
		$scores -j 3 --isa $k <archs | cmp - $k.eval"
	holds "$k: losses of archs, one by one" \
		"while read -r a; do $scores --isa $k <<<\"\$a\"; done <archs | cmp - $k.eval"
	holds "$k: a search" "$search --isa $k <$space >$k.search
		$search -j 3 --isa $k <$space | cmp - $k.search"
	holds "$k: a search goes on" \
		"head -n 8 $k.search >j; $search --isa $k --resume j <$space | cmp - $k.search"
	is    "$k: stands in the host" \
		"$measure --isa $k --resume $k.lat <small | jq -r .host.blas" "milliner $k"
done
for k in $tables; do
	[ $k = $best ] && continue
	for t in fp32 bf16; do
		a=$k.$t b=$best.$t
		same  "$k as $best, $t: the same words" \
			"jq -c .hyp_tokens $a" "jq -c .hyp_tokens $b"
		holds "$k as $best, $t: scores" "alike <(jq .score $a) <(jq .score $b) 1e-4"
	done
	for most in 'fp32 1e-5' 'bf16 5e-3'; do
		t=${most% *}
		holds "$k as $best, $t: losses of a training" \
			"alike <(losses $k.$t.log) <(losses $best.$t.log) ${most#* }"
	done
	loss="jq -c '[.valid_loss,.valid_nll]'"
	holds "$k as $best: losses of archs" "alike <($loss $k.eval) <($loss $best.eval) 1e-5"
	same  "$k as $best: the same candidates" "jq -c .arch $k.search" "jq -c .arch $best.search"
	refuses 1 <<<"$k: what $best measured is another host's ;;
	$measure --isa $k --resume $best.lat <small ;;
	1: measured on another host: \"blas\" differs"
	run="$sub --max-update 24 --resume j -o o.st"
	holds "a training of $best goes on with $k" \
		"rm -f j o.st*; $run --max-update 12 <$pairs; $run --isa $k <$pairs"
	says  'which it says' "o.st.checkpoint: was made with the kernels $best, "
done
same  'none named: the best' "$words <lines" "cat $best.fp32"

# What the user exports for BLAS and OpenMP chooses nothing.
exported='OPENBLAS_CORETYPE=Prescott OPENBLAS_VERBOSE=5 OPENBLAS_NUM_THREADS=7
	OMP_NUM_THREADS=x OMP_PROC_BIND=true OMP_PLACES=cores OMP_DISPLAY_ENV=true
	GOMP_CPU_AFFINITY=0 GOTO_NUM_THREADS=9'
is    'variables for BLAS and OpenMP choose nothing, and nothing is said' "
	env ${exported//$'\n'/ } $sub -j 2 --max-update 24 --log-interval 4 -o o.st <$pairs \
	2>&1 >o.log | sed '/$known/d'; cmp o.st $best.fp32.st; same_log o.log $best.fp32.log" ''

# A CPU without AVX meets no instruction that it lacks. (An emulator has no room
# for ASan's shadow.)
emulate=
[ "$known" != never ] || [ "$TEST_SAN" ] ||
	emulate=$(command -v qemu-x86_64-static || command -v qemu-x86_64)
if [ "$(uname -m)" = x86_64 ] && [ "$emulate" ]; then
	for cpu in kvm64 Haswell; do
		k=sse2; [ $cpu = Haswell ] && k=avx2
		[[ " $tables " = *" $k "* ]] || continue
		e="$emulate -cpu $cpu $MILLINER_BIN"
		first() { losses $1 | head -n 1; }
		same  "$cpu runs translate" "$e/$words --dtype int8 <lines 2>/dev/null" \
			"cat $k.int8"
		holds "$cpu runs eval-arch" "$e/$scores <archs >e
			alike <(jq .valid_loss e) <(jq .valid_loss $k.eval) 1e-5"
		holds "$cpu trains" "$e/$sub -j 1 --max-update 4 --log-interval 4 -o e.st \
			<$pairs >e.log; alike <(first e.log) <(first $k.fp32.log) 1e-4"
		holds "$cpu searches" "$e/$search <$space >e
			cmp <(jq -c .arch e) <(jq -c .arch $k.search)"
		is    "$cpu measures" "$e/$measure --reference-every 0 <small | jq -r .host.blas" \
			"milliner $k"
	done
fi
finish
