# The rows of one table, in order, with latencies and suspicions. A row that is
# there twice counts once; those of another text or settings are none of this table.
($lats | INDEX(.arch_id)) as $by_id
| map(select(.pairs == $pairs and .settings == $settings))
| unique_by(.name, .seed) | sort_by(.seed, .name)
| map(del(.suspect, .latency_ms, .reference_ms, .reference_id, .unsettled)
	+ ($by_id[.arch_id] // {}
		| {params, flops, latency_ms, reference_ms, reference_id, unsettled, workload, host}
		| with_entries(select(.value))))
| . as $all
| .[]
| . as $row
# A model that is larger in decoder, depth and parameters learns no less from the
# same seed; 15% more loss is a training that went wrong.
| ($all | map(select(.seed == $row.seed and .params < $row.params
		and .arch.decoder_layer_num <= $row.arch.decoder_layer_num
		and .valid_loss * 1.15 < $row.valid_loss)) | min_by(.valid_loss)) as $better
| if $better then . + {suspect: ("loss \(.valid_loss), but \($better.name) with fewer "
	+ "parameters has \($better.valid_loss)")} else . end
