# How long is the solar cycle? 309 years of sunspot numbers, their autocorrelation, spectrum and minima.
import math
import numpy as np


def autocorrelation(x, lags):
    """Correlation of the series with itself, 0 to lags - 1 years apart."""
    d = x - x.mean()
    r = np.zeros(lags)
    for k in range(lags):
        r[k] = (d[:len(d) - k] * d[k:]).sum() / (d * d).sum()
    return r


def power(x, period):
    """Squared amplitude of the wave with this period."""
    d = x - x.mean()
    t = np.arange(len(x))
    w = 2 * math.pi / period
    c = (d * np.cos(w * t)).sum()
    s = (d * np.sin(w * t)).sum()
    return (c * c + s * s) * 4 / len(x) ** 2


def smooth(x):
    """Running mean over three years."""
    y = x.copy()
    y[1:-1] = (x[:-2] + x[1:-1] + x[2:]) / 3
    return y


def minima(years, x, gap):
    """Years in which the series is the least of `gap` years before and after."""
    found = []
    for i in range(gap, len(x) - gap):
        if x[i] == x[i - gap:i + gap + 1].min() and x[i] < x[i - 1]:
            found.append(int(years[i]))
    return found


def bar(v, width):
    return "#" * int(round(v * width))


table = np.loadtxt("sunspots.csv", delimiter=",", ndmin=2)
years, spots = table[:, 0], table[:, 1]
print(f"{len(years)} years, {years[0]:.0f} to {years[-1]:.0f}")
print(f"mean {spots.mean():.2f}, median {np.median(spots):.1f}, deviation {spots.std():.2f}")
print(f"quietest: {spots.min()} in {years[spots.argmin()]:.0f}, busiest: {spots.max()} in {years[spots.argmax()]:.0f}")

print("\nspots, every second decade")
for first in range(1700, 2000, 20):
    chosen = (years >= first) & (years < first + 10)
    m = spots[chosen].mean()
    print(f"{first}s {m:6.1f} {bar(m / 100, 40)}")

print("\nautocorrelation")
r = autocorrelation(spots, 25)
for k in range(0, 25):
    v = r[k]
    print(f"{k:3d} {v:6.3f} " + (" " * 12 + bar(v, 24) if v >= 0 else " " * (12 - len(bar(-v, 24))) + bar(-v, 24)))
peak = 5 + int(np.argmax(r[5:]))
print(f"the series is most like itself {peak} years later")

periods = np.linspace(5, 15, 101)
strength = np.array([power(spots, p) for p in periods])
best = int(strength.argmax())
print(f"\nstrongest wave: {periods[best]:.1f} years, amplitude {np.sqrt(strength[best]):.1f} spots")

low = minima(years, smooth(spots), 4)
lengths = np.diff(np.array(low))
print(f"\n{len(low)} minima: {low}")
print(f"cycles last {lengths.min()} to {lengths.max()} years, {lengths.mean():.2f} on average")
