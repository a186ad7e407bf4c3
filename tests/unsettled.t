# "unsettled" is true or false wherever it is read; what is neither would count as settled.
. "${0%/*}/lib.sh"
. "$top/tests/search-fixtures.sh"
sample-arch -n 30 <"$space" | jq -c '.latency_ms.total = 1 + .arch.decoder_layer_num' >lat
marked() { jq -c "if input_line_number == 3 then .unsettled = $1 else . end" lat; }
holds 'false is as none' '
	marked false | fit-mlp -q -o m >with && fit-mlp -q -o n <lat | diff with -'
holds 'true is left out' "
	marked true | fit-mlp -q -o m 2>/dev/null | jq -e '.unsettled == 1 and .rows == 29'"
measure='measure-lat -q -n 1 --src-len 3 --tgt-len 3 --accept-unsettled --resume j'
sample-arch -n 4 <"$space" >archs
$measure <archs >first
grep -v '"unsettled"' j >settled
holds 'some are in the journal' '[ -s settled ]'
search="evolve -q --evaluate 'jq -c --unbuffered .valid_loss=1' --predictor $mlp
	--limit $loose --population 4 --iterations 1"
search=${search//$'\n'/ }
echo "exec jq -c --unbuffered '.latency_ms.total = 9 | .unsettled = (env.v | fromjson)'" >answers
for v in '"true"' 1 null '[true]'; do
	export v
	jq -c ".unsettled = $v" settled >j
	refuses 1 <<R
fit-mlp, $v ;; marked '$v' | fit-mlp -q -o m ;; fit-mlp: stdin:3: unsettled: want true or false
a journal with $v ;; $measure <archs ;; measure-lat: j:1: unsettled: want true or false
evolve --measure, $v ;; $search --measure 'bash answers' <$space ;; unsettled: want true or false
R
done
finish
