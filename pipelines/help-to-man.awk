# help-to-man.awk - a filter's --help as a manual page.
# Variables: name, version.
function plain(s) { gsub(/\\/, "\\\\", s); gsub(/-/, "\\-", s); return s }
BEGIN { printf ".TH %s 1 \"\" \"Milliner %s\"\n", toupper(name), version }
NR == 1 { synopsis = $0; sub(/^usage: [^ ]+ /, "", synopsis); next }
/^options:$/ { part = "options"; printf ".SH OPTIONS\n"; next }
part == "" && NF && !about { about = $0
	printf ".SH NAME\n%s \\- %s\n", plain(name), plain($0)
	printf ".SH SYNOPSIS\n.B %s\n%s\n.SH DESCRIPTION\n%s\n", plain(name), plain(synopsis), plain($0); next }
part == "" { print NF ? plain($0) : ".PP"; next }
/^  +-/ { line = $0; sub(/^ +/, "", line)
	if (match(line, /  +/)) { left = substr(line, 1, RSTART - 1); right = substr(line, RSTART + RLENGTH) }
	else { left = line; right = "" }
	printf ".TP\n.B %s\n%s\n", plain(left), plain(right); next }
{ sub(/^ +/, ""); print plain($0) }
