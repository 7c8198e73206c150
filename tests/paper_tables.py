"""The papers' tables, typed once, by hand, from the papers; nothing here is computed."""

# LeCun et al. 1998, sec. II.B: layer, trainable parameters, connections, output shape.
LENET5_LAYERS = [
    ("c1", 156, 122_304, (6, 28, 28)),
    ("s2", 12, 5_880, (6, 14, 14)),
    ("c3", 1_516, 151_600, (16, 10, 10)),
    ("s4", 32, 2_000, (16, 5, 5)),
    ("c5", 48_120, 48_120, (120, 1, 1)),
    ("f6", 10_164, 10_164, (84,)),
    ("output", 0, 840, (10,)),
]
LENET5_PARAMETERS = 60_000  # end of sec. II.A
LENET5_CONNECTIONS = 340_908

# Table I: which maps of S2 (entries) each map of C3 (row) reads.
LENET5_C3_READS = [
    [0, 1, 2],
    [1, 2, 3],
    [2, 3, 4],
    [3, 4, 5],
    [0, 4, 5],
    [0, 1, 5],
    [0, 1, 2, 3],
    [1, 2, 3, 4],
    [2, 3, 4, 5],
    [0, 3, 4, 5],
    [0, 1, 4, 5],
    [0, 1, 2, 5],
    [0, 1, 3, 4],
    [1, 2, 4, 5],
    [0, 2, 3, 5],
    [0, 1, 2, 3, 4, 5],
]

# Receptive fields, in input pixels: layer, side of the field, step between neighbours.
LENET5_RECEPTIVE_FIELDS = [
    ("c1", 5, 1),
    ("s2", 6, 2),
    ("c3", 14, 2),
    ("s4", 16, 4),
    ("c5", 32, 4),
]

# Windows of LeNet-5's layers: kernel, stride (sec. II.B).
LENET5_WINDOWS = [("c1", 5, 1), ("s2", 2, 2), ("c3", 5, 1), ("s4", 2, 2), ("c5", 5, 1)]

# Eq. 6 and appendix A: f(a) = A tanh(S a).
SQUASH_AMPLITUDE = 1.7159
SQUASH_SLOPE = 2 / 3

# Appendix A: weights start in +-2.4/F; largest |weight| a layer may start from, by its inputs F.
LENET5_INIT_BOUNDS = [
    ("c1", 0.096),  # F = 25
    ("s2", 0.6),  # F = 4
    ("s4", 0.6),  # F = 4
    ("c5", 0.006),  # F = 400
    ("f6", 0.02),  # F = 120
]
LENET5_C3_INIT_BOUNDS = {3: 0.032, 4: 0.024, 6: 0.016}  # by maps read: F = 75, 100, 150

# Sec. II.B: pixel values.
LENET5_BACKGROUND = -0.1
LENET5_FOREGROUND = 1.175

# Fig. 3, as transcribed: ink pixels of the digits 0..9, and the closest pair of codes.
DIGIT_CODE_INK = [35, 27, 33, 32, 41, 35, 39, 25, 43, 39]
CLOSEST_CODES = (6, 8, 12)  # two digits and the pixels in which they differ
CODE_LENGTH_SQUARED = 84

# The networks that are often taught under the name (counted in public listings).
LENET_CLASSIC_PARAMETERS = 61_706
LENET_HISTORICAL_PARAMETERS = 61_750
FULL_C3_PARAMETERS = 2_416

# LeCun et al. 1989, the network for zip codes: layer, parameters, connections, output shape.
ZIPNET_LAYERS = [
    ("h1", 1_068, 19_968, (12, 8, 8)),
    ("h2", 2_592, 38_592, (12, 4, 4)),
    ("h3", 5_790, 5_790, (30,)),
    ("output", 310, 310, (10,)),
]
ZIPNET_PARAMETERS = 9_760
ZIPNET_CONNECTIONS = 64_660
ZIPNET_UNITS = 1_256  # with the 256 pixels
ZIPNET_H2_READS = 8  # of the 12 maps of H1

# The code of 2002 by two of the paper's authors (Lush, packages/gblearn2): layer, parameters.
LUSH_LAYERS = [
    ("c1", 156),
    ("s2", 12),
    ("c3", 1_516),
    ("s4", 32),
    ("c5", 48_120),
    ("output", 1_210),
]
LUSH_PARAMETERS = 51_046
LUSH_INK = 2.55  # byte times 0.01
LUSH_COEFFICIENT = 0.5
LUSH_INIT_BOUNDS = [("c1", 0.2), ("c5", 0.05), ("output", 0.0912871)]  # 1/sqrt(F), F 25, 400, 120

# Krizhevsky et al. 2012, sec. 3.3: b = a / (k + alpha * sum over n maps of a^2)^beta.
ALEXNET_K = 2
ALEXNET_SIZE = 5  # n
ALEXNET_BETA = 0.75
ALEXNET_ALPHA_PRINTED = 1e-4
# The released source divides its scale by what it sums over: 5 maps, and 5x5 places.
ALEXNET_ALPHA_RELEASED = 2e-5
ALEXNET_SPATIAL_ALPHA = 4e-5
