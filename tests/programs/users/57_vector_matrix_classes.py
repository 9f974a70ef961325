"""Vector and matrix classes with operators, iteration, indexing, hashing and comparison."""
import math


class Vector:
    def __init__(self, *components):
        self.components = tuple(components)

    def __repr__(self):
        return f"Vector{self.components}"

    def __len__(self):
        return len(self.components)

    def __getitem__(self, i):
        return self.components[i]

    def __iter__(self):
        return iter(self.components)

    def __eq__(self, other):
        return self.components == other.components

    def __hash__(self):
        return hash(self.components)

    def __add__(self, other):
        if len(self) != len(other):
            raise ValueError(f"dimensions differ: {len(self)} and {len(other)}")
        return Vector(*(a + b for a, b in zip(self, other)))

    def __sub__(self, other):
        return self + (-other)

    def __neg__(self):
        return Vector(*(-a for a in self))

    def __mul__(self, k):
        return Vector(*(a * k for a in self))

    __rmul__ = __mul__

    def __truediv__(self, k):
        return self * (1 / k)

    def __matmul__(self, other):
        return sum(a * b for a, b in zip(self, other))

    def __abs__(self):
        return math.sqrt(self @ self)

    def __bool__(self):
        return any(self)

    def cross(self, other):
        a1, a2, a3 = self
        b1, b2, b3 = other
        return Vector(a2 * b3 - a3 * b2, a3 * b1 - a1 * b3, a1 * b2 - a2 * b1)


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    @classmethod
    def identity(cls, n):
        return cls([[1 if i == j else 0 for j in range(n)] for i in range(n)])

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0])

    @property
    def T(self):
        return Matrix(zip(*self.rows))

    def __getitem__(self, key):
        if isinstance(key, tuple):
            i, j = key
            return self.rows[i][j]
        return self.rows[key]

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def __add__(self, other):
        return Matrix([a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows))

    def __mul__(self, other):
        if isinstance(other, Matrix):
            if self.shape[1] != other.shape[0]:
                raise ValueError("shapes %s and %s" % (self.shape, other.shape))
            columns = other.T.rows
            return Matrix([[sum(a * b for a, b in zip(row, col)) for col in columns] for row in self.rows])
        return Matrix([[a * other for a in row] for row in self.rows])

    def __rmul__(self, k):
        return self * k

    def __pow__(self, n):
        result = Matrix.identity(len(self.rows))
        for _ in range(n):
            result = result * self
        return result

    def minor(self, i, j):
        return Matrix([row[:j] + row[j + 1:] for k, row in enumerate(self.rows) if k != i])

    def det(self):
        if self.shape == (1, 1):
            return self[0, 0]
        return sum((-1) ** j * self[0, j] * self.minor(0, j).det() for j in range(self.shape[1]))

    def __str__(self):
        width = max(len(str(x)) for row in self.rows for x in row)
        return "\n".join("[" + " ".join(f"{x:>{width}}" for x in row) + "]" for row in self.rows)


a, b = Vector(1, 2, 3), Vector(4, 5, 6)
print(a + b, b - a, a * 2, 3 * a, b / 2, a @ b, -a)
print(abs(Vector(3, 4)), a.cross(b), list(a), a[1], a[-1], len(a), bool(Vector(0, 0)))
print(a == Vector(1, 2, 3), a != b, len({a, b, Vector(1, 2, 3)}), {a: "first"}[Vector(1, 2, 3)])
x, *others = a
print(x, others, sum(a), max(b), 2 in a, 9 in a)
try:
    a + Vector(1, 2)
except ValueError as e:
    print("ValueError:", e)

m = Matrix([[1, 2], [3, 4]])
print(m)
print(m * m == m ** 2, (2 * m)[1, 0], m.T.rows, m[0], m.det(), (m + m).rows)
m[0, 1] = -20
print(m)
n = Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 4]])
print(n.det(), n.shape, (n * Matrix.identity(3)) == n, n == 3)
try:
    m * n
except ValueError as e:
    print("ValueError:", e)
