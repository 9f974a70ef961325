# The solar cycle in 309 years of sunspot numbers: a first look (sunspots.py has more).
import numpy as np


def likeness(x, lag):
    """Correlation of the series with itself, `lag` years apart."""
    d = x - x.mean()
    return (d[:-lag] * d[lag:]).sum() / (d * d).sum()


table = np.loadtxt("sunspots.csv", delimiter=",", ndmin=2)
years, spots = table[:, 0], table[:, 1]
print(f"{len(years)} years, {years[0]:.0f} to {years[-1]:.0f}, {spots.mean():.1f} spots on average")
print(f"busiest: {spots.max()} in {years[spots.argmax()]:.0f}, without any: {(spots == 0).sum()} years")

for first in range(1900, 2000, 10):
    decade = spots[(years >= first) & (years < first + 10)]
    print(f"{first}s {decade.mean():6.1f} " + "#" * int(decade.mean() / 2.5))

best, lag = 0.0, 0
for k in range(5, 25):
    r = likeness(spots, k)
    if r > best:
        best, lag = r, k
print(f"the series is most like itself {lag} years later: {best:.3f}")
