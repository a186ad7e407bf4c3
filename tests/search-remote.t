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

search="evolve -q --predictor $mlp --limit $loose --population 20 --parents 5 --mutations 8 --crossovers 8 --iterations 3"
holds 'a search here' "$search --threads 1 --weights $weights --valid $valid <$space >here"
away="parallel --will-cite --pipe -N 4 -j 1 --ssh \"$ssh\" --sshlogin big1,big2 eval-arch -q --threads 1 --weights $weights --valid $valid"
holds 'scored by two machines: the same' "$search --batchwise --evaluate '$away' --resume j <$space | cmp - here"
is    'both have scored, each candidate once' 'cat asked.big1 asked.big2 | jq -r .arch_id | sort | uniq -d; ls asked.*; cat asked.* | wc -l' "$(printf 'asked.big1\nasked.big2\n%d' "$(jq -c 'select(.result | not)' here | wc -l)")"
head -n 20 j >k; rm asked.*
holds 'gone on with: the same' "$search --batchwise --evaluate '$away' --resume k <$space | cmp - here"
is    'what the journal has is not scored again' 'cat asked.* | wc -l' "$(($(jq -c 'select(.result | not)' here | wc -l) - 19))"
exits 1 'a machine that is not there' "$search --batchwise --evaluate '${away/big2/nowhere.invalid}' <$space"
says  'is told by ssh' 'Could not resolve hostname nowhere.invalid'
says  'and by the search' 'ended with exit status'
finish
