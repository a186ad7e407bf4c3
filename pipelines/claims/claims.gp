# claims.gp - pictures of claims: run, names and, for those of measured data sets,
# flops = 1 are set by who calls.
count = words(names)
set grid
set palette defined (1 "#4477aa", 2 "#66ccee", 3 "#228833", 4 "#ccbb44", 5 "#ee6677", 6 "#aa3377")
set cbrange [0.5:6.5]
set palette maxcolors 6
set cblabel "decoder layers"

if (exists("flops")) {
	rows = int((count + 1) / 2)
	set terminal pngcairo size 1000,400 * rows font "sans,10"
	set output run."/flops.png"
	set multiplot layout rows,2 title "The same FLOPs, other latencies"
	do for [i = 1:count] {
		set title word(names, i) noenhanced
		set xlabel "GFLOPs"
		set ylabel "measured, ms"
		plot run."/".word(names, i).".tsv" using ($1 / 1e9):5:3 \
			with points pt 7 ps 0.3 palette notitle
	}
	unset multiplot
}

# the first device beside each other one
rows = int(count / 2)
columns = count > 2 ? 2 : 1
set terminal pngcairo size 500 * columns,400 * rows font "sans,10"
set output run."/devices.png"
set multiplot layout rows,columns title "The same architectures on other devices"
do for [i = 2:count] {
	set title ""
	set xlabel word(names, 1).", predicted ms" noenhanced
	set ylabel word(names, i).", predicted ms" noenhanced
	plot run."/all.tsv" using 7:(column(6 + i)):2 with points pt 7 ps 0.3 palette notitle
}
unset multiplot
