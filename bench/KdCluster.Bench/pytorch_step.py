"""Steps of a student in PyTorch, for `kd bench --only student-step`: the models, optimizer and clipping of KdCluster.Learning.

Reads a number of steps per line, answers with wall and processor seconds. One thread.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

kind, sizes = sys.argv[1], [int(a) for a in sys.argv[2:]]
vocabulary, classes, width, hidden, layers, heads, batch, length = sizes
torch.set_num_threads(1)
torch.manual_seed(1)


def mean(states, real):
    return (states * real.unsqueeze(-1)).sum(1) / real.sum(1, keepdim=True).clamp(min=1)


class Bag(nn.Module):
    out = hidden

    def __init__(self):
        super().__init__()
        self.tokens, self.hidden, self.drop = nn.Embedding(vocabulary, width, padding_idx=0), nn.Linear(width, hidden), nn.Dropout(0.1)

    def forward(self, ids):
        return F.relu(self.hidden(self.drop(mean(self.tokens(ids), (ids != 0).float()))))


class Cnn(nn.Module):
    out = 3 * hidden

    def __init__(self):
        super().__init__()
        self.tokens, self.drop = nn.Embedding(vocabulary, width, padding_idx=0), nn.Dropout(0.1)
        self.filters = nn.ModuleList(nn.Conv1d(width, hidden, w, padding=w // 2) for w in (3, 4, 5))

    def forward(self, ids):
        real = (ids != 0).float().unsqueeze(1)
        states = self.drop(self.tokens(ids)).transpose(1, 2)
        return torch.cat([(F.relu(f(states).narrow(2, 0, ids.shape[1])) * real).amax(2) for f in self.filters], 1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2, self.drop = nn.LayerNorm(width), nn.LayerNorm(width), nn.Dropout(0.1)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x, bias):
        b, n, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, heads, width // heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q * (width // heads) ** -0.5 @ k.transpose(-2, -1)).add_(bias)
        x = x + self.drop(self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, width)))
        return x + self.drop(self.down(F.gelu(self.up(self.norm2(x)))))


class Transformer(nn.Module):
    out = width

    def __init__(self):
        super().__init__()
        self.tokens, self.drop, self.norm = nn.Embedding(vocabulary, width, padding_idx=0), nn.Dropout(0.1), nn.LayerNorm(width)
        self.positions = nn.Parameter(torch.randn(length, width) * 0.05)
        self.blocks = nn.ModuleList(Block() for _ in range(layers))

    def forward(self, ids):
        real = (ids != 0).float()
        bias = ((real - 1) * 1e9).unsqueeze(1).unsqueeze(1)
        x = self.drop(self.tokens(ids) + self.positions[: ids.shape[1]])
        for block in self.blocks:
            x = block(x, bias)
        return mean(self.norm(x), real)


body = {"bag-of-embeddings": Bag, "text-cnn": Cnn, "transformer": Transformer}[kind]()
model = nn.Sequential(body, nn.Dropout(0.1), nn.Linear(body.out, classes))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
rows = [[torch.randint(4, vocabulary, (length,)).tolist() for _ in range(batch)] for _ in range(8)]
labels = torch.randint(0, classes, (batch,))
print(torch.__version__, flush=True)
for line in sys.stdin:
    wall, processor = time.perf_counter(), time.process_time()
    for step in range(int(line)):
        loss = F.cross_entropy(model(torch.tensor(rows[step % 8])), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    print(time.perf_counter() - wall, time.process_time() - processor, flush=True)
