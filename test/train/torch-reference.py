"""Writes torch-reference.json: two tiny nets trained by PyTorch in float64.

The nets of golden/train.json are chaotic at its learning rates: PyTorch itself, in float64 or
in another memory layout, leaves those losses by 6e-3 at the third step and by 0.1 at the fourth.
Here the learning rate is so small that float32 keeps within 1e-4 of float64 for all twelve steps.

Run: python torch-reference.py SHARED PIXELS > torch-reference.json
PIXELS: the patches of golden/train.json's run `tiny_v1_5`, float32 [44, 49, 49, 3], normalised.
"""
import json, struct, sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

shared, pixels = sys.argv[1:3]
run = json.load(open(f"{shared}/golden/train.json"))["runs"]["tiny_v1_5"]
heads = {"2": "head.bn1", "4": "head.fc1", "6": "head.bn2", "8": "head.fc2"}
MAX_LR = 3e-6


def load(name):
    blob = open(f"{shared}/golden/{name}.safetensors", "rb").read()
    (size,) = struct.unpack("<Q", blob[:8])
    tensors = {}
    for key, entry in json.loads(blob[8 : 8 + size]).items():
        if key == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + size + at for at in entry["data_offsets"])
        data = np.frombuffer(blob[start:end], dtype=np.float32).reshape(entry["shape"])
        tensors[key] = torch.tensor(data.copy())
    return tensors


class Block(nn.Module):
    def __init__(self, inputs, width, stride, first, v1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 1, stride if v1 else 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1 if v1 else stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = None
        if first:
            projection = nn.Conv2d(inputs, 4 * width, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(4 * width))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + (x if self.downsample is None else self.downsample(x)))


class Backbone(nn.Module):
    def __init__(self, v1):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        channels = 8
        for stage, count in enumerate([2, 1, 1, 2]):
            blocks = []
            for block in range(count):
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Block(channels, 8 * 2**stage, stride, block == 0, v1))
                channels = 32 * 2**stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in range(4):
            x = getattr(self, f"layer{stage + 1}")(x)
        return x.mean((2, 3))


def own_name(name):
    part, _, rest = name.partition(".")
    if part == "0":
        return rest
    index, _, end = rest.partition(".")
    return f"{heads[index]}.{end}"


def figures(named):
    return {own_name(n): [t.mean().item(), t.norm().item()] for n, t in named if t.is_floating_point()}


def train(name, dtype):
    backbone = Backbone(v1=name == "tiny_v1")
    missing, _ = backbone.load_state_dict(load(name), strict=False)
    assert all(key.endswith("num_batches_tracked") for key in missing), missing
    none = nn.Identity
    linear, last = nn.Linear(256, 16), nn.Linear(16, 2)
    head = nn.Sequential(
        none(), none(), nn.BatchNorm1d(256), none(), linear, nn.ReLU(), nn.BatchNorm1d(16), none(), last
    )
    missing, _ = head.load_state_dict(load("tiny_head"), strict=False)
    assert all(key.endswith("num_batches_tracked") for key in missing), missing
    model = nn.Sequential(backbone, head).to(dtype).train()
    images = np.fromfile(pixels, dtype=np.float32).reshape(44, 49, 49, 3)
    images = torch.tensor(images).permute(0, 3, 1, 2).contiguous().to(dtype)
    labels = torch.tensor(run["labels"])
    optimizer = torch.optim.SGD(model.parameters(), lr=MAX_LR, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=MAX_LR, total_steps=12)
    losses, first = [], None
    for _ in range(4):
        for start in range(0, 44, 16):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images[start : start + 16]), labels[start : start + 16])
            loss.backward()
            first = first or figures((n, p.grad) for n, p in model.named_parameters())
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
    velocities = [(n, optimizer.state[p]["momentum_buffer"]) for n, p in model.named_parameters()]
    return {
        "losses": losses,
        "first_gradients": first,
        "velocities_after": figures(velocities),
        "state_after": figures(model.state_dict().items()),
    }


runs = {name: train(name, torch.float64) for name in ("tiny_v1", "tiny_v1_5")}
for name, exact in runs.items():
    drift = np.abs(np.subtract(train(name, torch.float32)["losses"], exact["losses"])).max()
    print(f"{name}: float32 leaves float64 by {drift:.1e} in the loss", file=sys.stderr)
reference = f"torch {torch.__version__}, float64; [mean, l2 norm] of every array"
print(json.dumps({"reference": reference, "max_lr": MAX_LR, "nets": runs}))
