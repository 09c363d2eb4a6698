"""The work of pytorch.mjs in PyTorch, driven by it over standard input.

Each line read is a number of batches; each line written is the seconds that they took and the
largest resident memory so far, in bytes.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable

import torch
from torch import nn


class Bottleneck(nn.Module):
    """torchvision's block; `stride` is in the 1 x 1 convolution for v1, in the 3 x 3 one for v1.5."""

    def __init__(self, inputs: int, width: int, stride: int, variant: str) -> None:
        super().__init__()
        first, second = (stride, 1) if variant == "v1" else (1, stride)
        outputs = 4 * width
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, width, 1, first, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, second, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.relu(self.layers(x) + self.shortcut(x))


def resnet50_with_head(variant: str) -> nn.Module:
    layers: list[nn.Module] = [
        nn.Conv2d(3, 64, 7, 2, 3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, 1),
    ]
    inputs = 64
    for stage, blocks in enumerate([3, 4, 6, 3]):
        width = 64 * 2**stage
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            layers.append(Bottleneck(inputs, width, stride, variant))
            inputs = 4 * width
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(inputs), nn.Dropout(0.5)]
    layers += [nn.Linear(inputs, 512), nn.ReLU(inplace=True), nn.BatchNorm1d(512), nn.Dropout(0.5)]
    return nn.Sequential(*layers, nn.Linear(512, 2))


def training_step(model: nn.Module, options: argparse.Namespace) -> Callable[[], None]:
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    images, labels = batch_of(options)
    cast = torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16")

    def step() -> None:
        with cast:
            logits = model(images)
        loss = nn.functional.cross_entropy(logits.float(), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()

    return step


def scoring_step(model: nn.Module, options: argparse.Namespace) -> Callable[[], None]:
    model.eval()
    images, _ = batch_of(options)
    cast = torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16")

    def step() -> None:
        with torch.inference_mode(), cast:
            model(images).float().numpy()

    return step


def batch_of(options: argparse.Namespace) -> tuple[torch.Tensor, torch.Tensor]:
    images = torch.randn(options.batch_size, 3, options.crop, options.crop)
    images = images.contiguous(memory_format=torch.channels_last)
    return images, torch.arange(options.batch_size) % 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", choices=["train", "score"], required=True)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], required=True)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--crop", type=int, required=True)
    parser.add_argument("--stride", choices=["v1", "v1.5"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = resnet50_with_head(options.stride).to(memory_format=torch.channels_last)
    if options.compile:
        model = torch.compile(model)
    step = (training_step if options.work == "train" else scoring_step)(model, options)
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            step()
        seconds = time.perf_counter() - start
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(seconds, 1024 * kilobytes, flush=True)


if __name__ == "__main__":
    main()
