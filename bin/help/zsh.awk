# zsh.awk - after help.awk: the completion of a program for zsh.
# Variables: program, its name as installed.
function usage(s) { }
function inside(s) { gsub(/[\\:\[\]]/, "\\\\&", s); gsub(/'/, "'\\''", s); return s }
function option(letter, long, value, text,   action, times, spec) {
	times = text ~ /\(may be repeated\)/ ? "*" : ""
	if (value ~ /[|]/) {
		action = value
		gsub(/[|]/, " ", action)
		action = ":value:(" action ")"
	} else if (value == "DIR")
		action = ":folder:_files -/"
	else if (value ~ /^(FILE|PREDICTOR|WEIGHTS)$/)
		action = ":file:_files"
	else if (value)
		action = ":" inside(value) ": "
	spec = "[" inside(text) "]" action "'"
	if (!letter)
		specs = specs " \\\n\t'" times "--" long (value ? "=" : "") spec
	else {
		excluded = times ? "" : "(-" letter " --" long ")"
		specs = specs " \\\n\t'" excluded times "-" letter (value ? "+" : "") spec
		specs = specs " \\\n\t'" excluded times "--" long (value ? "=" : "") spec
	}
}
function done() {
	printf "#compdef %s\n# Completion of %s for zsh, made from its --help.\n", program, program
	printf "_arguments -s%s \\\n\t'*:file:_files'\n", specs
}
