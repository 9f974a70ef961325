"""k nearest neighbours, k-means and a confusion matrix on made-up data."""
from collections import Counter
import numpy as np


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def random(self):
        self.state = (1103515245 * self.state + 12345) & 0x7FFFFFFF
        return self.state / 0x7FFFFFFF

    def normal(self):
        return sum(self.random() for _ in range(12)) - 6.0


class KNeighbours:
    def __init__(self, k=3):
        self.k = k

    def fit(self, X, y):
        self.X = np.asarray(X)
        self.y = np.asarray(y)
        return self

    def predict(self, X):
        return np.array([self._one(x) for x in X])

    def _one(self, x):
        d = np.sqrt(((self.X - x) ** 2).sum(axis=1))
        nearest = np.argsort(d, kind="stable")[:self.k]
        votes = Counter(self.y[nearest].tolist())
        return min(votes, key=lambda label: (-votes[label], label))

    def score(self, X, y):
        return float(np.mean(self.predict(X) == y))


def kmeans(X, centres, steps=20):
    for step in range(steps):
        distance = np.linalg.norm(X[:, None, :] - centres[None, :, :], axis=2)
        labels = distance.argmin(axis=1)
        new = np.array([X[labels == k].mean(axis=0) for k in range(len(centres))])
        if np.allclose(new, centres):
            return labels, new, step
        centres = new
    return labels, centres, steps


rng = Lcg(11)
MEANS = [(0, 0), (4, 1), (1, 4)]
points, labels = [], []
for label, (mx, my) in enumerate(MEANS):
    for _ in range(20):
        points.append([mx + rng.normal(), my + rng.normal()])
        labels.append(label)
X, y = np.array(points), np.array(labels)
train = np.arange(len(y)) % 4 != 0
for k in (1, 3, 7):
    model = KNeighbours(k).fit(X[train], y[train])
    print(f"k={k}: accuracy {model.score(X[~train], y[~train]):.3f}")
predicted = model.predict(X[~train])
confusion = np.zeros((3, 3), int)
for truth, guess in zip(y[~train], predicted):
    confusion[truth, guess] += 1
print(confusion)
found, centres, steps = kmeans(X, X[[0, 20, 40]])
print(np.round(centres, 3), steps < 20)
print(np.bincount(found), (found == y).sum())
mean, std = X.mean(axis=0), X.std(axis=0, ddof=1)
Z = (X - mean) / std
print(np.allclose(Z.mean(axis=0), 0), Z.std(axis=0, ddof=1).round(6), np.corrcoef(X.T)[0, 1].round(4))
