# help-to-man.awk - a filter's --help as a manual page.
# Variables: name, version.
function plain(s) {
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	return s ~ /^[.']/ ? "\\&" s : s
}
function head() {
	printf ".TH %s 1 \"\" \"Milliner %s\"\n", toupper(name), version
	# the first sentence, without its full stop
	brief = about
	sub(/\.( .*)?$/, "", brief)
	printf ".SH NAME\n%s \\- %s\n", plain(name), plain(brief)
	printf ".SH SYNOPSIS\n.B %s\n%s\n", plain(name), plain(synopsis)
	printf ".SH DESCRIPTION\n%s", text
}
NR == 1 { synopsis = $0; sub(/^usage: [^ ]+ /, "", synopsis); next }
/^options:$/ { head(); options = 1; printf ".SH OPTIONS\n"; next }
!options && NF {
	about = about (about ? " " : "") $0
	text = text (text && gap ? ".PP\n" : "") plain($0) "\n"
}
!options { gap = !NF; next }
/^  +-/ {
	sub(/^ +/, "")
	left = $0
	right = ""
	if (match($0, /  +/)) {
		left = substr($0, 1, RSTART - 1)
		right = substr($0, RSTART + RLENGTH)
	}
	printf ".TP\n.B %s\n", plain(left)
	if (right)
		print plain(right)
	next
}
{ sub(/^ +/, ""); print plain($0) }
