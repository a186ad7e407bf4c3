# plots.gp - the pictures of a run as SVG; report.sh sets data, ms_limit, trained.
# What is told by colour is told by shape or dashes as well.
set terminal svg size 560,420 dynamic font "sans-serif,13" background "white" name "plot"
set grid lc "#dddddd"
set key outside below horizontal width -2 samplen 2.5
set border lc "#444444"
set style line 1 lc "#1b4f8a" lw 2 pt 7 ps 0.5
set style line 2 lc "#b3561b" lw 2 dt 2 pt 5 ps 0.6
set style line 3 lc "#2d7d46" lw 2 dt 4 pt 9 ps 0.6
set style line 4 lc "#6b3fa0" lw 2 dt 5 pt 11 ps 0.6
set style line 5 lc "#111111" lw 2 dt 1 pt 4 ps 0.6
set style line 6 lc "#8a6d00" lw 2 dt 3 pt 6 ps 0.6
set style line 7 lc "#a01b5d" lw 2 dt 2 pt 8 ps 0.6
set style textbox opaque noborder fillcolor "white" margins 0.3,0.1

set output data."/search.svg"
set xlabel "predicted latency, ms"
set ylabel "validation loss, inherited weights"
stats data."/search.tsv" using 1 name "x" nooutput
stats data."/models.tsv" using 1 name "m" nooutput
low = x_min < m_min ? x_min : m_min
high = x_max > m_max ? x_max : m_max
low = ms_limit < low ? ms_limit : low
high = ms_limit > high ? ms_limit : high
set xrange [low - 0.05 * (high - low) : high + 0.08 * (high - low)]
set arrow 1 from ms_limit, graph 0 to ms_limit, graph 1 nohead dt 2 lw 2 lc "#444444"
set label 1 "limit" at ms_limit, graph 0.97 offset 0.5,0 tc "#444444"
plot data."/search.tsv" using 1:($3 <= half ? $2 : NaN) with points pt 6 ps 0.45 \
		lc "#6f93c4" title "candidates, first half", \
	"" using 1:($3 > half ? $2 : NaN) with points pt 7 ps 0.4 lc "#1b4f8a" \
		title "second half", \
	data."/front.tsv" using 1:2 with steps lc "#b3561b" lw 1.5 title "front", \
	data."/rules.tsv" using 1:2 with points pt 4 ps 1.3 lw 2 lc "#2d7d46" \
		title "rules of thumb", \
	data."/models.tsv" using 1:2 with points pt 3 ps 1.1 lw 2 lc "black" \
		title "models compared", \
	"" using 1:2:3 with labels boxed offset 0,1 title ""
unset arrow 1
unset label 1
set autoscale x

set output data."/best.svg"
set xlabel "architectures scored"
set ylabel "lowest validation loss within the limit"
set logscale x
# What comes early shows in a logarithm.
# A loop over nothing would run once (here and below).
others = words(strategies) ? 'for [i = 1:words(strategies)] \
	data."/best-".word(strategies, i).".tsv" \
	using 1:2 with steps ls i + 2 title word(strategies, i),' : ''
plot data."/best.tsv" using 1:2 with steps ls 1 title "the search so far", \
	@others random_loss with lines ls 2 title "a random architecture within the limit"
unset logscale x

set output data."/latency.svg"
set xlabel "measured, ms"
set ylabel "predicted, ms"
plot data."/latency.tsv" using ($3 == 0 ? $1 : NaN):2 with points pt 6 ps 0.5 \
		lc "#6f93c4" title "fitted to", \
	"" using ($3 == 1 ? $1 : NaN):2 with points pt 5 ps 0.5 lc "#b3561b" \
		title "test", \
	x with lines lc "#444444" dt 3 title "equal"

set output data."/loss.svg"
set xlabel "update"
set ylabel "loss, nats a token"
alone = words(trained) ? ', for [i = 1:words(trained)] \
	data."/sub-".word(trained, i).".tsv" \
	with linespoints ls i + 3 title "alone: ".word(trained, i)' : ''
# A first loss of twice the last would hide what comes after.
plot data."/super.tsv" with lines lc "#888888" title "supernet, training", \
	for [i = 1:3] data."/valid-".word("largest smallest random", i).".tsv" \
		with linespoints ls i title "supernet: ".word("largest smallest random", i) @alone
