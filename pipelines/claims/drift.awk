# drift.awk - predicted TAB measured, in the order in which it was measured ->
# measured without the machine's slow drift: over the median ratio of the 16
# rows around. Only to ask how good a prediction can be: no predictor may do so.
{ f[NR] = $1; y[NR] = $2 }
END {
	for (i = 1; i <= NR; i++) {
		n = 0
		for (j = i - 8; j <= i + 8; j++)
			if (j >= 1 && j <= NR && j != i) {
				r = y[j] / f[j]
				for (k = n++; k > 0 && s[k - 1] > r; k--)
					s[k] = s[k - 1]
				s[k] = r
			}
		printf "%.9g\n", y[i] * 2 / (s[int((n - 1) / 2)] + s[int(n / 2)])
	}
}
