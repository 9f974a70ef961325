# The four giant planets around the sun: symplectic steps, conserved energy and the shape of the orbits.
import math
import numpy as np
from numba import njit


@njit
def accelerations(pos, mass, acc):
    """Newton's law in units of astronomical units, years and solar masses."""
    g = 4 * math.pi * math.pi
    acc[:] = 0.0
    for i in range(len(mass)):
        for j in range(i + 1, len(mass)):
            d = pos[j] - pos[i]
            r2 = (d * d).sum()
            f = g / (r2 * math.sqrt(r2))
            acc[i] += f * mass[j] * d
            acc[j] -= f * mass[i] * d


@njit
def energy(pos, vel, mass):
    e = 0.0
    for i in range(len(mass)):
        e += 0.5 * mass[i] * (vel[i] * vel[i]).sum()
        for j in range(i):
            d = pos[i] - pos[j]
            e -= 4 * math.pi * math.pi * mass[i] * mass[j] / math.sqrt((d * d).sum())
    return e


@njit
def leapfrog(pos, vel, mass, dt, steps):
    """Kick, drift, kick; returns the least and largest distance of every body from the first."""
    acc = np.zeros(pos.shape)
    near = np.full(len(mass), 1e9)
    far = np.zeros(len(mass))
    accelerations(pos, mass, acc)
    for _ in range(steps):
        vel += 0.5 * dt * acc
        pos += dt * vel
        accelerations(pos, mass, acc)
        vel += 0.5 * dt * acc
        for i in range(1, len(mass)):
            d = pos[i] - pos[0]
            r = math.sqrt((d * d).sum())
            near[i] = min(near[i], r)
            far[i] = max(far[i], r)
    return near, far


# Sun, Jupiter, Saturn, Uranus, Neptune: masses in suns; perihelion in AU and eccentricity (NASA planetary fact sheets).
names = ["Sun", "Jupiter", "Saturn", "Uranus", "Neptune"]
mass = np.array([1.0, 9.546e-4, 2.858e-4, 4.366e-5, 5.151e-5])
perihelion = np.array([0.0, 4.950, 9.075, 18.267, 29.887])
eccentricity = np.array([0.0, 0.0487, 0.0520, 0.0469, 0.0097])

pos = np.zeros((5, 3))
vel = np.zeros((5, 3))
for i in range(1, 5):
    angle = 2.4 * i
    direction = np.array([math.cos(angle), math.sin(angle), 0.02 * i])
    direction /= math.sqrt((direction * direction).sum())
    across = np.array([-math.sin(angle), math.cos(angle), 0.0])
    speed = 2 * math.pi * math.sqrt((1 + eccentricity[i]) / perihelion[i])
    pos[i] = perihelion[i] * direction
    vel[i] = speed * across
vel[0] = -(mass[1:, None] * vel[1:]).sum(axis=0)

start = energy(pos, vel, mass)
print(f"energy at the start {start:.9f}")
for years in (10, 40, 150):
    near, far = leapfrog(pos, vel, mass, 0.05, years * 20)
    change = abs(energy(pos, vel, mass) / start - 1)
    print(f"{years:4d} years more: energy changed by {change:.0e}, below 1e-4: {change < 1e-4}")
print("           nearest   farthest  (AU)")
for i in range(1, 5):
    print(f"{names[i]:8s} {near[i]:9.3f} {far[i]:9.3f}")
centre = (mass[:, None] * pos).sum(axis=0) / mass.sum()
momentum = (mass[:, None] * vel).sum(axis=0)
print("momentum is conserved:", bool(np.abs(momentum).max() < 1e-12))
