# The first $n architectures, depths of the decoder in turn, named a01, a02, ..
group_by(.arch.decoder_layer_num) | transpose | map(map(values)) | add | .[:$n]
| to_entries[] | {name: "a\(.key + 101 | tostring[1:])"} + .value
