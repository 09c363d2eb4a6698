"""Scores patches in TensorFlow with a SavedModel: python read-by-tensorflow.py MODEL PATCHES N H W

PATCHES are the bytes of N patches [H, W, 3]. Prints logits and probabilities as JSON.
"""
import json
import sys

import numpy as np
import tensorflow as tf

path, patches, *size = sys.argv[1:6]
pixels = np.fromfile(patches, dtype=np.uint8).reshape(*map(int, size), 3)
scores = tf.saved_model.load(path).signatures["serving_default"](patches=tf.constant(pixels))
print(json.dumps({name: values.numpy().tolist() for name, values in scores.items()}))
