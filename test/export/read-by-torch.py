"""Scores patches in PyTorch with an exported safetensors file: python read-by-torch.py MODEL PATCHES N H W

PATCHES are the bytes of N patches [H, W, 3]. The net is that of torchvision.models.resnet with histo's head,
built from what the file says of itself; the crop is torchvision's center_crop. Prints the logits as JSON.
"""
import json
import sys

import numpy as np
import torch
from safetensors import safe_open
from torch import nn

path, patches, *size = sys.argv[1:6]
with safe_open(path, "pt") as file:
    metadata = file.metadata()
    state = {name: file.get_tensor(name) for name in file.keys()}
net = json.loads(metadata["histo"])["architecture"]
preparation = json.loads(metadata["preprocessing"])


def convolution(inputs, outputs, size, stride):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


class Block(nn.Module):
    def __init__(self, inputs, width, outputs, stride):
        super().__init__()
        if net["block"] == "basic":
            layers = [(inputs, width, 3, stride), (width, outputs, 3, 1)]
        else:
            first, second = (stride, 1) if net["stride"] == "v1" else (1, stride)
            layers = [(inputs, width, 1, first), (width, width, 3, second), (width, outputs, 1, 1)]
        self.count = len(layers)
        for number, layer in enumerate(layers, 1):
            setattr(self, f"conv{number}", convolution(*layer))
            setattr(self, f"bn{number}", nn.BatchNorm2d(layer[1]))
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = x
        for number in range(1, self.count + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            y = torch.relu(y) if number < self.count else y
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Head(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.bn1, self.fc1 = nn.BatchNorm1d(features), nn.Linear(features, net["hiddenUnits"])
        self.bn2, self.fc2 = nn.BatchNorm1d(net["hiddenUnits"]), nn.Linear(net["hiddenUnits"], net["classes"])

    def forward(self, x):
        return self.fc2(self.bn2(torch.relu(self.fc1(self.bn1(x)))))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        inputs = net["width"]
        self.conv1, self.bn1 = convolution(3, inputs, 7, 2), nn.BatchNorm2d(inputs)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for stage, count in enumerate(net["blocks"]):
            width = net["width"] * 2**stage
            outputs = width if net["block"] == "basic" else 4 * width
            blocks = []
            for block in range(count):
                blocks.append(Block(inputs, width, outputs, 2 if stage > 0 and block == 0 else 1))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.head = Head(inputs)

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for stage in range(len(net["blocks"])):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.head(x.mean((2, 3)))


def prepared(pixels):
    crop = preparation["crop_px"]
    top, left = (int(round((side - crop) / 2.0)) for side in pixels.shape[1:3])
    images = torch.tensor(pixels[:, top : top + crop, left : left + crop].copy()).permute(0, 3, 1, 2) / 255
    images = images if preparation["channels"] == "rgb" else images.flip(1)
    mean, std = (torch.tensor(preparation[name]).reshape(1, 3, 1, 1) for name in ("mean", "std"))
    return (images - mean) / std


classifier = Classifier().eval()
classifier.load_state_dict(state, strict=True)
pixels = np.fromfile(patches, dtype=np.uint8).reshape(*map(int, size), 3)
with torch.no_grad():
    logits = classifier(prepared(pixels))
print(json.dumps(logits.tolist()))
