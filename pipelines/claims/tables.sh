# tables.sh - what claims.sh and devices.sh share: $here, $run are set.

# fields of records: one line a record
columns() { jq -r "[$1] | @tsv"; }
# head that reads all, so that nobody dies of a closed pipe
first() { awk -v n="$1" 'NR <= n' "${@:2}"; }
tau() { awk -F'\t' -f "$here/tau.awk"; }

# The architectures of which all devices are asked: $run/archs.jsonl, archs.tsv.
draw_archs() { # space
	sample-arch -n 20000 <"$1" | profile-arch >"$run/archs.jsonl"
	columns '.flops, .arch.decoder_layer_num, .arch.encoder_embed_dim,
		.arch.decoder_embed_dim, (.arch.encoder_ffn_embed_dim | add / length),
		(.arch.decoder_ffn_embed_dim | add / length)' \
		<"$run/archs.jsonl" >"$run/archs.tsv"
}

# $run/devices.png: of the same architectures; settings of claims.gp
draw() { # settings, names
	local settings=$1; shift
	(cd "$run" && paste archs.tsv "${@/%/.ms}" | first 3000 >all.tsv)
	gnuplot -d -e "run='$run'; names='$*'; $settings" "$here/claims.gp"
}

show_preferences() { # names
	echo 'What a device prefers: of the architectures within 2% of its median latency,'
	echo 'the tenth with most FLOPs; means.'
	printf '%-28s %8s %8s %7s %7s %7s %7s %7s\n' device 'ms' MFLOPs layers \
		enc.dim dec.dim enc.FFN dec.FFN
	for n; do
		local ms=$(sort -g "$run/$n.ms" | sed -n 10000p)
		paste "$run/archs.tsv" "$run/$n.ms" | awk -F'\t' -v ms="$ms" '
			$7 > .98 * ms && $7 < 1.02 * ms' | sort -gr >"$run/equal"
		first $(($(wc -l <"$run/equal") / 10)) "$run/equal" |
			awk -F'\t' -v n="$n" -v ms="$ms" '
			{ for (i = 1; i <= 6; i++) s[i] += $i }
			END { printf "%-28s %8.1f %8.0f %7.2f %7.0f %7.0f %7.0f %7.0f\n",
				n, ms, s[1] / NR / 1e6, s[2] / NR, s[3] / NR,
				s[4] / NR, s[5] / NR, s[6] / NR }'
	done
}
