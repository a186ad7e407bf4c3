# What they print.
.cases | to_entries[] | select(.key % 4 == ($n | tonumber) % 4) | .value | select(.score) |
.name + "|" + .signature + "|version:milliner-0.1 = " + .score +
(if .mean and (.mean | tonumber) > 0 then " (μ = " + .mean + " ± " + .ci + ")" else "" end) +
(if .verbose then " " + .verbose else "" end)
