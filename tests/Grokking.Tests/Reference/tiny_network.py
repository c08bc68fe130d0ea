"""Makes the tiny-network files beside it with PyTorch (1.13 made those committed): python3 tiny_network.py

tiny-network.pth                 a state dict of the original's architecture: 7 tokens, embedding 3, hidden 5
tiny-network.json                four inputs, the logits that PyTorch gives for them, and the output bias in other types
The same weights in other ways:
tiny-network-in-dictionary.pth   one entry of a larger dictionary, with a fraction, a list and an object beside it
tiny-network-with-optimizer.pth  as PyTorch's tutorial saves a run, after a step of AdamW with a rate of 0
tiny-network-parameters.pth      the parameters themselves, not the tensors in them
tiny-network-row-slice.pth       each tensor some rows of a larger one
tiny-network-one-storage.pth     views of one storage
tiny-network-column-major.pth    matrices that stand column by column
tiny-network-prefixes.pth        of a compiled network in DataParallel
tiny-network-protocol-4.pth      the pickle of another protocol
tiny-network-float64.pth, -float16.pth, -bfloat16.pth
What is no state dict of plain tensors:
tiny-network-whole.pth           the module itself, not its state dict
tiny-network-legacy.pth          the state dict in the format before PyTorch 1.6
tiny-network-script.pt           a TorchScript archive
tiny-network-int64.pth, -sparse.pth
tiny-network-two.pth             two state dicts, neither of them under a name that says which
"""
import argparse
import collections
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


def save(thing, what, **options):
    torch.save(thing, HERE / f"tiny-network{what}.pth", **options)


def each(change):
    return collections.OrderedDict((name, change(tensor)) for name, tensor in state.items())


save(state, "")
save({"epoch": 3, "loss": torch.tensor(0.5), "history": [0.25, 1], "options": argparse.Namespace(p=5), "model": state}, "-in-dictionary")
optimizer = torch.optim.AdamW(network.parameters(), lr=0)
network(inputs).sum().backward()
optimizer.step()
save({"epoch": 3, "model_state_dict": state, "optimizer_state_dict": optimizer.state_dict(), "loss": 0.5}, "-with-optimizer")
save(dict(network.named_parameters()), "-parameters")
save(each(lambda tensor: torch.cat([tensor + 1, tensor, tensor + 2])[len(tensor):2 * len(tensor)]), "-row-slice")
flat = torch.cat([tensor.flatten() for tensor in state.values()])
views = torch.split(flat, [tensor.numel() for tensor in state.values()])
save({name: view.view(state[name].shape) for name, view in zip(state, views)}, "-one-storage")
save(each(lambda tensor: tensor.t().contiguous().t()), "-column-major")
save({f"module._orig_mod.{name}": tensor for name, tensor in state.items()}, "-prefixes")
save(state, "-protocol-4", pickle_protocol=4)
types = {"float64": lambda tensor: tensor.double() / 3, "float16": torch.Tensor.half, "bfloat16": torch.Tensor.bfloat16}
for name, change in types.items():
    save(each(change), f"-{name}")

save(network, "-whole")
save(state, "-legacy", _use_new_zipfile_serialization=False)
torch.jit.script(network).save(str(HERE / "tiny-network-script.pt"))
save(each(torch.Tensor.long), "-int64")
save(each(torch.Tensor.to_sparse), "-sparse")
save({"before": state, "after": each(torch.clone)}, "-two")

biases = {name: change(state["net.4.bias"]).float().tolist() for name, change in types.items()}
(HERE / "tiny-network.json").write_text(
    json.dumps({"inputs": inputs.tolist(), "logits": logits.tolist(), "net.4.bias": biases}, indent=1) + "\n")
