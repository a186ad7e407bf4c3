# Orders of architectures, compared.
. "${0%/*}/lib.sh"
export space=$data/spaces/demo.json
# a table: architectures with a truth and scores
sample-arch -n 60 --distinct <"$space" | jq -c '{arch, n: input_line_number}' |
	awk '{ x = NR * 7 % 61; y = (NR * 13 + x) % 61; printf "%s,\"truth\":%d,\"score\":%d,\"coarse\":%d}\n", substr($0, 1, length($0) - 1), x, y, y / 20 }' >table
row() { # n, then name=value ..: the n-th architecture with these members
	sed -n "$1p" table | jq -c --args '{arch} + ([$ARGS.positional[] | split("=") | {key: .[0], value: (.[1] | tonumber)}] | from_entries)' "${@:2}"
}
export -f row
by='rank-corr --truth truth --by score'
usual rank-corr "$by <table"
bad_lines rank-corr "$by"
four() { row 1 t=1 s=1 g=1; row 2 t=2 s=3 g=1; row 3 t=3 s=2 g=2; row 4 t=4 s=4 g=2; }
export -f four
is    'five of six pairs agree' 'four | rank-corr --truth t --by s | jq .tau' 0.6667
is    'less is better in both' 'four | rank-corr --truth=-t --by=-s | jq .tau' 0.6667
is    'in one of them' 'four | rank-corr --truth t --by=-s | jq .tau' -0.6667
is    'within groups' 'four | rank-corr --truth t --by s --within g | jq .within' 1
is    'and only within them' '(four; row 5 t=0 s=9 g=3) | rank-corr --truth t --by s --within g | jq -c "[.tau, .within]"' '[0,1]'
is    'ties are none of its merit' 'four | jq -c ".s /= 2 | .s |= floor" | rank-corr --truth t --by s | jq .tau' 0.9129
is    'a score that tells nothing apart' 'four | jq -c ".s = 1" | rank-corr --truth t --by s | jq .tau' 0
is    'a second field decides where the first is equal' 'four | rank-corr --truth t --by g --by g,t --by g,-t | jq -sc "map(.tau)"' '[0.8165,1,0.3333]'
same  'as another program has it' 'rank-corr --truth truth --by score --by coarse table | jq ".tau * 1000 | round"' \
	"jq -r '[.score, .coarse, .truth] | @tsv' table | awk -f $top/pipelines/tau.awk | tr ' ' '\n' | jq '. * 1000 | round'"

# intervals
is    'a perfect order is sure' 'rank-corr --truth truth --by truth --by=-truth table | jq -sc "map(.tau, .tau_ci)"' '[1,[1,1],-1,[-1,-1]]'
is    'tau lies in its interval, which 0 may' "$by table | jq '.tau_ci[0] < .tau and .tau < .tau_ci[1] and .tau_ci[1] - .tau_ci[0] > 0.05'" true
is    'a higher level, a wider one' "($by --level 0.5 table; $by --level 0.99 table) | jq -s 'map(.tau_ci[1] - .tau_ci[0]) | .[0] < .[1]'" true
same  'a seed, the same bytes' "$by --seed 4 table" "$by --seed 4 <table"
is    'another, others' "($by --seed 4 table; $by --seed 5 table) | jq -c .tau_ci | sort -u | wc -l" 2
is    'how much more than the first' 'rank-corr --truth truth --by score --by truth --by score table | jq -sc "[.[0].more, (.[1] | .more > 0 and .more_ci[0] > 0), .[2].more, .[2].more_ci]"' '[null,true,0,[0,0]]'

# several trainings of one
twice() { row 1 t=1 s=1; row 1 t=3 s=1; row 2 t=5 s=2; row 3 t=7 s=3; }
export -f twice
is    'trainings of one architecture are averaged' 'twice | rank-corr --truth t --by s | jq -c "[.archs, .tau]" | head -n 1' '[3,1]'
is    'and tell how trainings differ' 'twice | rank-corr --truth t --by s | jq -c "select(.deviation) | [.by, .deviation]"' '["a perfect score",1.41421356]'
is    'which bounds what a score can reach' '(twice; row 1 t=9 s=1) | rank-corr --truth t --by s | jq -s ".[1].tau < 0.9 and .[1].tau > -0.2"' true
is    'not at all where they agree' '(row 1 t=1; row 1 t=1; row 2 t=2; row 3 t=3) | rank-corr --truth t --by t | jq -s ".[1].tau"' 1

# a linear function of features
linear='jq -c ".truth = .arch.decoder_layer_num * 3 + .arch.decoder_embed_dim / 40"'
is    'fitted to most it finds a linear truth' "$linear table | rank-corr --truth truth --by score --fit 40 | jq -s '.[1].tau > 0.8'" true
is    'to few, less of it' "$linear table | rank-corr --truth truth --by score --fit 40 --fit 8 | jq -s '.[1].tau > 0.3 and .[1].archs == 52'" true
is    'no more than chance where there is nothing' "rank-corr --truth truth --by score --fit 30 table | jq -s '.[1].tau | fabs < 0.2'" true

mixed='jq -c ".truth = .arch.decoder_layer_num * 3 + .coarse * 2"'
is    'fields of its own: both that a truth is made of' "$mixed table | rank-corr --truth truth --by score --fit 8 --fit-on coarse,arch.decoder_layer_num --fit-on score | jq -sc '[.[1].by, (.[2] | .by, .archs, .tau > 0.9), .[3].by, (.[3].tau < .[2].tau)]'" '["features, fitted to 8","coarse,arch.decoder_layer_num, fitted to 8",52,true,"score, fitted to 8",true]'

refuses 2 <<'T'
fields without how many ;; rank-corr --truth t --by s --fit-on s ;; --fit-on wants --fit
no field to fit to ;; rank-corr --truth t --by s --fit 3 --fit-on s, ;; --fit-on: "s,": want FIELD
nothing to compare with ;; rank-corr --truth t ;; want --truth and --by
no truth ;; rank-corr --by s ;; want --truth and --by
two truths ;; rank-corr --truth t,s --by s ;; --truth: want one field, not "t,s"
an empty field ;; rank-corr --truth t --by s, ;; --by: "s,": want FIELD, -FIELD or several with commas
an empty truth ;; rank-corr --truth=- --by s ;; --truth: "-": want FIELD
too many fields ;; rank-corr --truth t --by a,b,c,d,e,f,g,h,i ;; more than 8 fields
T
refuses 1 <<'T'
a field that is not there ;; four | rank-corr --truth t --by z ;; stdin:1: no number "z" in the record
one architecture ;; row 1 t=1 s=1 | rank-corr --truth t --by s ;; stdin: 1 architecture: want two at least to compare
none ;; rank-corr --truth t --by s ;; stdin: 0 architectures
all of them to fit to ;; four | rank-corr --truth t --by s --fit 3 ;; --fit 3 of 4 architectures: want two left
no arch ;; echo '{"t":1,"s":1}' | rank-corr --truth t --by s ;; rank-corr: stdin:1:
T
finish
