# What rank-corr says, as a table: rules, then supernets, a row for all seeds of
# one: means of their tau and of the ends of their intervals, the lowest and the
# highest of the seeds.
def mean: map(values) | if . == [] then null else add / length end;
def n: if . == null then "-" else . * 100 | round / 100 | tostring end;
def interval($k): map(.[$k] // empty | select(.[0])) | if . == [] then "" else
	"\(map(.[0]) | mean | n) to \(map(.[1]) | mean | n)" end;
def spread($k): if length < 2 then "" else "\(map(.[$k]) | min | n) to \(map(.[$k]) | max | n)" end;
def taus: [(map(.tau) | mean | n), interval("tau_ci"), spread("tau"),
	(map(.within) | mean | n), interval("within_ci"), spread("within")];

# What a score is of: a supernet, how it was asked; null of a rule.
def score: (.by | capture("^(?<depth>arch.decoder_layer_num,)?-inherited[.]"
	+ "(?<super>[^.]+)[.](?<what>loss|nll)(?<fit>, fitted.*)?$") | {
		super, family: (.super | sub("_s[0-9]+"; "")), seeds: (.super | test("_s[0-9]")),
		how: [if .what == "nll" then "by nll" else empty end,
			if .fit then "and depth" + .fit
			elif .depth then "behind depth" else empty end]
	} | .how |= join(", ")) // null;

($costs | INDEX(.of)) as $cost
| def cost: $cost[sub("_mean"; "") | sub("_tuned[0-9]+"; "_tuned")].core_seconds // empty;
	def gap: . as $k | $rows | map(.inherited[$k].loss - .valid_loss) | mean;
	def of_supers: group_by([.family, (.seeds | not)])[]
		| (.[0].family + if .[0].seeds then "" else ", mean loss of its seeds" end) as $name
		| (map(.super) | unique) as $supers
		| group_by(.how)[]
		| if .[0].how == "" then
			[$name, length] + taus + [($supers | map(gap) | mean | n),
				($supers | map(cost) | mean | if . then round else "" end)]
		else ["  .. " + .[0].how, length] + taus + ["", ""] end;
	map(. + {score: score})
| ["by", "seeds", "all", "90%", "of seeds", "same depth", "90%", "of seeds", "gap", "core-s"],
	(.[] | select(.score == null) | [.by, ""] + ([.] | taus) + ["", ""]),
	(map(select(.score) | . + .score) | of_supers)
| map(tostring | if . == "" then " " else . end) | @tsv
