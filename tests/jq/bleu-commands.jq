# The commands of the golden cases of one corpus, its $n-th: a quarter of them.
.cases | to_entries[] | select(.key % 4 == ($n | tonumber) % 4) | .value | select(.score) |
["bleu -w 12 -f text", (.args | join(" ")), "<c." + $n] | join(" ")
