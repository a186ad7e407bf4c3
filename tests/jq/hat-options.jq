# HAT's options of a training, an array, as those of train-sub.
def ours: if length == 0 then [] else
	(.[:2] | if .[0] == "--max-lr" then ["--lr", .[1]]
		elif .[0] == "--adam-betas" or .[0] == "--lr-shrink" then [] else . end) +
	(.[2:] | ours) end;
if index("cosine") then map(if . == "--lr" then "--min-lr" else . end) else . end |
ours | join(" ")
