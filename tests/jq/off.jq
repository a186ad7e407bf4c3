# How far a is off, relative to b.
def off(a; b): ((a) - (b)) / (b) | fabs;
