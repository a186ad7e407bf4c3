# installed.awk - a manual page as it is installed: with the version, and with
# the programs' names there. A name is one in bold, or where a command stands in
# an example. Variables: prefix, version, names (with blanks between them); of the
# environment root, which stands for /usr/local in the names of files.
BEGIN { count = split(names, name, " "); typed = prefix; gsub(/-/, "\\-", typed) }
function command(before) { return before ~ /(^|[|(;]|(^| )do|ssh pi) *$/ }
function bold(before) { return before ~ /\\fB$/ }
function replaced(s, word,   all, at, after, is) {
	gsub(/-/, "\\-", word)
	while (at = index(s, word)) {
		all = all substr(s, 1, at - 1)
		s = substr(s, at + length(word))
		is = (example || named ? command(all) : bold(all)) && s ~ /^($|[ |);]|\\e|\\fP)/
		all = all (is ? typed : "") word
	}
	return all s
}
/^\.TH / { $2 = toupper(prefix) $2; $0 = $0 " \"Milliner " version "\"" }
/^\.\\" not run: a picture/ { picture = 1 }
/^\.\" options: / { generated = 1 }
/^\.\" end of options/ { generated = 0 }
/^\.EX/ { example = 1 }
/^\.EE/ { example = picture = 0 }
!/^\./ && !picture && !generated {
	for (i = 1; i <= count; i++)
		$0 = replaced($0, name[i])
}
ENVIRON["root"] && (at = index($0, "/usr/local/share/")) {
	$0 = substr($0, 1, at - 1) ENVIRON["root"] substr($0, at + length("/usr/local"))
}
{ named = /^\.SH NAME/; print }
