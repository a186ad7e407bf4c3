# A made-up latency predictor as HAT exports it, its names, its constants, in doubles.
#   perl hat-predictor.pl 1 NORM          its safetensors file, lat-norm as metadata
#   perl hat-predictor.pl 0 NORM          its prediction for each line of ten features
use strict;
my ($make, $norm) = @ARGV;
my @width = (10, 12, 12, 12, 1);
my $state = 5;
sub draw { $state = ($state * 1103515245 + 12345) % 2147483648; $state / 2147483648 - 0.4 }
my (@w, @b, %tensor, $data, $header);
for my $l (0 .. $#width - 1) {
	my $n = $l == 0 ? "first_layer" : $l == $#width - 1 ? "predict" :
		"layers." . ($l - 1);
	my ($in, $out) = @width[$l, $l + 1];
	$w[$l] = [map { unpack "f", pack "f", draw() / sqrt $in } 1 .. $in * $out];
	$b[$l] = [map { unpack "f", pack "f", draw() } 1 .. $out];
	for (["weight", "$out,$in", $w[$l]], ["bias", $out, $b[$l]]) {
		my $at = length($data // "");
		$data .= pack "f<*", @{$_->[2]};
		$header .= sprintf '"%s.%s":{"dtype":"F32","shape":[%s],"data_offsets":[%d,%d]},',
			$n, $_->[0], $_->[1], $at, length $data;
	}
}
if ($make) {
	my $meta = $norm ne "" ? qq({"lat_norm":"$norm"}) : "{}";
	$header = "{$header\"__metadata__\":$meta}";
	$header .= " " x (-length($header) % 8);
	print pack("Q<", length $header), $header, $data;
	exit;
}
my @scale = (640, 6, 2048, 6, 640, 6, 2048, 6, 6, 2);
while (<STDIN>) {
	my @f = split;
	my @x = map { $f[$_] / $scale[$_] } 0 .. 9;
	for my $l (0 .. $#w) {
		my $in = @x;
		my @y;
		for my $o (0 .. $width[$l + 1] - 1) {
			$y[$o] = $b[$l][$o];
			$y[$o] += $w[$l][$o * $in + $_] * $x[$_] for 0 .. $in - 1;
		}
		@x = $l < $#w ? map { $_ > 0 ? $_ : 0 } @y : @y;
	}
	printf "%.4f\n", $norm * $x[0];
}
