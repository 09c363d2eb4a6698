"""Writes what PyTorch makes of a small ResNet of basic blocks: python basic-blocks-reference.py > ../fixtures/basic-blocks.json

Weights and images are sines, which the test makes anew. The net is that of torchvision.models.resnet with
BasicBlock: width 4, blocks 2 1 2.
"""
import json
import math

import torch
from torch import nn


def sines(shape, phase, scale, offset=0.0):
    values = [offset + scale * math.sin(0.7 * at + phase) for at in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape).float()


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Net(nn.Module):
    def __init__(self, width, blocks):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = width
        self.stages = len(blocks)
        for stage, count in enumerate(blocks):
            outputs = width * 2**stage
            layer = []
            for block in range(count):
                layer.append(BasicBlock(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return x.mean((2, 3))


net = Net(4, [2, 1, 2]).eval()
with torch.no_grad():
    for phase, (name, values) in enumerate(
        (name, values) for name, values in net.state_dict().items() if "num_batches" not in name
    ):
        is_filter = values.ndim == 4
        offset = 1.0 if name.endswith("running_var") or (not is_filter and name.endswith("weight")) else 0.0
        values.copy_(sines(values.shape, phase, 0.3 if is_filter else 0.2, offset))
    features = net(sines((2, 3, 33, 33), 0.0, 1.0))
names = [name for name in net.state_dict() if "num_batches" not in name]
print(json.dumps({"torch": torch.__version__, "names": names, "features": features.tolist()}, indent=1))
