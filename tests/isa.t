# Whole programs with every table of kernels that this CPU runs: each the same
# bytes whatever stands beside a sentence, whatever the threads and after a
# break; between tables the same words, and losses but for rounding.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
"$MILLINER_BIN/../helpers/make-weights" m.safetensors dict
for i in $(seq 30); do echo "{\"src\":[$(seq -s, 4 $((4 + i * 7 % 31))),2]}"; done >lines
sample-arch -n 3 --space "$space" >archs
sample-arch --smallest --space "$space" >small
super='train-super -q --space $space --max-update 12 --max-tokens 60 --lr 0.01 --warmup-updates 4'
sub='train-sub -q --arch small --max-tokens 60 --lr 0.01 --warmup-updates 4 --valid $valid'
search='evolve -q --weights super --valid $valid --population 6 --parents 3 --mutations 3 --crossovers 3 --iterations 2'
eval "$super -o super" <"$pairs" >log || echo 'not ok 0 - no supernet'
untimed() { timeless "$@" | sed 's/"file":"[^"]*"/"file":""/'; }
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

exits 2 'a name that is none' 'translate -w m.safetensors --isa sse9 <lines'
says  'is refused with the names that there are' 'translate: --isa: this CPU runs '
tables=$(sed -n '1s/.*this CPU runs \(.*\), not "sse9"\(;.*\)*$/\1/p' "$err" | tr -d ,)
holds 'which are some' '[ "$tables" ]'
best=${tables%% *}
for p in 'eval-arch --weights super --valid $valid' 'evolve --weights super --valid $valid' "$super -o x" "$sub -o x" measure-lat; do
	exits 2 "${p%% *} refuses it, too" "$p --isa sse9 <\$pairs"
	says  'in the same words' "${p%% *}: --isa: this CPU runs ${tables// /, }, not \"sse9\""
done
for k in amx avx512bf16 avx512vnni avx512 avx2 sse2 neondot neon plain; do
	case " $tables " in *" $k "*) continue ;; esac
	exits 2 "$k, which this CPU lacks" "translate -w m.safetensors --isa $k <lines"
done

for k in $tables; do
	for t in fp32 bf16 int8 kmeans4 kmeans8; do
		run="translate -q --max-len-b 8 --isa $k -w m.safetensors --dtype $t"
		holds "$k, $t: translates" "$run <lines >$k.$t"
		for o in '--batch 1' '--batch 7' '-j 2' '-j 3 --batch 5' '-j 3 --batch 1'; do
			same "$k, $t: $o" "$run $o <lines" "cat $k.$t"
		done
	done
	for t in fp32 bf16; do
		run="$sub --isa $k --dtype $t --max-update 24 --log-interval 4"
		holds "$k: trains in $t" "$run -j 1 -o $k.$t.st <\$pairs >$k.$t.log"
		is    'and says with what' "jq -r 'select(.event==\"save\").kernels' $k.$t.log | cut -d, -f1" "$k"
		for o in '-j 2' '-j 3' --checkpoint-activations; do
			holds "$k, $t: $o" "$run $o -o o.st <\$pairs >log; cmp o.st $k.$t.st; cmp <(untimed log) <(untimed $k.$t.log)"
		done
		holds "$k, $t: in two parts" "rm -f j o.st*; $run -j 2 -o o.st --resume j --max-update 12 <\$pairs; $run -j 2 -o o.st --resume j <\$pairs; cmp o.st $k.$t.st"
	done
	holds "$k: a supernet" "$super -j 2 --isa $k -o o.st <\$pairs >$k.super; $super -j 3 --isa $k -o p.st <\$pairs; cmp o.st p.st"
	holds "$k: losses of archs" "eval-arch --weights super --valid \$valid --isa $k <archs >$k.eval; eval-arch -j 3 --weights super --valid \$valid --isa $k <archs | cmp - $k.eval"
	holds "$k: one by one" 'while read -r a; do eval-arch --weights super --valid $valid --isa '"$k"' <<<"$a"; done <archs | cmp - '"$k.eval"
	holds "$k: a search" "$search --isa $k <\$space >$k.search; $search -j 3 --isa $k <\$space | cmp - $k.search"
	holds "$k: goes on" "head -n 8 $k.search >j; $search --isa $k --resume j <\$space | cmp - $k.search"
	is    "$k: stands in the host" "measure-lat -q -n 2 --src-len 3 --tgt-len 3 --beam 2 --isa $k --resume $k.lat <small | jq -r .host.blas" "milliner $k"
done
for k in $tables; do
	[ $k = $best ] && continue
	for t in fp32 bf16; do
		same  "$k as $best, $t: the same words" "jq -c .hyp_tokens $k.$t" "jq -c .hyp_tokens $best.$t"
		holds 'scores' "alike <(jq .score $k.$t) <(jq .score $best.$t) 1e-4"
	done
	holds "$k as $best, fp32: losses of a training" "alike <(losses $k.fp32.log) <(losses $best.fp32.log) 1e-5"
	holds "$k as $best, bf16: losses of a training" "alike <(losses $k.bf16.log) <(losses $best.bf16.log) 5e-3"
	holds "$k as $best: losses of archs" "alike <(jq -c '[.valid_loss,.valid_nll]' $k.eval) <(jq -c '[.valid_loss,.valid_nll]' $best.eval) 1e-5"
	same  "$k as $best: the same candidates" "jq -c .arch $k.search" "jq -c .arch $best.search"
	exits 1 "what $best measured is another host's than $k's" "measure-lat -q -n 2 --src-len 3 --tgt-len 3 --beam 2 --isa $k --resume $best.lat <small"
	says  'says so' '1: measured on another host: "blas" differs'
	run="$sub --max-update 24 --resume j -o o.st"
	holds "a training of $best goes on with $k" "rm -f j o.st*; $run --max-update 12 <\$pairs; $run --isa $k <\$pairs"
	says  'which it says' "o.st.checkpoint: was made with the kernels $best, "
done
same  'none named: the best' 'translate -q --max-len-b 8 -w m.safetensors <lines' "cat $best.fp32"

# What the user exports for BLAS and OpenMP chooses nothing.
exported="OPENBLAS_CORETYPE=Prescott OPENBLAS_VERBOSE=5 OPENBLAS_NUM_THREADS=7 OMP_NUM_THREADS=x OMP_PROC_BIND=true OMP_PLACES=cores OMP_DISPLAY_ENV=true GOMP_CPU_AFFINITY=0 GOTO_NUM_THREADS=9"
is    'nor says anything' "env $exported ${sub/\$valid/$valid} -j 2 --max-update 24 --log-interval 4 -o o.st <\$pairs 2>&1 >o.log | sed '/$known/d'; cmp o.st $best.fp32.st; cmp <(untimed o.log) <(untimed $best.fp32.log)" ''

# A CPU without AVX meets no instruction that it lacks.
emulate=; [ "$known" != never ] || emulate=$(command -v qemu-x86_64-static || command -v qemu-x86_64)
if [ "$(uname -m)" = x86_64 ] && [ "$emulate" ]; then
	for cpu in kvm64 Haswell; do
		k=sse2; [ $cpu = Haswell ] && k=avx2
		[[ " $tables " = *" $k "* ]] || continue
		e="\$emulate -cpu $cpu \$MILLINER_BIN"
		export emulate
		same  "$cpu runs translate" "$e/translate -q --max-len-b 8 -w m.safetensors --dtype int8 <lines 2>/dev/null" "cat $k.int8"
		holds "$cpu runs eval-arch" "$e/eval-arch --weights super --valid \$valid <archs >e; alike <(jq .valid_loss e) <(jq .valid_loss $k.eval) 1e-5"
		holds "$cpu trains" "$e/${sub/ -q/ -q -j 1} --max-update 4 --log-interval 4 -o e.st <\$pairs >e.log; alike <(losses e.log | head -n 1) <(losses $k.fp32.log | head -n 1) 1e-4"
		holds "$cpu searches" "$e/${search} <\$space >e; cmp <(jq -c .arch e) <(jq -c .arch $k.search)"
		is    "$cpu measures" "$e/measure-lat -q -n 2 --reference-every 0 --src-len 3 --tgt-len 3 --beam 2 <small | jq -r .host.blas" "milliner $k"
	done
fi
finish
