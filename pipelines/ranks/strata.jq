# The first $n architectures, depths of the decoder in turn, named a01, a02, ..
group_by(.arch.decoder_layer_num) | transpose | map(map(values)) | add | .[:$n]
| to_entries[] | (.key + 1 | tostring) as $i
| {name: ("a" + if $i | length < 2 then "0" else "" end + $i)} + .value
