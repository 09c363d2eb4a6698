"""Writes grad-cam-reference.json: Grad-CAM by PyTorch's autograd in float64.

A gradient jumps where a rectifier is at its edge: patches are left out whose maps PyTorch itself
moves by 1e-4 and more when noise of 1e-5 is added to the images. Maps of both margins, tumour
against normal and normal against tumour, since the nets' random heads leave many a map empty.

Run: python grad-cam-reference.py SHARED > grad-cam-reference.json
Needs torch, numpy and pillow. SHARED: the reference data with golden/ and weights/.
"""
import gzip, json, struct, sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

shared = sys.argv[1]
nets = {
    "tiny_v1": (8, [2, 1, 1, 2], True, "golden/tiny_v1.safetensors", "golden/tiny_head.safetensors", 16),
    "tiny_v1_5": (8, [2, 1, 1, 2], False, "golden/tiny_v1_5.safetensors", "golden/tiny_head.safetensors", 16),
    "resnet50_v1": (64, [3, 4, 6, 3], True, "weights/resnet50-v1-imagenet-int8.safetensors.gz",
                    "golden/resnet50_head.safetensors", 512),
}
ids = json.load(open(f"{shared}/golden/train.json"))["runs"]["tiny_v1_5"]["ids"]


def load(path):
    blob = open(f"{shared}/{path}", "rb").read()
    blob = gzip.decompress(blob) if path.endswith(".gz") else blob
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
    def __init__(self, width, counts, v1):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels = width
        for stage, count in enumerate(counts):
            blocks = []
            for block in range(count):
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Block(channels, width * 2**stage, stride, block == 0, v1))
                channels = 4 * width * 2**stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.channels = channels

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in range(4):
            x = getattr(self, f"layer{stage + 1}")(x)
        return x.mean((2, 3))


def images(size, ids):
    left = 24 if size == 49 else 0
    crops = []
    for name in ids:
        patch = Image.open(f"{shared}/data/kaggle/train/{name}.tif").convert("RGB")
        crops.append(np.asarray(patch.crop((left, left, left + size, left + size))))
    x = torch.tensor(np.stack(crops), dtype=torch.float64) / 255
    x = (x - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225])
    return x.permute(0, 3, 1, 2)


def build(width, counts, v1, weights, head, hidden):
    backbone = Backbone(width, counts, v1)
    missing, _ = backbone.load_state_dict(load(weights), strict=False)
    assert all(name.endswith("num_batches_tracked") for name in missing), missing
    features = backbone.channels
    top = nn.Sequential(nn.Identity(), nn.Identity(), nn.BatchNorm1d(features), nn.Identity(),
                        nn.Linear(features, hidden), nn.ReLU(), nn.BatchNorm1d(hidden), nn.Identity(),
                        nn.Linear(hidden, 2))
    missing, _ = top.load_state_dict(load(head), strict=False)
    assert all(name.endswith("num_batches_tracked") for name in missing), missing
    return nn.Sequential(backbone, top).double().eval()


def grad_cam(model, x, sign):
    kept = []
    hook = model[0].layer3.register_forward_hook(lambda module, given, result: kept.append(result))
    logits = model(x)
    hook.remove()
    (activation,) = kept
    maps = []
    for row in range(len(x)):
        margin = sign * (logits[row, 1] - logits[row, 0])
        (gradient,) = torch.autograd.grad(margin, activation, retain_graph=True)
        cam = F.relu((gradient[row].mean((1, 2), keepdim=True) * activation[row]).sum(0))
        maps.append(cam / cam.max() if cam.max() > 0 else cam)
    return torch.stack(maps)


signs = {"tumour": 1, "normal": -1}
models = {name: build(*net) for name, net in nets.items()}


def is_steady(patch):
    for model in models.values():
        for size in (49, 96):
            x = images(size, [patch])
            for sign in signs.values():
                maps = grad_cam(model, x, sign)
                for _ in range(8):
                    moved = grad_cam(model, x + 1e-5 * torch.randn_like(x), sign)
                    if (moved - maps).abs().max() > 1e-4:
                        return False
    return True


torch.manual_seed(0)
steady = list(filter(is_steady, ids))
cases = {
    name: {
        size: {margin: grad_cam(model, images(size, steady), sign).tolist() for margin, sign in signs.items()}
        for size in (49, 96)
    }
    for name, model in models.items()
}
reference = f"torch {torch.__version__}, float64; layer3, a map a patch, by crop size and margin"
rounded = json.loads(json.dumps(cases), parse_float=lambda text: round(float(text), 7))
print(json.dumps({"reference": reference, "ids": steady, "nets": rounded}))
