# The rows of a table whose trainings are like these: of the same text, by the same
# settings. A mean of "5 whole" epochs is one of 5.
def alike: .average |= (tostring | split(" ")[0]);
select(.pairs == $pairs and (.settings | alike) == ($settings | alike))
