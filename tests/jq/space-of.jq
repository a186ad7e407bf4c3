# The genes of an architecture that the space in $space does not allow.
$space[0].space as $s | .arch | to_entries[] | select(.key != "qkv_dim") |
([.value] | flatten) -
	$s[(.key | if test("coder_embed_dim$") then .[:-4] else . end) + "_choice"] | .[]
