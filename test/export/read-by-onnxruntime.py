"""Checks an ONNX file and scores patches with it: python read-by-onnxruntime.py MODEL PATCHES N H W

PATCHES are the bytes of N patches [H, W, 3]. Prints logits, probabilities and metadata as JSON.
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime

path, patches, *size = sys.argv[1:6]
onnx.checker.check_model(path, full_check=True)
model = onnx.load(path)
assert [(domain.domain, domain.version) for domain in model.opset_import] == [("", 17)]
pixels = np.fromfile(patches, dtype=np.uint8).reshape(*map(int, size), 3)
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
logits, probability = session.run(["logits", "probability"], {"patches": pixels})
metadata = {entry.key: entry.value for entry in model.metadata_props}
print(json.dumps({"logits": logits.tolist(), "probability": probability.tolist(), "metadata": metadata}))
