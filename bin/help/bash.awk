# bash.awk - after help.awk: the completion of a program for bash.
# Variables: program, its name as installed.
function usage(s) { }
function complete(how) {
	return "\t\tcompopt -o filenames 2>/dev/null\n" \
		"\t\tmapfile -t COMPREPLY < <(compgen " how " -- \"$word\")\n"
}
function option(letter, long, value, text,   cases) {
	options = options " --" long
	cases = (letter ? "-" letter "|" : "") "--" long
	if (value ~ /[|]/) {
		gsub(/[|]/, " ", value)
		choices = choices "\t" cases ") words=" "'" value "' ;;\n"
	} else if (value == "DIR")
		folders = folders (folders ? "|" : "") cases
	else if (value ~ /^(FILE|PREDICTOR|WEIGHTS)$/)
		files = files (files ? "|" : "") cases
	else if (value)
		others = others (others ? "|" : "") cases
}
function done(   f) {
	f = "_milliner_" program
	gsub(/[^A-Za-z0-9_]/, "_", f)
	printf "# Completion of %s for bash, made from its --help.\n", program
	printf "%s() {\n\tlocal word=$2 before=$3 words=\n", f
	printf "\t# --option=value comes as three words\n"
	printf "\t[ \"$word\" != = ] || word=\n"
	printf "\t[ \"$before\" != = ] || before=${COMP_WORDS[COMP_CWORD-2]}\n"
	printf "\tCOMPREPLY=()\n\tcase $before in\n%s", choices
	if (folders)
		printf "\t%s)\n%s\t\treturn ;;\n", folders, complete("-d")
	if (files)
		printf "\t%s)\n%s\t\treturn ;;\n", files, complete("-f")
	if (others)
		printf "\t%s) compopt +o default 2>/dev/null; return ;;\n", others
	printf "\t*) [[ $word != -* ]] || words='%s' ;;\n\tesac\n", substr(options, 2)
	printf "\tif [ \"$words\" ]; then\n\t\tcompopt +o default 2>/dev/null\n"
	printf "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	printf "\telse\n%s\tfi\n}\n", complete("-f")
	printf "complete -o default -F %s %s\n", f, program
}
