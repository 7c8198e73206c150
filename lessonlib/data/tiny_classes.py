"""Fifty of Tiny ImageNet's classes, in an order that makes nested parts."""

FIFTY = {
    "n01443537": "goldfish",
    "n02056570": "king penguin",
    "n01882714": "koala",
    "n02279972": "monarch",
    "n04146614": "school bus",
    "n04285008": "sports car",
    "n04398044": "teapot",
    "n07749582": "lemon",
    "n04366367": "suspension bridge",
    "n02206856": "bee",
    "n02099601": "golden retriever",
    "n02123394": "Persian cat",
    "n02504458": "African elephant",
    "n01910747": "jellyfish",
    "n02814860": "beacon",
    "n04465501": "tractor",
    "n03388043": "fountain",
    "n07873807": "pizza",
    "n04507155": "umbrella",
    "n09256479": "coral reef",
    "n01641577": "bullfrog",
    "n01698640": "American alligator",
    "n01768244": "trilobite",
    "n01774384": "black widow",
    "n01855672": "goose",
    "n01944390": "snail",
    "n01983481": "American lobster",
    "n02002724": "black stork",
    "n02085620": "Chihuahua",
    "n02106662": "German shepherd",
    "n02123045": "tabby",
    "n02129165": "lion",
    "n02132136": "brown bear",
    "n02165456": "ladybug",
    "n02268443": "dragonfly",
    "n02364673": "guinea pig",
    "n02410509": "bison",
    "n02480495": "orangutan",
    "n02509815": "lesser panda",
    "n02793495": "barn",
    "n02917067": "bullet train",
    "n02950826": "cannon",
    "n03100240": "convertible",
    "n03444034": "go-kart",
    "n04067472": "reel",
    "n04118538": "rugby ball",
    "n04487081": "trolleybus",
    "n07734744": "mushroom",
    "n07747607": "orange",
    "n09246464": "cliff",
}
"""What each class is called, by its number in WordNet.

The first ten are far apart, the first twenty still distinct, and all fifty include look-alikes.
The order is the course's own; a public copy of the set lists its classes in another one.
"""

VIEWS = {"ten": 10, "twenty": 20, "fifty": 50}
"""The views of `tinyimagenet`: how many of the fifty classes, counted from the first."""
