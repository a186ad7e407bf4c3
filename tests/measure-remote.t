# measure-lat on another machine: over ssh and parallel, from a real sshd on the
# loopback interface with a configuration and keys of its own.
. "${0%/*}/lib.sh"
sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) ||
	skip 'no sshd (openssh-server)'
for p in ssh ssh-keygen parallel jq; do
	command -v $p >/dev/null || skip "no $p"
done
me=$(id -un)
pid= run_sshd=
end() {
	if [ -n "$pid" ]; then kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; fi
	if [ -n "$run_sshd" ]; then rmdir /run/sshd 2>/dev/null; fi
	rm -rf "$tmp"
}
trap end EXIT
# root's sshd wants this folder, which the service makes when it starts
if [ "$(id -u)" = 0 ] && [ ! -d /run/sshd ]; then
	mkdir -m 755 /run/sshd && run_sshd=1
fi
ssh-keygen -q -t ed25519 -N '' -f key && ssh-keygen -q -t ed25519 -N '' -f host_key
cp key.pub authorized
# a port that nobody has: sshd says whether it got it
for try in 1 2 3 4 5 6 7 8; do
	port=$((20000 + RANDOM % 20000))
	cat >sshd_config <<-S
	ListenAddress 127.0.0.1
	Port $port
	HostKey $tmp/host_key
	AuthorizedKeysFile $tmp/authorized
	PidFile none
	StrictModes no
	UsePAM no
	PermitRootLogin prohibit-password
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	SetEnv PATH=$PATH
	S
	mkfifo said.$try
	"$sshd" -D -e -f "$tmp/sshd_config" 2>said.$try &
	pid=$!
	exec 4<said.$try
	while read -r line <&4; do
		case $line in *'listening on'*) break 2 ;; esac
	done
	wait $pid; pid=
done
[ -n "$pid" ] || skip "sshd does not start: ${line-}"
cat <&4 >sshd.log &
cat >ssh_config <<S
Host pi
	HostName 127.0.0.1
	Port $port
	User $me
	IdentityFile $tmp/key
	IdentitiesOnly yes
	UserKnownHostsFile $tmp/known
	StrictHostKeyChecking yes
	BatchMode yes
S
echo "[127.0.0.1]:$port $(cut -d' ' -f1-2 host_key.pub)" >known
ssh="ssh -F $tmp/ssh_config"
$ssh pi true 2>refused || skip "sshd lets nobody in here: $(tail -n 1 refused)"

cat >space.json <<'S'
{"space":{"name":"t","qkv_dim":16,"encoder_embed_choice":[24,12],"decoder_embed_choice":[20,10],"encoder_layer_num_choice":[4],"decoder_layer_num_choice":[1,3],"encoder_ffn_embed_dim_choice":[32,16],"decoder_ffn_embed_dim_choice":[32,16],"encoder_self_attention_heads_choice":[4,2],"decoder_self_attention_heads_choice":[4,2],"decoder_ende_attention_heads_choice":[4,2],"decoder_arbitrary_ende_attn_choice":[-1,1,2]},"task":{"src_vocab":40,"tgt_vocab":50,"share_all_embeddings":false,"super_encoder_embed_dim":24,"super_decoder_embed_dim":20}}
S
sample-arch -n 9 --distinct <space.json >archs
lat="measure-lat --repeat 2 --src-len 6 --tgt-len 5 --space $tmp/space.json"
holds 'ssh host measure-lat' "$ssh pi $lat <archs >lats"
same  'measures every record' 'jq -c .arch archs | sort' 'jq -c .arch lats | sort'
is    'over there' "jq -c 'select(.latency_ms.total > 0 and .reference_ms > 0 and .host.cpu != null)' lats | wc -l" 9
exits 1 'bad input fails here, too' "echo '{\"arch\":{}}' | $ssh pi $lat"
says  'with the message' 'measure-lat: stdin:1: arch.'
holds 'a journal stays over there' "head -n 4 archs | $ssh pi $lat --resume $tmp/there >a; $ssh pi $lat --resume $tmp/there <archs >b; head -n 4 b | cmp - a; cmp b there"
holds 'parallel --pipe --sshlogin' "parallel --will-cite --pipe -N 4 -j 1 --ssh '$ssh' --sshlogin pi $lat <archs >lats"
same  'measures every record' 'jq -c .arch archs | sort' 'jq -c .arch lats | sort'
is    'each once' 'jq -c .arch lats | sort | uniq -d' ''
finish
