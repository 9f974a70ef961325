"""Sorting records: keys, stability, reverse, several criteria, operator.itemgetter, cmp_to_key."""
from functools import cmp_to_key
from operator import attrgetter, itemgetter


class Student:
    def __init__(self, name, grade, age):
        self.name, self.grade, self.age = name, grade, age

    def __repr__(self):
        return f"{self.name}({self.grade},{self.age})"


students = [Student(*row) for row in [
    ("john", "A", 15), ("jane", "B", 12), ("dave", "B", 10), ("mary", "A", 12), ("zoe", "C", 15),
]]
print(sorted(students, key=lambda s: s.age))
print(sorted(students, key=lambda s: (s.grade, -s.age)))
print(sorted(students, key=attrgetter("grade", "age"), reverse=True))
students.sort(key=lambda s: s.name)
print([s.name for s in students])

pairs = [("b", 2), ("a", 2), ("c", 1), ("a", 1)]
print(sorted(pairs), sorted(pairs, key=itemgetter(1)), sorted(pairs, key=lambda p: p[0], reverse=True))

words = "The quick brown Fox jumps over the lazy Dog".split()
print(sorted(words))
print(sorted(words, key=str.lower))
print(sorted(words, key=len, reverse=True))
print(sorted(set(w.lower() for w in words), key=lambda w: (len(w), w)))


def by_largest_number(x, y):
    """Orders digits so that their concatenation is largest."""
    return int(y + x) - int(x + y)


print("".join(sorted(map(str, [3, 30, 34, 5, 9]), key=cmp_to_key(by_largest_number))))

versions = ["1.10.0", "1.2.3", "1.2.10", "0.9"]
print(sorted(versions, key=lambda v: [int(part) for part in v.split(".")]))
data = [5, 2, 9, 1]
order = sorted(range(len(data)), key=data.__getitem__)
print(order, [data[i] for i in order])
ranks = {value: rank for rank, value in enumerate(sorted(data, reverse=True), 1)}
print([ranks[x] for x in data])
print(max(words, key=len), min(words, key=lambda w: w[-1]), sorted("hello"), sorted([0.5, -1, 2]))
table = {"x": 3, "y": 1, "z": 2}
print(sorted(table, key=table.get), sorted(table.items(), key=lambda kv: kv[1]))
