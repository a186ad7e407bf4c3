# One small command for every filter: what it does with $in[prog] as stdin is
# the same each time, but for what ${changing} deletes. Those of ${writers} write
# the file that is appended to their command.
. "$top/tests/train-fixtures.sh"
train-super -q --threads 1 --space "$space" -o super --max-update 4 --lr 0.01 --warmup-updates 4 \
	--src-dict dict --share-all-embeddings <"$pairs" >log || echo 'not ok 0 - no supernet'
sample-arch -q -n 3 <"$space" >archs
sample-arch -q -n 40 -d <"$space" | jq -c '.latency_ms.total =
	1 + 4 * .arch.decoder_layer_num + .arch.encoder_embed_dim / 10' >lats
fit-mlp -q --steps 20 -o mlp <lats >report || echo 'not ok 0 - no predictor'
printf 'w1 w2\tw3 w4\nw5 w1\tw6\n' >text
head -n 3 "$pairs" | translate -q -w super --max-len-b 3 >hyps
jq -c '.ref = .hyp' hyps >scored
names=$(tr -s "\n " , <<-N | sed "s/,$//"
	encoder_embed_dim encoder_layer_num encoder_ffn_embed_dim_avg
	encoder_self_attention_heads_avg decoder_embed_dim decoder_layer_num
	decoder_ffn_embed_dim_avg decoder_self_attention_heads_avg decoder_ende_attention_heads_avg
	decoder_arbitrary_ende_attn_avg latency_mean_encoder latency_mean_decoder
	latency_std_encoder latency_std_decoder
N
)
printf '%s\n640,6,3072,8,512,2,1024,4,4,1,5.25,124.5,0.1,2\n' $names >csv
train="-q --threads 1 --max-tokens 60 --max-update 3 --log-interval 1 --valid few"
head -n 4 "$valid" >few
changing='(tokens_per_s|seconds|core_seconds|peak_mb|encoder|decoder|total|trimmed|p50|p90|p99'
changing+='|redone|repeats|core_shared|reference_ms|file)":("[^"]*"|[-+0-9.e]+|null)'
changing+='|"ci95":\[[^]]*\]'
declare -A run=(
	[average-weights]='average-weights super super -o'
	[bleu]='bleu'
	[encode-text]='encode-text --src-dict dict'
	[eval-arch]='eval-arch -q --weights super --valid few'
	[evolve]="evolve -q --weights super --valid few --population 4 --parents 2 --mutations 2 \
		--crossovers 2 --iterations 2"
	[fit-mlp]='fit-mlp -q --steps 20 -o'
	[import-hat]='import-hat'
	[make-corpus]='make-corpus -n 20 --train'
	[make-dict]='make-dict'
	[measure-lat]='measure-lat -q -n 1 --src-len 3 --tgt-len 3 --reference-every 0'
	[predict-lat]='predict-lat -p mlp'
	[profile-arch]='profile-arch'
	[quantize]='quantize super -o'
	[rank-corr]='rank-corr --truth arch.decoder_layer_num --by arch.encoder_layer_num'
	[sample-arch]='sample-arch -n 5'
	[soft-label]='soft-label -q -w super -k 3'
	[train-sub]="train-sub --arch arch.json $train -o"
	[train-super]="train-super --space space.json $train -o"
	[translate]='translate -q -w super --max-len-b 3'
)
declare -A in=(
	[average-weights]=/dev/null [bleu]=scored [encode-text]=text [eval-arch]=archs
	[evolve]=space.json [fit-mlp]=lats [import-hat]=csv [make-corpus]=/dev/null
	[make-dict]=text [measure-lat]=archs [predict-lat]=archs [profile-arch]=archs
	[quantize]=/dev/null [rank-corr]=archs [sample-arch]=space.json [soft-label]=pairs
	[train-sub]=pairs [train-super]=pairs [translate]=pairs
)
writers='average-weights fit-mlp make-corpus quantize train-sub train-super'
filters=$(printf '%s\n' "${!run[@]}" | sort)
is_writer() { [[ " $writers " = *" $1 "* ]]; }
# its results on stdout, without what changes: filter [what follows]
lasting() { sed -E "s/\"$changing//g"; }
