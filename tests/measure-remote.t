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
