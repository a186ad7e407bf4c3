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
get_task() {
	header w | jq -r .__metadata__.task |
		jq -c '[.src_vocab, .tgt_vocab, .share_all_embeddings]'
}
# rows "what ;; task of the record ;; options ;; what a training makes of them", or
# "no: TEXT" where it refuses them with TEXT. Supernets and models alike.
got() {
	local what task options want t
	while IFS='|' read -r what task options want; do
		with "{${task//both/src_vocab:20,tgt_vocab:20}}" "$space" s
		with "{${task//both/src_vocab:20,tgt_vocab:20}}" "$arch" a
		for t in 'super --space s' 'sub --arch a'; do
			rm -f w
			run="train-$t $short $options -o w <\$pairs"
			case $want in
			no:*)
				refuses 1 <<<"${t%% *}: $what ;; $run ;; ${want#no: }"
				is    "${t%% *}: $what: told first" 'ls w 2>/dev/null' '' ;;
			*) is "${t%% *}: $what" "$run >/dev/null; get_task" "$want" ;;
			esac
		done
	done < <(sed -e :a -e N -e '$!ba' -e 's/\n\t/ /g; s/ *;; */|/g')
}
got <<'T'
the record alone ;; both, share_all_embeddings: true ;; ;; [20,20,true]
a dictionary that agrees ;; both, share_all_embeddings: true ;; --src-dict dict ;; [20,20,true]
the same dictionary of both sides ;; both, share_all_embeddings: true
	;; --src-dict dict --tgt-dict dict ;; [20,20,true]
a dictionary, not shared ;; both, share_all_embeddings: false ;; --src-dict dict ;; [20,20,false]
sizes from the dictionary ;; share_all_embeddings: true ;; --src-dict dict ;; [20,20,true]
sharing of one side ;; src_vocab: 20, share_all_embeddings: true ;; ;; [20,20,true]
all from the dictionary ;; ;; --src-dict dict ;; [20,20,false]
all from options ;; ;; --src-dict dict --share-all-embeddings ;; [20,20,true]
options that agree ;; both, share_all_embeddings: true
	;; --src-vocab 20 --tgt-vocab 20 ;; [20,20,true]
an option before the record ;; both, share_all_embeddings: false
	;; --share-all-embeddings ;; [20,20,true]
other sizes before the record ;; both, share_all_embeddings: true
	;; --src-vocab 25 --tgt-vocab 25 ;; [25,25,true]
two sizes cannot be shared ;; both, share_all_embeddings: true
	;; --src-vocab 25 --tgt-vocab 30 ;; [25,30,false]
a size and a dictionary before the record ;; src_vocab: 25, tgt_vocab: 25
	;; --src-dict dict --src-vocab 20 --tgt-vocab 20 ;; [20,20,false]
two dictionaries ;; ;; --src-dict dict --tgt-dict other ;; [20,20,false]
another size ;; both ;; --src-dict more ;; no: disagree: task.src_vocab is 25 here and 20 there
another target ;; both ;; --src-dict dict --tgt-dict more
	;; no: disagree: task.tgt_vocab is 25 here and 20 there
two sizes, shared ;; share_all_embeddings: true ;; --src-dict dict --tgt-dict more
	;; no: disagree: task.share_all_embeddings is false here and true there
two words, shared ;; both, share_all_embeddings: true ;; --src-dict dict --tgt-dict other
	;; no: disagree: task.share_all_embeddings is false here and true there
two dictionaries to share ;; ;; --src-dict dict --tgt-dict other --share-all-embeddings
	;; no: dict and other differ
an option against a dictionary ;; ;; --src-dict dict --tgt-vocab 21
	;; no: disagree: task.tgt_vocab is 21 here and 20 there
half of a shared size ;; both, share_all_embeddings: true ;; --src-vocab 25
	;; no: shared embeddings need one vocabulary, not 25 and 20 words
a record that shares two sizes ;; src_vocab: 20, tgt_vocab: 21, share_all_embeddings: true ;;
	;; no: shared embeddings need one vocabulary
super widths too small ;; both, super_encoder_embed_dim: 31 ;; ;; no: exceed the super widths
T

# A supernet with its dictionary is searched by the same space.
with '{src_vocab: 20, tgt_vocab: 20, share_all_embeddings: true, super_encoder_embed_dim: 32,
	super_decoder_embed_dim: 32}' "$space" s
holds 'a supernet of a space' "train-super $short --space s --src-dict dict -o super <\$pairs"
evolve_it='evolve -q --weights super --valid $valid --iterations 1 --parents 1'
holds 'the space of a supernet is searched' "$evolve_it --population 3 <s >found"
sample-arch -n 3 <s >archs

# disagrees: each filter that reads records beside weights, a space or a predictor
fit() { jq -c '.latency_ms.total = 1 + .arch.decoder_layer_num' | fit-mlp -q -o "$1"; }
sample-arch -n 40 --space s | fit mlp >/dev/null
sample-arch -n 40 --space s |
	jq -c 'del(.task) + {workload: {src_vocab: 21, tgt_vocab: 21}}' | fit measured >/dev/null
jq -c .arch.qkv_dim=16 "$arch" >sub
lat='measure-lat -q -n 1 --src-len 3 --tgt-len 3 --reference-every 0'
evolve_it+=' --population 2'
for change in '.task.src_vocab=21|.task.tgt_vocab=21' .task.share_all_embeddings=false \
	.task.super_encoder_embed_dim=64; do
	field=${change#.} field=${field%%=*}
	jq -c "$change" archs >odd; jq -c "$change" s >odd.space; head -n 1 odd >odd.arch
	while read -r c; do
		refuses 1 <<<"$field differs: $c ;; $c ;; $field is "
		is    "$field differs: $c: nothing is printed" "echo '$(cat "$out")'" ''
	done <<-C
		eval-arch -q --weights super --valid \$valid <odd
		$lat -w super <odd
		$lat --space s <odd
		$lat -w super --space odd.space <archs
		$evolve_it <odd.space
		predict-lat -p mlp <odd
		train-sub $short --arch odd.arch --inherit super -o w <\$pairs
		translate -w super --arch odd.arch <\$valid
	C
done
jq -c '.latency_ms.total = 1 | .workload = {src_vocab: 21, tgt_vocab: 20}' archs >other-task
jq -c .task.super_encoder_embed_dim=8 archs >narrow
jq -c .task.super_encoder_embed_dim=8 s >narrow.space
refuses 1 <<'R'
a predictor of another task than the weights
	;; eval "$evolve_it" --predictor measured --limit 9 <s ;; src_vocab is 21 here and 20 there
a record of another task than was measured ;; predict-lat -p measured <archs
	;; predict-lat: stdin:1: the predictor was fitted for another task: task.src_vocab is 20
	here and 21 there (--force predicts all the same)
a record measured for another task than its own ;; fit-mlp -q -o m <other-task
	;; stdin:1: measured for another task than its own: task.src_vocab is 20 here and 21 there
options against weights, before a record is read ;; $lat -w super --src-vocab 30 <archs
	;; the options do not fit super: task.src_vocab is 30 here and 20 there
half of a shared size: sample-arch ;; sample-arch -n 1 --src-vocab 25 <s
	;; sample-arch: task: shared embeddings need one vocabulary, not 25 and 20 words
half of a shared size: profile-arch ;; profile-arch --src-vocab 25 <archs
	;; profile-arch: stdin:1: task: shared embeddings need one vocabulary, not 25 and 20 words
a width above the super width: profile-arch ;; profile-arch narrow
	;; profile-arch: narrow:1: task: widths 32 and 32 exceed the super widths 8 and 32
a width above the super width: sample-arch ;; sample-arch -n 1 narrow.space
	;; sample-arch: narrow.space:1: task: widths 32 and 32 exceed the super widths 8 and 32
R
jq -c 'del(.task)' archs >bare
jq -c 'del(.task)' s >bare.space
words_of() { jq .workload.src_vocab | uniq; }
is    'a task from the space where records have none' "$lat --space s <bare | words_of" 20
is    'a task from the record where the space has none' \
	"$lat --space bare.space <archs | words_of" 20
is    'an option before record and space' \
	"$lat --space s --src-vocab 30 --tgt-vocab 30 <archs | words_of" 30
is    'two sizes are not shared: sample-arch' "
	sample-arch -n 1 --src-vocab 25 --tgt-vocab 30 <s | jq -c .task.share_all_embeddings" false
finish
