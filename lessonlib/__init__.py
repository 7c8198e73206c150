"""Models, training, data and figures behind the course `From LeNet to AlexNet`."""

__version__ = "0.1.0"
