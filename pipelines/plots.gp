# plots.gp - pictures of a run; report.sh sets run, data, ms_limit, trained.
set terminal pngcairo size 900,600 font "sans,11"
set grid
set key top right

set output run."/loss.png"
set title "Loss (label-smoothed, nats a token)"
set xlabel "update"
set ylabel "loss"
plot data."/super.tsv" with lines title "supernet, training", \
	for [w in "largest smallest random"] data."/valid-".w.".tsv" \
		with linespoints title "supernet, validation: ".w, \
	for [m in trained] data."/sub-".m.".tsv" \
		with linespoints title "on its own, validation: ".m

set output run."/latency.png"
set title "Latency: predicted against measured"
set xlabel "measured, ms"
set ylabel "predicted, ms"
set key top left
plot data."/latency.tsv" with points pt 7 ps 0.5 title "architectures", \
	x with lines lc "gray" title "equal"

set output run."/search.png"
set title "The search in the latency-loss plane"
set xlabel "predicted latency, ms"
set ylabel "validation loss, inherited weights"
set key top right
set palette defined (0 "#bbccee", 1 "#223388")
set cblabel "iteration"
set arrow 1 from ms_limit, graph 0 to ms_limit, graph 1 nohead dt 2
plot data."/search.tsv" using 1:2:3 with points pt 7 ps 0.6 palette \
		title "candidates", \
	data."/models.tsv" using 1:2 with points pt 2 ps 2 lw 2 lc "red" \
		title "", \
	data."/models.tsv" using 1:2:3 with labels offset 0,1 \
		tc "red" title ""
