# floor.awk - measured over predicted TAB predicted over measured without
# drift, sorted by the first -> MAPE (%) of the prediction times the factor that
# makes it least, and MAPE of what the drift leaves.
{ r[NR] = $1; sum += 1 / $1; noise += $2 > 1 ? $2 - 1 : 1 - $2 }
END {
	for (i = 1; i < NR && (at += 1 / r[i]) < sum / 2; i++) ;
	for (j = 1; j <= NR; j++)
		mape += r[i] > r[j] ? r[i] / r[j] - 1 : 1 - r[i] / r[j]
	printf "%.3f %.3f\n", 100 * mape / NR, 100 * noise / NR
}
