# Functions that another file's header declares. Input: of headers, then of C
# files, "@ PATH" and their text without comments. X.h is the header of X.c, X_*.c
# and X-*.c; X_rec.h that of X_*_rec.c, too.
/^@ / {
	file = $2
	split(file, part, "/")
	room = part[2]
	base = part[3]
	header = base ~ /\.h$/
	sub(/\.[ch]$/, "", base)
	before = ""
	next
}
header {
	for (line = $0; match(line, /[a-z_0-9]+\(/); line = substr(line, RSTART + RLENGTH)) {
		name = room "/" substr(line, RSTART, RLENGTH - 1)
		said[name] = said[name] " " base
	}
	next
}
/^[a-z_0-9]+\(/ && before !~ /static/ {
	name = $0
	sub(/\(.*/, "", name)
	if (room "/" name in said && !own(said[room "/" name]))
		print name "() of " file " is declared in" said[room "/" name]
}
{ before = $0 }
function own(headers,   h, n, i) {
	n = split(headers, h, " ")
	for (i = 1; i <= n; i++) {
		if (base == h[i])
			return 1
		if (base ~ /_rec$/)
			sub(/_rec$/, "", h[i])
		if (index(base, h[i] "_") == 1 || index(base, h[i] "-") == 1)
			return 1
	}
	return 0
}
