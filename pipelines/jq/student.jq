# Of architectures after the largest, the one with nearest 60% of its parameters.
.[0].params as $all | .[1:] | min_by(.params / $all - 0.6 | fabs) | {arch, task}
