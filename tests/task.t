# A task - vocabularies, sharing, super widths - comes from options, dictionaries,
# weights, a predictor and records. What one says alone is taken, an option comes
# before a record, and files that disagree are refused before any work.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
words() { for i in $(seq "$1"); do echo "w$i $((100 - i))"; done; }
words 21 >more
sed 's/w1 /v1 /' dict >other                  # as many words, another one
short='--quiet --threads 1 --max-update 1'
with() { jq -c ".task=$1" "$2" >"$3"; }       # task, of, to
get_task() { header w | jq -rc '.__metadata__.task|fromjson|[.src_vocab,.tgt_vocab,.share_all_embeddings]'; }
# got WHAT TASK OPTIONS WANT: what a training by that task and those options makes,
# "no: TEXT" where it is refused with TEXT. Supernets and models alike.
got() {
	with "$2" "$space" s; with "$2" "$arch" a
	for t in 'super --space s' 'sub --arch a'; do
		rm -f w
		if [ "${4#no: }" != "$4" ]; then
			exits 1 "${t%% *}: $1" "train-$t $short $3 -o w <\$pairs"
			says  "${t%% *}: $1: says so" "${4#no: }"
			is    "${t%% *}: $1: before any work" 'ls w 2>/dev/null' ''
		else
			is    "${t%% *}: $1" "train-$t $short $3 -o w <\$pairs >/dev/null; get_task" "$4"
		fi
	done
}
both='{src_vocab:20,tgt_vocab:20'
d='--src-dict dict' dd='--src-dict dict --tgt-dict'
got 'the record alone'               "$both,share_all_embeddings:true}"  ''    '[20,20,true]'
got 'a dictionary that agrees'       "$both,share_all_embeddings:true}"  "$d"  '[20,20,true]'
got 'the same of both sides'         "$both,share_all_embeddings:true}"  "$dd dict" '[20,20,true]'
got 'a dictionary, not shared'       "$both,share_all_embeddings:false}" "$d"  '[20,20,false]'
got 'sizes from the dictionary'      '{share_all_embeddings:true}'       "$d"  '[20,20,true]'
got 'sharing of one side'            '{src_vocab:20,share_all_embeddings:true}' '' '[20,20,true]'
got 'all from the dictionary'        '{}'                                "$d"  '[20,20,false]'
got 'all from options'               '{}' "$d --share-all-embeddings"          '[20,20,true]'
got 'options that agree'             "$both,share_all_embeddings:true}"  '--src-vocab 20 --tgt-vocab 20' '[20,20,true]'
got 'an option before the record'    "$both,share_all_embeddings:false}" '--share-all-embeddings' '[20,20,true]'
got 'other sizes before the record'  "$both,share_all_embeddings:true}"  '--src-vocab 25 --tgt-vocab 25' '[25,25,true]'
got 'two sizes cannot be shared'     "$both,share_all_embeddings:true}"  '--src-vocab 25 --tgt-vocab 30' '[25,30,false]'
got 'a size and a dictionary before the record' "{src_vocab:25,tgt_vocab:25}" "$d --src-vocab 20 --tgt-vocab 20" '[20,20,false]'
got 'two dictionaries'               '{}' "$dd other"                          '[20,20,false]'
got 'another size'          "$both}"                            '--src-dict more' 'no: disagree: task.src_vocab is 25 here and 20 there'
got 'another target'        "$both}"                            "$dd more"     'no: disagree: task.tgt_vocab is 25 here and 20 there'
got 'two sizes, shared'     '{share_all_embeddings:true}'       "$dd more"     'no: disagree: task.share_all_embeddings is false here and true there'
got 'two words, shared'     "$both,share_all_embeddings:true}"  "$dd other"    'no: disagree: task.share_all_embeddings is false here and true there'
got 'two to share'          '{}' "$dd other --share-all-embeddings"            'no: dict and other differ'
got 'an option against a dictionary' '{}' "$d --tgt-vocab 21"                  'no: disagree: task.tgt_vocab is 21 here and 20 there'
got 'half of a shared size' "$both,share_all_embeddings:true}"  '--src-vocab 25' 'no: shared embeddings need one vocabulary, not 25 and 20 words'
got 'a record that is none' '{src_vocab:20,tgt_vocab:21,share_all_embeddings:true}' '' 'no: shared embeddings need one vocabulary'
got 'super widths too small' "$both,super_encoder_embed_dim:31}" ''            'no: exceed the super widths'

# A supernet with its dictionary is searched by the same space.
with "$both,share_all_embeddings:true,super_encoder_embed_dim:32,super_decoder_embed_dim:32}" "$space" s
holds 'trains a supernet' "train-super $short --space s $d -o super <\$pairs"
holds 'its space is searched' 'evolve -q --weights super --valid $valid --population 3 --parents 1 --iterations 1 <s >found'
sample-arch -n 3 <s >archs

# disagrees: each filter that reads records beside weights, a space or a predictor
fit() { jq -c '.latency_ms.total = 1 + .arch.decoder_layer_num' | fit-mlp -q -o "$1"; }
sample-arch -n 40 --space s | fit mlp >/dev/null
sample-arch -n 40 --space s | jq -c 'del(.task) + {workload: {src_vocab: 21, tgt_vocab: 21}}' | fit measured >/dev/null
jq -c .arch.qkv_dim=16 "$arch" >sub
lat='measure-lat -q -n 1 --src-len 3 --tgt-len 3 --reference-every 0'
eval_it='eval-arch -q --weights super --valid $valid'
evolve_it='evolve -q --weights super --valid $valid --iterations 1 --population 2 --parents 1'
for change in '.task.src_vocab=21|.task.tgt_vocab=21' .task.share_all_embeddings=false .task.super_encoder_embed_dim=64; do
	jq -c "$change" archs >odd; jq -c "$change" s >odd.space; head -n 1 odd >odd.arch
	for c in "$eval_it <odd" "$lat -w super <odd" "$lat --space s <odd" "$lat -w super --space odd.space <archs" \
		"$evolve_it <odd.space" 'predict-lat -p mlp <odd' "train-sub $short --arch odd.arch --inherit super -o w <\$pairs" \
		'translate -w super --arch odd.arch <$valid'; do
		exits 1 "${c%% *} refuses $change" "$c"
		is    "${c%% *} prints nothing with $change" 'cat $out' ''
	done
done
exits 1 'a predictor of another task than the weights' "$evolve_it --predictor measured --limit 9 <s"
says  'which is what was measured' 'src_vocab is 21 here and 20 there'
exits 1 'a record of another task than was measured' 'predict-lat -p measured <archs'
exits 1 'a record measured for another task than its own' "jq -c '.latency_ms.total=1|.workload={src_vocab:21,tgt_vocab:20}' archs | fit-mlp -q -o m"
says  'names the line' 'fit-mlp: stdin:1: measured for another task than its own: task.src_vocab is 20 here and 21 there'
exits 1 'options against weights' "$lat -w super --src-vocab 30 <archs"
says  'before a record is read' 'the options do not fit super: task.src_vocab is 30 here and 20 there'
is    'a task from the space where records have none' "jq -c 'del(.task)' archs | $lat --space s | jq .workload.src_vocab | uniq" 20
is    'from the record where the space has none' "jq -c 'del(.task)' s >bare; $lat --space bare <archs | jq .workload.src_vocab | uniq" 20
is    'an option before both' "$lat --space s --src-vocab 30 --tgt-vocab 30 <archs | jq .workload.src_vocab | uniq" 30
is    'two sizes are not shared: sample-arch' "sample-arch -n 1 --src-vocab 25 --tgt-vocab 30 <s | jq -c .task.share_all_embeddings" false
exits 1 'half of a shared size: sample-arch' 'sample-arch -n 1 --src-vocab 25 <s'
exits 1 'half of a shared size: profile-arch' 'profile-arch --src-vocab 25 <archs'
exits 1 'a width above the super width: profile-arch' "jq -c '.task.super_encoder_embed_dim=8' archs | profile-arch"
exits 1 'a width above the super width: sample-arch' "jq -c '.task.super_encoder_embed_dim=8' s | sample-arch -n 1"
finish
