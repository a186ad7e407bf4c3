# tau.awk - Kendall's tau-b of every column against the last.
{ for (i = 1; i <= NF; i++) v[NR, i] = $i }
END {
	for (c = 1; c < NF; c++) {
		agree = na = nb = 0
		for (i = 2; i <= NR; i++) {
			a = v[i, c]; b = v[i, NF]
			for (j = 1; j < i; j++) {
				s = (a > v[j, c]) - (a < v[j, c])
				t = (b > v[j, NF]) - (b < v[j, NF])
				agree += s * t
				na += s != 0; nb += t != 0
			}
		}
		printf "%s%.3f", (c > 1 ? " " : ""), agree / sqrt(na * nb)
	}
	print ""
}
