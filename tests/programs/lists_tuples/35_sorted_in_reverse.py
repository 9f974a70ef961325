import heapq

# What is equal keeps its order in reverse, too: zeros of both signs show it.
xs = [-0.0, 7.0, 0.0]
print(sorted(xs, reverse=True), sorted([0.0, -0.0, 7.0], reverse=True), sorted([0.0, -0.0, 7.0, -0.0]))
print(heapq.nsmallest(2, xs), heapq.nlargest(2, xs))
xs.sort(reverse=True)
print(xs)
print(sorted([3, 1, 2], reverse=True), sorted([True, False, True], reverse=True))
print(sorted(["b", "a", "c"], reverse=True), sorted([(1, 0.0), (1, -0.0), (0, 2.0)], reverse=True))
