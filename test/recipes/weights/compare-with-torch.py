"""Compares a file of torch.save's with its conversion, bit for bit: python compare-with-torch.py SAVED CONVERTED"""
import sys

import safetensors.torch
import torch

saved = torch.load(sys.argv[1], weights_only=True)
saved = saved.get("state_dict", saved)
saved = {name.removeprefix("module."): one for name, one in saved.items() if not name.startswith("module_ema.")}
converted = safetensors.torch.load_file(sys.argv[2])
assert saved.keys() == converted.keys(), saved.keys() ^ converted.keys()
for name, one in saved.items():
    wanted = (one.float() if one.is_floating_point() else one).detach().contiguous()
    assert converted[name].dtype == wanted.dtype and converted[name].shape == wanted.shape, name
    assert converted[name].numpy().tobytes() == wanted.numpy().tobytes(), name
print(len(saved), "equal tensors")
