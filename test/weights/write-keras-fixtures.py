"""Writes a small ResNet as Keras 3, Keras 2 and tensorflowjs save it: python write-keras-fixtures.py ../fixtures/weights

Needs tensorflow, keras 3, tf_keras (Keras 2) and tensorflowjs. The net has the layers of keras.applications'
ResNet, by its own block, with 4 channels in the stem and blocks 1 2; `keras.json` holds the logits that
Keras makes of images whose values, red first, are 127.5 + 127.5 sin(0.7 i).
"""
import gzip
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tf_keras
from keras.src.applications.resnet import residual_block_v1
from tf_keras.src.applications import resnet as old_resnet

folder = sys.argv[1]


def path(name):
    return os.path.join(folder, name)


def build(library, block, top=True):
    layers = library.layers
    image = layers.Input((33, 33, 3))
    x = layers.ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad")(image)
    x = layers.Conv2D(4, 7, strides=2, name="conv1_conv")(x)
    x = layers.BatchNormalization(axis=3, epsilon=1.001e-5, name="conv1_bn")(x)
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    x = block(x, 4, stride=1, name="conv2_block1")
    x = block(x, 8, stride=2, name="conv3_block1")
    x = block(x, 8, conv_shortcut=False, name="conv3_block2")
    if top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dense(3, name="predictions")(x)
    return library.Model(image, x, name="resnet")


def values(net):
    """Weights of no layer are as they start."""
    random = np.random.default_rng(7)
    for layer in net.layers:
        weights = []
        for one in layer.get_weights():
            scale = 1 / np.sqrt(np.prod(one.shape[:-1])) if one.ndim > 1 else 0.3
            weights.append(scale * random.standard_normal(one.shape))
        if layer.name.endswith("_bn"):
            weights[0] += 1
            weights[3] = 0.05 + weights[3] ** 2
        layer.set_weights(weights)


def images():
    return (127.5 + 127.5 * np.sin(0.7 * np.arange(2 * 33 * 33 * 3))).reshape(2, 33, 33, 3)


old_resnet.layers = tf_keras.layers  # as its ResNet50 sets them
net, old = build(keras, residual_block_v1), build(tf_keras, old_resnet.block1)
values(net)
values(old)
for library, one in [(keras, net), (tf_keras, old)]:
    logits = one(library.applications.resnet.preprocess_input(images().astype("float32"))).numpy()
    print(logits)
with open(path("keras.json"), "w") as file:
    json.dump({"logits": logits.tolist()}, file)
net.save(path("keras-3.keras"))
net.save(path("keras-3.h5"))
net.save_weights(path("keras-3.weights.h5"))
old.save(path("keras-2.keras"))
old.save(path("keras-2.h5"))
without = build(tf_keras, old_resnet.block1, top=False)
for layer in without.layers:
    layer.set_weights(old.get_layer(layer.name).get_weights() if layer.get_weights() else [])
without.save_weights(path("keras-2-no-top.h5"))

# tensorflowjs imports what it has no use for here.
from unittest.mock import MagicMock

for name in ["tensorflow_hub", "tensorflow_decision_forests", "jax", "jax.experimental", "jax.experimental.jax2tf"]:
    sys.modules[name] = MagicMock()
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import h5py
from tensorflowjs.converters import keras_h5_conversion

for name, quantization in [("tfjs", None), ("tfjs-float16", {"float16": "*"})]:
    with h5py.File(path("keras-2.h5"), "r") as file:
        topology, groups = keras_h5_conversion.h5_merged_saved_model_to_tfjs_format(file)
    os.makedirs(path(name), exist_ok=True)
    keras_h5_conversion.write_artifacts(topology, groups, path(name), quantization_dtype_map=quantization)

# Files of HDF5 are mostly zeros.
for name in ["keras-3.keras", "keras-3.h5", "keras-3.weights.h5", "keras-2.keras", "keras-2.h5", "keras-2-no-top.h5"]:
    with open(path(name), "rb") as file, open(path(f"{name}.gz"), "wb") as packed:
        packed.write(gzip.compress(file.read(), 9, mtime=0))
    os.remove(path(name))
