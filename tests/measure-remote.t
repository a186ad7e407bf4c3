# measure-lat on another machine: over ssh and parallel, from a real sshd on the
# loopback interface with a configuration and keys of its own.
. "${0%/*}/lib.sh"
. "$top/tests/ssh-fixtures.sh"
missing=$(ssh_missing)
[ -z "$missing" ] || skip "no $missing"
for p in parallel jq; do command -v $p >/dev/null || skip "no $p"; done
trap 'unserve; rm -rf "${made[@]}"' EXIT
ssh_keys
serve_here <<S || skip "no sshd can be had here: $said"
ListenAddress 127.0.0.1
SetEnv PATH=$PATH
S
printf 'Host pi\nHostName 127.0.0.1\n' >>ssh_config

cp "$top/tests/spaces/uneven.json" space.json
sample-arch -n 9 --distinct <space.json >archs
lat="measure-lat --repeat 2 --src-len 6 --tgt-len 5 --space $tmp/space.json"
by_arch() { jq -c .arch "$@" | sort; }
holds 'ssh host measure-lat' "$ssh pi $lat <archs >lats"
same  'over ssh every record is measured' 'by_arch archs' 'by_arch lats'
is    'it is measured over there' "
	jq -c 'select(.latency_ms.total > 0 and .reference_ms > 0 and .host.cpu != null)' lats |
		wc -l" 9
refuses 1 <<<"bad input fails here, too ;; echo '{\"arch\":{}}' | $ssh pi $lat ;; stdin:1: arch."
holds 'a journal stays over there' "
	head -n 4 archs | $ssh pi $lat --resume $tmp/there >a
	$ssh pi $lat --resume $tmp/there <archs >b
	head -n 4 b | cmp - a && cmp b there"
holds 'parallel --pipe --sshlogin' "
	parallel --will-cite --pipe -N 4 -j 1 --ssh '$ssh' --sshlogin pi $lat <archs >lats"
same  'by parallel every record is measured' 'by_arch archs' 'by_arch lats'
is    'by parallel each is measured once' 'by_arch lats | uniq -d' ''
finish
