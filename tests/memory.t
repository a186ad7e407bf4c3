# More memory than there is: every filter says what it lacks, and takes none of it.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
tiny='{"arch":{"qkv_dim":32,"encoder_embed_dim":32,"encoder_layer_num":1,"encoder_ffn_embed_dim":[32],"encoder_self_attention_heads":[2],"decoder_embed_dim":32,"decoder_layer_num":1,"decoder_ffn_embed_dim":[32],"decoder_self_attention_heads":[2],"decoder_ende_attention_heads":[2],"decoder_arbitrary_ende_attn":[-1]},"task":{"src_vocab":20,"tgt_vocab":20,"share_all_embeddings":true}}'
echo "$tiny" >arch
sed 's/\[32\]/[65536]/g; s/":32,/":65536,/g' arch >huge
lat='measure-lat -q --repeat 1 --src-len 2 --tgt-len 2'
exits 1 'a record that no machine could measure' "cat arch huge | $lat"
says  'is named' 'measure-lat: stdin:2: measuring this needs '
exits 1 'also as records come' "cat arch arch huge arch | $lat --in-order --reference-every 9 >few"
says  'by its line' 'measure-lat: stdin:3: measuring this needs '
is    'behind those that were measured' "wc -l <few" 2
exits 1 'a workload that none could hold' "$lat --batch 4096 --src-len 65536 --tgt-len 65536 --beam 1000 --threads 1000 --dtype int8 <huge"
says  'has a number' 'measure-lat: stdin:1: measuring this needs 5'
jq -c '.space.encoder_embed_choice=[65536]|.space.decoder_embed_choice=[65536]|.space.encoder_ffn_embed_dim_choice=[65536]|.space.decoder_ffn_embed_dim_choice=[65536]|.space.encoder_layer_num_choice=[32]|.space.decoder_layer_num_choice=[32]|.space.qkv_dim=65536|del(.task)' $space >big.json
exits 1 'a supernet that no machine could train' "train-super --space big.json --src-vocab 16777216 --tgt-vocab 16777216 --max-tokens 16777216 -o super <\$pairs"
says  'has one, too' 'train-super: this training needs '
is    'and no file' 'ls | grep super' ''
is    'the number promised is what is taken' "train-super --space $data/spaces/wmt14ende-space0.json --src-vocab 3000 --tgt-vocab 3000 --threads 1 --max-tokens 256 --max-update 2 -o t <\$pairs 2>e >l; sed -n 's/.* Adam \([0-9]*\) MB.* tokens \([0-9]*\) MB, validation \([0-9]*\) MB/\1 \2 \3/p' e | awk -v peak=\$(tail -n 1 l | jq .peak_mb) '{ n = \$1 + \$2 + \$3; print (peak < 1.1 * n && peak > 0.9 * n) ? \"near\" : n \" \" peak }'" near
exits 1 'a batch of validation that is too large' "eval-arch --weights t --valid \$pairs --max-tokens 16777216 </dev/null"
says  'is refused' ': a batch of 16777216 tokens needs '

# real limits
"$MILLINER_BIN"/../helpers/make-weights m dict
{ echo w5 w6; yes w5 | head -n 300000 | paste -sd' '; echo w7; } >text
if [ -z "$TEST_SAN" ]; then   # they take address space of their own
	exits 1 'ulimit -v is looked at' "(ulimit -v 1500000; train-super --space $data/spaces/wmt14ende-space0.json --max-tokens 4096 -o u <\$pairs)"
	says  'before anything is taken' 'train-super: this training needs '
	says  'and named' 'GB of memory, ulimit -v has '
	translate='translate -q -t -w m --max-len-a 0 --max-len-b'
	exits 1 'a sentence that is too long to translate' "(ulimit -v 400000; $translate 10 <text >first)"
	says  'has a line and a number' 'translate: stdin:2: translating this needs '
	same  'the one before is translated' 'cat first' "head -n 1 text | $translate 10"
	exits 1 'a translation that may become too long' "(ulimit -v 400000; echo w5 | $translate 1000000)"
	says  'likewise' 'translate: stdin:1: translating this needs '
	for i in {1..300}; do echo "w5 w$((i % 9)) w7"; done >many
	same  'a batch that is too large is made smaller' "(ulimit -v 90000; $translate 20 --beam 35 --batch 4096 -j 1 <many)" "$translate 20 --beam 35 -j 1 <many"
	exits 1 'a line of 400 MB' "(ulimit -v 700000; head -c 400000000 /dev/zero | tr '\\0' a | make-dict >line)"
	says  'is too long then' 'make-dict: out of memory: the next step needs '
	is    'nothing is printed' "cat line" ''
fi
group=
for c in /sys/fs/cgroup/memory /sys/fs/cgroup; do
	[ -z "$group" ] || continue
	mkdir "$c/milliner-test.$$" 2>/dev/null || continue
	group=$c/milliner-test.$$
	for limit in memory.limit_in_bytes memory.max; do
		echo 100M 2>/dev/null >"$group/$limit" && continue 2
	done
	rmdir "$group"; group=
done
if [ -n "$group" ]; then
	trap 'rmdir "$group"; rm -rf "$tmp"' EXIT
	inside() { (echo $BASHPID >"$group/cgroup.procs"; exec "$@"); }
	exits 1 'a control group is looked at' "inside train-super --space $data/spaces/wmt14ende-space0.json --max-tokens 4096 -o u <\$pairs"
	says  'and named' 'of memory, the control group (container) has '
	sample-arch --largest <$data/spaces/wmt14ende-space0.json >largest
	exits 1 'also in measuring' "inside $lat <largest"
	says  'by its line' 'measure-lat: stdin:1: measuring this needs '
	exits 0 'what fits is done' "inside $lat --accept-unsettled <arch"
else
	echo '# SKIP no control group with a limit of memory can be made'
fi
finish
