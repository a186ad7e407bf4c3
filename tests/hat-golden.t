# Numbers that HAT's own code printed for random weights, beside ours: losses, beams,
# trainings, schedules, positions, parameters and FLOPs. Its README names tolerances.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
golden=$shared/hat/golden
[ -f "$golden/eval.json" ] || skip "no numbers of HAT's in $golden"
models='sep shared elastic'
# off A B: how far off, relative to B
jqdef='def off(a; b): ((a) - (b)) / (b) | fabs;'

# --- losses ------------------------------------------------------------------
# name FILTER: the cases of a model as records, with what HAT computed as "hat"
cases() { jq -c ".[]|select(.model==\"$1.safetensors\").cases[]|$2|{arch,hat}" "$golden/eval.json"; }
losses() { eval-arch -q --weights "$golden/$1.safetensors" --valid "$1.valid"; }
for m in $models; do
	jq -c ".[]|select(.model==\"$m.safetensors\").pairs[]" "$golden/eval.json" >"$m.valid"
done
for m in sep shared; do
	cases $m '.hat=[.loss,.nll,.tokens]' | losses $m >$m.losses
	is    "losses of $m" "jq -s '$jqdef length, (map(select(off(.valid_loss; .hat[0])<3e-7 and off(.valid_nll; .hat[1])<3e-7 and .valid_tokens==.hat[2]))|length)' $m.losses" $'14\n14'
done
real='select(.loss_real_layers)|.hat=[.loss_real_layers,.nll_real_layers]'
cases elastic "$real" | losses elastic >elastic.losses
is    'losses of elastic depth, of real layers' "jq -s '$jqdef length, (map(select(off(.valid_loss; .hat[0])<3e-7 and off(.valid_nll; .hat[1])<3e-7))|length)' elastic.losses" $'5\n5'
# HAT as it is: where layers are absent, the last output stands in for them.
copies='select(.arch.encoder_layer_num as $n|all(.arch.decoder_arbitrary_ende_attn[]; .!=2 or $n!=3))|.hat=[.loss]
	|.arch.encoder_layer_num as $n|.arch.decoder_arbitrary_ende_attn|=map(if (.==1 and $n<4) or (.==2 and $n<3) then -1 else . end)'
cases elastic "$copies" | losses elastic >elastic.copies
is    'and of copies of the last: attention to one' "jq -s '$jqdef length, (map(select(off(.valid_loss; .hat[0])<3e-7))|length)' elastic.copies" $'13\n13'
cases elastic 'select(.feasible_in_milliner|not)' | head -n 1 >absent
exits 1 'attention to absent layers' 'losses elastic <absent'

# --- beams -------------------------------------------------------------------
for i in $(jq -r 'keys[]' "$golden/beam.json"); do
	case=".[$i]"
	jq -c "{arch: $case.arch}" "$golden/beam.json" >arch
	jq -c "$case.src[]|{src: .}" "$golden/beam.json" >src
	read -r model options < <(jq -r "$case|\"\(.model) --beam \(.beam) --nbest \(.beam) --lenpen \(.lenpen) --max-len-a \(.max_len_a) --max-len-b \(.max_len_b) --min-len \(.min_len)\"" "$golden/beam.json")
	translate -q -w "$golden/$model" --arch arch $options <src | jq -c '[.nbest[]? // .|{hyp_tokens,score}]' >hyps
	jq -c "$case.nbest[]" "$golden/beam.json" >want
	jq -c "$case.near_ties" "$golden/beam.json" >ties
	is    "$model $options" "jq -nc --slurpfile a hyps --slurpfile b want --slurpfile t ties '[range(\$b|length)|select(. as \$s|\$t[0]|index(\$s)|not)|select((\$a[.]|map(.hyp_tokens))!=(\$b[.]|map(.hyp_tokens)) or ([\$a[.],\$b[.]]|transpose|any((.[0].score-.[1].score|fabs)>2e-6*(1+(.[1].score|fabs)))))]'" '[]'
done

# --- trainings ---------------------------------------------------------------
# HAT's options as ours
ours='def ours: if length==0 then [] else (.[0:2]|if .[0]=="--max-lr" then ["--lr",.[1]] elif .[0]=="--adam-betas" or .[0]=="--lr-shrink" then [] else . end)+(.[2:]|ours) end;
	def renamed: if index("cosine") then map(if .=="--lr" then "--min-lr" else . end) else . end;'
options() { jq -r "$ours $1.hat_options|renamed|ours|join(\" \")" "$2"; }
# sums FILE TENSOR: of its numbers, and of their absolute values
sums() {
	local begin end at
	at=$((8 + $(od -An -tu8 -N8 "$1")))
	read -r begin end < <(header "$1" | jq -r --arg t "$2" '.[$t].data_offsets|join(" ")')
	od -An -v -w4 -tf4 -j $((at + begin)) -N $((end - begin)) "$1" |
		awk '{ s += $1; a += $1 < 0 ? -$1 : $1 } END { printf "%.12g %.12g\n", s, a }'
}
for i in 0 1; do
	start=$(jq -r ".[$i].start" "$golden/train.json")
	jq -c "{arch: .[$i].arch}" "$golden/train.json" >arch
	run="train-sub -q --threads 1 --arch arch --inherit $golden/$start --max-update 10 --log-interval 1 --dropout 0 $(options ".[$i]" "$golden/train.json") -o w"
	jq -c ".[$i].pairs[]" "$golden/train.json" >train
	holds "trains $start" "$run <train >log"
	is    "its losses, gradients, rates" "jq -c 'select(.event==\"train\")' log | jq -s --slurpfile g $golden/train.json '$jqdef \$g[0][$i].updates as \$u|[.,\$u]|transpose|map(select(off(.[0].loss; .[1].loss)<1e-6 and off(.[0].nll; .[1].nll)<1e-6 and off(.[0].gnorm; .[1].gnorm)<2e-6 and off(.[0].lr; .[1].lr)<1e-7))|length'" 10
	for t in $(jq -r ".[$i].final|keys[]" "$golden/train.json"); do
		read -r sum abs < <(sums w "$t")
		is    "$t after it" "jq '.[$i].final[\"$t\"]|((.sum-($sum))|fabs)<1e-5*.abs_sum and ((.abs_sum-$abs)|fabs)<1e-5*.abs_sum' $golden/train.json" true
	done
done

# --- learning rates ----------------------------------------------------------
for i in 0 1; do
	o=$(options ".[$i]" "$golden/schedule.json")
	is    "rates of $o" "train-sub -q --threads 1 --arch \$arch --log-interval 1 --max-update 40 $o -o w <\$pairs | jq -c 'select(.event==\"train\").lr' | jq -s --slurpfile g $golden/schedule.json '$jqdef [., \$g[0][$i].lr_of_update]|transpose|map(select(off(.[0]; .[1])<1e-7))|length'" 40
done

# --- positions (HAT forms the angles, of up to 11, in fp32) ------------------
for i in 0 1 2; do
	read -r width rows < <(jq -r ".[$i]|\"\(.width) \(.rows|length)\"" "$golden/positions.json")
	is    "positions of width $width" "$MILLINER_BIN/../helpers/positions $width $rows | jq -Rc '[splits(\" +\")|tonumber]' | jq -s --slurpfile g $golden/positions.json '[., \$g[0][$i].rows]|transpose|map(transpose|map(.[0]-.[1]|fabs)|max)|max<5e-7'" true
done

# --- parameters and operations -----------------------------------------------
jq -c '.[]' "$golden/profile.json" >profile
is    'parameters and FLOPs' "while read -r line; do n=\$(jq .len <<<\$line); jq -c 'del(.params)' <<<\$line | profile-arch --src-len \$n --tgt-len \$n | jq -c --argjson want \"\$line\" 'select(.params==\$want.params and .flops==\$want.flops_products_without_last and .flops_output==\$want.flops_output)|1'; done <profile | wc -l" 15
finish
