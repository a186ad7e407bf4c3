# A search whose candidates are scored by other machines: evolve, parallel and ssh,
# with an sshd that has two names.
. "${0%/*}/lib.sh"
. "$top/tests/ssh-fixtures.sh"
missing=$(ssh_missing)
[ -z "$missing" ] || skip "no $missing"
for p in parallel jq; do command -v $p >/dev/null || skip "no $p"; done
. "$top/tests/search-fixtures.sh"
trap 'unserve; rm -rf "${made[@]}"' EXIT
ssh_keys
# a program of that name, which tells who has scored how many
mkdir there
cat >there/eval-arch <<S
#!/usr/bin/env bash
tee -a $tmp/asked.\$PARALLEL_SSHLOGIN | $MILLINER_BIN/eval-arch "\$@"
S
chmod +x there/eval-arch
serve_here <<S || skip "no sshd can be had here: $said"
ListenAddress 127.0.0.1
ListenAddress 127.0.0.2
SetEnv PATH=$tmp/there:$PATH
S
printf 'Host big%d\nHostName 127.0.0.%d\n' 1 1 2 2 >>ssh_config
export PARALLEL_HOME=$tmp/parallel

here() { # a search here: further options
	evolve -q --predictor $mlp --limit $loose --population 20 --parents 5 --mutations 8 \
		--crossovers 8 --iterations 3 "$@" <$space
}
scorer="eval-arch -q --threads 1 --weights $weights --valid $valid"
away() { # scored by machines of these names: further options
	here --batchwise --evaluate "parallel --will-cite --pipe -N 4 -j 1 --ssh \"$ssh\" \
		--sshlogin $1 $scorer" "${@:2}"
}
holds 'a search here' "here --threads 1 --weights $weights --valid $valid >here"
same  'a search scored by two machines is the same' 'away big1,big2 --resume j' 'cat here'
scored=$(jq -c 'select(.result | not)' here | wc -l)
asked() { cat asked.big1 asked.big2; }
is    'both machines have scored, each candidate once' '
	asked | jq -r .arch_id | sort | uniq -d; ls asked.*; asked | wc -l' \
	"$(printf '%s\n' asked.big1 asked.big2 $scored)"
head -n 20 j >k; rm asked.*
same  'a search gone on with by two machines is the same' 'away big1,big2 --resume k' 'cat here'
is    'what the journal has is not scored again' 'cat asked.* | wc -l' $((scored - 19))
refuses 1 <<'R'
a machine that is not there ;; away big1,nowhere.invalid
	;; Could not resolve hostname nowhere.invalid
R
says  'the search says so' 'ended with exit status'
finish
