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
ZIPNET_PASSES = 23
ZIPNET_TRAIN_MISTAKES, ZIPNET_TEST_MISTAKES = 10, 102  # printed as 0.14 % and 5.0 %

# The notes on the data in Hastie et al. 2009: each digit to train on, and to test on.
USPS_COUNTS = (
    (1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644),
    (359, 264, 198, 166, 200, 160, 170, 147, 166, 177),
)

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

# The same, sec. 3.5: layer, kernels, then the sides and depth of each kernel, as printed.
ALEXNET_KERNELS = [
    ("conv1", 96, (3, 11, 11)),
    ("conv2", 256, (48, 5, 5)),
    ("conv3", 384, (256, 3, 3)),
    ("conv4", 384, (192, 3, 3)),
    ("conv5", 256, (192, 3, 3)),
]
# Counted from these and fig. 2: layer, parameters, multiply-adds, output shape.
ALEXNET_LAYERS = [
    ("conv1", 34_944, 105_415_200, (96, 55, 55)),
    ("pool1", 0, 0, (96, 27, 27)),
    ("conv2", 307_456, 223_948_800, (256, 27, 27)),
    ("pool2", 0, 0, (256, 13, 13)),
    ("conv3", 885_120, 149_520_384, (384, 13, 13)),
    ("conv4", 663_936, 112_140_288, (384, 13, 13)),
    ("conv5", 442_624, 74_760_192, (256, 13, 13)),
    ("pool5", 0, 0, (256, 6, 6)),
    ("fc6", 37_752_832, 37_748_736, (4096,)),
    ("fc7", 16_781_312, 16_777_216, (4096,)),
    ("fc8", 4_097_000, 4_096_000, (1000,)),
]
# How it was trained (sec. 5; crops and colours: sec. 4.1). The rate was cut by hand.
ALEXNET_TRAINING = {
    "epochs": 90,
    "batch_size": 128,
    "lr": 0.01,
    "momentum": 0.9,
    "weight_decay": 0.0005,
    "cuts": 3,
}
ALEXNET_CROP, ALEXNET_COLOUR_NOISE = 224, 0.1

ALEXNET_PARAMETERS = 60_965_224  # "60 million" in the abstract
ALEXNET_MULTIPLY_ADDS = 724_406_816
ALEXNET_FC_PARAMETERS = 58_631_144
ALEXNET_CONV_MULTIPLY_ADDS = 665_784_864
# Caption of fig. 2: neurons of the input and of the eight layers. The first layer's is a slip.
ALEXNET_INPUT_PRINTED = 150_528
ALEXNET_NEURONS_PRINTED = [253_440, 186_624, 64_896, 64_896, 43_264, 4_096, 4_096, 1_000]
ALEXNET_NEURONS = [290_400, 186_624, 64_896, 64_896, 43_264, 4_096, 4_096, 1_000]
ALEXNET_NEURONS_ABSTRACT = 650_000
# Sec. 5: deviation of all first weights, and the layers whose biases start from 1.
ALEXNET_DEVIATION = 0.01
ALEXNET_BIASES_OF_ONE = ["conv2", "conv4", "conv5", "fc6", "fc7"]
# layers-145.cfg of the released source: initW, where it is another.
ALEXNET_SOURCE_DEVIATIONS = {"conv3": 0.03, "conv4": 0.03, "conv5": 0.03}
# Fig. 2: what goes from tower to tower before a layer, in numbers for one picture, both ways.
ALEXNET_CROSSINGS = [("conv3", 43_264), ("fc6", 9_216), ("fc7", 4_096), ("fc8", 2_048)]
# Networks that are taken for it, counted: without groups, and with padding that is missing.
ALEXNET_WITHOUT_GROUPS = 62_378_344
ALEXNET_WITHOUT_PADDING = 49_430_888
ALEXNET_WITHOUT_EITHER = 50_844_008
ALEXNET_ONE_GPU = 59_798_312  # sec. 3.2: 48, 128, 192, 192 and 256 maps
ALEXNET_ONE_TOWER = 61_100_840  # torchvision's
ALEXNET_ONE_TOWER_MULTIPLY_ADDS = 714_188_480
ALEXNET_AS_TOLD = 5_303_498
ALEXNET_AS_TOLD_FC = 1_579_530
# Krizhevsky et al. 2012, tables 1 and 2: top-1 and top-5 errors in percent of one network, by the
# released source's experiment whose log has the same.
ALEXNET_ERRORS = {
    "145": (40.7, 18.2),
    "145-2010": (37.5, 17.0),
    "145-2010, centre": (39.0, 18.3),
    "146-2012-2011": (39.0, 16.6),
}
ALEXNET_ABLATIONS = {"147": (0.4, 0.3), "148": (1.4, 1.2)}  # sec. 3.4 and 3.3, points that it costs
ALEXNET_SOURCE_DIFFERENCES = 21  # as the course counts them
