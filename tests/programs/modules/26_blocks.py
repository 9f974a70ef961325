"""np.block, and stacks of lists of arrays whose number only run time knows."""
import numpy as np

a = np.arange(4).reshape(2, 2)
print(np.block([[a, a * 10], [a + 100, a - 1]]))
print(np.block([np.array([1, 2]), np.array([3])]), np.block([a, a]))
rows = []
for k in range(len(str(1234))):
    rows.append(np.arange(3) * k)
print(np.vstack(rows), np.hstack(rows), np.column_stack(rows))
parts = [a + k for k in range(len(rows))]
print(np.vstack(parts).shape, np.hstack(parts), np.column_stack(parts).shape)
print(np.float64(2.5)[()], np.int64(3)[()])
print(np.arange(8).reshape(2, 2, 2).tolist(), np.array(5).tolist(), np.zeros((0, 2)).tolist(), (a > 1).tolist())
mixed = [[1, 2.5], [3, 4]]
mixed[0][0] = 7
print(np.array(mixed), np.array([1, 2.5, 3][:2]), np.array(mixed, dtype=int))
rows.append(np.arange(2))
try:
    print(np.vstack(rows))
except ValueError as error:
    print(error)
print(np.vstack([r for r in rows if len(r) > 9]).shape)
