"""Makes the tiny-network files beside it with PyTorch (1.13 made those committed): python3 tiny_network.py

tiny-network.pth                a state dict of the seed's architecture: 7 tokens, embedding 3, hidden 5
tiny-network.json               four inputs and the logits that PyTorch gives for them
tiny-network-in-dictionary.pth  the same state dict as one entry of a larger dictionary
tiny-network-whole.pth          the module itself, not its state dict
tiny-network-legacy.pth         the state dict in the format before PyTorch 1.6
"""
import json
import pathlib

import torch
from torch import nn

HERE = pathlib.Path(__file__).parent


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Embedding(7, 3), nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 7))

    def forward(self, x):
        return self.net(x)


torch.manual_seed(0)
network = MLP()
state = network.state_dict()
inputs = torch.tensor([[0, 5, 4, 6], [1, 5, 3, 6], [2, 5, 2, 6], [4, 5, 0, 6]])
logits = network(inputs).detach()

torch.save(state, HERE / "tiny-network.pth")
torch.save({"epoch": 3, "model": state}, HERE / "tiny-network-in-dictionary.pth")
torch.save(network, HERE / "tiny-network-whole.pth")
torch.save(state, HERE / "tiny-network-legacy.pth", _use_new_zipfile_serialization=False)
(HERE / "tiny-network.json").write_text(
    json.dumps({"inputs": inputs.tolist(), "logits": logits.tolist()}, indent=1) + "\n")
