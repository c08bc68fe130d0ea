"""The original's training cell in PyTorch, as it was published: DataLoader, one-hot labels, logits cast to float64.

    echo EPOCHS | python3 original.py THREADS > curve.csv

Trains as many epochs as each line of standard input says, going on from where it is, and then writes a line an epoch:
epoch,seconds,val_accuracy. Seconds are those of training alone. What draws (progress bar, log lines) is left out, and
einops is written as the torch calls that it makes.
"""

import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)

p = 97
tokens = p + 2
a = torch.arange(p).repeat_interleave(p)
b = torch.arange(p).repeat(p)
y = (a + b) % p
op = torch.full((p * p,), p)
eq = torch.full((p * p,), p + 1)
features = torch.stack([a, op, b, eq], dim=-1)
y_ohe = F.one_hot(y, tokens).to(torch.float32)

rng_generator = torch.Generator().manual_seed(21)
data = TensorDataset(features, y_ohe)
# The lengths that [0.8, 0.2] gives: older versions take no fractions.
train_data, val_data = random_split(data, [7528, 1881], generator=rng_generator)
train_dataloader = DataLoader(train_data, batch_size=512, shuffle=True, generator=rng_generator)
val_dataloader = DataLoader(val_data, batch_size=512, shuffle=True, generator=rng_generator)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Embedding(tokens, 128),
            nn.Flatten(),
            nn.Linear(4 * 128, 128),
            nn.ReLU(),
            nn.Linear(128, tokens),
        )
        for layer in self.net:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def forward(self, x):
        return self.net(x)


net = MLP()
criterion = nn.CrossEntropyLoss()
optimizer = optim.AdamW(net.parameters(), lr=1e-3, betas=(0.9, 0.98))
train_stats = {
    "epoch_train_losses": [],
    "epoch_train_accs": [],
    "epoch_val_losses": [],
    "epoch_val_accs": [],
    "epoch_layer_norm": [],
}


def layer_norm(net):
    output_layer = net.net[-1]
    return torch.linalg.norm(output_layer.weight.data.detach(), ord=2)


step = 0


def train_epoch():
    global step
    running_loss = 0.0
    total_correct = total_loss = 0.0
    total_val_correct = total_val_loss = 0.0
    for inputs, labels in train_dataloader:
        step += 1
        optimizer.zero_grad()
        outputs = net(inputs)
        outputs = outputs.type(torch.float64)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        with torch.no_grad():
            total_correct += (outputs.detach().softmax(-1).argmax(-1) == labels.detach().argmax(-1)).numpy().sum()
            total_loss += loss.item()

    with torch.no_grad():
        for inputs, labels in val_dataloader:
            outputs = net(inputs)
            val_loss = criterion(outputs, labels)
            total_val_correct += (outputs.detach().softmax(-1).argmax(-1) == labels.detach().argmax(-1)).numpy().sum()
            total_val_loss += val_loss.item()

    train_stats["epoch_train_accs"].append((total_correct / len(train_data)) * 100.0)
    train_stats["epoch_train_losses"].append(total_loss / len(train_dataloader))
    train_stats["epoch_val_accs"].append((total_val_correct / len(val_data)) * 100.0)
    train_stats["epoch_val_losses"].append(total_val_loss / len(val_dataloader))
    train_stats["epoch_layer_norm"].append(layer_norm(net))


epoch = 0
seconds = 0.0
for line in sys.stdin:
    rows = []
    for _ in range(int(line)):
        start = time.perf_counter()
        train_epoch()
        seconds += time.perf_counter() - start
        rows.append(f"{epoch},{seconds:.6f},{train_stats['epoch_val_accs'][-1]:.4f}\n")
        epoch += 1
    sys.stdout.writelines(rows)
    sys.stdout.flush()
