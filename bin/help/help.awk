# help.awk - reads a program's --help for the script that is given beside it:
# calls usage(SYNOPSIS), then option(LETTER, NAME, VALUE, TEXT) for each option,
# then done(). LETTER and VALUE may be "". VALUE is a|b|c where that is all that
# may be given.
function flush_option() {
	if (name)
		option(letter, name, value, text)
	name = ""
}
function take_option(s) {
	flush_option()
	text = ""
	if (match(s, /   *[^ ]/)) {
		text = substr(s, RSTART + RLENGTH - 1)
		s = substr(s, 1, RSTART - 1)
	}
	letter = s ~ /^-[^-]/ ? substr(s, 2, 1) : ""
	match(s, /--[^ ]+/)
	name = substr(s, RSTART + 2, RLENGTH - 2)
	value = substr(s, RSTART + RLENGTH + 1)
	sub(/ +$/, "", value)
}
NR == 1 {
	sub(/^usage: [^ ]+ */, "")
	usage($0)
	next
}
/^options:$/ { listed = 1; next }
!listed { next }
# what goes on with an option's text stands further right
/^  (-[^ ],|   ) --/ { sub(/^ +/, ""); take_option($0); next }
{ sub(/^ +/, ""); text = text (text ? " " : "") $0 }
END { flush_option(); done() }
