# Is a row of a table this training: the same name, seed, text, settings and
# architecture?
select(.name == $name and .seed == $seed and .pairs == $pairs
	and .settings == $settings and .arch == $arch[0].arch)
