"""Makes transformers.json beside it with PyTorch (1.13 made the one committed): python3 transformers.py

The two papers' transformers in small, written down once more from the papers and their authors' repositories: every position of every
layer, each head with matrices of its own. Of each network: weights, and for some equations a + b mod 11 the logits after the last token,
the loss, its gradients, and the weights after one step of AdamW. All in float64, of weights that float32 has exactly.
"""
import json
import math
import pathlib

import torch
from torch.nn import functional as F

MODULUS, WIDTH, HIDDEN, HEADS = 11, 8, 12, 4
VOCABULARY = MODULUS + 2
PLUS, EQUALS = MODULUS, MODULUS + 1
EQUATIONS = list(range(3, MODULUS * MODULUS, 5))


def causal_attention(x, weights, prefix, masked=True):
    """Head by head, as openai/grok has it; the patterns are [n, heads, queries, positions]."""
    size = WIDTH // HEADS
    outputs, patterns = [], []
    for head in range(HEADS):
        rows = slice(head * size, (head + 1) * size)
        query, key, value = (x @ weights[f"{prefix}{name}.weight"][rows].T for name in ("query", "key", "value"))
        scores = query @ key.transpose(-2, -1) / math.sqrt(size)
        if masked:
            scores = scores.masked_fill(torch.ones_like(scores).tril() == 0, -math.inf)
        patterns.append(torch.softmax(scores, dim=-1))
        outputs.append(patterns[-1] @ value)
    return torch.cat(outputs, dim=-1) @ weights[f"{prefix}output.weight"].T, torch.stack(patterns, dim=1)


def one_layer(weights, tokens):
    """Nanda et al.: no norm, learned positions, biases in the MLP only."""
    x = weights["embedding.weight"][tokens] + weights["positions"]
    read, patterns = causal_attention(x, weights, "attention.")
    x = x + read
    neurons = torch.relu(x @ weights["in.weight"].T + weights["in.bias"])
    x = x + neurons @ weights["out.weight"].T + weights["out.bias"]
    logits = x @ weights["unembedding.weight"].T
    return logits[:, -1], {"pattern": patterns[:, :, -1], "neurons": neurons[:, -1], "map": weights["unembedding.weight"] @ weights["out.weight"]}


def two_layers(weights, tokens, masked=True):
    """Power et al.: a norm after each sum, sinusoidal positions, no biases in linear layers."""
    positions = torch.zeros(tokens.shape[1], WIDTH, dtype=torch.float64)
    for position in range(tokens.shape[1]):
        for i in range(WIDTH):
            positions[position, i] = math.sin(position / 10000 ** (i / WIDTH)) if i % 2 == 0 else math.cos(position / 10000 ** ((i - 1) / WIDTH))
    x = weights["embedding.weight"][tokens] + positions
    for layer in ("layers.0.", "layers.1."):
        read, _ = causal_attention(x, weights, f"{layer}attention.", masked)
        x = F.layer_norm(x + read, (WIDTH,), weights[f"{layer}attention_norm.weight"], weights[f"{layer}attention_norm.bias"])
        out = torch.relu(x @ weights[f"{layer}in.weight"].T) @ weights[f"{layer}out.weight"].T
        x = F.layer_norm(x + out, (WIDTH,), weights[f"{layer}norm.weight"], weights[f"{layer}norm.bias"])
    return (x @ weights["unembedding.weight"].T)[:, -1], {}


def attention(prefix):
    return {f"{prefix}{name}.weight": (WIDTH, WIDTH) for name in ("query", "key", "value", "output")}


def layer(prefix):
    norms = {f"{prefix}{norm}.{part}": (WIDTH,) for norm in ("attention_norm", "norm") for part in ("weight", "bias")}
    return {**attention(f"{prefix}attention."), f"{prefix}in.weight": (HIDDEN, WIDTH), f"{prefix}out.weight": (WIDTH, HIDDEN), **norms}


ENDS = {"embedding.weight": (VOCABULARY, WIDTH), "unembedding.weight": (VOCABULARY, WIDTH)}
MLP = {"in.weight": (HIDDEN, WIDTH), "in.bias": (HIDDEN,), "out.weight": (WIDTH, HIDDEN), "out.bias": (WIDTH,)}
NETWORKS = {
    "transformer-1l": (one_layer, {**ENDS, "positions": (3, WIDTH), **attention("attention."), **MLP}, lambda a, b: [a, b, EQUALS]),
    "transformer": (two_layers, {**ENDS, **layer("layers.0."), **layer("layers.1.")}, lambda a, b: [a, PLUS, b, EQUALS]),
}


def flat(tensors):
    return {name: tensor.detach().flatten().tolist() for name, tensor in tensors.items()}


def record(forward, shapes, tokens_of):
    torch.manual_seed(1)
    weights = {name: (torch.randn(shape) / 2).double().requires_grad_() for name, shape in shapes.items()}
    pairs = [divmod(equation, MODULUS) for equation in EQUATIONS]
    tokens = torch.tensor([tokens_of(a, b) for a, b in pairs])
    labels = torch.tensor([(a + b) % MODULUS for a, b in pairs])
    before = flat(weights)
    logits, insides = forward(weights, tokens)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    gradients = flat({name: weight.grad for name, weight in weights.items()})
    others = flat({"logits": logits, **insides})
    if forward is two_layers:
        others["logits_without_mask"] = forward(weights, tokens, masked=False)[0].detach().flatten().tolist()
    torch.optim.AdamW(weights.values(), lr=1e-3, betas=(0.9, 0.98), weight_decay=1).step()
    return {"weights": before, "loss": loss.item(), "gradients": gradients, "after_a_step": flat(weights), **others}


(pathlib.Path(__file__).parent / "transformers.json").write_text(json.dumps(
    {"modulus": MODULUS, "width": WIDTH, "hidden": HIDDEN, "equations": EQUATIONS, **{name: record(*network) for name, network in NETWORKS.items()}}) + "\n")
