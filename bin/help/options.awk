# options.awk - after help.awk: the options as a part of a manual page.
function bold(s) { gsub(/-/, "\\-", s); return "\\fB" s "\\fP" }
function slanted(s) { gsub(/-/, "\\-", s); gsub(/'/, "\\(aq", s); return "\\fI" s "\\fP" }
# Hyphens stay in words; what is typed has minus signs.
function words(s,   n, w, i, all) {
	gsub(/\\/, "\\e", s)
	gsub(/'/, "\\(aq", s)
	n = split(s, w, " ")
	for (i = 1; i <= n; i++) {
		if (w[i] ~ /^[^A-Za-z]*-/ || w[i] ~ /[0-9]e-[0-9]/)
			gsub(/-/, "\\-", w[i])
		all = all (i > 1 ? " " : "") w[i]
	}
	return all ~ /^[.]/ ? "\\&" all : all
}
function value_text(v,   n, w, i, all) {
	if (v !~ /[|]/)
		return slanted(v)
	n = split(v, w, "|")
	for (i = 1; i <= n; i++)
		all = all (i > 1 ? "|" : "") bold(w[i])
	return all
}
function usage(s) { }
function option(letter, name, value, text) {
	printf ".TP\n%s%s%s\n%s\n", letter ? bold("-" letter) ", " : "",
		bold("--" name), value ? " " value_text(value) : "", words(text)
}
function done() { }
