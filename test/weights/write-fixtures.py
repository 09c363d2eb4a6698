"""Writes small ResNets as PyTorch and transformers save them: python write-fixtures.py ../fixtures/weights

Needs torch, safetensors and transformers. `truth.safetensors` holds what each torch file has to give, and
`transformers.json` the features and logits that transformers makes of its net. The net is a bottleneck ResNet of torchvision's
names: width 4, blocks 1 2, three classes.
"""
import json
import math
import os
import sys
from collections import OrderedDict

import safetensors.torch
import torch
from transformers import ResNetConfig, ResNetForImageClassification

folder = sys.argv[1]
generator = torch.Generator().manual_seed(7)


def path(name):
    return os.path.join(folder, name)


def norm(name, channels):
    return {
        f"{name}.weight": 1 + 0.2 * torch.randn(channels, generator=generator),
        f"{name}.bias": 0.2 * torch.randn(channels, generator=generator),
        f"{name}.running_mean": 0.2 * torch.randn(channels, generator=generator),
        f"{name}.running_var": 0.5 + torch.rand(channels, generator=generator),
        f"{name}.num_batches_tracked": torch.tensor(2**40 + channels),
    }


def filters(name, *shape):
    return {f"{name}.weight": torch.randn(*shape, generator=generator) / math.sqrt(math.prod(shape[1:]))}


def state_dict():
    state = {**filters("conv1", 4, 3, 7, 7), **norm("bn1", 4)}
    inputs = 4
    for stage, blocks in enumerate([1, 2]):
        inner = 4 * 2**stage
        for block in range(blocks):
            name = f"layer{stage + 1}.{block}"
            for number, (size, out, into) in enumerate([(1, inner, inputs), (3, inner, inner), (1, 4 * inner, inner)]):
                state.update(filters(f"{name}.conv{number + 1}", out, into, size, size))
                state.update(norm(f"{name}.bn{number + 1}", out))
            if block == 0:
                state.update(filters(f"{name}.downsample.0", 4 * inner, inputs, 1, 1))
                state.update(norm(f"{name}.downsample.1", 4 * inner))
            inputs = 4 * inner
    state["fc.weight"] = 0.3 * torch.randn(3, inputs, generator=generator)
    state["fc.bias"] = 0.3 * torch.randn(3, generator=generator)
    return OrderedDict(state)


def cast(state, dtype):
    return {name: one.to(dtype) if one.is_floating_point() else one for name, one in state.items()}


def on_one_storage(state):
    """Every second filter transposed in memory, all floats on one storage with gaps between them."""
    flat = torch.zeros(2 * sum(one.numel() for one in state.values()))
    shared, start = OrderedDict(), 5
    for at, (name, one) in enumerate(state.items()):
        if not one.is_floating_point():
            shared[name] = one
            continue
        axes = list(range(one.ndim))[::-1] if at % 2 == 0 else list(range(one.ndim))
        view = flat[start : start + one.numel()].view([one.shape[axis] for axis in axes])
        view = view.permute([axes.index(axis) for axis in range(one.ndim)])
        view.copy_(one)
        shared[name] = view
        start += one.numel() + 3
    return shared


class Attack:
    """What runs on loading with Python's own pickle."""

    def __init__(self, function, argument):
        self.call = (function, (argument,))

    def __reduce__(self):
        return self.call


def write_torch():
    state = state_dict()
    safetensors.torch.save_file(dict(state), path("truth.safetensors"))
    torch.save(state, path("zip.pth"))
    torch.save(state, path("legacy.pth"), _use_new_zipfile_serialization=False)
    torch.save(state, path("protocol-4.pth"), pickle_protocol=4)
    torch.save(on_one_storage(state), path("strided.pth"))
    torch.save(on_one_storage(state), path("strided-legacy.pth"), _use_new_zipfile_serialization=False)
    for name, dtype in [("float16", torch.float16), ("bfloat16", torch.bfloat16), ("float64", torch.float64)]:
        torch.save(cast(state, dtype), path(f"{name}.pth"))
    parameters = OrderedDict(
        (name, torch.nn.Parameter(one) if one.is_floating_point() else one) for name, one in state.items()
    )
    prefixed = OrderedDict((f"module.{name}", one) for name, one in parameters.items())
    prefixed["module_ema.decay"] = torch.tensor(0.5)
    optimizer = {"state": {0: {"momentum_buffer": torch.zeros(3)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}
    torch.save({"epoch": 3, "state_dict": prefixed, "optimizer": optimizer}, path("checkpoint.pth"))
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 1)), path("module.pth"))
    torch.save({"a": Attack(os.system, "touch ran")}, path("os-system.pth"))
    torch.save({"a": Attack(eval, "1")}, path("eval.pth"))
    torch.save({"a": Attack(exec, "1")}, path("exec-legacy.pth"), _use_new_zipfile_serialization=False)


def write_transformers():
    config = ResNetConfig(embedding_size=4, hidden_sizes=[16, 32], depths=[1, 2], num_labels=3)
    torch.manual_seed(7)
    net = ResNetForImageClassification(config).eval()
    images = torch.tensor([math.sin(0.7 * at) for at in range(2 * 3 * 33 * 33)]).reshape(2, 3, 33, 33)
    with torch.no_grad():
        for name, one in net.state_dict().items():
            if "normalization" in name and one.is_floating_point():
                one.copy_(0.5 + torch.rand(one.shape, generator=generator))
        logits = net(images).logits
    safetensors.torch.save_file(net.state_dict(), path("transformers.safetensors"))
    with open(path("transformers.json"), "w") as file:
        json.dump({"logits": logits.tolist()}, file)


write_torch()
write_transformers()
