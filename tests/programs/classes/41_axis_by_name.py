# A class whose constant field names the axes: which axis a name picks is settled while compiling.
import numpy as np


class Field:
    dims = ("time", "lat", "lon")

    def __init__(self, data):
        self.data = data

    def axis(self, name):
        return self.dims.index(name)

    def mean(self, name):
        return self.data.mean(axis=self.axis(name))

    def size(self, name):
        return self.data.shape[self.axis(name)]


class Profile(Field):
    dims = ("depth", "time")


f = Field(np.arange(24.0).reshape(2, 3, 4))
print(f.mean("time"))
print(f.mean("lon"), f.size("lat"))
p = Profile(np.arange(6.0).reshape(2, 3))
print(p.mean("time"), p.mean("depth"), p.size("time"))
print(f.mean("height"))
