# What is wrong with the limit, if anything: the largest and the smallest of the
# space, measured; $name: the variable that sets it, $limit ms or null for $share
# of the largest.
def ms: . * 1000 | round / 1000 | tostring + " ms";
map(.latency_ms.total) as [$largest, $smallest] |
($limit // $share * $largest) as $ms |
("measured here, the largest of the space takes \($largest | ms), " +
	"the smallest \($smallest | ms)") as $ends |
"set \($name) so that it lies between them (ANY_LIMIT=1 takes any)" as $cure |
if any(.unsettled) then empty
elif $ms >= $largest then
	"\($name): the limit \($ms | ms) limits nothing: \($ends); \($cure)"
elif $ms < $smallest then
	"\($name): nothing in the space meets the limit \($ms | ms): \($ends); \($cure)"
else empty end
