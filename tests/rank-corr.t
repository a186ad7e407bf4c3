# Orders of architectures, compared.
. "${0%/*}/lib.sh"
export space=$data/spaces/demo.json
# a table: architectures with a truth and scores
sample-arch -n 60 --distinct <"$space" | jq -c '
	(input_line_number * 7 % 61) as $x | ((input_line_number * 13 + $x) % 61) as $y |
	{arch, n: input_line_number, truth: $x, score: $y, coarse: ($y / 20 | floor)}' >table
cat >row.jq <<'J'
{arch} + ([$ARGS.positional[] | split("=") | {key: .[0], value: (.[1] | tonumber)}] | from_entries)
J
row() { # n, then name=value ..: the n-th architecture with these members
	sed -n "$1p" table | jq -c -f row.jq --args "${@:2}"
}
by='rank-corr --truth truth --by score'
usual rank-corr "$by <table"
bad_lines rank-corr "$by"
four() { row 1 t=1 s=1 g=1; row 2 t=2 s=3 g=1; row 3 t=3 s=2 g=2; row 4 t=4 s=4 g=2; }
t='rank-corr --truth t'
is    'five of six pairs agree' "four | $t --by s | jq .tau" 0.6667
is    'less is better in both' 'four | rank-corr --truth=-t --by=-s | jq .tau' 0.6667
is    'less is better in one of them' "four | $t --by=-s | jq .tau" -0.6667
is    'within groups' "four | $t --by s --within g | jq .within" 1
is    'within groups and only within them' "
	(four; row 5 t=0 s=9 g=3) | $t --by s --within g | jq -c '[.tau, .within]'" '[0,1]'
is    'ties are no merit of a score' "
	four | jq -c '.s /= 2 | .s |= floor' | $t --by s | jq .tau" 0.9129
is    'a score that tells nothing apart' "
	four | jq -c '.s = 1' | $t --by s | jq -c '[.tau, .tau_ci]'" \
	'[null,[null,null]]'
is    'a score that tells nothing apart within groups' "
	four | $t --by s --by g --within g |
		jq -c 'select(.by == \"g\") |
			[.within, .within_ci, .more_within, .more_within_ci]'" \
	'[null,[null,null],null,[null,null]]'
is    'more than such a score' "four | $t --by g --by s --within g |
	jq -c 'select(.by == \"s\") | [.within, .more_within, .more_within_ci]'" \
	'[1,null,[null,null]]'
is    'a second field decides where the first is equal' "
	four | $t --by g --by g,t --by g,-t | jq -sc 'map(.tau)'" '[0.8165,1,0.3333]'
same  'tau as another program has it' "
	rank-corr --truth truth --by score --by coarse table | jq '.tau * 1000 | round'" "
	jq -r '[.score, .coarse, .truth] | @tsv' table | awk -f $top/pipelines/claims/tau.awk |
		tr ' ' '\n' | jq '. * 1000 | round'"

# intervals
is    'a perfect order is sure' '
	rank-corr --truth truth --by truth --by=-truth table | jq -sc "map(.tau, .tau_ci)"' \
	'[1,[1,1],-1,[-1,-1]]'
holds 'tau lies in its interval, as 0 may' "$by table |
	jq -e '.tau_ci[0] < .tau and .tau < .tau_ci[1] and .tau_ci[1] - .tau_ci[0] > 0.05'"
holds 'a higher level has a wider interval' "
	($by --level 0.5 table; $by --level 0.99 table) |
		jq -es 'map(.tau_ci[1] - .tau_ci[0]) | .[0] < .[1]'"
same  'the same seed, the same bytes' "$by --seed 4 table" "$by --seed 4 <table"
is    'another seed, other bytes' "
	($by --seed 4 table; $by --seed 5 table) | jq -c .tau_ci | sort -u | wc -l" 2
is    'how much more than the first' "
	rank-corr --truth truth --by score --by truth --by score table | jq -sc '
		[.[0].more, (.[1] | .more > 0 and .more_ci[0] > 0), .[2].more, .[2].more_ci]'" \
	'[null,true,0,[0,0]]'

# several trainings of one
twice() { row 1 t=1 s=1; row 1 t=3 s=1; row 2 t=5 s=2; row 3 t=7 s=3; }
is    'trainings of one architecture are averaged' "
	twice | $t --by s | jq -c '[.archs, .tau]' | head -n 1" '[3,1]'
is    'trainings of one architecture tell how trainings differ' "
	twice | $t --by s | jq -c 'select(.deviation) | [.by, .deviation]'" \
	'["a perfect score",1.41421356]'
holds 'how trainings differ bounds what a score can reach' "
	(twice; row 1 t=9 s=1) | $t --by s | jq -es '.[1].tau < 0.9 and .[1].tau > -0.2'"
all_twice() { for i in 1:1 1:3 2:4 2:6 3:6 3:8; do row ${i%:*} t=${i#*:} s=1; done; }
is    'a mean of several trainings errs less than one' '
	jq -n "$(all_twice | $t --by t | jq .tau | tail -n 1) >
		$(twice | $t --by t | jq .tau | tail -n 1)"' true
is    'a score can reach all where trainings agree' "
	(row 1 t=1; row 1 t=1; row 2 t=2; row 3 t=3) | $t --by t | jq -s '.[1].tau'" 1

# a linear function of features
linear() { jq -c '.truth = .arch.decoder_layer_num * 3 + .arch.decoder_embed_dim / 40' table; }
holds 'fitted to most it finds a linear truth' "
	linear | $by --fit 40 | jq -es '.[1].tau > 0.8'"
holds 'fitted to few it finds less of a linear truth' "
	linear | $by --fit 40 --fit 8 | jq -es '.[1].tau > 0.3 and .[1].archs == 52'"
holds 'fitted to chance it finds no more than chance' "
	$by --fit 30 table | jq -es '.[1].tau | fabs < 0.2'"
mixed() { jq -c '.truth = .arch.decoder_layer_num * 3 + .coarse * 2' table; }
is    'fitted to fields of its own it finds both that a truth is made of' "
	mixed | $by --fit 8 --fit-on coarse,arch.decoder_layer_num --fit-on score | jq -sc '
		[.[1].by, (.[2] | .by, .archs, .tau > 0.9), .[3].by, (.[3].tau < .[2].tau)]'" \
	"$(jq -nc '["features", "coarse,arch.decoder_layer_num", "score"] |
		map(. + ", fitted to 8") | [.[0], .[1], 52, true, .[2], true]')"

refuses 2 <<'T'
fields without how many ;; rank-corr --truth t --by s --fit-on s ;; --fit-on wants --fit
no field to fit to ;; rank-corr --truth t --by s --fit 3 --fit-on s, ;; --fit-on: "s,": want FIELD
nothing to compare with ;; rank-corr --truth t ;; want --truth and --by
no truth ;; rank-corr --by s ;; want --truth and --by
two truths ;; rank-corr --truth t,s --by s ;; --truth: want one field, not "t,s"
an empty field ;; rank-corr --truth t --by s,
	;; --by: "s,": want FIELD, -FIELD or several with commas
an empty truth ;; rank-corr --truth=- --by s ;; --truth: "-": want FIELD
too many fields ;; rank-corr --truth t --by a,b,c,d,e,f,g,h,i ;; more than 8 fields
T
refuses 1 <<'T'
a field that is not there ;; four | rank-corr --truth t --by z
	;; stdin:1: no number "z" in the record
one architecture ;; row 1 t=1 s=1 | rank-corr --truth t --by s
	;; stdin: 1 architecture: want two at least to compare
no architecture ;; rank-corr --truth t --by s ;; stdin: 0 architectures
all of them to fit to ;; four | rank-corr --truth t --by s --fit 3
	;; --fit 3 of 4 architectures: want two left
a record without arch ;; echo '{"t":1,"s":1}' | rank-corr --truth t --by s ;; rank-corr: stdin:1:
T
finish
