# near.awk - a name a line: is it misspelt? Of those that are no known name but
# near to one, the first and the known one are printed. known: names; programs:
# those with options, PROG.args, of which each other X.args is a mistake.
function least(a, b) { return a < b ? a : b }

# Letters to change, put in, leave out or swap, to get from a to b.
function distance(a, b,   i, j, d, m, n) {
	m = length(a); n = length(b)
	for (i = 0; i <= m; i++) d[i, 0] = i
	for (j = 0; j <= n; j++) d[0, j] = j
	for (i = 1; i <= m; i++)
		for (j = 1; j <= n; j++) {
			d[i, j] = least(least(d[i-1, j], d[i, j-1]) + 1,
				d[i-1, j-1] + (substr(a, i, 1) != substr(b, j, 1)))
			if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j-1, 1) &&
			    substr(a, i-1, 1) == substr(b, j, 1))
				d[i, j] = least(d[i, j], d[i-2, j-2] + 1)
		}
	return d[m, n]
}
# The nearest of n names, as far as allowed, or "".
function nearest(name, names, n, allowed,   i, d, best) {
	for (i = 1; i <= n; i++) {
		d = distance(toupper(name), toupper(names[i]))
		if (d <= allowed) { allowed = d - 1; best = names[i] }
	}
	return best
}
BEGIN {
	n_known = split(known, word); n_programs = split(programs, program)
	for (i in word) is_known[word[i]] = 1
	for (i in program) is_known[program[i] ".args"] = 1
}
!NF || $0 in is_known { next }
/.\.args$/ {
	print; print nearest(substr($0, 1, length($0) - 5), program, n_programs, 4)
	exit
}
{
	n = split(known, word)
	meant = nearest($0, word, n, length($0) > 6 ? 2 : 1)
	# TEXT is not TEST
	if (meant == "" || (length(meant) < 5 && length($0) == length(meant)))
		next
	print; print meant
	exit
}
