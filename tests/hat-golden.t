# Numbers that HAT's own code printed for random weights, beside ours: losses, beams,
# trainings, schedules, positions, parameters and FLOPs. Its README names tolerances.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
golden=$shared/hat/golden
[ -f "$golden/eval.json" ] || skip "no numbers of HAT's in $golden"
jq=$top/tests/jq
# within 'what' FILE 'jq program' ..: true_of, with off(A; B), how far A is off, relative to B
within() { true_of "$1" "$2" -L $jq "${@:4}" "include \"off\"; $3"; }

# --- losses ------------------------------------------------------------------
# name FILTER: the cases of a model as records, with what HAT computed as "hat"
cases() {
	jq -c ".[]|select(.model==\"$1.safetensors\").cases[]|$2|{arch,hat}" "$golden/eval.json"
}
losses() { eval-arch -q --weights "$golden/$1.safetensors" --valid "$1.valid"; }
for m in sep shared elastic; do
	jq -c ".[]|select(.model==\"$m.safetensors\").pairs[]" "$golden/eval.json" >"$m.valid"
done
for m in sep shared; do
	cases $m '.hat=[.loss,.nll,.tokens]' | losses $m >losses
	within "losses of $m" losses 'length == 14 and all(off(.valid_loss; .hat[0]) < 3e-7 and
		off(.valid_nll; .hat[1]) < 3e-7 and .valid_tokens == .hat[2])'
done
cases elastic 'select(.loss_real_layers)|.hat=[.loss_real_layers,.nll_real_layers]' |
	losses elastic >losses
within 'losses of elastic depth, of real layers' losses 'length == 5 and
	all(off(.valid_loss; .hat[0]) < 3e-7 and off(.valid_nll; .hat[1]) < 3e-7)'
# HAT as it is: where layers are absent, the last output stands in for them.
cat >copies.jq <<'J'
.arch.encoder_layer_num as $n |
select(all(.arch.decoder_arbitrary_ende_attn[]; . != 2 or $n != 3)) | .hat = [.loss] |
.arch.decoder_arbitrary_ende_attn |=
	map(if (. == 1 and $n < 4) or (. == 2 and $n < 3) then -1 else . end)
J
cases elastic "$(cat copies.jq)" | losses elastic >losses
within 'losses of elastic depth, of copies of the last: attention to one' losses \
	'length == 13 and all(off(.valid_loss; .hat[0]) < 3e-7)'
cases elastic 'select(.feasible_in_milliner|not)' | head -n 1 >absent
refuses 1 <<'R'
attention to absent layers ;; losses elastic <absent ;;
	eval-arch: stdin:1: arch.decoder_arbitrary_ende_attn: 2 attends to more layers than the
	encoder's 1
R

# --- beams -------------------------------------------------------------------
for i in $(jq -r 'keys[]' "$golden/beam.json"); do
	jq ".[$i]" "$golden/beam.json" >case
	jq -c '{arch}' case >arch
	jq -c '.src[] | {src: .}' case >src
	read -r model options < <(jq -r '"\(.model) --beam \(.beam) --nbest \(.beam) " +
		"--lenpen \(.lenpen) --max-len-a \(.max_len_a) --max-len-b \(.max_len_b) " +
		"--min-len \(.min_len)"' case)
	translate -q -w "$golden/$model" --arch arch $options <src >hyps
	is "beams $i, $model $options: words and scores but for near ties" \
		'jq -nc --slurpfile hyps hyps --slurpfile case case -f $jq/beams.jq' '[]'
done

# --- trainings ---------------------------------------------------------------
options() { # INDEX FILE: HAT's options as ours
	jq ".[$1].hat_options" "$2" | jq -r -f $jq/hat-options.jq
}
# sums FILE TENSOR: of its numbers, and of their absolute values
sums() {
	local begin end at
	at=$((8 + $(od -An -tu8 -N8 "$1")))
	read -r begin end < <(header "$1" | jq -r --arg t "$2" '.[$t].data_offsets|join(" ")')
	od -An -v -w4 -tf4 -j $((at + begin)) -N $((end - begin)) "$1" |
		awk '{ s += $1; a += $1 < 0 ? -$1 : $1 } END { printf "%.12g %.12g\n", s, a }'
}
for i in 0 1; do
	jq ".[$i]" "$golden/train.json" >case
	start=$(jq -r .start case)
	jq -c '{arch}' case >arch
	jq -c '.pairs[]' case >train
	holds "trains $start" "train-sub -q --threads 1 --arch arch --inherit $golden/$start \
		--max-update 10 --log-interval 1 --dropout 0 $(options $i "$golden/train.json") \
		-o w <train >log"
	jq -c 'select(.event=="train")' log >updates
	within "trains $start: losses, gradients, rates" updates '[., $case[0].updates] |
		transpose | length == 10 and all(. as [$our, $hat] |
		off($our.loss; $hat.loss) < 1e-6 and off($our.nll; $hat.nll) < 1e-6 and
		off($our.gnorm; $hat.gnorm) < 2e-6 and off($our.lr; $hat.lr) < 1e-7)' \
		--slurpfile case case
	for t in $(jq -r '.final|keys[]' case); do
		read -r sum abs < <(sums w "$t")
		true_of "trains $start: $t after it" case ".[0].final[\"$t\"] |
			((.sum - ($sum)) | fabs) < 1e-5 * .abs_sum and
			((.abs_sum - $abs) | fabs) < 1e-5 * .abs_sum"
	done
done

# --- learning rates ----------------------------------------------------------
for i in 0 1; do
	o=$(options $i "$golden/schedule.json")
	train-sub -q --threads 1 --arch "$arch" --log-interval 1 --max-update 40 $o -o w \
		<"$pairs" | jq -c 'select(.event=="train").lr' >rates
	within "rates of $o" rates '[., $hat[0]['$i'].lr_of_update] | transpose |
		length == 40 and all(off(.[0]; .[1]) < 1e-7)' \
		--slurpfile hat "$golden/schedule.json"
done

# --- positions (HAT forms the angles, of up to 11, in fp32) ------------------
for i in 0 1 2; do
	read -r width rows < <(jq -r ".[$i] | [.width, (.rows | length)] | @tsv" \
		"$golden/positions.json")
	"$MILLINER_BIN/../helpers/positions" $width $rows | jq -Rc '[splits(" +")|tonumber]' >ours
	true_of "positions of width $width" ours '[., $hat[0]['$i'].rows] | transpose |
		map(transpose | map(.[0] - .[1] | fabs) | max) | max < 5e-7' \
		--slurpfile hat "$golden/positions.json"
done

# --- parameters and operations -----------------------------------------------
jq -c '.[]' "$golden/profile.json" >profile
while read -r line; do
	n=$(jq .len <<<$line)
	jq -c 'del(.params)' <<<$line | profile-arch --src-len $n --tgt-len $n
done <profile >ours
true_of 'parameters and FLOPs' 'ours profile' '[.[:length / 2], .[length / 2:]] | transpose |
	length == 15 and all(. as [$our, $hat] | $our.params == $hat.params and
	$our.flops == $hat.flops_products_without_last and $our.flops_output == $hat.flops_output)'
finish
